"""Clocks and calendars: what a file says decides, never when; and generations follow each other whatever the clock says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from unittest.mock import patch

from small_index import build_small
from torture.outcome import Outcome
from torture.subject import VERSIONED, Subject

import index.build
from assistant.ask import Assistant
from index.generation import current_id, current_manifest, open_current
from index.keeping import roll_back

ZONES = ("UTC", "Pacific/Kiritimati", "America/Adak", "Asia/Kathmandu", "Europe/London")
TIMES = (0, 951782400, 1709164800, 1835395200, 4102444800)  # 1970; three 29 Februaries; 2100
CLOCKS = (
    datetime(2026, 11, 22, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
)


def clocks(subject: Subject) -> Outcome:
    """Turn the times of files and the clock about, with a subject of stand-ins; nothing but content may count."""
    build_small(subject.index, subject.docs)
    wrong = [*_times(subject), *_clock(subject), *_zones(subject), *_days(subject)]
    found = "rebuilt when a file's words had changed and never else; generations counted up; times told in UTC; answers the same"
    did = f"{len(TIMES)} times of files, {len(CLOCKS)} clocks, {len(ZONES)} zones, 29 February"
    return Outcome("clock moved back, time zones, leap day", did, found, tuple(wrong))


def _times(subject: Subject) -> Iterator[str]:
    file = subject.docs / VERSIONED
    for version, moment in enumerate(TIMES, start=1):
        os.utime(file, (moment, moment))
        if build_small(subject.index, subject.docs)[0].changed:
            yield f"a file of time {moment} was taken for changed"
        subject.write(version)
        os.utime(file, (moment, moment))  # as old as what was there, with other words
        if not build_small(subject.index, subject.docs)[0].changed or f"version {version} " not in subject.answers():
            yield f"other words of time {moment} were not seen"


def _clock(subject: Subject) -> Iterator[str]:
    for version, now in enumerate(CLOCKS, start=100):
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
    build_small(subject.index, subject.docs, force=True)


def _zones(subject: Subject) -> Iterator[str]:
    """Builders and readers in other time zones."""
    answers = subject.answers()
    for zone in ZONES:
        subject.build(TZ=zone)
        if current_manifest(subject.index)[1].built.utcoffset() != UTC.utcoffset(None):
            yield "the manifest does not tell the time in UTC"
        if subject.answers() != answers:
            yield f"in {zone} the answers are others"


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
