"""The admin's panel of the Home tab: re-indexing with progress, rolling back, and nobody else doing either."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_slack import FakeSlack
from slack_process import ROOT, slack_app

from index.audit import Did, Via, read_log

pytest_plugins = ["fixtures_slack"]

LETTER = """Monitoring visit of Leeds children's services

Published 12 March 2026

Inspectors from Ofsted visited Leeds on 10 and 11 February 2026.

1. Caseloads in the duty team have come down, and workers say that they can visit children when they should.
"""
QUESTION = "what is said about caseloads in Leeds in 2026?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("admin")


@pytest.fixture(scope="module")
def slack(source_index: Path, home: Path) -> Iterator[FakeSlack]:
    """A workspace whose app has an index and a folder of documents that it may alter."""
    shutil.copytree(source_index, home / "index")
    shutil.copytree(ROOT / "source_docs", home / "docs")
    with FakeSlack() as slack:
        slack.add_usergroup("SADMINS", "UINGROUP")
        settings = {"INSPECTIONS_SLACK_ADMINS": "UADMIN SADMINS", "INSPECTIONS_SOURCE": str(home / "docs")}
        with slack_app(slack, home / "index", home, **settings):
            (home / "docs" / "letter.md").write_text(LETTER)
            yield slack
    assert not slack.violations, slack.summary()


def seen(slack: FakeSlack, user: str) -> str:
    return slack.visible(slack.home(user) or {})


def opened(slack: FakeSlack, user: str) -> str:
    """What the Home shows this person when opened now."""
    begun = len(slack.calls)
    slack.app_home_opened(user)
    slack.wait_for(lambda call: call.method == "views.publish" and call.args["user_id"] == user, since=begun)
    return seen(slack, user)


def answer(slack: FakeSlack, user: str) -> str:
    asked = slack.dm(user, QUESTION)
    slack.wait_until(lambda s: s.posted(asked.channel, asked.thread))
    return slack.visible(slack.posted(asked.channel, asked.thread)[0])


def told_at_last(slack: FakeSlack, user: str, words: str) -> bool:
    """Whether the answer comes to say this: the app follows the index within some seconds."""
    until = time.monotonic() + 40
    numbers = itertools.takewhile(lambda _: time.monotonic() < until, itertools.count())
    return any(words in answer(slack, f"{user}{number}") for number in numbers)


def test_admins_are_named_or_in_a_group_and_see_that_documents_have_changed(slack: FakeSlack) -> None:
    for user in ("UADMIN", "UINGROUP"):
        assert "The source folder has changed since" in opened(slack, user)
    assert "For administrators" not in opened(slack, "UANYONE")


def test_a_click_of_somebody_else_does_nothing(slack: FakeSlack) -> None:
    """The button is not shown to them; the click is made up all the same."""
    opened(slack, "UADMIN")
    slack.world.homes["UANYONE"] = slack.world.homes["UADMIN"]
    begun = len(slack.calls)
    slack.click("UANYONE", "home", "reindex")
    slack.wait_for(lambda call: call.method == "views.publish" and call.args["user_id"] == "UANYONE", since=begun)
    assert "Re-indexing" not in opened(slack, "UADMIN")


def test_reindexing_shows_progress_and_new_reports_answer_while_the_app_runs(slack: FakeSlack) -> None:
    assert "Nothing is held about Leeds" in answer(slack, "UBEFORE")
    opened(slack, "UADMIN")
    slack.click("UADMIN", "home", "reindex")
    slack.wait_until(lambda s: "Re-indexing" in seen(s, "UADMIN"), timeout=30)
    assert "Index of" in answer(slack, "UMEANWHILE")
    slack.wait_until(lambda s: "Last build: Built: 7 documents" in seen(s, "UADMIN"), timeout=120)
    assert told_at_last(slack, "UAFTER", "Caseloads in the duty team have come down")


def test_rolling_back_brings_the_index_before_back(slack: FakeSlack) -> None:
    assert "Roll back" in opened(slack, "UADMIN")
    slack.click("UADMIN", "home", "rollback")
    slack.wait_until(lambda s: "rolled back to generation 000001" in seen(s, "UADMIN"), timeout=30)
    assert "Roll back?" not in seen(slack, "UADMIN")
    assert told_at_last(slack, "UBACK", "Nothing is held about Leeds")


@pytest.mark.usefixtures("slack")
def test_who_did_it_is_in_the_log(home: Path) -> None:
    """After the tests above: one built, one rolled back, and nobody else did anything."""
    done = [(one.who, one.via, one.did) for one in read_log(home / "index").events if one.via is Via.SLACK]
    assert done == [("UADMIN", Via.SLACK, Did.BUILT), ("UADMIN", Via.SLACK, Did.ROLLED_BACK)]
