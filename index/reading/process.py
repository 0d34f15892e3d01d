"""One worker process as its parent sees it: started, sent a file, heard, timed, ended.  Scheduling is not here."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from index.errors import InspectionsError
from index.reading.wire import MAX_REPLY, READY, Refusal, Request, WireError, parse_reply, request_line
from index.reading.worker import OUT_OF_MEMORY
from index.records import RawText

_CHUNK = 1 << 20
_GRACE = 20.0  # seconds for starting up on a busy machine, before the parent doubts the worker's own clock
_SIGNALS = {member.value: member.name for member in signal.Signals}  # real-time signals have no names
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")
_IMPORT_ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Death:
    """How a worker ended while it was reading: the words go on from the file's name."""

    what: str
    timed_out: bool = False


class Process:
    """A worker that is reading at most one file at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._answer = bytearray()
        self._ready = False
        self._deadline = float("inf")
        self.served = 0
        self._child = _started(limits)
        self._requests = cast(IO[bytes], self._child.stdin)
        self._replies = cast(IO[bytes], self._child.stdout)
        os.set_blocking(self._replies.fileno(), False)

    def fileno(self) -> int:
        """The descriptor that is readable when hear() has something to do."""
        return self._replies.fileno()

    def send(self, request: Request) -> None:
        """Gives the worker a file.  Its death meanwhile is heard of by hear()."""
        self.served += 1
        self._deadline = time.monotonic() + self._limits.seconds + _GRACE
        with contextlib.suppress(BrokenPipeError):
            self._requests.write(request_line(request))

    def remaining(self) -> float:
        """Seconds until the parent gives the worker up."""
        return max(0.0, self._deadline - time.monotonic())

    def hear(self) -> RawText | Refusal | Death | None:
        """What has come over the pipe; None where the answer is not complete.  Raises what Process.dead raises."""
        chunk = self._replies.read(_CHUNK)
        if chunk is None:
            return None
        if not chunk:
            return self.dead()
        if not self._answer and self._ready:
            # the file is read: only the answer still has to come through, however long the parent was away
            self._deadline = time.monotonic() + self._limits.seconds + _GRACE
        self._answer += chunk
        if not self._ready and self._answer.startswith(READY):
            self._ready = True
            del self._answer[: len(READY)]
        if len(self._answer) > MAX_REPLY:
            return self._killed(Death("makes its reader give back more text than it may"))
        if not self._answer.endswith(b"\n"):
            return None
        return self._parsed()

    def _parsed(self) -> RawText | Refusal | Death:
        line = bytes(self._answer)
        self._answer.clear()
        self._deadline = float("inf")
        try:
            return parse_reply(line)
        except WireError:
            return self._killed(Death("makes its reader give back nonsense"))

    def expire(self) -> Death:
        """Ends a worker whose time is up."""
        return self._killed(self._overdue())

    def _killed(self, death: Death) -> Death:
        self.close()
        return death

    def _overdue(self) -> Death:
        return Death(f"takes longer than {self._limits.seconds:g} seconds to read", timed_out=True)

    def dead(self) -> Death:
        """How the worker, which has closed its pipe, came to its end.

        Raises InspectionsError where it never started: then no file can be read.
        """
        self.close(kill=False)
        status = self._child.returncode
        if not self._ready:
            raise _does_not_start(f"exit status {status}")
        if status == -signal.SIGALRM:
            return self._overdue()
        if status == OUT_OF_MEMORY:
            return Death(f"needs more than {self._limits.memory_bytes >> 20:,} MiB of memory to read")
        if status < 0:
            return Death(f"crashes the program that reads it ({_SIGNALS.get(-status, -status)})")
        return Death(f"ends the program that reads it (exit status {status})")

    def close(self, *, kill: bool = True) -> None:
        """Ends the process and waits for its end; harmless when it has ended."""
        if kill:
            self._child.kill()
        self._requests.close()
        try:
            self._child.wait(_GRACE)
        except subprocess.TimeoutExpired:  # it closed its pipe and lives on
            self._child.kill()
            self._child.wait()
        self._replies.close()


def _started(limits: Limits) -> subprocess.Popen[bytes]:
    # -P: a file in the current directory must not pass for a library
    command = [sys.executable, "-P", "-W", "ignore", "-m", "index.reading.worker"]
    try:
        return subprocess.Popen(  # noqa: S603 - this interpreter and this package, no shell
            [*command, str(limits.seconds), str(limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
            process_group=0,  # Ctrl-C goes to the parent alone, which ends its workers
        )
    except OSError as error:
        raise _does_not_start(str(error.strerror)) from error


def _does_not_start(reason: str) -> InspectionsError:
    return InspectionsError(
        f"The process that reads documents does not start ({reason}).",
        "Install the project again, or allow it more memory.",
    )


def _environment() -> dict[str, str]:
    """No tokens and no settings: a parser that a file has taken over finds none.  The seed makes runs alike."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    path = os.pathsep.join(filter(None, (_IMPORT_ROOT, os.environ.get("PYTHONPATH"))))
    return kept | {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
