"""The log of what admins did to an index: INDEX/audit.jsonl, one JSON object a line, which is only ever added to.

Each line holds the SHA-256 of the line before: a line that was altered, removed or cut off shows.  Whoever may write
the file can write all of it anew; a copy of it, or of its last hash, kept elsewhere shows that too.  Whether somebody
may do something is not decided here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from pydantic import JsonValue, TypeAdapter, ValidationError

from index.errors import IndexUnusableError

FILE = "audit.jsonl"


class Via(StrEnum):
    """Through what somebody did something."""

    TERMINAL = "terminal"
    SLACK = "slack"
    WATCH = "watch"


class Did(StrEnum):
    """What can be done to an index."""

    BUILT = "built"
    ROLLED_BACK = "rolled back"
    WITHDREW = "withdrew"
    RESTORED = "restored"
    CHANGED_ACCESS = "changed access"
    PRUNED = "pruned"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: the operating system's user, or the id of a Slack user, and through what."""

    who: str
    via: Via = Via.TERMINAL


@dataclass(frozen=True, slots=True)
class Event:
    """One line.  `when` is in UTC; `generation` is the one it was done to, or that came of it, empty for none.

    `before` is the SHA-256 of the line before, empty in the first.
    """

    when: datetime
    who: str
    via: Via
    did: Did
    generation: str
    details: Mapping[str, JsonValue] = field(default_factory=dict)
    before: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """What the file says.  `faults` tell what is broken, line by line; `head` is the SHA-256 of the last line."""

    events: tuple[Event, ...]
    faults: tuple[str, ...]
    head: str


EVENT = TypeAdapter(Event)


def operating_user() -> str:
    """The user of the operating system that this process runs as, and who became that by sudo."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may have users without a name
        user = f"uid {os.getuid()}"
    behind = os.environ.get("SUDO_USER", "")
    return f"{user} (sudo by {behind})" if behind and behind != user else user


def here(via: Via = Via.TERMINAL) -> Actor:
    """Whoever runs this process."""
    return Actor(operating_user(), via)


def record(
    index_dir: Path, by: Actor, did: Did, generation: str = "", details: Mapping[str, JsonValue] | None = None
) -> None:
    """Add a line.  It is on the disk when this returns.

    What is told has been done already: IndexUnusableError, the file cannot be written, does not undo it.
    """
    try:
        with (index_dir / FILE).open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = _last_line(file)
            event = Event(datetime.now(UTC), by.who, by.via, did, generation, details or {}, last.hash)
            # What was cut off, by a killed process or a full disk, keeps a line of its own, where it is told of.
            file.write(last.end + EVENT.dump_json(event) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        message = f"This was done, but {index_dir / FILE} cannot be written: {error.strerror}."
        raise IndexUnusableError(message, "Make room, or check permissions.") from error


def read_log(index_dir: Path) -> Log:
    """What was done, oldest first, and whether the chain of lines holds.  IndexUnusableError: it cannot be read."""
    try:
        whole = (index_dir / FILE).read_bytes()
    except FileNotFoundError:
        return Log((), (), "")
    except OSError as error:
        message = f"{index_dir / FILE} cannot be read: {error.strerror}."
        raise IndexUnusableError(message, "Check its permissions.") from error
    return _checked(whole)


def last_current(index_dir: Path) -> str:
    """The generation that was last made the current one, as far as the log says; empty where it says nothing."""
    try:
        events = read_log(index_dir).events
    except IndexUnusableError:
        return ""
    made = [one.generation for one in events if one.did in (Did.BUILT, Did.ROLLED_BACK)]
    return made[-1] if made else ""


def _checked(whole: bytes) -> Log:
    *lines, rest = whole.split(b"\n")
    faults = [f"line {len(lines) + 1} was cut off"] if rest else []
    events: list[Event] = []
    before = ""
    for number, line in enumerate(lines, start=1):
        try:
            event = EVENT.validate_json(line)
        except ValidationError:
            faults.append(f"line {number} is cut off or damaged")
        else:
            events.append(event)
            if event.before != before:
                faults.append(f"line {number} does not follow the line before it: one of them was altered or removed")
        before = _hash(line)
    return Log(tuple(events), tuple(faults), _hash(rest) if rest else before)


@dataclass(frozen=True, slots=True)
class _Last:
    """The hash of the last line, and what has to be written to end it."""

    hash: str
    end: bytes


def _last_line(file: IO[bytes]) -> _Last:
    size = file.seek(0, os.SEEK_END)
    if not size:
        return _Last("", b"")
    tail = b"".join(reversed([*_back(file, size)]))
    ended = tail.endswith(b"\n")
    line = tail.removesuffix(b"\n").rpartition(b"\n")[2]
    return _Last(_hash(line), b"" if ended else b"\n")


def _back(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Pieces of the file from its end, until they hold the last line and the end of the one before."""
    ends, piece = 0, 64 << 10
    while size and ends < 2:
        start = max(0, size - piece)
        file.seek(start)
        read = file.read(size - start)
        ends, size = ends + read.count(b"\n"), start
        yield read


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
