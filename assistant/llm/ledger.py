"""What was spent on the language model today, kept in a small database that all processes share.

The most that a request can cost is set aside before it is sent, and put right when its cost is known: neither many
at once nor a crash in between spends more than is allowed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import SettingsError

_TABLE = "CREATE TABLE IF NOT EXISTS spent (request INTEGER PRIMARY KEY, day TEXT NOT NULL, cost REAL NOT NULL) STRICT"


class Ledger:
    """One file of what was spent.  Safe to use from several threads and processes."""

    def __init__(self, file: Path, most: float) -> None:
        """`most` may be spent on one day of UTC.  SettingsError: the file cannot be used."""
        self._file, self._most = file, most
        with self._open() as connection:
            connection.execute(_TABLE)

    def set_aside(self, cost: float) -> int | None:
        """Set `cost` aside for one request and return its number; None where that would be more than is allowed."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            day = datetime.now(UTC).date().isoformat()
            spent = connection.execute("SELECT total(cost) FROM spent WHERE day = ?", [day]).fetchone()[0]
            if spent + cost > self._most:
                connection.execute("ROLLBACK")
                return None
            made = connection.execute("INSERT INTO spent (day, cost) VALUES (?, ?)", [day, cost])
            connection.execute("COMMIT")
            return made.lastrowid

    def settle(self, request: int, cost: float) -> None:
        """Put the true cost of a request in the place of what was set aside."""
        with self._open() as connection:
            connection.execute("UPDATE spent SET cost = ? WHERE request = ?", [cost, request])

    def today(self) -> float:
        """What is spent or set aside today."""
        with self._open() as connection:
            day = datetime.now(UTC).date().isoformat()
            return float(connection.execute("SELECT total(cost) FROM spent WHERE day = ?", [day]).fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as connection:
                yield connection
        except sqlite3.Error as error:
            message = f"The ledger of what the language model costs, {self._file}, cannot be used: {error}."
            raise SettingsError(message, "Name another file in INSPECTIONS_LLM_LEDGER.") from error
