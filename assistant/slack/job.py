"""A question being worked on: what the desk queues, the answering does and a stop ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.slack.records import Asked
from assistant.slack.status import StatusLine
from assistant.slack.thread import Said


@dataclass(eq=False, slots=True)
class Job:
    """A question at the desk.

    `line` is where its asker sees how it goes on.  `thread` is what was read of its thread, None where it was not.
    `tries`: how often a process took it up, this one included.  `began`: a monotonic time, None while it waits.
    """

    asked: Asked
    line: StatusLine
    thread: Sequence[Said] | None = None
    tries: int = 1
    began: float | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _ending: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        """Its answer is no longer wanted.  Whoever stops it says what becomes of the question."""
        with self._ending:
            self._stop.set()

    def end(self, record: Callable[[], bool]) -> bool:
        """Record its end, unless it was stopped; what `record` says, False where it was not called.

        A stop comes before that or after it: an edit that opens the question again must not be recorded as answered.
        """
        with self._ending:
            return not self.stopped and record()

    @property
    def stopped(self) -> bool:
        """Whether its answer is no longer wanted."""
        return self._stop.is_set()
