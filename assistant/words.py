"""Small wordings that answers and explanations share: dates, periods, lists.  No facts, no layout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.records import Interval


def day_words(day: date) -> str:
    """A day as reports print it: 4 July 2019."""
    return f"{day.day} {day:%B %Y}"


def period_words(interval: Interval) -> str:
    """A period as reports print it: 4 July 2019, July 2019, 15 to 26 November 2021, 5 May to 3 June 2023."""
    first, last = interval.start, interval.end
    if first == last:
        return day_words(first)
    if first.day == 1 and (last.month, last.year) == (first.month, first.year) and last.day >= 28:
        return f"{first:%B %Y}"
    if (first.month, first.year) == (last.month, last.year):
        return f"{first.day} to {day_words(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day_words(last)}"
    return f"{day_words(first)} to {day_words(last)}"


def about(names: Sequence[str], preposition: str = "about") -> str:
    """ " about a and b", to follow a word; empty where there are no names."""
    return f" {preposition} {join_words(names)}" if names else ""


def join_words(words: Sequence[str], last: str = "and") -> str:
    """A list in a sentence: a, b and c."""
    unique = list(dict.fromkeys(words))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} {last} {unique[-1]}" if unique else ""
