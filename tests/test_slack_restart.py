"""The app is killed, stopped, doubled or cut off, and each question still has one answer or one clear reason.

Run as a program this is the app with a short lease, so that what a killed one left open is taken up in seconds:
test_slack_restart.py SECONDS
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_slack import FakeSlack
from fake_slack_wire import Event
from slack_process import SECRET, SlackApp, _read, slack_app

pytest_plugins = ["fixtures_slack"]

QUESTION = "what did Ofsted say about caseloads in 2019?"
OTHER = "what did Ofsted say about caseloads in 2018?"
ANSWER_TO_OTHER = "Nothing held was published or inspected in 2018"
LEASE = 2.0


def there(name: str) -> Any:
    """Whether a call concerns that channel or person."""
    return lambda args: name in (args.get("channel"), args.get("channel_id"), args.get("user"))


def asks(slack: FakeSlack, channel: str, text: str = QUESTION) -> Event:
    if channel not in slack.world.channels:
        slack.add_channel(channel)
    return slack.mention(channel, f"U{channel[1:]}", text)


def answers(slack: FakeSlack, asked: Event, count: int = 1, timeout: float = 30) -> list[str]:
    """What is read of the bot's messages in the thread of a question, once there are `count`."""
    slack.wait_until(lambda s: len(s.posted(asked.channel, asked.thread)) >= count, timeout)
    return [slack.visible(one) for one in slack.posted(asked.channel, asked.thread)]


def settle(*apps: SlackApp, timeout: float = 40) -> None:
    """Wait until no question is open any more."""
    until = time.monotonic() + timeout
    for app in apps:
        while any((said := app.health()[1])[name] for name in ("open", "working", "waiting")):
            assert time.monotonic() < until, said
            time.sleep(0.05)


