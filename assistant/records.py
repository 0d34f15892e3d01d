"""The nouns of the assistant, each declared once, as frozen records.  No behaviour lives here.

Reading     what a question was taken to mean: authority, publisher, period, topic, intent
Selection   the documents that the slots chose, or the slot that nothing held can fill (Missing)
Evidence    a sentence chosen for the answer, with its document
Citation    an exact quote with where it stands and who is speaking
Table       what of an answer can be drawn as rows and columns
Nearest     a document that is held where an answer is not
Answer      what is sent: text with [n] marks, its citations, the passages behind it, or why there is none
Step        what is being done about a question, as a person is told while it is done
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assistant.interpret.periods import PeriodReading
from assistant.llm.records import ModelUse
from index.catalogue import StoredDocument
from index.records import Area, Interval, Kind, Sentence, VoiceKind
from index.search import Hit


class Intent(StrEnum):
    """What kind of answer a question wants."""

    SAID = "said"  # what a document says about a topic
    GRADE = "grade"  # one judgement
    CHANGE = "change"  # two judgements compared
    HISTORY = "history"  # all judgements in time order
    LIST = "list"  # which inspections and visits are held
    SUMMARY = "summary"  # what a report says on the whole, or all that it wants improved
    DETAILS = "fact"  # who led an inspection, when it took place
    MEANING = "meaning"  # what a word or an abbreviation of the field stands for


GRADED = (Intent.GRADE, Intent.CHANGE, Intent.HISTORY)  # intents that the table of grades answers


class Detail(StrEnum):
    """A fact of an inspection that its description holds."""

    LEAD = "lead inspector"
    DATES = "inspection dates"
    PUBLISHED = "publication date"


class Leaning(StrEnum):
    """Which side of the findings a question wants."""

    NONE = "none"
    STRENGTHS = "strengths"
    CRITICISM = "criticism"
    RECOMMENDATIONS = "recommendations"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words are asked for.  `name` is empty where only the kind is known, or the `office` that a person holds.

    `sure` is False where what they do is asked for, which others may tell where they say nothing themselves.
    """

    kind: VoiceKind
    name: str
    office: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was taken to mean.  Empty tuples and None mean: not asked for."""

    question: str
    authorities: tuple[str, ...] = ()
    unknown_places: tuple[
        tuple[str, bool], ...
    ] = ()  # names in an authority's place that are none; sure or only likely
    publishers: tuple[str, ...] = ()
    speaker: Speaker | None = None
    time: PeriodReading = field(default_factory=PeriodReading)
    kinds: tuple[Kind, ...] = ()
    areas: tuple[Area, ...] = ()
    grades: tuple[str, ...] = ()  # grades that the question itself names
    every_area: bool = False  # all judgements of a report are asked for, not one
    topic: str = ""
    subjects: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()
    intent: Intent = Intent.SAID
    details: tuple[Detail, ...] = ()
    leaning: Leaning = Leaning.NONE
    counted: bool = False  # how many there are of what the answer lists comes first
    over_time: bool = False  # what was said is wanted report after report
    as_of: date | None = None
    carried: tuple[str, ...] = ()  # slots taken over from earlier questions of the thread
    notes: tuple[str, ...] = ()  # what the documents held made of the question, in sentences that an answer tells


@dataclass(frozen=True, slots=True)
class Selection:
    """The documents that the slots chose; `priors` lowers the score of weaker matches.

    `other_event`: sources that fit the period only by the event that is not the usual one, mostly by the time of
    the inspection instead of that of publication.
    """

    documents: tuple[StoredDocument, ...]
    priors: dict[str, float] = field(default_factory=dict)
    other_event: frozenset[str] = frozenset()
    series: tuple[StoredDocument, ...] = ()  # the documents before the period was looked at
    lacking: tuple[str, ...] = ()  # of what was asked for together, what is not held: each a sentence


@dataclass(frozen=True, slots=True)
class Missing:
    """A slot that nothing held can fill: why there is no answer, and what is held instead, in one sentence."""

    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence chosen for the answer.  `score` orders evidence within one question only."""

    document: StoredDocument
    hit: Hit
    sentence: Sentence
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quote.

    `page` is as numbered in the file, `paragraph` as printed, `heading` the nearest one above; None where there is
    none.
    """

    n: int
    source: str
    title: str
    publisher: str
    kind: str
    published: date | None
    period: Interval | None
    page: int | None
    paragraph: str | None
    heading: str | None
    url: str | None
    voice: str
    quote: str


@dataclass(frozen=True, slots=True)
class Found:
    """A ranked passage as it is shown to people and programs.  `id` is its name in the index that answered."""

    rank: int
    source: str
    page: int | None
    paragraph: str | None
    score: float
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """A document that is held where an answer is not: a pointer, and no answer."""

    source: str
    title: str
    published: Interval | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """The judgements or inspections of an answer, for faces that can draw tables: two rows or more.

    Each row has a cell for each of `columns`; the last one holds its marks ("[1]"; empty where a line has none).
    `beside` are the lines of the answer's text that no row stands for, with their marks: caption, `beside` and rows
    together say what the text says.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    beside: str = ""


class Status(StrEnum):
    """Whether there is an answer."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent.  Every [n] of `text` has its citation and the reverse; `reason` is set exactly on abstention.

    `generation` is the index generation that answered; `table` is None where rows and columns would add nothing.
    `use` is what a language model had to do with it; None where none was asked.  `nearest` are documents to look at
    where there is no answer.
    """

    status: Status
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Found, ...]
    reading: Reading
    reason: str | None
    seconds: float
    generation: str
    table: Table | None = None
    use: ModelUse | None = None
    nearest: tuple[Nearest, ...] = ()


class StepKind(StrEnum):
    """What is done about a question, in the order in which it is done."""

    READING_QUESTION = "reading the question"
    SEARCHING = "searching"
    WORDING = "wording the answer"
    CHECKING_QUOTES = "checking quotes"


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it begins.  `words` is a phrase for a person, at most 80 characters, with no full stop."""

    kind: StepKind
    words: str
