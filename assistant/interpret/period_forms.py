"""The forms in which a question names a stretch of time: a table of patterns, the more specific first.

What each form means is in `period_meanings`; what the words around it make of it ("since", "published in") is read
in `periods`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from assistant.interpret import period_meanings as means
from assistant.interpret.period_named import find_named
from index.date_pieces import MONTH, full_year
from index.dates import FoundDate, find_dates
from index.records import Interval


@dataclass(frozen=True, slots=True)
class Form:
    """A stretch of time named at `question[start:end]`.  `inferred`: worked out from today, not stated.

    `event`: what a stretch that goes by a name is taken to be.
    """

    start: int
    end: int
    interval: Interval
    inferred: bool = False
    event: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether it is named more closely than by the year."""
        return (self.interval.end - self.interval.start).days < 200


def find_forms(question: str, today: date) -> list[Form]:
    """The stretches of time named in `question`, in order, none overlapping; `today` resolves "last year" and such."""
    accepted: list[Form] = []
    for form in _candidates(question, today):
        if all(form.end <= other.start or form.start >= other.end for other in accepted):
            accepted.append(form)
    return sorted(accepted, key=lambda form: form.start)


_Resolver = Callable[[re.Match[str], date], Interval | None]
_PLAIN_YEAR = r"(?:19[5-9]\d|20\d\d)"
_YEAR = rf"(?<![\w£$€#.,])(?P<year>{_PLAIN_YEAR})(?!\d)"
_ANY_YEAR = rf"(?P<year>{_PLAIN_YEAR}(?!\d|s\b)|['’]\d\d\b|last\s+year|this\s+year)"
_TO = r"\s*[/–—-]\s*"
_NEXT = r"(?P<next>\d{4}|\d\d)(?!\d|[/-]\d)"
_COUNT = rf"(?P<n>\d{{1,2}}|{'|'.join(sorted(means.NUMBERS, key=len, reverse=True))})"
_PARTS = (
    r"early(?:\s+in)?|later?(?:\s+in)?|mid(?:dle)?|"
    r"(?:the\s+)?(?:very\s+)?(?:start|beginning|middle|end|(?:first|second)\s+half|(?:first|last)\s+six\s+months)\s+of"
)
_STATED: tuple[tuple[str, _Resolver], ...] = (
    (rf"\b(?P<part>{_PARTS})[\s-]*(?:(?P<month>{MONTH})\b\.?,?\s+(?:of\s+)?)?{_ANY_YEAR}", means.part),
    (r"\b(?:the\s+)?(?P<part>early|mid(?:dle)?|later?)[\s-]+(?:the\s+)?(?P<year>(?:19|20)\d0)['’]?s\b",
     means.part_of_decade),
    (rf"\b(?:the\s+)?q(?P<q>[1-4])(?:\s+of|,)?\s*{_YEAR}(?:{_TO}{_NEXT})?", means.quarter),
    (rf"\b(?:the\s+)?h(?P<half>[12])(?:\s+of|,)?\s*{_YEAR}", means.half),
    (rf"{_YEAR}(?:{_TO}(?P<next>\d\d))?\s+q(?P<q>[1-4])\b", means.quarter),
    (rf"\b(?:the\s+)?(?P<q>first|second|third|fourth|last|final|1st|2nd|3rd|4th)\s+quarter(?:\s+of)?,?\s+(?:the\s+)?"
     rf"(?:(?:financial|fiscal)\s+year\s+)?{_YEAR}(?:{_TO}{_NEXT})?", means.quarter),
    (rf"\b(?:the\s+)?(?P<season>spring|summer|autumn)\s+term,?\s+(?:of\s+|in\s+)?{_YEAR}(?:{_TO}{_NEXT})?", means.term),
    (rf"\b(?:the\s+)?(?P<season>spring|summer|autumn|winter|easter|"
     rf"christmas),?\s+(?:of\s+)?{_YEAR}(?:{_TO}\d\d(?!\d))?", means.season),
    (rf"\b(?:the\s+)?(?:academic|school)\s+year\s+(?:of\s+)?{_YEAR}(?:{_TO}|\s+to\s+){_NEXT}", means.academic_year),
    (rf"(?:\bthe\s+)?{_YEAR}{_TO}{_NEXT}\s+(?:academic|school)\s+year\b", means.academic_year),
    (rf"\b(?:the\s+)?(?:financial|fiscal|tax|council|reporting)\s+year\s+(?:of\s+)?{_YEAR}(?:{_TO}|\s+to\s+){_NEXT}",
     means.financial_year),
    (rf"(?:\bthe\s+)?{_YEAR}{_TO}{_NEXT}\s+(?:financial|fiscal|tax)\s+year\b", means.financial_year),
    (rf"\bfy\s*(?P<year>{_PLAIN_YEAR}|\d\d){_TO}{_NEXT}", means.financial_year),
    (rf"\b(?:the\s+)?year\s+(?:to|ending|ended)\s+(?:the\s+)?(?:end\s+of\s+|31(?:st)?\s+)?(?P<month>{MONTH})\s+{_YEAR}",
     means.year_ending),
    (rf"\bfy\s*(?P<year>{_PLAIN_YEAR}|\d\d)(?!\d)(?P<month>)", means.year_ending),
    (rf"(?:\b(?:the\s+)?years?\s+)?{_YEAR}\s*/\s*{_NEXT}", means.financial_year),
    (rf"(?:\b(?:the\s+)?years?\s+)?{_YEAR}\s*[–—-]\s*(?P<next>\d\d)(?!\d|[/-]\d)", means.financial_year),
    (rf"{_YEAR}\s*[–—-]\s*{_NEXT}", means.year_range),
    (r"\b(?:the\s+)?(?P<year>(?:19|20)\d0)['’]?s\b", means.decade),
    (r"(?<=\b(?:in|fy)\s)(?P<year>\d\d)\s*/\s*(?P<next>\d\d)(?!\d|/|\s*(?:-\s*)?year)", means.short_financial_year),
)  # fmt: skip
_RELATIVE: tuple[tuple[str, _Resolver], ...] = (
    (r"\b(?:(?:over|in|within|during|for|throughout)\s+)(?P<words>the\s+(?:last|past)\s+(?P<n>)(?P<unit>year|"
     r"month|decade))\b"
     r"(?:\s+or\s+(?:so|two))?", means.window),
    (r"\b(?:more\s+)?(?P<words>recent\s+(?P<n>)(?P<unit>year|month)s)\b", means.recent),
    (r"\b(?P<which>last|this)\s+(?P<season>spring|summer|autumn|winter)\b(?!\s+term)", means.relative_season),
    (r"\b(?:the\s+)?(?P<which>)(?P<unit>year|month)(?P<before>\s+before\s+last)\b", means.relative_calendar),
    (r"\b(?P<which>last|this)\s+(?P<unit>year|month|week)\b(?P<before>)(?!\s+group)", means.relative_calendar),
    (rf"\b(?:a\s+)?{_COUNT}\s+(?P<unit>year|month|yr|mth)s?\s+(?:ago|back|earlier)\b", means.ago),
    (rf"\b(?:the\s+|these\s+)?(?:last|past|previous|preceding)\s+(?:a\s+)?{_COUNT}\s+(?P<unit>year|month|decade|"
     rf"yr|mth)s?\b"
     r"(?:\s+or\s+so)?(?!\s+old|\s+of\s+age|-old)", means.window),
    (r"\b(?:the\s+)?(?:past\s+(?P<n>)(?P<unit>year|month|decade)|last\s+decade)\b", means.window),
    (rf"\b(?P<which>in|since|during|from|until|till|before|after|by|of|last|this|the(?=\s+{MONTH}\s+(?:inspection|visit"
     rf"|report|letter|ofsted|ilacs|monitoring|focused)))\s+(?P<month>{MONTH})\b(?!\.?,?\s*['’]?\d|\s+(?:be|not|"
     rf"have)\b)",
     means.lone_month),
    (r"(?<!\w)(?P<now>(?:now|today|the\s+present(?:\s+day)?))\b", means.today),
)  # fmt: skip


