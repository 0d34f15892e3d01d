"""What is done about each thing that happens in Slack, before and beside answering.

An event is recorded before it is acknowledged, so that none is lost and none is handled twice; then questions get
their status, are checked for access and go to the desk, and edits, deletions and stops act on what was asked before.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.slack.access import Access
from assistant.slack.answering import MOST_TRIES, Answering
from assistant.slack.blocks.notes import WELCOME, note, queue_words, stopped
from assistant.slack.desk import Desk
from assistant.slack.errors import SlackError, SlackRefusedError, SlackSilentError
from assistant.slack.events import (
    Bot,
    BotSpoke,
    Deleted,
    Edited,
    Happening,
    Nothing,
    Opened,
    Stopped,
    message_key,
    read_event,
)
from assistant.slack.job import Job
from assistant.slack.post import Post
from assistant.slack.records import Asked, Outcome, Posted, Question, Receipt, Way
from assistant.slack.state.store import Store
from assistant.slack.status import StatusBoard
from assistant.slack.thread import Said, is_courtesy, is_for_us, parts_of, read_thread
from assistant.slack.web import Web

LEASE = 60.0  # seconds after which an open question that nobody renews is taken up by another process
READING = "is reading the question…"
RESTARTING = "I am being restarted and could not answer this. Please ask again in a minute."
REMEMBERED = 1000  # threads remembered as not ours, and apps as told
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reopened:
    """An edited question, recorded as open again.

    `ours`: it is known to be meant for us; `unknown`: our records knew nothing of it.
    """

    asked: Asked
    ours: bool
    unknown: bool


class Front:
    """Receives and sorts.  Safe to use from several threads."""

    def __init__(  # noqa: PLR0913  (the parts that it puts to work)
        self,
        *,
        store: Store,
        web: Web,
        post: Post,
        board: StatusBoard,
        desk: Desk,
        answering: Answering,
        access: Access,
        bot: Bot,
        clock: Callable[[], float],
        opened: Callable[[Opened], None],
        lease: float = LEASE,
    ) -> None:
        """`opened` is called when a person opens the app's Home or messages."""
        self._lease = lease
        self._store = store
        self._web = web
        self._post = post
        self._board = board
        self._desk = desk
        self._answering = answering
        self._access = access
        self._bot = bot
        self._clock = clock
        self._opened = opened
        self._not_ours = _Few(REMEMBERED)
        self._told = _Few(REMEMBERED)
        self._at_hand: list[Job] = []  # being taken on: not at the desk yet
        self._at_hand_lock = threading.Lock()

    def receive(self, body: Mapping[str, Any]) -> Happening | Reopened | None:
        """Record an event before it is acknowledged.  What is to be done about it; None: it was handled before.

        StateError: it could not be recorded, so it must not be acknowledged.
        """
        happening = read_event(body, self._bot, self._clock())
        event_id = body.get("event_id")
        asked = happening if isinstance(happening, Asked) else None
        receipt = self._store.receive(event_id if isinstance(event_id, str) else None, asked, self._lease)
        if receipt is not Receipt.NEW:
            _log.info("an event came again", extra={"event": event_id, "receipt": receipt.value})
            return None
        if isinstance(happening, Edited):
            return self._reopened(happening.asked)
        if isinstance(happening, Deleted):
            self._store.finish(message_key(happening.channel, happening.ts), Outcome.WITHDRAWN)
        return happening

    def handle(self, happening: Happening | Reopened) -> None:
        """Do what an event asks for, after it was acknowledged."""
        match happening:
            case Asked():
                self.question(happening)
            case Reopened():
                self._edited(happening)
            case Deleted():
                self._deleted(happening)
            case Stopped():
                self._stopped(happening)
            case BotSpoke():
                self._bot_spoke(happening)
            case Opened():
                self._opened(happening)
            case Edited() | Nothing():
                pass  # an edit that changes nothing for us

    def ask(self, asked: Asked) -> bool:
        """Record a question that came by a command, a shortcut or a click.  False: it came before."""
        return self._store.receive(None, asked, self._lease) is Receipt.NEW

    def question(self, asked: Asked, *, tries: int = 1, ours: bool = False, fresh: bool = False) -> None:
        """Take a recorded question on, or tell its asker why not.

        `ours`: it is known to be meant for us.  `fresh`: what was asked before it in its thread does not count.
        """
        job = Job(asked, self._board.line(asked), thread=() if fresh else None, tries=tries)
        with self._at_hand_lock:
            self._at_hand.append(job)
        try:
            self._take_on(job, ours)
        finally:
            with self._at_hand_lock:
                self._at_hand.remove(job)

    def at_hand(self) -> list[str]:
        """The keys of the questions that are being taken on, before they are at the desk."""
        with self._at_hand_lock:
            return [job.asked.key for job in self._at_hand]

    def _stop(self, key: str) -> list[Job]:
        """Stop whatever is being done about a question here: what was."""
        with self._at_hand_lock:
            taken_on = [job for job in self._at_hand if job.asked.key == key]
        jobs = [*taken_on, *self._desk.find([key])]
        for job in jobs:
            job.stop()
            job.line.close()
            self._desk.drop(job)
        return jobs

    def _take_on(self, job: Job, ours: bool) -> None:
        asked = job.asked
        if asked.way is Way.THREAD and not ours:
            try:
                job.thread = self._thread_if_ours(asked)
            except SlackSilentError as error:
                _log.warning("a thread could not be read", extra={"question": asked.key, "why": error.what})
                if job.tries < MOST_TRIES:
                    return  # it is taken up again when its lease has run out
            if job.stopped:
                return
            if job.thread is None:
                self._store.finish(asked.key, Outcome.IGNORED)
                return
        if asked.way is Way.THREAD:
            self._store.took(asked.key, asked.text)
        job.line.begin(READING)
        refusal = self._access.refusal(asked)
        if job.stopped:
            return
        if refusal:
            self._tell_alone(job, refusal, Outcome.REFUSED)
        elif not asked.text or is_courtesy(asked.text):
            self._tell_alone(job, WELCOME, Outcome.IGNORED)
        else:
            self._queue(job)

    def _queue(self, job: Job) -> None:
        asked, place = job.asked, self._desk.take(job)
        if place is None and self._desk.closed:
            self._answering.tell(job, note(RESTARTING), Outcome.FAILED)
        elif place is None:
            most = "More questions are waiting than I can take. Please ask again in some minutes."
            self._answering.tell(job, note(most), Outcome.REFUSED)
        elif place and asked.response_url:
            self._answering.wait(asked, place - 1)
        elif place:
            job.line.say(queue_words(place - 1))

    def resume(self, question: Question) -> None:
        """Take up a question that another process, or this one before, left open."""
        asked = question.asked
        if self._desk.closed or asked.key in self.at_hand() or self._desk.find([asked.key]):
            return  # it is for the next process, or being worked on
        _log.info("an open question is taken up", extra={"question": asked.key, "tries": question.tries})
        if asked.way is Way.THREAD and not asked.text:  # it is not kept until it is known to be ours
            asked = self._read_again(asked)
        self.question(asked, tries=question.tries)

    def _read_again(self, asked: Asked) -> Asked:
        thread = read_thread(self._web, asked.channel, str(asked.thread_ts), self._bot)
        return replace(asked, text=next((one.text for one in thread if one.ts == asked.ts), ""))

    def _thread_if_ours(self, asked: Asked) -> tuple[Said, ...] | None:
        """The thread of a message without a mention, if the message is meant for us.

        SlackSilentError: it may be, for we answered in the thread, but Slack does not show it now.
        """
        thread_ts = str(asked.thread_ts)
        name = f"{asked.channel}:{thread_ts}"
        known = self._store.question_in_thread(asked.channel, thread_ts)
        if not asked.text or (not known and name in self._not_ours):
            return None
        try:
            # Most talk in channels is not for us: it must not hold up those who ask while Slack wants us to wait.
            thread = read_thread(self._web, asked.channel, thread_ts, self._bot, patient=known)
        except SlackError as error:
            if known and isinstance(error, SlackSilentError):
                raise
            _log.warning("a thread could not be read", extra={"question": asked.key, "why": error.what})
            return None
        if not any(one.ours for one in thread):
            self._not_ours.add(name)
        return thread if is_for_us(thread, asked, self._bot) else None

    def _tell_alone(self, job: Job, words: str, outcome: Outcome) -> None:
        """Tell the asker alone why there is no answer: a channel need not hear of it."""
        asked = job.asked
        if asked.way is Way.DIRECT or asked.response_url:
            self._answering.tell(job, note(words), outcome)
            return
        try:
            self._post.quietly(asked, note(words))
        except SlackError as error:
            _log.error("a refusal was not told", extra={"question": asked.key, "why": error.what})
        self._store.finish(asked.key, outcome)
        job.line.end()

    def _reopened(self, asked: Asked) -> Reopened | Nothing:
        """Record that a question is to be answered anew, before the edit is acknowledged."""
        before = self._store.question(asked.key)
        if before is None:
            new = self._store.receive(None, asked, self._lease) is Receipt.NEW
            return Reopened(asked, ours=False, unknown=True) if new else Nothing()
        if before.outcome is Outcome.WITHDRAWN or before.asked.text == asked.text:
            return Nothing()
        self._stop(asked.key)
        ours = bool(before.asked.text) and before.outcome is not Outcome.IGNORED
        return Reopened(asked, ours, unknown=False) if self._store.take_up(asked, self._lease) else Nothing()

    def _edited(self, edit: Reopened) -> None:
        """Answer what the question says now, in the place of the answer that stands."""
        if edit.unknown:
            self._recall(edit.asked)
        self.question(edit.asked, ours=edit.ours)

    def _recall(self, asked: Asked) -> None:
        """Learn from the thread where our answer to a question stands that our records do not know."""
        try:
            thread = read_thread(self._web, asked.channel, str(asked.thread_ts), self._bot)
        except SlackError:
            return  # a thread that cannot be read holds no answer to be replaced
        parts = parts_of(thread, asked.key)
        if 0 in parts:
            more = tuple(ts for part, ts in sorted(parts.items()) if part)
            self._store.posted(asked.key, Posted(asked.channel, parts[0], more))

    def _deleted(self, gone: Deleted) -> None:
        """Withdraw the answer to a question that was deleted, which is recorded already."""
        key = message_key(gone.channel, gone.ts)
        for job in self._stop(key):
            job.line.end()
        before = self._store.question(key)
        if before:
            self.withdraw(before)
        elif gone.asked and (stands := self._found(gone, key)):
            self._post.withdraw(stands)

    def withdraw(self, question: Question) -> None:
        """Take back the answer to a question that was withdrawn.  SlackSilentError: it is to be tried again."""
        if question.posted:
            try:
                self._post.withdraw(question.posted)
            except SlackRefusedError as error:
                _log.warning("an answer still stands", extra={"question": question.asked.key, "why": error.error})
            self._store.took_back(question.asked.key)

    def _found(self, gone: Deleted, key: str) -> Posted | None:
        try:
            parts = parts_of(read_thread(self._web, gone.channel, gone.thread_ts, self._bot), key)
        except SlackError:
            return None
        stamps = [parts[part] for part in sorted(parts)]
        return Posted(gone.channel, stamps[0], tuple(stamps[1:])) if stamps else None

    def _stopped(self, stop: Stopped) -> None:
        """End what is being answered in a thread, at once, and say so."""
        for key in self._store.open_in(stop.channel, stop.thread_ts):
            self._stop(key)
            question = self._store.question(key)
            if question is None or not self._store.finish(key, Outcome.STOPPED):
                continue  # it was answered meanwhile
            told = replace(question.asked, key=f"stopped:{key}")  # not to be taken for the answer
            try:  # the question may be another process's, which then finds that it is stopped
                self._post.answer(told, [stopped()], again=False)
            except SlackError as error:
                _log.warning("a stop was not told", extra={"question": key, "why": error.what})
        asked = Asked("", Way.DIRECT, self._bot.team, stop.channel, stop.user, "", 0.0, stop.thread_ts)
        self._board.line(asked).end()  # where nothing was open, too: Slack still shows the button

    def _bot_spoke(self, spoke: BotSpoke) -> None:
        """Tell another app once a thread that we answer people only: two apps must not go on for ever."""
        name = f"{spoke.channel}:{spoke.thread_ts}:{spoke.bot}"
        if not self._access.may_post_in(spoke.channel) or not self._told.add(name):
            return
        asked = Asked(name, Way.MENTION, self._bot.team, spoke.channel, "", "", self._clock(), spoke.thread_ts)
        try:
            self._post.answer(asked, [note("I answer people, not other apps.")], again=False)
        except SlackError as error:
            _log.warning("a refusal was not told", extra={"question": name, "why": error.what})


class _Few:
    """The last so many names."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._names: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, name: object) -> bool:
        with self._lock:
            return name in self._names

    def add(self, name: str) -> bool:
        """Remember a name.  Whether it was new."""
        with self._lock:
            new = name not in self._names
            self._names[name] = None
            if len(self._names) > self._most:
                self._names.popitem(last=False)
            return new
