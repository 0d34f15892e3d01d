"""The pieces that printed dates are made of: days of one month, a month, a numeric date.

Joining pieces into ranges, and the public records, live in `dates`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

MonthDay = tuple[int, int]

MONTHS = {
    key: number
    for number in range(1, 13)
    for key in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}

S = r"[\s\u00ad]"
DASH = r"[-‐‑‒–—−\x02\ufffe]"
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
JOIN = rf"(?:{S}*(?:{DASH}|[&/]){S}*|{S}+(?:to|and|or|until|till|through)(?:{S}+(?:on|the))?{S}+)"


@dataclass(frozen=True, slots=True)
class Piece:
    """Days of one month, from `first` to `last` (month, day).  `year` is None where none is printed.

    `week` says that `first` is the day on which a whole week begins ("w/c 24 February 2020").
    """

    start: int
    end: int
    first: MonthDay
    last: MonthDay
    year: int | None
    whole_month: bool = False
    week: bool = False

    def in_year(self, year: int) -> Piece | None:
        """The piece in `year`; None where that year has no such day."""
        if self.whole_month:
            return replace(self, year=year, last=(self.last[0], calendar.monthrange(year, self.last[0])[1]))
        return replace(self, year=year) if _exists(self.first, year) and _exists(self.last, year) else None


def find_pieces(text: str) -> list[Piece]:
    """The pieces in order, none overlapping.  An impossible date hides the pieces that it contains."""
    found = sorted(_candidates(text), key=lambda c: (c[0], -c[1]))
    pieces, taken = [], 0
    for start, end, piece in found:
        if start < taken:
            continue
        taken = end
        if piece is not None:
            pieces.append(piece)
    return pieces


_WEEKDAY = rf"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?[.,]?{S}+)?"
_NUMBER = rf"(?:0?[1-9]|[12]\d|3[01])(?:{S}?(?:st|nd|rd|th)\b)?"
_DAY = rf"{_WEEKDAY}{_NUMBER}"
_DAYS = rf"{_DAY}(?:(?:{JOIN}|,{S}+){_DAY})*"
_YEAR = r"(?P<year>(?:19|20)\d\d(?!\d\d)|['’]\d\d(?!\d))"  # a footnote's digit may be glued to the year
_DAY_MONTH = re.compile(
    rf"(?<![\w/£$])(?<!\d[.,])(?<!section\s)(?<!paragraph\s)(?<!aged\s)(?<!page\s)"
    rf"(?P<week>(?:w/?c|week{S}+(?:commencing|beginning)|week{S}+of)\.?{S}+)?"
    rf"(?P<days>{_DAYS}){S}*(?:of{S}+)?(?P<month>{MONTH})\b\.?(?:,?{S}*{_YEAR})?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{MONTH})\b\.?{S}+(?P<days>{_NUMBER})(?!\d|[/%.]\d)"
    rf"(?:,?{S}+{_YEAR}|(?=,?{S}*$|[.;:),]|{S}+(?:and|to|a|the|in|at|for|as|when|who|with)\b))",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{MONTH})\b\.?(?:,?{S}+(?:of{S}+)?{_YEAR})?", re.IGNORECASE)
_HYPHENATED = re.compile(rf"(?<![\w-])(\d{{1,2}})([-/])({MONTH})\2(\d{{4}}|\d\d)(?!\w)", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\d/]|[.-]\d)")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)([-/])(\d\d)\2(\d\d)(?![\d/]|[.-]\d)")
_DIGITS = re.compile(r"\d+")
_ALSO_WORDS = {"may", "march", "mar", "sep", "dec", "jan", "jun", "oct"}  # in lower case dates only with a year

_Candidate = tuple[int, int, Piece | None]


def _candidates(text: str) -> Iterator[_Candidate]:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            if not _is_word(match):
                yield _days(match)
    for match in _MONTH_YEAR.finditer(text):
        if not _is_word(match):
            month = MONTHS[match["month"].lower()]
            piece = Piece(*match.span(), (month, 1), (month, 31), None, whole_month=True)
            yield *match.span(), _dated(piece, match["year"])
    for match in _HYPHENATED.finditer(text):
        yield _numeric(match, match[4], MONTHS[match[3].lower()], int(match[1]))
    for match in _DAY_FIRST.finditer(text):
        if match[2] == "/" or len(match[4]) == 4:
            yield _numeric(match, match[4], int(match[3]), int(match[1]))
    for match in _YEAR_FIRST.finditer(text):
        yield _numeric(match, match[1], int(match[3]), int(match[4]))


def _is_word(match: re.Match[str]) -> bool:
    return match["year"] is None and match["month"] in _ALSO_WORDS


def _days(match: re.Match[str]) -> _Candidate:
    """A list or range of days of one month; where the days do not ascend, only the last belongs to the month."""
    month = MONTHS[match["month"].lower()]
    numbers = list(_DIGITS.finditer(match["days"]))
    days = [int(number[0]) for number in numbers]
    start = match.start()
    if any(a >= b for a, b in pairwise(days)):
        start = match.start("days") + numbers[-1].start()
        days = days[-1:]
    week = bool(match.groupdict().get("week")) and len(days) == 1
    piece = Piece(start, match.end(), (month, days[0]), (month, days[-1]), None, week=week)
    return start, match.end(), _dated(piece, match["year"])


def _numeric(match: re.Match[str], year: str, month: int, day: int) -> _Candidate:
    piece = Piece(*match.span(), (month, day), (month, day), None)
    return *match.span(), _dated(piece, year)


def _dated(piece: Piece, year: str | None) -> Piece | None:
    """The piece with its printed year; None where it names no real day."""
    if year is None:
        return piece if _exists(piece.first, 2000) and (piece.whole_month or _exists(piece.last, 2000)) else None
    return piece.in_year(full_year(year))


def full_year(printed: str) -> int:
    """ "2019", "19" or "'19" as a year; two digits are of this century."""
    digits = printed.lstrip("'’‘")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _exists(month_day: MonthDay, year: int) -> bool:
    month, day = month_day
    return 1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= calendar.monthrange(year, month)[1]
