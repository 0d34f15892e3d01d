"""What is wrong with a catalogue as a database: SQLite's own checks, and whether the words agree with the texts.

FTS5 checks itself by a command that wants to write, so all of it is done on a copy.  What the records say is
`check_generation`'s to look at.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from index.audience import PUBLIC

MOST = 20  # findings of one check that are told
_CLOSED = "SELECT 1 FROM documents WHERE document NOT IN (SELECT document FROM audiences WHERE name = ?)"


def database_faults(catalogue: Path) -> Iterator[str]:
    """Each thing that is wrong, in words; nothing where it is sound.

    OSError: it cannot be copied to the system's temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="inspections-check-") as aside:
        copy = Path(aside) / "catalogue.sqlite"
        shutil.copyfile(catalogue, copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as database:
            try:
                yield from _found(database)
            except sqlite3.Error as error:
                yield f"the catalogue cannot be read: {error}"


def _found(database: sqlite3.Connection) -> Iterator[str]:
    for (said,) in database.execute(f"PRAGMA integrity_check({MOST})"):
        if said != "ok":
            yield f"the catalogue is damaged: {said}"
    for table, row, parent, _ in database.execute("PRAGMA foreign_key_check").fetchmany(MOST):
        yield f"row {row} of {table} belongs to nothing in {parent}"
    yield from _words(database, "words", filled=True)
    closed = database.execute(_CLOSED, [PUBLIC]).fetchone() is not None
    yield from _words(database, "all_words", filled=closed)


def _words(database: sqlite3.Connection, table: str, *, filled: bool) -> Iterator[str]:
    """`filled`: the table holds the words of its texts; else it must be empty."""
    if not filled:
        if database.execute(f"SELECT 1 FROM {table}_docsize LIMIT 1").fetchone():  # noqa: S608  (fixed texts)
            yield f"the table {table} holds words though every document is public"
        return
    try:  # rank 1: compare with the texts, too
        database.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")  # noqa: S608  (the same)
    except sqlite3.DatabaseError as error:
        yield f"the words in {table} are not those of the passages: {error}"
