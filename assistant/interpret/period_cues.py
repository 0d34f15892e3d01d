"""The words around a period: how the question stands to it, of what event it is the time, and which in a series.

Pure readings of text on either side of a form; forms themselves are in `period_forms`, assembly in `periods`.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Relation(StrEnum):
    """How the question stands to the words of the period.  A period's interval already takes it into account."""

    IN = "in"
    SINCE = "since"  # from its first day on, with no end
    BEFORE = "before"  # up to the day before it
    AFTER = "after"  # from the day after it
    UNTIL = "until"  # up to its last day
    BETWEEN = "between"  # from the first day of one to the last day of another
    AS_OF = "as of"  # as things were known on its last day


class Basis(StrEnum):
    """Of what event the period is the time: a preference, since people say "the 2023 inspection" of either."""

    ANY = "any"
    PUBLISHED = "published"
    INSPECTED = "inspected"


class Rank(StrEnum):
    """Which inspection of a series is asked about."""

    NONE = "none"
    LATEST = "latest"
    PREVIOUS = "previous"
    FIRST = "first"


def _before(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<=[\s(,;:–—-]))(?:{pattern})$", re.IGNORECASE)


_JUST = r"(?:any\s*time\s+|just\s+|shortly\s+)?"
_RELATIONS = (
    (
        Relation.AS_OF,
        _before(r"as\s+(?:of|at|on)\s+(?:the\s+)?|as\s+(?:things|it)\s+stood\s+(?:in|on|at)\s+(?:the\s+)?"),
    ),
    (Relation.SINCE, _before(r"(?:ever\s+)?since\s+(?:the\s+)?|starting\s+(?:in|from)\s+(?:the\s+)?")),
    (Relation.BEFORE, _before(rf"{_JUST}(?:before|prior\s+to|earlier\s+than)\s+(?:the\s+)?|pre-?\s?")),
    (Relation.AFTER, _before(rf"{_JUST}(?:after|later\s+than|following)\s+(?:the\s+)?|post-?\s?")),
    (
        Relation.UNTIL,
        _before(
            r"(?:up\s+)?(?:until|till)\s+(?:the\s+)?|up\s+to\s+(?:and\s+including\s+)?(?:the\s+)?|no\s+later\s+than\s+"
        ),
    ),
)
_IN = _before(
    r"(?:(?:way\s+)?back\s+|some\s*time\s+|as\s+(?:long\s+ago|far\s+back|early|late|recently)\s+as\s+(?:in\s+)?)?"
    r"(?:as\s+(?:long\s+ago|far\s+back|early|late|recently)\s+as|in\s+both|dated|in|during|for|at|on|of|from|by|over|within|throughout|around|circa|about|between|towards?)"
    r"\s+(?:(?:the\s+)?(?:calendar\s+)?years?\s+|(?:the\s+)?months?\s+of\s+|the\s+period\s+)?"
)
_BY = _before(r"by\s+")
_AN_END = re.compile(r"(?:the\s+)?(?:very\s+)?end\s+of\b", re.IGNORECASE)
_FROM = _before(r"from\s+(?:the\s+)?")
_ONWARDS = re.compile(
    r"\s+(?:onwards?\b|and\s+(?:after|later|since|beyond)(?=\s*(?:$|[?.,;)]))|(?:up\s+)?(?:to|until|till)\s+(?:now|date|today|the\s+present)\b)",
    re.IGNORECASE,
)
_KIND = (
    r"(?:(?:ofsted|full|short|standard|single|focused|monitoring|joint|area|send|ilacs|sif|jtai|inspection|hmip"
    r"|cqc)\s+)"
)
_NAME = r"(?:(?-i:[A-Z])[\w'’-]+\s+|(?:and|upon|on|with)\s+){0,5}"  # "the 2023 Sheffield report"
_HEAD = re.compile(
    rf"['’]s\b|\s+{_KIND}{{0,3}}(?:reports?|inspections?|visits?|letters?|ones?|judge?ments?|ratings?|grades?|ofsted|"
    r"reviews?|ilacs|sif|jtai|findings)\b",
    re.IGNORECASE,
)


def relation_of(question: str, start: int, end: int) -> tuple[Relation, int, int]:
    """How the question stands to the form at [start, end), and the form's bounds with the words that say so.

    A preposition stays where the form belongs to a noun after it: of "in the 2019 report" only the year is taken.
    """
    ahead, behind = question[:start], question[end:]
    by_end = _BY.search(ahead) if _AN_END.match(question[start:end]) else None
    if by_end:
        return Relation.UNTIL, by_end.start(), end
    for relation, pattern in _RELATIONS:
        if match := pattern.search(ahead):
            onwards = _ONWARDS.match(behind) if relation is Relation.SINCE else None
            return relation, match.start(), end + (onwards.end() if onwards else 0)
    if onwards := _ONWARDS.match(behind):
        match = _FROM.search(ahead) or _IN.search(ahead)
        return Relation.SINCE, match.start() if match else start, end + onwards.end()
    if head := _HEAD.match(behind):
        return Relation.IN, start, end + (2 if head[0][0] in "'’" else 0)
    match = _IN.search(ahead)
    return Relation.IN, match.start() if match else start, end


def names_event(question: str, end: int) -> bool:
    """Whether the form that ends at `end` belongs to an inspection or report named after it."""
    return bool(_HEAD.match(question[end:]))


