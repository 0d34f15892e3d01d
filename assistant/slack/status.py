"""What an asker sees while waiting: the status line of the thread, and the session with its stop button.

Neither is worth waiting for: one attempt each, and a failure is only logged.  What the words are, callers say.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor

from assistant.slack.errors import SlackError, SlackRefusedError
from assistant.slack.records import Asked
from assistant.slack.web import Web

REFRESH = 60.0  # seconds after which a status is told again: Slack clears it after two minutes
SLOW = 1.5  # seconds: where telling a status takes longer, no step is told, for the answer would wait for it
TITLE = 200  # characters of a session's title
# What Slack says where the app or the workspace has no agent sessions at all.
_NO_SESSIONS = frozenset({"unknown_method", "missing_scope", "not_allowed_token_type", "access_denied", "not_an_agent"})
_log = logging.getLogger(__name__)


class StatusLine:
    """The status line of one question.  Safe to use from several threads."""

    def __init__(self, board: StatusBoard, asked: Asked) -> None:
        self._board = board
        self._asked = asked
        self._lock = threading.Lock()
        self._wanted = ""
        self._told = ""
        self._closed = False
        self._slow = False
        self._turn = threading.Lock()
        self._session = ""
        self._session_told = ""

    def begin(self, words: str) -> None:
        """Show the first status, and have a session with a stop button begun."""
        self._wanted = words
        self._tell()
        self._set_session("processing")

    def say(self, words: str) -> None:
        """Show other words soon; of several said at once the last are shown."""
        self._wanted = words
        self._board.later(self._tell)

    def refresh(self) -> None:
        """Show the same words again, before Slack clears them."""
        self._told, self._slow = "", False
        self._board.later(self._tell)

    def close(self) -> None:
        """Show nothing any more; when this returns no status is on its way that could outlast the answer."""
        with self._lock:
            self._closed = True

    def end(self) -> None:
        """Clear the line, and let the session wait for the next question."""
        self.close()
        self._board.later(lambda: self._board.tell(self._asked, ""))
        self._set_session("active")

    def answered(self) -> None:
        """Let the session wait for the next question; the line was cleared by the answer itself."""
        self.close()
        self._set_session("active")

    def _set_session(self, status: str) -> None:
        self._session = status
        self._board.later(self._tell_session)

    def _tell_session(self) -> None:
        with self._turn:  # one after the other: "processing" that came last would leave the stop button for ever
            status = self._session
            if status != self._session_told:
                self._session_told = status
                self._board.session(self._asked, status)

    def _tell(self) -> None:
        with self._lock:
            words = self._wanted
            if not self._closed and not self._slow and words != self._told:
                begun = time.monotonic()
                self._board.tell(self._asked, words)
                self._told = words
                self._slow = time.monotonic() - begun > SLOW


class StatusBoard:
    """Makes status lines and tells Slack what they say."""

    def __init__(self, web: Web, executor: Executor) -> None:
        """`web` should give up soon: its calls hold up an answer for as long as they take."""
        self._web = web
        self._executor = executor
        self._sessions = True

    def line(self, asked: Asked) -> StatusLine:
        """A line for a question.  A private question has none: it is told through its response address."""
        return StatusLine(self, asked)

    def later(self, work: Callable[[], None]) -> None:
        """Do it on another thread; nothing where the app has stopped."""
        try:
            self._executor.submit(work)
        except RuntimeError:
            _log.info("no status is told any more")

    def tell(self, asked: Asked, words: str) -> None:
        """Show `words` after the app's name; empty: clear the line."""
        if asked.thread_ts is None:
            return
        try:
            self._web.call(
                "assistant.threads.setStatus",
                patient=False,
                channel_id=asked.channel,
                thread_ts=asked.thread_ts,
                status=words,
            )
        except SlackError as error:
            _log.warning("a status was not shown", extra={"question": asked.key, "why": error.what})

    def session(self, asked: Asked, status: str) -> None:
        """Set the session's status, which shows the stop button while it is "processing"."""
        if asked.thread_ts is None or not self._sessions:
            return
        begins = status == "processing"
        try:
            self._web.call(
                "agents.sessions.setStatus",
                patient=False,
                channel_id=asked.channel,
                thread_ts=asked.thread_ts,
                status=status,
                title=asked.text[:TITLE] if begins and asked.text else None,
                initiator_user_id=asked.user if begins else None,
            )
        except SlackError as error:
            if isinstance(error, SlackRefusedError) and error.error in _NO_SESSIONS:
                self._sessions = False
            _log.warning("a session's status was not set", extra={"question": asked.key, "why": error.what})
