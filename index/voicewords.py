"""The wordings by which a sentence shows who is speaking in it.  What follows from them is decided in `voices`."""

from __future__ import annotations

import re

INSPECTORATES = {
    "Ofsted": r"\bofsted\b",
    "HMIP": r"\b(?:hmip|hmi prob(?:ation)?|inspectorate of probation)\b",
    "CQC": r"\b(?:cqc|care quality commission)\b",
    "HMICFRS": r"\b(?:hmic(?:frs)?|inspectorate of constabulary)\b",
}
INSPECTORATE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in INSPECTORATES.items()), re.I)

_NAMES = "|".join(INSPECTORATES.values())
_PAPER = r"(?:letter|report|inspection|findings|judge?ments?|verdict|account|view|feedback)"
# "Ofsted", "inspectors", "Ofsted's latest report".
_INSPECTORS = (
    rf"(?:(?:{_NAMES})(?:['’]s?(?:\s\w+){{0,2}}\s{_PAPER})?|(?:ofsted\s)?inspectors?\b|the inspectorate\b)"
    r"(?:\sspokes\w+)?"
)
# "the report" is the inspectorate's only where one has been heard before, and never in a committee's own report.
_ITS_PAPER = (
    r"(?:the|their|its)\s(?:(?:latest|recent|new|full|final|damning|critical|joint|first|second|third|published|"
    r"watchdog['’]s|inspectors['’]|inspection|monitoring|focused)\s){0,3}"
    r"(?:letter|report|inspectorate|monitoring visit|focused visit)\b"
)
_INSPECTION_PAPER = rf"(?:(?:the|their|its)\s)?(?:(?:ofsted|{_NAMES}|inspection|inspectors['’])\s)+(?:letter|report)\b"

_FINDING = (
    r"(?:said|says?|stat(?:es?|ed|ing)|f(?:ound|inds?)|not(?:es?|ed)|rais(?:es?|ed)|recogni[sz](?:es?|ed?)|"
    r"acknowledg(?:es?|ed?)|judg(?:es?|ed)|rat(?:es?|ed)|grad(?:es?|ed)|brand(?:s|ed)|conclud(?:es?|ed?)|"
    r"identif(?:y|ies|ied)|highlight(?:s|ed)?|report(?:s|ed)|warn(?:s|ed)?|criticis(?:es?|ed?)|prais(?:es?|ed?)|"
    r"observ(?:es?|ed)|discover(?:s|ed)|saw|told|describ(?:es?|ed)|point(?:s|ed)? (?:to|out)|express(?:es|ed)?|puts?|"
    r"record(?:s|ed)|credit(?:s|ed)|count(?:s|ed)|speaks? of|spoke of|voic(?:es?|ed)|welcom(?:es?|ed)|call(?:s|ed)|"
    r"list(?:s|ed)|deem(?:s|ed)|considered|accept(?:s|ed)|recommend(?:s|ed)?|want(?:s|ed)?|asks? (?:that|the council)|"
    r"(?:is|are|was|were) (?:concerned|critical|satisfied|worried|clear that|positive))"
)
_ADVERBS = r"(?:\s(?:also|has|have|had|then|again|did|not|who|which|that|further|today|itself|therefore|rightly))*"
_ASIDE = r"(?:,[^,.]{1,80},|\s\([^)]*\))?"
_GRADED = (
    r"\b(?:was|were|been|are|is|remains?)\s(?:(?:once|again|all|also|still|first|previously)\s)*"
    r"(?:rated|judged|branded|graded|found to be|deemed)\b(?!\s(?:\w+\s){0,3}by\s(?!the\sinspect)(?!"
    + _NAMES
    + r"|inspect))"
    r"(?=[^.]{0,60}\b(?:inadequate|requir|good\b|outstanding|failing))"
)
GRADED = re.compile(_GRADED, re.I)
_OFFICIAL = rf"(?:{_INSPECTORS}|{_ITS_PAPER})"
_MATTERS = r"(?:concerns?|criticisms?|issues?|strengths?|praise|weaknesses|failings)"
_RAISED = r"(?:raised|made|identified|noted|found|listed|highlighted)"


