"""Whose words a question asks for: a named person, the council, a group that inspectors heard, or an inspectorate."""

from __future__ import annotations

import re

from assistant.interpret.slots import find_publishers
from assistant.records import Speaker
from index.records import VoiceKind

# An inspection as a point in time speaks no word.
_POINT_IN_TIME = re.compile(
    r"\b(?:since|after|before|following|until|prior to|ahead of|at the time of|between) "
    r"(?:the |its |their |that |this )(?:\w+ ){0,3}?(?:inspections?|reports?|letters?|visits?)\b",
    re.I,
)
_INSPECTORS = re.compile(r"\b(?:inspectors?|inspectorate|ofsted|the (?:inspection|report|letter)s?)\b", re.I)
_COUNCIL = r"(?:council|local authority|authority|trust)"
_COUNCIL_SPEAKS = re.compile(
    rf"\b(?:did|does|has|is|was|would) (?:the )?(?:[\w-]+ ){{0,2}}?{_COUNCIL}\b[^?]{{0,25}}\b(?:say|said|respond|"
    rf"response|reply|react|answer|comment|promise|accept|aim(?:ing)?|plan(?:ning)?|claim|argue)\b|"
    rf"\b{_COUNCIL}['’]s (?:response|reply|reaction|view|comments?|position|account|aims?)\b|"
    rf"\b(?:response (?:of|from|by)|according to) the {_COUNCIL}\b|"
    rf"\bis the {_COUNCIL} (?:aiming|planning|doing|promising)\b",
    re.I,
)
_TITLE = r"(?:Councillor|Cllr|Mr|Mrs|Ms|Dr|Sir|Dame|Professor)\.? "
_NAME = rf"(?:{_TITLE})?[A-Z][a-z’'-]+(?: [A-Z][\w’'-]+){{1,2}}"
_PERSON_SPEAKS = re.compile(
    rf"(?i:\b(?:did|does|has|had|was))\s(?P<asked>{_NAME})\s"
    r"(?i:say|said|tell|told|think|promise|respond|reply|comment|add|argue|claim|want|mean|quoted)"
    rf"|(?P<owner>{_NAME})['’]s\s(?i:view|comments?|words|response|reply|statement|reaction)"
    rf"|(?i:according to|words of|said by|quote from)\s(?P<source>{_NAME})"
)
_GROUP_SPEAKS = re.compile(
    r"\b(?:did|do|what|have|how)\s(?P<who>social workers?|staff|children|young people|care leavers|parents|families|"
    r"foster carers|carers|partners|head ?teachers|schools|professionals|adopters)(?: in care| themselves)?\s"
    r"(?:(?:in|at|from)\s[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*\s)?(?:say|tell|report|feel|think|told|said)\b",
    re.I,
)


def find_speaker(question: str) -> Speaker | None:
    """The speaker asked for; None where the question does not say."""
    if _COUNCIL_SPEAKS.search(question):
        return Speaker(VoiceKind.COUNCIL, "")
    group = _GROUP_SPEAKS.search(question)
    if group:
        return Speaker(VoiceKind.REPORTED_TO_INSPECTORATE, group.group("who").lower())
    person = _person(question)
    if person:
        return Speaker(VoiceKind.PERSON, person)
    named = find_publishers(question)
    if named or _INSPECTORS.search(_POINT_IN_TIME.sub(" ", question)):
        return Speaker(VoiceKind.INSPECTORATE, named[0] if named else "")
    return None


def _person(question: str) -> str | None:
    match = _PERSON_SPEAKS.search(question)
    name = next((value for value in match.groupdict().values() if value), "") if match else ""
    return None if not name or find_publishers(name) else re.sub(rf"^{_TITLE}", "", name)
