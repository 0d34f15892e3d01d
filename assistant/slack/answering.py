"""One question, from the desk to its answer in Slack: thread, core, blocks, post, record.

Whatever goes wrong here ends in one message to the asker, or leaves the question open for the next process: never
both, never neither.  Who is answered at all was decided before (`front`).
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from assistant.ask import Assistant
from assistant.live import LiveAssistant
from assistant.records import Answer, Status
from assistant.slack.access import Access
from assistant.slack.blocks.answer import answer_messages
from assistant.slack.blocks.notes import failed, introduced, note, queue_words
from assistant.slack.blocks.records import Message, Shown
from assistant.slack.errors import SlackError, SlackRefusedError
from assistant.slack.events import Bot
from assistant.slack.job import Job
from assistant.slack.logs import TEXT
from assistant.slack.post import Post, UnwantedError, respond
from assistant.slack.records import Asked, KeptAnswer, Outcome, Posted, Way
from assistant.slack.showing import shown_answer
from assistant.slack.state.errors import StateError
from assistant.slack.state.store import Store
from assistant.slack.thread import Said, earlier_questions, read_thread
from assistant.slack.web import Web
from assistant.steps import Step
from index.audience import Clearance
from index.errors import InspectionsError, QuestionError

ALONE = "Slack did not show me this thread, so I read your question by itself."
MOST_TRIES = 5  # processes that take a question up before its asker is told that it failed
_log = logging.getLogger(__name__)
_text_log = logging.getLogger(TEXT)


class _TooLongError(Exception):
    """The answer took longer than is allowed."""


class Answering:
    """Does the jobs of the desk.  Safe to use from several threads."""

    def __init__(  # noqa: PLR0913  (the parts that an answer goes through)
        self,
        *,
        live: LiveAssistant,
        store: Store,
        web: Web,
        post: Post,
        access: Access,
        bot: Bot,
        seconds: float,
        today: date | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`access` tells what an answer may show; `seconds` that it may take; `today` resolves "last year".

        `today` None: the calendar's.
        """
        self._live = live
        self._store = store
        self._web = web
        self._post = post
        self._access = access
        self._bot = bot
        self._seconds = seconds
        self._today = today
        self._clock = clock
        self._turns: dict[str, tuple[threading.Lock, int]] = {}
        self._turns_lock = threading.Lock()

    def __call__(self, job: Job) -> None:
        """Answer the question, or tell its asker why not."""
        job.began = time.monotonic()
        asked = job.asked
        try:
            with self._turn(asked.key):
                self._answer(job)
        except UnwantedError:
            self._unwanted(job)
        except _TooLongError:
            why = f"I found no answer within {self._seconds:.0f} seconds. Please ask for less at once."
            self.tell(job, note(why), Outcome.FAILED)
        except QuestionError as error:
            self.tell(job, note(f"{error.what} {error.cure}"), Outcome.REFUSED)
        except SlackError as error:
            self._left_open(job, error)
        except InspectionsError as error:
            _log.error("no answer", extra={"question": asked.key, "why": error.what})
            self.tell(job, failed(), Outcome.FAILED)
        except Exception:  # noqa: BLE001  (whatever it is, the asker must hear of it)
            _log.exception("no answer", extra={"question": asked.key})
            self.tell(job, failed(), Outcome.FAILED)

    def tell(self, job: Job, message: Message, outcome: Outcome) -> None:
        """Tell the asker something instead of an answer, and be done with the question."""
        job.line.close()
        try:
            posted = self._place(job, [message])
            self._finish(job, outcome, posted)
        except UnwantedError:
            self._unwanted(job)
            return
        except (SlackError, StateError) as error:
            self._left_open(job, error)
            return
        job.line.end()

    @contextmanager
    def _turn(self, key: str) -> Iterator[None]:
        """One job at a time for a question: the one that replaces another must find what that one left."""
        with self._turns_lock:
            lock, jobs = self._turns.get(key, (threading.Lock(), 0))
            self._turns[key] = lock, jobs + 1
        try:
            with lock:
                yield
        finally:
            with self._turns_lock:
                lock, jobs = self._turns.pop(key)
                if jobs > 1:
                    self._turns[key] = lock, jobs - 1

    def _answer(self, job: Job) -> None:
        asked = job.asked
        self._go_on(job)
        _text_log.info("asked", extra={"question": asked.key, "text": asked.text})
        earlier = self._earlier(job)
        # Now, and not when it was asked: it may have waited, or be taken up by another process.
        clearance = self._access.clearances.asked(asked)
        with self._live.current(clearance) as assistant:
            # A claim is another's message: it is not sent out of the house, and no model is to judge it.
            asking = assistant.plain if asked.way is Way.CLAIM else assistant
            answer = asking.ask(asked.text, earlier or (), today=self._today, watch=self._watch(job))
            self._go_on(job)
            kept = self._kept(asked, answer, clearance)
            messages = answer_messages(self.shown(asked, kept, assistant))
        if earlier is None:
            messages = (introduced(messages[0], ALONE), *messages[1:])
        self._store.keep(kept)
        self._go_on(job)
        job.line.close()
        posted = self._place(job, messages)
        outcome = Outcome.ANSWERED if answer.status is Status.ANSWERED else Outcome.ABSTAINED
        self._finish(job, outcome, posted, kept.id)
        job.line.answered()
        _log.info("answered", extra=_measures(job, answer, posted))

    def _kept(self, asked: Asked, answer: Answer, clearance: Clearance) -> KeptAnswer:
        """The answer as it is to be kept."""
        name, generation = uuid.uuid4().hex, answer.generation
        return KeptAnswer(name, asked.key, asked.user, generation, self._clock(), answer, clearance)

    def _earlier(self, job: Job) -> tuple[str, ...] | None:
        """The questions before this one in its thread; none where it begins one, None where Slack shows no thread."""
        asked = job.asked
        if asked.thread_ts is None or asked.thread_ts == asked.ts:
            return ()
        thread: Sequence[Said]
        try:
            thread = (
                job.thread
                if job.thread is not None
                else read_thread(self._web, asked.channel, asked.thread_ts, self._bot)
            )
        except SlackError as error:
            _log.warning("a thread could not be read", extra={"question": asked.key, "why": error.what})
            return None
        return earlier_questions(thread, asked, self._bot)

    def shown(self, asked: Asked, kept: KeptAnswer, assistant: Assistant) -> Shown:
        """The answer as its asker is shown it."""
        return replace(
            shown_answer(kept.answer, assistant, self._today, answer_id=kept.id),
            question_shown=asked.text if asked.way is Way.BUTTON else None,
            private=asked.response_url is not None,
            claim=asked.way is Way.CLAIM,
        )

    def wait(self, asked: Asked, ahead: int) -> None:
        """Tell the asker of a private question how many wait before it."""
        try:
            respond(str(asked.response_url), note(f"Your question {queue_words(ahead)}."))
        except (OSError, ValueError) as error:
            _log.warning("a place was not told", extra={"question": asked.key, "why": type(error).__name__})

    def _watch(self, job: Job) -> Callable[[Step], None]:
        def watch(step: Step) -> None:
            self._go_on(job)
            job.line.say(f"is {step.words[:1].lower()}{step.words[1:]}…")

        return watch

    def _go_on(self, job: Job) -> None:
        """Raises where the answer is no longer wanted or has taken too long."""
        if job.stopped:
            raise UnwantedError
        if job.began is not None and time.monotonic() - job.began > self._seconds:
            raise _TooLongError

    def _wanted(self, job: Job) -> bool:
        """Whether nobody stopped, withdrew or answered the question, in another process either."""
        if job.stopped:
            return False
        try:
            question = self._store.question(job.asked.key)
        except StateError:
            return True  # `_finish` will find out
        return question is not None and question.outcome is Outcome.OPEN

    def _place(self, job: Job, messages: Sequence[Message]) -> Posted | None:
        """Put the messages where the asker looks for them: None where that is a response address."""
        asked = job.asked
        before = self._store.question(asked.key)
        if before is None or not self._wanted(job):
            raise UnwantedError
        if asked.response_url is not None:
            self._post.respond(asked, messages)
            return None
        if before.posted:
            posted = self._post.update(asked, before.posted, messages)
        else:
            posted = self._post.answer(asked, messages, again=job.tries > 1, wanted=lambda: self._wanted(job))
        if before.posted or posted.channel != asked.channel:
            job.line.end()  # only a new message in the thread clears it
        return posted

    def _finish(self, job: Job, outcome: Outcome, posted: Posted | None, answer_id: str | None = None) -> None:
        """Record how the question ended.  Where it was stopped or replaced meanwhile, take back what was posted.

        Where that cannot be recorded, the question stays open: whoever takes it up finds the answer in the thread.
        UnwantedError: it was taken back.
        """
        key = job.asked.key
        try:
            if job.end(lambda: self._store.finish(key, outcome, answer_id=answer_id, posted=posted)):
                return
            now = self._store.question(key)
        except StateError as error:
            _log.error("an end was not recorded", extra={"question": key, "why": error.what})
            return
        if posted:  # meanwhile it was stopped, withdrawn or edited, or another process answered it
            stands = now.posted if now and now.outcome not in {Outcome.STOPPED, Outcome.WITHDRAWN} else None
            kept = (stands.ts, *stands.more_ts) if stands else ()
            for ts in (posted.ts, *posted.more_ts):
                if ts not in kept:
                    self._post.remove(posted.channel, ts)
        raise UnwantedError

    def _unwanted(self, job: Job) -> None:
        _log.info("stopped", extra={"question": job.asked.key})
        if not job.stopped:  # whoever stops a job here ends its line, but this was stopped elsewhere
            job.line.end()

    def _left_open(self, job: Job, error: InspectionsError) -> None:
        """No message could be posted: the question stays open and is tried again later, but not for ever."""
        extra = {"question": job.asked.key, "tries": job.tries, "why": error.what}
        _log.error("the answer was not posted", extra=extra)
        job.line.end()
        if isinstance(error, SlackRefusedError) or job.tries >= MOST_TRIES:
            self._store.finish(job.asked.key, Outcome.FAILED)


def _measures(job: Job, answer: Answer, posted: Posted | None) -> dict[str, object]:
    """What a log line says of an answer: no word of the question or of the answer."""
    return {
        "question": job.asked.key,
        "way": job.asked.way.value,
        "status": answer.status.value,
        "intent": answer.reading.intent.value,
        "citations": len(answer.citations),
        "generation": answer.generation,
        "messages": 1 + len(posted.more_ts) if posted else 0,
        "core_seconds": round(answer.seconds, 3),
        "seconds": round(time.monotonic() - (job.began or 0.0), 3),
    }
