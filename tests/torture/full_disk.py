"""No room, no permission, a folder that cannot be written to: a clear message, and the index as it was."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from torture.outcome import Outcome
from torture.subject import Subject

ROOM = 64 << 20  # bytes of the small disk
DAC_OVERRIDE, DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24


@contextmanager
def small_disk(where: Path) -> Iterator[bool]:
    """A disk of ROOM bytes mounted on a folder, or False where that is not allowed."""
    where.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(where)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(where)], check=True)


def without_rights() -> None:
    """Let the process that is started be bound by permissions, also where it is root's."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (DAC_OVERRIDE, DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def no_room(subject: Subject, rooms: tuple[int, ...]) -> Outcome:
    """Build with only so many bytes left, where `subject` lies on a small disk and has an index."""
    before, wrong, failed = subject.answers(), [], 0
    for room in rooms:
        subject.write(room + 1)
        with _filled(subject.home, room), tempfile.TemporaryDirectory() as elsewhere:
            code, told = _told(subject, TMPDIR=elsewhere)
            failed += code != 0
            if code == 0:
                before = subject.answers()
                continue
            wrong += [f"with {room:,} bytes left {fault}" for fault in _faults(subject, before, code, told)]
    subject.write(len(rooms))
    subject.build()
    if f"version {len(rooms)} of this text" not in subject.answers():
        wrong.append("the next build did not complete")
    found = f"{failed} builds failed, each with one line that says so; the index answered as before; then one completed"
    return Outcome(
        "disk full", f"{len(rooms)} builds with {min(rooms):,} to {max(rooms):,} bytes left", found, tuple(wrong)
    )


def no_permission(subject: Subject) -> Outcome:
    """Build where a folder or a file of the index may not be written to, or read."""
    before, wrong = subject.answers(), []
    subject.write(7)
    ways: list[tuple[str, Path, int]] = [
        ("the folder of the index", subject.index, 0o555),
        ("the folder of generations", subject.index / "generations", 0o555),
        ("the lock", subject.index / "lock", 0o444),
        ("the folder of documents", subject.docs, 0o000),
    ]
    for name, path, mode in ways:
        with _mode(path, mode):
            code, told = _told(subject, preexec=without_rights)
        wrong += [f"without permission to {name} {fault}" for fault in _faults(subject, before, code, told)]
    subject.build()
    return Outcome(
        "no permission", f"{len(ways)} builds", "each failed with one line; the index answered as before", tuple(wrong)
    )


def read_only(subject: Subject) -> Outcome:
    """Build and ask where the disk of the index, a small disk that `subject` lies on, cannot be written to."""
    before, wrong = subject.answers(), []
    subject.write(8)
    subprocess.run(["mount", "-o", "remount,ro", str(subject.home)], check=True)
    try:
        with tempfile.TemporaryDirectory() as elsewhere:
            code, told = _told(subject, TMPDIR=elsewhere)
            wrong += [f"on a read-only disk {fault}" for fault in _faults(subject, before, code, told)]
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(subject.home)], check=True)
    subject.build()
    return Outcome(
        "read-only folder", "1 build", "failed with one line; questions were answered all the while", tuple(wrong)
    )


def _faults(subject: Subject, before: str, code: int, told: str) -> Iterator[str]:
    """What is not as it should be after a build that had to fail."""
    if code in {0, 4}:
        yield "the build did not fail"
    if told.count("\n") != 1 or "Traceback" in told:
        yield f"it did not tell so in one line: {told!r}"
    if subject.answers() != before:
        yield "the answers are others"


def _told(subject: Subject, preexec: Callable[[], None] | None = None, **environment: str) -> tuple[int, str]:
    builder = subject.builder(preexec=preexec, **environment)
    _, told = builder.communicate()
    return builder.returncode, told


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    was = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(was)


@contextmanager
def _filled(disk: Path, room: int) -> Iterator[None]:
    """Leave so many bytes on a disk."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        size = max(0, shutil.disk_usage(disk).free - room)
        with contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(1, size))
    try:
        yield
    finally:
        filler.unlink()
