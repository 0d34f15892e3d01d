"""From chosen documents to evidence: the ranked passages of the topic, and of them the sentences worth quoting.

A sentence is worth more in a passage that ranks high, and the more of the topic's rarer words it has itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.heard import group_heard, heard
from assistant.interpret.glossary import stems
from assistant.leaning import leaning_score, wanted_score
from assistant.records import GRADED, Evidence, Intent, Reading, Selection
from index.catalogue import StoredDocument
from index.embedding import Embedder
from index.generation import OpenIndex
from index.records import Part, Passage, Sentence, Voice, VoiceKind
from index.search import USUAL, Hit, Query, Weights, search
from index.structure.lines import BULLET

PASSAGES = 50  # ranked passages looked through for the speaker asked for
TOP = 6  # of those in which it is heard, so many are quoted from
QUOTES = 8  # sentences of one answer, at most
MARGIN = 0.45  # a sentence this much below the best one is left out
LISTED = 8  # items of a list that follow the sentence that leads in to it, at most
GROUP = 0.5  # added to what the group asked for told inspectors: what inspectors found themselves comes after it
SHORTEST = 4  # words
LEXICAL = 0.4  # weight of the sentence's own words against the score of its passage
_INTRODUCES = re.compile(r"\b(?:said|added|commented|says|adds)[^.]{0,24}:\W*$")  # "..., the council's leader, said:"
# Sentences about the letter itself, and references to a framework that stand alone in brackets.
_FRAMEWORK = re.compile(
    r"(?:this letter summarises|i am writing to you|ofsted will take the findings|the visit was carried out|"
    r"\((?:outcome|enabler) \d)",
    re.I,
)
# Where no table of grades is held, what others report of grades is looked for instead.
GRADE_TOPIC = "judged rated inadequate, requires improvement, good or outstanding"
GRADE_TERMS = ("judged", "rated", "rating", "judgement", "inadequate", "requires improvement", "outstanding")
_STATES_GRADE = re.compile(
    r"\b(?:rated|judged|branded|graded|judge?ments?|rating)\b.*"
    r"\b(?:inadequate|requires? improvement|good|outstanding)\b|"
    r"\b(?:inadequate|outstanding)\b.*\b(?:rat(?:ed|ing)|judge?ments?|judged)\b",
    re.I | re.S,
)


def find_hits(  # noqa: PLR0913, PLR0917  (what is looked for, where, and how)
    reading: Reading,
    selection: Selection,
    index: OpenIndex,
    embedder: Embedder,
    most: int,
    weights: Weights = USUAL,
) -> tuple[Hit, ...]:
    """The ranked passages of the selection, best first."""
    graded = reading.intent in GRADED
    topic = f"{reading.topic} {GRADE_TOPIC}" if graded else reading.topic or reading.question
    wider = (*reading.wider, *GRADE_TERMS) if graded else reading.wider
    query = Query(
        vector=embedder.encode_query(topic),
        terms=reading.terms,
        wider=tuple(term for term in wider if term not in reading.terms),
        priors=selection.priors,
        frame=reading.intent is not Intent.SAID,
        weights=weights,
    )
    return search(index.catalogue, index.vectors, query, [d.source for d in selection.documents], most)


def gather(reading: Reading, selection: Selection, hits: Sequence[Hit], index: OpenIndex) -> tuple[Evidence, ...]:
    """The sentences worth quoting, best first, at most QUOTES; empty where nobody who was asked for speaks.

    A sentence that leads in to a list brings the list with it.
    """
    documents = {d.source: d for d in selection.documents}
    weights = _weights(reading, hits)
    found = [
        evidence
        for hit in (hits if reading.intent in GRADED else hits[:TOP])
        for evidence in _candidates(reading, documents[hit.passage.source], hit, weights, index)
    ]
    found.sort(key=lambda e: (-e.score, e.document.source, e.hit.passage.ordinal, e.sentence.spans))
    best = found
    if reading.intent in GRADED:
        best = _a_few_each([e for e in found if _STATES_GRADE.search(e.text)] or found)
    kept = [e for e in best[:QUOTES] if e.score >= best[0].score - MARGIN]
    return tuple(one for e in kept for one in (e, *_listed_under(e, kept, index)))


def _candidates(
    reading: Reading, document: StoredDocument, hit: Hit, weights: Mapping[str, float], index: OpenIndex
) -> Iterator[Evidence]:
    """The sentences of a passage in which the one asked for is heard, each with its score."""
    for sentence, text in sentence_texts(hit.passage, index):
        if len(text.split()) < SHORTEST or _INTRODUCES.search(text) or not may_speak(reading, sentence.voice, document):
            continue
        if reading.intent is Intent.SAID and (hit.passage.part is Part.FRONT or _FRAMEWORK.match(text)):
            continue
        more = leaning_score(reading.leaning, text, hit.passage.part) + wanted_score(reading.question, text)
        more += GROUP if group_heard(reading.speaker, sentence.voice) else 0.0
        yield Evidence(document, hit, sentence, text, hit.score + LEXICAL * _overlap(text, weights) + more)


def may_speak(reading: Reading, voice: Voice, document: StoredDocument) -> bool:
    """Of grades anybody may tell, but not of another inspectorate's."""
    if reading.intent not in GRADED:
        return heard(reading.speaker, voice, document)
    return voice.kind is not VoiceKind.INSPECTORATE_REPORTED or heard(reading.speaker, voice, document)


