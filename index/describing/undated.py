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
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from index.audience import Audience, lends
from index.dates import FoundDate, find_dates
from index.records import Description, Document, Evidence, How, Interval
from index.voicewords import INSPECTORATES

RUN = 8  # words in a row that two documents must share to count as the same words
ENOUGH = 3  # runs shared, at least
NEAR = timedelta(days=62)  # a day named without its year lies this near to publication
_WORD = re.compile(r"[a-z0-9]+")
_LENT = re.compile(r"(?:^shares its words with |, as )(?P<source>.+) \(\d{1,2} \w+ \d{4}\)(?: does)?$", re.S)
UNNAMED = "was written about the time of another document"


@dataclass(frozen=True)
class _Dated:
    """A document with its date, which others may share; its days are read once, when first asked for."""

    document: Document
    published: date
    authorities: frozenset[str]
    audience: Audience

    @cached_property
    def days(self) -> tuple[FoundDate, ...]:
        return _days(self.document)

    @property
    def name(self) -> str:
        return f"{self.document.source} ({self.published:%-d %B %Y})"

    def may_date(self, description: Description) -> bool:
        """Whether it is about the same authority and read by all who read the other: evidence tells what is in it."""
        same = not self.authorities.isdisjoint(description.authorities)
        return same and lends(self.audience, description.audience)


def date_undated(described: Sequence[tuple[Document, Description]]) -> dict[str, Description]:
    """The descriptions by source; undated ones take an inferred date where the evidence gives one.

    An inspectorate's report is left as it is: what quotes it says nothing certain of when it came out.  Nothing is
    taken from a document that not all may read who may read the undated one.
    """
    found = {document.source: description for document, description in described}
    undated = [pair for pair in described if not pair[1].published and pair[1].publisher not in INSPECTORATES]
    dated = [
        _Dated(document, description.published.start, frozenset(description.authorities), description.audience)
        for document, description in described
        if description.published
    ]
    for (document, description), likest in zip(undated, _likest(undated, dated), strict=True):
        guess = likest or _by_shared_day(document, [other for other in dated if other.may_date(description)])
        if guess:
            day, words = guess
            evidence = {**description.evidence, "published": Evidence(How.INFERRED, words)}
            found[document.source] = replace(description, published=_month(day), evidence=evidence)
    return found


def without_lender(description: Description, hidden: Collection[str]) -> Description:
    """The description, in whose evidence no document of `hidden` is named as the one that lent it a date."""
    said = description.evidence.get("published")
    lender = _LENT.search(said.words) if said and said.how is How.INFERRED else None
    if said is None or lender is None or lender["source"] not in hidden:
        return description
    return replace(description, evidence={**description.evidence, "published": replace(said, words=UNNAMED)})


def _likest(undated: Sequence[tuple[Document, Description]], dated: Sequence[_Dated]) -> list[tuple[date, str] | None]:
    """For each undated document the date of the one that shares most runs of words with it, and what says so.

    Every document is gone through once, however many there are: only the runs of the undated ones are held.
    """
    owners: dict[int, list[int]] = {}
    for place, (document, _) in enumerate(undated):
        for run in _runs(document):
            owners.setdefault(run, []).append(place)
    best: list[tuple[int, _Dated | None]] = [(ENOUGH - 1, None)] * len(undated)
    for other in dated if undated else ():
        shared = Counter(place for run in _runs(other.document) for place in owners.get(run, ()))
        for place, count in shared.items():
            if count > best[place][0] and other.may_date(undated[place][1]):
                best[place] = (count, other)
    return [(other.published, f"shares its words with {other.name}") if other else None for _, other in best]


def _by_shared_day(document: Document, dated: Sequence[_Dated]) -> tuple[date, str] | None:
    """A day without its year ("took over on 1 July") that a dated document about the same authority also names."""
    named = {day.first: day.words for day in _days(document) if not day.year_stated}
    shared = [
        (abs(_on(day, other.published) - other.published), other, named[day.first])
        for other in dated
        for day in (other.days if named else ())
        if day.first in named
    ]
    distance, other, words = min(shared, key=lambda item: item[0], default=(NEAR, None, ""))
    if other is None or distance > NEAR:
        return None
    return other.published, f"names {words}, as {other.name} does"


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
