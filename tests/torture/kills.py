"""Builders killed at random moments: no answer may be lost or changed, and the next build must complete."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import time
from threading import Event

from index.errors import InspectionsError
from index.generation import current_manifest
from index.manifest import file_hash
from torture.outcome import Outcome
from torture.subject import VERSIONED, Subject

SCORE = re.compile(r'"score": [-\d.]+')
ORPHANS = 60.0  # seconds that the processes of a killed builder have to end by themselves


def killed_builds(subject: Subject, times: int, seed: int = 6) -> Outcome:
    """Kill `times` builders, each at a moment drawn by lot, and ask the same questions in between."""
    expected, usual = _expected(subject)
    draw = random.Random(seed)  # noqa: S311  (to draw the same again, not to keep a secret)
    wrong, completed, worst = [], 0, 0.0
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
    sound = times - len(wrong)
    subject.write(1 - _version(subject, expected))
    subject.build()
    if subject.answers() != expected[_version(subject, expected)][1] or subject.leftovers():
        wrong.append("the next build did not complete as it should")
    found = (
        f"{sound} of {times} times every answer as it should be; {completed} builds had published before "
        f"they were killed; the next build completed; a killed builder's processes gone within {worst:.1f} s"
    )
    return Outcome(
        "kill -9 at random moments of a build", f"{times} real processes, {usual:.1f} s each", found, tuple(wrong)
    )


def _expected(subject: Subject) -> tuple[list[tuple[str, str]], float]:
    """The hash of the document that changes, and the answers, of each of its two versions; it is of the first now.

    And how many seconds an index takes to be brought from one to the other by a builder that is left alone.
    """
    subject.build()
    found, seconds = [], 0.0
    for version in (1, 0):
        subject.write(version)
        began = time.monotonic()
        subject.build()
        seconds = time.monotonic() - began
        answers = subject.answers()
        # The model computes one passage a little otherwise than many: scores differ in their third decimal.
        assert SCORE.sub("", subject.from_nothing(f"version-{version}")) == SCORE.sub("", answers)
        found.append((file_hash(subject.docs / VERSIONED), answers))
    return found[::-1], seconds


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
            members = _members(builder.pid)
            os.killpg(builder.pid, signal.SIGKILL)  # of its own group, which it led
            raise AssertionError(f"processes of a killed builder go on: {members}")
        never.wait(0.05)
    for pipe in (builder.stdout, builder.stderr):
        if pipe is not None:
            pipe.close()
    return time.monotonic() - began


def _members(group: int) -> list[str]:
    """The command lines of the processes of a group."""
    listed = subprocess.run(["ps", "-eo", "pgid,stat,wchan:20,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines()[1:] if line.split()[0] == str(group)]


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
