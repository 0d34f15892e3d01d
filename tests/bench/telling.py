"""Telling on standard error what the bench is doing, how fast, and how long it will take."""

from __future__ import annotations

import sys
import time

SELDOM = 10.0  # seconds between two lines about the same piece of work


def tell(text: str) -> None:
    """One line."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


class Telling:
    """A progress of lines, each with the rate and the time left."""

    def start(self, stage: str, total: int) -> None:
        self._stage, self._total, self._done = stage, max(total, 1), 0
        self._began = self._told = time.perf_counter()

    def advance(self, steps: int) -> None:
        self._done += steps
        now = time.perf_counter()
        if now - self._told >= SELDOM:
            rate = self._done / (now - self._began)
            left = (self._total - self._done) / rate if rate else 0
            tell(f"  {self._stage}: {self._done:,} of {self._total:,}, {rate:,.0f} a second, {left:,.0f} s left")
            self._told = now

    def done(self) -> None:
        tell(f"  {self._stage}: {self._done:,} in {time.perf_counter() - self._began:.1f} s")
