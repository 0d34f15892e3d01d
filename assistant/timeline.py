"""The timeline of an authority: its inspections and visits in the order in which they were published, with grades.

    timeline(documents) -> (Occasion, ...)     # one for each report or letter of an inspectorate
    STRANDS                                    # areas of judgement that follow each other over the frameworks

Nothing is read here but descriptions.  Answers, files and drawings are made of it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.fitting import by_publication
from index.catalogue import StoredDocument
from index.records import Area, Judgement, Kind
from index.voices import INSPECTORATES

# Reports published from this day on carry no overall grade (Ofsted's ILACS framework).
NO_OVERALL = date(2026, 6, 17)
# Kinds whose reports grade an overall effectiveness, as long as reports did.
WHOLE = (Kind.ILACS, Kind.SIF, Kind.SIF_REINSPECTION, Kind.LAC_2013, Kind.INSPECTION)


@dataclass(frozen=True, slots=True)
class Strand:
    """What one area of judgement was called over the frameworks: `areas` in order of preference within a report."""

    name: str
    areas: tuple[Area, ...]


OVERALL = Strand("Overall", (Area.OVERALL,))
# Areas that were judged together at one time and apart at another stand in both strands.
STRANDS = (
    OVERALL,
    Strand("Leaders", (Area.LEADERS, Area.LEADERSHIP)),
    Strand("Help and protection", (Area.HELP_PROTECTION,)),
    Strand("Children in care", (Area.IN_CARE, Area.CARE_AND_CARE_LEAVERS, Area.LOOKED_AFTER)),
    Strand("Care leavers", (Area.CARE_LEAVERS, Area.CARE_AND_CARE_LEAVERS)),
    Strand("Adoption", (Area.ADOPTION,)),
    Strand("Safeguarding board", (Area.LSCB,)),
    Strand("Area SEND", (Area.SEND_OUTCOME,)),
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """An inspection or a visit, as the report or letter about it has it."""

    document: StoredDocument

    @property
    def published(self) -> date | None:
        """The first day on which it may have come out; None: undated."""
        when = self.document.description.published
        return when.start if when else None

    @property
    def without_overall(self) -> bool:
        """Whether it is a graded inspection whose report gives no overall grade."""
        given = self.document.description.judgements
        return bool(given) and self.document.description.kind in WHOLE and self.judgement(OVERALL) is None

    def judgement(self, strand: Strand) -> Judgement | None:
        """The judgement of a strand's first area that the report grades."""
        return find(self.document, strand.areas)

    def judgements(self) -> tuple[tuple[Strand, Judgement], ...]:
        """The strands that the report grades.  A judgement on two areas together is told once, in the first."""
        found: dict[Area, tuple[Strand, Judgement]] = {}
        for strand in STRANDS:
            if judgement := self.judgement(strand):
                found.setdefault(judgement.area, (strand, judgement))
        return tuple(found.values())


def timeline(documents: Iterable[StoredDocument]) -> tuple[Occasion, ...]:
    """The inspectorates' own reports and letters among `documents`, the first published first, undated ones before."""
    own = (d for d in documents if d.description.publisher in INSPECTORATES)
    return tuple(Occasion(document) for document in sorted(own, key=by_publication))


def find(document: StoredDocument, areas: Sequence[Area]) -> Judgement | None:
    """The judgement of the first of `areas` that the report grades."""
    given = {judgement.area: judgement for judgement in document.description.judgements}
    return next((given[area] for area in areas if area in given), None)


def strands_of(occasions: Iterable[Occasion]) -> tuple[Strand, ...]:
    """The strands that any of them grades, and the overall one where it is left out; in the usual order."""
    every = list(occasions)
    return tuple(
        strand
        for strand in STRANDS
        if any(one.judgement(strand) or (strand is OVERALL and one.without_overall) for one in every)
    )
