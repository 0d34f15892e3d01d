"""HTTP mode over a real server: who is not Slack gets 4xx, whatever is sent; nobody holds up anybody else."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from fake_slack import signed
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from assistant.slack.http import HEALTH, LARGEST, PATH, THREADS, serving

SECRET = "the-signing-secret"
VERIFY = json.dumps({"type": "url_verification", "token": "legacy", "challenge": "3eZbrw1a"})
JSON = {"Content-Type": "application/json"}
GARBAGE = "v0=" + "0" * 64
OURS = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U0BOT")


class Health:
    well = True


@pytest.fixture(scope="module")
def health() -> Health:
    return Health()


@pytest.fixture(scope="module")
def seen() -> list[dict[str, Any]]:
    """The events that reached the app."""
    return []


@pytest.fixture(scope="module")
def port(health: Health, seen: list[dict[str, Any]]) -> Iterator[int]:
    app = App(
        client=WebClient("xoxb-1", base_url="http://127.0.0.1:9/"),
        signing_secret=SECRET,
        token_verification_enabled=False,
        authorize=lambda **_: OURS,
    )
    app.use(lambda body, next: (seen.append(body), next())[1])  # noqa: A006  (Bolt's name)
    with serving(app, lambda: (health.well, {"status": "ok" if health.well else "failing"}), port=0) as port:
        yield port
    assert not [thread for thread in threading.enumerate() if thread.name == "http"]


def send(port: int, method: str = "POST", path: str = PATH, body: bytes | str = b"", **headers: str) -> tuple[int, str]:
    """The status and the body of the answer."""
    raw = body.encode() if isinstance(body, str) else body
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request(method, path, raw, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def slack(port: int, body: str, kind: str = "application/json", at: int | None = None) -> tuple[int, str]:
    """What Slack itself gets."""
    return send(port, body=body, **{"Content-Type": kind}, **signed(body, SECRET, at))


def now() -> str:
    return str(int(time.time()))


# ---------------------------------------------------------------- Slack


def test_slack_is_answered_when_it_asks_whether_the_address_is_ours(port: int) -> None:
    status, body = slack(port, VERIFY)
    assert status == 200
    assert "3eZbrw1a" in body


def test_a_form_is_read_as_well(port: int, seen: list[dict[str, Any]]) -> None:
    payload = {"type": "shortcut", "callback_id": "nobody_listens", "user": {"id": "U1"}, "team": {"id": "T1"}}
    form = urllib.parse.urlencode({"payload": json.dumps(payload)})
    assert slack(port, form, "application/x-www-form-urlencoded")[0] in {200, 404}
    assert seen[-1]["callback_id"] == "nobody_listens"


# ---------------------------------------------------------------- who is not Slack


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": GARBAGE},
        {"X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": "", "X-Slack-Request-Timestamp": ""},
        {"X-Slack-Signature": "garbage", "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": "v0=\u00e9" + "0" * 63, "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": GARBAGE + "\u00ff", "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": GARBAGE.upper(), "X-Slack-Request-Timestamp": "NOW"},
        {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": "\u00b2"},
        {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": "9" * 5_000},
        {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": "0"},
    ],
    ids=str,
)
def test_an_unsigned_request_is_turned_away(port: int, seen: list[dict[str, Any]], headers: dict[str, str]) -> None:
    before = len(seen)
    given = {name: now() if value == "NOW" else value for name, value in headers.items()}
    status, body = send(port, body=VERIFY, **JSON, **given)
    assert status == 401
    assert "3eZbrw1a" not in body
    assert len(seen) == before


@pytest.mark.parametrize("seconds", [-400, 400])
def test_an_old_or_early_signature_is_turned_away(port: int, seconds: int) -> None:
    assert slack(port, VERIFY, at=int(time.time()) + seconds)[0] == 401


def test_a_signature_of_another_body_or_secret_is_turned_away(port: int) -> None:
    assert send(port, body=VERIFY + " ", **JSON, **signed(VERIFY, SECRET))[0] == 401
    assert send(port, body=VERIFY, **JSON, **signed(VERIFY, "another"))[0] == 401


# ---------------------------------------------------------------- what is no request


BROKEN = [
    "{",
    "[1, 2]",
    "null",
    "5",
    '"text"',
    "[" * 100_000,
    '{"a":' * 20_000,
    '{"type": "event_callback", "authorizations": 5}',
    '{"enterprise": 5}',
    '{"event": 5, "team": 5}',
    '{"authorizations": {"a": 1}}',
]


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: body[:30])
def test_whatever_is_sent_the_sender_is_at_fault(port: int, body: str, caplog: pytest.LogCaptureFixture) -> None:
    """Bolt reads the body before it looks at the signature: what it cannot read is no failure of ours."""
    with caplog.at_level(logging.ERROR):
        headers = {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": now()}
        assert send(port, body=body, **JSON, **headers)[0] in {400, 401}
        form = urllib.parse.urlencode({"payload": body})
        assert send(port, body=form, **headers)[0] in {400, 401}
    assert not caplog.records


def test_what_is_not_utf8_is_no_request(port: int) -> None:
    headers = {"X-Slack-Signature": GARBAGE, "X-Slack-Request-Timestamp": now()}
    assert send(port, body=b'{"type": "\xff"}', **JSON, **headers)[0] == 400
    assert slack(port, "{")[0] == 400


def test_other_addresses_and_methods_are_told_apart(port: int) -> None:
    assert send(port, "GET", "/")[0] == 404
    assert send(port, "POST", "/slack/install", VERIFY)[0] == 404
    assert send(port, "POST", PATH + "/", VERIFY)[0] == 404
    assert send(port, "POST", HEALTH, VERIFY)[0] == 404
    for method in ("GET", "PUT", "DELETE"):
        assert send(port, method)[0] == 405


def test_a_large_body_is_not_read(port: int) -> None:
    with contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as raw:
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST + 1}\r\n\r\n"
        raw.sendall(head.encode())
        assert b" 413 " in raw.recv(4_000)


def test_a_large_body_that_is_allowed_reaches_slack_bolt(port: int, seen: list[dict[str, Any]]) -> None:
    body = json.dumps({"type": "shortcut", "callback_id": "large", "padding": "x" * 750_000})
    assert slack(port, body)[0] in {200, 404}
    assert seen[-1]["callback_id"] == "large"


# ---------------------------------------------------------------- the health answer


def test_the_health_answer_is_json_and_tells_by_its_status(port: int, health: Health) -> None:
    assert send(port, "GET", HEALTH) == (200, '{"status": "ok"}')
    health.well = False
    try:
        assert send(port, "GET", HEALTH) == (503, '{"status": "failing"}')
        assert send(port, "HEAD", HEALTH) == (503, "")
    finally:
        health.well = True


def test_slow_clients_do_not_hold_up_others(port: int) -> None:
    """More of them than there are threads: what is half sent keeps no thread waiting."""
    with contextlib.ExitStack() as stack:
        for _ in range(2 * THREADS):
            raw = stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=5)))
            raw.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow".encode())
        assert send(port, "GET", HEALTH)[0] == 200
        assert slack(port, VERIFY)[0] == 200
