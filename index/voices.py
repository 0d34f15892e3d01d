"""Who is speaking in each sentence of a document.

Who is heard in an inspectorate's own report is `told`'s to say.  In a council's or a newspaper's text the council, a
named person and an inspectorate may speak in one page: quotations are followed to their speaker, and the inspectorate
is heard where it is named as saying or finding something.  Cautious on purpose: what is not clearly another's is the
publisher's own voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from index import quotations
from index import voicewords as words
from index.records import Kind, Voice, VoiceKind
from index.told import told
from index.voicewords import INSPECTORATES

__all__ = ["INSPECTORATES", "Utterance", "voices"]

MEMORY = 2  # sentences after which "they" no longer means the body that spoke


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence on its way to its voice.

    `text` has the quotation marks that stand right before or after it; `opens_paragraph`: it is the first of its
    paragraph; `is_item`: its paragraph is one of a list; `heading`: the heading that it stands under, "" where there
    is none.
    """

    text: str
    opens_paragraph: bool
    is_item: bool
    heading: str = ""


def voices(utterances: Iterable[Utterance], publisher: str, kind: Kind, council: str | None) -> Iterator[Voice]:
    """The voice of each sentence, in the order given.

    `publisher` decides the default voice; `council` names the local authority a document of the press is about.
    """
    if publisher in INSPECTORATES:
        return told(((utterance.text, utterance.opens_paragraph) for utterance in utterances), publisher)
    return _Listener(publisher, kind, council).listen(utterances)


