"""What is done about each thing that happens in Slack, before and beside answering.

An event is recorded before it is acknowledged, so that none is lost and none is handled twice; then questions get
their status, are checked for access and go to the desk, and edits, deletions and stops act on what was asked before.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from assistant.slack.access import Access
from assistant.slack.answering import MOST_TRIES, Answering
from assistant.slack.blocks.notes import note, queue_words, stopped, welcome
from assistant.slack.desk import Desk
from assistant.slack.errors import SlackError, SlackSilentError
from assistant.slack.events import Bot, BotSpoke, Deleted, Edited, Happening, Nothing, Opened, Stopped, read_event
from assistant.slack.job import Job
from assistant.slack.post import Post
from assistant.slack.records import PRIVATE, Asked, Outcome, Posted, Question, Receipt, Way
from assistant.slack.state.store import Store
from assistant.slack.status import StatusBoard
from assistant.slack.thread import Said, is_courtesy, is_for_us, parts_of, read_thread
from assistant.slack.web import Web

LEASE = 60.0  # seconds after which an open question that nobody renews is taken up by another process
READING = "is reading the question…"
RESTARTING = "I am being restarted and could not answer this. Please ask again in a minute."
REMEMBERED = 1000  # threads remembered as not ours, and apps as told
_log = logging.getLogger(__name__)


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

    def receive(self, body: Mapping[str, Any]) -> Happening | None:
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
        return happening

    def handle(self, happening: Happening) -> None:
        """Do what an event asks for, after it was acknowledged."""
        match happening:
            case Asked():
                self.question(happening)
            case Edited(asked):
                self._edited(asked)
            case Deleted():
                self._deleted(happening)
            case Stopped():
                self._stopped(happening)
            case BotSpoke():
                self._bot_spoke(happening)
            case Opened():
                self._opened(happening)
            case Nothing():
                pass

    def ask(self, asked: Asked) -> bool:
        """Record a question that came by a command, a shortcut or a click.  False: it came before."""
        return self._store.receive(None, asked, self._lease) is Receipt.NEW

    def question(self, asked: Asked, *, tries: int = 1, ours: bool = False, fresh: bool = False) -> None:
        """Take a recorded question on, or tell its asker why not.

        `ours`: it is known to be meant for us.  `fresh`: what was asked before it in its thread does not count.
        """
        job = Job(asked, self._board.line(asked), thread=() if fresh else None, tries=tries)
        if asked.way is Way.THREAD:
            try:
                job.thread = job.thread if ours else self._thread_if_ours(asked)
            except SlackSilentError as error:
                _log.warning("a thread could not be read", extra={"question": asked.key, "why": error.what})
                if tries < MOST_TRIES:
                    return  # it is taken up again when its lease has run out
            if job.thread is None and not ours:
                self._store.finish(asked.key, Outcome.IGNORED)
                return
            self._store.took(asked.key, asked.text)
        job.line.begin(READING)
        if not asked.text or is_courtesy(asked.text):
            self._answering.tell(job, welcome(), Outcome.IGNORED)
            return
        refusal = self._access.refusal(asked)
        if refusal:
            self._refuse(job, refusal)
            return
        place = self._desk.take(job)
        if place is None and self._desk.closed:
            self._answering.tell(job, note(RESTARTING), Outcome.FAILED)
        elif place is None:
            most = "More questions are waiting than I can take. Please ask again in some minutes."
            self._answering.tell(job, note(most), Outcome.REFUSED)
        elif place and asked.response_url:
            self._answering.wait(asked, place)
        elif place:
            job.line.say(queue_words(place))

    def resume(self, question: Question) -> None:
        """Take up a question that another process, or this one before, left open."""
        asked = question.asked
        if self._desk.closed or self._desk.find([asked.key]):
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
        if not known and name in self._not_ours:
            return None
        try:
            thread = read_thread(self._web, asked.channel, thread_ts, self._bot)
        except SlackError as error:
            if known and isinstance(error, SlackSilentError):
                raise
            _log.warning("a thread could not be read", extra={"question": asked.key, "why": error.what})
            return None
        if not any(one.ours for one in thread):
            self._not_ours.add(name)
        return thread if is_for_us(thread, asked, self._bot) else None

    def _refuse(self, job: Job, words: str) -> None:
        """Tell the asker alone why there is no answer: a channel need not hear of it."""
        asked = job.asked
        if asked.way in PRIVATE or asked.way is Way.DIRECT or asked.response_url:
            self._answering.tell(job, note(words), Outcome.REFUSED)
            return
        try:
            self._post.quietly(asked, note(words))
        except SlackError as error:
            _log.error("a refusal was not told", extra={"question": asked.key, "why": error.what})
        self._store.finish(asked.key, Outcome.REFUSED)
        job.line.end()

    def _edited(self, asked: Asked) -> None:
        """Answer what the question says now, in the place of the answer that stands."""
        before = self._store.question(asked.key)
        if before is None:
            if self._store.receive(None, asked, self._lease) is Receipt.NEW:
                self._recall(asked)
                self.question(asked)
            return
        if before.outcome is Outcome.WITHDRAWN or before.asked.text == asked.text:
            return
        for job in self._desk.find([asked.key]):
            job.stop()
            job.line.close()
            self._desk.drop(job)
        if self._store.take_up(asked, self._lease):
            self.question(asked, ours=before.outcome is not Outcome.IGNORED)

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
        """Withdraw the answer to a question that was deleted."""
        key = f"{gone.channel}:{gone.ts}"
        before = self._store.question(key)
        for job in self._desk.find([key]):
            job.stop()
            self._desk.drop(job)
            job.line.end()
        stands = before.posted if before else self._found(gone, key)
        if before:
            self._store.finish(key, Outcome.WITHDRAWN)
        if stands:
            self._post.withdraw(stands)

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
            for job in self._desk.find([key]):
                job.stop()
                self._desk.drop(job)
                job.line.close()
            question = self._store.question(key)
            if question is None or not self._store.finish(key, Outcome.STOPPED):
                continue  # it was answered meanwhile
            try:  # the question may be another process's, which then finds that it is stopped
                self._post.answer(question.asked, [stopped()], again=False)
            except SlackError as error:
                _log.warning("a stop was not told", extra={"question": key, "why": error.what})
        asked = Asked("", Way.DIRECT, self._bot.team, stop.channel, stop.user, "", 0.0, stop.thread_ts)
        self._board.line(asked).end()  # where nothing was open, too: Slack still shows the button

    def _bot_spoke(self, spoke: BotSpoke) -> None:
        """Tell another app once a thread that we answer people only: two apps must not go on for ever."""
        name = f"{spoke.channel}:{spoke.thread_ts}:{spoke.bot}"
        if name in self._told:
            return
        self._told.add(name)
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

    def add(self, name: str) -> None:
        with self._lock:
            self._names[name] = None
            if len(self._names) > self._most:
                self._names.popitem(last=False)