def _heard(speaker: str) -> re.Pattern[str]:
    """Where `speaker` is heard: as the subject of a finding, as a source, or as who raised concerns."""
    return re.compile(
        rf"\b{speaker}{_ASIDE}{_ADVERBS}\s{_FINDING}\b"
        rf"|\b{speaker}\s(?:visited|inspected|returned|came|went|looked)\b[^.]{{0,80}}?\band\s(?:have\s|has\s)?{_FINDING}\b"
        rf"|\b(?:according to|in the (?:view|words|opinion) of)\s{speaker}"
        rf"|[,”\"’']\s(?:said|says|say)\s{speaker}"
        rf"|\b{_MATTERS}\s(?:\w+\s){{0,3}}(?:was|were|is|are)\s(?:\w+\s)?{_RAISED}\b[^.]{{0,30}}\b(?:in|by)\s{speaker}"
        rf"|\b(?:{_MATTERS}|areas?)\s(?:that\s|which\s)?{speaker}{_ADVERBS}\s{_RAISED}\b"
        rf"|^as {_RAISED} (?:in|by) {speaker}",
        re.I,
    )


INSPECTORATE_NAMED = _heard(rf"(?:{_INSPECTION_PAPER}|{_INSPECTORS})")
ITS_PAPER = _heard(_ITS_PAPER)
INSPECTION_FOUND = re.compile(
    r"(?<!mock )(?<!peer )(?<!internal )\b(?:inspection|monitoring visit)\b"
    r"(?:(?!\b(?:we|our|council|staff|told|said)\b)[^.]){0,200}?\b(?:found|concluded|judged|rated|graded)\b",
    re.I,
)
QUOTED_FROM = re.compile(
    rf"^[^\w]{{0,6}}(?:that['’]?s|this is|the words?|the verdict)?\s?(?:come |comes )?from {_OFFICIAL}", re.I
)
SAYS_INSPECTORATE = re.compile(
    rf"[,”\"’'–-]\s*(?:{_OFFICIAL}\s(?:has\s|have\s)?{_FINDING}|(?:said|says)\s{_OFFICIAL})\W*$", re.I
)
INSPECTORATE_SUBJECT = re.compile(rf"^\W*(?:(?:but|and|however),?\s)?(?:{_INSPECTION_PAPER}|{_INSPECTORS})", re.I)
INSPECTORATE_HEADING = re.compile(
    rf"^(?:what (?:did )?)?{_INSPECTORS}\s(?:found|find|said|say|says|saw|told us|praised|judged|findings?)\b|"
    rf"^(?:the )?(?:key |main )?(?:findings|judgements|verdict) (?:of|by|from) (?:the )?{_INSPECTORS}|"
    rf"^(?:{_NAMES})['’]s (?:key |main )?(?:findings|judgements|verdict)",
    re.I,
)
THEY_FOUND = re.compile(
    rf"^\W*(?:(?:but|and|however),?\s)?(?:they|it|their report|its report){_ADVERBS}\s{_FINDING}\b", re.I
)
THEY = re.compile(r"^\W*(?:(?:but|and|however),?\s)?(?:they|it)\b", re.I)

_TITLE = r"(?:(?:Councillor|Cllr|Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Baroness|Professor|Prof)\.?\s)"
_NO_NAME = (
    r"(?!(?:However|But|Yet|And|While|Although|Meanwhile|Today|Yesterday|Last|The|In|On|At|For|As|Then|When|After|This)"
    r"\b)"
)
# Two capitalised words at least, or one after a title.
_NAME = rf"\b{_NO_NAME}(?:{_TITLE}[A-Z][\w’'-]+|[A-Z][\w’'-]+(?=\s[A-Z]))(?:\s(?:[A-Z][\w’'-]+|de|van|von)){{0,3}}"
_UTTERS = (
    r"(?:said|says|added|adds|commented|stressed|explained|told|stated|continued|insisted|argued|welcomed|accepted|"
    r"acknowledged|admitted|conceded|pointed (?:out|to)|emphasised|responded|replied|described|confirmed|noted|thanked|"
    r"promised|pledged|called|believes?|believed|hopes?|hoped|expects|expected|thinks|warned|urged|praised|apologised|"
    r"criticised|recognised|highlighted|paid tribute|wrote|concluded|claimed|reiterated)"
)
PERSON_SAYS = re.compile(
    rf"(?P<name>{_NAME})(?:\s\([^)]+\))?(?:,\s(?P<role>[^“”\".:]{{4,140}}?),?|\s\((?P<role2>[^)]+)\))?"
    rf"\s(?:also\s|has\s|have\s|then\s)*{_UTTERS}\b"
)
SAYS_PERSON = re.compile(rf"{_UTTERS}\s(?P<name>{_NAME})(?:,\s(?P<role>[^“”\".:]{{4,120}}))?[.:]?$")
PRONOUN_SAYS = re.compile(
    rf"^\W*(?:he|she)\s(?:also\s|has\s|then\s)*{_UTTERS}\b|^\W*in (?:his|her) (?:view|opinion|words)\b", re.I
)
ENDS_PRONOUN_SAYS = re.compile(rf"[,”\"’']\s(?:he|she)\s(?:also\s|has\s|then\s)*{_UTTERS}\W*$", re.I)
ROLE_SAYS = re.compile(
    rf"^\W*the (?:leader|(?:strategic |executive )?director|chief executive|councillor|portfolio holder|cabinet member)"
    rf"\s(?:also\s|has\s|then\s)*{_UTTERS}\b",
    re.I,
)
NO_PERSON = re.compile(
    r"\b(?:council|authority|government|inspect\w*|board|trust|report|letter|committee|services?|children|department|"
    r"office|party|union|commission|partnership|team|panel|university|police|workers?|staff|leavers|parents|court|act)\b",
    re.I,
)
# The words before a name, or its role, that make it a voice of the inspectorate.
OF_INSPECTORATE = re.compile(
    rf"(?:{_NAMES})['’]s\b|\b(?:at|for|of|from|with)\s(?:{_NAMES})|^(?:{_NAMES})\b|\binspector\b", re.I
)

