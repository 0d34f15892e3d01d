"""Many questions at once and one after the other, limits on people and places, and the queue as its askers see it.

A plain run sends a small load.  The whole one, 1,000 events in a row in each mode, which takes some minutes:
INSPECTIONS_TEST_LOAD=1000 pytest -s tests/test_slack_load.py -k in_a_row
"""

from __future__ import annotations

import os
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_slack import FakeSlack
from fake_slack_wire import Event
from slack_process import SlackApp, slack_app

pytestmark = pytest.mark.alone
pytest_plugins = ["fixtures_slack"]

MEASURING = "INSPECTIONS_TEST_LOAD" in os.environ
LOAD = int(os.environ.get("INSPECTIONS_TEST_LOAD", "60"))
AT_ONCE = 25
UNDER_WAY = 8  # questions without an answer yet, while events are sent in a row
TOPICS = ("caseloads", "staff turnover", "supervision", "recruitment", "leadership", "assessments", "foster carers")
ALLOWED = [f"C{name}{n}" for name in ("QUEUE", "STOP", "RATE") for n in range(5)] + ["CSHARED", "CDENIED", "CSESSION"]
QUESTION = "what did Ofsted say about caseloads in 2019?"


@pytest.fixture(scope="module", params=["http", "socket"])
def world(
    request: pytest.FixtureRequest, source_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FakeSlack, SlackApp]]:
    """A workspace with the app as it is set up by default."""
    with FakeSlack() as slack:
        slack.echo = True
        with slack_app(slack, source_index, tmp_path_factory.mktemp("slack"), request.param) as app:
            yield slack, app
            begun = time.monotonic()
            assert app.stop() == 0
            assert time.monotonic() - begun < 5, "being stopped while idle takes no time"
        assert not slack.violations, slack.summary()
        assert not slack.warnings
        assert app.stray == []


