"""What a report says on the whole, where a question names no topic: its grades, its opening, what it wants improved.

Asked only what needs to improve, it gives the whole list, in the report's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answers.drafts import Draft, Line
from assistant.answers.grade_lines import stated
from assistant.answers.said import bullet, document_words
from assistant.fitting import by_publication
from assistant.interpret.slots import FULL
from assistant.quotes import pieces
from assistant.records import Leaning, Missing, Reading, Selection
from index.catalogue import Catalogue, StoredDocument
from index.records import Part, Passage, Sentence, VoiceKind

REPORTS = 2  # reports of a period summed up in one answer, at most; without a period only the latest is
OPENING = 3  # sentences of the opening
IMPROVE = 14  # items of the list of what needs to improve


def summary(reading: Reading, selection: Selection, catalogue: Catalogue) -> Draft | Missing | None:
    """The draft of a summary of the latest documents chosen, or what the question should name.

    None where they hold no such list: the passages found for the question may still say it.
    """
    if not (reading.authorities or reading.time.periods or reading.kinds or reading.publishers):
        return Missing("topic", "The question names no topic; name one, and an authority or a year if you like.")
    full = [d for d in selection.documents if d.description.kind in FULL]
    most = REPORTS if reading.time.periods or len(reading.authorities) > 1 else 1
    reports = sorted(full or selection.documents, key=by_publication, reverse=True)[:most]
    lines: list[Line] = []
    for report in sorted(reports, key=by_publication):
        found = list(_lines(reading, report, catalogue.passages_of(report.source)))
        lines += [Line(document_words(report), heading=True), *found] if found else []
    return Draft(tuple(lines)) if lines else None


def _lines(reading: Reading, report: StoredDocument, passages: Sequence[Passage]) -> Iterator[Line]:
    improve = [(p, s) for p in passages if p.part is Part.RECOMMENDATION for s in p.sentences]
    if reading.leaning is not Leaning.RECOMMENDATIONS:
        for judgement in report.description.judgements:
            yield stated(report, judgement)
        for passage, sentence in _opening(passages):
            yield _quoted(report, passage, sentence)
        if improve:
            yield Line("What needs to improve:")
    for passage, sentence in improve[:IMPROVE]:
        yield _quoted(report, passage, sentence)


def _opening(passages: Sequence[Passage]) -> list[tuple[Passage, Sentence]]:
    """The first sentences of the summary or, where a document has none, of its text."""
    own = [p for p in passages if p.part is Part.SUMMARY] or [p for p in passages if p.part is Part.FINDING]
    return [(p, s) for p in own for s in p.sentences if _says(s)][:OPENING]


def _says(sentence: Sentence) -> bool:
    return sentence.voice.kind is not VoiceKind.OTHER and sum(span.end - span.start for span in sentence.spans) > 40


def _quoted(report: StoredDocument, passage: Passage, sentence: Sentence) -> Line:
    label = bullet(sentence.voice, report.description.publisher)
    return Line(label, tuple(pieces(report, sentence, passage)))
