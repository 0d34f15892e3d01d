"""Facts of an inspection that its description holds: who led it, when it took place, when it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answers.drafts import Draft, Line
from assistant.answers.grade_lines import about_words, report_words
from assistant.answers.sentences import text_of
from assistant.fitting import by_publication
from assistant.quotes import Quote, pieces
from assistant.records import Detail, Missing, Reading, Selection
from assistant.words import period_words
from index.catalogue import Catalogue, StoredDocument
from index.records import Evidence, How, Span
from index.voices import INSPECTORATES

FIELDS = {Detail.LEAD: "lead_inspector", Detail.DATES: "inspected", Detail.PUBLISHED: "published"}
SHORT = 6  # facts told first, of the latest documents
OPENING = 3  # passages of a letter in which it may name its inspectors
_NAMES_TEAM = re.compile(r"\b[Ii]nspectors?\b[^.]{0,40}\b(?:was|were):? [A-Z]\w+ [A-Z]")
MOST = 12  # documents whose facts are told without the question naming an authority


def details(reading: Reading, selection: Selection, catalogue: Catalogue) -> Draft | Missing | None:
    """The draft of an answer from the descriptions; None where no chosen document holds what is asked."""
    documents = _chosen(selection)
    if not reading.authorities and len(documents) > MOST:
        return Missing("authority", f"{len(documents)} documents could be meant; name an authority or a date.")
    latest = sorted(documents, key=by_publication, reverse=True)
    lines = [line for document in latest for line in _lines(reading.details, document, catalogue)]
    short, more = lines[:SHORT], lines[SHORT:]
    return Draft(tuple(short), more=tuple(more)) if lines else None


def printed(document: StoredDocument, field: str, catalogue: Catalogue) -> tuple[Quote, ...]:
    """The line of the page on which a value of the description is printed; () where it was not read from the text."""
    evidence = document.description.evidence.get(field)
    return _quotes(document, evidence, catalogue) if evidence and evidence.how is How.STATED else ()


def _chosen(selection: Selection) -> Sequence[StoredDocument]:
    """The best matches: full inspections before letters, an inspectorate's own reports before others' accounts."""
    best = max((selection.priors.get(d.source, 0.0) for d in selection.documents), default=0.0)
    kept = [d for d in selection.documents if selection.priors.get(d.source, 0.0) == best]
    own = [d for d in kept if d.description.publisher in INSPECTORATES]
    return own or kept


def _lines(wanted: Sequence[Detail], document: StoredDocument, catalogue: Catalogue) -> Iterator[Line]:
    for detail in wanted:
        field = FIELDS[detail]
        value = getattr(document.description, field)
        evidence = document.description.evidence.get(field)
        if value is None or evidence is None:
            yield from _team(document, catalogue) if detail is Detail.LEAD else ()
            continue
        words = value if isinstance(value, str) else period_words(value)
        told = _quotes(document, evidence, catalogue)
        source = "" if told else f" ({_got(evidence)})"
        where = told or printed(document, "title", catalogue) or printed(document, "inspected", catalogue)
        yield Line(f"{_told(detail, words, document)}{source}.", cited=where)
        yield from _team(document, catalogue) if detail is Detail.LEAD else ()
        for other in document.description.alternatives.get(field, ()):
            where = _quotes(document, other, catalogue) or printed(document, "title", catalogue)
            yield Line(f"Another date is given for this: {other.words} ({_got(other)}).", cited=where)


def _team(document: StoredDocument, catalogue: Catalogue) -> Iterator[Line]:
    """The sentence in which a letter names its inspectors, where one does."""
    for passage in catalogue.passages_of(document.source)[:OPENING]:
        for sentence in passage.sentences:
            if _NAMES_TEAM.search(text_of(document, sentence, catalogue)):
                yield Line("•", tuple(pieces(document, sentence, passage)))
                return


def _told(detail: Detail, words: str, document: StoredDocument) -> str:
    """A fact as a sentence, without its full stop: "Testa Sampleton led the ILACS inspection of Dudley"."""
    description = document.description
    of = f" of {about_words(document)}" if description.authorities else f" “{description.title}”"
    what = f"{description.kind.value}{of}"
    if detail is Detail.PUBLISHED:
        return f"{words}: that is when the {report_words(document)}{of} was published"
    out = f", published {period_words(description.published)}" if description.published else ""
    if detail is Detail.LEAD:
        return f"{words} led the {what}{out}"
    return f"{words}: those are the dates of the {what}{out}"


def _got(evidence: Evidence) -> str:
    """How a value was got, where no quote can show it."""
    if evidence.how is How.FILE_NAME:
        return "from the file's name"
    return "printed in the document" if evidence.how is How.STATED else f"{evidence.how.value}: {evidence.words}"


def _quotes(document: StoredDocument, evidence: Evidence, catalogue: Catalogue) -> tuple[Quote, ...]:
    for index, page in enumerate(catalogue.pages(document.source)):
        if page.number != evidence.page or evidence.how is not How.STATED:
            continue
        match = re.search(r"\s+".join(map(re.escape, evidence.words.split())), page.text)
        if match:
            return (
                Quote(
                    document, _line_around(index, page.text, match.start(), match.end()), document.description.publisher
                ),
            )
    return ()


def _line_around(index: int, text: str, start: int, end: int) -> Span:
    """The printed line, or as much of it as the sentence takes, around the words at `text[start:end]`."""
    begin = max(text.rfind("\n", 0, start) + 1, _after_stop(text, start))
    stop = re.compile(r"\n|(?<=[a-z0-9)]\.)\s").search(text, end)
    finish = stop.start() if stop else len(text)
    while begin < start and text[begin].isspace():
        begin += 1
    return Span(index, begin, finish)


def _after_stop(text: str, start: int) -> int:
    stops = [match.end() for match in re.finditer(r"[a-z)]\.\s", text[max(0, start - 400) : start])]
    return max(0, start - 400) + stops[-1] if stops else 0
