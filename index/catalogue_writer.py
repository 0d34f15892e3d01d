"""Writing a catalogue, document by document.  Reading one is `catalogue`, what lies in it `catalogue_rows`."""

from __future__ import annotations

import sqlite3
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
from index.records import Entry


class CatalogueWriter:
    """A catalogue being written.  It can be read once `close` has returned."""

    def __init__(self, path: Path) -> None:
        """Create the file.  sqlite3.OperationalError: it holds a catalogue already, or cannot be created."""
        self._connection = sqlite3.connect(path, isolation_level=None)
        # Nothing reads the file before it is closed and checked, so there is no need to wait for the disk.
        self._connection.executescript(f"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; {TABLES}; BEGIN;")

    def add(self, entry: Entry) -> None:
        """Add one document, whole or not at all.

        sqlite3.IntegrityError: its source, or the id of a passage, is there already.  ValueError: a text or a name
        holds what is no Unicode (a lone surrogate).
        """
        self._connection.execute("SAVEPOINT one")
        try:
            self._add(entry)
        except (sqlite3.Error, ValueError):
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

    def close(self) -> None:
        """Index the words, put everything on file and close.  sqlite3.Error: it could not be written."""
        try:
            closed = "SELECT 1 FROM documents WHERE document NOT IN (SELECT document FROM audiences WHERE name = ?)"
            self._index("words")
            if self._connection.execute(closed, [PUBLIC]).fetchone():
                self._index("all_words")
            self._connection.execute("COMMIT")
            self._connection.execute("ANALYZE")
        finally:
            self._connection.close()

    def _index(self, words: str) -> None:
        for command in ("rebuild", "optimize"):
            self._connection.execute(f"INSERT INTO {words} ({words}) VALUES (?)", [command])  # noqa: S608  (fixed texts)

    def _add(self, entry: Entry) -> None:
        document, description = entry.document, entry.description
        cursor = self._connection.execute(
            "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.source,
                document.sha256,
                description.kind.value,
                description.publisher,
                *interval_columns(description.published),
                *interval_columns(description.inspected),
                DESCRIPTION.dump_json(description).decode(),
                PARAGRAPHS.dump_json(document.paragraphs).decode(),
                PROPERTIES.dump_json(document.properties).decode(),
            ),
        )
        self._add_parts(cursor.lastrowid, entry)

    def _add_parts(self, number: int | None, entry: Entry) -> None:
        add = self._connection.executemany
        add(
            "INSERT INTO authorities VALUES (?, ?)",
            ((number, name) for name in dict.fromkeys(entry.description.authorities)),
        )
        add("INSERT INTO audiences VALUES (?, ?)", ((number, name) for name in entry.description.audience))
        add(
            "INSERT INTO pages VALUES (?, ?, ?, ?)",
            ((number, index, page.number, page.text) for index, page in enumerate(entry.document.pages)),
        )
        add(
            "INSERT INTO judgements VALUES (?, ?, ?, ?, ?)",
            ((number, at, *judgement_row(one)) for at, one in enumerate(entry.description.judgements)),
        )
        add(
            "INSERT INTO passages (document, id, ordinal, number, headings, part, header, text, spans, sentences)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, *passage_row(passage)) for passage in entry.passages),
        )
