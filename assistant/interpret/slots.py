"""The slots of a question that name a kind of document, an area of judgement, a publisher or a speaker."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.records import Leaning, Speaker
from index.records import Area, Kind, VoiceKind
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
    ((Kind.NEWS_ITEM,), r"council['’]?s? (?:news|press release|announcement|statement)"),
    ((Kind.PRESS, Kind.NEWS_ITEM), r"(?:the )?(?:press|papers|newspapers?|media|news)(?: article| report| story)?"),
)
_LEADERS = (Area.LEADERS, Area.LEADERSHIP)
_IN_CARE = (Area.IN_CARE, Area.CARE_AND_CARE_LEAVERS, Area.LOOKED_AFTER)
_AREAS: tuple[tuple[tuple[Area, ...], str], ...] = (
    ((Area.OVERALL,), r"overall"),
    ((Area.SEND_OUTCOME,), r"\bSEND\b|special educational needs"),
    ((Area.LSCB,), r"\blscb\b|safeguarding children board"),
    ((Area.ADOPTION,), r"adoption"),
    (_LEADERS, r"impact of leaders|leaders\b|leadership"),
    ((Area.HELP_PROTECTION,), r"need(?:ing)? (?:of )?help(?: and| or)? protection|help and protection|child protection"),
    ((Area.CARE_AND_CARE_LEAVERS, *_IN_CARE), r"(?:children )?in care and care leavers|care and leaving care"),
    ((Area.CARE_LEAVERS, Area.CARE_AND_CARE_LEAVERS), r"care leavers|leaving care"),
    (_IN_CARE, r"children in care|looked[- ]after|in care"),
)
_INSPECTORS = re.compile(r"\b(?:inspectors?|inspectorate|ofsted|the (?:inspection|report|letter)s?)\b", re.I)
_COUNCIL_SPEAKS = re.compile(
    r"\b(?:did|does|has|is|was|how did|what did|would) (?:the )?(?:[\w-]+ ){0,2}?(?:council|local authority|authority|trust)\b[^?]{0,25}\b"
    r"(?:say|said|respond|response|reply|react|comment|promise|accept|aim(?:ing)?|plan(?:ning)?|claim|argue)\b|"
    r"\b(?:council|local authority|authority|trust)['’]s (?:response|reply|reaction|view|comments?|position|account|aims?)\b|"
    r"\bresponse (?:of|from|by) the (?:council|authority)\b|\baccording to the (?:council|authority)\b|"
    r"\bis the (?:council|authority) (?:aiming|planning|doing|promising)\b",
    re.I,
)
_NAME = r"(?:(?:Councillor|Cllr|Mr|Mrs|Ms|Dr|Sir|Dame|Professor)\.? )?[A-Z][a-z’'-]+(?: [A-Z][\w’'-]+){1,2}"
_PERSON_SPEAKS = re.compile(
    rf"(?i:\b(?:did|does|has|had|was))\s(?P<name>{_NAME})\s(?i:say|said|tell|told|think|promise|respond|reply|comment|add|argue|claim|want|mean|quoted)"
    rf"|(?P<name2>{_NAME})['’]s\s(?i:view|comments?|words|response|reply|statement|reaction)"
    rf"|(?i:according to|words of|said by|quote from)\s(?P<name3>{_NAME})"
)
_GROUP_SPEAKS = re.compile(
    r"\b(?:did|do|what)\s(?P<who>social workers?|staff|children|young people|care leavers|parents|families|foster carers|carers|partners|"
    r"head ?teachers|schools|professionals)(?: themselves)?\s(?:say|tell|report|feel|think|told|said)\b",
    re.I,
)
_NO_PLACE = (
    r"(?!(?:Ofsted|HMIP|CQC|Social|Children|Local|Improvement|Independent|Strategic|Corporate|County|City|Borough|Scrutiny|Trust|The|What|Which|How|Who|When|Did|Does|Was|Were|Is|Are|Has)\b)"
)
_PLACE = rf"{_NO_PLACE}(?P<place>[A-Z][a-z]+(?:(?:[ -](?:and|upon|on|of|the|in))?[ -][A-Z][a-z]+){{0,3}})"
# A name that stands where an authority's name would stand; whether it is one is for `find_authorities` to say.
_NAMED_SERVICE = re.compile(rf"\b{_PLACE}(?:['’]s)?\s(?:(?:City|County|Borough|District|Metropolitan)\s)*(?:[Cc]hildren['’]?s\s(?:social\s(?:care|work)|services)|[Cc]ouncil|local authority)\b")
_IN_PLACE = re.compile(rf"\b(?:in|at|for|about)\s{_PLACE}(?=\s*(?:[?.,;]|$|(?:in|since|before|after|during|between|as of)\b))")
_LEANINGS = (
    (Leaning.RECOMMENDATIONS, r"needs? to (?:improve|do better|be improved)|recommend\w*|areas? for (?:improvement|development|action)|told to (?:do|improve)|should (?:they|it|the council) improve"),
    (Leaning.CRITICISM, r"criticis\w*|weak\w*|concerns?|problems?|shortcomings?|failings?|wrong|poor|not (?:good|working)|worst|faults?|negatives?"),
    (Leaning.STRENGTHS, r"strengths?|prais\w*|positives?|good (?:points?|things?|practice)|what was good|was good about|like about|liked|best|did well|working well|impress\w*"),
)


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open offsets in the question."""

    start: int
    end: int


