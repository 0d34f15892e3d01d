"""Builders killed at random moments: no answer may be lost or changed, and the next build must complete."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from threading import Event

from torture.outcome import Outcome
from torture.subject import VERSIONED, Subject

from index.errors import InspectionsError
from index.generation import current_manifest
from index.manifest import file_hash

ORPHANS = 60.0  # seconds that the processes of a killed builder have to end by themselves


def killed_builds(subject: Subject, times: int, seed: int = 6) -> Outcome:
    """Kill `times` builders, each at a moment drawn by lot, and ask the same questions in between."""
    expected = _expected(subject)
    began = time.monotonic()
    subject.write(1)
    subject.build()
    usual = time.monotonic() - began
    draw, wrong, completed, worst = random.Random(seed), [], 0, 0.0
    for turn in range(times):
        subject.write(1 - _version(subject, expected))
        before = _version(subject, expected)
        worst = max(worst, _kill(subject, draw.uniform(0.02, 1.05) * usual))
        try:
            version = _version(subject, expected)
            if subject.answers() != expected[version][1]:
                wrong.append(f"after kill {turn} the answers are others")
            completed += version != before
        except InspectionsError as error:
            wrong.append(f"after kill {turn} the index does not open: {error}")
    subject.write(0)
    subject.build()
    if subject.answers() != expected[0][1] or subject.leftovers():
        wrong.append("the next build did not complete as it should")
    found = (
        f"{times - len(wrong)} of {times} times every answer as it should be; {completed} builds had published before "
        f"they were killed; the last build completed; a killed builder's processes gone within {worst:.1f} s"
    )
    return Outcome(
        "kill -9 at random moments of a build", f"{times} real processes, {usual:.1f} s each", found, tuple(wrong)
    )


def _expected(subject: Subject) -> list[tuple[str, str]]:
    """The hash of the document that changes, and the answers, of each of its two versions, built from nothing."""
    found = []
    for version in (1, 0):
        subject.write(version)
        found.append((file_hash(subject.docs / VERSIONED), subject.from_nothing(f"version-{version}")))
    subject.build()
    return found[::-1]


def _version(subject: Subject, expected: list[tuple[str, str]]) -> int:
    """Which version the current generation is of."""
    sources = current_manifest(subject.index)[1].sources
    return [sha256 for sha256, _ in expected].index(sources[VERSIONED])


def _kill(subject: Subject, after: float) -> float:
    """Kill a builder, and how long its own processes then went on."""
    builder = subject.builder()
    with contextlib.suppress(subprocess.TimeoutExpired):
        builder.wait(after)
    builder.send_signal(signal.SIGKILL)
    builder.wait()
    began, never = time.monotonic(), Event()
    while _lives(builder.pid):
        if time.monotonic() - began > ORPHANS:
            os.killpg(builder.pid, signal.SIGKILL)  # of its own group, which it led
            raise AssertionError("the processes of a killed builder go on")
        never.wait(0.05)
    for pipe in (builder.stdout, builder.stderr):
        if pipe is not None:
            pipe.close()
    return time.monotonic() - began


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
