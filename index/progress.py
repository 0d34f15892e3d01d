"""How a long piece of work tells how it goes on, and how long each stage took.  Nothing is printed here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Told how a piece of work goes on; what it shows is its own affair."""

    def start(self, stage: str, total: int) -> None:
        """A stage begins that has `total` steps."""
        ...

    def advance(self, steps: int) -> None:
        """So many steps of it are done."""
        ...

    def done(self) -> None:
        """The stage is over, finished or not."""
        ...


class Silent:
    """A progress that shows nothing."""

    def start(self, stage: str, total: int) -> None: ...
    def advance(self, steps: int) -> None: ...
    def done(self) -> None: ...


class Stages:
    """Tells a progress of one stage after another.  `seconds` are those that each took, by its name."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self.advance = progress.advance
        self._progress = progress
        self._elsewhere = 0.0  # seconds of a stage's time that count for others

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[None]:
        """The stage `name` of `total` steps, for as long as the context lasts."""
        began, elsewhere = time.perf_counter(), self._elsewhere
        self.seconds.setdefault(name, 0.0)
        self._progress.start(name, total)
        try:
            yield
        finally:
            self._progress.done()
            self.seconds[name] += time.perf_counter() - began - (self._elsewhere - elsewhere)

    @contextmanager
    def counted_as(self, name: str) -> Iterator[None]:
        """Work of the stage `name` that is done in the course of another: its seconds count for `name` alone."""
        began = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - began
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
            self._elsewhere += seconds