def _compiled(table: tuple[tuple[str, _Resolver], ...]) -> tuple[tuple[re.Pattern[str], _Resolver], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), resolve) for pattern, resolve in table)


_STATED_FORMS, _RELATIVE_FORMS = _compiled(_STATED), _compiled(_RELATIVE)
_KEEPS_CUE = {"last", "this"}  # "last July" is a form; of "in July" only the month is

# What follows and what precedes a number that counts something, and what stands before one that is part of a name or
# a sum.  Only both together make a count: "the 2022 children's services inspection" and "Bedford 2017 care leavers" are
# years.
_COUNTED = (
    r"(?:children|kids|pupils|young|people|families|cases|referrals|staff|social\s+workers|care\s+leavers|places|"
    r"pounds|per\s+cent|percent|words|hours|days)\b"
)
_NAMED = re.compile(
    r"(?:\b(?:acts?|regulations|section|paragraph|para|page|number|no\.?|ref\.?|code|together|education)"
    r"\s*(?:of\s+)?\(?|working\s+together\s+to\s+safeguard\s+children\s+\(?|[£$€#]\s*)$",
    re.IGNORECASE,
)
_COUNTING = re.compile(
    r"\b(?:about|over|some|all|than|nearly|almost|around|approximately|up\s+to|of\s+the|those|these|are|were)\s+$",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(
    rf"(?<![\w£$€#.,/])(?<!\d[-–]){_PLAIN_YEAR}(?![-–/]?\d|\w|[,.:]\d|%|\s+(?:acts?|regulations|census|bill|order)\b)",
    re.IGNORECASE,
)
_IS_COUNTED = re.compile(rf"\s+{_COUNTED}", re.IGNORECASE)
_SHORT_YEAR = re.compile(
    r"\b(?:in|since|of|from|before|after|by|until|till|during|late|early|mid|and|to|the|for|vs)[\s-]+(?:the\s+)?"
    r"(?P<mark>['’])(?P<year>\d\d)(?!\w|%|['’]|[\s-]*year|\s*(?:and|to|or|-|–)\s*\d)",
    re.IGNORECASE,
)


def _candidates(question: str, today: date) -> Iterator[Form]:
    yield from _matches(_STATED_FORMS, question, today, inferred=False)
    for named in find_named(question):
        yield Form(named.start, named.end, named.interval, bool(named.event), named.event)
    for found in find_dates(question):
        yield from _dates(found, today)
    yield from _matches(_RELATIVE_FORMS, question, today, inferred=True)
    for match in _BARE_YEAR.finditer(question):
        before = question[: match.start()]
        counts = _IS_COUNTED.match(question, match.end()) and _COUNTING.search(before)
        if not counts and not _NAMED.search(before):
            yield Form(*match.span(), means.years(int(match[0])))
    for match in _SHORT_YEAR.finditer(question):
        if 5 <= int(match["year"]) <= today.year % 100 + 1:
            yield Form(match.start("mark"), match.end("year"), means.years(full_year(match["year"])))


def _matches(
    table: tuple[tuple[re.Pattern[str], _Resolver], ...], question: str, today: date, inferred: bool
) -> Iterator[Form]:
    for pattern, resolve in table:
        for match in pattern.finditer(question):
            interval = resolve(match, today)
            if interval is not None:
                lone = resolve is means.lone_month and match["which"].lower() not in _KEEPS_CUE
                yield Form(match.start("month") if lone else match.start(), match.end(), interval, inferred)


def _dates(found: FoundDate, today: date) -> Iterator[Form]:
    """The forms of a printed date: two where "and" joins two of them; the latest past one where no year is stated."""
    halves = re.split(r"\s+(?:and|&)\s+", found.words)
    parts = [part for half in halves for part in find_dates(half) if part.interval]
    if len(halves) == len(parts) == 2:
        starts = (found.start, found.end - len(halves[1]))
        for start, half, part in zip(starts, halves, parts, strict=True):
            if part.interval is not None:
                yield Form(start, start + len(half), part.interval)
        return
    interval = found.interval or means.latest_past(found, today)
    yield Form(found.start, found.end, interval, inferred=not found.year_stated)
