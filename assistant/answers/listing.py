"""Which inspections and visits are held: how many, and each with its kind, dates and overall grade, in time order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.answers.details import printed
from assistant.answers.drafts import Draft, Line, Row
from assistant.answers.grade_lines import AUTHORITY, INSPECTED, PUBLISHED, REPORT, dates
from assistant.answers.said import dates_words, document_words, quoted_line
from assistant.answers.sentences import own_sentences
from assistant.fitting import by_publication, in_words
from assistant.interpret.slots import FULL
from assistant.records import Missing, Reading, Selection
from assistant.timeline import find
from assistant.words import about, join_words
from index.catalogue import Catalogue, StoredDocument
from index.records import Area, How, Kind
from index.voices import INSPECTORATES

MOST = 40  # documents listed in one answer
OVERALL = "Overall"
_NUMBER = re.compile(r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.I)
EACH = 2  # sentences of a document that speaks of an inspection


def listing(reading: Reading, selection: Selection, catalogue: Catalogue) -> Draft | Missing | None:
    """The draft of a list of the inspectorates' documents among those chosen.

    None where none of them is of the kind asked for: they only speak of such inspections.
    """
    own = [d for d in selection.documents if d.description.publisher in INSPECTORATES]
    if reading.kinds and not any(d.description.kind in reading.kinds for d in selection.documents):
        return None
    if not own:
        return Missing("kind", "No report or letter of an inspectorate is held for this.")
    if not reading.authorities and len(own) > MOST:
        return Missing("authority", f"{len(own)} reports and letters are held; name an authority or a year.")
    ordered = sorted(own, key=lambda d: (d.description.published is None, d.description.published, d.source))
    told = _counted(reading, own)
    several = len({d.description.authorities[:1] for d in own}) > 1
    columns = (*([AUTHORITY] * several), REPORT, PUBLISHED, INSPECTED, OVERALL)
    lines = (_line(document, catalogue) for document in ordered[:MOST])
    return Draft((Line(f"{told}:", heading=True), *lines), told, columns)


def no_such_kind(reading: Reading) -> str:
    """That no document of the kinds asked for is held, where others speak of them."""
    kinds = join_words([kind.value for kind in reading.kinds], "or")
    return f"No {kinds}{about(reading.authorities, 'of')} is held here."


def _counted(reading: Reading, own: Sequence[StoredDocument]) -> str:
    """How many are held, about whom and of what time, and how many of each kind: honest about what is not held."""
    when = "".join(f" {in_words(period)}" for period in reading.time.periods[:1])
    kinds = Counter(d.description.kind for d in own).most_common()
    held = f"{'is' if len(own) == 1 else 'are'} held here{about(reading.authorities)}{when}"
    if len(kinds) == 1:
        return f"{_plural(*kinds[0])} {held}"
    told = join_words([_plural(*one) for one in kinds])
    name = "full inspections" if all(kind in FULL for kind, _ in kinds) else "reports and letters"
    return f"{len(own)} {name} {held} ({told})"


def _plural(kind: Kind, count: int) -> str:
    return f"{count} {kind.value}{'' if count == 1 else 's'}"


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


def mentions(reading: Reading, selection: Selection, catalogue: Catalogue) -> Iterator[Line]:
    """The sentences that speak of inspections of the kinds asked for, the first few of each document, latest first."""
    names = re.compile("|".join(rf"\b{re.escape(kind.value)}s?\b" for kind in reading.kinds), re.I)
    for document in sorted(selection.documents, key=by_publication, reverse=True):
        spoken = [one for one in own_sentences(document, catalogue) if names.search(one.text)]
        found = [one for one in spoken if not reading.counted or _NUMBER.search(one.text)][:EACH]
        if found:
            yield Line(document_words(document), heading=True)
        for one in found:
            yield quoted_line(document, one.passage, one.sentence)
