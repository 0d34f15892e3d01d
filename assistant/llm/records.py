"""The nouns of the language model, as frozen records.  No behaviour lives here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from index.catalogue import StoredDocument
from index.records import Passage, Sentence


class Trouble(StrEnum):
    """Why a model gave nothing to use, as a person is told after "The language model"."""

    TIMEOUT = "did not answer in time"
    OVERLOADED = "is overloaded"
    UNREACHABLE = "cannot be reached"
    DENIED = "refused the key or the request"
    REFUSED = "declined to answer"
    CUT_OFF = "was cut off in the middle of its answer"
    GARBAGE = "gave an answer that cannot be read"
    SPENT = "has used up what may be spent on it today"
    UNCOUNTED = "was not asked, because what it costs cannot be recorded"
    WITHHELD = "was not asked, because not all that answers this is public"
    NOTHING = "found no answer in the passages"
    UNSUPPORTED = "gave an answer that the documents do not bear out"


class Removed(StrEnum):
    """Why words of a model were left out."""

    FABRICATED = "fabricated"  # a sentence, number or name that it was never given, or a claim without a source
    SPLICED = "spliced"  # a number or name of one sentence in a claim about another
    MISATTRIBUTED = "misattributed"  # words put into another's mouth
    MARKUP = "markup"  # links, mentions, formatting, marks that cannot be seen


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model sent, and how many tokens went in and out."""

    text: str
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Given:
    """A sentence that a model was given under the name `id`.  `text` is its own, white space aside."""

    id: str
    document: StoredDocument
    passage: Passage
    sentence: Sentence
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a model says: connecting words, perhaps none, and the ids that it names as its sources."""

    words: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a claim: words that may be printed, or none, and sentences that it was really given."""

    words: str
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a model had to do with an answer.

    `prompt` is the name and version of each prompt.  `tokens` and `cost` are those of all its requests for the answer,
    `cost` in the currency of the prices set, None where none are.  `trouble`: why its words were not used.
    `removed` counts what was left out of them, by kind.
    """

    model: str
    prompt: str
    tokens: int = 0
    cost: float | None = None
    trouble: Trouble | None = None
    removed: dict[Removed, int] = field(default_factory=dict)
