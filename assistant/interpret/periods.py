"""Periods as questions state them: which stretch of time, how the question stands to it, and of what event.

`period_forms` finds "late 2022", `period_cues` reads the words around it; here the two become Periods, and pairs
become ranges or points to compare.  Which documents fit a period is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.interpret.period_anchors import Anchor, find_anchor
from assistant.interpret.period_cues import (
    Basis,
    Rank,
    Relation,
    asks_for_each,
    basis_of,
    names_event,
    rank_of,
    relation_of,
)
from assistant.interpret.period_forms import Form, find_forms
from index.records import Interval

__all__ = [
    "Anchor",
    "Basis",
    "Period",
    "PeriodReading",
    "Rank",
    "Relation",
    "read_periods",
    "shifted",
    "stretched",
    "strip",
]


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a question: `words` is `question[start:end]`, with the preposition that belongs to it.

    `interval` is closed; an open end is `date.min` or `date.max`, and for AS_OF it runs up to the day named.
    `inferred` is True where the time was worked out from today ("in July", "last year") or from an inspection:
    `event` then says which.
    """

    interval: Interval
    words: str
    start: int
    end: int
    relation: Relation = Relation.IN
    basis: Basis = Basis.ANY
    inferred: bool = False
    event: str = ""

    @property
    def shown(self) -> str:
        """The words, with the inspection that they were found to mean."""
        return f"{self.words} ({self.event})" if self.event else self.words


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """What a question says of time.  `periods` are in order and do not overlap.

    `each`: the periods are points to be compared; with no periods, the inspections that `rank` counts from the
    latest back.  `rank_words` is the (start, end) of the words that gave the rank, None where there is none.
    `anchor` is a time told by an inspection, which becomes a period once the documents held are known.
    """

    periods: tuple[Period, ...] = ()
    rank: Rank = Rank.NONE
    each: bool = False
    rank_words: tuple[int, int] | None = None
    anchor: Anchor | None = None

    @property
    def is_stated(self) -> bool:
        """Whether the question says anything of time."""
        return bool(self.periods or self.anchor or self.rank is not Rank.NONE)


def read_periods(question: str, today: date) -> PeriodReading:
    """The periods that `question` states; `today` (any day) resolves "last year" and days without a year."""
    periods: list[Period] = []
    anchor = find_anchor(question)
    forms = [f for f in find_forms(question, today) if not anchor or f.end <= anchor.start or f.start >= anchor.end]
    each = False
    while forms:
        if len(forms) > 1 and (pair := _pair(question, forms[0], forms[1])):
            periods.extend(pair)
            forms = forms[2:]
        else:
            periods.append(_single(question, forms[0]))
            forms = forms[1:]
    points = [period for period in periods if period.relation is Relation.IN]
    if len(points) > 1:
        each = asks_for_each(question, points[-1].end)
    rank, rank_words, several = rank_of(_without(question, periods))
    return PeriodReading(tuple(periods), rank, each or (several and not periods), rank_words, anchor)


def shifted(question: str, before: PeriodReading) -> PeriodReading | None:
    """The period of an earlier question a year on or back, where `question` says "the year before" or the like.

    None: it does not, or the earlier question has not one closed period.
    """
    match = _YEAR_BY.search(question)
    if match is None or len(before.periods) != 1:
        return None
    years = 1 if match["after"] else -1
    one = before.periods[0].interval
    if one.start.year <= 1 or one.end.year >= date.max.year:
        return None
    moved = Interval(_years_on(one.start, years), _years_on(one.end, years))
    return PeriodReading((Period(moved, match[0], *match.span(), inferred=True),))


def stretched(question: str, reading: PeriodReading) -> PeriodReading:
    """The two ends of "between 2018 and 2023" or "from 2018 to 2023", kept apart to be compared, as one stretch."""
    if len(reading.periods) != 2 or not _OPENED.match(reading.periods[0].words):
        return reading
    one, other = reading.periods
    if other.relation is not Relation.IN or one.interval.start > other.interval.end:
        return reading
    hull = Interval(one.interval.start, other.interval.end)
    words = question[one.start : other.end]
    whole = Period(hull, words, one.start, other.end, Relation.BETWEEN, one.basis, one.inferred or other.inferred)
    return replace(reading, periods=(whole,), each=False)


