"""The nouns of the index, each declared once, as frozen records.  No behaviour lives here.

    RawText      what a reader gets out of one file: pages, and blocks where the format has them
    Document     RawText with its paragraphs, headings and furniture told apart
    Description  what a document is: title, publisher, kind, dates, judgements, each with its evidence
    Passage      the unit that is ranked: one or more spans of a document, with its sentences
    Entry        one document with everything that the catalogue keeps of it

Offsets are Python string indices into `Page.text`, half open.  Stored text is never altered after reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from index.audience import PUBLIC, Audience


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document.  `number` counts from 1 in the file; None where the format has no pages."""

    number: int | None
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A slice of one page: `pages[page].text[start:end]`; `page` is an index into `Document.pages`, from 0."""

    page: int
    start: int
    end: int


class BlockKind(StrEnum):
    """What a stretch of a page is."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"  # a list item or bullet
    TABLE = "table"  # one row of a table
    FURNITURE = "furniture"  # running header, page number, boilerplate: kept out of passages


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one page as the file format itself marks it.  `level` is 1-6 for headings, else 0."""

    span: Span
    kind: BlockKind
    level: int = 0


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself outside its text.  All weak hints: never trusted above the text.

    `created` is the creation date of the file format itself (PDF /CreationDate, DOCX core property),
    `published` a date that the format states as publication (HTML meta, an e-mail's Date header).  `running` are the
    lines of headers, footers and watermarks that the format keeps apart from its text.
    """

    title: str | None = None
    created: date | None = None
    published: date | None = None
    url: str | None = None
    site: str | None = None  # the site or sender that the format names
    author: str | None = None
    running: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawText:
    """What a reader gets out of one file.  `blocks` is empty where the format marks none (PDF, plain text)."""

    pages: tuple[Page, ...]
    blocks: tuple[Block, ...] = ()
    properties: Properties = field(default_factory=Properties)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading, list item, table row or piece of furniture.

    `spans` has more than one member where it runs over pages.  `number` is the paragraph's own number
    as printed ("32", "2.1", "a").  `headings` is the path of headings above it, outermost first.
    """

    spans: tuple[Span, ...]
    kind: BlockKind
    number: str | None = None
    headings: tuple[str, ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One source document.  `source` is its path relative to the source folder, with forward slashes."""

    source: str
    sha256: str
    pages: tuple[Page, ...]
    paragraphs: tuple[Paragraph, ...]
    properties: Properties

    def text(self, spans: tuple[Span, ...]) -> str:
        """The stored text of the spans, joined by a newline where they lie on different pages."""
        return "\n".join(self.pages[s.page].text[s.start : s.end] for s in spans)


class How(StrEnum):
    """How a value of a description was got, strongest first."""

    SIDECAR = "sidecar"  # an admin wrote it
    STATED = "stated"  # printed in the document
    FILE_NAME = "file name"
    INFERRED = "inferred"  # worked out; the evidence says from what


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value was read: the words, the page's number (None: no pages, or not from the text), and how."""

    how: How
    words: str
    page: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A closed interval of days: both ends belong to it."""

    start: date
    end: date


class Kind(StrEnum):
    """What sort of document it is, in the field's own words."""

    ILACS = "ILACS inspection"
    SIF = "SIF inspection"
    SIF_REINSPECTION = "SIF re-inspection"
    FOCUSED_VISIT = "focused visit"
    MONITORING_VISIT = "monitoring visit"
    JTAI = "joint targeted area inspection"
    AREA_SEND = "area SEND inspection"
    LAC_2013 = "looked-after children inspection"
    YOUTH_JUSTICE = "youth justice inspection"
    INSPECTION = "inspection report"  # another inspection, of a framework not named above
    COMMITTEE_REPORT = "committee report"
    NEWSLETTER = "newsletter"
    NEWS_ITEM = "council news item"
    PRESS = "press article"
    LETTER = "letter"
    OTHER = "document"


class Area(StrEnum):
    """Areas of judgement over all frameworks, named as the latest framework that has them names them."""

    OVERALL = "overall effectiveness"
    LEADERS = "the impact of leaders on social work practice with children and families"
    HELP_PROTECTION = "the experiences and progress of children who need help and protection"
    IN_CARE = "the experiences and progress of children in care"
    CARE_LEAVERS = "the experiences and progress of care leavers"
    CARE_AND_CARE_LEAVERS = "the experiences and progress of children in care and care leavers"
    LOOKED_AFTER = "children looked after and achieving permanence"
    ADOPTION = "adoption performance"
    LEADERSHIP = "leadership, management and governance"
    LSCB = "the effectiveness of the Local Safeguarding Children Board"
    SEND_OUTCOME = "the local area partnership's arrangements for children and young people with SEND"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One graded area.  `grade` is normalised lower case ("requires improvement"); `span` is where it is printed."""

    area: Area
    grade: str
    span: Span


@dataclass(frozen=True, slots=True)
class Description:
    """What a document is.  `evidence` maps the field's name to where its value was read.

    `published` is an interval because an inferred date may be known only to the month; None: undated.
    `inspected` is the period of the inspection, visit or event; `alternatives` holds values that the document
    or its file name also states and that disagree with the one chosen, by field name.  `audience` are the names of
    those who may read it, as in `index.audience`.
    """

    title: str
    publisher: str
    kind: Kind
    authorities: tuple[str, ...] = ()
    published: Interval | None = None
    inspected: Interval | None = None
    lead_inspector: str | None = None
    url: str | None = None
    judgements: tuple[Judgement, ...] = ()
    audience: Audience = (PUBLIC,)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    alternatives: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)


class VoiceKind(StrEnum):
    """Who is speaking in a sentence."""

    INSPECTORATE = "inspectorate"  # the inspectorate's own finding, in its own report
    REPORTED_TO_INSPECTORATE = "reported to the inspectorate"  # "social workers told inspectors ..."
    INSPECTORATE_REPORTED = "inspectorate, as reported"  # the council or the press reporting the inspectorate
    COUNCIL = "council"
    PERSON = "person"  # a named person, quoted or reported
    PRESS = "press"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Voice:
    """The speaker of a sentence.  `name` is the inspectorate, council, outlet or person (with the role, if stated)."""

    kind: VoiceKind
    name: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage; more than one span where it runs over pages."""

    spans: tuple[Span, ...]
    voice: Voice


class Part(StrEnum):
    """Which part of a document a passage belongs to, as far as ranking and answering care."""

    FINDING = "finding"
    SUMMARY = "summary"
    RECOMMENDATION = "recommendation"
    FRONT = "front matter"  # cover page and grade table: searched, never quoted as what was said
    CONTEXT = "context"  # about the inspection or the area, definitions of grades, contents: never quoted as a finding


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is embedded and ranked.

    `id` is stable for the same text of the same document ("<16 hex of the document's sha256>-<ordinal>").
    `header` is prepended for indexing only and is no part of the stored text.
    """

    id: str
    source: str
    ordinal: int
    spans: tuple[Span, ...]
    number: str | None
    headings: tuple[str, ...]
    part: Part
    header: str
    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One document with everything that the catalogue keeps of it."""

    document: Document
    description: Description
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, why, and what to do about it.  `source` is relative to the source folder."""

    source: str
    reason: str
    cure: str
