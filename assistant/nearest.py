"""Where there is no answer: the nearest documents that are held, to be shown apart from an answer and never as one.

Nearest is: of other times where the time is missing; that speak of the topic elsewhere where the topic is; the latest
of the same authority else.  What is missing was decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.fitting import by_publication, published_by
from assistant.interpret.glossary import find_subjects
from assistant.interpret.periods import Relation
from assistant.records import Missing, Nearest, Reading
from index.catalogue import Catalogue, StoredDocument
from index.voices import INSPECTORATES

MOST = 3  # documents shown
LOOKED_AT = 12  # documents whose words are looked at closely, the latest
COMMON = 0.5  # a word that more of the documents than these have tells no topic


def nearest(reading: Reading, missing: Missing, catalogue: Catalogue) -> tuple[Nearest, ...]:
    """At most MOST documents, nearest first; empty where nothing held is near."""
    out = [d for d in catalogue.documents() if reading.as_of is None or published_by(d, reading.as_of)]
    own = [d for d in out if set(reading.authorities) & set(d.description.authorities)]
    if missing.slot == "topic":
        found = _speaking(reading, own, catalogue) or _speaking(reading, out, catalogue)
    elif missing.slot == "period":
        found = _around(reading, own)
    else:
        found = sorted(own, key=_latest)
    return tuple(
        Nearest(d.source, d.description.title, d.description.published, d.description.url) for d in found[:MOST]
    )


def _latest(document: StoredDocument) -> tuple[bool, float]:
    """A key that puts inspectorates' own reports before others' papers, and the latest first."""
    return document.description.publisher not in INSPECTORATES, -by_publication(document)[0].toordinal()


def _around(reading: Reading, own: Sequence[StoredDocument]) -> list[StoredDocument]:
    """The documents published nearest to the time asked about."""
    asked = [p.interval for p in reading.time.periods if p.relation is not Relation.AS_OF]
    if not asked:
        return sorted(own, key=_latest)
    days = [day for one in asked for day in (one.start, one.end) if date.min < day < date.max]

    def away(document: StoredDocument) -> tuple[int, int]:
        out = by_publication(document)[0].toordinal()
        return min((abs(out - day.toordinal()) for day in days), default=0), -out

    return sorted((d for d in own if d.description.published), key=away)


def _speaking(reading: Reading, among: Sequence[StoredDocument], catalogue: Catalogue) -> list[StoredDocument]:
    """The latest documents that speak of the topic under one of its names, or in its rarer words."""
    if reading.topic and (subjects := find_subjects(reading.topic)):
        every = len(catalogue.documents())
        rare = [s for s in subjects if len(catalogue.sources_with(s.terms)) <= COMMON * every] or subjects[:1]
        terms: tuple[str, ...] = rare[0].terms
    else:
        most = COMMON * len(catalogue.documents())
        terms = tuple(term for term in reading.terms if len(catalogue.sources_with([term])) <= most)
    named = catalogue.sources_with(terms, [d.source for d in among]) if terms else frozenset()
    latest = sorted((d for d in among if d.source in named), key=by_publication, reverse=True)[:LOOKED_AT]
    return [d for d in latest if catalogue.says(terms, [d.source])]
