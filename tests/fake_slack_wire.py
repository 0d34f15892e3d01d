"""The wires of the fake Slack: its HTTP and WebSocket server on loopback, faults, and the delivery of events.

The server runs in a thread of its own with its own event loop; everything it shares with the test is guarded by one
condition, which is notified at every change.  What the calls mean is in `fake_slack_world`; what the events say is
made in `fake_slack`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, web
from fake_slack_world import Json, World

ACK_WITHIN = 3.0  # what Slack grants
WAIT_FOR_ACK = 10.0  # how long we look, to tell late from never
MOST_CONNECTIONS = 10
JSON_ARGUMENTS = ("blocks", "metadata", "prompts", "loading_messages", "view", "chunks", "attachments")
FLAG_ARGUMENTS = (
    "unfurl_links",
    "unfurl_media",
    "include_all_metadata",
    "inclusive",
    "reply_broadcast",
    "replace_original",
    "delete_original",
    "link_names",
    "mrkdwn",
    "return_im",
    "include_num_members",
    "include_locale",
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the app to us.  `reply` is our answer (None where a fault came first); `fault` the fault, if any."""

    method: str
    args: Json
    at: float
    token: str
    reply: Json | None
    fault: tuple[Any, ...] | None = None

    @property
    def ok(self) -> bool:
        return bool(self.reply and self.reply["ok"])

    @property
    def ts(self) -> str:
        """Of the message that the call made or changed."""
        reply = self.reply or {}
        return str(reply.get("ts") or reply.get("message_ts") or self.args.get("ts"))

    @property
    def channel(self) -> str:
        return str((self.reply or {}).get("channel") or self.args.get("channel") or self.args.get("channel_id"))

    @property
    def view_id(self) -> str:
        return str(((self.reply or {}).get("view") or {}).get("id"))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in Slack.  `kind`: events_api, interactive, slash_commands or url_verification.

    `id` is the event_id, or the trigger_id of what has none.  The ids are those of the payload, None where it has
    none.  `twin` is the message event that comes along with a mention.
    """

    kind: str
    body: Json
    id: str
    channel: str | None = None
    user: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    view_id: str | None = None
    twin: Event | None = None

    @property
    def thread(self) -> str:
        """The ts of the thread that an answer to it belongs to."""
        return str(self.thread_ts or self.ts)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt to deliver an event.

    `acked` says: rightly and within three seconds.  `seconds` to the answer, or until we gave up; `status` the HTTP
    status (200 for an acknowledged envelope, None for none); `body` what the answer carried.
    """

    event: Event
    acked: bool
    seconds: float
    status: int | None
    body: Any
    retry_num: int = 0
    problem: str | None = None


@dataclass(slots=True)
class Fault:
    method: str
    outcome: tuple[Any, ...]
    when: Callable[[Json], bool] | None


