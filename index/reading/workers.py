"""Many files to RawText, in worker processes that a bad file may kill: which worker reads what, and what comes next."""

from __future__ import annotations

import selectors
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.reading.process import Death, Limits, Process
from index.reading.wire import Refusal, Request
from index.records import RawText, Skipped

Outcome = RawText | Skipped

_AHEAD = 8  # files per worker that may be read before the one that is waited for: bounds the memory
_REPRINT = "open it in another program, print it to a new PDF and replace the file"
_SAVE_AGAIN = "open it in its own program, save it again (or as several smaller files) and replace the file"
_SERVES = 200  # files, after which a worker is replaced: parsers leak


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to read.  `before` is how its first reader died, where this is the second try."""

    index: int
    path: Path
    source: str
    before: Death | None = None


def read_all(  # noqa: PLR0913 - the limits are what callers set one by one
    root: Path,
    paths: Sequence[Path],
    *,
    workers: int = 2,
    seconds: float = 30.0,
    memory_bytes: int = 3 << 29,
    on_done: Callable[[str], None] | None = None,
) -> Generator[tuple[Path, Outcome], None, None]:
    """Reads the files in worker processes and yields them in the order of `paths`, with the text or why there is none.

    Each file may take `seconds` and each worker `memory_bytes`; a file that exceeds them or crashes its worker is
    skipped, a PDF after a second try with the other PDF reader.  `on_done` hears each source, relative to `root`, as
    it is done with, in any order.  Closing the iterator ends the workers.
    Raises InspectionsError where no worker can be started; ValueError where a path is not below `root`.
    """
    jobs = [_Job(index, path, path.relative_to(root).as_posix()) for index, path in enumerate(paths)]
    pool = _Pool(jobs, max(1, workers), Limits(seconds, memory_bytes), on_done)
    try:
        for job in jobs:
            yield job.path, pool.wait_for(job)
    finally:
        pool.close()


class _Pool:
    """Workers, the jobs they are at, and the outcomes that nobody has asked for yet."""

    def __init__(self, jobs: list[_Job], size: int, limits: Limits, on_done: Callable[[str], None] | None) -> None:
        self._waiting = deque(jobs)
        self._size = size
        self._limits = limits
        self._on_done = on_done
        self._idle: list[Process] = []
        self._busy: dict[Process, _Job] = {}
        self._done: dict[int, Outcome] = {}
        self._selector = selectors.DefaultSelector()

    def wait_for(self, job: _Job) -> Outcome:
        self._hand_out(job.index)
        self._listen(0)  # workers that finished while the caller was away get their next file before it goes away again
        self._hand_out(job.index)
        while job.index not in self._done:
            self._listen(min(process.remaining() for process in self._busy))
            self._hand_out(job.index)
        return self._done.pop(job.index)

    def _hand_out(self, current: int) -> None:
        """Gives files to idle workers, up to so many ahead of the one that is waited for."""
        while self._waiting and len(self._busy) < self._size:
            if self._waiting[0].index >= current + _AHEAD * self._size:
                return
            job = self._waiting.popleft()
            if not self._idle:
                self._idle.append(self._start())
            process = self._idle.pop()
            self._busy[process] = job
            process.send(Request(str(job.path), careful=job.before is not None))

    def _start(self) -> Process:
        process = Process(self._limits)
        self._selector.register(process, selectors.EVENT_READ, process)
        return process

    def _listen(self, timeout: float) -> None:
        """Hears the workers that have something to say; only the silent ones can be overdue."""
        heard = {key.data for key, _ in self._selector.select(timeout)}
        for process in heard:
            self._hear(process)
        for process, job in list(self._busy.items()):
            if process not in heard and process.remaining() == 0:
                self._lost(process, job, process.expire())

    def _hear(self, process: Process) -> None:
        answer = process.hear()
        if answer is None:
            return
        job = self._busy.get(process)
        if isinstance(answer, Death):
            self._lost(process, job, answer)
        elif job is None:  # no honest worker speaks unasked
            self._forget(process)
        else:
            self._release(process)
            self._finish(job, _outcome(job, answer))

    def _release(self, process: Process) -> None:
        del self._busy[process]
        if process.served >= _SERVES:
            self._forget(process)
        else:
            self._idle.append(process)

    def _lost(self, process: Process, job: _Job | None, death: Death) -> None:
        """A worker is gone, perhaps with a job: that one gets its second try, or is given up."""
        self._forget(process)
        if job is None:
            return
        if job.path.suffix.lower() == ".pdf" and job.before is None and not death.timed_out:
            self._waiting.appendleft(replace(job, before=death))
        else:
            self._finish(job, _given_up(job, death))

    def _forget(self, process: Process) -> None:
        self._busy.pop(process, None)
        if process in self._idle:
            self._idle.remove(process)
        self._selector.unregister(process)
        process.close()

    def _finish(self, job: _Job, outcome: Outcome) -> None:
        self._done[job.index] = outcome
        if self._on_done:
            self._on_done(job.source)

    def close(self) -> None:
        """Ends all workers, whatever they are at."""
        for process in (*self._busy, *self._idle):
            process.close()
        self._selector.close()


def _outcome(job: _Job, answer: RawText | Refusal) -> Outcome:
    if isinstance(answer, RawText):
        return answer
    if job.before:
        return Skipped(
            job.source, f"{job.before.what}, and the second PDF reader finds that it {answer.what}", _REPRINT
        )
    return Skipped(job.source, answer.what, answer.cure)


def _given_up(job: _Job, death: Death) -> Skipped:
    is_pdf = job.path.suffix.lower() == ".pdf"
    what = f"{job.before.what}, and with the second PDF reader {death.what}" if job.before else death.what
    return Skipped(job.source, what, _REPRINT if is_pdf else _SAVE_AGAIN)
