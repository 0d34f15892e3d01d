"""What holds for every generation of an index, whichever is current: documents withdrawn, and audiences narrowed.

Generations are never altered, and an older one may be opened again: what must not be shown any more cannot be told by
them.  It is told by INDEX/standing.json, which is replaced in one step and read at every opening.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from index.audience import Audience, Clearance, View
from index.errors import IndexUnusableError

FILE = "standing.json"
CURE = "Restore it from a copy, or remove it, build, and withdraw anew what was withdrawn; until then nothing is shown."


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A document that was taken out of use.  `when` is in UTC."""

    source: str
    sha256: str
    when: datetime
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """`withdrawn` in the order in which it was done; `audiences`, by SHA-256, of documents that are not public."""

    withdrawn: tuple[Withdrawal, ...] = ()
    audiences: dict[str, Audience] = field(default_factory=dict)

    @property
    def hashes(self) -> frozenset[str]:
        """The SHA-256 of all that is withdrawn."""
        return frozenset(one.sha256 for one in self.withdrawn)

    def view(self, clearance: Clearance) -> View:
        """What a reader of this clearance sees."""
        return View(clearance, self.hashes, frozenset(self.audiences.items()))


_STANDING = TypeAdapter(Standing)


def read_standing(index_dir: Path) -> Standing:
    """What holds now; nothing, where there is no such file.  IndexUnusableError: it is damaged."""
    try:
        return _STANDING.validate_json((index_dir / FILE).read_bytes())
    except FileNotFoundError:
        return Standing()
    except (OSError, ValueError) as error:
        raise IndexUnusableError(f"{index_dir / FILE} cannot be read.", CURE) from error


def signature(index_dir: Path) -> tuple[int, int, int] | None:
    """Changes whenever the file is replaced, and costs next to nothing to ask; None where there is none.

    IndexUnusableError: it cannot be asked.
    """
    try:
        found = (index_dir / FILE).stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexUnusableError(f"{index_dir / FILE} cannot be read.", CURE) from error
    return found.st_ino, found.st_mtime_ns, found.st_size


def change_standing(index_dir: Path, change: Callable[[Standing], Standing]) -> Standing:
    """Replace what holds by what `change` makes of it, and return that.  It is on the disk when this returns.

    Needs no build lock: a document can be withdrawn while a build goes on.  IndexUnusableError: the file is damaged or
    cannot be written.
    """
    try:
        with _alone(index_dir):
            made = change(read_standing(index_dir))
            aside = index_dir / f"{FILE}.new"
            with aside.open("wb") as file:
                file.write(_STANDING.dump_json(made, indent=2))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(index_dir / FILE)
            folder = os.open(index_dir, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as error:
        message = f"{index_dir / FILE} cannot be written: {error.strerror}."
        raise IndexUnusableError(message, "Make room, or check permissions.") from error
    return made


@contextmanager
def _alone(index_dir: Path) -> Iterator[None]:
    """Keep other threads and processes that change the file waiting: it is a matter of milliseconds."""
    with (index_dir / f"{FILE}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
