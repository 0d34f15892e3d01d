"""What of a reading only the documents held can settle: times told by an inspection, and whether a council is heard.

"Since the previous inspection" becomes dates.  How a question tells such a time is `interpret.period_anchors`; which
documents fit the dates is `fitting`.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.fitting import by_publication, meets, published_by
from assistant.interpret.periods import Anchor, Period, PeriodReading, Rank, Relation
from assistant.interpret.slots import FULL, find_kinds
from assistant.records import Intent, Reading
from assistant.words import day_words
from index.catalogue import Catalogue, StoredDocument
from index.records import Interval
from index.voices import INSPECTORATES

DAY = timedelta(days=1)
_COMPARED = (Intent.CHANGE, Intent.GRADE)  # "has the grade changed since the last inspection?" compares the two
_VISITS = ("visit", "letter", "visited", "came", "called", "here")


def anchored(reading: Reading, catalogue: Catalogue) -> Reading:
    """`reading` with a period in the place of its anchor; without either where no such inspection is held.

    Only one authority's inspections tell a time: with several, or none, there is no period either.  What a council
    did is asked of everybody where it says nothing itself.
    """
    if reading.speaker and not reading.speaker.sure and not _others_heard(reading, catalogue):
        reading = replace(reading, speaker=None)
    reading = _then_or_ever(reading, catalogue)
    return _dated(reading, reading.time.anchor, catalogue) if reading.time.anchor else reading


def _then_or_ever(reading: Reading, catalogue: Catalogue) -> Reading:
    """The reading without "during the pandemic" where nothing held is of that time: later reports speak of it too."""
    named = [p for p in reading.time.periods if p.event and p.relation is Relation.IN]
    if not named or any(_fits(d, p, reading) for d in catalogue.documents() for p in named):
        return reading
    kept = tuple(p for p in reading.time.periods if p not in named)
    return replace(reading, time=replace(reading.time, periods=kept))


def _fits(document: StoredDocument, period: Period, reading: Reading) -> bool:
    said = document.description
    if reading.authorities and not set(reading.authorities) & set(said.authorities):
        return False
    return meets(said.published, period.interval) or meets(said.inspected, period.interval)


def _others_heard(reading: Reading, catalogue: Catalogue) -> bool:
    """Whether anything but inspectorates' own reports is held of the authority: there a council speaks itself."""
    wanted = set(reading.authorities)
    return any(
        d.description.publisher not in INSPECTORATES and (not wanted or wanted & set(d.description.authorities))
        for d in catalogue.documents()
    )


def _dated(reading: Reading, anchor: Anchor, catalogue: Catalogue) -> Reading:
    if reading.intent in _COMPARED and not (anchor.months or anchor.within):
        return replace(reading, time=replace(reading.time, anchor=None))
    held = [
        d
        for d in catalogue.documents()
        if d.description.published
        and len(reading.authorities) == 1
        and reading.authorities[0] in d.description.authorities
        and (not reading.as_of or published_by(d, reading.as_of))
    ]
    found = _periods(anchor, sorted(held, key=by_publication), reading.over_time)
    periods = (*reading.time.periods, *found)
    return replace(
        reading, time=PeriodReading(periods, each=len(found) > 1 or (reading.time.each and len(periods) > 1))
    )


def _periods(anchor: Anchor, held: Sequence[StoredDocument], compared: bool) -> tuple[Period, ...]:
    """The period that an anchor means, or the two inspections that are to be compared.

    `held` are the authority's documents, oldest first.
    """
    series = _series(anchor, held)
    if anchor.relation is Relation.BETWEEN and not anchor.months:
        return _between(anchor, series[-2:], compared) if len(series) > 1 else ()
    event = _event(anchor, series, held) if series else None
    interval = _interval(anchor, event) if event else None
    return (_told(anchor, interval, _words(event)),) if event and interval else ()


def _between(anchor: Anchor, pair: Sequence[StoredDocument], compared: bool) -> tuple[Period, ...]:
    """The time between two inspections or, where they are compared, the two days on which they came out."""
    if compared:
        days = [Interval(by_publication(d)[0], _out(d)) for d in pair]
        return tuple(_told(anchor, day, _words(d), Relation.IN) for day, d in zip(days, pair, strict=True))
    told = f"{_words(pair[0])} and {_words(pair[1])}"
    return (_told(anchor, Interval(_out(pair[0]) + DAY, _out(pair[1])), told),)


def _told(anchor: Anchor, interval: Interval, event: str, relation: Relation | None = None) -> Period:
    said = anchor.words, anchor.start, anchor.end
    return Period(interval, *said, relation or anchor.relation, inferred=True, event=event)


def _words(event: StoredDocument) -> str:
    return f"{event.description.kind.value} published {day_words(by_publication(event)[0])}"


def _series(anchor: Anchor, held: Sequence[StoredDocument]) -> Sequence[StoredDocument]:
    """The inspections that may be meant, oldest first: of the kind named, else full ones, else any."""
    own = [d for d in held if d.description.publisher in INSPECTORATES]
    kinds, _ = find_kinds(anchor.words)
    if kinds:
        own = [d for d in own if d.description.kind in kinds]
    elif not any(word in anchor.words.lower() for word in _VISITS):
        own = [d for d in own if d.description.kind in FULL] or own
    if anchor.within is None:
        return own
    published = [d for d in own if meets(d.description.published, anchor.within)]
    return published or [d for d in own if meets(d.description.inspected, anchor.within)]


def _event(anchor: Anchor, series: Sequence[StoredDocument], held: Sequence[StoredDocument]) -> StoredDocument | None:
    """The inspection meant.

    Since the last one, before which nothing else was asked for: where nothing came out after it, the reader stands
    at that report and means the one before.
    """
    at = {Rank.PREVIOUS: -2, Rank.FIRST: 0}.get(anchor.rank, -1)
    looks_back = anchor.relation is Relation.BEFORE or anchor.months < 0
    if not looks_back and at == -1 and not any(_out(d) > _out(series[-1]) for d in held):
        at = -2 if anchor.within is None else -1
    return series[at] if len(series) >= abs(at) else None


def _interval(anchor: Anchor, event: StoredDocument) -> Interval | None:
    """The days meant, from the event's publication on, or up to the day before the inspectors came."""
    out, began = (
        _out(event),
        (event.description.inspected or event.description.published or Interval(date.min, date.min)).start,
    )
    if anchor.relation is Relation.SINCE:
        return Interval(out + DAY, date.max)
    if anchor.relation is Relation.BEFORE:
        return Interval(date.min, began - DAY)
    after = anchor.months > 0
    middle = _moved(out if after else began, anchor.months)
    if anchor.relation is Relation.BETWEEN:
        return Interval(out + DAY, middle) if after else Interval(middle, began - DAY)
    spread = min(6, max(2, abs(anchor.months) // 2))
    first, last = _moved(middle, -spread), _moved(middle, spread)
    return Interval(max(first, out + DAY), last) if after else Interval(first, min(last, began - DAY))


def _moved(day: date, months: int) -> date:
    """The same day some months on or, if negative, back; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, 1), date.max.year)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _out(document: StoredDocument) -> date:
    """The last day on which it may have been published."""
    return document.description.published.end if document.description.published else date.min