def find_kinds(question: str) -> tuple[tuple[Kind, ...], tuple[Span, ...]]:
    """The kinds of document that a question names, and where."""
    for kinds, pattern in _KINDS:
        match = re.search(rf"\b(?:{pattern})\b", question, re.I)
        if match:
            return kinds, (Span(match.start(), match.end()),)
    return (), ()


def find_areas(question: str) -> tuple[Area, ...]:
    """The areas of judgement that a question names, in order of preference; () where it names none."""
    for areas, pattern in _AREAS:
        flags = 0 if "SEND" in pattern else re.I
        if re.search(pattern, question, flags):
            return areas
    return ()


def find_grades(question: str) -> tuple[str, ...]:
    """The grades that a question names, normalised."""
    found = re.findall(r"\b(requires? improvement|inadequate|outstanding|good)\b", question, re.I)
    return tuple(dict.fromkeys("requires improvement" if "improve" in one.lower() else one.lower() for one in found))


def find_publishers(question: str) -> tuple[str, ...]:
    """The inspectorates that a question names."""
    return tuple(name for name, pattern in INSPECTORATES.items() if re.search(pattern, question, re.I))


def find_places(question: str) -> tuple[tuple[str, bool], ...]:
    """Names that stand where an authority's would, each with whether it is said to have a council or services."""
    sure = [(m.group("place"), True) for m in _NAMED_SERVICE.finditer(question)]
    return (*sure, *((m.group("place"), False) for m in _IN_PLACE.finditer(question)))


def find_speaker(question: str) -> Speaker | None:
    """Whose words are asked for: a named person, the council, a group heard by inspectors, or an inspectorate."""
    person = _PERSON_SPEAKS.search(question)
    if person:
        name = next(value for value in person.groupdict().values() if value)
        if not re.search(INSPECTORATES["Ofsted"], name, re.I) and not _COUNCIL_SPEAKS.search(question):
            return Speaker(VoiceKind.PERSON, re.sub(r"^(?:Councillor|Cllr|Mr|Mrs|Ms|Dr|Sir|Dame|Professor)\.? ", "", name))
    if _COUNCIL_SPEAKS.search(question):
        return Speaker(VoiceKind.COUNCIL, "")
    group = _GROUP_SPEAKS.search(question)
    if group:
        return Speaker(VoiceKind.REPORTED_TO_INSPECTORATE, group.group("who").lower())
    named = find_publishers(question)
    if named or _INSPECTORS.search(question):
        return Speaker(VoiceKind.INSPECTORATE, named[0] if named else "")
    return None


def find_leaning(question: str) -> Leaning:
    """Which side of the findings is asked for."""
    return next((leaning for leaning, pattern in _LEANINGS if re.search(rf"\b(?:{pattern})\b", question, re.I)), Leaning.NONE)
