"""HTTP mode: one address for Slack and one for whoever watches over the app, on a server that keeps bounds.

What is in a request of Slack is Bolt's affair; here stand its size, its signature's form and the health answer.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest
from slack_bolt.adapter.wsgi.http_response import WsgiHttpResponse
from waitress.server import create_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/slack/events"
HEALTH = "/health"
THREADS = 16
LAST_WORDS = 5.0  # seconds that the last answers may take
LARGEST = 1_000_000  # bytes of a request; a view of 250 KB comes back form-encoded, in three times its size
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

Health = Callable[[], tuple[bool, Mapping[str, Any]]]


@contextmanager
def serving(app: App, health: Health, port: int, host: str = "127.0.0.1") -> Iterator[int]:
    """Serve, on threads of its own, for as long as the context lasts: the port.  `port` 0: a free one.

    `health` gives whether all is well, and what to say.  OSError: the port cannot be had.
    """
    # Bound here: the server leaves its own socket open where the port cannot be had.
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    server: Any = create_server(  # its stubs leave out what shutting down in order takes
        wsgi_app(app, health),
        sockets=[listening],
        threads=THREADS,
        max_request_body_size=LARGEST,
        channel_timeout=30,
        ident="inspections",
        clear_untrusted_proxy_headers=True,
    )
    thread = threading.Thread(target=server.run, name="http", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        # Sockets are closed by the thread that waits for them, the one that listens first: what came in is answered.
        server.trigger.pull_trigger(lambda: server.asyncore.dispatcher.close(server))
        server.task_dispatcher.shutdown()
        with contextlib.suppress(OSError):  # that thread has ended already, and closed what it waited for
            server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join(LAST_WORDS)


def wsgi_app(app: App, health: Health) -> WSGIApplication:
    """The WSGI application: POST /slack/events for Slack, GET /health for others, 404 for all else."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD", "")
        if path == HEALTH and method in ("GET", "HEAD"):
            well, said = health()
            return _answer(start, "200 OK" if well else "503 Service Unavailable", said)
        if path != PATH:
            return _answer(start, "404 Not Found", {"error": "not found"})
        if method != "POST":
            return _answer(start, "405 Method Not Allowed", {"error": "POST only"})
        if not _signed(environ):  # Bolt answers 500 to a signature or a time that is none at all
            return _answer(start, "401 Unauthorized", {"error": "invalid request"})
        request = WsgiHttpRequest(environ)
        try:
            asked = BoltRequest(body=request.get_body(), query=request.query_string, headers=request.get_headers())
        except Exception:  # noqa: BLE001  (Bolt reads the body before it looks at who signed it)
            return _answer(start, "400 Bad Request", {"error": "not a request of Slack"})
        told = app.dispatch(asked)
        response = WsgiHttpResponse(status=told.status, headers=told.headers, body=told.body)
        start(response.status, response.get_headers())
        return response.get_body()

    return serve


def _signed(environ: WSGIEnvironment) -> bool:
    """Whether the headers of a signature have its form; whether it is right, Bolt says."""
    stamp, signature = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""), environ.get("HTTP_X_SLACK_SIGNATURE", "")
    return bool(re.fullmatch(r"[0-9]{1,12}", stamp, re.ASCII) and _SIGNATURE.fullmatch(signature))


def _answer(start: StartResponse, status: str, said: Mapping[str, Any]) -> Iterable[bytes]:
    body = json.dumps(said).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
