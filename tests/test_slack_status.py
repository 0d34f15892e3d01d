"""A status is shown soon, the last of several said, never after the answer; the stop button goes with the answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, cast

import pytest
from fake_slack import TEAM, FakeSlack

from assistant.slack.errors import SlackError, SlackRefusedError, SlackSilentError
from assistant.slack.records import Asked, Way
from assistant.slack.status import TITLE, StatusBoard, StatusLine
from assistant.slack.web import Web, make_client

SOON = 10.0  # seconds that a test waits for what comes at once


def asked(text: str = "Caseloads?", thread_ts: str | None = "1.000000", channel: str = "D1") -> Asked:
    return Asked("k", Way.DIRECT, TEAM, channel, "U1", text, 0.0, thread_ts, thread_ts)


class Later(Executor):
    """Does what it is given when the test says so, in the order that the test says."""

    def __init__(self) -> None:
        self.work: list[Callable[[], object]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        assert not args
        assert not kwargs
        self.work.append(fn)
        return Future()

    def run(self, backwards: bool = False) -> None:
        work, self.work = self.work, []
        for one in reversed(work) if backwards else work:
            one()


class Calls:
    """Takes the place of the Web API: records calls, and fails them as told."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []
        self.failure: SlackError | None = None
        self.gate: threading.Event | None = None
        self.begun = threading.Event()
        self.held = ""  # the status for which the gate is shut; all, where it is empty

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        held = not self.held or arguments["status"] == self.held
        if held:
            self.begun.set()
        if held and self.gate:
            assert self.gate.wait(SOON)
        self.made.append((method, arguments))
        if self.failure:
            raise self.failure
        return {"ok": True}

    @property
    def told(self) -> list[str]:
        return [args["status"] for method, args in self.made if method == "assistant.threads.setStatus"]

    @property
    def sessions(self) -> list[str]:
        return [args["status"] for method, args in self.made if method == "agents.sessions.setStatus"]


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def board(calls: Calls, later: Later) -> StatusBoard:
    return StatusBoard(cast(Web, calls), later)


@pytest.fixture
def line(board: StatusBoard) -> StatusLine:
    return board.line(asked())


def test_the_first_status_is_shown_at_once_and_the_stop_button_soon(
    line: StatusLine, calls: Calls, later: Later
) -> None:
    line.begin("is reading…")
    assert (calls.told, calls.sessions) == (["is reading…"], [])
    later.run()
    assert calls.sessions == ["processing"]


def test_of_several_said_at_once_the_last_is_shown_once(line: StatusLine, calls: Calls, later: Later) -> None:
    for words in ("is one…", "is two…", "is three…"):
        line.say(words)
    later.run()
    assert calls.told == ["is three…"]


def test_the_same_words_are_told_again_only_to_keep_them_alive(line: StatusLine, calls: Calls, later: Later) -> None:
    line.begin("is reading…")
    line.say("is reading…")
    later.run()
    assert calls.told == ["is reading…"]
    line.refresh()
    later.run()
    assert calls.told == ["is reading…"] * 2


def test_a_line_that_said_nothing_has_nothing_to_keep_alive(line: StatusLine, calls: Calls, later: Later) -> None:
    line.refresh()
    later.run()
    assert calls.made == []


@pytest.mark.parametrize("close", [StatusLine.close, StatusLine.answered, StatusLine.end])
def test_nothing_is_said_after_the_end(
    line: StatusLine, calls: Calls, later: Later, close: Callable[[StatusLine], None]
) -> None:
    """Neither what was on its way, nor what is said later; `end` clears the line, which is no status."""
    line.begin("is reading…")
    line.say("is looking…")
    close(line)
    line.say("is late…")
    line.refresh()
    later.run()
    assert calls.told == (["is reading…", ""] if close is StatusLine.end else ["is reading…"])


def test_closing_waits_for_the_status_that_is_on_its_way(calls: Calls) -> None:
    with ThreadPoolExecutor(1) as pool:
        line = StatusBoard(cast(Web, calls), pool).line(asked())
        calls.gate = threading.Event()
        line.say("is looking…")
        assert calls.begun.wait(SOON)
        order: list[str] = []
        closing = threading.Thread(target=lambda: (line.close(), order.append(f"closed after {calls.told}")))
        closing.start()
        assert closing.is_alive()
        assert order == []
        calls.gate.set()
        closing.join(SOON)
        assert order == ["closed after ['is looking…']"]
        line.say("is late…")
    assert calls.told == ["is looking…"]


# ---------------------------------------------------------------- the session and its stop button


