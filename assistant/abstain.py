"""When the documents chosen say nothing about the topic: decided by words, never by a similarity threshold alone.

Similarity does not separate answerable from unanswerable questions (measured, AUC 0.63-0.70).  What does: the
subject asked about, under every name that reports have for it, stands nowhere in the documents that the slots chose.
A topic that is no subject of the field is missing where most of its telling words are, unless a passage says the
same in other words, as everyday questions do ("living with mum or dad").  Another service, or a school by its name,
is missing where no document names it, however near a passage is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from assistant.choose import SECOND_HAND
from assistant.fitting import by_publication, published_by
from assistant.interpret.glossary import Subject, find_subjects
from assistant.interpret.other_services import named_institutions, other_services
from assistant.interpret.slots import FULL
from assistant.records import Missing, Reading, Selection
from assistant.words import about, join_words, period_words
from index.catalogue import Catalogue, StoredDocument

# Cosine: questions on what is held, put in words that are not, all lay above it; bin collections and football below.
CLOSE = 0.25
# Questions that name their topic ("what was said about rent arrears?") are put in the reports' words more often than
# those that describe it ("are teeth checked?"): without any of their telling words, only what is this near counts.
VERY_CLOSE = 0.45
_NAMES_TOPIC = re.compile(
    r"\b(?:sa(?:y|id|ys)|f(?:i|ou)nd(?:ings?|s)?|mention\w*|comment\w*|report\w*|anything|something|told|tell|think|thought)"
    r"\b[^?]{0,25}?\b(?:about|on|of|regarding|concerning)\b",
    re.I,
)
BROAD = 0.7  # a subject that more of the documents than these speak of tells no topic from another
SPOKEN_OF = 3  # other documents that are named, at most
_JOINED = re.compile(r",|;|&|\b(?:and|or|as well as)\b", re.I)


def missing_topic(reading: Reading, selection: Selection, catalogue: Catalogue, closest: float) -> Missing | None:
    """The topic as the missing slot, with where else it is spoken of; None where the chosen documents speak of it.

    `closest` is the cosine of the passage nearest to the topic.
    """
    sources = _asked(reading, selection)
    elsewhere = _named_elsewhere(reading, sources, catalogue)
    if elsewhere:
        return elsewhere
    every = find_subjects(reading.topic)
    named = tuple(subject for subject in every if not subject.loose)
    lacking = [absent(part, sources, catalogue) for part in parts_of(reading.question, named)]
    if named and all(lacking):
        return Missing("topic", _reason(lacking[0][0], sources, reading, catalogue))
    if every:
        return None
    if closest < CLOSE:
        return _no_words(reading, sources, catalogue)
    if closest < VERY_CLOSE and _NAMES_TOPIC.search(reading.question):
        return _no_words(reading, sources, catalogue, every=True)
    return None


def _named_elsewhere(reading: Reading, sources: Sequence[str], catalogue: Catalogue) -> Missing | None:
    """Another service, or a school or hospital by its name, must be named by the documents themselves.

    Whatever is near in meaning: "library opening hours" is near to how families reach an early help hub.
    """
    asked = [*((names, names[0]) for names in other_services(reading.question)),
             *(((name,), name) for name in named_institutions(reading.question))]  # fmt: skip
    absent = [name for names, name in asked if not catalogue.says(names, sources)]
    if not absent or len(absent) < len(asked):
        return None
    they = "none of them speaks" if len(sources) > 1 else "it does not speak"
    return Missing("topic", f"{_searched(sources)}; {they} of {join_words(absent, 'or')}.")


def _no_words(reading: Reading, sources: Sequence[str], catalogue: Catalogue, *, every: bool = False) -> Missing | None:
    """Without a subject of the field, more than half of the topic's telling words must stand in the documents.

    A word that every other document has tells nothing about the topic.  With `every`, one of them standing there will
    do.
    """
    everywhere = len(catalogue.documents()) / 2
    telling = [t for t in reading.terms if len(catalogue.sources_with([t])) <= max(everywhere, 1)]
    absent = [t for t in telling if not catalogue.sources_with([t], sources)]
    if not absent or 2 * len(absent) < len(telling) or (every and len(absent) < len(telling)):
        return None
    names = join_words([f"“{term}”" for term in absent[:4]], "or")
    return Missing(
        "topic", f"{_searched(sources)}; {'they do' if len(sources) > 1 else 'it does'} not speak of {names}."
    )


def _asked(reading: Reading, selection: Selection) -> list[str]:
    """The documents to be searched for the topic: where "the inspection" is meant, letters of visits do not count."""
    every = [d.source for d in selection.documents]
    weaker = {source for source, prior in selection.priors.items() if prior > SECOND_HAND}
    if not weaker or reading.kinds:
        return every
    best = max((selection.priors.get(source, 0.0) for source in every), default=0.0)
    full = [
        d.source
        for d in selection.documents
        if d.description.kind in FULL and selection.priors.get(d.source, 0.0) == best
    ]
    return full or every


def parts_of(question: str, named: Sequence[Subject]) -> list[list[Subject]]:
    """The subjects of each thing that is asked about at once: one that is spoken of is worth an answer."""
    parts = [[one for one in find_subjects(part) if one in named] for part in _JOINED.split(question)]
    return [part for part in parts if part] or [list(named)]


def absent(named: Sequence[Subject], sources: Sequence[str], catalogue: Catalogue) -> list[Subject]:
    """The telling subjects among `named`, where nothing in `sources` is about any of them."""
    telling = _telling(named, catalogue)
    if any(catalogue.says(subject.terms, sources) for subject in telling):
        return []
    # Where a subject of most reports is named too, a word in another form is enough: one may be named by the way.
    by_the_way = len(telling) < len(named) and any(catalogue.sources_with(s.terms, sources) for s in telling)
    return [] if by_the_way else telling


def _telling(named: Sequence[Subject], catalogue: Catalogue) -> list[Subject]:
    """The subjects that tell the topic from others: "asylum-seeking children in housing" is about asylum.

    All of them, where each is one that most documents speak of.
    """
    most = BROAD * len(catalogue.documents())
    return [s for s in named if len(catalogue.sources_with(s.terms)) <= most] or list(named)


def _searched(sources: Sequence[str]) -> str:
    return f"{len(sources)} documents were searched" if len(sources) > 1 else "One document was searched"


def _reason(subject: Subject, sources: Sequence[str], reading: Reading, catalogue: Catalogue) -> str:
    others = [d for d in catalogue.documents() if d.source not in sources and _related(d, reading)]
    named = catalogue.sources_with(subject.terms, [d.source for d in others])
    latest = sorted((d for d in others if d.source in named), key=by_publication, reverse=True)
    speaking = list(islice((d for d in latest if catalogue.says(subject.terms, [d.source])), SPOKEN_OF))
    nearest = _nearest(speaking[::-1]) or f", nor anywhere else that is held{about(reading.authorities)}"
    return f"{_searched(sources)}; nothing in {'them' if len(sources) > 1 else 'it'} is about {subject.name}{nearest}."


def _related(document: StoredDocument, reading: Reading) -> bool:
    """Whether a document is about the same authority and was out by the day that the question looks back to."""
    if reading.as_of and not published_by(document, reading.as_of):
        return False
    return not reading.authorities or bool(set(reading.authorities) & set(document.description.authorities))


def _nearest(speaking: Sequence[StoredDocument]) -> str:
    """The other documents that do speak of it, oldest first; empty where none does."""
    told = [
        f"{d.description.title} ({period_words(d.description.published) if d.description.published else 'undated'})"
        for d in speaking
    ]
    return f"; it is spoken of in {join_words(told)}" if told else ""
