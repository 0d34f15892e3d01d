"""The Slack app with a language model: what is shown while it is waited for, and who ends that."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_model import FakeModel, serving
from fake_slack import FakeSlack
from fake_slack_wire import Event
from slack_process import SlackApp, slack_app

from assistant.live import LiveAssistant
from assistant.llm.settings import ModelSettings
from assistant.llm.wording import Wording
from index.audience import EVERYONE, Clearance
from index.embedding import LocalEmbedder

pytest_plugins = ["fixtures_slack"]

QUESTION = "what did Ofsted say about caseloads in 2019?"
NOTE = "(Worded by the language model some/model-1; every quote is checked against its page.)"


def first_sentence(prompt: str) -> str:
    """A model that names the first sentence it is given."""
    found = re.search(r"^\[(s\d+)\]", prompt, re.M)
    assert found
    return json.dumps({"answers": True, "claims": [{"words": "", "ids": [found[1]]}]})


@pytest.fixture(scope="module")
def model() -> Iterator[FakeModel]:
    with serving(FakeModel(say=first_sentence)) as model:
        yield model


@pytest.fixture(scope="module")
def world(
    model: FakeModel, source_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FakeSlack, SlackApp]]:
    """A workspace with the app in it, which has one worker and waits long for its model."""
    settings = {
        "INSPECTIONS_LLM_BASE_URL": model.url,
        "INSPECTIONS_LLM_MODEL": "some/model-1",
        "INSPECTIONS_LLM_SECONDS": "100",
        "INSPECTIONS_SLACK_WORKERS": "1",
    }
    with FakeSlack() as slack:
        slack.echo = True
        with slack_app(slack, source_index, tmp_path_factory.mktemp("slack"), **settings) as app:
            yield slack, app
        assert not slack.violations, slack.summary()
        assert not slack.warnings, slack.summary()
        assert app.stray == []


@pytest.fixture
def slack(world: tuple[FakeSlack, SlackApp], model: FakeModel) -> FakeSlack:
    """The workspace, with a model that behaves."""
    model.way = "well"
    model.asked.clear()
    return world[0]


def answers(slack: FakeSlack, asked: Event) -> list[dict[str, Any]]:
    slack.wait_until(lambda s: s.posted(str(asked.channel), asked.thread))
    return slack.posted(str(asked.channel), asked.thread)


def test_an_answer_says_that_a_model_has_worded_it_and_no_other_question_is_put_to_it(
    slack: FakeSlack, model: FakeModel
) -> None:
    """Further questions are suggested below an answer, each of which was tried without the model."""
    asked = slack.dm("UWORDED", QUESTION)
    (answer,) = answers(slack, asked)
    shown = slack.visible(answer)
    assert " ".join(NOTE.split()) in " ".join(shown.split())
    assert "You could ask next" in shown
    assert len(model.asked) == 1


def test_the_status_tells_that_the_model_is_asked_and_the_stop_button_ends_that(
    slack: FakeSlack, model: FakeModel
) -> None:
    model.way = "hang"
    asked = slack.dm("USTOP", QUESTION)
    told = "is asking the language model to put it together…"
    slack.wait_until(lambda s: told in [words for _, words in s.statuses(str(asked.channel), asked.thread)])
    began = time.monotonic()
    slack.agent_session_stopped(str(asked.channel), asked.thread, str(asked.user))
    assert "Stopped" in slack.visible(answers(slack, asked)[0])
    model.way = "well"
    answers(slack, slack.dm("UNEXT", QUESTION))  # the one worker is free again
    assert time.monotonic() - began < 60  # not the hundred seconds that the model has
    assert len(answers(slack, asked)) == 1


def test_a_worded_answer_can_be_shared_with_those_who_may_see_as_much(slack: FakeSlack, model: FakeModel) -> None:
    """It is shared as it is kept: no model is asked again."""
    slack.add_channel("CSHARE")
    slack.command("USHARE", "CSHARE", QUESTION)
    slack.wait_until(lambda s: any("Share to channel" in s.visible(one.message) for one in s.ephemerals("USHARE")))
    answer = next(one for one in slack.ephemerals("USHARE") if "Share to channel" in slack.visible(one.message))
    slack.click("USHARE", answer, "share")
    slack.submit("USHARE", slack.wait_for("views.open"), {"channel": "CSHARE"})
    slack.wait_until(lambda s: s.posted("CSHARE"))
    assert NOTE in " ".join(slack.visible(slack.posted("CSHARE")[0]).split())
    assert len(model.asked) == 1


def test_a_claim_of_others_is_not_sent_to_the_model(slack: FakeSlack, model: FakeModel) -> None:
    slack.add_channel("CCLAIM")
    slack.shortcut_claim("UCLAIM", "CCLAIM", "Ofsted said in 2019 that caseloads in Bradford are too high.")
    slack.wait_until(lambda s: any("Sources" in s.visible(one.message) for one in s.ephemerals("UCLAIM")))
    assert model.asked == []


def test_a_model_in_trouble_costs_no_answer(slack: FakeSlack, model: FakeModel) -> None:
    model.way = "400"
    (answer,) = answers(slack, slack.dm("UTROUBLE", QUESTION))
    shown = " ".join(slack.visible(answer).split())
    assert "The language model refused the key or the request; these are the documents' own sentences." in shown
    assert "caseloads" in shown


def test_a_model_that_leaves_no_time_is_told_at_the_start(source_index: Path, tmp_path: Path) -> None:
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
        "INSPECTIONS_INDEX": str(source_index),
        "INSPECTIONS_LLM_BASE_URL": "http://127.0.0.1:9/v1",
        "INSPECTIONS_LLM_MODEL": "m",
        "INSPECTIONS_SLACK_ANSWER_SECONDS": "20",
    }
    done = subprocess.run(
        [str(Path(sys.executable).with_name("inspections")), "slack", "--http", "0"],
        cwd=tmp_path,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "inspections: INSPECTIONS_LLM_SECONDS (30) leaves no time to answer without the language model. "
        "Set it below INSPECTIONS_SLACK_ANSWER_SECONDS (20).\n"
    )


def test_every_clearance_of_every_index_has_the_one_model(source_index: Path, embedder: LocalEmbedder) -> None:
    wording = Wording(ModelSettings(base_url="http://127.0.0.1:9/v1", model="m"))
    try:
        with LiveAssistant(source_index, embedder, wording=wording) as live:
            for clearance in (EVERYONE, Clearance(frozenset({"public", "internal"}))):
                with live.current(clearance) as assistant:
                    assert assistant.wording is wording
                    assert assistant.plain.wording is None
    finally:
        wording.close()
