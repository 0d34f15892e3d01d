"""The sentences in which a report says what its inspectorate found, in the report's order with the summary first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.catalogue import Catalogue, StoredDocument
from index.records import Part, Passage, Sentence, VoiceKind

PARTS = (Part.SUMMARY, Part.FINDING)
FEWEST = 6  # words of a sentence that says something by itself


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with the passage that it stands in and its text on one line."""

    passage: Passage
    sentence: Sentence
    text: str


def own_sentences(report: StoredDocument, catalogue: Catalogue) -> Iterator[Told]:
    """The inspectorate's own findings, no reports of others' words and nothing about the inspection itself."""
    passages = [passage for passage in catalogue.passages_of(report.source) if passage.part in PARTS]
    for passage in sorted(passages, key=lambda one: PARTS.index(one.part)):
        for sentence in passage.sentences:
            if sentence.voice.kind is not VoiceKind.INSPECTORATE:
                continue
            text = text_of(report, sentence, catalogue)
            if len(text.split()) >= FEWEST:
                yield Told(passage, sentence, text)


def text_of(report: StoredDocument, sentence: Sentence, catalogue: Catalogue) -> str:
    """A sentence on one line."""
    pages = [(catalogue.page_text(report.source, span.page), span) for span in sentence.spans]
    return " ".join(" ".join(page[span.start : span.end] for page, span in pages).split())
