"""Times that a question tells by an inspection: "since the previous inspection", "a year after the 2018 inspection".

Only the documents held know when that was: `assistant.anchoring` makes a period of an anchor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.interpret.period_cues import Rank, Relation
from assistant.interpret.period_meanings import NUMBERS, years
from index.records import Interval


@dataclass(frozen=True, slots=True)
class Anchor:
    """A time told by an inspection; `words` is `question[start:end]`.

    `relation` is SINCE, BEFORE, IN (about `months` after or, if negative, before it) or BETWEEN (from it to `months`
    after or before it or, where they are 0, between the last two).
    `rank`: which inspection; NONE where the question says neither that nor a year (`within`): "since the inspection",
    "since then" (`back`), which an earlier question may settle.
    """

    words: str
    start: int
    end: int
    relation: Relation
    rank: Rank = Rank.NONE
    within: Interval | None = None
    months: int = 0
    back: bool = False


def find_anchor(question: str) -> Anchor | None:
    """The time that `question` tells by an inspection; None where it tells none so."""
    for pattern, relation in _PATTERNS:
        match = pattern.search(question)
        if match:
            return _anchor(match, relation)
    return None


_COUNT = rf"(?P<n>\d{{1,2}}|half a|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_WHICH = (
    r"(?:(?:very\s+|single\s+)?(?P<which>last|latest|most\s+recent|recent|current|previous|prior|preceding|"
    r"penultimate|earlier|"
    r"second[\s-]last|first|original|initial)\s+)?"
)
_YEAR = r"(?:(?P<year>(?:19|20)\d\d)\s+)?"
_OWNER = r"(?:(?:the|its|their|his|our|your|that|this|an?|council['’]s|ofsted['’]s)\s+|(?-i:[A-Z])[\w-]+['’]s?\s+){1,2}"
_KIND = (
    r"(?:(?:ofsted|full|short|standard|single|graded|main|local|focus(?:s)?ed|monitoring|assurance|joint|targeted|area|"
    r"send|ilacs|sif|jtai|inspection|hmip|cqc|published|overall|critical|damning|inadequate|poor)\s+)"
)
_NOUN = (
    r"(?:inspections?(?:\s+report)?|reports?|visit|(?<=monitoring )visits|(?<=focused )visits|letters?|"
    r"judge?ments?|ratings?|verdict|jtai|ilacs|sif|"
    r"ofsted(?!['’])|one)\b(?!\s+(?:boards?|plans?|teams?|officers?))"
)
_LATER = r"(?:\s+(?:of|in|to|by|from|for)\s+(?:ofsted|inspectors))?"
_EVENT = (
    rf"(?:{_OWNER}{_WHICH}{_YEAR}{_WHICH.replace('which', 'which2')}{_KIND}{{0,4}}{_NOUN}{_LATER}"
    r"|(?:ofsted|inspectors|they|hmi)\s+(?P<which3>last\s+)?(?:visited|inspected|came|called|reported|"
    r"were\s+(?:last\s+)?here|looked)"
    r"|(?:it|they|we|the\s+council|(?-i:[A-Z])\w+)\s+(?:was|were)\s+(?P<which4>last|first|previously)\s+"
    r"(?:inspected|visited|rated|judged|graded))"
)
_AFTER = r"(?:after|following|on\s+from|since|later\s+than|from|past)"
_SINCE = (
    r"(?:(?:ever\s+)?since|(?:(?:shortly|soon|right|immediately|just|straight|directly)\s+)?(?:after|following)|"
    r"in\s+the\s+(?:wake|aftermath)\s+of|subsequent\s+to|in\s+the\s+(?:time|period|years?|months?|weeks?)\s+"
    r"(?:since|after|following))"
)
_BEFORE = (
    r"(?:(?:shortly\s+|just\s+|right\s+|immediately\s+)?before|prior\s+to|ahead\s+of|leading\s+up\s+to|in\s+the\s+"
    r"(?:run[\s-]up|lead[\s-]up)\s+to|in\s+the\s+(?:time|period|years?|months?|weeks?)\s+(?:before|"
    r"leading\s+up\s+to)|until|up\s+to)"
)
_TWO = (
    r"(?:the\s+|its\s+|their\s+|our\s+)?(?:(?:last|latest|most\s+recent|past)\s+(?:two|2)|two\s+(?:last|latest|"
    r"most\s+recent)|"
    rf"two|2)\s+{_KIND}{{0,3}}(?:inspections|reports|visits|letters|judge?ments)"
    rf"|the\s+(?:last|latest|previous|most\s+recent)\s+{_KIND}{{0,3}}(?:inspection\s+|report\s+|visit\s+|"
    rf"one\s+)?and\s+the\s+"
    rf"(?:one\s+before(?:\s+(?:that|it))?|(?:previous|last|latest|most\s+recent|current|"
    rf"prior)(?:\s+{_KIND}{{0,3}}(?:inspections?|one|"
    r"reports?|visits?))?)"
)
_PATTERNS = tuple(
    (re.compile(rf"\b{pattern}", re.I), relation)
    for pattern, relation in (
        (rf"(?:in\s+)?between\s+(?:{_TWO})\b", Relation.BETWEEN),
        (
            rf"(?:(?:about|around|roughly|some|just\s+over|over)\s+)?(?:{_COUNT}\s+(?P<unit>year|month)s?|"
            rf"the\s+(?P<unit2>year|month))\s+"
            rf"(?:(?P<before>before|prior\s+to|ahead\s+of)|{_AFTER})\s+{_EVENT}",
            Relation.IN,
        ),
        (rf"(?P<up>within)\s+(?:{_COUNT}\s+(?P<unit>year|month)s?|the\s+(?P<unit2>year|month))\s+(?:of|"
         rf"{_AFTER})\s+{_EVENT}", Relation.IN),
        (rf"{_SINCE}\s+{_EVENT}", Relation.SINCE),
        (rf"{_BEFORE}\s+{_EVENT}", Relation.BEFORE),
        (r"(?P<then>(?:ever\s+)?since\s+(?:then|that|this)\b(?!\s+\w+\s+(?:was|is|has))|since\b(?=\W*$)|"
         r"after\s+(?:that|this)\b(?=\W*$)|"
         r"in\s+the\s+(?:years?|time|months?)\s+since\b(?=\W*(?:$|[?.,]|then)))(?:\s+then)?", Relation.SINCE),
    )
)  # fmt: skip
_RANKS = {
    "last": Rank.LATEST, "latest": Rank.LATEST, "most recent": Rank.LATEST, "recent": Rank.LATEST,
    "current": Rank.LATEST, "previous": Rank.PREVIOUS, "previously": Rank.PREVIOUS, "prior": Rank.PREVIOUS,
    "preceding": Rank.PREVIOUS, "penultimate": Rank.PREVIOUS, "earlier": Rank.PREVIOUS, "second last": Rank.PREVIOUS,
    "second-last": Rank.PREVIOUS, "first": Rank.FIRST, "original": Rank.FIRST, "initial": Rank.FIRST,
}  # fmt: skip


def _anchor(match: re.Match[str], relation: Relation) -> Anchor | None:
    said = {key: value for key, value in match.groupdict().items() if value}
    which = next((said[key] for key in ("which", "which2", "which3", "which4") if key in said), "")
    year = int(said["year"]) if "year" in said else None
    if year and relation in (Relation.SINCE, Relation.BEFORE):
        return None  # "since the 2018 inspection" is a period by itself
    return Anchor(
        match[0].rstrip(),
        match.start(),
        match.start() + len(match[0].rstrip()),
        Relation.BETWEEN if "up" in said or "unit2" in said else relation,
        _RANKS[" ".join(which.lower().split())] if which else Rank.NONE,
        years(year) if year else None,
        _months(said),
        "then" in said,
    )


def _months(said: dict[str, str]) -> int:
    """The distance from the inspection in months, negative before it; 0 where none is told."""
    unit = said.get("unit") or said.get("unit2")
    if not unit:
        return 0
    each = 12 if unit.lower() == "year" else 1
    words = " ".join(said.get("n", "one").lower().split())
    count = each // 2 if words == "half a" else each * (int(words) if words.isdigit() else NUMBERS[words])
    return -count if "before" in said else count
