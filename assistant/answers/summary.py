"""What a report says on the whole, where a question names no topic: its grades and its opening.

What it wants improved follows for who wants more; asked only that, it gives the whole list, in the report's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from assistant.answers.brevity import BRIEF, parted
from assistant.answers.drafts import Draft, Line
from assistant.answers.grade_lines import capital, graded_words, judged_quote
from assistant.answers.said import document_words, quoted_line
from assistant.answers.sentences import text_of
from assistant.fitting import by_publication
from assistant.interpret.slots import FULL
from assistant.records import Leaning, Missing, Reading, Selection
from index.catalogue import Catalogue, StoredDocument
from index.records import Part, Passage, Sentence, VoiceKind

REPORTS = 2  # reports of a period summed up in one answer, at most; without a period only the latest is
OPENING = 3  # sentences of the opening
IMPROVE = 14  # items of the list of what needs to improve


def summary(
    reading: Reading, selection: Selection, catalogue: Catalogue, words: float = BRIEF
) -> Draft | Missing | None:
    """The draft of a summary of the latest documents chosen, or what the question should name.

    None where they hold no such list: the passages found for the question may still say it.
    """
    if not (reading.authorities or reading.time.periods or reading.kinds or reading.publishers):
        return Missing("topic", "The question names no topic; name one, and an authority or a year if you like.")
    full = [d for d in selection.documents if d.description.kind in FULL]
    most = REPORTS if reading.time.periods or len(reading.authorities) > 1 else 1
    series = sorted(full or selection.documents, key=by_publication, reverse=True)
    reports = sorted(series[:most], key=by_publication)
    drafts = [_of(reading, report, catalogue, words / len(reports)) for report in reports]
    lines, more = (tuple(line for draft in drafts for line in part(draft)) for part in (_SHORT, _MORE))
    return Draft(lines, more=more) if lines else _last_list(reading, series[most:], catalogue)


def _last_list(reading: Reading, earlier: Sequence[StoredDocument], catalogue: Catalogue) -> Draft | None:
    """The latest of the earlier reports that do say what needs to improve, where the last one does not."""
    if reading.leaning is not Leaning.RECOMMENDATIONS or reading.time.periods:
        return None
    drafts = (_of(reading, report, catalogue, 0.0) for report in earlier)
    found = next((draft for draft in drafts if draft.lines), None)
    return replace(found, lines=(Line("The last report has no list of what needs to improve; the one before had."),
                                 *found.lines)) if found else None  # fmt: skip


_SHORT, _MORE = attrgetter("lines"), attrgetter("more")


def _of(reading: Reading, report: StoredDocument, catalogue: Catalogue, words: float) -> Draft:
    """What one report says; the list of what needs to improve is short only where it is what is asked for."""
    passages = catalogue.passages_of(report.source)
    heading = Line(document_words(report), heading=True)
    improve = [
        (p, s)
        for p in passages
        if p.part is Part.RECOMMENDATION
        for s in p.sentences
        if is_item(text_of(report, s, catalogue))
    ]
    wanted = [quoted_line(report, passage, sentence) for passage, sentence in improve[:IMPROVE]]
    if reading.leaning is Leaning.RECOMMENDATIONS:
        return Draft((heading, *wanted) if wanted else ())
    opening = [quoted_line(report, passage, sentence) for passage, sentence in _opening(passages)]
    told, rest = parted([heading, *_grades(report), *opening], words)
    below = [*rest, *([Line("What needs to improve:"), *wanted] if wanted else [])]
    return Draft(told if len(told) > 1 else (), more=tuple(below if rest else [heading, *below] if below else []))


def _grades(report: StoredDocument) -> Iterator[Line]:
    """All grades of the report in one line."""
    given = report.description.judgements
    if given:
        told = ", ".join(graded_words(judgement) for judgement in given)
        quotes = tuple(judged_quote(report, judgement) for judgement in given)
        yield Line(f"{capital(told)}.", cited=quotes, whole=True)


def _opening(passages: Sequence[Passage]) -> list[tuple[Passage, Sentence]]:
    """The first sentences of the summary or, where a document has none, of its text."""
    own = [p for p in passages if p.part is Part.SUMMARY] or [p for p in passages if p.part is Part.FINDING]
    return [(p, s) for p in own for s in p.sentences if _says(s)][:OPENING]


def _says(sentence: Sentence) -> bool:
    return sentence.voice.kind is not VoiceKind.OTHER and sum(span.end - span.start for span in sentence.spans) > 40


def is_item(text: str) -> bool:
    """Whether a sentence of such a list names something to improve, and is no reference to a framework in brackets."""
    return not (text.startswith("(") and text.rstrip(" .;").endswith(")"))