@contextlib.contextmanager
def short_lease(slack: FakeSlack, index: Path, home: Path, **settings: str) -> Iterator[SlackApp]:
    """The app with a short lease, in HTTP mode; events go to the one started last."""
    with slack_app_environment(slack, index, home, **settings) as environment:
        process = subprocess.Popen(
            [sys.executable, __file__, str(LEASE)],
            cwd=home,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        app = SlackApp(process, home, environment=environment)
        app._reader = threading.Thread(target=_read, args=(app,), daemon=True)
        app._reader.start()
        try:
            assert process.stdout
            ready = process.stdout.readline()
            assert ready, f"the app ended: {app.log} {app.stray}"
            app.url = ready.split()[-1]
            slack.http_target(app.url, SECRET)
            yield app
        finally:
            if process.poll() is None:
                app.stop()
            assert process.stdout
            process.stdout.close()


@contextlib.contextmanager
def slack_app_environment(slack: FakeSlack, index: Path, home: Path, **settings: str) -> Iterator[dict[str, str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INSPECTIONS_", "SLACK_"))}
    yield kept | {
        "SLACK_BOT_TOKEN": slack.world.bot_token,
        "SLACK_APP_TOKEN": slack.world.app_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.api_url,
        "INSPECTIONS_INDEX": str(index),
        "INSPECTIONS_TODAY": "2026-11-01",
        "INSPECTIONS_SLACK_STATE": f"sqlite:///{home / 'state.sqlite'}",
        **settings,
    }


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """A workspace of its own; afterwards no call may have broken a rule."""
    with FakeSlack() as slack:
        slack.echo = True
        slack.retry_after = (0.5, 1.0, 2.0)
        yield slack
        assert not slack.violations, slack.summary()


def test_two_processes_share_the_work_and_one_takes_up_what_the_other_left(
    slack: FakeSlack, source_index: Path, tmp_path: Path
) -> None:
    with (
        short_lease(slack, source_index, tmp_path) as first,
        short_lease(slack, source_index, tmp_path) as second,
    ):
        shared = []
        for number in range(12):  # a mention and its twin may come to either
            slack.http_target((first, second)[number % 2].url, SECRET)
            asked = asks(slack, f"CSHARE{number}")
            slack.http_target((first, second)[(number + 1) % 2].url, SECRET)
            slack.redeliver(asked)
            shared.append(asked)
        for one in shared:
            answers(slack, one)
        settle(first, second)
        assert [len(answers(slack, one)) for one in shared] == [1] * len(shared)

        # Stopped where it is not worked on.
        slack.http_target(first.url, SECRET)
        slack.fail("chat.postMessage", ("hang", 2), when=there("CELSEWHERE"))
        begun = len(slack.calls)
        asked = asks(slack, "CELSEWHERE")
        slack.wait_for("chat.postMessage", since=begun)
        slack.http_target(second.url, SECRET)
        slack.agent_session_stopped("CELSEWHERE", asked.thread, "UELSEWHERE")
        assert "Stopped" in answers(slack, asked, timeout=2)[0]
        settle(first, second)
        assert len(answers(slack, asked)) == 1

        # Killed: while it posts, before Slack has the message and after; just after the acknowledgement; and while
        # it looks whether a follow-up is for it.
        slack.http_target(first.url, SECRET)
        thread = asks(slack, "CLEFT")
        answers(slack, thread)
        slack.fail("chat.postMessage", ("hang", 60), when=there("CKILLED"))
        slack.fail("chat.postMessage", ("done_then_hang", 60), when=there("CPOSTED"))
        slack.fail("assistant.threads.setStatus", ("hang", 60), when=there("CACKED"))
        slack.fail("conversations.replies", ("hang", 60), when=there("CLEFT"))
        begun = len(slack.calls)
        open_ones = [asks(slack, channel) for channel in ("CKILLED", "CPOSTED", "CACKED")]
        follow = slack.message("CLEFT", "ULEFT", "and what did the council say?", thread_ts=thread.ts)
        slack.wait_until(lambda s: sum(call.fault is not None for call in s.calls[begun:]) == 4)
        for one in (*open_ones, follow):
            assert slack.wait_ack(one).acked
        assert first.stop(signal.SIGKILL) != 0
        slack.http_target(second.url, SECRET)
        for one in open_ones:
            answers(slack, one)
        assert "from before" in answers(slack, follow, 2)[-1]
        settle(second)
        assert [len(answers(slack, one)) for one in (*open_ones, follow)] == [1, 1, 1, 2]
        assert second.stray == []


@pytest.fixture(scope="module")
def again(
    source_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FakeSlack, SlackApp, list[Event]]]:
    """An app with an empty state in a workspace where another answered the questions before."""
    with FakeSlack() as slack:
        slack.echo = True
        with slack_app(slack, source_index, tmp_path_factory.mktemp("before")):
            before = [asks(slack, name) for name in ("CFOLLOW", "CEDIT", "CDELETE")]
            for one in before:
                answers(slack, one)
        with slack_app(slack, source_index, tmp_path_factory.mktemp("after")) as app:
            yield slack, app, before
        assert not slack.violations, slack.summary()
        assert app.stray == []


def test_an_empty_state_forgets_no_thread(again: tuple[FakeSlack, SlackApp, list[Event]]) -> None:
    """Follow-ups, edits and deletions of what was answered before are read from the threads alone."""
    slack, _, (follow, edited, deleted) = again
    slack.message("CFOLLOW", "UFOLLOW", "and what did the council say?", thread_ts=follow.ts)
    stamp = slack.posted("CEDIT")[0]["ts"]
    slack.edit("CEDIT", str(edited.ts), f"<@U0BOT> {OTHER}")
    slack.delete("CDELETE", str(deleted.ts))
    assert "from before" in answers(slack, follow, 2)[-1]
    slack.wait_until(lambda s: ANSWER_TO_OTHER in s.visible(s.posted("CEDIT")[0]))
    assert [one["ts"] for one in slack.posted("CEDIT")] == [stamp]
    slack.wait_until(lambda s: not s.posted("CDELETE"))


def test_what_cannot_be_recorded_is_not_acknowledged_and_answered_when_it_comes_again(
    again: tuple[FakeSlack, SlackApp, list[Event]],
) -> None:
    slack, app, _ = again
    settle(app)  # else an answer's end would not be recorded either
    with contextlib.closing(sqlite3.connect(app.home / "state.sqlite")) as records:
        records.execute("ALTER TABLE slack_questions RENAME TO away")
        asked = asks(slack, "CBROKEN")
        assert slack.wait_ack(asked).status == 503
        slack.wait_ack(slack.command("UPRIVATE", "CBROKEN", QUESTION))
        slack.shortcut_claim("UCLAIM", "CBROKEN", "Ofsted said in 2019 that caseloads in Bradford are too high.")
        for user in ("UPRIVATE", "UCLAIM"):
            slack.wait_until(lambda s, user=user: s.ephemerals(user))
            assert "Something went wrong" in slack.visible(slack.ephemerals(user)[-1].message)
        records.execute("ALTER TABLE away RENAME TO slack_questions")
        slack.redeliver(asked)
        answers(slack, asked)
        records.execute("BEGIN IMMEDIATE")
        locked = asks(slack, "CLOCKED")
        slack.redeliver(locked)
        records.rollback()
        answers(slack, locked)
        settle(app)
    assert [len(answers(slack, one)) for one in (asked, locked)] == [1, 1]


def test_being_stopped_answers_what_there_is_time_for_and_tells_the_others(
    slack: FakeSlack, source_index: Path, tmp_path: Path
) -> None:
    one_worker = {"INSPECTIONS_SLACK_WORKERS": "1"}
    with slack_app(slack, source_index, tmp_path, INSPECTIONS_SLACK_STOP_SECONDS="1", **one_worker) as app:
        slack.fail("chat.postMessage", ("hang", 60), when=there("CSLOW0"))
        asked = [asks(slack, "CSLOW0")]
        slack.wait_for("chat.postMessage")
        asked += [asks(slack, f"CSLOW{number}") for number in (1, 2)]
        for one in asked:
            slack.wait_ack(one)
        assert app.stop() == 0
        assert app.stray == [], "".join(app.stray)
    assert ["I am being restarted" in words for one in asked[1:] for words in answers(slack, one)] == [True, True]
    with slack_app(slack, source_index, tmp_path, **one_worker) as app:
        answers(slack, asked[0])  # what was being posted is taken up by the next process
        assert [len(answers(slack, one)) for one in asked] == [1, 1, 1]
        stopped_in_time(slack, app)


def stopped_in_time(slack: FakeSlack, app: SlackApp) -> None:
    """Questions are answered although the app is told to stop while one is posted and others wait."""
    slack.fail("chat.postMessage", ("hang", 1), when=there("CSTOP0"))
    begun = len(slack.calls)
    asked = [asks(slack, f"CSTOP{number}") for number in range(4)]
    slack.wait_until(lambda s: any(call.fault for call in s.calls[begun:]))
    for one in asked:
        slack.wait_ack(one)
    assert app.stop() == 0
    assert ["caseloads" in words for one in asked for words in answers(slack, one)] == [True] * len(asked)
    assert app.stray == [], "".join(app.stray)


def test_lost_sockets_lose_and_double_nothing(slack: FakeSlack, source_index: Path, tmp_path: Path) -> None:
    """Slack asks for a new connection, or cuts all of them, while questions are under way."""
    with slack_app(slack, source_index, tmp_path, "socket") as app:
        asked = []
        for number in range(16):
            asked.append(asks(slack, f"CSOCK{number}"))
            if number == 5:
                slack.disconnect(cut_after=0.2)
            if number == 10:
                slack.cut()
        for one in asked:
            answers(slack, one)
        slack.wait_until(lambda s: all(any(d.event is one and d.acked for d in s.deliveries) for one in asked))
        assert [len(answers(slack, one)) for one in asked] == [1] * len(asked)
        stopped_in_time(slack, app)


if __name__ == "__main__":
    from assistant.settings import load_settings, load_slack_settings
    from assistant.slack.logs import set_up
    from assistant.slack.run import serve

    set_up(sys.stderr, with_text=False)
    serve(
        load_settings(),
        load_slack_settings(),
        ("127.0.0.1", 0),
        ready=lambda said: print(said, flush=True),
        lease=float(sys.argv[1]),
    )
