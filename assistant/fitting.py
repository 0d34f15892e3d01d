"""Which documents fit a period of a question, by when they were published or by when the inspection took place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.interpret.periods import Basis, Period, Relation
from assistant.words import join_words
from index.catalogue import StoredDocument
from index.records import How, Interval

Documents = Sequence[StoredDocument]
SLACK = timedelta(days=14)  # an inferred publication date may be this far off
LAG = timedelta(days=125)  # reports are published a median of 42 days after the inspection, hardly ever later than this
_PREPOSITION = re.compile(
    r"(?:in|on|at|by|since|before|after|until|between|from|during|last|this|as|back|of|over)\b", re.I
)

_JOINS = re.compile(r"^(?:between|from|and|or|to|vs?\.?|versus|compared (?:to|with))\s+(?:in\s+)?(?=\w)", re.I)
_LEADS_IN = re.compile(
    r"^(?:(?:and|or|to|v|vs|versus|compared|with|between|in|during|for|at|on|of|from|by|over|within)\b[\s.]*)+"
    r"(?:the\s+)?(?!last\b|past\b)",
    re.I,
)


def fitting(period: Period, held: Documents) -> tuple[Documents, Documents]:
    """Documents that fit the period by the event meant, and those that fit it only by the other one."""
    published = [d for d in held if meets(d.description.published, period.interval)]
    inspected = [d for d in held if meets(d.description.inspected, period.interval)]
    if _narrow(period) and not published and period.basis is not Basis.INSPECTED:
        published = [d for d in held if _about_published(d, period.interval)]
    if period.basis is Basis.PUBLISHED:
        return published, () if published else inspected
    if period.basis is Basis.INSPECTED and inspected:
        return inspected, published
    if published or inspected:
        return (published, inspected) if period.basis is Basis.ANY else ((), published)
    return (), [
        d for d in held if _narrow(period) and not d.description.inspected and _shortly_after(d, period.interval)
    ]


def _narrow(period: Period) -> bool:
    return (period.interval.end - period.interval.start).days < 200


def _about_published(document: StoredDocument, interval: Interval) -> bool:
    """Whether an inferred publication date lies close enough to the interval to be the one meant."""
    when = document.description.published
    evidence = document.description.evidence.get("published")
    inferred = evidence is not None and evidence.how is How.INFERRED
    return inferred and when is not None and meets(Interval(when.start - SLACK, when.end + SLACK), interval)


def meets(one: Interval | None, other: Interval) -> bool:
    """Whether two periods share a day; None shares none."""
    return one is not None and one.start <= other.end and other.start <= one.end


def _shortly_after(document: StoredDocument, interval: Interval) -> bool:
    when = document.description.published
    if when is None or interval.end > date.max - LAG:
        return False
    return interval.start <= when.start <= interval.end + LAG


def by_publication(document: StoredDocument) -> tuple[date, str]:
    """A key that sorts documents from the first published to the last, undated ones before all."""
    published = document.description.published
    return (published.start if published else date.min, document.source)


def published_by(document: StoredDocument, day: date) -> bool:
    """Whether a document was out by the end of a day; an undated one is not taken to be."""
    when = document.description.published
    return when is not None and when.start <= day


def in_words(period: Period) -> str:
    """A period with a preposition: "in 2019", "since March 2020"."""
    words = period.words.strip(" ,.?")
    if period.relation is Relation.IN:  # a point of several: "between 2012", "and 2022"
        words = _JOINS.sub("", words)
    return words if _PREPOSITION.match(words) or words.endswith("ago") else f"in {words}"


def bare_words(period: Period) -> str:
    """A period as it was asked for, without the words that only lead in to it."""
    words = " ".join(period.words.split()).strip(" ,.?")
    return words if period.relation is Relation.BETWEEN else _LEADS_IN.sub("", words)


def dates_held(held: Documents) -> str:
    """The years in which documents were published, for a reason why there is no answer."""
    years = sorted({d.description.published.start.year for d in held if d.description.published})
    undated = sum(1 for d in held if not d.description.published)
    if not years:
        return "the documents held are undated" if undated else "no documents are held"
    text = join_words([str(year) for year in years]) if len(years) <= 12 else f"{years[0]} to {years[-1]}"
    return f"held are documents published in {text}" + (f" and {undated} undated" if undated else "")
