"""When the documents chosen say nothing about the topic: decided by words, never by a similarity threshold.

Similarity does not separate answerable from unanswerable questions (measured, AUC 0.63-0.70).  What does: the
subject asked about, under every name that reports have for it, stands nowhere in the documents that the slots chose.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.interpret.glossary import Subject, find_subjects
from assistant.interpret.slots import FULL
from assistant.records import Missing, Reading, Selection
from assistant.words import join_words
from index.catalogue import Catalogue, StoredDocument

BROAD = frozenset(
    {"children in care", "assessments", "leadership", "partnership working", "case recording"}
)  # in every report


def missing_topic(reading: Reading, selection: Selection, catalogue: Catalogue) -> Missing | None:
    """The topic as the missing slot, with where else it is spoken of; None where the chosen documents speak of it."""
    sources = _asked(reading, selection)
    asked = [subject for subject in find_subjects(reading.topic) if subject.name not in BROAD]
    absent = [subject for subject in asked if not _present(subject, sources, catalogue)]
    if asked and len(absent) == len(asked):
        return Missing("topic", _reason(absent[0], sources, reading, catalogue))
    if not asked and reading.terms and not catalogue.sources_with(reading.terms, sources):
        names = join_words([f"“{term}”" for term in reading.terms[:4]], "or")
        return Missing(
            "topic", f"{_searched(sources)} and {'none has' if len(sources) > 1 else 'it has not'} the words {names}."
        )
    return None


def _asked(reading: Reading, selection: Selection) -> list[str]:
    """The documents to be searched for the topic: where "the inspection" is meant, letters of visits do not count."""
    best = max((selection.priors.get(d.source, 0.0) for d in selection.documents), default=0.0)
    full = [
        d.source
        for d in selection.documents
        if d.description.kind in FULL and selection.priors.get(d.source, 0.0) == best
    ]
    return full if full and selection.priors and not reading.kinds else [d.source for d in selection.documents]


def _present(subject: Subject, sources: Sequence[str], catalogue: Catalogue) -> bool:
    return bool(catalogue.sources_with(subject.terms, sources))


def _searched(sources: Sequence[str]) -> str:
    return f"{len(sources)} documents were searched" if len(sources) > 1 else "One document was searched"


def _reason(subject: Subject, sources: Sequence[str], reading: Reading, catalogue: Catalogue) -> str:
    others = [d for d in catalogue.documents() if d.source not in sources and _related(d, reading)]
    named = catalogue.sources_with(subject.terms, [d.source for d in others])
    speaking = [d for d in others if d.source in named]
    nearest = _nearest(speaking)
    return f"{_searched(sources)}; {subject.name} is not mentioned there under any of its names{nearest}."


def _related(document: StoredDocument, reading: Reading) -> bool:
    return not reading.authorities or bool(set(reading.authorities) & set(document.description.authorities))


def _nearest(speaking: Sequence[StoredDocument]) -> str:
    if not speaking:
        return ", nor anywhere else that is held"
    told = [
        f"{d.description.title} ({d.description.published.start:%B %Y})" for d in speaking if d.description.published
    ]
    return (
        f"; it is in {join_words(told[-3:])}"
        if told
        else f"; it is in {join_words([d.description.title for d in speaking[:3]])}"
    )
