"""What each form of a period means: from the match of its pattern, and today, to an interval.

The patterns are in `period_forms`.  A resolver gives None where the match is no period after all.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from index.date_pieces import MONTHS, full_year
from index.dates import FoundDate
from index.records import Interval

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple of": 2, "three": 3, "few": 3, "several": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "eighteen": 18,
}  # fmt: skip
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_FEASTS = {"easter": (3, 2), "christmas": (12, 1)}  # first month and number of months
_YEAR_WORDS = ("year", "yr")
_TERMS = {"autumn": (9, 12), "spring": (1, 4), "summer": (4, 7)}
_QUARTERS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
}  # fmt: skip
# The first month and the number of months of a part of a year; the first and last day of a part of a month.
_OF_YEAR = {
    "early": (1, 4), "mid": (5, 4), "middle": (5, 4), "late": (9, 4), "start": (1, 3), "beginning": (1, 3),
    "later": (9, 4), "end": (10, 3), "first half": (1, 6), "second half": (7, 6), "first six months": (1, 6),
    "last six months": (7, 6),
}  # fmt: skip
_OF_MONTH = {
    "early": (1, 10), "start": (1, 10), "beginning": (1, 10), "mid": (11, 20), "middle": (11, 20), "late": (21, 31),
    "later": (21, 31), "end": (21, 31), "first half": (1, 15), "second half": (16, 31),
}  # fmt: skip


RECENT_YEARS = 5
_ENDS_NOW = re.compile(
    r"\bas\s+(?:of|at)\s+$|\b(?:between|from)\b[^?.]*\d[^?.]*\b(?:and|to|until|till|up\s+to)\s+$|\d\s*[-–]\s*$",
    re.IGNORECASE,
)


def years(first: int, last: int | None = None) -> Interval:
    """The whole years from `first` to `last` (1-9999), or the one year."""
    return Interval(date(first, 1, 1), date(first if last is None else last, 12, 31))


def months(year: int, first: int, count: int = 1) -> Interval:
    """`count` whole months from month `first` (1-12) of `year` on."""
    ends, month = year + (first + count - 2) // 12, (first + count - 2) % 12 + 1
    return Interval(date(year, first, 1), date(ends, month, calendar.monthrange(ends, month)[1]))


def latest_past(found: FoundDate, today: date) -> Interval:
    """The latest such days that began on or before today (29 February may lie some years back)."""
    for year in range(today.year, today.year - 9, -1):
        try:
            interval = found.in_year(year)
        except ValueError:
            continue
        if interval.start <= today:
            return interval
    return Interval(today, today)


def part(match: re.Match[str], today: date) -> Interval | None:
    """ "late 2022", "the end of last year", "early July 2019"."""
    year = _year_named(match["year"], today)
    named = re.sub(r"^(?:the )?(?:very )?| (?:of|in)$", "", " ".join(match["part"].lower().split()))
    if not match["month"]:
        return months(year, *_OF_YEAR[named])
    if named not in _OF_MONTH:
        return None
    whole = months(year, MONTHS[match["month"].lower()])
    first, last = _OF_MONTH[named]
    return Interval(whole.start.replace(day=first), whole.start.replace(day=min(last, whole.end.day)))


def _year_named(words: str, today: date) -> int:
    if words[-1].isdigit():
        return full_year(words)
    return today.year - (words.lower().startswith("last"))


def quarter(match: re.Match[str], _: date) -> Interval | None:
    """ "Q2 2019" of the calendar year; "Q2 2019/20" of the financial year."""
    number = _QUARTERS.get(match["q"].lower()) or int(match["q"])
    year = int(match["year"])
    if not match["next"]:
        return months(year, 3 * number - 2, 3)
    return months(year + (number == 4), (3 * number) % 12 + 1, 3)


def season(match: re.Match[str], _: date) -> Interval | None:
    named = match["season"].lower()
    first, count = _FEASTS.get(named) or (_SEASONS[named], 3)
    return months(int(match["year"]), first, count)


def half(match: re.Match[str], _: date) -> Interval | None:
    """ "H1 2019": the first six months of the calendar year."""
    return months(int(match["year"]), 6 * int(match["half"]) - 5, 6)


def part_of_decade(match: re.Match[str], _: date) -> Interval | None:
    """ "the early 2010s": its first four years; "late": its last three."""
    first = int(match["year"])
    begins, ends = {"e": (0, 3), "m": (4, 6), "l": (7, 9)}[match["part"][0].lower()]
    return years(first + begins, first + ends)


def short_financial_year(match: re.Match[str], today: date) -> Interval | None:
    """ "in 18/19"."""
    return _spanning(match, 4) if 5 <= int(match["year"]) <= today.year % 100 + 1 else None


def recent(match: re.Match[str], today: date) -> Interval | None:
    """ "in recent years": the last five; "in recent months": the last twelve."""
    month = _month_back(today, {"year": RECENT_YEARS * 12, "month": 12}[match["unit"].lower()])
    return Interval(month.start.replace(day=min(today.day, month.end.day)), today)


def today(match: re.Match[str], now: date) -> Interval | None:
    """ "as of today", "between 2019 and now": the day itself, where it is the end of something."""
    before = match.string[: match.start()]
    return Interval(now, now) if _ENDS_NOW.search(before) else None


def relative_season(match: re.Match[str], today: date) -> Interval | None:
    """ "last summer": the latest one that is over; "this summer": this year's."""
    first = _SEASONS[match["season"].lower()]
    if match["which"].lower() == "this":
        return months(today.year, first, 3)
    over = (months(year, first, 3) for year in (today.year, today.year - 1, today.year - 2))
    return next(season for season in over if season.end < today)


