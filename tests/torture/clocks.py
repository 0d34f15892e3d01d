"""Clocks and calendars: what a file says decides, never when; generations follow each other whatever the clock says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from unittest.mock import patch

from small_index import build_small

import index.build
from assistant.ask import Assistant
from index.generation import current_id, current_manifest, open_current
from index.keeping import roll_back
from torture.outcome import Outcome
from torture.subject import VERSIONED, Subject

ZONES = ("UTC", "Pacific/Kiritimati", "America/Adak", "Asia/Kathmandu", "Europe/London")
TIMES = (0, 951782400, 1709164800, 1835395200, 4102444800)  # 1970; three 29 Februaries; 2100
CLOCKS = (
    datetime(2026, 11, 22, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
)


@dataclass(frozen=True, slots=True)
class Turns:
    """How the clock is turned: the times that files get, the clocks of builders, and the zones that they are in."""

    times: tuple[int, ...] = TIMES
    clocks: tuple[datetime, ...] = CLOCKS
    zones: tuple[str, ...] = ZONES


MANY, FEW = Turns(), Turns(TIMES[2:3], CLOCKS[:2], ZONES[1:2])


def clocks(subject: Subject, turns: Turns = MANY) -> Outcome:
    """Turn the times of files and the clock about, with a subject of stand-ins; nothing but content may count."""
    build_small(subject.index, subject.docs)
    wrong = [
        *_times(subject, turns.times),
        *_clock(subject, turns.clocks),
        *_zones(subject, turns.zones),
        *_days(subject),
    ]
    found = "rebuilt when words had changed and never else; generations counted up; times told in UTC"
    did = f"{len(turns.times)} times of files, {len(turns.clocks)} clocks, {len(turns.zones)} zones, 29 February"
    return Outcome("clock moved back, time zones, leap day", did, found, tuple(wrong))


def _times(subject: Subject, times: tuple[int, ...]) -> Iterator[str]:
    file = subject.docs / VERSIONED
    for version, moment in enumerate(times, start=1):
        os.utime(file, (moment, moment))
        if build_small(subject.index, subject.docs)[0].changed:
            yield f"a file of time {moment} was taken for changed"
        subject.write(version)
        os.utime(file, (moment, moment))  # as old as what was there, with other words
        if not build_small(subject.index, subject.docs)[0].changed or f"version {version} " not in subject.answers():
            yield f"other words of time {moment} were not seen"


def _clock(subject: Subject, moments: tuple[datetime, ...]) -> Iterator[str]:
    for version, now in enumerate(moments, start=100):
        before = current_id(subject.index)
        subject.write(version)
        with _clock_at(now):
            build_small(subject.index, subject.docs)
        name = current_id(subject.index)
        if name <= before or f"version {version} " not in subject.answers():
            yield f"with the clock at {now} the new generation is {name}, after {before}"
        if current_manifest(subject.index)[1].built != now:
            yield "the manifest does not tell when it was built"
    if roll_back(subject.index) != before:
        yield "rolling back goes by the clock"


def _zones(subject: Subject, zones: tuple[str, ...]) -> Iterator[str]:
    """Builders in other time zones."""
    for version, zone in enumerate(zones, start=200):
        subject.write(version)
        began = datetime.now(UTC)
        subject.build(TZ=zone)
        built = current_manifest(subject.index)[1].built
        if built.utcoffset() != UTC.utcoffset(None) or not began <= built <= datetime.now(UTC):
            yield f"in {zone} the manifest says that it was built {built}"
        if f"version {version} " not in subject.answers():
            yield f"what was built in {zone} does not answer"


def _days(subject: Subject) -> Iterator[str]:
    """Questions that count from a day which most years lack."""
    for question in ("what did Ofsted say about caseloads last year?", "what has changed in the last 12 months?"):
        with open_current(subject.index, subject.embedder.id, subject.rules) as opened:
            answer = Assistant(opened, subject.embedder).ask(question, today=datetime(2028, 2, 29, tzinfo=UTC).date())
        if not (answer.text or answer.reason):
            yield f"{question} has no answer and no reason on 29 February"


@contextmanager
def _clock_at(now: datetime) -> Iterator[None]:
    """Let the builder of this process read another clock."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime will do
            return now.astimezone(tz)

    with patch.object(index.build, "datetime", Clock):
        yield
