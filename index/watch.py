"""Seeing that a folder of documents has changed, and that nothing in it is being written any more.

The folder is looked through again and again: a share that another machine writes to tells nobody what happens in it,
and to see that a file has come to rest it has to be looked at twice anyway.  Nothing is opened but directories, and
nothing is built here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from time import monotonic

Snapshot = Mapping[str, tuple[int, int, int]]  # of each file: its bytes, when it was altered, and which it is


def snapshot(root: Path) -> Snapshot:
    """Every file below `root`, documents or not, hidden ones left out; empty where the folder cannot be opened."""
    found = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = os.path.join(folder, name)
            try:
                seen = os.stat(path)
            except OSError:  # it has just gone, or is a link to nothing
                continue
            if not name.startswith("."):
                found[path] = (seen.st_size, seen.st_mtime_ns, seen.st_ino)
    return found


class Settling:
    """Decides when to build.  Times are in seconds, by any clock that only goes forward."""

    def __init__(self, settle: float, retry: float) -> None:
        """A change counts once nothing has changed for `settle`; what failed is tried again after `retry`."""
        self._settle, self._retry = settle, retry
        self._built: Snapshot | None = None  # what the last build that succeeded began with
        self._seen: Snapshot | None = None
        self._since = 0.0  # when it was first seen as it is now
        self._failed: tuple[Snapshot, float] | None = None  # what the last build failed with, and when

    def due(self, seen: Snapshot, now: float) -> bool:
        """Whether to build now, the folder being as `seen`."""
        if seen != self._seen:
            self._seen, self._since = seen, now
        if seen == self._built or now - self._since < self._settle:
            return False
        return self._failed is None or self._failed[0] != seen or now - self._failed[1] >= self._retry

    def ended(self, begun_with: Snapshot, now: float, *, failed: bool) -> None:
        """A build that began when the folder was as `begun_with` has ended."""
        self._failed = (begun_with, now) if failed else None
        self._built = self._built if failed else begun_with


def watch(root: Path, build: Callable[[], bool], stop: Event, settling: Settling, every: float) -> None:
    """Look at `root` every so many seconds, and call `build` when it is due, until `stop` is set.

    `build` says whether it succeeded.  The first is due at once: what the index was made from is the build's to know.
    """
    while not stop.is_set():
        seen = snapshot(root)
        if settling.due(seen, monotonic()):
            succeeded = build()
            settling.ended(seen, monotonic(), failed=not succeeded)
        stop.wait(every)
