"""Calls of Slack are tried again only where that is safe, within bounds, and tell no secret when they fail."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fake_slack import FakeSlack

from assistant.slack.errors import SlackRefusedError, SlackSilentError
from assistant.slack.web import LONGEST_WAIT, PAUSES, TRIES, Web, make_client

TEXT = "Which families were visited?"
UNKNOWN = [("status", 500), ("status", 503), ("drop",), ("garbage",), ("error", "internal_error"), ("hang", 30)]
UNFURLS = {"unfurl_links": False, "unfurl_media": False}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        slack.add_channel("C1")
        slack.add_user("U1")
        yield slack


@pytest.fixture
def slack(server: FakeSlack) -> FakeSlack:
    server._faults.clear()
    server.calls.clear()
    server.violations.clear()
    return server


@pytest.fixture
def paused() -> list[float]:
    """The pauses that were made, in seconds."""
    return []


@pytest.fixture
def web(request: pytest.FixtureRequest, slack: FakeSlack, paused: list[float]) -> Web:
    """Impatient only where Slack is to hang: on a busy machine an answer may take its time."""
    client = make_client(slack.world.bot_token, slack.api_url)
    client.timeout = 0.5 if "hang" in request.node.name else 10  # type: ignore[assignment]  # urllib takes a part
    return Web(client, paused.append)


def calls(slack: FakeSlack, method: str) -> int:
    return len(slack.calls_of(method))


def say(web: Web, **more: Any) -> Any:
    return web.call("chat.postMessage", channel="C1", text=TEXT, **UNFURLS, **more)


# ---------------------------------------------------------------- what goes right


def test_an_answer_is_what_slack_says_and_arguments_that_are_none_stay_away(slack: FakeSlack, web: Web) -> None:
    assert say(web, thread_ts=None)["ok"] is True
    (call,) = slack.calls_of("chat.postMessage")
    assert call.args == {"channel": "C1", "text": TEXT, **UNFURLS}
    assert call.token == slack.world.bot_token
    assert not slack.violations


def test_what_takes_no_json_is_sent_as_a_form(slack: FakeSlack, web: Web) -> None:
    assert web.call("users.info", user="U1")["user"]["id"] == "U1"
    assert web.call("auth.test")["user_id"] == "U0BOT"
    assert not slack.violations


def test_scopes_are_those_that_slack_names(slack: FakeSlack, web: Web, paused: list[float]) -> None:
    slack.fail("auth.test", ("ratelimited", 2), ("status", 503))
    assert web.scopes() == frozenset(slack.world.scopes)
    assert paused == [2, PAUSES[0]]


def test_an_address_needs_no_last_slash(slack: FakeSlack) -> None:
    client = make_client(slack.world.bot_token, slack.api_url.rstrip("/"))
    assert Web(client).call("auth.test")["ok"] is True


# ---------------------------------------------------------------- asked to wait


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_slack_is_given_the_time_that_it_asks_for(slack: FakeSlack, web: Web, paused: list[float], method: str) -> None:
    ts = say(web)["ts"]
    slack.fail(method, ("ratelimited", 7), ("ratelimited", 30))
    assert web.call(method, channel="C1", text=TEXT, **({"ts": ts} if method == "chat.update" else UNFURLS))["ok"]
    assert paused == [7, 30]


def test_the_waits_are_bounded_in_all(slack: FakeSlack, web: Web, paused: list[float]) -> None:
    """Then it is no refusal: the same call may be taken later."""
    slack.fail("chat.postMessage", *[("ratelimited", 50)] * 5)
    with pytest.raises(SlackSilentError):
        say(web)
    assert paused == [50, 50]
    assert sum(paused) <= LONGEST_WAIT


@pytest.mark.parametrize("after", [0, "nan", "-5", "soon"])
def test_a_wait_of_no_time_does_not_go_on_for_ever(
    slack: FakeSlack, web: Web, paused: list[float], after: object
) -> None:
    slack.fail("chat.postMessage", *[("ratelimited", after)] * 200)
    with pytest.raises(SlackSilentError):
        say(web)
    assert len(paused) == LONGEST_WAIT
    assert all(pause in (0, 1) for pause in paused)


def test_one_wait_that_is_too_long_is_not_made(slack: FakeSlack, web: Web, paused: list[float]) -> None:
    slack.fail("chat.postMessage", ("ratelimited", 3600))
    with pytest.raises(SlackSilentError):
        say(web)
    assert paused == []


def test_waits_do_not_use_up_the_tries(slack: FakeSlack, web: Web, paused: list[float]) -> None:
    slack.fail("users.info", ("status", 503), ("ratelimited", 2), ("status", 503), ("ratelimited", 2), ("status", 503))
    assert web.call("users.info", user="U1")["ok"]
    assert paused == [PAUSES[0], 2, PAUSES[1], 2, PAUSES[2]]


# ---------------------------------------------------------------- unknown whether it was carried out


@pytest.mark.parametrize("outcome", UNKNOWN, ids=str)
def test_what_may_be_made_twice_is_made_again(
    slack: FakeSlack, web: Web, paused: list[float], outcome: tuple[Any, ...]
) -> None:
    slack.fail("users.info", outcome, outcome)
    assert web.call("users.info", user="U1")["ok"]
    assert paused == list(PAUSES[:2])


@pytest.mark.parametrize("method", ["users.info", "conversations.replies", "chat.update", "chat.delete"])
def test_the_tries_are_bounded(slack: FakeSlack, web: Web, paused: list[float], method: str) -> None:
    slack.fail(method, *[("status", 503)] * 9)
    with pytest.raises(SlackSilentError):
        web.call(method, channel="C1", ts="1.0", user="U1")
    assert calls(slack, method) == TRIES
    assert paused == list(PAUSES)


@pytest.mark.parametrize("outcome", [*UNKNOWN, ("done_then_drop",), ("done_then_garbage",)], ids=str)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "views.open"])
def test_what_must_not_be_made_twice_is_left_to_the_caller(
    slack: FakeSlack, web: Web, paused: list[float], method: str, outcome: tuple[Any, ...]
) -> None:
    """Garbage too: the message may stand in the channel, so it is no refusal."""
    slack.fail(method, outcome)
    with pytest.raises(SlackSilentError):
        web.call(method, channel="C1", text=TEXT, user="U1", **UNFURLS)
    assert calls(slack, method) == 1
    assert paused == []


def test_slack_never_holds_a_message_twice(slack: FakeSlack, web: Web) -> None:
    before = len(slack.posted("C1"))
    slack.fail("chat.postMessage", ("done_then_drop",))
    with pytest.raises(SlackSilentError):
        say(web)
    assert len(slack.posted("C1")) == before + 1


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("code", ["channel_not_found", "invalid_blocks", "msg_too_long", "not_in_channel"])
def test_a_refusal_is_final_and_told_by_its_code(slack: FakeSlack, web: Web, paused: list[float], code: str) -> None:
    slack.fail("chat.update", ("error", code))
    with pytest.raises(SlackRefusedError) as caught:
        web.call("chat.update", channel="C1", ts="1.0", text=TEXT)
    assert caught.value.error == code
    assert code in caught.value.what
    assert paused == []


# ---------------------------------------------------------------- not worth waiting for


@pytest.mark.parametrize("outcome", [("ratelimited", 1), *UNKNOWN], ids=str)
def test_the_impatient_try_once(slack: FakeSlack, web: Web, paused: list[float], outcome: tuple[Any, ...]) -> None:
    slack.fail("users.info", outcome)
    with pytest.raises((SlackRefusedError, SlackSilentError)):
        web.call("users.info", patient=False, user="U1")
    assert (calls(slack, "users.info"), paused) == (1, [])


@pytest.mark.parametrize("outcome", [("ratelimited", 1), ("status", 503)], ids=str)
def test_a_pause_that_gives_up_ends_the_call(slack: FakeSlack, web: Web, outcome: tuple[Any, ...]) -> None:
    def stop(_: float) -> None:
        raise SlackSilentError("a call", "the app is being stopped")

    slack.fail("users.info", *[outcome] * 3)
    with pytest.raises(SlackSilentError, match="being stopped"):
        Web(web.client, stop).call("users.info", user="U1")
    assert calls(slack, "users.info") == 1


# ---------------------------------------------------------------- answers of no Slack


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """A server that always answers what it is told; gives its address."""
    answer: list[tuple[bytes, str, int]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body, kind, status = answer[0]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def set_up(body: bytes, kind: str, status: int = 200) -> str:
        answer[:] = [(body, kind, status)]
        return f"http://127.0.0.1:{server.server_port}/api/"

    yield set_up
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"null", "application/json"),
        (b"[1]", "application/json"),
        (b'"ok"', "application/json"),
        (b"{}", "application/json"),
        (b'{"ok": false}', "application/json"),
        (b'{"ok": false, "error": {"code": 1}}', "application/json"),
        (b'{"ok": true, "ts": "1.', "application/json"),
        (b'{"ok": false, "error": "Sorry, the proxy is down"}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"ok": true}', "application/json; charset=martian"),
        (b"<html>a proxy</html>", "text/html"),
    ],
)
def test_an_answer_that_is_none_leaves_it_unknown_what_happened(
    answering: Callable[..., str], body: bytes, kind: str
) -> None:
    with pytest.raises(SlackSilentError):
        Web(make_client("xoxb-1", answering(body, kind))).call("chat.postMessage", channel="C1", text=TEXT)


def test_a_server_that_fails_refuses_nothing_whatever_it_says(answering: Callable[..., str]) -> None:
    address = answering(b'{"ok": false, "error": "channel_not_found"}', "application/json", 502)
    with pytest.raises(SlackSilentError):
        Web(make_client("xoxb-1", address)).call("chat.postMessage", channel="C1", text=TEXT)


def test_where_nobody_listens_it_is_unknown_too(paused: list[float]) -> None:
    with pytest.raises(SlackSilentError):
        Web(make_client("xoxb-1", "http://127.0.0.1:9/api/"), paused.append).call("auth.test")
    assert paused == list(PAUSES)


# ---------------------------------------------------------------- what is told of it


@pytest.mark.parametrize("outcome", [*UNKNOWN, ("ratelimited", 9000), ("error", "invalid_blocks")], ids=str)
def test_no_error_and_no_log_tells_the_token_or_what_was_sent(
    slack: FakeSlack, web: Web, caplog: pytest.LogCaptureFixture, outcome: tuple[Any, ...]
) -> None:
    slack.fail("chat.update", *[outcome] * TRIES)
    with caplog.at_level(logging.INFO), pytest.raises((SlackRefusedError, SlackSilentError)) as caught:
        web.call("chat.update", channel="C1", ts="1.0", text=TEXT)
    error: BaseException | None = caught.value
    told = [caught.value.what, str(caught.value.cure)]
    while error is not None:
        told += [str(error), repr(error)]
        error = error.__cause__
    told += [json.dumps(record.__dict__, default=str) for record in caplog.records]
    for secret in (slack.world.bot_token, TEXT, "families"):
        assert not any(secret in one for one in told)
