"""What the Slack face remembers.  Threads and replicas may share a database.

Each method is one transaction, and those that write take turns, so that none has to mind another.

How it stands with a question, and who is at work on it, is decided here; what to do about it is not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from assistant.slack.records import Asked, Feedback, KeptAnswer, Outcome, Posted, Question, Receipt
from assistant.slack.state.database import Database
from assistant.slack.state.migrate import migrate
from assistant.slack.state.rows import (
    feedback_of,
    kept_of,
    question_of,
    row_of_asked,
    row_of_feedback,
    row_of_kept,
    row_of_posted,
)
from assistant.slack.state.tables import answers, events, feedback, questions

_DAY = 86_400
_CHUNK = 200  # rows that are read at a time for export
_OPEN = questions.c.outcome == Outcome.OPEN


class Store:
    """The state, open.  Safe to use from many threads; to be closed by whoever opened it.

    Every method raises StateError where the database cannot be used.
    """

    def __init__(self, url: str, owner: str, clock: Callable[[], float] = time.time) -> None:
        """Open the database at `url`, made and brought up to date where that is wanted.

        `owner` names this process among all that share the database, and is never used again by another one.
        StateError: the address is wrong, nothing can be reached or written there, or it is of a newer version.
        """
        self._owner = owner
        self._clock = clock
        self._database = Database(url)
        try:
            migrate(self._database)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Questions, from their coming in to their end

    def receive(self, event_id: str | None, asked: Asked | None, lease: float) -> Receipt:
        """Remember an event and the question in it, which is then open and this process's for `lease` seconds.

        REPEATED: the event is known, and nothing was changed.  TWIN: the event is new, but its question is known.
        Of any number of threads and processes that receive the same at once, one is told NEW.
        """
        now = self._clock()
        with self._database.writing() as connection:
            if event_id is not None and not self._new(connection, events, {"event_id": event_id, "at": now}):
                return Receipt.REPEATED
            if asked is None:
                return Receipt.NEW
            work = {"outcome": Outcome.OPEN, "tries": 1, "owner": self._owner, "lease_until": now + lease}
            new = self._new(connection, questions, row_of_asked(asked) | work | {"more_ts": []})
            return Receipt.NEW if new else Receipt.TWIN

    def _new(self, connection: Connection, table: Any, row: dict[str, Any]) -> bool:
        inserted = connection.execute(self._database.insert(table).values(row).on_conflict_do_nothing())
        return inserted.rowcount == 1

    def question(self, key: str) -> Question | None:
        """The question of that key, None where none is known.  Its text is empty while it may not be for us."""
        with self._database.reading() as connection:
            row = connection.execute(select(questions).where(questions.c.key == key)).one_or_none()
        return question_of(row) if row else None

    def took(self, key: str, text: str) -> None:
        """Keep the text of an open question of a thread, which turned out to be for us."""
        self._change(and_(questions.c.key == key, _OPEN), text=text)

    def take_up(self, asked: Asked, lease: float) -> bool:
        """Open a question again that was edited, for this process; what is known of its answer stays.

        False where it is unknown or withdrawn.
        """
        work = self._work(lease) | {"outcome": Outcome.OPEN, "tries": questions.c.tries + 1}
        which = and_(questions.c.key == asked.key, questions.c.outcome != Outcome.WITHDRAWN)
        return self._change(which, **row_of_asked(asked) | work)

    def overdue(self, lease: float) -> tuple[Question, ...]:
        """The open questions whose lease has run out, oldest first, leased to this process from now on.

        Each goes to exactly one of several callers.
        """
        taken = (
            update(questions)
            .where(_OPEN, questions.c.lease_until < self._clock())
            .values(tries=questions.c.tries + 1, **self._work(lease))
            .returning(*questions.c)
        )
        with self._database.writing() as connection:
            rows = connection.execute(taken).all()
        return tuple(sorted(map(question_of, rows), key=lambda question: (question.asked.at, question.asked.key)))

    def standing(self, lease: float) -> tuple[Question, ...]:
        """The withdrawn questions whose answer still stands and that nobody is at work on, leased from now on."""
        late = (
            select(questions.c.key)
            .where(questions.c.outcome == Outcome.WITHDRAWN, questions.c.answer_ts.is_not(None))
            .where(questions.c.lease_until < self._clock())
        )
        with self._database.writing() as connection:
            rows = connection.execute(
                update(questions)
                .where(questions.c.key.in_(late.with_for_update(skip_locked=True)))
                .values(**self._work(lease))
                .returning(*questions.c)
            ).all()
        return tuple(map(question_of, rows))

    def took_back(self, key: str) -> None:
        """The answer to a withdrawn question stands no more."""
        self._change(questions.c.key == key, answer_channel=None, answer_ts=None, more_ts=[])

    def renew(self, keys: Sequence[str], lease: float) -> None:
        """Let the leases of these questions run for `lease` seconds from now, as far as they are open and ours."""
        self._change(and_(_OPEN, questions.c.owner == self._owner, questions.c.key.in_(keys)), **self._work(lease))

    def release(self) -> None:
        """Let other processes take over what this one leaves open, at once instead of when its lease runs out."""
        self._change(and_(_OPEN, questions.c.owner == self._owner), lease_until=0.0)

    def _work(self, lease: float) -> dict[str, Any]:
        return {"owner": self._owner, "lease_until": self._clock() + lease}

    def posted(self, key: str, posted: Posted) -> None:
        """Remember where the answer stands, before the question is finished."""
        self._change(questions.c.key == key, **row_of_posted(posted))

    def finish(self, key: str, outcome: Outcome, *, answer_id: str | None = None, posted: Posted | None = None) -> bool:
        """End a question, and say whether that was ours to do; where it was not, nothing is changed.

        Only the process at work on an open question may end it, but anyone may stop an open one, and withdraw any.
        So whoever gets False has been overtaken: by another process, by the stop button or by a deletion.
        What is not told of the answer stays as it was.  IGNORED forgets text and person, WITHDRAWN text and answer.
        """
        allowed = and_(_OPEN, questions.c.owner == self._owner)
        if outcome is Outcome.STOPPED:
            allowed = and_(_OPEN)
        elif outcome is Outcome.WITHDRAWN:
            allowed = and_(questions.c.outcome != Outcome.IGNORED)
        change: dict[str, Any] = {"outcome": outcome}
        if answer_id is not None:
            change["answer_id"] = answer_id
        if posted is not None:
            change |= row_of_posted(posted)
        if outcome is Outcome.IGNORED:
            change |= {"text": None, "user_id": "", "response_url": None}
        if outcome is not Outcome.WITHDRAWN:
            return self._change(and_(questions.c.key == key, allowed), **change)
        with self._database.writing() as connection:
            ended = connection.execute(
                update(questions).where(questions.c.key == key, allowed).values(text=None, **change)
            ).rowcount
            _remove_answers(connection, answers.c.key == key)
        return ended > 0

    def _change(self, which: ColumnElement[bool], **change: Any) -> bool:
        with self._database.writing() as connection:
            return connection.execute(update(questions).where(which).values(**change)).rowcount > 0

    # What is known of threads and people

    def question_in_thread(self, channel: str, thread_ts: str) -> bool:
        """Whether a question known to be for us stands in that thread."""
        here = self._in_thread(channel, thread_ts)
        return self._count(here, questions.c.text.is_not(None), questions.c.outcome != Outcome.IGNORED) > 0

    def open_in(self, channel: str, thread_ts: str) -> tuple[str, ...]:
        """The keys of the open questions of a thread, oldest first."""
        wanted = select(questions.c.key).where(self._in_thread(channel, thread_ts), _OPEN)
        with self._database.reading() as connection:
            return tuple(connection.scalars(wanted.order_by(questions.c.at, questions.c.key)))

    def asked_since(self, user: str, since: float) -> int:
        """How many questions that person asked from `since` on, each edit counted; not those not for us or refused."""
        idle = questions.c.outcome.in_((Outcome.IGNORED, Outcome.REFUSED))
        asked = select(func.coalesce(func.sum(questions.c.tries), 0))
        wanted = asked.where(questions.c.user_id == user, questions.c.at >= since, ~idle)
        with self._database.reading() as connection:
            return int(connection.scalar(wanted) or 0)

    def questions_open(self) -> int:
        """How many questions are open, whoever is at work on them."""
        return self._count(_OPEN)

    def recent(self, user: str, most: int) -> tuple[Question, ...]:
        """That person's latest questions that were answered or had no answer, newest first, `most` at most."""
        done = questions.c.outcome.in_((Outcome.ANSWERED, Outcome.ABSTAINED))
        wanted = select(questions).where(questions.c.user_id == user, done)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(questions.c.at.desc(), questions.c.key.desc()).limit(most)).all()
        return tuple(map(question_of, rows))

    def _in_thread(self, channel: str, thread_ts: str) -> ColumnElement[bool]:
        return and_(questions.c.channel == channel, questions.c.thread_ts == thread_ts)

    def _count(self, *which: ColumnElement[bool]) -> int:
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(questions).where(*which)) or 0

    # Answers and what people think of them

    def keep(self, kept: KeptAnswer) -> bool:
        """Keep an answer; False, and nothing is kept, where its question is not held (any more)."""
        with self._database.writing() as connection:
            there = _stays(connection, questions.c.key, kept.key)
            if there:
                self._new(connection, answers, row_of_kept(kept))
        return there

    def answer(self, answer_id: str) -> KeptAnswer | None:
        """A kept answer; None where it is not kept (any more), or is of a shape that is not read any more."""
        with self._database.reading() as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer_id)).one_or_none()
        return kept_of(row) if row else None

    def give_feedback(self, given: Feedback) -> None:
        """Keep a verdict, in the place of an earlier one of that person on that answer.

        KeyError: the answer is not kept any more.
        """
        new = self._database.insert(feedback).values(row_of_feedback(given))
        replaced = {name: new.excluded[name] for name in ("verdict", "reasons", "comment", "at")}
        here = (feedback.c.answer_id, feedback.c.user_id)
        later = new.on_conflict_do_update(index_elements=here, set_=replaced, where=new.excluded.at >= feedback.c.at)
        with self._database.writing() as connection:
            if not _stays(connection, answers.c.id, given.answer_id):
                raise KeyError(given.answer_id)
            connection.execute(later)

    def feedback(self) -> Iterator[tuple[Feedback, KeptAnswer]]:
        """All verdicts, oldest first, each with its answer; answers that are not read any more are left out.

        Read piece by piece: a verdict that is changed meanwhile may come twice, the later one last.
        """
        order = (feedback.c.at, feedback.c.answer_id, feedback.c.user_id)
        after: ColumnElement[bool] | None = None
        while True:
            verdicts = select(feedback).order_by(*order).limit(_CHUNK)
            with self._database.reading() as connection:
                rows = connection.execute(verdicts if after is None else verdicts.where(after)).all()
                ids = {row.answer_id for row in rows}
                kept = connection.execute(select(answers).where(answers.c.id.in_(ids))).all()
            of = {row.id: kept_of(row) for row in kept}
            for given in map(feedback_of, rows):
                if answer := of.get(given.answer_id):
                    yield given, answer
            if len(rows) < _CHUNK:
                return
            last = rows[-1]
            after = tuple_(*order) > tuple_(literal(last.at), literal(last.answer_id), literal(last.user_id))

    # Forgetting

    def erase(self, user: str) -> int:
        """Forget a person: their questions, answers and feedback, and what others thought of those answers.

        The number of rows removed.  What stays, events by their id, holds no text and no person.
        On SQLite the bytes are overwritten too; StateError: they could not be yet, and it is to be called again.
        """
        with self._database.writing() as connection:
            own = connection.execute(delete(feedback).where(feedback.c.user_id == user)).rowcount
            gone = own + _remove(connection, questions.c.user_id == user, answers.c.user_id == user)
        self._database.scrub()
        return gone

    def purge(self, keep_days: float) -> int:
        """Forget events after a day, and after `keep_days` questions that are not open, with all that belongs to them.

        The number of rows removed.
        """
        now = self._clock()
        with self._database.writing() as connection:
            gone = connection.execute(delete(events).where(events.c.at < now - _DAY)).rowcount
            return gone + _remove(connection, and_(questions.c.at < now - keep_days * _DAY, ~_OPEN), false())


def _stays(connection: Connection, column: Column[str], value: str) -> bool:
    """Whether there is such a row; nobody else removes it before this transaction, which writes, has ended."""
    return connection.scalar(select(column).where(column == value)) is not None


def _remove(connection: Connection, which: ColumnElement[bool], besides: ColumnElement[bool]) -> int:
    """Delete those questions, their answers and the answers `besides`, and all feedback on these: how many rows."""
    gone = _remove_answers(connection, or_(answers.c.key.in_(select(questions.c.key).where(which)), besides))
    return gone + connection.execute(delete(questions).where(which)).rowcount


def _remove_answers(connection: Connection, dead: ColumnElement[bool]) -> int:
    """Delete those answers and all feedback on them: how many rows."""
    verdicts = delete(feedback).where(feedback.c.answer_id.in_(select(answers.c.id).where(dead)))
    return connection.execute(verdicts).rowcount + connection.execute(delete(answers).where(dead)).rowcount
