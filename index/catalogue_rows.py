"""How records lie in the catalogue: its tables, and each record to and from a row.  No query lives here."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from index.records import (
    Description,
    Interval,
    Judgement,
    Paragraph,
    Part,
    Passage,
    Properties,
    Sentence,
    Span,
)

TABLES = """
CREATE TABLE documents (
    document INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    kind TEXT NOT NULL,
    publisher TEXT NOT NULL,
    published_start INTEGER,  -- days as yyyymmdd, both ends included; NULL: undated
    published_end INTEGER,
    inspected_start INTEGER,
    inspected_end INTEGER,
    description TEXT NOT NULL,  -- JSON, as are paragraphs, properties, headings, spans and sentences
    own TEXT,  -- of an undated document: its description before one looked for a date in others; else NULL
    paragraphs TEXT NOT NULL,
    properties TEXT NOT NULL
) STRICT;
CREATE TABLE authorities (
    document INTEGER NOT NULL REFERENCES documents, authority TEXT NOT NULL, PRIMARY KEY (document, authority)
) STRICT, WITHOUT ROWID;
CREATE TABLE audiences (  -- whoever is cleared for one of a document's names may read it
    document INTEGER NOT NULL REFERENCES documents, name TEXT NOT NULL, PRIMARY KEY (document, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents,
    page INTEGER NOT NULL,  -- index from 0
    number INTEGER,
    text TEXT NOT NULL,
    PRIMARY KEY (document, page)
) STRICT;
CREATE TABLE passages (
    passage INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents,
    ordinal INTEGER NOT NULL,
    number TEXT,
    headings TEXT NOT NULL,
    part TEXT NOT NULL,
    header TEXT NOT NULL,
    text TEXT NOT NULL,
    spans TEXT NOT NULL,
    sentences TEXT NOT NULL
) STRICT;
CREATE INDEX passages_in_order ON passages (document, ordinal);
CREATE INDEX passages_of_context ON passages (document) WHERE part = 'context';
CREATE TABLE judgements (
    document INTEGER NOT NULL REFERENCES documents,
    ordinal INTEGER NOT NULL,
    area TEXT NOT NULL,
    grade TEXT NOT NULL,
    span TEXT NOT NULL,
    PRIMARY KEY (document, ordinal)
) STRICT;
CREATE VIEW public_passages AS
    SELECT passage, header, text FROM passages
    WHERE document IN (SELECT document FROM audiences WHERE name = 'public');
-- The words of what is public, so that how rare a word is there tells nothing of what is not; and of everything,
-- filled only where something is not public.
CREATE VIRTUAL TABLE words USING fts5 (
    header, text, content='public_passages', content_rowid='passage', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE all_words USING fts5 (
    header, text, content='passages', content_rowid='passage', tokenize='porter unicode61 remove_diacritics 2'
);
"""
# What a reader who may not see everything gets in the place of the tables of the same names: SQLite looks into the
# temporary schema first, so that every query is bound by it, and none can forget to be.
VIEWS = """
CREATE TEMP TABLE seen (document INTEGER PRIMARY KEY);
CREATE TEMP VIEW documents AS SELECT * FROM main.documents WHERE document IN (SELECT document FROM temp.seen);
CREATE TEMP VIEW authorities AS SELECT * FROM main.authorities WHERE document IN (SELECT document FROM temp.seen);
CREATE TEMP VIEW audiences AS SELECT * FROM main.audiences WHERE document IN (SELECT document FROM temp.seen);
CREATE TEMP VIEW pages AS SELECT * FROM main.pages WHERE document IN (SELECT document FROM temp.seen);
CREATE TEMP VIEW passages AS SELECT * FROM main.passages WHERE document IN (SELECT document FROM temp.seen);
CREATE TEMP VIEW judgements AS SELECT * FROM main.judgements WHERE document IN (SELECT document FROM temp.seen);
"""
PASSAGE_COLUMNS = "p.id, d.source, p.ordinal, p.number, p.headings, p.part, p.header, p.text, p.spans, p.sentences"

DESCRIPTION = TypeAdapter(Description)
PARAGRAPHS = TypeAdapter(tuple[Paragraph, ...])
PROPERTIES = TypeAdapter(Properties)
HEADINGS = TypeAdapter(tuple[str, ...])
SPAN = TypeAdapter(Span)
SPANS = TypeAdapter(tuple[Span, ...])
SENTENCES = TypeAdapter(tuple[Sentence, ...])


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What the catalogue says of one document without its text.  `passages` is how many it has."""

    source: str
    sha256: str
    description: Description
    passages: int


def day_number(day: date) -> int:
    """A day as the integer yyyymmdd."""
    return day.year * 10000 + day.month * 100 + day.day


def interval_columns(interval: Interval | None) -> tuple[int | None, int | None]:
    """Both ends of an interval as day numbers; None twice where there is none."""
    return (None, None) if interval is None else (day_number(interval.start), day_number(interval.end))


def passage_row(passage: Passage) -> tuple[str | int | None, ...]:
    """A passage as the columns after `passage` and `document`, in the order of the table, `id` first."""
    return (
        passage.id,
        passage.ordinal,
        passage.number,
        HEADINGS.dump_json(passage.headings).decode(),
        passage.part.value,
        passage.header,
        passage.text,
        SPANS.dump_json(passage.spans).decode(),
        SENTENCES.dump_json(passage.sentences).decode(),
    )


def passage_from(row: sqlite3.Row) -> Passage:
    """A passage from a row of `PASSAGE_COLUMNS`."""
    return Passage(
        id=row["id"],
        source=row["source"],
        ordinal=row["ordinal"],
        spans=SPANS.validate_json(row["spans"]),
        number=row["number"],
        headings=HEADINGS.validate_json(row["headings"]),
        part=Part(row["part"]),
        header=row["header"],
        text=row["text"],
        sentences=SENTENCES.validate_json(row["sentences"]),
    )


def judgement_row(judgement: Judgement) -> tuple[str, str, str]:
    """A judgement as the columns area, grade and span."""
    return judgement.area.value, judgement.grade, SPAN.dump_json(judgement.span).decode()
