"""Infers when an undated document was published, from dated ones that share its words.  Never guesses "today".

A press article repeats a council's statement, a digest repeats both: a document that shares whole runs of words with
a dated one, or names the same day and month that a dated one about the same authority gives with its year, was
written about that time.  The inference is a month, carries its evidence, and is marked as inferred.
"""

from __future__ import annotations

import calendar
import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from index.dates import FoundDate, find_dates
from index.records import Description, Document, Evidence, How, Interval
from index.voices import INSPECTORATES

RUN = 8  # words in a row that two documents must share to count as the same words
ENOUGH = 3  # runs shared, at least
NEAR = timedelta(days=62)  # a day named without its year lies this near to publication
_WORD = re.compile(r"[a-z0-9]+")


def date_undated(described: Sequence[tuple[Document, Description]]) -> dict[str, Description]:
    """The descriptions by source; undated ones take an inferred date where the evidence gives one."""
    dated = [(document, description) for document, description in described if description.published]
    found = {}
    for document, description in described:
        guess = None if description.published or description.publisher in INSPECTORATES else _infer(document, description, dated)
        if guess:
            interval, words = guess
            evidence = {**description.evidence, "published": Evidence(How.INFERRED, words)}
            description = replace(description, published=interval, evidence=evidence)
        found[document.source] = description
    return found


def _infer(
    document: Document, description: Description, dated: Sequence[tuple[Document, Description]]
) -> tuple[Interval, str] | None:
    same = [(d, s) for d, s in dated if set(s.authorities) & set(description.authorities)]
    return _by_shared_words(document, same) or _by_shared_day(document, same)


def _by_shared_words(
    document: Document, dated: Sequence[tuple[Document, Description]]
) -> tuple[Interval, str] | None:
    own = _runs(document)
    shared = [(len(own & _runs(other)), other, about) for other, about in dated]
    count, other, about = max(shared, key=lambda item: item[0], default=(0, None, None))
    if other is None or about is None or about.published is None or count < ENOUGH:
        return None
    return _month(about.published.start), f"shares its words with {other.source} ({about.published.start:%-d %B %Y})"


def _by_shared_day(document: Document, dated: Sequence[tuple[Document, Description]]) -> tuple[Interval, str] | None:
    """A day without its year ("took over on 1 July") that a dated document about the same authority also names."""
    days = {day.first: day.words for day in _dates(document) if not day.year_stated}
    best: tuple[int, Interval, str] | None = None
    for other, about in dated:
        assert about.published is not None
        published = about.published.start
        for day in _dates(other):
            distance = abs((_on(day, published) - published).days)
            if day.first in days and distance <= NEAR.days and (best is None or distance < best[0]):
                words = f"names {days[day.first]}, as {other.source} ({published:%-d %B %Y}) does"
                best = (distance, _month(published), words)
    return (best[1], best[2]) if best else None


def _dates(document: Document) -> list[FoundDate]:
    return [found for page in document.pages for found in find_dates(page.text)]


def _on(day: FoundDate, published: date) -> date:
    """The day as printed or, without a year, in the year that brings it nearest to publication."""
    if day.interval:
        return day.interval.start
    near = []
    for year in (published.year - 1, published.year, published.year + 1):
        with contextlib.suppress(ValueError):  # 29 February of a common year
            near.append(day.in_year(year).start)
    return min(near, key=lambda one: abs((one - published).days), default=date.min)


def _month(day: date) -> Interval:
    return Interval(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def _runs(document: Document) -> set[tuple[str, ...]]:
    words = _WORD.findall(" ".join(page.text for page in document.pages).lower().replace("’", "").replace("'", ""))
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
