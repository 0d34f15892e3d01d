"""A language model's endpoint on loopback that speaks the protocol of chat completions, streaming and not.

What it answers is told beforehand, as are the ways in which it misbehaves.  It checks what it is sent as the real
ones do, and keeps it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Said = str | Callable[[str], str]
KNOWN = {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "stream", "stream_options"}


@dataclass
class FakeModel:
    """`say` is what it answers: a text, or a function of the user's message; `way` how it behaves.

    Ways: well, garbage, not_json, hang, drip, drip_comments, cut, half, error, length, filter, refuse, empty, huge,
    endless, no_usage, odd_usage, tools, no_choices, second, html, bytes, newer, echo, redirect, or a status such as
    429.  A status is given `times` times, with `retry_after` where that is set; then it behaves.
    """

    say: Said = ""
    way: str = "well"
    times: int = 1_000
    retry_after: str | None = None
    key: str | None = None
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def text(self, body: dict[str, Any]) -> str:
        return self.say(body["messages"][-1]["content"]) if callable(self.say) else self.say


_CALL = {"id": "t1", "type": "function", "function": {"name": "delete_index", "arguments": "{}"}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: FakeModel

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        model = self.model
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model.asked.append(body)
        model.headers.append(dict(self.headers))
        fault = _fault(model, self.path, dict(self.headers), body)
        if fault:
            return self._status(*fault)
        if model.way.isdigit() and model.times > 0:
            model.times -= 1
            return self._status(int(model.way), "try again", model.retry_after)
        if model.way == "redirect":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if model.way == "hang":
            model.stop.wait(30)
            return self._status(500, "too late")
        if model.way == "garbage":
            return self._send(b"\x00\xff<html>no", "application/json")
        if model.way == "html":
            return self._send(b"<html><body>Please log in</body></html>", "text/html; charset=utf-8")
        if body.get("stream"):
            return self._stream(body)
        if model.way == "half":
            return self._half(json.dumps(_whole(model, body)).encode())
        if model.way == "bytes":
            return self._send(
                json.dumps(_whole(model, body)).encode().replace(b"assistant", b"\xff\xfe\xc3"), "application/json"
            )
        return self._send(json.dumps(_whole(model, body)).encode(), "application/json")

    def _status(self, status: int, message: str, retry_after: str | None = None) -> None:
        data = json.dumps({"error": {"message": message, "type": "error", "param": None, "code": None}}).encode()
        self._send(data, "application/json", status, retry_after)

    def _half(self, data: bytes) -> None:
        """Promise all of it, send half, and hang up."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.close_connection = True

    def _send(self, data: bytes, kind: str, status: int = 200, retry_after: str | None = None) -> None:
        self.send_response(status)
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        with suppress(OSError):  # the other side has had enough
            self.end_headers()
            self.wfile.write(data)

    def _stream(self, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        if self.model.way == "half":
            self.send_header("Content-Length", "100000")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):  # as above
            while self.model.way == "endless":  # one line that never ends
                self.wfile.write(b"data: " + b"x" * 65_536)
            for chunk in _chunks(self.model, body):
                self.wfile.write(chunk)
                self.wfile.flush()


def _fault(model: FakeModel, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, str] | None:
    """What a real endpoint would refuse."""
    if path != "/v1/chat/completions":
        return 404, f"unknown path {path}"
    given = {name.lower(): value for name, value in headers.items()}
    if model.key is not None and given.get("authorization") != f"Bearer {model.key}":
        return 401, "incorrect key"
    if set(body) - KNOWN or not body.get("model") or [m["role"] for m in body["messages"]] != ["system", "user"]:
        return 400, f"unknown argument among {sorted(body)}"
    if model.way == "echo":
        return 400, f"cannot read {body['messages'][-1]['content']!r}"
    if model.way == "newer" and "max_tokens" in body:
        return 400, "Unsupported parameter: 'max_tokens' is not supported with this model."
    return None


