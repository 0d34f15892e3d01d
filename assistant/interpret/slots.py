"""The slots of a question that a table can name: kinds of document, areas of judgement, grades, inspectorates.

Periods are `periods`, sides `leanings`, speakers `speakers`, places that are no authority `places`.
"""

from __future__ import annotations

import re

from index.records import Area, Kind
from index.voices import INSPECTORATES

FULL = (Kind.ILACS, Kind.SIF, Kind.SIF_REINSPECTION, Kind.LAC_2013)
_KINDS: tuple[tuple[tuple[Kind, ...], str], ...] = (
    ((Kind.FOCUSED_VISIT,), r"focus(?:s)?ed (?:visit|assurance visit)s?|assurance visits?"),
    ((Kind.MONITORING_VISIT,), r"monitoring (?:visit|letter)s?"),
    ((Kind.JTAI,), r"jtais?|joint (?:targeted )?(?:area )?(?:child protection )?inspections?"),
    ((Kind.AREA_SEND,), r"(?:local )?area send(?: full)?(?: inspections?)?|send inspections?"),
    ((Kind.SIF_REINSPECTION,), r"re-?inspections?"),
    ((Kind.SIF, Kind.SIF_REINSPECTION), r"sif|single inspection(?: framework)?"),
    ((Kind.ILACS,), r"ilacs(?: inspections?)?"),
    ((Kind.YOUTH_JUSTICE,), r"youth (?:offending|justice) inspections?"),
    (FULL, r"(?:full|standard|graded|main) inspections?"),
    ((Kind.COMMITTEE_REPORT,), r"(?:committee|panel|cabinet|scrutiny) (?:report|paper)s?"),
    ((Kind.NEWSLETTER,), r"newsletters?|bulletins?"),
    ((Kind.NEWS_ITEM,), r"council['’]?s? (?:news(?: item)?|press release|announcement|statement)"),
    ((Kind.PRESS, Kind.NEWS_ITEM), r"(?:the )?(?:press|papers|newspapers?|media|news)(?: article| report| story)?"),
)
_LEADERS = (Area.LEADERS, Area.LEADERSHIP)
_IN_CARE = (Area.IN_CARE, Area.CARE_AND_CARE_LEAVERS, Area.LOOKED_AFTER)
_AREAS: tuple[tuple[tuple[Area, ...], str], ...] = (
    ((Area.OVERALL,), r"(?i:overall)"),
    ((Area.SEND_OUTCOME,), r"\bSEND\b|(?i:special educational needs|area send)"),
    ((Area.LSCB,), r"(?i:\blscb\b|safeguarding children board)"),
    ((Area.ADOPTION,), r"(?i:adoption)"),
    (_LEADERS, r"(?i:impact of leaders|leaders\b|leadership)"),
    (
        (Area.HELP_PROTECTION,),
        r"(?i:need(?:ing)? (?:of )?help(?: and| or)? protection|help (?:and|&) protection|"
        r"(?:child|children['’]s) protection|protecting children|safeguarding)",
    ),
    ((Area.CARE_AND_CARE_LEAVERS, *_IN_CARE), r"(?i:(?:children )?in care and care leavers|care and leaving care)"),
    ((Area.CARE_LEAVERS, Area.CARE_AND_CARE_LEAVERS), r"(?i:care leavers|leaving care)"),
    (_IN_CARE, r"(?i:children in care|looked[- ]after|in care)"),
)


def find_kinds(question: str) -> tuple[tuple[Kind, ...], tuple[int, int] | None]:
    """The kinds of document that a question names, and the half-open offsets of the words that do."""
    for kinds, pattern in _KINDS:
        match = re.search(rf"\b(?:{pattern})\b", question, re.I)
        if match:
            return kinds, match.span()
    return (), None


def find_areas(question: str) -> tuple[Area, ...]:
    """The areas of judgement that a question names, in order of preference; () where it names none."""
    return next((areas for areas, pattern in _AREAS if re.search(pattern, question)), ())


def find_grades(question: str) -> tuple[str, ...]:
    """The grades that a question names, normalised."""
    found = re.findall(r"\b(requires? improvement|inadequate|outstanding|good)\b", question, re.I)
    return tuple(dict.fromkeys("requires improvement" if "improve" in one.lower() else one.lower() for one in found))


def find_publishers(question: str) -> tuple[str, ...]:
    """The inspectorates that a question names."""
    return tuple(name for name, pattern in INSPECTORATES.items() if re.search(pattern, question, re.I))