_AT = r"(?:\s+(?:back\s+)?(?:in|on|during|at|of|by|from|since|before|after|until|between|around))?\s*:?\s+(?:the\s+)?$"
_PUBLISHED_BEFORE = re.compile(
    r"\b(?:published|reported|released|issued|dated|written|appeared|publication|(?:came|come|comes|coming|is|was|put|sent)"
    rf"\s+out|(?:reports?|letters?|inspections?)\s+out|(?:reports?|letters?|findings|newsletters?|articles?|minutes))(?:\s+dated)?,?{_AT}",
    re.IGNORECASE,
)
_PUBLISHED_AFTER = re.compile(
    rf"(?:['’]s)?\s+{_NAME}{_KIND}{{0,3}}(?:(?:visit|inspection)\s+)?(?:reports?|letters?|newsletters?|articles?|publications?)\b",
    re.IGNORECASE,
)
_INSPECTED_BEFORE = re.compile(
    r"\b(?:inspected|visited|inspecting|visiting|(?:inspectors?|they|ofsted|team)\s+(?:last\s+)?(?:came|went|were\s+(?:there|here|"
    r"in|on\s+site))|on[\s-]site|fieldwork|carried\s+out|took\s+place|take\s+place|conducted|visits?)"
    r"(?:\s+[\w'’-]+){0,4}?\s+(?:back\s+)?(?:in|on|during|at|of|between|from|around)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_INSPECTION_BEFORE = re.compile(r"\binspections?\s+(?:in|on|of|from|during|between)\s+(?:the\s+)?$", re.IGNORECASE)
_VISIT_AFTER = re.compile(rf"(?:['’]s)?\s+{_NAME}{_KIND}{{0,3}}visits?\b", re.IGNORECASE)
_INSPECTION_AFTER = re.compile(rf"(?:['’]s)?\s+{_NAME}{_KIND}{{0,3}}(?:inspections?|ilacs|jtai)\b", re.IGNORECASE)
_REACH = 70


def basis_of(question: str, start: int, end: int, narrow: bool) -> Basis:
    """Of what event the form at [start, end) is the time.

    `narrow`: it names a month or less.  "The November 2022 inspection" is then the time of inspection, while "the
    2022 inspection" may be either.
    """
    ahead, behind = question[max(0, start - _REACH) : start], question[end : end + _REACH]
    if _PUBLISHED_BEFORE.search(ahead) or _PUBLISHED_AFTER.match(behind):
        return Basis.PUBLISHED
    if _INSPECTED_BEFORE.search(ahead) or _VISIT_AFTER.match(behind):
        return Basis.INSPECTED
    if narrow and (_INSPECTION_BEFORE.search(ahead) or _INSPECTION_AFTER.match(behind)):
        return Basis.INSPECTED
    return Basis.ANY


_EVENT = (
    r"(?:inspections?|reports?|visits?|letters?|judge?ments?|ratings?|grades?|outcomes?|reviews?|results?|times?|ones?"
    r"|ofsted)"
)
_RANKS = (
    (
        Rank.PREVIOUS,
        rf"(?:previous|prior|preceding|penultimate|second\s+(?:last|most\s+recent))\s+{_KIND}{{0,3}}(?:overall\s+)?{_EVENT}"
        rf"|previous(?:ly)?\b|(?:the\s+)?(?:one|{_EVENT})\s+before(?:\s+(?:that|last|it))?(?=\s*(?:$|[?.,;!]|last))"
        rf"|before\s+that|last\s+but\s+one|earlier\s+{_KIND}{{0,3}}{_EVENT}",
    ),
    (
        Rank.LATEST,
        rf"latest|most\s+recent(?:ly)?|newest|current(?:ly)?|(?:very\s+)?last\s+(?:(?:two|2|three|3|four|4|five|5|few|couple\s+of|several)\s+)?{_KIND}{{0,3}}"
        rf"(?:overall\s+)?{_EVENT}|right\s+now|at\s+the\s+moment|nowadays|these\s+days|at\s+present|last\s+"
        r"(?:inspected|visited|reported|rated|judged)|"
        r"how\s+long\s+(?:is\s+it\s+since|has\s+it\s+been\s+since|since|ago)(?=[^?]*\b(?:inspect|visit)\w*)",
    ),
    (
        Rank.FIRST,
        rf"(?:very\s+)?first\s+(?:ever\s+)?{_KIND}{{0,3}}(?:overall\s+)?{_EVENT}|earliest|oldest|original\s+{_KIND}{{0,3}}{_EVENT}",
    ),
)
_RANK_WORDS = tuple((rank, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for rank, pattern in _RANKS)
_SEVERAL = re.compile(r"\b(?:last|latest)\s+(?:two|2|three|3|four|4|five|5|few|couple|several)\b", re.IGNORECASE)


def rank_of(question: str) -> tuple[Rank, tuple[int, int] | None, bool]:
    """The rank asked for, the (start, end) of its words, and whether the latest is set against those before it."""
    found = [(rank, match) for rank, pattern in _RANK_WORDS if (match := pattern.search(question))]
    if not found:
        return Rank.NONE, None, False
    ranks = {rank for rank, _ in found}
    rank, match = found[0]
    if ranks >= {Rank.LATEST, Rank.PREVIOUS}:
        rank, match = next(pair for pair in found if pair[0] is Rank.LATEST)
    return rank, match.span(), len(ranks) > 1 or bool(_SEVERAL.search(match[0]))


_CHANGE = re.compile(
    r"\b(?:compar\w+|improv\w+|declin\w+|chang\w+|better|worse\w*|differ\w*|versus|vs|deteriorat\w+|trend|"
    r"(?:go|goes|gone|went|moved?|rise|rose|fall|fell)\s+(?:up|down|from))\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    rf"\s+{_KIND}{{0,3}}(?:reports|inspections|visits|letters|ones|judge?ments|ratings|grades)\b", re.I
)


def asks_for_each(question: str, end: int) -> bool:
    """Whether two periods, the second of which ends at `end`, are points to compare and not a stretch."""
    return bool(_CHANGE.search(question) or _PLURAL.match(question[end:]))