@pytest.mark.parametrize("close", [StatusLine.answered, StatusLine.end])
@pytest.mark.parametrize("backwards", [False, True])
def test_however_threads_take_turns_the_stop_button_goes_with_the_answer(
    line: StatusLine, calls: Calls, later: Later, close: Callable[[StatusLine], None], backwards: bool
) -> None:
    line.begin("is reading…")
    close(line)
    later.run(backwards)
    assert calls.sessions[-1] == "active"
    assert calls.sessions.count("active") == 1


def test_a_session_that_is_being_begun_is_ended_afterwards(calls: Calls) -> None:
    """With several threads "active" may be wanted while "processing" is still on its way."""
    with ThreadPoolExecutor(4) as pool:
        calls.held, calls.gate = "processing", threading.Event()
        line = StatusBoard(cast(Web, calls), pool).line(asked())
        line.begin("is reading…")
        assert calls.begun.wait(SOON)
        line.answered()
        pool.submit(lambda: None).result(SOON)  # another thread has had its chance to overtake
        calls.gate.set()
    assert calls.sessions == ["processing", "active"]


def test_a_line_that_never_began_can_take_the_button_away(line: StatusLine, calls: Calls, later: Later) -> None:
    line.end()
    later.run()
    assert (calls.told, calls.sessions) == ([""], ["active"])


@pytest.mark.parametrize("code", ["unknown_method", "missing_scope", "not_allowed_token_type"])
def test_where_slack_has_no_sessions_it_is_asked_for_them_once(
    board: StatusBoard, calls: Calls, later: Later, code: str
) -> None:
    calls.failure = SlackRefusedError("agents.sessions.setStatus", code)
    for _ in range(3):
        line = board.line(asked())
        line.begin("is reading…")
        later.run()
        line.answered()
        later.run()
    assert len(calls.sessions) == 1
    assert len(calls.told) == 3


@pytest.mark.parametrize(
    "failure",
    [
        SlackSilentError("agents.sessions.setStatus", "TimeoutError"),
        SlackRefusedError("agents.sessions.setStatus", "ratelimited"),
        SlackRefusedError("agents.sessions.setStatus", "thread_not_found"),
    ],
)
def test_a_failure_of_the_moment_does_not_switch_sessions_off(
    board: StatusBoard, calls: Calls, later: Later, failure: SlackError, caplog: pytest.LogCaptureFixture
) -> None:
    calls.failure = failure
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            board.line(asked("Which families?")).begin("is reading…")
            later.run()
    assert len(calls.sessions) == 2
    assert caplog.records
    assert not any("families" in str(record.__dict__) for record in caplog.records)


def test_a_private_question_has_no_line(board: StatusBoard, calls: Calls, later: Later) -> None:
    line = board.line(asked(thread_ts=None))
    line.begin("is reading…")
    line.say("is looking…")
    line.end()
    later.run()
    assert calls.made == []


def test_after_the_app_has_stopped_nothing_is_told(calls: Calls) -> None:
    pool = ThreadPoolExecutor(1)
    line = StatusBoard(cast(Web, calls), pool).line(asked())
    pool.shutdown()
    line.say("is late…")
    line.end()
    assert calls.made == []


# ---------------------------------------------------------------- as Slack takes it


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as server:
        server.http_target("http://127.0.0.1:9/", "no one listens")
        yield server


def test_slack_takes_what_is_told(slack: FakeSlack, later: Later) -> None:
    event = slack.dm("U1", "Caseloads?")
    board = StatusBoard(Web(make_client(slack.world.bot_token, slack.api_url)), later)
    line = board.line(asked("x" * 5_000, event.ts, str(event.channel)))
    line.begin("is reading…")
    later.run()
    session = slack.session(str(event.channel), str(event.ts))
    assert slack.status(str(event.channel), str(event.ts)) == "is reading…"
    assert session
    assert (session["status"], session["title"]) == ("processing", "x" * TITLE)
    line.end()
    later.run()
    session = slack.session(str(event.channel), str(event.ts))
    assert slack.status(str(event.channel), str(event.ts)) == ""
    assert session
    assert session["status"] == "active"
    assert not slack.violations


def test_a_status_is_tried_once_and_its_failure_is_nobodys_trouble(slack: FakeSlack, later: Later) -> None:
    event = slack.dm("U1", "Caseloads?")
    since = len(slack.calls)
    slack.fail("assistant.threads.setStatus", ("status", 503), ("ratelimited", 30))
    slack.fail("agents.sessions.setStatus", ("ratelimited", 30))
    line = StatusBoard(Web(make_client(slack.world.bot_token, slack.api_url)), later).line(
        asked(thread_ts=event.ts, channel=str(event.channel))
    )
    line.begin("is reading…")
    line.say("is looking…")
    later.run()
    assert len(slack.calls) - since == 3
    line.say("is writing…")
    later.run()
    assert slack.status(str(event.channel), str(event.ts)) == "is writing…"
