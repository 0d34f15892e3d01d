"""The nouns of the Slack face, each declared once, as frozen records.  No behaviour lives here beyond naming."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.records import Answer
from index.audience import Clearance


class Way(StrEnum):
    """How a question reached us."""

    DIRECT = "direct message"
    MENTION = "mention"
    THREAD = "thread"  # a message in a thread without a mention: whether it is for us, the thread tells
    COMMAND = "command"  # /inspections: answered privately
    CLAIM = "claim"  # the message shortcut: answered privately
    BUTTON = "button"  # a suggested or reworded question, asked by a click


PRIVATE = (Way.COMMAND, Way.CLAIM)  # ways whose first answer only the asker sees


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came in.

    `key` is "channel:ts" for a message, so that a mention and its twin share it, else "way:trigger".  `thread_ts` is
    the thread that the answer goes to and `ts` the message that asked; both None for a private question, which has
    `response_url` instead.  `at` is when it came, in seconds since 1970.  `shared`: the channel is shared with
    another organisation.
    """

    key: str
    way: Way
    team: str
    channel: str
    user: str
    text: str
    at: float
    thread_ts: str | None = None
    ts: str | None = None
    response_url: str | None = None
    shared: bool = False


class Outcome(StrEnum):
    """How it stands with a question."""

    OPEN = "open"
    ANSWERED = "answered"
    ABSTAINED = "abstained"
    REFUSED = "refused"  # told why not
    STOPPED = "stopped"  # by the asker
    WITHDRAWN = "withdrawn"  # the question was deleted
    IGNORED = "ignored"  # it was not for us
    FAILED = "failed"  # told that something went wrong


class Receipt(StrEnum):
    """What became of an event on arrival."""

    NEW = "new"
    REPEATED = "repeated"  # this event id was handled before
    TWIN = "twin"  # the same message came as another event


@dataclass(frozen=True, slots=True)
class Posted:
    """Where an answer stands: its channel, its first message, and those that continue it."""

    channel: str
    ts: str
    more_ts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the store holds it.

    `answer_id` is its kept answer, `posted` where that stands.  `tries` counts how often a process took it up.
    """

    asked: Asked
    outcome: Outcome
    tries: int
    answer_id: str | None = None
    posted: Posted | None = None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was sent, for its buttons and for evaluators.

    `id` is 32 hex digits; `clearance` is what it was made under, so that nobody who has less is shown it later.
    """

    id: str
    key: str
    user: str
    generation: str
    at: float
    answer: Answer
    clearance: Clearance


class Verdict(StrEnum):
    """What a person thinks of an answer."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's verdict on one answer; a later one replaces it.  `reasons` are codes of the reasons modal."""

    answer_id: str
    user: str
    verdict: Verdict
    reasons: tuple[str, ...]
    comment: str
    at: float