@pytest.fixture(scope="module")
def small(source_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    """A workspace whose app answers one question at a time, lets two wait, and keeps to some channels."""
    settings = {
        "INSPECTIONS_SLACK_WORKERS": "1",
        "INSPECTIONS_SLACK_WAITING": "2",
        "INSPECTIONS_SLACK_PER_MINUTE": "3",
        "INSPECTIONS_SLACK_CHANNELS": ",".join(ALLOWED),
        "INSPECTIONS_SLACK_CHANNELS_DENIED": "CDENIED",
    }
    with FakeSlack() as slack:
        slack.echo = True
        with slack_app(slack, source_index, tmp_path_factory.mktemp("small"), **settings) as app:
            yield slack
        assert not slack.violations, slack.summary()
        assert app.stray == []


def there(*names: str) -> Any:
    """Whether a call concerns one of those channels or people."""
    return lambda args: not {args.get("channel"), args.get("channel_id"), args.get("user")}.isdisjoint(names)


def asks(slack: FakeSlack, channel: str, user: str | None = None, text: str = QUESTION, **flags: Any) -> Event:
    if channel not in slack.world.channels:
        slack.add_channel(channel, **flags)
    return slack.mention(channel, user or f"U{channel[1:]}", text)


def answers(slack: FakeSlack, asked: Event, count: int = 1, timeout: float = 30) -> list[str]:
    """What is read of the bot's messages in the thread of a question, once there are `count`."""
    slack.wait_until(lambda s: len(s.posted(asked.channel, asked.thread)) >= count, timeout)
    return [slack.visible(one) for one in slack.posted(asked.channel, asked.thread)]


def held(slack: FakeSlack, channel: str, seconds: float) -> Event:
    """A question whose answer is being posted for so long, which keeps a worker."""
    slack.fail("chat.postMessage", ("hang", seconds), when=there(channel))
    begun = len(slack.calls)
    asked = asks(slack, channel)
    slack.wait_for(lambda call: call.method == "chat.postMessage" and call.args["channel"] == channel, since=begun)
    return asked


def quantiles(seconds: list[float]) -> str:
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return f"p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, longest {max(seconds):.2f} s"


class Answered:
    """When each part of each answer was posted, by its thread, counted from the making of this on."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._read = len(slack.calls)
        self.at: defaultdict[str, list[float]] = defaultdict(list)
        self._marks: defaultdict[str, list[str]] = defaultdict(list)

    def __len__(self) -> int:
        """How many threads have an answer."""
        new = self._slack.calls[self._read :]
        self._read += len(new)
        for call in new:
            if call.method == "chat.postMessage" and call.ok:
                thread = str(call.args.get("thread_ts"))
                self.at[thread].append(call.at)
                self._marks[thread].append(call.args["metadata"]["event_payload"]["mark"])
        return len(self.at)

    def double(self) -> list[list[str]]:
        """What was posted in the threads that have more or other than the parts of one answer."""
        return [
            marks
            for thread, marks in self._marks.items()
            if [mark.partition(":")[2] for mark in marks] != [f"{thread}#{part}" for part in range(len(marks))]
        ]

    def wait(self, sent: Collection[str]) -> None:
        """Until the questions of all these threads are dealt with."""
        self._slack.wait_until(lambda _: len(self) >= len(sent), 60)
        sessions = self._slack.world.sessions
        self._slack.wait_until(
            lambda _: all(one["status"] == "active" for (_, ts), one in sessions.items() if ts in sent), 60
        )
        assert self.at.keys() == set(sent)


def test_25_people_at_once_each_see_a_status_within_a_second_and_then_an_answer(
    world: tuple[FakeSlack, SlackApp],
) -> None:
    slack, _ = world
    answered = Answered(slack)
    sent = []
    for number in range(AT_ONCE):
        at = time.monotonic()
        sent.append((slack.dm(f"UMANY{number}", f"what did Ofsted say about {TOPICS[number % len(TOPICS)]}?"), at))
    answered.wait({asked.thread for asked, _ in sent})
    first = [slack.statuses(str(asked.channel), asked.thread)[0][0] - at for asked, at in sent]
    done = [answered.at[asked.thread][-1] - at for asked, at in sent]
    print(f"\n{AT_ONCE} at once: status {quantiles(first)}; answer {quantiles(done)}")
    assert max(first) < (1 if MEASURING else 3)  # a machine that does other things as well proves less
    assert answered.double() == []


def test_events_in_a_row_are_each_answered_once(world: tuple[FakeSlack, SlackApp]) -> None:
    """A tenth of them come twice: delivered again, or as a mention and its twin in either order."""
    slack, _ = world
    lots = random.Random(LOAD)  # noqa: S311  (the same lots each time)
    answered = Answered(slack)
    sent: dict[str, float] = {}
    repeated = []
    for number in range(LOAD):
        slack.wait_until(lambda _: len(answered) > len(sent) - UNDER_WAY, 60)
        text = f"what did Ofsted say about {lots.choice(TOPICS)} in {lots.choice((2018, 2019, 2020))}?"
        at = time.monotonic()
        if number % 20 == 0:
            channel = f"CROW{number % 13}"
            if channel not in slack.world.channels:
                slack.add_channel(channel)
            asked = slack.mention(channel, f"UROW{number % 97}", text, twin=lots.choice((True, "first")))
        else:
            asked = slack.dm(f"UROW{number % 97}", text)
        if number % 20 == 10:
            slack.redeliver(asked)
            repeated.append(asked)
        sent[asked.thread] = at
    answered.wait(sent)
    for one in repeated:
        assert slack.wait_ack(one, retry_num=1).acked
    took = max(times[-1] for times in answered.at.values()) - min(sent.values())
    acks = [one.seconds for one in slack.deliveries if one.event.thread in sent]
    done = [answered.at[thread][-1] - at for thread, at in sent.items()]
    print(f"\n{LOAD} in a row, {LOAD / took:.1f} a second: answer {quantiles(done)}; ack {quantiles(acks)}")
    assert answered.double() == []
    assert max(acks) < 3


# Limits


def test_places_in_the_queue_are_told_and_go_down_and_a_full_one_is_told_too(small: FakeSlack) -> None:
    slack = small
    slack.fail("chat.postMessage", ("hang", 1.3), when=there("CQUEUE1"))
    first = held(slack, "CQUEUE0", 2.5)
    waiting = []
    for number, place in ((1, "is next in the queue"), (2, "1 question before")):
        waiting.append(asks(slack, f"CQUEUE{number}"))
        slack.wait_until(lambda s, place=place: place in words(s, waiting[-1]))
    over = asks(slack, "CQUEUE3")
    (told,) = answers(slack, over)
    assert "More questions are waiting than I can take" in told
    for one in (first, *waiting):
        assert "caseloads" in answers(slack, one)[0]
    assert re.search("1 question before.*is next in the queue", words(slack, waiting[-1]))


def words(slack: FakeSlack, asked: Event) -> str:
    """All the statuses that stood under a question."""
    return " / ".join(words for _, words in slack.statuses(str(asked.channel), asked.thread))


def test_stopping_is_told_once_and_within_two_seconds_and_no_answer_follows(small: FakeSlack) -> None:
    slack = small
    working = held(slack, "CSTOP0", 3)
    waiting = asks(slack, "CSTOP1")
    slack.wait_until(lambda s: "is next in the queue" in words(s, waiting))
    for asked in (waiting, working):
        begun = time.monotonic()
        slack.agent_session_stopped(str(asked.channel), asked.thread, str(asked.user))
        assert "Stopped" in answers(slack, asked)[0]
        assert time.monotonic() - begun < 2
    answers(slack, asks(slack, "CSTOP2"))  # the one worker is free again
    for asked in (waiting, working):
        assert len(answers(slack, asked)) == 1
        assert not slack.status(str(asked.channel), asked.thread)
        session = slack.session(str(asked.channel), asked.thread)
        assert session is not None
        assert session["status"] == "active"


def test_one_person_has_so_many_questions_a_minute_and_others_theirs(small: FakeSlack) -> None:
    slack = small
    for number in range(3):
        answers(slack, asks(slack, f"CRATE{number}", "UFAST"))
    refused = asks(slack, "CRATE3", "UFAST")
    slack.wait_until(lambda s: s.ephemerals("UFAST"))
    assert "more than 3 questions in a minute" in slack.visible(slack.ephemerals("UFAST")[0].message)
    assert slack.posted(refused.channel) == []
    answers(slack, asks(slack, "CRATE4", "USLOW"))


@pytest.mark.parametrize(
    ("channel", "flags", "why"),
    [
        ("CUNNAMED", {}, "do not answer in this channel"),
        ("CDENIED", {}, "do not answer in this channel"),
        ("CSHARED", {"is_ext_shared": True}, "shared with another organisation"),
    ],
)
def test_some_channels_are_told_that_there_is_no_answer(
    small: FakeSlack, channel: str, flags: dict[str, bool], why: str
) -> None:
    slack = small
    user = f"UIN{channel[1:]}"
    asks(slack, channel, user, **flags)
    slack.wait_until(lambda s: s.ephemerals(user))
    (told,) = slack.ephemerals(user)
    assert why in slack.visible(told.message)
    assert slack.posted(channel) == []
    direct = slack.dm(user, QUESTION)
    answers(slack, direct)


def test_a_workspace_without_sessions_is_asked_for_them_once(small: FakeSlack) -> None:
    """The last test of this app, which remembers it."""
    slack = small
    slack.fail("agents.sessions.setStatus", *[("error", "unknown_method")] * 9)
    answers(slack, asks(slack, "CSESSION"))
    slack.wait_for(lambda call: call.fault == ("error", "unknown_method"))
    begun = len(slack.calls)
    answers(slack, asks(slack, "CSESSION", "UAFTER"))
    answers(slack, asks(slack, "CSESSION", "UAFTER"))
    assert [call for call in slack.calls[begun:] if call.method == "agents.sessions.setStatus"] == []
