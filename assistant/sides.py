"""The sides of a comparison: a question about several authorities, or several separate times, as a reading of each.

Each side is looked for by itself; `answers.side_by_side` sets what was found under headings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.fitting import bare_words
from assistant.interpret.periods import Period, PeriodReading, Rank, Relation
from assistant.records import Intent, Leaning, Reading
from index.records import VoiceKind

MOST = 6  # sides that are set beside each other; of more, the documents are searched as one
_OF_WORDS = (Intent.SAID, Intent.SUMMARY)


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it is called, and the question as it is about this side alone.

    `readings` are tried in order: authorities are set beside each other as they are now, and as they ever were only
    where the latest inspection says nothing.
    """

    name: str
    readings: tuple[Reading, ...]


def sides(reading: Reading) -> tuple[Side, ...]:
    """The sides in order: authorities as they were asked for, the times of each from the first to the last.

    Empty where there is one side only, or more than can be set beside each other.  Grades are compared from their
    table, and have no sides here.
    """
    if reading.intent not in _OF_WORDS:
        return ()
    authorities = [(name,) for name in reading.authorities] if len(reading.authorities) > 1 else [reading.authorities]
    times = _times(reading.time)
    found = [
        Side(
            _name(names if len(authorities) > 1 else (), time if len(times) > 1 else None), _about(reading, names, time)
        )
        for names in authorities
        for time in times
    ]
    return tuple(found) if 1 < len(found) <= MOST else ()


def as_now(reading: Reading) -> tuple[Reading, ...]:
    """The readings of a question to be tried in order: what is good or bad, with no more said, is so by the latest
    full inspection, and by all that is held only where that has nothing.
    """
    timed = reading.time.periods or reading.time.rank is not Rank.NONE or reading.kinds
    sided = reading.leaning in (Leaning.STRENGTHS, Leaning.CRITICISM)
    if timed or not sided or reading.intent is not Intent.SUMMARY or reading.grades or not reading.authorities:
        return (reading,)
    return replace(reading, time=replace(reading.time, rank=Rank.LATEST)), reading


def one_sided_whole(reading: Reading) -> bool:
    """Whether a reading asks what is good or bad on the whole, of the latest inspection or of a time."""
    timed = reading.time.rank is Rank.LATEST or bool(reading.time.periods)
    sided = reading.leaning in (Leaning.STRENGTHS, Leaning.CRITICISM)
    theirs = reading.speaker is None or reading.speaker.kind is VoiceKind.INSPECTORATE
    plain = theirs and not (reading.grades or reading.terms or reading.kinds)
    return reading.intent is Intent.SUMMARY and timed and sided and plain


def _times(time: PeriodReading) -> list[PeriodReading]:
    """Each separate time by itself, in time order; the time as it is where its periods belong together.

    "the 2018 inspection, published in 2019" has two periods that mean one report: they do not follow each other in
    the question as points do ("2018 and 2023").
    """
    points = list(time.periods)
    if len(points) < 2 or not all(map(_is_point, points)) or not all(_next_to(a, b) for a, b in pairwise(points)):
        return [time]
    ordered = sorted(points, key=lambda period: (period.interval.start, period.interval.end))
    return [replace(time, periods=(period,), each=False) for period in ordered]


def _is_point(period: Period) -> bool:
    return period.relation in (Relation.IN, Relation.BETWEEN)


def _next_to(one: Period, other: Period) -> bool:
    """Whether one follows the other but for a joining word, which belongs to it or stands between."""
    return 0 <= other.start - one.end <= JOINED and one.basis is other.basis


JOINED = 12  # characters: ", ", " and ", " compared to "


def _about(reading: Reading, names: tuple[str, ...], time: PeriodReading) -> tuple[Reading, ...]:
    whole = replace(reading, authorities=names, time=time)
    if time.periods or time.rank is not Rank.NONE or reading.over_time:
        return (whole,)
    return replace(whole, time=replace(time, rank=Rank.LATEST)), whole


def _name(names: tuple[str, ...], time: PeriodReading | None) -> str:
    return ", ".join([*names, *(bare_words(period) for period in (time.periods if time else ()))])
