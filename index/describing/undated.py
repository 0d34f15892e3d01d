"""Infers when an undated document was published, from dated ones that share its words.  Never guesses "today".

A press article repeats a council's statement, a digest repeats both: a document that shares whole runs of words with
a dated one, or names the same day and month that a dated one about the same authority gives with its year, was
written about that time.  The inference is a month, carries its evidence, and is marked as inferred.
"""

from __future__ import annotations

import calendar
import contextlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.audience import lends
from index.date_pieces import MonthDay
from index.dates import FoundDate, find_dates
from index.records import Description, Document, Evidence, How, Interval
from index.voicewords import INSPECTORATES

RUN = 8  # words in a row that two documents must share to count as the same words
ENOUGH = 3  # runs shared, at least
NEAR = timedelta(days=62)  # a day named without its year lies this near to publication
Described = tuple[Document, Description]
_WORD = re.compile(r"[a-z0-9]+")
_LENT = re.compile(r"(?:^shares its words with |, as )(?P<source>.+) \(\d{1,2} \w+ \d{4}\)(?: does)?$", re.S)
UNNAMED = "was written about the time of another document"


@dataclass(frozen=True, slots=True)
class _Lender:
    """What is remembered of a dated document, whose date others may share."""

    published: date
    name: str

    @classmethod
    def of(cls, document: Document, published: date) -> _Lender:
        return cls(published, f"{document.source} ({published:%-d %B %Y})")


def is_undated(description: Description) -> bool:
    """Whether a document has no date of its own, and is one that may take a date from others.

    An inspectorate's report is not: what quotes it says nothing certain of when it came out.
    """
    return description.published is None and description.publisher not in INSPECTORATES


def date_undated(
    undated: Sequence[Described], dated: Callable[[Collection[str]], Iterable[Described]]
) -> dict[str, Description]:
    """The descriptions of the undated documents, by source, with an inferred date where the evidence gives one.

    `dated` gives, in order of source, the documents about one of these authorities that have a date of their own; it
    is asked at most twice, and one of them is in memory at a time.  Of the undated ones all are.  Nothing is taken from
    a document that not all may read who may read the undated one.
    """
    found = {document.source: description for document, description in undated}
    guesses = _likest(undated, dated(_authorities(undated)))
    left = [pair for pair in undated if pair[0].source not in guesses]
    days = {document.source: _yearless(document) for document, _ in left}
    named = [pair for pair in left if days[pair[0].source]]
    if named:
        guesses |= _by_shared_day(named, days, dated(_authorities(named)))
    for source, (day, words) in guesses.items():
        description = found[source]
        evidence = {**description.evidence, "published": Evidence(How.INFERRED, words)}
        found[source] = replace(description, published=_month(day), evidence=evidence)
    return found


def without_lender(description: Description, hidden: Collection[str]) -> Description:
    """The description, in whose evidence no document of `hidden` is named as the one that lent it a date."""
    said = description.evidence.get("published")
    lender = _LENT.search(said.words) if said and said.how is How.INFERRED else None
    if said is None or lender is None or lender["source"] not in hidden:
        return description
    return replace(description, evidence={**description.evidence, "published": replace(said, words=UNNAMED)})


def _authorities(described: Iterable[Described]) -> frozenset[str]:
    return frozenset(name for _, description in described for name in description.authorities)


def _may_date(lender: Description, borrower: Description) -> bool:
    """Whether the one is about the same authority, and read by all who read the other: evidence tells what is in it."""
    same = not set(lender.authorities).isdisjoint(borrower.authorities)
    return same and lends(lender.audience, borrower.audience)


def _likest(undated: Sequence[Described], dated: Iterable[Described]) -> dict[str, tuple[date, str]]:
    """By source, the date of the one that shares most runs of words with an undated document, and what says so.

    Every document is gone through once, however many there are: only the runs of the undated ones are held.
    """
    owners: dict[int, list[int]] = {}
    for place, (document, _) in enumerate(undated):
        for run in _runs(document):
            owners.setdefault(run, []).append(place)
    best: dict[int, tuple[int, _Lender]] = {}
    for document, description in dated if owners else ():
        shared = Counter(place for run in _runs(document) for place in owners.get(run, ()))
        for place, count in shared.items():
            least = best[place][0] if place in best else ENOUGH - 1
            if count > least and description.published and _may_date(description, undated[place][1]):
                best[place] = (count, _Lender.of(document, description.published.start))
    return {
        undated[place][0].source: (lender.published, f"shares its words with {lender.name}")
        for place, (_, lender) in best.items()
    }


def _by_shared_day(
    undated: Sequence[Described], named: dict[str, dict[MonthDay, str]], dated: Iterable[Described]
) -> dict[str, tuple[date, str]]:
    """A day without its year ("took over on 1 July") that a dated document about the same authority also names.

    `named` are, by source, those days of the undated documents as printed.
    """
    best: dict[str, tuple[timedelta, _Lender, str]] = {}
    for document, description in dated:
        borrowers = [(one.source, named[one.source]) for one, other in undated if _may_date(description, other)]
        for day in _days(document) if borrowers else ():
            for source, days in borrowers:
                if description.published and day.first in days:
                    lender = _Lender.of(document, description.published.start)
                    distance = abs(_on(day, lender.published) - lender.published)
                    if source not in best or distance < best[source][0]:
                        best[source] = (distance, lender, days[day.first])
    return {
        source: (lender.published, f"names {words}, as {lender.name} does")
        for source, (distance, lender, words) in best.items()
        if distance <= NEAR
    }


def _yearless(document: Document) -> dict[MonthDay, str]:
    """The days that a document names without their year, as printed."""
    return {day.first: day.words for day in _days(document) if not day.year_stated}


def _days(document: Document) -> tuple[FoundDate, ...]:
    return tuple(found for page in document.pages for found in find_dates(page.text))


def _on(day: FoundDate, published: date) -> date:
    """The day as printed or, without a year, in the year that brings it nearest to publication."""
    if day.interval:
        return day.interval.start
    near = []
    for year in (published.year - 1, published.year, published.year + 1):
        with contextlib.suppress(ValueError):  # 29 February of a common year
            near.append(day.in_year(year).start)
    return min(near, key=lambda one: abs(one - published), default=date.min)


def _month(day: date) -> Interval:
    return Interval(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def _runs(document: Document) -> frozenset[int]:
    """The runs of words of a document, as hashes, which take less memory."""
    words = _WORD.findall(" ".join(page.text for page in document.pages).lower().replace("’", "").replace("'", ""))
    return frozenset(hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1))
