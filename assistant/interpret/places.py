"""Names that stand where an authority's name would stand.  Whether one is an authority is for `index.authorities`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.authorities import Mention
from index.date_pieces import MONTHS

# Services that boroughs ran together from 2011 (three of them), then from 2018 on (two of them).
_TOGETHER = {
    "tri": ("Hammersmith and Fulham", "Kensington and Chelsea", "Westminster"),
    "bi": ("Kensington and Chelsea", "Westminster"),
}
_BOROUGHS = re.compile(r"\b(?:the\s+)?(?P<how>tri|bi)[\s-]?borough(?:['’]s)?\b", re.IGNORECASE)

# Words with a capital that begin a question or a body's name, not a place's.
_NO_PLACE = (
    r"(?!(?:Ofsted|Social|Children|Local|Improvement|Independent|Strategic|Corporate|County|City|Borough|Scrutiny|Trust|"
    r"The|What|Which|How|Who|When|Did|Does|Was|Were|Is|Are|Has)\b)"
)
_PLACE = rf"{_NO_PLACE}(?P<place>[A-Z][a-z]+(?:(?:[ -](?:and|upon|on|of|the|in))?[ -][A-Z][a-z]+){{0,3}})"
_NAMED_SERVICE = re.compile(
    rf"\b{_PLACE}(?:['’]s)?\s(?:(?:City|County|Borough|District|Metropolitan)\s)*"
    r"(?:[Cc]hildren['’]?s\s(?:social\s(?:care|work)|services)|[Cc]ouncil|local authority)\b"
)
_IN_PLACE = re.compile(
    rf"\b(?:in|at|for|about)\s{_PLACE}(?=\s*(?:[?.,;]|$|(?:in|since|before|after|during|between|as of)\b))"
)

_JUDGED_PLACE = re.compile(rf"\b(?:was|is|were|did|has|had)\s{_PLACE}\s(?:judged|rated|graded|inspected|been|get)\b")


def run_together(question: str) -> list[Mention]:
    """The authorities whose joint services a question names, one mention for each at the same place."""
    return [
        Mention(name, match.start(), match.end(), match[0], exact=False)
        for match in _BOROUGHS.finditer(question)
        for name in _TOGETHER[match["how"].lower()]
    ]


def unknown_places(question: str, mentions: Sequence[Mention]) -> tuple[tuple[str, bool], ...]:
    """Names in an authority's place that are none of `mentions`.

    Each with True where a council or services are said to be its own, False where it is only likely to be a place.
    """
    known = " ".join(mention.words for mention in mentions)
    found = [(m.group("place"), True) for m in _NAMED_SERVICE.finditer(question)]
    found += [(m.group("place"), False) for m in _IN_PLACE.finditer(question)]
    found += [(m.group("place"), True) for m in _JUDGED_PLACE.finditer(question)]
    return tuple((name, sure) for name, sure in found if name not in known and name.split()[0].lower() not in MONTHS)
