"""Which of a model's claims may stand: every id was given, and the words say nothing that the sentences do not.

Words are held against the sentences that they stand before, stem by stem; nothing is weighed.  They are made of three
things only: words that join and report; what the document says of itself (whom it is about, who published it, when);
and words of the field, or numbers, that the sentences have too.  A document that tells a model what to say can thus not
say it through the model.  A claim whose words fail keeps its sentences, which are the documents' own; one without a
sentence that was given is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from assistant.interpret.glossary import stems, subjects
from assistant.llm.records import Checked, Claim, Given, Removed
from index.records import VoiceKind

LONGEST = 40  # words before a sentence
_MARKUP = re.compile(r"https?:|www\.|[<>\[\]{}|`*_~#@\\]|\w\.(?:com|org|net|io|uk)\b", re.I)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|neither|without|cannot|hardly|fail(?:s|ed|ing)?|lack(?:s|ed|ing)?)\b|n[’']t\b", re.I
)
_INSPECTORS = frozenset(stems("ofsted inspectors inspectorate inspection hmi"))
_COUNCIL = frozenset(stems("council authority leader councillor"))


@cache
def connecting() -> frozenset[str]:
    """The stems of words that join and report, and say nothing of the matter themselves."""
    return _listed("connecting.txt")


@cache
def field_words() -> frozenset[str]:
    """The stems of the field's own words: those of findings, and of every subject of the glossary."""
    named = " ".join(entry for subject in subjects() for entry in (subject.name, *subject.terms, *subject.asked))
    return _listed("findings.txt") | frozenset(stems(named))


def _listed(file: str) -> frozenset[str]:
    return frozenset(stems(resources.files("assistant.llm").joinpath(file).read_text(encoding="utf-8")))


def check(claims: Sequence[Claim], given: Mapping[str, Given]) -> tuple[tuple[Checked, ...], Counter[Removed]]:
    """What is left of the claims, and how often something was removed, by kind.  A sentence stands once only."""
    removed: Counter[Removed] = Counter()
    kept: list[Checked] = []
    used: set[str] = set()
    for claim in claims:
        known = [one for one in claim.ids if one in given]
        removed[Removed.FABRICATED] += len(claim.ids) - len(known) + (not claim.ids)
        fresh = [given[one] for one in known if one not in used]
        if not fresh:
            continue
        used.update(known)
        fault = _fault(claim.words, fresh, given) if claim.words else None
        if fault:
            removed[fault] += 1
        kept.append(Checked("" if fault else claim.words, tuple(fresh)))
    return tuple(kept), +removed


def _fault(words: str, own: Sequence[Given], given: Mapping[str, Given]) -> Removed | None:
    """Why the words may not stand before the sentences `own`; None: they may."""
    if _MARKUP.search(words) or any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn") for c in words):
        return Removed.MARKUP
    if _speaks_for_another(words, own):
        return Removed.MISATTRIBUTED
    held = frozenset(stems(" ".join(one.text for one in own)))
    itself = frozenset(stems(" ".join(map(_of_itself, own))))
    foreign = [stem for stem in stems(words) if stem not in connecting() | itself and stem not in held]
    if foreign:
        others = frozenset(stems(" ".join(one.text for one in given.values())))
        return Removed.SPLICED if others.issuperset(foreign) else Removed.FABRICATED
    sayable = connecting() | itself | field_words()
    if len(words.split()) > LONGEST or any(stem not in sayable and not stem.isdigit() for stem in stems(words)):
        return Removed.FABRICATED
    if _denies(words) != any(_denies(one.text) for one in own):
        return Removed.FABRICATED  # "not" left out, or put in, turns what a sentence says
    return None


def _denies(text: str) -> bool:
    return _NEGATION.search(text) is not None


def _of_itself(one: Given) -> str:
    """What the document of a sentence says of itself."""
    said = one.document.description
    days = [f"{i.start:%-d %B %Y} {i.end:%-d %B %Y}" for i in (said.published, said.inspected) if i]
    return " ".join([*said.authorities, said.publisher, said.kind.value, *days])


def _speaks_for_another(words: str, own: Sequence[Given]) -> bool:
    """Whether the words name an inspectorate or the council as the speaker of what another says."""
    said = set(stems(words))
    kinds = {one.sentence.voice.kind for one in own}
    inspectors = {VoiceKind.INSPECTORATE, VoiceKind.INSPECTORATE_REPORTED, VoiceKind.REPORTED_TO_INSPECTORATE}
    if said & _INSPECTORS and not kinds & inspectors:
        return not any(said & _INSPECTORS & set(stems(one.text)) for one in own)
    if said & _COUNCIL and not kinds - inspectors:
        return not any(said & _COUNCIL & set(stems(one.text)) for one in own)
    return False
