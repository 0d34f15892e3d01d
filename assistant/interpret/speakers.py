"""Whose words a question asks for: a named person, the holder of an office, a group, the council, an inspectorate.

How the voice of each sentence was told when it was indexed is `index.voices`; which voice fits is `assistant.heard`.
"""

from __future__ import annotations

import re

from assistant.interpret.slots import find_publishers
from assistant.records import Speaker
from index.records import VoiceKind

PLACE = "Placename"

# Offices by the words that a question uses and those that a document puts after the holder's name.
_CABINET = r"(?:cabinet|executive|lead|portfolio)\s(?:member|holder)s?|portfolio\sholders?"
OFFICES = {
    "leader of the council": (r"(?:council\s|deputy\s)?leader(?!s)", r"\bleader\b"),
    "director of children's services": (
        r"dcs|(?:strategic\s|executive\s|corporate\s)?director(?!s)(?:\sof\schildren['’]?s\s(?:services|"
        r"social\scare))?",
        r"\bdirector\b",
    ),
    "cabinet member": (_CABINET, rf"\b(?:{_CABINET})"),
    "chief executive": (r"chief\sexec(?:utive)?|ceo", r"\bchief\sexec"),
    "commissioner": (r"commissioner", r"\bcommissioner\b"),
    "minister": (
        r"(?:children['’]?s\s)?minister|secretary\sof\sstate|education\ssecretary",
        r"\bminister\b|\bsecretary\b",
    ),
    "mayor": (r"mayor", r"\bmayor\b"),
    "MP": (r"(?:local\s)?mps?", r"\bmp\b"),
    "chair": (r"(?:independent\s)?chair(?:man|woman|person)?", r"\bchair"),
}
_INSPECTORATE_HEAD = re.compile(
    r"\b(?:head|boss|chief|director) of ofsted\b|\bofsted['’]s? (?:head|boss|chief|director|spokes\w+)|"
    r"\bchief inspector\b|"
    r"\b(?:lead|senior) inspector\b|\bofsted spokes\w+",
    re.I,
)

