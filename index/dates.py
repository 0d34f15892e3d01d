"""Dates as documents print them: days, ranges and lists of days, months with a year.

`date_pieces` finds "27 January" and "7 February 2025"; here pieces that a connecting word joins become one date.
Bare years are no dates.  Periods as questions state them ("late 2022", "last year", "2018/19")
are not read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from index.date_pieces import JOIN, MonthDay, Piece, S, find_pieces
from index.records import Interval


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date printed at `text[start:end]`, which is `words`.

    `first` and `last` are the month and day of its ends, set for every date.  `interval` is None, and
    `year_stated` False, where the text states no year ("4 July").
    """

    interval: Interval | None
    start: int
    end: int
    words: str
    year_stated: bool
    first: MonthDay
    last: MonthDay

    def in_year(self, year: int) -> Interval:
        """The interval if it ends in `year` (2-9999).  ValueError: that year has no such day."""
        begins = year if self.first <= self.last else year - 1
        return Interval(date(begins, *self.first), date(year, *self.last))


_CONNECTOR = re.compile(JOIN, re.IGNORECASE)
_AND = re.compile(rf"{S}*(?:and|or|[&/])", re.IGNORECASE)
_LIST_GAP = timedelta(days=120)  # "5 December 2022 and 14 February 2023" is one event; years apart are two
_NO_YEAR = 2000  # stands in where none is stated: a leap year, so that 29 February can be held
_RANGE_LIMIT = timedelta(days=6 * 366)


def find_dates(text: str) -> tuple[FoundDate, ...]:
    """The dates printed in `text`, in order, none overlapping.  A range or list of days is one date.

    A day without a year is found too ("4 July"), a month without a year is not.  Impossible dates ("31 February
    2019") are left out.
    """
    pieces = find_pieces(text)
    _years_backwards(text, pieces)
    _years_forwards(text, pieces)
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _belongs(text, groups[-1][-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return tuple(_found(text, group) for group in groups if not (group[0].whole_month and group[0].year is None))


def _years_backwards(text: str, pieces: list[Piece]) -> None:
    """Give a piece without a year the year of the piece that it is joined to: "27 January to 7 February 2025"."""
    for at in range(len(pieces) - 2, -1, -1):
        piece, after = pieces[at], pieces[at + 1]
        if piece.year is None and after.year is not None and _connected(text, piece, after):
            year = after.year if piece.first <= after.first else after.year - 1
            pieces[at] = piece.in_year(year) or piece


def _years_forwards(text: str, pieces: list[Piece]) -> None:
    """The same the other way: "2 March 2020 to 13 March"; not after "and", which may begin something else."""
    for at in range(1, len(pieces)):
        before, piece = pieces[at - 1], pieces[at]
        if piece.year is None and before.year is not None and _connected(text, before, piece):
            if _AND.match(text[before.end : piece.start]) or piece.first < before.last:
                continue
            pieces[at] = piece.in_year(before.year) or piece


def _connected(text: str, before: Piece, after: Piece) -> bool:
    return bool(_CONNECTOR.fullmatch(text, before.end, after.start))


def _belongs(text: str, before: Piece, after: Piece) -> bool:
    """Whether two neighbours are one date: joined by a connecting word, in order, and not too far apart."""
    if not _connected(text, before, after) or (before.year is None) != (after.year is None):
        return False
    if before.year is None or after.year is None:
        over_new_year = before.last[0] >= 10 and after.first[0] <= 3 and not _AND.match(text[before.end : after.start])
        in_order = before.last < after.first or over_new_year
        return in_order and not before.whole_month and not after.whole_month
    apart = date(after.year, *after.first) - date(before.year, *before.last)
    limit = _LIST_GAP if _AND.match(text[before.end : after.start]) else _RANGE_LIMIT
    return timedelta(0) < apart <= limit


def _found(text: str, group: list[Piece]) -> FoundDate:
    first, last = group[0], group[-1]
    stated = first.year is not None and last.year is not None
    begins, ends = date(first.year or _NO_YEAR, *first.first), date(last.year or _NO_YEAR, *last.last)
    if last.week:
        ends += timedelta(days=6)
    words = text[first.start : last.end]
    interval = Interval(begins, ends) if stated else None
    return FoundDate(interval, first.start, last.end, words, stated, (begins.month, begins.day), (ends.month, ends.day))
