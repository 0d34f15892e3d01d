"""From chosen documents to evidence: the ranked passages of the topic, and of them the sentences worth quoting.

What makes a sentence worth quoting is `assistant.signs` and `assistant.worth`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.heard import group_heard, heard
from assistant.interpret.periods import Rank
from assistant.records import GRADED, Evidence, Intent, Reading, Selection
from assistant.signs import Looked, signs_of
from assistant.wanted import asks_how_many
from assistant.worth import Worth, usual_worth
from index.catalogue import StoredDocument
from index.embedding import Embedder
from index.generation import OpenIndex
from index.records import Part, Passage, Sentence, Voice, VoiceKind
from index.search import USUAL, Hit, Query, Weights, search
from index.structure.lines import BULLET

PASSAGES = 50  # ranked passages looked through for the speaker asked for
TOP = 12  # of those in which it is heard, so many are quoted from
AGEING = 0.15  # taken off the log odds for each year that a document is older than the newest one looked at
OLD = 8  # years, after which nothing more is taken off
NAMED = 6  # words of the glossary that are embedded with the topic
QUOTES = 8  # sentences of one answer, at most
LISTED = 8  # items of a list that follow the sentence that leads in to it, at most
GROUP = 4.0  # on the log odds of what the group asked for told inspectors: what they found themselves comes after it
SHORTEST = 4  # words
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
    named = " ".join((topic, *reading.wider[:NAMED]))  # what reports call it, which a model of language may not know
    query = Query(
        vector=embedder.encode_query(named),
        terms=reading.terms,
        wider=tuple(term for term in wider if term not in reading.terms),
        priors=selection.priors,
        frame=reading.intent is not Intent.SAID or asks_how_many(reading.question),
        weights=weights,
    )
    return search(index.catalogue, index.vectors, query, [d.source for d in selection.documents], most)


def gather(
    reading: Reading, selection: Selection, hits: Sequence[Hit], index: OpenIndex, worth: Worth | None = None
) -> tuple[Evidence, ...]:
    """The sentences worth quoting, best first, at most QUOTES; empty where nobody who was asked for speaks.

    `worth` says what is worth quoting; None: as usual.  A sentence that leads in to a list brings the list with it.
    """
    found = sentences_ranked(reading, selection, hits, index, worth or usual_worth())
    bound = (worth or usual_worth()).bound(found[0].score) if found else 0.0
    if reading.intent in GRADED:
        found = _a_few_each([e for e in found if _STATES_GRADE.search(e.text)] or found)
    kept = [e for e in found[:QUOTES] if e.score >= bound or reading.intent in GRADED]
    return tuple(one for e in kept for one in (e, *_listed_under(e, kept, index)))


def sentences_ranked(
    reading: Reading, selection: Selection, hits: Sequence[Hit], index: OpenIndex, worth: Worth
) -> list[Evidence]:
    """Every sentence that may be quoted with how likely it is worth it, 0 to 1, the likeliest first."""
    looked = candidates(reading, selection, hits, index)
    signs = signs_of(reading, hits, [Looked(e.hit, rank, e.text) for rank, e in looked])
    newest = max(filter(None, (_year(e) for _, e in looked)), default=0)
    scored = (
        replace(e, score=worth.of(seen, _more(reading, e, newest))) for (_, e), seen in zip(looked, signs, strict=True)
    )
    return sorted(scored, key=lambda e: (-e.score, e.document.source, e.hit.passage.ordinal, e.sentence.spans))


def _more(reading: Reading, evidence: Evidence, newest: int) -> float:
    """What is added to the log odds of a sentence for who speaks, and taken off for its age.

    Who names no period asks how things are: of two sentences alike the later one is worth more.
    """
    said = GROUP if group_heard(reading.speaker, evidence.sentence.voice) else 0.0
    timed = reading.time.periods or reading.time.rank is not Rank.NONE or reading.over_time
    if timed or reading.intent is not Intent.SAID:
        return said
    return said - AGEING * min(newest - (_year(evidence) or newest), OLD)


def _year(evidence: Evidence) -> int | None:
    published = evidence.document.description.published
    return published.start.year if published else None


def candidates(
    reading: Reading, selection: Selection, hits: Sequence[Hit], index: OpenIndex
) -> list[tuple[int, Evidence]]:
    """The sentences of the foremost hits in which the one asked for is heard, each with its passage's place."""
    documents = {d.source: d for d in selection.documents}
    return [
        (rank, Evidence(documents[hit.passage.source], hit, sentence, text, 0.0))
        for rank, hit in enumerate(hits if reading.intent in GRADED else hits[:TOP])
        for sentence, text in sentence_texts(hit.passage, index)
        if _may_be_quoted(reading, documents[hit.passage.source], hit, sentence, text)
    ]


def _may_be_quoted(reading: Reading, document: StoredDocument, hit: Hit, sentence: Sentence, text: str) -> bool:
    if len(text.split()) < SHORTEST or _INTRODUCES.search(text) or not may_speak(reading, sentence.voice, document):
        return False
    worded = reading.intent in (Intent.SAID, Intent.SUMMARY)  # asked in words, not as facts that a first page prints
    return not worded or not (hit.passage.part is Part.FRONT or _FRAMEWORK.match(text))


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
