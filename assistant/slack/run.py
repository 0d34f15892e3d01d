"""The app as a process: its parts put together, served by Socket Mode or HTTP, and ended in good order.

SIGTERM or SIGINT: nothing new is taken, open questions have some seconds to be answered, the rest are told.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError

from assistant.interpret.vocabulary import extend
from assistant.live import LiveAssistant
from assistant.settings import Settings, SlackSettings
from assistant.slack.access import Access
from assistant.slack.answering import Answering
from assistant.slack.app import make_app
from assistant.slack.blocks.notes import note
from assistant.slack.buttons import Buttons
from assistant.slack.desk import Desk
from assistant.slack.errors import SlackError, SlackRefusedError, SlackSilentError
from assistant.slack.events import Bot
from assistant.slack.front import LEASE, RESTARTING, Front
from assistant.slack.home import HomeTab
from assistant.slack.http import serving
from assistant.slack.keeper import Keeper
from assistant.slack.post import Post
from assistant.slack.private import Private
from assistant.slack.records import Outcome
from assistant.slack.sharing import Sharing
from assistant.slack.state.store import Store
from assistant.slack.status import StatusBoard
from assistant.slack.web import Web, make_client
from assistant.slack.wording import slack_wording
from index.audience import EVERYONE
from index.embedding import load_embedder
from index.reranking import load_reranker

LISTENERS = 32  # threads that take events, clicks and commands
STATUSES = 16  # threads that tell statuses
STATUS_TIMEOUT = 3  # seconds for telling one
PING = 1.0  # seconds between looks at the socket; the library notices a dead one after six of them
LAST_WORDS = 5.0  # seconds for telling those whose questions are left
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The app with all its parts, not yet served."""

    app: App
    desk: Desk
    answering: Answering
    live: LiveAssistant
    store: Store


def serve(
    settings: Settings,
    slack: SlackSettings,
    http: tuple[str, int] | None,
    ready: Callable[[str], None],
    lease: float = LEASE,
) -> None:
    """Serve until SIGTERM or SIGINT.  `http`: host and port for HTTP mode; None: Socket Mode.

    `ready` is told once, in a sentence, where the app listens.  `lease`: seconds after which other processes take up
    what this one has left open without a word.  SettingsError, SlackError: a token is missing or
    refused.  StateError, IndexUnusableError, EmbedderError: the records, the index or the model cannot be opened.
    """
    done = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: done.set())
    with _running(settings, slack, _signing_secret(slack) if http else None, lease) as running:
        if http:
            _serve_http(running, http, ready, done)
        else:
            _serve_socket(running, _app_token(slack), slack, ready, done)


@contextmanager
def _running(settings: Settings, slack: SlackSettings, secret: str | None, lease: float) -> Iterator[Running]:
    token = _needed(slack.bot_token, "SLACK_BOT_TOKEN", "the Bot User OAuth Token (xoxb-...)")
    extend(settings.glossary)
    stopping = threading.Event()

    def pause(seconds: float) -> None:
        if stopping.wait(seconds):
            raise SlackSilentError("a call", "the app is being stopped")

    with ExitStack() as stack:
        wording = stack.enter_context(slack_wording(slack))
        embedder = load_embedder(settings.embedder)
        live = stack.enter_context(
            LiveAssistant(
                settings.index,
                embedder,
                settings.home_authority,
                settings.document_base_url,
                server=settings.server(),
                wording=wording,
                reranker=load_reranker(settings.reranker),
            )
        )
        store = stack.enter_context(Store(slack.slack_state, owner=uuid.uuid4().hex))
        stack.callback(store.release)  # when nothing here works on a question any more
        client = make_client(token, slack.api_url)
        web, bot = Web(client, pause), _who_we_are(Web(client))
        statuses = stack.enter_context(ThreadPoolExecutor(STATUSES, "status"))
        listeners = stack.enter_context(ThreadPoolExecutor(LISTENERS, "listener"))
        board = StatusBoard(Web(make_client(token, slack.api_url, STATUS_TIMEOUT), pause), statuses)
        post = Post(web, bot, pause)
        access = Access(web, slack, bot, store.asked_since)
        answering = Answering(
            live=live,
            store=store,
            web=web,
            post=post,
            access=access,
            bot=bot,
            seconds=slack.slack_answer_seconds,
            today=settings.today,
        )
        desk = Desk(answering, slack.slack_workers, slack.slack_waiting)
        home = HomeTab(live=live, store=store, web=web, access=access, settings=settings)
        stack.callback(home.close)
        front = Front(
            store=store,
            web=web,
            post=post,
            board=board,
            desk=desk,
            answering=answering,
            access=access,
            bot=bot,
            clock=time.time,
            opened=home.opened,
            lease=lease,
        )
        sharing = Sharing(
            live=live,
            store=store,
            web=web,
            post=post,
            access=access,
            bot=bot,
            clock=time.time,
            today=settings.today,
            lease=lease,
        )
        buttons = Buttons(
            live=live,
            store=store,
            web=web,
            post=post,
            front=front,
            access=access,
            sharing=sharing,
            home=home,
            bot=bot,
            clock=time.time,
            today=settings.today,
        )
        try:
            app = make_app(
                client=client,
                signing_secret=secret,
                executor=listeners,
                front=front,
                private=Private(front, time.time),
                buttons=buttons,
            )
        except (BoltError, SlackApiError, OSError) as error:  # Bolt asks Slack once more who we are
            raise SlackError("Slack did not answer auth.test.", "Type: inspections slack check") from error
        keeper = Keeper(front, desk, store, slack.slack_keep_days, lease)
        try:
            yield Running(app, desk, answering, live, store)
        finally:
            _log.info("stopping", extra={"open": len(desk.jobs())})
            until = time.monotonic() + slack.slack_stop_seconds
            _drain(listeners, slack.slack_stop_seconds)
            left = desk.close(max(until - time.monotonic(), 0.0))
            keeper.close(LAST_WORDS)
            _tell_left(left, answering)
            stopping.set()