@dataclass(slots=True, eq=False)
class Connection:
    """An open socket of the app; `pending` are the envelopes that wait for their ack."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    open: bool = True
    pending: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HttpTarget:
    url: str
    secret: str


class Wire:
    """The server.  Enter it before use; leaving it stops it and every call that still hangs."""

    def __init__(self) -> None:
        self.world = World()
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.retry_after: tuple[float, ...] = ()  # seconds after which Slack delivers again what was not acked
        self.patience = 60.0  # seconds that an event waits for an open socket
        self.echo = False  # whether the app is told of its own messages, as Slack does
        self.changed = threading.Condition(threading.RLock())
        self._faults: list[Fault] = []
        self._connections: list[Connection] = []
        self._turn, self._envelopes = itertools.count(), itertools.count()
        self._target: HttpTarget | None = None
        self._socket_mode = False
        self._ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, name="fake-slack", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------ life

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._ready.result(10)
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.api_url = f"{self.base_url}/api/"
        self.world.socket_url = f"ws://127.0.0.1:{self.port}/link"
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the fake Slack does not stop"

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001  # the test must learn why there is no server
            if not self._ready.done():
                self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{key}", self._response)
        app.router.add_get("/link", self._link)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        async with ClientSession(timeout=ClientTimeout(WAIT_FOR_ACK)) as self._client:
            self._ready.set_result(runner.addresses[0][1])
            await self._stop.wait()
            for task in [*self._tasks]:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for connection in [*self._connections]:
                connection.transport.abort()
        await runner.cleanup()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Starts work on the server's loop, from any thread."""

        def begin() -> None:
            task = self._loop.create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        self._loop.call_soon_threadsafe(begin)

    # ------------------------------------------------------------ waiting

    def wait_until(self, condition: Callable[[Self], Any], timeout: float = 10.0) -> Any:
        """The condition's first true value; looked at after every change.  Raises TimeoutError."""
        with self.changed:
            value = None

            def true() -> bool:
                nonlocal value
                value = condition(self)
                return bool(value)

            if not self.changed.wait_for(true, timeout):
                raise TimeoutError(f"not so after {timeout} s; {self.summary()}")
            return value

    def wait_for(self, wanted: str | Callable[[Call], Any], timeout: float = 10.0, since: int = 0) -> Call:
        """The first call from the `since`th on that is of the method or fits the predicate.  Raises TimeoutError."""
        fits = (lambda call: call.method == wanted) if isinstance(wanted, str) else wanted
        found = self.wait_until(lambda slack: next((c for c in slack.calls[since:] if fits(c)), None), timeout)
        assert isinstance(found, Call)
        return found

    def wait_ack(self, event: Event, timeout: float = WAIT_FOR_ACK + 1, retry_num: int = 0) -> Delivery:
        """How the event was taken.  Raises TimeoutError."""

        def find(slack: Wire) -> Delivery | None:
            fits = (d for d in slack.deliveries if d.event is event and d.retry_num == retry_num)
            return next(fits, None)

        found = self.wait_until(find, timeout)
        assert isinstance(found, Delivery)
        return found

    def wait_connected(self, count: int = 1, timeout: float = 10.0) -> None:
        """Returns when the app holds `count` sockets.  Raises TimeoutError."""
        self.wait_until(lambda slack: slack.connections == count, timeout)

    @property
    def connections(self) -> int:
        return sum(connection.open for connection in self._connections)

    def summary(self) -> str:
        """The last calls and what was wrong, for a test's message."""
        last = [f"{c.method}{'' if c.ok else '!'}" for c in self.calls[-12:]]
        return f"calls: {last}, violations: {[str(v) for v in self.world.violations]}"

    # ------------------------------------------------------------ faults

    def fail(self, method: str, *outcomes: tuple[Any, ...], when: Callable[[Json], bool] | None = None) -> None:
        """What the next calls of `method` ("response_url" too) meet, in order; `when` chooses calls by their arguments.

        ("error", code), ("status", number), ("ratelimited", seconds), ("hang", seconds), ("drop",), ("garbage",), and
        each of them with "done_then_" before its name, which does the work first.
        """
        with self.changed:
            self._faults += [Fault(method, outcome, when) for outcome in outcomes]

    def _take_fault(self, method: str, args: Json) -> tuple[Any, ...] | None:
        for fault in self._faults:
            if fault.method == method and (fault.when is None or fault.when(args)):
                self._faults.remove(fault)
                return fault.outcome
        return None

    async def _suffer(self, request: web.Request, outcome: tuple[Any, ...]) -> web.StreamResponse:
        name = outcome[0].removeprefix("done_then_")
        if name == "error":
            return web.json_response({"ok": False, "error": outcome[1]})
        if name == "status":
            return web.Response(status=outcome[1], text="upstream error")
        if name == "ratelimited":
            headers = {"Retry-After": str(outcome[1])}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if name == "garbage":
            return web.Response(text="<html>not what you asked for</html>", content_type="text/html")
        if name == "hang":
            await asyncio.wait([asyncio.ensure_future(self._stop.wait())], timeout=outcome[1])
        elif name != "drop":
            raise ValueError(f"no such fault: {outcome}")
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    # ------------------------------------------------------------ calls of the app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        at = time.monotonic()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        args = await _arguments(request)
        token = token or str(args.get("token", ""))
        args.pop("token", None)
        return await self._take(request, method, args, at, token, lambda: self.world.call(method, args, token))

    async def _response(self, request: web.Request) -> web.StreamResponse:
        args = await _arguments(request)
        key = request.match_info["key"]
        shown = args | {"response_url": f"{self.base_url}/response/{key}"}
        return await self._take(
            request, "response_url", shown, time.monotonic(), "", lambda: self.world.respond(key, args)
        )

    async def _take(  # noqa: PLR0917  # the parts of one call
        self, request: web.Request, method: str, args: Json, at: float, token: str, work: Callable[[], Json]
    ) -> web.StreamResponse:
        with self.changed:
            fault = self._take_fault(method, args)
            done = fault is None or fault[0].startswith("done_then_")
            reply = work() if done else {"ok": False, "error": fault[1]} if fault and fault[0] == "error" else None
            self.calls.append(Call(method, args, at, token, reply, fault))
            echoes, self.world.echoes = self.world.echoes, []
            self.changed.notify_all()
        if self.echo:
            for event in echoes:
                self._echo(event)
        if fault:
            return await self._suffer(request, fault)
        assert reply is not None
        if method != "response_url":
            scopes = {"x-oauth-scopes": ",".join(self.world.scopes)} if token == self.world.bot_token else {}
            return web.json_response(reply, headers=scopes)
        if reply["ok"]:
            return web.Response(text="ok")
        return web.json_response(reply, status=404 if reply["error"] in ("used_url", "expired_url") else 400)

    def _echo(self, event: Json) -> None:
        raise NotImplementedError

    # ------------------------------------------------------------ events to the app

    def http_target(self, url: str, signing_secret: str) -> None:
        """From now on events go to this address (…/slack/events), signed."""
        self._target, self._socket_mode = HttpTarget(url, signing_secret), False

    def socket_target(self) -> None:
        """From now on events go through the app's open sockets."""
        self._target, self._socket_mode = None, True

    def send(self, event: Event, retry_num: int = 0, retry_reason: str | None = None) -> None:
        """Delivers an event without waiting for its ack; see `wait_ack`."""
        if not self._socket_mode and self._target is None:
            raise RuntimeError("choose http_target or socket_target first")
        self._start(self._deliver(event, retry_num, retry_reason))

    async def _deliver(self, event: Event, retry_num: int, reason: str | None) -> None:
        if self._target:
            delivery = await self._post(self._target, event, retry_num, reason)
        else:
            delivery = await self._envelope(event, retry_num, reason)
        with self.changed:
            if delivery.acked:
                self._answered(event, delivery.body)
            self.deliveries.append(delivery)
            self.changed.notify_all()
        if not delivery.acked and event.kind == "events_api" and retry_num < len(self.retry_after):
            await asyncio.sleep(self.retry_after[retry_num])
            await self._deliver(event, retry_num + 1, "timeout" if delivery.status is None else "http_error")

    def _answered(self, event: Event, body: Any) -> None:
        raise NotImplementedError

    async def _post(self, target: HttpTarget, event: Event, retry_num: int, reason: str | None) -> Delivery:
        if event.kind == "interactive":
            kind, body = (
                "application/x-www-form-urlencoded",
                urllib.parse.urlencode({"payload": json.dumps(event.body)}),
            )
        elif event.kind == "slash_commands":
            kind, body = "application/x-www-form-urlencoded", urllib.parse.urlencode(event.body)
        else:
            kind, body = "application/json", json.dumps(event.body)
        headers = {"Content-Type": kind, **signed(body, target.secret)}
        if retry_num:
            headers |= {"x-slack-retry-num": str(retry_num), "x-slack-retry-reason": reason or "http_timeout"}
        begun = time.monotonic()
        try:
            async with self._client.post(target.url, data=body.encode(), headers=headers) as answer:
                said = _decoded(await answer.text())
                seconds = time.monotonic() - begun
                acked = answer.status == 200 and seconds <= ACK_WITHIN
                return Delivery(event, acked, seconds, answer.status, said, retry_num)
        except (ClientError, TimeoutError, OSError) as error:
            return Delivery(event, False, time.monotonic() - begun, None, None, retry_num, f"{type(error).__name__}")

    async def _envelope(self, event: Event, retry_num: int, reason: str | None) -> Delivery:
        begun = time.monotonic()
        connection = await self._any_connection()
        if connection is None:
            return Delivery(event, False, time.monotonic() - begun, None, None, retry_num, "no connection")
        begun = time.monotonic()
        envelope_id = f"{event.id}-{retry_num}-{next(self._envelopes)}"
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": event.kind,
            "accepts_response_payload": event.kind != "events_api",
            "payload": event.body,
        }
        if event.kind == "events_api":
            envelope |= {"retry_attempt": retry_num, "retry_reason": reason or ""}
        waiting: asyncio.Future[Json] = self._loop.create_future()
        connection.pending[envelope_id] = waiting
        try:
            await connection.socket.send_str(json.dumps(envelope))
            ack = await asyncio.wait_for(waiting, WAIT_FOR_ACK)
        except (ConnectionError, TimeoutError) as error:
            seconds = time.monotonic() - begun
            return Delivery(event, False, seconds, None, None, retry_num, f"{type(error).__name__}: {error}")
        seconds = time.monotonic() - begun
        return Delivery(event, seconds <= ACK_WITHIN, seconds, 200, ack.get("payload"), retry_num)

    async def _any_connection(self) -> Connection | None:
        """Each payload goes to any one of the open sockets; where there is none, Slack tries for a while."""
        give_up = time.monotonic() + self.patience
        while time.monotonic() < give_up:
            usable = [each for each in self._connections if each.open and not each.socket.closed]
            if usable:
                return usable[next(self._turn) % len(usable)]
            self._opened = self._loop.create_future() if self._opened is None else self._opened
            await asyncio.wait([self._opened], timeout=give_up - time.monotonic())
        return None

    _opened: asyncio.Future[None] | None = None

    # ------------------------------------------------------------ Socket Mode

    async def _link(self, request: web.Request) -> web.StreamResponse:
        if self.connections >= MOST_CONNECTIONS:
            return web.Response(status=429, text="too many connections")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        connection = Connection(socket, request.transport)
        hello = {
            "type": "hello",
            "num_connections": self.connections + 1,
            "connection_info": {"app_id": "A0APP"},
            "debug_info": {"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
        }
        try:
            await socket.send_str(json.dumps(hello))
            with self.changed:
                self._connections.append(connection)
                self.changed.notify_all()
            if self._opened:
                self._opened.set_result(None)
                self._opened = None
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acked(connection, message.data)
        finally:
            self._lost(connection)
        return socket

    def _acked(self, connection: Connection, data: str) -> None:
        message = _decoded(data)
        waiting = connection.pending.pop(message.get("envelope_id", ""), None) if isinstance(message, dict) else None
        if waiting and not waiting.done():
            waiting.set_result(message)

    def _lost(self, connection: Connection) -> None:
        with self.changed:
            connection.open = False
            if connection in self._connections:
                self._connections.remove(connection)
            self.changed.notify_all()
        for waiting in connection.pending.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the socket was lost"))
                waiting.exception()  # seen, even where nobody waits any more

    def disconnect(self, reason: str = "refresh_requested", cut_after: float = 0.3) -> None:
        """Tells the app to come anew on every socket open now, and cuts those a little later."""
        self._start(self._disconnect(reason, cut_after))

    async def _disconnect(self, reason: str, cut_after: float) -> None:
        told = [*self._connections]
        for connection in told:
            connection.open = False
            if not connection.socket.closed:
                await connection.socket.send_str(
                    json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
                )
        with self.changed:
            self.changed.notify_all()
        await asyncio.sleep(cut_after)
        for connection in told:
            connection.transport.abort()

    def cut(self, count: int | None = None) -> None:
        """Cuts `count` of the app's sockets, all by default, with no warning."""

        def abort() -> None:
            for connection in [*self._connections][:count]:
                connection.open = False
                connection.transport.abort()

        self._loop.call_soon_threadsafe(abort)


def signed(body: str, secret: str, at: int | None = None) -> dict[str, str]:
    """The headers of a request that Slack signed."""
    stamp = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _arguments(request: web.Request) -> Json:
    """The arguments of a call, from the query, a form or JSON, each with its real type."""
    args: Json = dict(request.query)
    if "json" in request.content_type:
        said = _decoded(await request.text())
        args |= said if isinstance(said, dict) else {}
    else:
        args |= dict(await request.post())
    for name in JSON_ARGUMENTS:
        if isinstance(args.get(name), str):
            args[name] = _decoded(args[name])
    for name in FLAG_ARGUMENTS:
        if isinstance(args.get(name), str):
            args[name] = args[name].lower() in ("1", "true")
    return args


__all__ = ["Call", "Delivery", "Event", "Wire", "signed"]
