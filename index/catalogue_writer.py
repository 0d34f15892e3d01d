"""Writing a catalogue, document by document.  Reading one is `catalogue`, what lies in it `catalogue_rows`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.audience import PUBLIC
from index.catalogue_rows import (
    DESCRIPTION,
    PARAGRAPHS,
    PROPERTIES,
    TABLES,
    interval_columns,
    judgement_row,
    passage_row,
)
from index.records import Description, Document, Entry, Page, Passage, Properties

# The columns after `document`, in the order of the table.
COPIED = {
    "documents": "source, sha256, kind, publisher, published_start, published_end, inspected_start, inspected_end,"
    " description, own, paragraphs, properties",
    "authorities": "authority",
    "audiences": "name",
    "pages": "page, number, text",
    "judgements": "ordinal, area, grade, span",
    "passages": "id, ordinal, number, headings, part, header, text, spans, sentences",
}


class CatalogueWriter:
    """A catalogue being written.  It can be read once `close` has returned.

    A document without a date of its own (`undated`) goes in first, and gets its description and its passages when all
    others, which may date it, are there.
    """

    def __init__(self, path: Path, before: Path | None = None) -> None:
        """Create the file.  `before` is the catalogue from which documents can be copied.

        sqlite3.OperationalError: it holds a catalogue already, or cannot be created.
        """
        self._connection = sqlite3.connect(path, isolation_level=None, uri=True)
        # Nothing reads the file before it is closed and checked, so there is no need to wait for the disk.
        self._connection.executescript(f"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; {TABLES}")
        if before is not None:
            address = f"{before.resolve().as_uri()}?mode=ro&immutable=1"
            self._connection.execute("ATTACH ? AS before", [address])
        self._connection.execute("BEGIN")

    def add(self, entry: Entry) -> None:
        """Add one document with its passages, whole or not at all.

        sqlite3.IntegrityError: its source, or the id of a passage, is there already.  ValueError: a text or a name
        holds what is no Unicode (a lone surrogate).
        """
        with self.whole():
            self.add_document(entry.document, entry.description)
            self.add_passages(entry.document.source, entry.passages)

    def add_document(self, document: Document, description: Description, *, undated: bool = False) -> None:
        """Add one document without its passages, whole or not at all.  Errors as for `add`."""
        with self.whole():
            dumped = DESCRIPTION.dump_json(description).decode()
            cursor = self._connection.execute(
                "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.source,
                    document.sha256,
                    description.kind.value,
                    description.publisher,
                    *interval_columns(description.published),
                    *interval_columns(description.inspected),
                    dumped,
                    dumped if undated else None,
                    PARAGRAPHS.dump_json(document.paragraphs).decode(),
                    PROPERTIES.dump_json(document.properties).decode(),
                ),
            )
            self._add_parts(cursor.lastrowid, document, description)

    def add_passages(self, source: str, passages: Iterable[Passage]) -> None:
        """Add the passages of a document that is there."""
        number = self._number(source)
        self._connection.executemany(
            f"INSERT INTO passages (document, {COPIED['passages']}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  (fixed texts)
            ((number, *passage_row(passage)) for passage in passages),
        )

    def copy_document(self, source: str) -> None:
        """Copy one document, as it is in the catalogue before, without its passages."""
        old = self._number(source, "before")
        columns = COPIED["documents"]
        sql = f"INSERT INTO documents SELECT NULL, {columns} FROM before.documents WHERE document = ?"  # noqa: S608  (fixed texts)
        new = self._connection.execute(sql, [old]).lastrowid
        for table in ("authorities", "audiences", "pages", "judgements"):
            sql = f"INSERT INTO {table} SELECT ?, {COPIED[table]} FROM before.{table} WHERE document = ?"  # noqa: S608  (fixed texts)
            self._connection.execute(sql, [new, old])

    def copy_passages(self, old_source: str, source: str) -> None:
        """Copy the passages of a document of the catalogue before to one that is there."""
        columns = COPIED["passages"]
        self._connection.execute(
            f"INSERT INTO passages (document, {columns}) SELECT ?, {columns} FROM before.passages"  # noqa: S608  (fixed texts)
            " WHERE document = ? ORDER BY ordinal",
            [self._number(source), self._number(old_source, "before")],
        )

    def set_description(self, source: str, description: Description) -> None:
        """Give an undated document the description that it is to have: only its date and evidence may be new."""
        self._connection.execute(
            "UPDATE documents SET published_start = ?, published_end = ?, description = ? WHERE source = ?",
            (*interval_columns(description.published), DESCRIPTION.dump_json(description).decode(), source),
        )

    def lenders(self, authorities: Collection[str], schema: str = "main") -> list[tuple[object, ...]]:
        """All that matters of the documents about one of `authorities` that have a date of their own, by source.

        Where this is the same in the catalogue before (`schema` "before"), so are the dates taken from them.
        """
        sql = (
            "SELECT d.source, d.sha256, d.published_start,"  # noqa: S608  (fixed texts)
            f" (SELECT group_concat(name) FROM {schema}.audiences a WHERE a.document = d.document),"
            f" (SELECT group_concat(authority) FROM {schema}.authorities a WHERE a.document = d.document)"
            f" FROM {schema}.documents d WHERE d.own IS NULL AND d.published_start IS NOT NULL AND d.document IN"
            f" (SELECT document FROM {schema}.authorities WHERE authority IN (SELECT value FROM json_each(?)))"
            " ORDER BY d.source"
        )
        return self._connection.execute(sql, [json.dumps(sorted(authorities))]).fetchall()

    def dated(self, authorities: Collection[str]) -> Iterator[tuple[Document, Description]]:
        """Those documents, with their pages alone, and their descriptions: one at a time."""
        for source, *_ in self.lenders(authorities):
            yield self._in_short(str(source))

    def undated(self, source: str) -> tuple[Document, Description]:
        """An undated document, with its pages alone, and its own description."""
        return self._in_short(source)

    def document(self, source: str) -> Document:
        """A document that is there, equal to the one that was added."""
        short, _ = self._in_short(source)
        row = self._connection.execute("SELECT paragraphs, properties FROM documents WHERE source = ?", [source])
        paragraphs, properties = row.fetchone()
        return Document(
            source,
            short.sha256,
            short.pages,
            PARAGRAPHS.validate_json(paragraphs),
            PROPERTIES.validate_json(properties),
        )

    def page_count(self) -> int:
        """The pages of all documents that are there."""
        return int(self._connection.execute("SELECT count(*) FROM pages").fetchone()[0])

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is done within is done whole, or not at all."""
        self._connection.execute("SAVEPOINT one")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO one")
            raise
        finally:
            self._connection.execute("RELEASE one")

    def __enter__(self) -> CatalogueWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close; after an exception the file is good for nothing, and is closed as it is."""
        if kind is None:
            self.close()
        else:
            self._connection.close()

    def finish(self) -> None:
        """Index the words and put everything on file: nothing can be added after that.

        sqlite3.Error: it could not be written.
        """
        closed = "SELECT 1 FROM documents WHERE document NOT IN (SELECT document FROM audiences WHERE name = ?)"
        self._index("words")
        if self._connection.execute(closed, [PUBLIC]).fetchone():
            self._index("all_words")
        self._connection.execute("COMMIT")
        self._connection.execute("ANALYZE main")

    def close(self) -> None:
        """Finish, if that has not been done, and close.  sqlite3.Error: it could not be written."""
        try:
            if self._connection.in_transaction:
                self.finish()
        finally:
            self._connection.close()

    def _index(self, words: str) -> None:
        for command in ("rebuild", "optimize"):
            self._connection.execute(f"INSERT INTO {words} ({words}) VALUES (?)", [command])  # noqa: S608  (fixed texts)

    def _add_parts(self, number: int | None, document: Document, description: Description) -> None:
        add = self._connection.executemany
        authorities = dict.fromkeys(description.authorities)
        add("INSERT INTO authorities VALUES (?, ?)", ((number, name) for name in authorities))
        add("INSERT INTO audiences VALUES (?, ?)", ((number, name) for name in description.audience))
        add(
            "INSERT INTO pages VALUES (?, ?, ?, ?)",
            ((number, index, page.number, page.text) for index, page in enumerate(document.pages)),
        )
        add(
            "INSERT INTO judgements VALUES (?, ?, ?, ?, ?)",
            ((number, at, *judgement_row(one)) for at, one in enumerate(description.judgements)),
        )

    def _number(self, source: str, schema: str = "main") -> int:
        sql = f"SELECT document FROM {schema}.documents WHERE source = ?"  # noqa: S608  (fixed texts)
        return int(self._connection.execute(sql, [source]).fetchone()[0])

    def _in_short(self, source: str) -> tuple[Document, Description]:
        sql = "SELECT sha256, coalesce(own, description) FROM documents WHERE source = ?"
        sha256, description = self._connection.execute(sql, [source]).fetchone()
        sql = "SELECT number, text FROM pages WHERE document = ? ORDER BY page"
        pages = tuple(Page(*row) for row in self._connection.execute(sql, [self._number(source)]))
        return Document(source, sha256, pages, (), Properties()), DESCRIPTION.validate_json(description)
