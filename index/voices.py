"""Who is speaking in each sentence of a document.

In an inspectorate's own report a sentence is its finding unless somebody else is heard in it ("social workers told
inspectors ...").  In a council's or a newspaper's text the council, a named person and an inspectorate may speak
in one page: quotations are followed to their speaker, and the inspectorate is heard where it is named as saying or
finding something.  Cautious on purpose: what is not clearly the inspectorate's is the publisher's own voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.records import Kind, Voice, VoiceKind

INSPECTORATES = {
    "Ofsted": r"\bofsted\b",
    "HMIP": r"\b(?:hmip|hmi prob(?:ation)?|inspectorate of probation)\b",
    "CQC": r"\b(?:cqc|care quality commission)\b",
    "HMICFRS": r"\b(?:hmic(?:frs)?|inspectorate of constabulary)\b",
}
_INSPECTORATE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in INSPECTORATES.items()), re.I)

_SAYING = (
    r"(?:said|says?|stat(?:es?|ed|ing)|f(?:ound|inds?)|not(?:es?|ed)|rais(?:es?|ed)|recognis(?:es?|ed?)|acknowledg(?:es?|ed?)|"
    r"judg(?:es?|ed)|rat(?:es?|ed)|grad(?:es?|ed)|brand(?:s|ed)|conclud(?:es?|ed?)|identif(?:y|ies|ied)|highlight(?:s|ed)?|"
    r"report(?:s|ed)?|warn(?:s|ed)?|criticis(?:es?|ed?)|prais(?:es?|ed?)|observ(?:es?|ed)|discover(?:s|ed)|saw|told|"
    r"describ(?:es?|ed)|point(?:s|ed)? (?:to|out)|express(?:es|ed)?|put[s]?|record(?:s|ed)|record|credit(?:s|ed)|welcom(?:es?|ed)|"
    r"call(?:s|ed)|list(?:s|ed)|deem(?:s|ed)|considered|accept(?:s|ed)|"
    r"look(?:s|ed)|visited|inspected|recommend(?:s|ed)?|want(?:s|ed)?|ask(?:s|ed)?|expect(?:s|ed)?)"
)
_OFFICIAL = r"(?:inspectors?|the (?:\w+ ){0,3}(?:letter|report|inspection|inspectorate|visit|findings)(?: from \w+| by \w+)?|their report|its report)"
_REPORTING_INSPECTORATE = re.compile(
    rf"\b(?:{_OFFICIAL}|{'|'.join(INSPECTORATES.values())})(?:,[^,.]{{1,80}},|\s\([^)]*\))?(?:\s(?:also|has|have|had|then|again|were|was|did|not|who|which|that|further|today|itself))*\s{_SAYING}\b"
    rf"|\b(?:said|according to|from|by|told|says)\s(?:ofsted|inspectors?|hmip|the inspectorate|the letter|the inspection)\b"
    rf"|\b(?:concerns?|criticisms?|issues?|strengths?|praise|weaknesses)\b[^.]{{0,40}}\b(?:raised|made|identified|noted|found|listed|highlighted)\b[^.]{{0,30}}\b(?:in|by)\s{_OFFICIAL}"
    rf"|\b(?:concerns?|criticisms?|issues?|areas?)\b[^.]{{0,20}}\b{_OFFICIAL}\s(?:raised|made|identified|noted)"
    rf"|\b(?:joint |recent |latest )?(?:inspection|monitoring visit)\b[^.]{{0,220}}?\b(?:found|concluded|judged|rated|graded|says?|said)\b"
    rf"|\bas (?:identified|noted|stated|reported|set out|described|found) (?:in|by) (?:the )?(?:{'|'.join(INSPECTORATES.values())}|inspect)"
    rf"|\b(?:{'|'.join(INSPECTORATES.values())})['’]s (?:letter|report|account|findings|view)\b"
    rf"|\b(?:was|were|been|are|is)\s(?:once again\s|again\s|all\s|also\s)*(?:rated|judged|branded|graded|found to be|deemed)\b",
    re.I,
)
_THEY_SAY = re.compile(rf"^[“\"']?\s*they\s(?:also\s|have\s|had\s)*{_SAYING}\b", re.I)
_NAME = r"(?:(?:Councillor|Cllr|Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Baroness|Professor|Prof)\.?\s)?[A-Z][\w’'-]+(?:\s(?:[A-Z][\w’'-]+|de|van|von)){1,3}"
_UTTERED = r"(?:said|says|added|adds|commented|stressed|explained|told|stated|continued|insisted|argued|welcomed|accepted|acknowledged|admitted|pointed out|emphasised|responded|described|confirmed|noted|thanked|promised)"
_PERSON_SAYS = re.compile(
    rf"(?P<name>{_NAME})(?:\s\([^)]+\))?(?:,\s(?P<role>[^“”\".:]{{4,140}}?),?|\s\((?P<role2>[^)]+)\))?\s(?:also\s|has\s|have\s|then\s)*{_UTTERED}\b"
)
_SAYS_PERSON = re.compile(rf"{_UTTERED}\s(?P<name>{_NAME})(?:,\s(?P<role>[^“”\".:]{{4,120}}))?[.:]?$")
_PRONOUN_SAYS = re.compile(rf"^(?:he|she)\s(?:also\s|has\s|then\s)*{_UTTERED}\b", re.I)
_COUNCIL = re.compile(
    r"^[“\"']?\s*(?:however,?\s)?(?:the |bradford )?(?:[A-Z][\w-]+\s){0,3}(?:council|local authority|authority|trust)\b|"
    r"\b(?:council|authority)(?:\s\w+){0,3}\s(?:said|says|accepts?|responded|added|has said|has responded|fully accepts?)\b|"
    r"\b(?:the council|the authority) (?:is|has|will|accepts?)\b|^they say\b",
    re.I,
)
_OTHERS = (
    r"(?:social workers?|staff|practitioners?|workers|children|young people|care leavers|parents|families|carers|foster carers|"
    r"adopters|partners|partner agencies|professionals|head ?teachers|schools|school leaders|managers|personal advisers|leaders|"
    r"senior leaders|health visitors|police officers|advocates|those|some|many|most|they|members)"
)
_TOLD_INSPECTORS = re.compile(
    rf"\b(?P<who>{_OTHERS})(?:\s(?:who|that|in|with|spoken to|seen|whom|we|inspectors|met|spoke|to|and)\b[^.,]{{0,60}}?)?,?"
    r"\s(?:consistently |also |all |overwhelmingly |universally |positively |powerfully )*"
    r"(?:told (?:us|inspectors|the inspectors?)|(?:said|say) (?:that )?|report(?:ed)? (?:to inspectors|that|feeling|being|having|positive|they)|"
    r"spoke|speak|describe[ds]? |commented|informed inspectors|shared with inspectors|express(?:ed)? (?:concern|frustration|satisfaction)|"
    r"were (?:positive|overwhelmingly positive|unanimous|keen to tell)|feel |felt )",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence on its way to its voice.

    `opens_paragraph`: it is the first of its paragraph; `in_quotes`: its paragraph begins with a quotation mark;
    `is_item`: its paragraph is one of a list.
    """

    text: str
    opens_paragraph: bool
    in_quotes: bool
    is_item: bool