def _listed_under(lead: Evidence, kept: Sequence[Evidence], index: OpenIndex) -> Iterator[Evidence]:
    """The items of the list that a kept sentence leads in to, as far as they stand in its passage."""
    if not lead.text.endswith(":"):
        return
    held = {e.sentence.spans for e in kept}
    following = [(s, text) for s, text in sentence_texts(lead.hit.passage, index) if s.spans > lead.sentence.spans]
    for sentence, text in following[:LISTED]:
        page = index.catalogue.page_text(lead.document.source, sentence.spans[0].page)
        if not BULLET.match(page[: sentence.spans[0].start].rsplit("\n", 1)[-1]):
            return
        if sentence.spans not in held:
            yield replace(lead, sentence=sentence, text=text)


def _a_few_each(found: Sequence[Evidence]) -> list[Evidence]:
    """The best two sentences of each document: a history needs every document heard."""
    kept: list[Evidence] = []
    for one in found:
        if sum(held.document.source == one.document.source for held in kept) < 2:
            kept.append(one)
    return kept


def sentence_texts(passage: Passage, index: OpenIndex) -> Iterable[tuple[Sentence, str]]:
    """The sentences of a passage, each with its text on one line."""
    pages = {span.page: index.catalogue.page_text(passage.source, span.page) for span in passage.spans}
    for sentence in passage.sentences:
        text = " ".join(pages[s.page][s.start : s.end] for s in sentence.spans)
        yield sentence, re.sub(r"\s+", " ", text).strip()


def _weights(reading: Reading, hits: Sequence[Hit]) -> Mapping[str, float]:
    """Each stem of the topic with its weight: how rare it is among the ranked passages; wider words count half."""
    bags = [frozenset(stems(hit.passage.text)) for hit in hits]
    weights: dict[str, float] = {}
    for terms, worth in ((reading.terms, 1.0), (reading.wider, 0.5)):
        for stem in (stem for term in terms for stem in stems(term)):
            frequency = sum(1 for bag in bags if stem in bag)
            weights.setdefault(stem, worth * math.log(1 + (len(bags) + 1) / (frequency + 0.5)))
    return weights


def _overlap(text: str, weights: Mapping[str, float]) -> float:
    """The share, 0 to 1, of the topic's weight that the text has; three good words make it full."""
    if not weights:
        return 0.0
    full = sum(sorted(weights.values(), reverse=True)[:3])
    return min(1.0, sum(weights.get(stem, 0.0) for stem in set(stems(text))) / full)
