"""A copy of a folder that belongs to this process alone, and goes when the process goes.

The copy holds a locked file while its process lives, so that copies left by killed processes can be told apart from
those in use, whatever became of their process ids.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import IO

PREFIX = "inspections-copy-"


class PrivateCopy:
    """A copy of a folder under the system's temporary folder.  `path` is the copy."""

    def __init__(self, original: Path) -> None:
        """Copy `original`, after removing what killed processes left.  OSError: it cannot be read, or no room."""
        sweep()
        self._home = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = _locked(self._home)
        atexit.register(self.remove)
        self.path = self._home / "copy"
        try:
            shutil.copytree(original, self.path)
        except BaseException:
            self.remove()
            raise

    def remove(self) -> None:
        """Remove the copy.  Doing so twice does no harm."""
        atexit.unregister(self.remove)
        shutil.rmtree(self._home, ignore_errors=True)
        self._lock.close()


def sweep() -> None:
    """Remove the copies of this user's processes that ended without doing so themselves."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), (home / "lock").open("r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # BlockingIOError: its process lives
            shutil.rmtree(home, ignore_errors=True)


def _locked(home: Path) -> IO[bytes]:
    """An open, locked file in `home`.

    It is locked before it gets the name that `sweep` looks for: no other process can take it in between.
    """
    unnamed = home / "lock.new"
    lock = unnamed.open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    unnamed.rename(home / "lock")
    return lock