def term(match: re.Match[str], _: date) -> Interval | None:
    named = match["season"].lower()
    first, last = _TERMS[named]
    year = int(match["year"]) + (bool(match["next"]) and named != "autumn")  # of 2021/22, the spring is in 2022
    return months(year, first, last - first + 1)


def academic_year(match: re.Match[str], _: date) -> Interval | None:
    return _spanning(match, 9)


def financial_year(match: re.Match[str], _: date) -> Interval | None:
    return _spanning(match, 4)


def _spanning(match: re.Match[str], month: int) -> Interval | None:
    """A year of twelve months from `month` on, where the two years named follow each other."""
    year = full_year(match["year"])
    follows = match["next"] and int(match["next"]) % 100 == (year + 1) % 100
    return months(year, month, 12) if follows else None


def year_ending(match: re.Match[str], _: date) -> Interval | None:
    """ "FY19" and "the year to March 2019": the twelve months that end there."""
    month = MONTHS[match["month"].lower()] if match["month"] else 3
    end = months(full_year(match["year"]), month).end
    return Interval(months(end.year - 1, month).end + timedelta(days=1), end)


def year_range(match: re.Match[str], _: date) -> Interval | None:
    """ "2018-2021" and "2018-21"."""
    first = int(match["year"])
    last = int(match["next"]) if len(match["next"]) == 4 else first // 100 * 100 + int(match["next"])
    return years(first, last) if first < last <= 2099 else None


def decade(match: re.Match[str], _: date) -> Interval | None:
    first = int(match["year"])
    return years(first, first + 9)


def relative_calendar(match: re.Match[str], today: date) -> Interval | None:
    """ "last year", "this month", "last week", "the year before last": whole calendar units."""
    back = 2 if match["before"] else int(match["which"].lower() != "this")
    unit = match["unit"].lower()
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return Interval(monday, monday + timedelta(days=6))
    return years(max(1, today.year - back)) if unit == "year" else _month_back(today, back)


def ago(match: re.Match[str], today: date) -> Interval | None:
    """ "three years ago": that calendar year; "two months ago": that month."""
    count = _count(match["n"])
    if match["unit"].lower() in _YEAR_WORDS:
        return years(max(1, today.year - count))
    return _month_back(today, count)


def window(match: re.Match[str], today: date) -> Interval | None:
    """ "the past three years", "the last 18 months": the days from then to today."""
    count = _count(match["n"]) if match["n"] else 1
    unit = (match["unit"] or "decade").lower()
    month = _month_back(today, count * {"month": 1, "mth": 1, "year": 12, "yr": 12, "decade": 120}[unit])
    return Interval(month.start.replace(day=min(today.day, month.end.day)), today)


def lone_month(match: re.Match[str], today: date) -> Interval | None:
    """ "in July": the latest July that has begun; "last July": the latest that is over."""
    month = MONTHS[match["month"].lower()]
    this = months(today.year, month)
    past = this.end < today if match["which"].lower() == "last" else this.start <= today
    return this if past else months(today.year - 1, month)


def _month_back(today: date, back: int) -> Interval:
    year, month = divmod(max(12, today.year * 12 + today.month - 1 - back), 12)
    return months(year, month + 1)


def _count(words: str) -> int:
    return int(words) if words.isdigit() else NUMBERS[" ".join(words.lower().split())]
