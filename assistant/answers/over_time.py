"""What was said of a topic report after report: at most two sentences of each, from the first report to the last."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers.brevity import parted
from assistant.answers.drafts import Draft, Line
from assistant.answers.said import document_words, quoted_line
from assistant.evidence import gather
from assistant.fitting import by_publication
from assistant.interpret.glossary import find_subjects, stems
from assistant.records import Evidence, Missing, Reading, Selection
from assistant.words import about, join_words
from assistant.worth import Worth
from index.catalogue import StoredDocument
from index.generation import OpenIndex
from index.search import Hit

EACH = 2  # sentences of one report
REPORTS = 12  # reports laid out, the last ones
LOOKED_AT = 400  # passages ranked, so that every report has some
BRIEF = 260  # words: a report more is worth more here than a sentence more


def over_time(
    reading: Reading, selection: Selection, hits: Sequence[Hit], index: OpenIndex, worth: Worth | None = None
) -> Draft | Missing:
    """The draft; Missing where no report speaks of the topic."""
    found: list[tuple[StoredDocument, list[Evidence]]] = []
    for document in sorted(selection.documents, key=by_publication):
        own = [hit for hit in hits if hit.passage.source == document.source]
        told = [e for e in gather(reading, selection, own, index, worth) if _speaks(reading, e)][:EACH] if own else []
        if told:
            found.append((document, sorted(told, key=lambda e: (e.hit.passage.ordinal, e.sentence.spans))))
    if not found:
        names = join_words([f"“{term}”" for term in reading.terms[:4]], "or")
        return Missing("topic", f"No document held{about(reading.authorities)} for this speaks of {names}.")
    lines = [line for document, told in found[-REPORTS:] for line in _lines(document, told)]
    short, more = parted(lines, BRIEF)
    return Draft(short, more=more)


def _speaks(reading: Reading, evidence: Evidence) -> bool:
    """Whether a sentence names the topic's subject under any name or, where it has none, most of the topic's words."""
    if reading.subjects:
        return reading.subjects[0] in {subject.name for subject in find_subjects(evidence.text)}
    wanted = {stem for term in reading.terms for stem in stems(term)}
    return 2 * len(wanted & set(stems(evidence.text))) >= len(wanted)


def _lines(document: StoredDocument, told: Sequence[Evidence]) -> list[Line]:
    quoted = [quoted_line(document, one.hit.passage, one.sentence) for one in told]
    return [Line(document_words(document), heading=True), *quoted]