# An inspection as a point in time speaks no word.
_POINT_IN_TIME = re.compile(
    r"\b(?:since|after|before|following|until|prior to|ahead of|at the time of|between|(?:respon|react|repl|"
    r"answer)\w* to|"
    r"in response to|from) "
    r"(?:the |its |their |that |this |ofsted(?:['’]s)? )(?:\w+ ){0,3}?(?:inspections?|reports?|letters?|visits?|"
    r"findings|ofsted)\b|"
    r"\b(?:respon|react|repl)\w* to (?:ofsted|inspectors)\b",
    re.I,
)
_INSPECTORS = re.compile(r"\b(?:inspectors?|inspectorate|ofsted|the (?:inspection|report|letter)s?)\b", re.I)
_SAYS = (
    r"(?:say|said|says|saying|respond(?:ed|s)?|response|reply|replied|react(?:ed|ion)?|answer(?:ed)?|comment(?:ed)?|"
    r"promis(?:e|ed|ing)|accept(?:ed)?|aim(?:ing|s)?|plan(?:ning|s|ned)?|claim(?:ed|s)?|argue[ds]?|"
    r"announce[ds]?|think|thinks|"
    r"thought|pledge[ds]?|commit(?:ted)?|admit(?:ted)?|apologi[sz]e[ds]?|tell|told|state[ds]?|intend(?:s|ed)?|"
    r"propose[ds]?|"
    r"defend(?:ed)?|explain(?:ed)?|want(?:s|ed)?|mean|hope[ds]?|write|wrote|quoted|mention(?:ed)?|believe[ds]?)"
)
_WORDS_OF = (
    r"(?:view|views|comments?|words|response|reply|statement|reaction|opinion|opinions|position|account|quotes?|take|"
    r"feedback|answer|verdict|remarks|promises?|plans?|aims?)"
)
# An answer to a report, and not to what children need.
_ANSWER = (
    r"(?:response|reply|reaction|answer)(?=\W*$| (?:to|on) (?:(?:the|its|this|that|these|ofsted['’]?s?|last|"
    r"latest|\d{4}) )*"
    r"(?:inspection|report|findings|ofsted|criticisms?|judge?ment|rating|grade|letter|it)\b)"
)
_COUNCIL = r"(?:council|local authority|authority|trust)"
_COUNCIL_SPEAKS = re.compile(
    rf"\b(?:did|does|do|has|have|is|was|would|will|should) (?:the )?(?:[\w-]+ ){{0,2}}?{_COUNCIL}(?:['’]s)?\b"
    rf"(?! (?:social workers?|staff|children|care leavers|foster carers|leader))[^?]{{0,25}}\b{_SAYS}\b|"
    rf"\b{_COUNCIL}['’]?s? (?:{_ANSWER}|view|comments?|position|account|aims?|statement|plans?|reaction)\b|"
    rf"\b{_WORDS_OF} (?:of|from|by) the {_COUNCIL}\b|\b(?:according to|said by|says|said|told us by) the {_COUNCIL}\b|"
    rf"\bis the {_COUNCIL} (?:aiming|planning|doing|promising)\b|\b{_COUNCIL} (?:spokes\w+|bosses|say|says|said)\b",
    re.I,
)
# What a council does, unlike what it says, an inspectorate may tell as well.
_COUNCIL_ACTS = re.compile(
    rf"\bwhat (?:else )?(?:has|have|did|is|are|will|was) (?:the )?(?:[\w-]+ ){{0,2}}?{_COUNCIL} "
    r"(?:now |been |already |since )?(?:done|do|doing|going to do|put in place|change[ds]?)\b|"
    rf"\bwhat (?:\w+ )?(?:actions?|steps|measures) (?:has|have|did|is|are|was|were|"
    rf"will) (?:the )?(?:[\w-]+ ){{0,2}}?{_COUNCIL}\b|"
    rf"\bhow (?:has|have|did|is|will) (?:the )?(?:[\w-]+ ){{0,2}}?{_COUNCIL} (?:act(?:ed|ing)?|address(?:ed|"
    rf"ing)?|tackl(?:e|ed|ing)|deal(?:t|ing)?)\b",
    re.I,
)
# With the name of the place for its council: only where it is said to speak, or to have done something.
_PLACE_SPEAKS = re.compile(
    rf"\b(?:did|does|do|has|have) {PLACE} (?:also |then |itself )?(?:say|said|repl(?:y|ied)|promis(?:e|ed)|"
    rf"announced?|accept(?:ed)?|"
    rf"apologi[sz]ed?|comment(?:ed)?|respond(?:ed)?(?=\W*$| to)|react(?:ed)?(?=\W*$| to (?:the|its|this|that|"
    rf"ofsted)\b))|\b{PLACE}['’]s {_ANSWER}",
    re.I,
)
_PLACE_ACTS = re.compile(
    rf"\bwhat (?:else )?(?:has|have|did) {PLACE} (?:now |been |already |since )?"
    rf"(?:done|do|doing|put in place)\b(?! (?:well|badly|wrong|right|best|worst))|"
    rf"\bwhat (?:\w+ )?(?:actions?|steps|measures) (?:has|have|did|is|was) {PLACE} (?:taken|take|taking)\b",
    re.I,
)
_TITLE = r"(?:Councillor|Cllr|Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Baroness|Professor|Prof)\.? "
_NO_NAME = (
    r"(?!(?:Social|Foster|Care|Young|Head|Children|Parents|Staff|Local|Chief|Cabinet|Strategic|Lead|Portfolio|Council|"
    r"Senior|The|City|Placename|County|Borough|Department|Secretary|Education)\b)"
)
_NAME = rf"(?:{_TITLE}[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){{0,2}}|{_NO_NAME}[A-Z][a-z’'-]+(?: [A-Z][\w’'-]+){{1,2}})"
_PERSON_SPEAKS = re.compile(
    rf"(?i:\b(?:did|does|has|had|have|was|is))\s(?P<asked>{_NAME})\s(?:[\w,]+\s){{0,8}}?(?i:{_SAYS})\b"
    rf"|(?P<owner>{_NAME})['’]s\s(?:\w+\s)?(?i:{_WORDS_OF})\b"
    rf"|(?i:according to|words of|said by|quotes? from|quoted from|{_WORDS_OF} (?:of|by|from)|"
    rf"statement from)\s(?P<source>{_NAME})"
    rf"|(?i:anything|something|what|everything)\s(?P<plain>{_NAME})\s(?i:said|says|promised|told|wrote)\b"
)
_GROUP = (
    r"social workers?|staff|children|young people|care leavers|care[- ]experienced young people|parents|families|"
    r"(?:foster |kinship )?carers|partners|partner agencies|head ?teachers|schools|professionals|adopters|"
    r"practitioners|"
    r"managers|personal advisers|kids|judges|(?:the )?judiciary|the courts?|police|unions?|workers"
)
_OTHER_WORDS = (
    r"(?:\s(?:in|at|from|of|with)\s(?:the\s)?[\w’'-]+(?:\s(?:and\s|upon\s|on\s)?(?-i:[A-Z])[\w’'-]*)*|\sthemselves)"
)
_GROUP_SPEAKS = re.compile(
    rf"\b(?:did|do|have|had|what|how|were|are)\s(?:[\w’'-]+['’]s\s|Placename(?:['’]s)?\s|the\s|local\s|their\s|"
    rf"newly qualified\s|(?-i:[A-Z])[\w-]+\s)??(?P<who>{_GROUP})"
    rf"{_OTHER_WORDS}{{0,2}}?\s(?:actually\s|all\s)?(?:say|said|saying|tell|told|telling|report|reported|feel|"
    rf"felt|think|thought|complain(?:ed)?|speak|spoke|"
    r"describe|described|make of|made of|raise|raised|praise|criticise)\b"
    rf"|\b(?:views?|opinions?|voices?|feedback|experiences?|words|comments|complaints|concerns) (?:of|from|"
    rf"by) (?:the |local )?(?P<of>{_GROUP})\b(?! are| is| were| was)"
    rf"|\b(?P<own>{_GROUP})['’]s?\s(?:views?|opinions?|feedback|words|comments|complaints)\b"
    rf"|\b(?:according to|said by|told by|heard from|hear from|spoke to|speak to)\s(?:the\s)?(?P<source>{_GROUP})\b",
    re.I,
)