def _usage(model: FakeModel, text: str) -> dict[str, Any] | None:
    if model.way == "odd_usage":
        return {"prompt_tokens": -5, "completion_tokens": "many", "total_tokens": None}
    return None if model.way == "no_usage" else {"prompt_tokens": 1000, "completion_tokens": max(1, len(text) // 4),
                                                 "total_tokens": 1000 + len(text) // 4}  # fmt: skip


def _ended(model: FakeModel) -> str:
    return {"length": "length", "filter": "content_filter", "tools": "tool_calls"}.get(model.way, "stop")


def _whole(model: FakeModel, body: dict[str, Any]) -> dict[str, Any]:
    text = "x" * (2 << 20) if model.way == "huge" else model.text(body)
    message: dict[str, Any] = {"role": "assistant", "content": None if model.way in ("refuse", "empty") else text}
    if model.way == "refuse":
        message["refusal"] = "I cannot help with that."
    if model.way == "tools":
        message = {"role": "assistant", "content": None, "tool_calls": [_CALL]}
    if model.way == "no_choices":
        return {"id": "c1", "object": "chat.completion", "created": 1, "model": body["model"], "choices": []}
    if model.way == "error":
        return {"error": {"message": "the machine broke", "type": "server_error", "param": None, "code": None}}
    ended, place = None if model.way == "cut" else _ended(model), 1 if model.way == "second" else 0
    return {
        "id": "c1", "object": "chat.completion", "created": 1, "model": body["model"],
        "choices": [{"index": place, "message": message, "finish_reason": ended}],
        "usage": _usage(model, text),
    }  # fmt: skip


def _chunks(model: FakeModel, body: dict[str, Any]) -> Iterator[bytes]:
    def event(delta: dict[str, Any], ended: str | None = None) -> bytes:
        chunk = {
            "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": body["model"],
            "choices": [{"index": 1 if model.way == "second" else 0, "delta": delta, "finish_reason": ended}],
        }  # fmt: skip
        return f"data: {json.dumps(chunk)}\n\n".encode()

    if model.way == "not_json":
        yield b"data: {broken\n\n"
        return
    yield event({"role": "assistant", "content": ""})
    if model.way == "refuse":
        yield event({"refusal": "I cannot help with that."})
    if model.way == "bytes":
        yield b'data: {"id": "\xff\xfe\xc3"\n\n'
        return
    if model.way == "no_choices":
        yield f"data: {json.dumps({'id': 'c1', 'object': 'chat.completion.chunk', 'choices': []})}\n\n".encode()
        yield b"data: [DONE]\n\n"
        return
    if model.way == "tools":
        yield event({"tool_calls": [{"index": 0, **_CALL}]}, "tool_calls")
        yield b"data: [DONE]\n\n"
        return
    text = "" if model.way in ("refuse", "empty") else "x" * (2 << 20) if model.way == "huge" else model.text(body)
    for at in range(0, len(text), 4096 if model.way == "huge" else 40):
        yield event({"content": text[at : at + (4096 if model.way == "huge" else 40)]})
        if model.way in ("cut", "half"):
            return
        if model.way == "error":
            yield b'data: {"error": {"message": "the machine broke", "type": "server_error"}}\n\n'
            return
        while model.way in ("drip", "drip_comments") and not model.stop.wait(0.05):
            yield b": still there\n\n" if model.way == "drip_comments" else event({"content": " "})
    yield event({}, _ended(model))
    usage = _usage(model, text)
    if usage and (body.get("stream_options") or {}).get("include_usage"):
        last = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": body["model"], "choices": [],
                "usage": usage}  # fmt: skip
        yield f"data: {json.dumps(last)}\n\n".encode()
    yield b"data: [DONE]\n\n"


@contextmanager
def serving(model: FakeModel) -> Iterator[FakeModel]:
    """The endpoint on loopback, for as long as the block lasts; its address is in `url`."""
    handler = type("Handler", (_Handler,), {"model": model})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield model
    finally:
        model.stop.set()
        server.shutdown()
        server.server_close()
        thread.join()