def voices(utterances: Iterable[Utterance], publisher: str, kind: Kind, council: str | None) -> Iterator[Voice]:
    """The voice of each sentence, in the order given.

    `publisher` decides the default voice; `council` names the local authority a document of the press is about.
    """
    if publisher in INSPECTORATES:
        return (_inspectorate_voice(utterance.text, publisher) for utterance in utterances)
    return _Listener(publisher, kind, council).listen(utterances)


def _inspectorate_voice(text: str, publisher: str) -> Voice:
    match = _TOLD_INSPECTORS.search(text)
    if match:
        return Voice(VoiceKind.REPORTED_TO_INSPECTORATE, match.group("who").lower())
    return Voice(VoiceKind.INSPECTORATE, publisher)


class _Listener:
    """Follows quotations and pronouns through one document that is not an inspectorate's own."""

    def __init__(self, publisher: str, kind: Kind, council: str | None) -> None:
        press = kind is Kind.PRESS
        self.own = Voice(VoiceKind.PRESS if press else VoiceKind.COUNCIL if "council" in publisher.lower() else VoiceKind.OTHER, publisher)
        self.council = Voice(VoiceKind.COUNCIL, f"{council} Council" if council else publisher)
        self.inspectorate = "Ofsted"
        self.person: Voice | None = None
        self.quoted: Voice | None = None  # the speaker whose quotation is open
        self.lead_in: Voice | None = None  # the voice of a sentence that ended in a colon
        self.last = self.own

    def listen(self, utterances: Iterable[Utterance]) -> Iterator[Voice]:
        for utterance in utterances:
            self.last = self._voice(utterance)
            ends_open = utterance.text.rstrip("*_ ").endswith(":")
            self.lead_in = self.last if ends_open else self.lead_in if utterance.is_item else None
            yield self.last

    def _voice(self, utterance: Utterance) -> Voice:
        text = utterance.text.strip()
        named = _INSPECTORATE.search(text)
        if named and named.lastgroup:
            self.inspectorate = named.lastgroup
        speaker = self._speaker(text)
        if speaker:
            self.person = speaker
            self.quoted = speaker if text.endswith(":") or _leaves_open(text) else None
            return speaker
        if self._inside_quotation(utterance):
            assert self.quoted is not None
            return self.quoted
        if utterance.is_item and self.lead_in:
            return self.lead_in
        return self._reported(text)

    def _speaker(self, text: str) -> Voice | None:
        if self.person and _PRONOUN_SAYS.match(text):
            return self.person
        match = _PERSON_SAYS.search(text) or _SAYS_PERSON.search(text)
        if not match or _INSPECTORATE.search(match.group("name")) or re.search(r"\b(?:council|authority|government|inspectors?|board|trust)\b", match.group("name"), re.I):
            return None
        groups = match.groupdict()
        role = groups.get("role") or groups.get("role2")
        name = match.group("name").strip()
        known = self.person and name.split()[-1] == self.person.name.split(",")[0].split()[-1]
        return self.person if known and not role else Voice(VoiceKind.PERSON, f"{name}, {role.strip()}" if role else name)

    def _inside_quotation(self, utterance: Utterance) -> bool:
        """A quotation goes on until a paragraph that opens without a quotation mark."""
        if self.quoted is None:
            return False
        if utterance.opens_paragraph and not utterance.in_quotes:
            self.quoted = None
            return False
        return True

    def _reported(self, text: str) -> Voice:
        if _THEY_SAY.match(text) and self.last.kind in (VoiceKind.INSPECTORATE_REPORTED, VoiceKind.COUNCIL):
            return self.last
        council = _COUNCIL.search(text)
        heard = _REPORTING_INSPECTORATE.search(text)
        if heard and not (council and council.start() < heard.start()):
            return Voice(VoiceKind.INSPECTORATE_REPORTED, self.inspectorate)
        if council and self.own.kind is VoiceKind.PRESS:
            return self.council
        return self.own


def _leaves_open(text: str) -> bool:
    """Whether a quotation opened in the sentence is not closed in it."""
    return text.count("“") > text.count("”") or (text.count("“") + text.count("”") == 0 and text.count('"') % 2 == 1)
