"""A bounded pool of workers with places in the queue that can be told.  What the work is, its caller says."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable

from assistant.slack.job import Job

_log = logging.getLogger(__name__)


class Desk:
    """Jobs wait in a queue and are done by a fixed number of threads.  Safe to use from several threads."""

    def __init__(self, work: Callable[[Job], None], workers: int, waiting: int) -> None:
        """`work` is called for each job on one of `workers` threads; at most `waiting` jobs wait behind them."""
        self._work = work
        self._most = waiting
        self._workers = workers
        self._queue: deque[Job] = deque()
        self._running: set[Job] = set()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [threading.Thread(target=self._serve, name=f"answer-{n}", daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()

    def take(self, job: Job) -> int | None:
        """Queue a job.  Its place in the queue, from 1 (0: a worker is free for it); None: it is full or closed."""
        with self._changed:
            free = self._workers - len(self._running)
            if self._closed or len(self._queue) >= self._most + free:
                return None
            self._queue.append(job)
            self._changed.notify_all()
            return max(len(self._queue) - max(free, 0), 0)

    @property
    def closed(self) -> bool:
        """Whether no more jobs are taken, because the app is being stopped."""
        with self._changed:
            return self._closed

    def places(self) -> list[tuple[Job, int]]:
        """The waiting jobs with their places in the queue, from 1, in order."""
        with self._changed:
            return [(job, place) for place, job in enumerate(self._queue, start=1)]

    def jobs(self) -> list[Job]:
        """All jobs that are not done, running ones first."""
        with self._changed:
            return [*self._running, *self._queue]

    def find(self, keys: Iterable[str]) -> list[Job]:
        """The jobs not done of these questions."""
        wanted = set(keys)
        return [job for job in self.jobs() if job.asked.key in wanted]

    def drop(self, job: Job) -> bool:
        """Take a waiting job out of the queue.  False: it has begun, or is done."""
        with self._changed:
            try:
                self._queue.remove(job)
            except ValueError:
                return False
            self._changed.notify_all()
            return True

    def close(self, seconds: float) -> list[Job]:
        """Take no more jobs and wait at most so long for those there are.  Those that are left, which go on or wait."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._queue and not self._running, timeout=seconds)
            left = [*self._running, *self._queue]
            self._queue.clear()
            self._changed.notify_all()
        return left

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closed)
                if not self._queue:
                    return
                job = self._queue.popleft()
                self._running.add(job)
                self._changed.notify_all()
            try:
                self._work(job)
            except Exception:  # noqa: BLE001  (one failed question must not end the worker)
                _log.exception("a question failed", extra={"question": job.asked.key})
            finally:
                with self._changed:
                    self._running.discard(job)
                    self._changed.notify_all()
