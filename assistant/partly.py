"""Of several things asked about at once, those that the chosen documents speak of; the others are named.

That nothing at all is spoken of is `abstain`'s to say; that an authority or a year is not held, `choose`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.abstain import absent, parts_of
from assistant.interpret.glossary import Subject, find_subjects, stems
from assistant.records import Intent, Reading, Selection
from assistant.words import join_words
from index.catalogue import Catalogue


def spoken_of(reading: Reading, selection: Selection, catalogue: Catalogue) -> tuple[Reading, Selection]:
    """The reading without the subjects that nothing chosen is about, and the selection with a sentence that names them.

    Both as they are where one thing is asked about, or where all or none of them is missing.
    """
    named = find_subjects(reading.topic)
    parts = parts_of(reading.question, named)
    if reading.intent is not Intent.SAID or len(parts) < 2:
        return reading, selection
    sources = [d.source for d in selection.documents]
    lacking = [part for part in parts if not any(s.loose for s in part) and absent(part, sources, catalogue)]
    if not lacking or len(lacking) == len(parts):
        return reading, selection
    gone = [subject for part in lacking for subject in part]
    names = join_words(list(dict.fromkeys(subject.name for subject in gone)), "or")
    told = f"Nothing in {'these documents' if len(sources) > 1 else 'this document'} is about {names}."
    left = [subject for subject in named if subject not in gone]
    return _without(reading, gone, left), replace(selection, lacking=(*selection.lacking, told))


def _without(reading: Reading, gone: Sequence[Subject], left: Sequence[Subject]) -> Reading:
    """The reading without the words of the subjects that are `gone`; those that others have too stay."""
    words = _stems_of(gone) - _stems_of(left)
    kept = {term for subject in left for term in (*subject.terms, *subject.related)}
    dropped = {term for subject in gone for term in (*subject.terms, *subject.related)} - kept
    return replace(
        reading,
        topic=" ".join(word for word in reading.topic.split() if not set(stems(word)) & words) or reading.topic,
        terms=tuple(term for term in reading.terms if not set(stems(term)) & words),
        wider=tuple(term for term in reading.wider if term not in dropped),
        subjects=tuple(name for name in reading.subjects if name not in {subject.name for subject in gone}),
    )


def _stems_of(subjects: Sequence[Subject]) -> set[str]:
    return {stem for s in subjects for entry in (s.name, *s.terms, *s.asked) for stem in stems(entry)}
