"""One builder at a time: a locked file in the index folder, which also says who holds it and since when."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from index.errors import IndexBusyError

FILE = "lock"


@contextmanager
def build_lock(index_dir: Path) -> Iterator[None]:
    """Hold the index folder's lock, which is let go when the process ends, however it ends.

    It is a record lock, which worker processes do not inherit: a worker that outlives a killed builder holds nothing.
    It keeps processes apart, not the threads of one.
    The file stays: removing it would let two processes hold locks on two files of one name.
    IndexBusyError: another process holds it; the message says which, and since when.
    """
    with (index_dir / FILE).open("a+", encoding="utf-8") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            cure = "Wait until it is done, or stop that process, then build again."
            raise IndexBusyError(f"{_holder(file)} is building the index in {index_dir}.", cure) from error
        file.truncate(0)
        since = datetime.now(UTC).isoformat(sep=" ", timespec="seconds")
        file.write(json.dumps({"pid": os.getpid(), "since": since}))
        file.flush()
        yield


def _holder(file: IO[str]) -> str:
    """Who holds the lock, as far as the file says."""
    file.seek(0)
    try:
        said = json.load(file)
        return f"Process {said['pid']}, started {said['since']},"
    except (ValueError, KeyError, TypeError):
        return "Another process"  # it has the lock but has not signed yet