_BODY = r"(?:council|local authority|authority|trust)"
_SPOKESPERSON = rf"(?i:{_BODY}\s(?:spokes\w+|leaders?|bosses)|spokes\w+\s(?:for|from)\s[^,.]{{0,40}}{_BODY})"
COUNCIL_SUBJECT = re.compile(
    rf"^\W*(?:(?:but|and|however),?\s)?(?:the\s)?(?:[A-Z][\w-]+\s){{0,3}}(?i:{_BODY})\b(?!['’])"
    rf"|^(?i:they say\b)|\b[Tt]he (?:council|authority|Council|Authority) (?:is|has|will|accepts?)\b",
)
COUNCIL_SAYS = re.compile(
    rf"\b(?i:{_BODY})(?:['’]s)?(?:\s\w+){{0,3}}?\s(?:said|says|accepts?|accepted|responded|responds|repl(?:y|ies|ied)|added|"
    rf"admitted|insist(?:s|ed)|fully accepts?|believes?|told|promised|confirmed|stated)\b"
    rf"|(?:\b(?i:according to)|[,”\"’']\s(?:said|says))\s(?:the\s)?(?:[A-Z][\w-]+\s){{0,3}}(?i:{_BODY})\b(?!['’])"
    rf"|\b{_SPOKESPERSON}\s(?i:said|says|added|told)\b",
)
COUNCIL_SAID = re.compile(
    rf"[,”\"’'–-]\s*(?:the\s)?(?:\w+\s){{0,3}}(?:{_BODY}|{_SPOKESPERSON})\s(?:said|says|added|admitted|replies|replied)\W*$|"
    rf"[,”\"’'–-]\s*(?:said|says|replies|replied)\s(?:the\s|a\s)?(?:\w+\s){{0,3}}(?:{_BODY}|{_SPOKESPERSON})\W*$",
    re.I,
)
FIRST_PERSON = re.compile(r"\b(?:we|our|ours|us|we['’](?:re|ve|ll))\b", re.I)
# "Since Ofsted's report, we have ...": what follows the clause is the publisher's own.
MAIN_CLAUSE_OWN = re.compile(
    rf"^\W*(?:since|after|following|when|because|although|while|as|in response to)\b[^,]*,"
    rf"\s(?:we|our|it|they|leaders|(?:the\s)?(?:\w+\s){{0,2}}{_BODY})\b",
    re.I,
)
PLANS = re.compile(r"\b(?:will|plans? to|aims? to|is working|are working|next steps?)\b", re.I)

_OTHERS = (
    r"(?:social workers?|staff|practitioners?|workers|children|young people|care leavers|parents|families|carers|"
    r"foster carers|adopters|partners|partner agencies|professionals|head ?teachers|schools|school leaders|managers|"
    r"personal advisers|leaders|senior leaders|health visitors|police officers|advocates|those|some|many|most|they|"
    r"members)"
)
OTHERS_SUBJECT = re.compile(rf"^\W*(?:(?:some|many|most|all|the|local)\s)*{_OTHERS}\b", re.I)
TOLD_INSPECTORS = re.compile(
    rf"\b(?P<who>{_OTHERS})\s(?:also\s|have\s|had\s|all\s|consistently\s)*"
    rf"(?:told|informed|shared with)\s(?:the )?{_INSPECTORS}",
    re.I,
)