def find_speaker(question: str) -> Speaker | None:
    """The speaker asked for; None where the question does not say.

    PLACE stands in `question` where an authority is named.
    """
    person = _person(question)
    if person:
        return Speaker(VoiceKind.PERSON, person)
    if _INSPECTORATE_HEAD.search(question):
        return Speaker(VoiceKind.INSPECTORATE, "Ofsted")
    group = _GROUP_SPEAKS.search(question)
    if group:
        named = next(value for value in group.groupdict().values() if value)
        return Speaker(VoiceKind.REPORTED_TO_INSPECTORATE, named.lower())
    office = _office(question)
    if office:
        return Speaker(VoiceKind.PERSON, "", office=office)
    if _COUNCIL_SPEAKS.search(question) or _PLACE_SPEAKS.search(question):
        return Speaker(VoiceKind.COUNCIL, "")
    if _COUNCIL_ACTS.search(question) or _PLACE_ACTS.search(question):
        return Speaker(VoiceKind.COUNCIL, "", sure=False)
    named_one = find_publishers(question)
    if named_one or _INSPECTORS.search(_POINT_IN_TIME.sub(" ", question)):
        return Speaker(VoiceKind.INSPECTORATE, named_one[0] if named_one else "")
    return None


def holds_office(voice: str, office: str) -> bool:
    """Whether a voice ("Jane Doe, Leader of ...") is that of the holder of an office (a key of OFFICES)."""
    _, _, role = voice.partition(",")
    return bool(re.search(OFFICES[office][1], role, re.I))


_OFFICE_SPEAKS = tuple(
    (
        office,
        re.compile(
            rf"\b(?:did|does|do|has|had|have|is|was)\s(?:the\s|its\s|their\s|our\s)?(?:[\w’'-]+['’]s\s|"
            rf"council['’]?s?\s|current\s|new\s|then\s|former\s)*"
            rf"(?:{asked})\b[^?]{{0,60}}?\b{_SAYS}\b|"
            rf"\b(?:according to|said by|words of|quotes? from|statement (?:of|from|by)|{_WORDS_OF} (?:of|from|"
            rf"by))\s(?:the\s)?(?:council['’]?s?\s)?(?:{asked})\b|"
            rf"\b(?:{asked})['’]s\s{_WORDS_OF}\b",
            re.I,
        ),
    )
    for office, (asked, _) in OFFICES.items()
)  # fmt: skip


def _office(question: str) -> str | None:
    return next((office for office, pattern in _OFFICE_SPEAKS if pattern.search(question)), None)


def _person(question: str) -> str | None:
    match = _PERSON_SPEAKS.search(question)
    name = next((value for value in match.groupdict().values() if value), "") if match else ""
    if not name or find_publishers(name) or re.search(rf"\b(?:{_COUNCIL}|services)\b", name, re.I):
        return None
    return re.sub(rf"^{_TITLE}", "", name)