_OPENED = re.compile(r"\W*(?:between|from)\b", re.IGNORECASE)


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def strip(question: str, reading: PeriodReading) -> str:
    """`question` without the words of its periods; only spaces and punctuation left dangling go with them."""
    rest = _without(question, reading.periods)
    for pattern, by in _TIDY:
        rest = pattern.sub(by, rest)
    return rest


_TIDY = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\(\s*[,;:]?\s*\)"), ""),
    (re.compile(r"\(\s+"), "("),
    (re.compile(r"\s+(?=[?.,;:!)])"), ""),
    (re.compile(r"[,;:]+(?=[?.!,;:)])"), ""),
    (re.compile(r"^[\s,;:–—-]+|[\s,;:–—-]+$"), ""),
    (re.compile(r"\s{2,}"), " "),
)
_YEAR_BY = re.compile(
    r"\b(?:in )?the (?:(?:previous|preceding|prior) year|year (?:before|earlier)(?!\s+(?:the|last)))\b"
    r"|(?P<after>\b(?:in )?the (?:(?:following|next) year|year (?:after|later)(?!\s+the))\b)",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*(?:[-–—]|\b(?:to|until|till|through|up\s+to)\b)\s*(?:the\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s*,?\s*(?:\band\b|&|\bor\b)\s+(?:(?:in|the)\s+)*", re.IGNORECASE)
_VERSUS = re.compile(
    r"\s*,?\s*(?:\bv\b|\bvs\b\.?|\bversus\b|(?:\band\s+)?\bcompared\s+(?:to|with)\b)\s+(?:(?:in|the)\s+)*", re.I
)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:the\s+)?$", re.IGNORECASE)


def _without(question: str, periods: tuple[Period, ...] | list[Period]) -> str:
    """The question with every period blanked out: offsets of the rest stay as they were."""
    for period in periods:
        question = question[: period.start] + " " * (period.end - period.start) + question[period.end :]
    return question


def _single(question: str, form: Form) -> Period:
    relation, start, end = relation_of(question, form.start, form.end)
    basis = basis_of(question, form.start, form.end, form.is_narrow)
    if relation is Relation.AS_OF and basis is Basis.ANY:
        basis = Basis.PUBLISHED  # what was known on a day is what was out by then
    interval = _seen_from(form.interval, relation)
    if relation is Relation.AFTER and names_event(question, form.end):
        interval = Interval(form.interval.start, date.max)  # "after the 2019 inspection" begins somewhere in 2019
    return Period(interval, question[start:end], start, end, relation, basis, form.inferred, form.event)


def _seen_from(interval: Interval, relation: Relation) -> Interval:
    """The interval that a relation makes of the period's own."""
    day = timedelta(days=1)
    if relation is Relation.SINCE:
        return Interval(interval.start, date.max)
    if relation is Relation.BEFORE:
        return Interval(date.min, interval.start - day)
    if relation is Relation.AFTER:
        return Interval(interval.end + day, date.max)
    if relation in {Relation.UNTIL, Relation.AS_OF}:
        return Interval(date.min, interval.end)
    return interval


def _pair(question: str, one: Form, other: Form) -> tuple[Period, ...] | None:
    """Two neighbouring forms that belong together: a range, or two points.  None: each stands for itself."""
    gap = question[one.end : other.start]
    between, since = _BETWEEN.search(question[: one.start]), _FROM.search(question[: one.start])
    opened = between or since
    is_range = bool(_TO.fullmatch(gap) or (between and _AND.fullmatch(gap)))
    if not is_range and not (_AND.fullmatch(gap) or _VERSUS.fullmatch(gap)):
        return None
    start = opened.start() if is_range and opened else one.start
    basis = basis_of(question, one.start, other.end, one.is_narrow)
    if is_range and one.interval.start <= other.interval.end and not asks_for_each(question, other.end):
        hull = Interval(one.interval.start, other.interval.end)
        words = question[start : other.end]
        return (Period(hull, words, start, other.end, Relation.BETWEEN, basis, one.inferred or other.inferred),)
    first = _single(question, one)
    if is_range:
        first = replace(first, start=start, relation=Relation.IN, interval=one.interval)
    joined_at = one.end + len(gap) - len(gap.lstrip())
    second = Period(other.interval, "", joined_at, other.end, basis=basis, inferred=other.inferred)
    first = replace(
        first, words=question[first.start : one.end], end=one.end, basis=max(first.basis, basis, key=_weight)
    )
    if first.relation is not Relation.IN:
        return None
    return first, replace(second, words=question[second.start : second.end])


def _weight(basis: Basis) -> bool:
    return basis is not Basis.ANY
