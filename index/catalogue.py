"""Reading a catalogue: documents, pages, passages and keyword search, straight from one SQLite file.

Writing one is `catalogue_writer`; what lies in it is `catalogue_rows`.  Similarity of meaning is `vectors`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.aswritten import as_written, plain
from index.audience import EVERYONE, PUBLIC, Audience, View
from index.catalogue_rows import (
    DESCRIPTION,
    PARAGRAPHS,
    PASSAGE_COLUMNS,
    PROPERTIES,
    SPAN,
    VIEWS,
    StoredDocument,
    passage_from,
)
from index.catalogue_writer import CatalogueWriter
from index.describing.undated import without_lender
from index.errors import IndexUnusableError
from index.order import Chosen, Numbers, Order
from index.postings import Postings
from index.records import Area, Description, Document, Entry, Judgement, Page, Passage

__all__ = ["Catalogue", "CatalogueWriter", "StoredDocument"]

LOOKED_AT = 64  # passages whose text is read at a time, to see how a term is written in them
# Lists are handed over as one JSON parameter: SQLite limits how many parameters a statement may have.
CHOSEN = "SELECT document FROM documents WHERE source IN (SELECT value FROM json_each(?))"


class Catalogue:
    """A finished catalogue, which nothing alters any more.  Safe to use from several threads.

    Every method raises IndexUnusableError where the file is damaged.  An unknown source or id is a KeyError: those
    that a catalogue gives out are always known to it.
    """

    def __init__(self, path: Path, view: View | None = None) -> None:
        """Everything that the file holds or, with `view`, what that shows: the rest is as if it were not there.

        IndexUnusableError: there is no such file, or it is no catalogue.
        """
        self._path = path
        self._words = "all_words"
        self._lock = RLock()
        self._documents: tuple[StoredDocument, ...] | None = None
        self._hidden: frozenset[str] = frozenset()  # documents that the view does not show
        self._order: Order | None = None
        self._words_of: Postings | None = None
        with self._damage_told():
            address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA temp_store = MEMORY")
        self._narrow(view)

    def close(self) -> None:
        """Close the file.  Doing so twice does no harm."""
        with self._lock:
            self._connection.close()

    def _narrow(self, view: View | None) -> None:
        """Leave in sight what `view` shows, before anything else is asked."""
        held = self._held()
        known = [(number, sha256, audience) for number, _, sha256, audience in held]
        if all(PUBLIC in audience for _, _, audience in known) or (view and view.clearance == EVERYONE):
            self._words = "words"
        if view is None:
            return
        shown = view.shown(known)
        if len(shown) < len(known):
            seen = frozenset(shown)
            self._hidden = frozenset(source for number, source, _, _ in held if number not in seen)
            with self._damage_told():
                self._connection.executescript(VIEWS)
                self._connection.executemany("INSERT INTO temp.seen VALUES (?)", ((one,) for one in shown))

    def _held(self) -> list[tuple[int, str, str, Audience]]:
        """Of every document its number, source, SHA-256 and audience, by source."""
        names: dict[int, list[str]] = {}
        for row in self._rows("SELECT document, name FROM audiences ORDER BY document, name"):
            names.setdefault(row["document"], []).append(row["name"])
        rows = self._rows("SELECT document, source, sha256 FROM documents ORDER BY source")
        return [(number, source, sha256, tuple(names.get(number, ()))) for number, source, sha256 in rows]

    def hashes(self) -> dict[str, str]:
        """The SHA-256 of every document, by source."""
        return {source: sha256 for _, source, sha256, _ in self._held()}

    def audiences(self) -> dict[tuple[str, str], Audience]:
        """Who may read every document, as its generation has it, by its source and SHA-256."""
        return {(source, sha256): audience for _, source, sha256, audience in self._held()}

    def counts(self) -> tuple[int, int, int]:
        """How many documents, pages and passages there are."""
        row = self._rows(
            "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM pages), (SELECT count(*) FROM passages)"
        )[0]
        return int(row[0]), int(row[1]), int(row[2])

    def undated(self) -> frozenset[str]:
        """The documents without a date of their own, whether or not they took one from others."""
        return frozenset(row["source"] for row in self._rows("SELECT source FROM documents WHERE own IS NOT NULL"))

    def documents(self) -> tuple[StoredDocument, ...]:
        """Every document, by source.  Loaded once."""
        with self._lock:
            if self._documents is None:
                rows = self._rows(
                    "SELECT source, sha256, description,"
                    " (SELECT count(*) FROM passages p WHERE p.document = d.document) AS passages"
                    " FROM documents d ORDER BY source"
                )
                with self._damage_told():
                    self._documents = tuple(
                        StoredDocument(source, sha256, self._described(description), passages)
                        for source, sha256, description, passages in rows
                    )
            return self._documents

    def passage_ids(self, sources: Sequence[str] | None = None) -> list[str]:
        """The ids of all passages of `sources` (None: of every document), by source and place in the document."""
        where, chosen = _within(sources)
        sql = f"SELECT p.id FROM passages p JOIN documents d USING (document) {where} ORDER BY d.source, p.ordinal"  # noqa: S608  (fixed texts)
        return [row["id"] for row in self._rows(sql, *chosen)]

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Id, header and text of every passage, in the order of `passage_ids`; few are in memory at a time."""
        sql = (
            "SELECT p.id, p.header, p.text FROM passages p JOIN documents d USING (document)"
            " ORDER BY d.source, p.ordinal"
        )
        with self._lock, self._damage_told():
            cursor = self._connection.execute(sql)
            while rows := cursor.fetchmany(1000):
                yield from map(tuple, rows)

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages of `ids`, in their order."""
        found = self._found("id", list(ids))
        return [found[one] for one in ids]

    def numbered(self, numbers: Numbers) -> list[Passage]:
        """The passages of these numbers, in their order."""
        found = self._found("passage", numbers.tolist())
        return [found[one] for one in numbers.tolist()]

    def _found(self, column: str, keys: Sequence[str | int]) -> dict[str | int, Passage]:
        sql = (
            f"SELECT p.{column} AS key, {PASSAGE_COLUMNS} FROM passages p JOIN documents d USING (document)"  # noqa: S608  (fixed texts)
            f" WHERE p.{column} IN (SELECT value FROM json_each(?))"
        )
        with self._damage_told():
            return {row["key"]: passage_from(row) for row in self._rows(sql, json.dumps(keys))}

    def passages_of(self, source: str) -> list[Passage]:
        """All passages of one document, in its order."""
        return self.passages(self.passage_ids([source]))

    def pages(self, source: str) -> tuple[Page, ...]:
        """All pages of one document."""
        rows = self._rows("SELECT number, text FROM pages WHERE document = ? ORDER BY page", self._number(source))
        return tuple(Page(row["number"], row["text"]) for row in rows)

    def page(self, source: str, page_index: int) -> Page:
        """One page of a document; `page_index` counts from 0, as `Span.page` does."""
        sql = "SELECT number, text FROM pages WHERE document = ? AND page = ?"
        rows = self._rows(sql, self._number(source), page_index)
        if not rows:
            raise KeyError((source, page_index))
        return Page(rows[0]["number"], rows[0]["text"])

    def page_text(self, source: str, page_index: int) -> str:
        """The stored text of one page."""
        return self.page(source, page_index).text

    def judgements(self, source: str) -> tuple[Judgement, ...]:
        """The judgements of one document, in the order in which they were found."""
        sql = "SELECT area, grade, span FROM judgements WHERE document = ? ORDER BY ordinal"
        with self._damage_told():
            return tuple(
                Judgement(Area(row["area"]), row["grade"], SPAN.validate_json(row["span"]))
                for row in self._rows(sql, self._number(source))
            )

    def document(self, source: str) -> Document:
        """One document, equal to the one that was added."""
        sql = "SELECT sha256, paragraphs, properties FROM documents WHERE document = ?"
        row = self._rows(sql, self._number(source))[0]
        with self._damage_told():
            paragraphs = PARAGRAPHS.validate_json(row["paragraphs"])
            properties = PROPERTIES.validate_json(row["properties"])
        return Document(source, row["sha256"], self.pages(source), paragraphs, properties)

    def description(self, source: str, *, own: bool = False) -> Description:
        """The description of one document; `own` leaves out a date that it took from others."""
        sql = "SELECT description, own FROM documents WHERE document = ?"
        row = self._rows(sql, self._number(source))[0]
        with self._damage_told():
            return self._described((own and row["own"]) or row["description"])

    def entry(self, source: str) -> Entry:
        """One document with everything that is kept of it, equal to what was added."""
        return Entry(self.document(source), self.description(source), tuple(self.passages_of(source)))

    @property
    def order(self) -> Order:
        """Where the passages of each document lie.  Made once."""
        with self._lock:
            if self._order is None:
                self._order = self._ordered()
            return self._order

    def _ordered(self) -> Order:
        rows = self._rows(
            "SELECT d.source, count(p.passage) AS passages, coalesce(min(p.passage), 0) AS first,"
            " max(p.passage) - min(p.passage) - max(p.ordinal) AS gap"
            " FROM documents d LEFT JOIN passages p USING (document) GROUP BY d.document ORDER BY d.source"
        )
        with self._damage_told():
            if any(row["gap"] for row in rows):
                raise ValueError("passages of one document do not follow one another")
        context = self._rows("SELECT passage FROM passages WHERE part = 'context'")
        return Order(
            ((row["source"], row["first"], row["passages"]) for row in rows), (row["passage"] for row in context)
        )

    def chosen(self, sources: Sequence[str] | None = None) -> Chosen:
        """The passages of `sources` (None: of every document), by source and place."""
        numbers = self.order.numbers(sources)
        return Chosen(numbers, self._ids)

    def _ids(self, numbers: Numbers) -> list[str]:
        """The ids of passages of these numbers, in their order."""
        wanted = json.dumps(numbers.tolist())
        sql = "SELECT passage, id FROM passages WHERE passage IN (SELECT value FROM json_each(?))"
        found = {row["passage"]: row["id"] for row in self._rows(sql, wanted)}
        return [found[one] for one in numbers.tolist()]

    @property
    def _postings(self) -> Postings:
        with self._lock:
            if self._words_of is None:
                self._words_of = Postings(self._words, self._rows)
            return self._words_of

    def keyword(self, terms: Sequence[str], chosen: Chosen, *, everywhere: bool = True) -> NDArray[np.float64]:
        """The BM25 score of each passage chosen for `terms`, any of them; 0 for one that has none.

        A term of several words is a phrase.  Words are compared by their stems, without case and accents.  How rare a
        word is, is counted over the whole index, header and text.  Any text may be a term: none is taken as syntax.
        Without `everywhere`, words that stand in half of all passages are left out: they weigh next to nothing.
        """
        if not terms:
            return np.zeros(len(chosen.numbers), dtype=np.float64)
        return self._postings.scores(terms, self.order.size, everywhere=everywhere)[chosen.numbers]

    def keyword_scores(self, terms: Sequence[str], sources: Sequence[str] | None = None) -> dict[str, float]:
        """The `keyword` score, by its id, of every passage of `sources` (None: of any document) that has one."""
        chosen = self.chosen(sources)
        scores = self.keyword(terms, chosen)
        held = np.flatnonzero(scores)
        return dict(zip(self._ids(chosen.numbers[held]), scores[held].tolist(), strict=True))

    def warm(self, terms: Iterable[str]) -> None:
        """Make beforehand what is made once, and look up `terms`: words that many passages have take a while."""
        self.documents()
        self._postings.warm(terms)

    def sources_with(self, terms: Sequence[str], sources: Sequence[str] | None = None) -> frozenset[str]:
        """The documents among `sources` (None: all) whose text, headers left aside, has at least one of `terms`.

        Terms are as for `keyword`.
        """
        order = self.order
        found = np.zeros(len(order.sources) + 1, dtype=np.bool_)  # the last: what this view does not show
        for term in terms:
            numbers = self._postings.in_text(term)
            found[order.owners[numbers[numbers < order.size]]] = True
        held = (order.sources[place] for place in np.flatnonzero(found[:-1]))
        return frozenset(held) if sources is None else frozenset(sources).intersection(held)

    def says(self, terms: Sequence[str], sources: Sequence[str]) -> bool:
        """Whether the text of one of `sources` has one of `terms` as it is written, a plural aside.

        Narrower than `sources_with`, which goes by stems: a document in which leaders "adopt" an approach is not
        about adoption.
        """
        numbers = self.order.numbers(sources)
        wanted = as_written(tuple(terms))
        for term in terms:
            found = np.intersect1d(self._postings.in_text(term), numbers, assume_unique=True)
            for start in range(0, len(found), LOOKED_AT):
                if any(wanted.search(plain(text)) for text in self._texts(found[start : start + LOOKED_AT])):
                    return True
        return False

    def _texts(self, numbers: Numbers) -> list[str]:
        sql = "SELECT text FROM passages WHERE passage IN (SELECT value FROM json_each(?))"
        return [row["text"] for row in self._rows(sql, json.dumps(numbers.tolist()))]

    def _described(self, stored: str) -> Description:
        said = DESCRIPTION.validate_json(stored)
        return without_lender(said, self._hidden) if self._hidden else said

    def _number(self, source: str) -> int:
        rows = self._rows("SELECT document FROM documents WHERE source = ?", source)
        if not rows:
            raise KeyError(source)
        return int(rows[0]["document"])

    def _rows(self, sql: str, *parameters: Any) -> list[sqlite3.Row]:
        with self._lock, self._damage_told():
            return self._connection.execute(sql, parameters).fetchall()

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        """Turn what a damaged file raises (sqlite3's errors, a record that is none) into one line for a person."""
        try:
            yield
        except (sqlite3.Error, ValueError) as error:
            message = f"The catalogue {self._path} cannot be read: {error}."
            raise IndexUnusableError(message, "Type: inspections index build --force") from error


def _within(sources: Sequence[str] | None) -> tuple[str, list[str]]:
    """The WHERE clause that keeps the passages of `sources`, and its parameter."""
    if sources is None:
        return "", []
    return f"WHERE p.document IN ({CHOSEN})", [json.dumps(list(sources))]
