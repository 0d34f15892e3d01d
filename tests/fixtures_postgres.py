"""A PostgreSQL server of our own for the session, on a free port of loopback, empty for each test.

Test modules load this with `pytest_plugins`.  Skipped where the server is not installed, or where we are root and
there is nobody else to run it as, which it insists on.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, create_engine, text

_KEEPER = ("keeper", "p@ss word")  # the second must be escaped in an address


def _programs() -> Path:
    """The folder with the server's programs, which Debian keeps off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders or not (folders[-1] / "initdb").exists():
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    return folders[-1]


def _nobody_special() -> dict[str, Any]:
    """Arguments of subprocess to run the server with: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        server = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres to run it as")
    return {"user": server.pw_uid, "group": server.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of the server's one database; a password is wanted there."""
    programs, runner = _programs(), _nobody_special()
    # Not below pytest's own folder, which another user must not enter.
    home = Path(tempfile.mkdtemp(prefix="inspections-postgres-"))
    (home / "password").write_text(_KEEPER[1])
    if runner:
        for path in (home, home / "password"):
            os.chown(path, runner["user"], runner["group"])

    def call(*words: object) -> None:
        done = subprocess.run([*map(str, words)], cwd=home, capture_output=True, text=True, check=False, **runner)
        assert done.returncode == 0, done.stdout + done.stderr

    data, port = home / "data", _free_port()
    # Nothing here outlives the session, so that nothing need be waited for until it is on the disk.
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    try:
        call(programs / "initdb", "-D", data, "-U", _KEEPER[0], "-A", "password", "--pwfile", home / "password",
             "--no-sync", "--no-locale", "-E", "UTF8")  # fmt: skip
        call(programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start")
        try:
            yield f"postgresql://{':'.join(map(quote, _KEEPER))}@127.0.0.1:{port}/postgres"
        finally:
            call(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def _keeper(postgres: str) -> Iterator[Connection]:
    engine = create_engine(postgres.replace("postgresql://", "postgresql+pg8000://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def postgres_url(postgres: str, _keeper: Connection) -> str:
    """The address of the database, emptied; who is still connected from an earlier test is thrown out."""
    for statement in (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres' AND pid <> pg_backend_pid()",
        "DROP SCHEMA public CASCADE",  # far quicker than a database for each test
        "CREATE SCHEMA public",
    ):
        _keeper.execute(text(statement))
    return postgres
