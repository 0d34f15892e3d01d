"""Rows of the tables to records and back.  No SQL here."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row

from assistant.records import Answer
from assistant.slack.records import Asked, Feedback, KeptAnswer, Outcome, Posted, Question, Verdict, Way
from index.audience import EVERYONE, Clearance

_ANSWER = TypeAdapter(Answer)


def row_of_asked(asked: Asked) -> dict[str, Any]:
    """The columns that say what was asked; what stands in a thread has no text until it is known to be for us."""
    return {
        "key": asked.key,
        "way": asked.way,
        "team": asked.team,
        "channel": asked.channel,
        "user_id": asked.user,
        "text": None if asked.way is Way.THREAD else asked.text,
        "at": asked.at,
        "thread_ts": asked.thread_ts,
        "ts": asked.ts,
        "response_url": asked.response_url,
        "shared": asked.shared,
    }


def row_of_posted(posted: Posted) -> dict[str, Any]:
    """The columns that say where an answer stands."""
    return {"answer_channel": posted.channel, "answer_ts": posted.ts, "more_ts": list(posted.more_ts)}


def question_of(row: Row[Any]) -> Question:
    """A whole row of the questions; where no text is kept it is empty."""
    return Question(
        Asked(
            key=row.key,
            way=Way(row.way),
            team=row.team,
            channel=row.channel,
            user=row.user_id,
            text=row.text or "",
            at=row.at,
            thread_ts=row.thread_ts,
            ts=row.ts,
            response_url=row.response_url,
            shared=row.shared,
        ),
        Outcome(row.outcome),
        row.tries,
        row.answer_id,
        Posted(row.answer_channel, row.answer_ts, tuple(row.more_ts)) if row.answer_ts else None,
    )


def row_of_kept(kept: KeptAnswer) -> dict[str, Any]:
    """The columns of a kept answer."""
    return {
        "id": kept.id,
        "key": kept.key,
        "user_id": kept.user,
        "generation": kept.generation,
        "at": kept.at,
        # By way of json, whose escapes bear half a surrogate pair, which pydantic's own writer refuses.
        "answer": json.dumps(_ANSWER.dump_python(kept.answer, mode="json")),
        "cleared": sorted(kept.clearance.names),
    }


def kept_of(row: Row[Any]) -> KeptAnswer | None:
    """A whole row of the answers; None where an older version wrote an answer that is no Answer any more."""
    try:
        answer = _ANSWER.validate_python(json.loads(row.answer))
    except ValidationError:
        return None
    cleared = EVERYONE if row.cleared is None else Clearance(frozenset(row.cleared))
    return KeptAnswer(row.id, row.key, row.user_id, row.generation, row.at, answer, cleared)


def row_of_feedback(given: Feedback) -> dict[str, Any]:
    """The columns of a verdict."""
    return {
        "answer_id": given.answer_id,
        "user_id": given.user,
        "verdict": given.verdict,
        "reasons": list(given.reasons),
        "comment": given.comment,
        "at": given.at,
    }


def feedback_of(row: Row[Any]) -> Feedback:
    """A whole row of the feedback."""
    return Feedback(row.answer_id, row.user_id, Verdict(row.verdict), tuple(row.reasons), row.comment, row.at)
