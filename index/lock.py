"""One builder at a time: a locked file in the index folder, which also says who holds it and since when."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from index.audit import Actor, here
from index.errors import IndexBusyError, IndexUnusableError

FILE = "lock"


@contextmanager
def build_lock(index_dir: Path, by: Actor | None = None) -> Iterator[None]:
    """Hold the index folder's lock for `by` (None: whoever runs this), until the process ends, however it ends.

    It is a record lock, which worker processes do not inherit: a worker that outlives a killed builder holds nothing.
    It keeps processes apart, not the threads of one.
    The file stays: removing it would let two processes hold locks on two files of one name.
    IndexBusyError: another process holds it; the message says who, which, and since when.  IndexUnusableError: the file
    cannot be written.
    """
    with _opened(index_dir) as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            cure = "Wait until it is done, or stop that process, then type the same again."
            raise IndexBusyError(f"{_holder(file)} is at work on the index in {index_dir}.", cure) from error
        file.truncate(0)
        file.write(json.dumps(_signature(by or here())))
        file.flush()
        yield


def wait_until_free(index_dir: Path) -> None:
    """Return once no other process holds the lock.  IndexUnusableError: the file cannot be written."""
    with _opened(index_dir) as file:
        fcntl.lockf(file, fcntl.LOCK_EX)


def _opened(index_dir: Path) -> IO[str]:
    try:
        return (index_dir / FILE).open("a+", encoding="utf-8")
    except OSError as error:
        message = f"{index_dir / FILE} cannot be written: {error.strerror}."
        raise IndexUnusableError(message, "Check permissions, then type the same again.") from error


def _signature(by: Actor) -> dict[str, str | int]:
    since = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "who": by.who, "via": by.via, "since": since}


def _holder(file: IO[str]) -> str:
    """Who holds the lock, as far as the file says."""
    file.seek(0)
    try:
        said = json.load(file)
        process = f"process {said['pid']} on {said['host']}, since {said['since'].removesuffix('+00:00')} UTC"
        return f"{said['who']} ({said['via']}, {process})"
    except (ValueError, KeyError, TypeError, AttributeError):
        return "Another process"  # it has the lock but has not signed yet
