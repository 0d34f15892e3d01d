"""Facts of an inspection that its description holds: who led it, when it took place, when it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answers.drafts import Draft, Line
from assistant.answers.grades import _about
from assistant.quotes import Quote
from assistant.records import Detail, Reading, Selection
from assistant.words import period_words
from index.catalogue import Catalogue, StoredDocument
from index.records import Evidence, Span
from index.voices import INSPECTORATES

FIELDS = {Detail.LEAD: "lead_inspector", Detail.DATES: "inspected", Detail.PUBLISHED: "published"}


def details(reading: Reading, selection: Selection, catalogue: Catalogue) -> Draft | None:
    """The draft of an answer from the descriptions; None where no chosen document holds what is asked."""
    documents = _chosen(selection)
    lines = [line for document in documents for line in _lines(reading.details, document, catalogue)]
    return Draft(tuple(lines)) if lines else None


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
            continue
        words = value if isinstance(value, str) else period_words(value)
        quotes = _quotes(document, evidence, catalogue)
        if quotes:
            yield Line(
                f"{words} – {detail.value}, {document.description.kind.value}, {_about(document)}.", cited=quotes
            )
        for other in document.description.alternatives.get(field, ()):
            told = _quotes(document, other, catalogue)
            if told:
                yield Line(f"The document also states another date for this: {other.words}.", cited=told)


def _quotes(document: StoredDocument, evidence: Evidence, catalogue: Catalogue) -> tuple[Quote, ...]:
    """The line of the page on which the value is printed; () where it was not read from the text."""
    for index, page in enumerate(catalogue.pages(document.source)):
        if page.number != evidence.page:
            continue
        match = re.search(r"\s+".join(map(re.escape, evidence.words.split())), page.text)
        if match:
            span = _sentence(index, page.text, match.start(), match.end())
            return (Quote(document, span, document.description.publisher),)
    return ()


def _sentence(index: int, text: str, start: int, end: int) -> Span:
    """The printed line, or the run of lines up to a full stop, around the words."""
    begin = max(text.rfind("\n\n", 0, start), text.rfind(". ", 0, start) + 1, text.rfind("\n", 0, start)) + 1
    stop = re.compile(r"\n|\.(?:\s|$)|$").search(text, end)
    finish = stop.start() + (text[stop.start() : stop.start() + 1] == ".") if stop else len(text)
    while begin < start and text[begin].isspace():
        begin += 1
    return Span(index, begin, finish)
