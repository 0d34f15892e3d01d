"""What kind of answer a question wants: a grade, a change of grades, their history, an inspection's facts, or words."""

from __future__ import annotations

import re

from assistant.interpret.glossary import stems
from assistant.interpret.periods import PeriodReading, Rank
from assistant.records import Detail, Intent

_GRADES = re.compile(
    r"\b(?:judge?ments?|judged?|grade[sd]?|grading|ratings?|rated?|overall effectiveness|ofsted status)\b|"
    r"\boutcomes? of (?:the |its )?(?:\d{4} )?(?:local )?(?:area )?send\b|\bsend (?:inspection )?outcomes?\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:improv\w+|declin\w+|worse\w*|better|chang\w+|deteriorat\w+|compar\w+|differ\w*|gone (?:up|down)|"
    r"went (?:up|down)|stay(?:ed)? the same|fall\w*|fell|risen|rose)\b",
    re.I,
)
_HISTORY = re.compile(
    r"\b(?:over time|over the years|through the years|history|time ?line|track record|each (?:inspection|time)|"
    r"every inspection|all (?:the |its )?(?:judge?ments|grades|ratings|inspections)|"
    r"list (?:of )?(?:the |all )*(?:judge?ments|grades|ratings|inspections|visits|reports))\b",
    re.I,
)
_LEAD = re.compile(
    r"\b(?:lead(?:ing)? inspector|"
    r"(?:who|which inspectors?) (?:led|lead|headed|ran|conducted|carried out|undertook|was in charge))\b",
    re.I,
)
_DATES = re.compile(
    r"\b(?:(?:what|which|on what|on which) (?:dates?|days?)|when (?:did|was|were|is|had)|"
    r"how long (?:did|was) the (?:inspection|visit))\b",
    re.I,
)
_PUBLISHED = re.compile(
    r"\bwhen (?:was|were|is|did)\b[^?]{0,80}\b(?:published|released|come out|came out|issued|out)\b", re.I
)
# Words that a question about the inspection itself may have; with any other word it is about what a report says.
_ABOUT_INSPECTION = frozenset(
    stems(
        "who what when which whom whose where on of in at the a an and or for to by from with was were is are did do "
        "does done had has have be been it its they there that this one ones how long "
        "inspector inspectors inspection inspections inspected inspect visit visits visited letter report reported "
        "published publish publication released issued date dates day days lead led head headed ran run up carry "
        "carried out took take place happen happened conduct conducted undertake undertook come came go went "
        "start finish end begin began charge name named responsible team whole "
        "monitoring focused full latest last most recent previous first area send joint targeted jtai ilacs sif "
        "ofsted hmip cqc children services social care council authority local"
    )
)


def intent_of(question: str, topic: str, time: PeriodReading) -> tuple[Intent, tuple[Detail, ...]]:
    """The intent and, for Intent.DETAILS, which facts are asked for.  `topic` is the question without its slots."""
    details = _details(question, topic)
    if details:
        return Intent.DETAILS, details
    graded = bool(_GRADES.search(question))
    if _HISTORY.search(question) and (graded or re.search(r"\binspections?\b", question, re.I)):
        return Intent.HISTORY, ()
    if not graded:
        return Intent.SAID, ()
    if not _CHANGE.search(question):
        return Intent.GRADE, ()
    points = len(time.periods) > 1 or time.each or time.rank is Rank.PREVIOUS
    return (Intent.CHANGE if points else Intent.HISTORY), ()


def _details(question: str, topic: str) -> tuple[Detail, ...]:
    if any(stem not in _ABOUT_INSPECTION and not stem.isdigit() for stem in stems(topic)):
        return ()
    found = []
    if _LEAD.search(question):
        found.append(Detail.LEAD)
    if _PUBLISHED.search(question):
        found.append(Detail.PUBLISHED)
    elif _DATES.search(question) or (found and re.search(r"\bwhen\b", question, re.I)):
        found.append(Detail.DATES)
    return tuple(found)
