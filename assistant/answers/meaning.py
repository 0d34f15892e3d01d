"""What a word of the field means: the explanation first, then a quote or two that show how documents use it.

The explanations are the project's own words (`assistant.interpret.meanings`); only the quotes are cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.answers.drafts import Draft, Line
from assistant.answers.said import bullet, document_words
from assistant.evidence import sentence_texts
from assistant.interpret.meanings import meaning_of
from assistant.interpret.vocabulary import Meaning
from assistant.quotes import pieces
from assistant.records import Missing, Reading, Selection
from assistant.words import about, join_words
from index.catalogue import StoredDocument
from index.generation import OpenIndex
from index.records import Part, Passage, Sentence
from index.search import Hit

SHOWN = 2  # quotes for one word
WORDS = (8, 45)  # of a sentence that shows a word in use: fewer show nothing, more bury it
SHORTEST = 4  # words of a sentence worth showing at all
# Sentences that every letter of a kind has, and that show nothing of what its words mean.
_OF_EVERY_LETTER = re.compile(r"(?:Ofsted will take|This letter|I am writing|The visit was|The inspection was)\b", re.I)
LOOKED_AT = 12  # documents read through where no ranked passage has the word


def meaning(reading: Reading, selection: Selection, hits: Sequence[Hit], index: OpenIndex) -> Draft | Missing:
    """The words that `reading.subjects` name, explained and shown in use; Missing where no document uses any."""
    words = [word for name in reading.subjects if (word := meaning_of(name))]
    lines: list[Line] = []
    for word in words:
        lines += [Line(explained(word)), *_shown(word, selection, hits, index)]
    if any(line.quotes for line in lines):
        return Draft(tuple(lines))
    told = " ".join(map(explained, words))
    names = join_words([f"“{word.word}”" for word in words], "or")
    return Missing("topic", f"{told} None of the documents held{about(reading.authorities)} uses {names}.")


def explained(word: Meaning) -> str:
    """A word with what it is short for and what it means, as a sentence."""
    long = f" ({word.long})" if word.long else ""
    return f"{word.word[:1].upper()}{word.word[1:]}{long}: {word.means}."


def _shown(word: Meaning, selection: Selection, hits: Sequence[Hit], index: OpenIndex) -> Iterator[Line]:
    """The best sentences that use the word, of different documents."""
    documents = {d.source: d for d in selection.documents}
    found = _uses(word, (hit.passage for hit in hits), index)
    if not found:
        named = index.catalogue.sources_with(word.names, list(documents))
        sources = [source for source in documents if source in named][:LOOKED_AT]
        found = _uses(word, (p for source in sources for p in index.catalogue.passages_of(source)), index)
    best: dict[str, tuple[Passage, Sentence]] = {}
    for _, passage, sentence in sorted(found, key=lambda use: -use[0]):
        best.setdefault(passage.source, (passage, sentence))
    for source, (passage, sentence) in list(best.items())[:SHOWN]:
        yield _line(documents[source], passage, sentence)


def _line(document: StoredDocument, passage: Passage, sentence: Sentence) -> Line:
    label = bullet(sentence.voice, document.description.publisher)
    return Line(f"{label} {document_words(document)}", tuple(pieces(document, sentence, passage)))


def _uses(word: Meaning, passages: Iterable[Passage], index: OpenIndex) -> list[tuple[float, Passage, Sentence]]:
    """The sentences that use the word, each with how well it shows what the word means; long and short ones last."""
    names = re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, word.names))})(?!\w)", re.I)
    both = [re.compile(rf"(?<!\w){_pattern(name)}(?!\w)", re.I) for name in (word.word, word.long) if name]
    fewest, most = WORDS
    found = []
    for passage in passages:
        if passage.part is Part.FRONT or not names.search(passage.text):
            continue
        for sentence, text in sentence_texts(passage, index):
            if names.search(text) and len(text.split()) >= SHORTEST and not _OF_EVERY_LETTER.match(text):
                own = sum(1.0 for one in both if one.search(text))
                opens = 0.5 if names.search(text[:60]) else 0.0
                handy = 0.0 if fewest <= len(text.split()) <= most else -3.0
                found.append((own + opens + handy, passage, sentence))
    return found


def _pattern(name: str) -> str:
    return r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", name))
