"""What happens to a question before it is at the desk: edits that come in the middle, others' talk, access first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_slack import FakeSlack
from fake_slack_wire import Event
from slack_process import slack_app

pytest_plugins = ["fixtures_slack"]

MOST = 6  # questions of a person in a minute


@pytest.fixture(scope="module")
def slack(source_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    """A workspace with the app in it.  Each test uses people and channels of its own."""
    with FakeSlack() as slack:
        settings = {"INSPECTIONS_SLACK_CHANNELS_DENIED": "CDENIED", "INSPECTIONS_SLACK_PER_MINUTE": str(MOST)}
        with slack_app(slack, source_index, tmp_path_factory.mktemp("front"), **settings):
            yield slack
        assert not slack.violations, slack.summary()


def answered(slack: FakeSlack, asked: Event) -> str:
    """What the one answer says, once it stands and is no longer worked on."""
    slack.wait_until(lambda s: s.posted(asked.channel, asked.thread), timeout=20)
    slack.wait_until(lambda s: s.session(asked.channel, asked.thread)["status"] == "active")
    (answer,) = slack.posted(asked.channel, asked.thread)
    return slack.visible(answer)


def test_a_question_edited_before_it_is_at_the_desk_is_answered_as_it_reads_now(slack: FakeSlack) -> None:
    slack.add_channel("CEARLY")
    slack.fail("users.info", ("hang", 1.0), when=lambda args: args["user"] == "UEARLY")
    asked = slack.mention("CEARLY", "UEARLY", "what did Ofsted say about caseloads in 2019?")
    slack.wait_for(lambda call: call.method == "users.info" and call.args["user"] == "UEARLY")
    slack.edit("CEARLY", asked.ts, "<@U0BOT> what did Ofsted say about staff turnover in 2019?")
    slack.wait_until(lambda s: "turnover" in " ".join(s.visible(one) for one in s.posted("CEARLY", asked.thread)))
    assert "topic: staff turnover" in answered(slack, asked)


def test_a_typo_mended_in_a_talk_among_others_brings_no_answer(slack: FakeSlack) -> None:
    slack.add_channel("COTHERS")
    root = slack.message("COTHERS", "UA", "Shall we look at caseloads?")
    slack.fail("conversations.replies", ("hang", 1.0), when=lambda args: args["ts"] == root.ts)
    said = slack.message("COTHERS", "UB", "what did Ofsted say about casloads?", thread_ts=root.ts)
    slack.wait_for(lambda call: call.method == "conversations.replies" and call.args["ts"] == root.ts)
    slack.edit("COTHERS", said.ts, "what did Ofsted say about caseloads?")
    answered(slack, slack.mention("COTHERS", "UC", "what did Ofsted say about caseloads?"))
    assert slack.posted("COTHERS", root.thread) == []


@pytest.mark.parametrize("text", ["what did Ofsted say about caseloads?", "thanks", ""])
def test_in_a_denied_channel_nothing_is_said_aloud(slack: FakeSlack, text: str) -> None:
    user = f"UDENIED{len(text)}"
    slack.add_channel("CDENIED")
    asked = slack.mention("CDENIED", user, text)
    slack.wait_until(lambda s: s.ephemerals(user))
    assert "do not answer in this channel" in slack.visible(slack.ephemerals(user)[0].message)
    assert slack.posted("CDENIED", asked.thread) == []


def test_thanks_in_a_channel_are_not_answered_aloud(slack: FakeSlack) -> None:
    slack.add_channel("CTHANKS")
    asked = slack.mention("CTHANKS", "UTHANKS", "thanks!")
    slack.wait_until(lambda s: s.ephemerals("UTHANKS"))
    assert slack.posted("CTHANKS", asked.thread) == []


def test_edits_count_as_questions_of_their_writer(slack: FakeSlack) -> None:
    slack.add_channel("CEDITS")
    asked = slack.mention("CEDITS", "UEDITS", "what did Ofsted say about caseloads in 2011?")
    answered(slack, asked)
    for number in range(MOST):
        slack.wait_ack(
            slack.edit("CEDITS", asked.ts, f"<@U0BOT> what did Ofsted say about caseloads in 20{12 + number}?")
        )
    slack.wait_until(lambda s: s.ephemerals("UEDITS"))
    assert "Please wait a moment" in slack.visible(slack.ephemerals("UEDITS")[0].message)
