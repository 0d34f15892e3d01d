"""Opening the database, SQLite or PostgreSQL, its transactions, and turning its errors into one line for a person.

On either there is one writer at a time, of all processes: what is written is little, and nothing can then deadlock.
No table is named here.
"""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.slack.state.errors import StateError

_CURE = "Name a file as sqlite:///PATH, or a server as postgresql://USER:PASSWORD@HOST/DATABASE."
_LOCK = 0x1259EC7105  # any number, the same in every version: PostgreSQL's advisory lock of whoever writes
_WAIT = 30  # seconds: for the turn to write, and for a pooled connection
_PRAGMAS = (
    f"busy_timeout = {_WAIT * 1000}",  # first: the next one may have to wait
    "journal_mode = WAL",  # readers and the one writer do not stop each other
    "synchronous = FULL",  # what was acknowledged outlives a power cut too
    "foreign_keys = ON",
    "secure_delete = ON",  # what was erased is overwritten
)


# What was asked is in no error and no log.  Connections are few and stay open: to open one takes longer than to wait.
_ENGINE: dict[str, Any] = {"hide_parameters": True, "pool_size": 8, "max_overflow": 0, "pool_timeout": _WAIT}
_SETTINGS = {
    "lock_timeout": f"{_WAIT}s",
    "idle_in_transaction_session_timeout": f"{_WAIT}s",  # a writer that was cut off keeps nobody waiting for longer
}


class Database:
    """An open database.  Safe to use from many threads; to be closed by whoever opened it.

    `shown` is its address as people may see it, without a password.
    """

    def __init__(self, url: str) -> None:
        """Open it; a file of SQLite is made, readable by its owner alone, where there is none.

        StateError: the address is none that is understood, or there is no such database.
        """
        try:
            address = make_url(url)
        except (ArgumentError, ValueError):
            raise StateError("The address of the Slack state cannot be read.", _CURE) from None
        self.shown = address.set(query={}).render_as_string(hide_password=True)
        # The database has threads take turns too, but SQLite by sleeping, and PostgreSQL at a connection for each.
        self._turn = threading.Lock()
        if address.drivername in {"sqlite", "sqlite+pysqlite"}:
            self._engine = self._sqlite(address)
        elif address.drivername in {"postgresql", "postgres", "postgresql+pg8000"}:
            self._engine = self._postgresql(address)
        else:
            raise StateError(f"The Slack state cannot be kept in {self.shown}.", _CURE)
        self._writer = self._engine.execution_options(writes=True)

    def _sqlite(self, address: URL) -> Engine:
        if address.database in {None, "", ":memory:"} or address.query or address.host:
            raise StateError(f"{self.shown} names no file.", _CURE)
        path = Path(str(address.database))
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # the files that SQLite puts beside it follow suit
        except OSError as error:
            said = f"The Slack state in {path} cannot be written: {error.strerror}."
            raise StateError(said, "Make its folder writable, or name another file.") from error
        engine = create_engine(address, **_ENGINE)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgresql(self, address: URL) -> Engine:
        arguments: dict[str, Any] = {"application_name": "inspections slack", "startup_params": _SETTINGS}
        arguments["timeout"] = 2 * _WAIT  # longer than the server's own, which says more
        if unknown := set(address.query) - {"sslmode", "sslrootcert", "application_name"}:
            said = f"{', '.join(sorted(unknown))} in the address of the Slack state is not understood."
            raise StateError(said, "Leave it out: only sslmode, sslrootcert and application_name may stand there.")
        query = {name: str(value) for name, value in address.query.items()}
        arguments["ssl_context"] = self._encryption(query.pop("sslmode", "prefer"), query.pop("sslrootcert", None))
        engine = create_engine(
            address.set(drivername="postgresql+pg8000", query={}),
            **_ENGINE,
            pool_pre_ping=True,  # a server that was restarted is found again
            connect_args=arguments | query,
        )
        event.listen(engine, "begin", _begin_postgresql)
        return engine

    def _encryption(self, mode: str, roots: str | None) -> ssl.SSLContext | bool | None:
        """What PostgreSQL's own clients mean by `sslmode`, in pg8000's words."""
        simple = {"disable": False, "allow": None, "prefer": None, "require": True}
        if mode in simple and roots is None:
            return simple[mode]
        if mode not in {"require", "verify-ca", "verify-full"}:
            said = f"sslmode={mode} in the address of the Slack state is not understood, or not with sslrootcert."
            raise StateError(said, "Use disable, prefer, require, verify-ca or verify-full.")
        try:
            context = ssl.create_default_context(cafile=roots)
        except OSError as error:
            raise StateError(f"The certificates in {roots} cannot be read.", "Correct sslrootcert.") from error
        context.check_hostname = mode == "verify-full"
        return context

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes.  StateError: the database cannot be reached or refuses what is written."""
        with self._turn, self._told(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads.  StateError: the database cannot be reached or read."""
        with self._told(), self._engine.begin() as connection:
            yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insertion that can say what to do where the row is there already."""
        return sqlite.insert(table) if self._engine.dialect.name == "sqlite" else postgresql.insert(table)

    def scrub(self) -> None:
        """Overwrite what was deleted.  StateError: somebody reads without end, so that it could not be done now.

        A server of PostgreSQL reuses the room in its own time, which no client can hasten.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with self._told():
            connection = self._engine.raw_connection()
            try:
                with self._turn:
                    _patiently(connection.dbapi_connection, "VACUUM")  # split pages may hold old bytes beside the rows
                emptied = _patiently(
                    connection.dbapi_connection, "PRAGMA wal_checkpoint(TRUNCATE)", lambda row: not row[0]
                )
            finally:
                connection.close()
        if not emptied:
            said = f"{self.shown} is being read, so that erased text may still stand in its log."
            raise StateError(said, "Erase again in a moment.")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        # While connecting, SQLite's own errors come as they are.
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            cure = "See that the file is a database of this program's, and its folder writable and not full."
            if self._engine.dialect.name != "sqlite":
                cure = "See that the server runs, and that name, password and database are right."
            raise StateError(f"The Slack state in {self.shown} cannot be used: {_reason(error)}.", cure) from error


def _reason(error: BaseException) -> str:
    """What the database said, in its own words, without the statement."""
    said = getattr(error, "orig", None) or error
    first = said.args[0] if said.args else type(said).__name__
    if isinstance(first, dict):  # pg8000 gives the server's fields: M is the message
        first = first.get("M", "the server refused")
    return str(first).splitlines()[0].rstrip(".")


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where we say so, not where sqlite3 thinks
    for pragma in _PRAGMAS:
        _patiently(connection, f"PRAGMA {pragma}")


def _patiently(connection: Any, statement: str, done: Callable[[Any], bool] = lambda _: True) -> bool:
    """Run what SQLite does not always wait for by itself, until its row is as wanted; False where that took too long.

    Opening while another process closes is such a thing, and so is emptying the log while another one does.
    """
    until = time.monotonic() + _WAIT
    while True:
        try:
            if done(connection.execute(statement).fetchone()):
                return True
        except connection.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
        if time.monotonic() > until:
            return False
        time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that is to write says so at once: one that found out later could fail instead of waiting.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes"))
