"""The nouns of the block builders, each declared once, as frozen records.  No behaviour lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assistant.records import Answer
from assistant.slack.blocks.limits import Block


@dataclass(frozen=True, slots=True)
class Message:
    """One message in four forms, for one call of chat.postMessage.

    `text` is what notifications and screen readers get; `plain` says what `blocks` do in section, context and
    actions blocks alone, for when Slack refuses the newer ones; `bare` is for when it refuses all blocks, to be
    posted with mrkdwn switched off.
    """

    text: str
    blocks: tuple[Block, ...]
    plain: tuple[Block, ...]
    bare: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message that is not divided: the same content as blocks, as plain blocks and as escaped text."""

    blocks: tuple[Block, ...]
    plain: tuple[Block, ...]
    bare: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh the index is: when it was built, its documents, the newest publication date in it."""

    built: datetime
    documents: int
    newest: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is to be shown.

    `answer_id` is 32 hex digits; `said_back` tells in sentences how the question was read; `question_shown` is a
    question that stands nowhere in the thread, and `shared` whether a colleague shares it; `private` answers can be
    shared; a `claim` is set against the reports; `correctable`: whether there is a way to correct the reading.
    """

    answer: Answer
    answer_id: str
    fresh: Freshness
    suggestions: tuple[str, ...] = ()
    said_back: tuple[str, ...] = ()
    question_shown: str | None = None
    private: bool = False
    claim: bool = False
    correctable: bool = False
    shared: bool = False