class _Listener:
    """Follows quotations and pronouns through one document that is not an inspectorate's own."""

    def __init__(self, publisher: str, kind: Kind, council: str | None) -> None:
        self.own = Voice(_own_kind(publisher, kind), publisher)
        self.council = Voice(VoiceKind.COUNCIL, f"{council} Council" if council else publisher)
        self.its_paper_counts = kind is not Kind.COMMITTEE_REPORT  # there "the report" is the committee's own
        self.inspectorate: str | None = None  # the one named last
        self.person: Voice | None = None  # whom "he" and "she" mean
        self.body: Voice | None = None  # whom "it" and "they" mean
        self.since_body = 0
        self.quoted: Voice | None = None  # the speaker of the quotation that is open or may go on
        self.open = False  # a quotation mark is still to be closed
        self.lead_in: Voice | None = None  # the voice of a sentence that ended in a colon

    def listen(self, utterances: Iterable[Utterance]) -> Iterator[Voice]:
        for paragraph in _paragraphs(utterances):
            self.open = False  # each paragraph of a long quotation opens with a mark of its own
            if not quotations.opens_with_mark(paragraph[0].text):
                self.quoted = None
            for place, utterance in enumerate(paragraph):
                voice = self._voice(utterance, paragraph[place + 1 :])
                self._remember(utterance, voice)
                yield voice

    def _voice(self, utterance: Utterance, following: Sequence[Utterance]) -> Voice:
        text = utterance.text
        if not (self.open or quotations.opens_with_mark(text)):
            return self._speaker(text) or self._unquoted(text, utterance)
        outside = quotations.outside(text, self.open)
        said = self._attributed(outside) if re.search(r"\w", outside) else None
        return said or self._of_quotation(following) or self.own

    def _of_quotation(self, following: Sequence[Utterance]) -> Voice | None:
        """Who speaks a quoted sentence that does not say so itself: whoever spoke last, or is named where it ends."""
        if self.quoted:
            return self.quoted
        is_open = True
        for utterance in following:
            outside = quotations.outside(utterance.text, is_open)
            if re.search(r"\w", outside):
                return self._attributed(outside)
            is_open = quotations.stays_open(utterance.text, is_open)
        return None

    def _attributed(self, outside: str) -> Voice | None:
        """The speaker whom the words around a quotation name."""
        if self.person and words.ENDS_PRONOUN_SAYS.search(f", {outside}".replace("  ", " ")):
            return self.person
        if words.QUOTED_FROM.search(outside):
            return self._inspectors(outside)
        return self._speaker(outside.lstrip(" ,-–")) or self._body_heard(outside)

    def _remember(self, utterance: Utterance, voice: Voice) -> None:
        """What the sentences after this one need to know of it."""
        text = utterance.text
        named = words.INSPECTORATE.search(text)
        self.inspectorate = named.lastgroup if named else self.inspectorate
        ends_in_colon = text.rstrip("*_ ").endswith(":")
        self.lead_in = voice if ends_in_colon else self.lead_in if utterance.is_item else None
        in_quotation = self.open or quotations.opens_with_mark(text)
        self.open = quotations.stays_open(text, self.open)
        if self.open or ends_in_colon or in_quotation:
            self.quoted = voice
        if voice.kind is VoiceKind.PERSON:
            self.person = voice
        elif not in_quotation:
            self._remember_body(text, voice)

    def _remember_body(self, text: str, voice: Voice) -> None:
        self.since_body += 1
        subject = voice if voice.kind in (VoiceKind.INSPECTORATE_REPORTED, VoiceKind.COUNCIL) else None
        if words.THEY.match(text) and self.body:
            self.since_body = 0
        elif words.INSPECTORATE_SUBJECT.match(text):
            self.body, self.since_body = self._inspectors(text), 0
        elif words.COUNCIL_SUBJECT.match(text):
            self.body, self.since_body = self._council_voice(), 0
        elif words.OTHERS_SUBJECT.match(text) or self.since_body >= MEMORY:
            self.body = None
        elif subject and (subject.kind is VoiceKind.INSPECTORATE_REPORTED or self.own.kind is VoiceKind.PRESS):
            self.body, self.since_body = subject, 0

    def _speaker(self, text: str) -> Voice | None:
        """The person who is named as speaking, or meant by "he" or "she"."""
        if self.person and (words.PRONOUN_SAYS.match(text) or words.ROLE_SAYS.match(text)):
            return self.person
        for pattern in (words.PERSON_SAYS, words.SAYS_PERSON):
            for match in pattern.finditer(text):
                name = match["name"].strip()
                if not (words.NO_PERSON.search(name) or words.INSPECTORATE.search(name)):
                    groups = match.groupdict()
                    role = (groups.get("role") or groups.get("role2") or "").strip()
                    before = text[max(0, match.start("name") - 50) : match.start("name")]
                    return self._person(name, role, before)
        return None

    def _person(self, name: str, role: str, before: str) -> Voice:
        """A named speaker; one of the inspectorate's own people speaks for it."""
        if words.OF_INSPECTORATE.search(role) or re.search(
            rf"(?:{words.OF_INSPECTORATE.pattern})[^,.;]*$", before, re.I
        ):
            return self._inspectors(f"{role} {before}")
        if self.person and not role and _surname(name) == _surname(self.person.name):
            return self.person
        return Voice(VoiceKind.PERSON, f"{name}, {role}" if role else name)

    def _unquoted(self, text: str, utterance: Utterance) -> Voice:
        if utterance.is_item and self.lead_in:
            return self.lead_in
        heard = words.TOLD_INSPECTORS.search(text)
        if heard:
            return Voice(VoiceKind.REPORTED_TO_INSPECTORATE, heard["who"].lower())
        return self._body_heard(text) or self._under_heading(text, utterance) or self.own

    def _under_heading(self, text: str, utterance: Utterance) -> Voice | None:
        """An item of a list under "What Ofsted found" is what Ofsted found, unless it is plainly not."""
        if not utterance.is_item or not words.INSPECTORATE_HEADING.match(utterance.heading):
            return None
        own = words.FIRST_PERSON.search(text) or words.PLANS.search(text) or words.COUNCIL_SUBJECT.search(text)
        return None if own else self._inspectors(utterance.heading)

    def _body_heard(self, text: str) -> Voice | None:
        """The inspectorate or the council, where the sentence reports one of them."""
        if words.COUNCIL_SAID.search(text):
            return self._council_voice()
        if words.SAYS_INSPECTORATE.search(text) and self._paper_known(text):
            return self._inspectors(text)
        if self.body and words.THEY.match(text):
            finds = self.body.kind is VoiceKind.COUNCIL or words.THEY_FOUND.match(text)
            return self.body if finds else None
        if words.MAIN_CLAUSE_OWN.match(text):
            return self._council_voice() if words.COUNCIL_SUBJECT.search(text) else None
        heard = self._heard_at(text)
        council = min((m.start() for m in _matches(text, words.COUNCIL_SUBJECT, words.COUNCIL_SAYS)), default=None)
        says = words.COUNCIL_SAYS.search(text)
        graded = words.GRADED.search(text)
        if graded and not (says and says.start() < graded.start()):
            return self._inspectors(text)
        first_person = words.FIRST_PERSON.search(text)
        if heard is not None and not any(
            at is not None and at < heard for at in (council, first_person and first_person.start())
        ):
            return self._inspectors(text)
        return self._council_voice() if council is not None else None

    def _heard_at(self, text: str) -> int | None:
        """Where the inspectorate is first heard in a sentence."""
        patterns = [words.INSPECTORATE_NAMED, words.INSPECTION_FOUND]
        if self._paper_known(text) and self.its_paper_counts:
            patterns.append(words.ITS_PAPER)
        return min((match.start() for match in _matches(text, *patterns)), default=None)

    def _paper_known(self, text: str) -> bool:
        return self.inspectorate is not None or bool(words.INSPECTORATE.search(text))

    def _inspectors(self, text: str) -> Voice:
        named = words.INSPECTORATE.search(text)
        return Voice(
            VoiceKind.INSPECTORATE_REPORTED, (named.lastgroup if named else None) or self.inspectorate or "Ofsted"
        )

    def _council_voice(self) -> Voice:
        return self.own if self.own.kind is VoiceKind.COUNCIL else self.council


def _surname(name: str) -> str:
    return name.partition(",")[0].rsplit(maxsplit=1)[-1]


def _own_kind(publisher: str, kind: Kind) -> VoiceKind:
    if kind is Kind.PRESS:
        return VoiceKind.PRESS
    council = re.search(r"\bcouncil\b|\bborough\b|\bauthority\b|\bcity of\b", publisher, re.I)
    return VoiceKind.COUNCIL if council else VoiceKind.OTHER


def _paragraphs(utterances: Iterable[Utterance]) -> Iterator[list[Utterance]]:
    """The sentences of each paragraph, on one line each and with double quotation marks."""
    paragraph: list[Utterance] = []
    for utterance in utterances:
        if utterance.opens_paragraph and paragraph:
            yield _plain(paragraph)
            paragraph = []
        paragraph.append(utterance)
    if paragraph:
        yield _plain(paragraph)


def _plain(paragraph: Sequence[Utterance]) -> list[Utterance]:
    texts = quotations.doubled([" ".join(utterance.text.split()) for utterance in paragraph])
    return [replace(utterance, text=text) for utterance, text in zip(paragraph, texts, strict=True)]


def _matches(text: str, *patterns: re.Pattern[str]) -> Iterator[re.Match[str]]:
    return (match for pattern in patterns if (match := pattern.search(text)))