def _drain(listeners: ThreadPoolExecutor, seconds: float) -> None:
    """Wait at most so long for what was acknowledged to reach the desk.  What has not begun by then is left open."""
    thread = threading.Thread(target=listeners.shutdown, name="drain", daemon=True)
    thread.start()
    thread.join(seconds)
    listeners.shutdown(wait=False, cancel_futures=True)


def _tell_left(left: list[Any], answering: Answering) -> None:
    """Tell the askers of questions that time has run out for.  Those being worked on may still end by themselves."""
    words = note(RESTARTING)
    until = time.monotonic() + LAST_WORDS
    for job in left:
        if time.monotonic() > until:
            return  # they stay open: the next process answers them
        if job.began is None:
            answering.tell(job, words, Outcome.FAILED)
        else:
            job.stop()  # it stays open too: whoever takes it up looks first whether it was answered


def _serve_http(running: Running, http: tuple[str, int], ready: Callable[[str], None], done: threading.Event) -> None:
    host, port = http
    with ExitStack() as stack:
        try:
            port = stack.enter_context(serving(running.app, lambda: _health(running), port, host))
        except OSError as error:
            what = f"Port {port} of {host} cannot be had: {error.strerror or error}."
            raise SlackError(what, "Name another with --http, or end what listens there.") from error
        ready(f"Listening for Slack on http://{host}:{port}/slack/events")
        done.wait()


def _serve_socket(
    running: Running, token: str, slack: SlackSettings, ready: Callable[[str], None], done: threading.Event
) -> None:
    client = make_client(token, slack.api_url)
    handler = SocketModeHandler(running.app, token, web_client=client, concurrency=LISTENERS, ping_interval=PING)
    try:
        try:
            handler.connect()  # type: ignore[no-untyped-call]  # Bolt types these two in part
        except (SlackApiError, OSError) as error:
            what = "Slack opened no connection for SLACK_APP_TOKEN."
            raise SlackError(what, "Type: inspections slack check") from error
        ready("Connected to Slack by Socket Mode.")
        done.wait()
    finally:
        handler.close()  # type: ignore[no-untyped-call]


def _health(running: Running) -> tuple[bool, Mapping[str, Any]]:
    """Whether questions can be answered, and how it stands; nothing of what anybody asks."""
    try:
        with running.live.current(EVERYONE) as assistant:
            generation = assistant.index.manifest.generation
        records: int | None = running.store.questions_open()
    except Exception as error:  # noqa: BLE001  (whatever is wrong, the app is not well)
        return False, {"status": "failing", "why": type(error).__name__}
    jobs, waiting = running.desk.jobs(), running.desk.places()
    return True, {
        "status": "ok" if running.live.failed is None else "serving an older index",
        "generation": generation,
        "open": records,
        "working": len(jobs) - len(waiting),
        "waiting": len(waiting),
    }


def _who_we_are(web: Web) -> Bot:
    try:
        told = web.call("auth.test")
    except SlackRefusedError as error:
        raise SlackError(
            f"Slack refused SLACK_BOT_TOKEN: {error.error}.", "Copy the Bot User OAuth Token anew, then try again."
        ) from error
    return Bot(
        user=str(told.get("user_id") or ""),
        bot=str(told.get("bot_id") or ""),
        team=str(told.get("team_id") or ""),
        enterprise=str(told.get("enterprise_id") or ""),
    )


def _app_token(slack: SlackSettings) -> str:
    return _needed(slack.app_token, "SLACK_APP_TOKEN", "an app-level token (xapp-...) with connections:write")


def _signing_secret(slack: SlackSettings) -> str:
    return _needed(slack.signing_secret, "SLACK_SIGNING_SECRET", "the Signing Secret of Basic Information")


def _needed(secret: SecretStr | None, name: str, what: str) -> str:
    if secret is None or not secret.get_secret_value():
        raise SlackError(f"{name} is not set.", f"Set it to {what}; README.md says where to find it.")
    return secret.get_secret_value()
