"""A real Chroma server on loopback, and what may stand between it and the project: a proxy, and servers that misbehave.

Nothing of the project is replaced here: it speaks HTTP to each of them as it would to any server.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

CHROMA = Path(sys.executable).parent / "chroma"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """The address of a Chroma server that keeps its data in `folder`, and ends with the block."""
    port = free_port()
    command = [str(CHROMA), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _until_it_answers(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    began, never = time.monotonic(), Event()
    while True:
        assert process.poll() is None, "the Chroma server ended"
        assert time.monotonic() - began < 60, "the Chroma server does not answer"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/api/v2/heartbeat")
            if connection.getresponse().status == 200:
                return
        except OSError:
            never.wait(0.05)
        finally:
            connection.close()


class Request:
    """One request to a server of ours: what was asked, and how to answer."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler
        self.method, self.path, self.headers = handler.command, handler.path, handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def send(self, raw: bytes) -> None:
        """Bytes as they are, in the place of an answer or of more of it."""
        self._handler.wfile.write(raw)
        self._handler.wfile.flush()

    def hang_up(self) -> None:
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def pass_on(self, url: str) -> tuple[int, bytes]:
        """What the server at `url` answers to the same request."""
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        try:
            connection.request(self.method, self.path, self.body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def answering(answer: Callable[[Request], None], host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The address of a server that answers every request as `answer` does."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # whoever asked has gone: some answers are made to drive them off
                self.close_connection = True

        def _do(self) -> None:
            answer(Request(self))

        do_GET = do_POST = do_DELETE = _do  # noqa: N815  (http.server's names)

        def log_message(self, *_: object) -> None: ...

    class Listening(ThreadingHTTPServer):
        daemon_threads = True  # a handler may be in the midst of hanging

    server = Listening((host, port), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def proxy(url: str, name: str, value: str) -> Iterator[str]:
    """The address of a proxy before `url` that lets in who sends this header."""

    def answer(request: Request) -> None:
        if request.headers.get(name) != value:
            request.answer(401, b"who are you?")
        else:
            request.answer(*request.pass_on(url))

    with answering(answer) as address:
        yield address
