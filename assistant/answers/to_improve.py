"""What reports ask to be improved about one topic: the items of their own lists that name it.

The whole of a report's list, where no topic is named, is `summary`.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.answers.drafts import Line
from assistant.answers.said import document_words, quoted_line
from assistant.answers.sentences import text_of
from assistant.answers.summary import is_item
from assistant.choose import VISITS
from assistant.fitting import by_publication
from assistant.interpret.glossary import find_subjects, stems
from assistant.records import Reading, Selection
from index.aswritten import as_written, plain
from index.catalogue import Catalogue, StoredDocument
from index.records import Part, Passage, Sentence

REPORTS = 2  # the latest that have such items, at most


def to_improve(reading: Reading, selection: Selection, catalogue: Catalogue) -> tuple[Line, ...]:
    """The lines of the latest lists with items about the topic, oldest first; empty where there are none."""
    told: list[list[Line]] = []
    for report in sorted(selection.documents, key=by_publication, reverse=True):
        items = [quoted_line(report, *item) for item in _items(reading, report, selection, catalogue)]
        if items:
            told.append([Line(document_words(report), heading=True), *items])
        if len(told) == REPORTS:
            break
    return tuple(line for lines in reversed(told) for line in lines)


def _items(
    reading: Reading, report: StoredDocument, selection: Selection, catalogue: Catalogue
) -> Iterator[tuple[Passage, Sentence]]:
    """The items about the topic; of a visit's letter that alone was chosen all, for a visit looks at one topic."""
    every = len(selection.documents) == 1 and report.description.kind in VISITS
    named = as_written(tuple(term for subject in find_subjects(reading.topic) for term in subject.terms))
    wanted = {stem for term in reading.terms for stem in stems(term)}
    for passage in catalogue.passages_of(report.source):
        for sentence in passage.sentences if passage.part is Part.RECOMMENDATION else ():
            text = text_of(report, sentence, catalogue)
            about = bool(named.search(plain(text))) or wanted <= set(stems(text))
            if is_item(text) and (every or about):
                yield passage, sentence
