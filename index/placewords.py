"""When a word that is spelled like an authority's name does not mean the authority.

Pure rules over the words around a match: streets, people, other towns, and names that are also ordinary words.
The names themselves are in `gazetteer`; the search for them is in `authorities`.
"""

from __future__ import annotations

import re

# Longer names that contain an authority's name and mean another place.
OTHER_PLACES = (
    "Bath and Wells",
    "Bradford on Avon",
    "Bury St Edmunds",
    "Chester le Street",
    "Duke of York",
    "Greater Manchester",
    "Leeds Castle",
    "Leicester Square",
    "New York",
    "Newcastle under Lyme",
    "Richmond Hill",
    "Stockton Heath",
    "Sutton Coldfield",
    "Sutton in Ashfield",
    "York St John",
)

# Words of six letters and more that lie one slip from an authority's name and are none: words, surnames, towns.
_ONE_SLIP_AWAY = """
    barnes barnett barney baronet bedfont bexhill boston brighten bristow charnwood chelsey darken darren darwin dorsey
    earing easing eating forrest hamlet harlow hartford hatton helena helene hertford hilton horsham hovering hutton
    landon maiden midway minton moreton morton newman newnham newton norton sanford scully southward southwood stafford
    stuffs survey sutter swinton themes walton weston wilton
"""
NOT_MISSPELT = frozenset(_ONE_SLIP_AWAY.split())

# Parts of names that are ordinary words: a slip is never corrected towards them.
NEVER_CORRECTED_TO = frozenset(
    {"barking", "reading", "riding", "central", "county", "corporation", "forest", "london", "borough", "children"}
)

ORDINARY_WORDS = frozenset({"barking", "bath", "bury", "reading"})

_STREET = re.compile(
    r"\s+(?:Road|Rd|Street|Avenue|Lane|Way|Place|Square|Crescent|Terrace|Gate|Hill|House|Drive|Close|Court|Row)\b"
)
_OFFICE = re.compile(r",?\s+(?:M1\s+2WD|NG1\s+6HJ|BS1\s+6)")  # the inspectorate's own addresses
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Lord|Lady|Cllr|Councillor|Professor|Dear)\.?\s+(?:\w+\s+)?$")
_FIRST_NAMES = re.compile(
    r"\b(?:Alan|Alison|Amanda|Andrea|Andrew|Andy|Angela|Ann|Anna|Anne|Anthony|Barbara|Ben|Brenda|Brian|Carol|"
    r"Caroline|Catherine|Chris|Christine|Christopher|Claire|Clare|Colin|Daniel|Dave|David|Deborah|Debbie|Diane|Donna|"
    r"Elaine|Elizabeth|Emma|Fiona|Gary|Gareth|George|Gill|Graham|Hannah|Helen|Ian|Jack|James|Jane|Janet|Jason|Jenny|"
    r"Joanna|Joanne|John|Jonathan|Judith|Julia|Julie|Karen|Kate|Katherine|Kathryn|Keith|Kevin|Laura|Lesley|Linda|Lisa|"
    r"Louise|Lynn|Maria|Margaret|Martin|Mary|Matt|Matthew|Michael|Michelle|Mike|Neil|Nicholas|Nicola|Nick|Nigel|"
    r"Patricia|Paul|Paula|Peter|Philip|Pauline|Rachel|Rebecca|Richard|Robert|Roger|Ruth|Sally|Sam|Samantha|Sandra|"
    r"Sarah|Sharon|Simon|Stella|Stephen|Steve|Steven|Stuart|Sue|Susan|Suzanne|Teresa|Thomas|Tim|Tom|Tony|Tracey|"
    r"Tracy|Victoria|Wendy|William)\s+$"
)
_NOT_A_PLACE_AFTER = re.compile(
    r"\s+(?:the|through|this|that|these|those|between\s+the|about|and\s+writing|levels?|ages?|comprehension|skills?|tests?|"
    r"an?|books?|out|aloud|recovery|your|our|their|his|her|room|up)\b"
)
_CUE_AFTER = re.compile(
    r"\s+(?:council|borough|city|children|kids|care\s+leavers|social\s+work|local\s+(?:authority|area)|"
    r"area|send|ofsted|inspection|report|focused|foster|(?:19|20)\d\d\b|\d{1,2}(?:st|nd|rd|th)?\s+[A-Z])",
    re.IGNORECASE,
)
_CUE_BEFORE = re.compile(r"(?:^\W*|\b(?:in|at|for|of|by|does|did|has|is|was|were)\s+)$", re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"\s*(?:$|[-–—?!.,;:)\n]|(?:in|since|during|from|by|back|ofsted|inspection|like|do|doing|get|got|have|had|rated|"
    r"judged|improved?|improving|support|handle|deal|manage|failing|compare|compared)\b)",
    re.IGNORECASE,
)
_SCHOOL = re.compile(r"\b(?:attainment|phonics|literacy|writing|maths|key stage|skills?|read)\b", re.IGNORECASE)
_SHORT = 400


def is_elsewhere(text: str, start: int, end: int) -> bool:
    """Whether the name at `text[start:end]` is part of a street, an inspectorate's address or a person's name."""
    after = text[end : end + 24]
    if _STREET.match(after) or _OFFICE.match(after):
        return True
    before = text[max(0, start - 32) : start]
    return bool(_TITLED.search(before) or _FIRST_NAMES.search(before))


def is_place(text: str, start: int, end: int) -> bool:
    """Whether an ordinary word at `text[start:end]` ("Reading", "bath") certainly means the place."""
    words, after = text[start:end], text[end : end + 32]
    if words[0].isupper():
        return not _NOT_A_PLACE_AFTER.match(after)
    return words.endswith(("'s", "’s")) or bool(_CUE_AFTER.match(after))


def may_be_place(text: str, start: int, end: int) -> bool:
    """Whether a lower-case ordinary word in a short text stands where a place would ("caseloads in reading?")."""
    if len(text) > _SHORT or _SCHOOL.search(text[:start] + text[end:]):
        return False
    return bool(_CUE_BEFORE.search(text[:start]) and _CLAUSE_END.match(text[end:]))
