"""Stretches of time that go by a name, and months that are misspelt.

The pandemic: from the day on which the World Health Organization called it one (Director-General's remarks, 11 March
2020) to the day on which the last legal restrictions in England ended (HM Government, "COVID-19 response: living with
COVID-19", 24 February 2022).  The lockdowns: from the day on which people were told to stay at home to the last such
day (The Health Protection (Coronavirus, Restrictions) (England) Regulations 2020, their successors of November 2020 and
January 2021, and the Prime Minister's statement of 23 March 2020).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import OSA

from assistant.interpret.period_meanings import months
from index.date_pieces import MONTH, MONTHS
from index.records import Interval


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch of time named at `question[start:end]`; `event` says what it is taken to be, empty for a month."""

    start: int
    end: int
    interval: Interval
    event: str = ""


_LOCKDOWNS = {
    "first": Interval(date(2020, 3, 23), date(2020, 7, 3)),
    "second": Interval(date(2020, 11, 5), date(2020, 12, 2)),
    "third": Interval(date(2021, 1, 6), date(2021, 3, 28)),
}
_LOCKED = Interval(_LOCKDOWNS["first"].start, _LOCKDOWNS["third"].end)
_PANDEMIC = Interval(date(2020, 3, 11), date(2022, 2, 24))
# Only where the question says that it is a time: "the impact of the pandemic" is a subject.
_CUE = (
    r"\b(?:during|in|throughout|through|before|since|after|until|till|following|prior\s+to|amid|pre|post|up\s+to|between|from|"
    r"(?:at\s+)?the\s+(?:height|start|beginning|end|time|outbreak)\s+of)[\s-]+"
)
_EVENT = re.compile(
    rf"{_CUE}(?P<name>(?:the\s+)?(?:(?P<which>first|second|third|1st|2nd|3rd|national|covid(?:[\s-]?19)?|coronavirus)\s+)*"
    r"(?P<what>lockdowns?|covid(?:[\s-]?19)?|coronavirus|pandemic)(?:\s+(?:pandemic|crisis|outbreak|years|period|lockdowns?|"
    r"restrictions|era|emergency|times))?)\b(?!\s+(?:recovery|response|plan|fund\w*|grant|catch|guidance))",
    re.IGNORECASE,
)
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}


def find_named(question: str) -> Iterator[Named]:
    """The stretches named in `question`, and the misspelt months that stand before a year."""
    for match in _EVENT.finditer(question):
        interval, event = _event(match)
        yield Named(match.start("name"), match.end("name"), interval, event)
    for match in _MONTH_YEAR.finditer(question):
        month = _month(match["word"].lower())
        if month:
            yield _of_month(match, month)


def _event(match: re.Match[str]) -> tuple[Interval, str]:
    words = match["name"].lower().split()
    which = next((_ORDINALS.get(word, word) for word in words if _ORDINALS.get(word, word) in _LOCKDOWNS), None)
    if which:
        return _LOCKDOWNS[which], f"the {which} lockdown, {_dates(_LOCKDOWNS[which])}"
    if any(word.startswith("lockdown") for word in words):
        return _LOCKED, f"the lockdowns, {_dates(_LOCKED)}"
    return _PANDEMIC, f"the COVID-19 pandemic, {_dates(_PANDEMIC)}"


def _dates(interval: Interval) -> str:
    first, last = interval.start, interval.end
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


_MONTH_YEAR = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?!{MONTH}\b)(?P<word>[a-z]{{4,10}})\.?,?\s+(?:of\s+)?"
    r"(?P<year>20[0-4]\d|19[89]\d)(?!\d|[-/]\d)",
    re.IGNORECASE,
)
_LONG = [name for name in MONTHS if len(name) > 4]  # shorter ones are a slip away from other words
_NO_MONTH = frozenset({"marsh", "match", "reach", "auguste", "avril", "since", "during"})


@lru_cache(maxsize=5_000)
def _month(word: str) -> int:
    """The number of the month that a word is a slip for; 0 for any other word."""
    if word in MONTHS or word in _NO_MONTH:
        return 0
    slips = 1 if len(word) < 7 else 2
    near = [
        (OSA.distance(word, name), name)
        for name in _LONG
        if name[0] == word[0] and abs(len(name) - len(word)) <= slips and OSA.distance(word, name) <= slips
    ]
    return MONTHS[min(near)[1]] if near else 0


def _of_month(match: re.Match[str], month: int) -> Named:
    whole = months(int(match["year"]), month)
    day = int(match["day"]) if match["day"] else 0
    if 1 <= day <= whole.end.day:
        one = whole.start.replace(day=day)
        return Named(match.start(), match.end(), Interval(one, one))
    return Named(match.start("word"), match.end(), whole)
