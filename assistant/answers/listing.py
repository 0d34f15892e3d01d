"""Which inspections and visits are held: how many, and each with its kind, dates and overall grade, in time order."""

from __future__ import annotations

from assistant.answers.details import printed
from assistant.answers.drafts import Draft, Line, Row
from assistant.answers.grade_lines import AUTHORITY, INSPECTED, PUBLISHED, REPORT, dates
from assistant.answers.said import dates_words
from assistant.records import Missing, Reading, Selection
from assistant.timeline import find
from assistant.words import about
from index.catalogue import Catalogue, StoredDocument
from index.records import Area, How
from index.voices import INSPECTORATES

MOST = 40  # documents listed in one answer
OVERALL = "Overall"


def listing(reading: Reading, selection: Selection, catalogue: Catalogue) -> Draft | Missing:
    """The draft of a list of the inspectorates' documents among those chosen."""
    own = [d for d in selection.documents if d.description.publisher in INSPECTORATES]
    if not own:
        return Missing("kind", "No report or letter of an inspectorate is held for this.")
    if not reading.authorities and len(own) > MOST:
        return Missing("authority", f"{len(own)} reports and letters are held; name an authority or a year.")
    ordered = sorted(own, key=lambda d: (d.description.published is None, d.description.published, d.source))
    told = f"{len(own)} reports and letters are held{about(reading.authorities)}"
    several = len({d.description.authorities[:1] for d in own}) > 1
    columns = (*([AUTHORITY] * several), REPORT, PUBLISHED, INSPECTED, OVERALL)
    lines = (_line(document, catalogue) for document in ordered[:MOST])
    return Draft((Line(f"{told}:", heading=True), *lines), told, columns)


def _line(document: StoredDocument, catalogue: Catalogue) -> Line:
    description = document.description
    overall = find(document, (Area.OVERALL,))
    grade = f", overall {overall.grade}" if overall else ""
    authority = f"{description.authorities[0]}, " if description.authorities else ""
    where = next((q for field in ("inspected", "title", "kind") if (q := printed(document, field, catalogue))), ())
    text = f"• {authority}{description.kind.value} ({dates_words(document)}){grade}"
    return Line(text, cited=where, rows=(_row(document, overall.grade if overall else ""),))


def _row(document: StoredDocument, overall: str) -> Row:
    description = document.description
    published, inspected = dates(document)
    evidence = description.evidence.get("published")
    about_then = "about " if published and evidence and evidence.how is How.INFERRED else ""
    cells = {
        AUTHORITY: description.authorities[0] if description.authorities else "",
        REPORT: description.kind.value,
        PUBLISHED: f"{about_then}{published or 'undated'}",
        INSPECTED: inspected,
        OVERALL: overall,
    }
    return Row(0, cells)
