"""Which of a model's claims may stand: every id was given, and the words say nothing that the sentences do not.

Words are held against the sentences that they stand before, stem by stem; nothing is weighed.  They are made of three
things only: words that join and report; what the documents say of themselves (whom they are about, who published them,
when); and words of the field, or numbers, that one of the sentences has too, all of them.  How many, how often, not and
still are words of that third kind.  A document that tells a model what to say can thus not say it through the model.  A
claim whose words fail keeps its sentences, which are the documents' own; one without a sentence that was given is left
out.
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
_INSPECTED = {VoiceKind.INSPECTORATE, VoiceKind.INSPECTORATE_REPORTED, VoiceKind.REPORTED_TO_INSPECTORATE}
_INSPECTORS = frozenset(stems("ofsted inspectors inspectorate inspection hmi"))
_COUNCIL = frozenset(stems("council authority leader councillor"))
_GROUPS = _COUNCIL | frozenset(
    stems("worker parent carer child people manager staff member partner teacher judge adopter")
)
_SPEAK = frozenset(
    stems(
        "say said tell told report reported comment commented criticise praise complain explain add claim believe felt "
        "feel thought think describe state warn note noted want call worry"
    )
)


@cache
def connecting() -> frozenset[str]:
    """The stems of words that join and report, and say nothing of the matter themselves."""
    return _listed("connecting.txt")


@cache
def field_words() -> frozenset[str]:
    """The stems of the field's own words: those of findings, and of every subject of the glossary."""
    named = " ".join(entry for subject in subjects() for entry in (subject.name, *subject.terms, *subject.asked))
    return _listed("findings.txt") | frozenset(stems(named))


@cache
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
    if _speaks_for_another(words, own) or _has_another_speak(words, own):
        return Removed.MISATTRIBUTED
    itself = frozenset.intersection(*map(_of_itself, own))
    matter = [stem for stem in stems(_without_days(words, own)) if stem not in connecting() | itself]
    bearers = [one for one in own if set(stems(one.text)).issuperset(matter)]
    if not bearers:
        others = frozenset().union(*({*stems(one.text), *_of_itself(one)} for one in given.values()))
        return Removed.SPLICED if others.issuperset(matter) else Removed.FABRICATED
    if len(words.split()) > LONGEST or any(stem not in field_words() and not stem.isdigit() for stem in matter):
        return Removed.FABRICATED
    states = _denies(words) or any(stem in _listed("findings.txt") for stem in matter)
    if states and any(_denies(words) != _denies(one.text) for one in bearers):
        return Removed.FABRICATED  # "not" left out, or put in, turns what a sentence says; a mere topic does not
    return None


def _denies(text: str) -> bool:
    return _NEGATION.search(text) is not None


def _of_itself(one: Given) -> frozenset[str]:
    """The stems of what the document of a sentence says of itself, days of the month left out: they count nothing."""
    said = one.document.description
    months = [f"{i.start:%B %Y} {i.end:%B %Y}" for i in (said.published, said.inspected) if i]
    return frozenset(stems(" ".join([*said.authorities, said.publisher, said.kind.value, *months])))


def _without_days(words: str, own: Sequence[Given]) -> str:
    """The words without the whole dates that each document gives for itself."""
    dates = [
        {f"{day:%-d %B}" for i in (d.published, d.inspected) if i for day in (i.start, i.end)}
        for d in (one.document.description for one in own)
    ]
    for date in sorted(set.intersection(*dates), key=len, reverse=True):
        words = re.sub(rf"(?<!\d){date}\b", " ", words)
    return words


def _speaks_for_another(words: str, own: Sequence[Given]) -> bool:
    """Whether the words name an inspectorate or the council, and a sentence of another does not."""
    said = frozenset(stems(words))
    others = [one for one in own if one.sentence.voice.kind not in _INSPECTED]
    if said & _INSPECTORS and not all(said & _INSPECTORS & set(stems(one.text)) for one in others):
        return True
    return bool(said & _COUNCIL) and not others and not any(said & _COUNCIL & set(stems(one.text)) for one in own)


def _has_another_speak(words: str, own: Sequence[Given]) -> bool:
    """Whether a group stands where the speaker does ("parents said", "according to staff") that does not speak."""
    order = stems(words)
    at = next((place for place, stem in enumerate(order) if stem in _SPEAK), 0)
    after = order.index("accord") if "accord" in order else len(order)
    speaking = frozenset((*order[:at], *order[after:])) & _GROUPS
    return bool(speaking) and not all(speaking <= frozenset(stems(one.sentence.voice.name)) for one in own)
