"""The sort of fact that a question asks for (a share, a day, an age, a name), and whether a sentence holds one.

Plain signs, no reading of the fact: they only move sentences up or down among those that are on the topic.
"""

from __future__ import annotations

import re
from functools import lru_cache

_COUNT = r"(?:\d|\b(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|quarter)\b)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter)"
)
_OFFICE = (
    r"\b(?:director|chair|leader|manager|commissioner|inspector|judge|member|officer|head|chief executive|"
    r"partnership|board)\b"
)
# Two words or more that begin with a capital: at the start of a sentence the first may do so as any word does.
_PROPER = r"(?:(?<=[a-z,;(] )|^)(?:[A-Z][\w’'-]+ (?:(?:for|of|and|the) )?){1,4}[A-Z][\w’'-]+|[‘“][A-Z][^’”]{2,40}[’”]"
_BE = r"(?:did|do|does|was|were|is|are|will|has|have|had)"
# What a question asks for, and how a sentence that holds it looks; the first that fits decides.
_SORTS = tuple(
    (re.compile(asks, re.I), re.compile(holds))
    for asks, holds in (
        (
            r"\b(?:percentages?|proportion|share|per ?cent|(?:what|which)(?: was| is)?(?: the)? rate)\b|%",
            r"\d ?%|(?i:per ?cent|\b(?:half|thirds?|quarters?|all)\b)",
        ),
        (
            r"\b(?:how old|(?:what|which|until what|up to what) age)\b",
            r"(?i:\b(?:aged?|birthdays?|years? old|year-olds?)\b[^.]*\d|"
            r"\d[^.]*\b(?:aged?|birthdays?|years? old|year-olds?)\b)",
        ),
        (
            r"\bhow (?:long|often|frequently)\b",
            rf"(?i:{_COUNT}[^.]{{0,12}}\b(?:hours?|days?|weeks?|months?|years?)\b|"
            r"\b(?:daily|weekly|monthly|quarterly|annually)\b)",
        ),
        (r"\bhow much (?:money|funding|cash)\b|\bwhat (?:sum|budget|funding)\b|£", r"£|(?i:\bmillions?\b)"),
        (rf"\bwhen {_BE}\b|\b(?:which|what) (?:year|month|day|date)\b", rf"\b(?:19|20)\d\d\b|(?i:\b{_MONTH}\b)"),
        (r"\bhow many\b|\b(?:what|the) number of\b", rf"(?i:{_COUNT})"),
        (r"(?:^|[-–,:;] ?|\band )who\b", rf"{_PROPER}|(?i:{_OFFICE})"),
        (
            r"\bwhat(?:['’]?s| is| was| are| were)?\b.{0,60}\b(?:called|named?)\b|\bname of\b|"
            r"\bwhich (?:\w+ ){0,2}(?:organisation|agency|company|charity|council|trust|scheme|programme|model)\b",
            _PROPER,
        ),
    )
)


_HOW_MANY = re.compile(r"\b(?:how many|(?:what|the) (?:number|percentage|proportion|share) of|per ?cent of)\b", re.I)


def asks_how_many(question: str) -> bool:
    """Whether a number of people or things is asked for, which reports tell where they describe the area."""
    return bool(_HOW_MANY.search(question))


def wanted_sign(question: str, text: str) -> int:
    """1 where a sentence holds the sort of fact that the question asks for, -1 where not; 0: it asks for none."""
    holds = _sort_of(question)
    if holds is None:
        return 0
    return 1 if holds.search(text) else -1


@lru_cache(maxsize=64)
def _sort_of(question: str) -> re.Pattern[str] | None:
    return next((holds for asks, holds in _SORTS if asks.search(question)), None)
