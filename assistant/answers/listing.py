"""Which inspections and visits are held: how many, and each with its kind, dates and overall grade, in time order."""

from __future__ import annotations

from assistant.answers.details import printed
from assistant.answers.drafts import Draft, Line
from assistant.answers.grades import find
from assistant.answers.said import dates_words
from assistant.records import Missing, Reading, Selection
from assistant.words import about
from index.catalogue import Catalogue, StoredDocument
from index.records import Area
from index.voices import INSPECTORATES

MOST = 40  # documents listed in one answer


def listing(reading: Reading, selection: Selection, catalogue: Catalogue) -> Draft | Missing:
    """The draft of a list of the inspectorates' documents among those chosen."""
    own = [d for d in selection.documents if d.description.publisher in INSPECTORATES]
    if not own:
        return Missing("kind", "No report or letter of an inspectorate is held for this.")
    if not reading.authorities and len(own) > MOST:
        return Missing("authority", f"{len(own)} reports and letters are held; name an authority or a year.")
    ordered = sorted(own, key=lambda d: (d.description.published is None, d.description.published, d.source))
    head = Line(f"{len(own)} reports and letters are held{about(reading.authorities)}:", heading=True)
    return Draft((head, *(_line(document, catalogue) for document in ordered[:MOST])))


def _line(document: StoredDocument, catalogue: Catalogue) -> Line:
    description = document.description
    overall = find(document, (Area.OVERALL,))
    grade = f", overall {overall.grade}" if overall else ""
    authority = f"{description.authorities[0]}, " if description.authorities else ""
    where = next((q for field in ("inspected", "title", "kind") if (q := printed(document, field, catalogue))), ())
    return Line(f"• {authority}{description.kind.value} ({dates_words(document)}){grade}", cited=where)
