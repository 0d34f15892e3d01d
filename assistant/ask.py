"""A question in, an Answer out: the one path that every face uses.

Reading, choice of documents, ranking and answering are modules of their own; here they are put in order, and an
answer whose quotes do not hold becomes an abstention.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.abstain import missing_topic
from assistant.anchoring import anchored
from assistant.answers.details import details
from assistant.answers.drafts import Draft, finished
from assistant.answers.grades import graded
from assistant.answers.listing import listing
from assistant.answers.meaning import meaning
from assistant.answers.said import said
from assistant.answers.summary import summary
from assistant.evidence import find_hits, gather
from assistant.heard import heard_first
from assistant.interpret.read import read_question
from assistant.llm.wording import Wording, wordable, worded
from assistant.records import (
    GRADED,
    Answer,
    Citation,
    Found,
    Intent,
    Leaning,
    Missing,
    Reading,
    Selection,
    Status,
    Step,
)
from assistant.steps import READING, WORDING, checking, searching, unwatched
from assistant.tuning import Tuning, tuned_choice, tuned_reading
from index.embedding import Embedder
from index.errors import QuestionError
from index.generation import OpenIndex
from index.records import VoiceKind
from index.search import Hit

SHOWN = 10  # passages told with an answer
LONGEST = 2000  # characters of a question
EARLIER = 20  # earlier questions of a thread that are looked at


@dataclass(frozen=True, slots=True)
class Assistant:
    """An open index with what is needed to ask it.  Safe to use from several threads.

    `wording` is a language model that words what documents say; None: they are quoted as they are.
    """

    index: OpenIndex
    embedder: Embedder
    home: str | None = None
    base_url: str | None = None
    tuning: Tuning = field(default_factory=Tuning)
    wording: Wording | None = None

    @property
    def plain(self) -> Assistant:
        """The same without the language model, for questions that nobody put: each answer of a model costs."""
        return replace(self, wording=None)

    def ask(
        self,
        question: str,
        earlier: Sequence[str] = (),
        today: date | None = None,
        as_of: date | None = None,
        *,
        watch: Callable[[Step], None] = unwatched,
    ) -> Answer:
        """The answer to `question`.  `earlier`: the questions before it in the thread, oldest first.

        `today` resolves "last year" (None: the calendar's today); `as_of` hides what was published later.  `watch` is
        told of each step as it begins, and of WORDING again and again while a model is waited for; what it raises
        ends the question and is passed on as it is.
        QuestionError: the question is empty or longer than LONGEST characters.
        """
        began = time.perf_counter()
        watch(READING)
        reading = self.read(question, earlier, today or as_of, as_of)
        chosen = tuned_choice(reading, self.index.catalogue, self.tuning)
        if isinstance(chosen, Missing):
            return self._abstained(reading, chosen.reason, (), began)
        watch(searching(reading, chosen))
        hits = heard_first(reading, self._hits(reading, chosen, self.tuning.passages), chosen)
        draft = self._draft(reading, chosen, hits)
        if isinstance(draft, Missing):
            return self._abstained(reading, draft.reason, hits, began)
        use = None
        if self.wording is not None and wordable(reading):
            watch(WORDING)
            made = self.wording.word(reading, chosen, hits, self.index, draft, lambda: watch(WORDING))
            draft, use = worded(made, draft)
        watch(checking(draft))
        text, citations, table = finished(draft, self.index.catalogue, self.base_url)
        if not citations:
            return self._abstained(reading, "Passages were found, but no quote of them could be verified.", hits, began)
        stated = reading.intent is not Intent.SAID
        passages = _cited_first(hits, citations, self.index) if stated else _shown(hits, self.index)
        generation, seconds = self.index.manifest.generation, time.perf_counter() - began
        return Answer(Status.ANSWERED, text, citations, passages, reading, None, seconds, generation, table, use)

    def read(
        self, question: str, earlier: Sequence[str] = (), today: date | None = None, as_of: date | None = None
    ) -> Reading:
        """What `question` is taken to mean.  QuestionError: as for `ask`."""
        if not question.strip():
            raise QuestionError(
                "The question is empty.", 'Type: inspections ask "what did Ofsted say about caseloads?"'
            )
        if any("\ud800" <= mark <= "\udfff" for mark in question):
            raise QuestionError("The question holds broken characters.", "Type it again, in UTF-8.")
        if len(question) > LONGEST:
            raise QuestionError(f"The question has {len(question)} characters.", f"Shorten it to {LONGEST} at most.")
        reading = read_question(
            question, [one for one in earlier[-EARLIER:] if len(one) <= LONGEST], today or date.today(), self.home
        )
        by_then = min(reading.as_of, as_of) if reading.as_of and as_of else reading.as_of or as_of
        return tuned_reading(anchored(replace(reading, as_of=by_then), self.index.catalogue), self.tuning)

    def search(
        self, question: str, most: int, today: date | None = None
    ) -> tuple[Reading, Selection | Missing, tuple[Hit, ...]]:
        """The reading, the choice of documents and the `most` best passages, without an answer."""
        reading = self.read(question, today=today)
        chosen = tuned_choice(reading, self.index.catalogue, self.tuning)
        if isinstance(chosen, Missing):
            return reading, chosen, ()
        return reading, chosen, self._hits(reading, chosen, most)

    def _hits(self, reading: Reading, chosen: Selection, most: int) -> tuple[Hit, ...]:
        return find_hits(reading, chosen, self.index, self.embedder, most, self.tuning.weights)

    def _draft(self, reading: Reading, chosen: Selection, hits: Sequence[Hit]) -> Draft | Missing:
        if reading.intent in GRADED:
            table = graded(reading, chosen, self.index.catalogue)
            if table is not None:
                return table
        if reading.intent is Intent.DETAILS:
            facts = details(reading, chosen, self.index.catalogue)
            if facts is not None:
                return facts
        if reading.intent is Intent.MEANING:
            return meaning(reading, chosen, hits, self.index)
        if reading.intent is Intent.LIST:
            return listing(reading, chosen, self.index.catalogue)
        if reading.intent is Intent.SUMMARY and reading.leaning in (Leaning.NONE, Leaning.RECOMMENDATIONS):
            whole = summary(reading, chosen, self.index.catalogue)
            if whole is not None:
                return whole
        missing = missing_topic(reading, chosen, self.index.catalogue, max((hit.dense for hit in hits), default=0.0))
        if missing:
            return missing
        evidence = gather(reading, chosen, hits, self.index, self.tuning.worth)
        if not evidence:
            return Missing("speaker", _nobody(reading))
        return said(reading, chosen, evidence)

    def _abstained(self, reading: Reading, reason: str, hits: Sequence[Hit], began: float) -> Answer:
        generation, seconds = self.index.manifest.generation, time.perf_counter() - began
        return Answer(Status.ABSTAINED, "", (), _shown(hits, self.index), reading, reason, seconds, generation)


def _nobody(reading: Reading) -> str:
    if reading.speaker and reading.speaker.kind is VoiceKind.PERSON:
        return f"Nothing that {reading.speaker.name} said about this is held."
    return "Documents were found, but in none of them does the one asked for say anything about this."


def _cited_first(hits: Sequence[Hit], citations: Sequence[Citation], index: OpenIndex) -> tuple[Found, ...]:
    """The SHOWN best passages, after those that a grade or a fact is printed in: no ranking chose them."""
    ranked = {hit.passage.id: hit for hit in hits}
    quotes = {c.source: [o.quote for o in citations if o.source == c.source] for c in citations}
    direct = [
        ranked.get(passage.id, Hit(passage, 1.0, 0.0, 0.0, 0.0))
        for source, own in quotes.items()
        for passage in index.catalogue.passages_of(source)
        if any(_has(passage.text, quote) for quote in own)
    ]
    order = dict.fromkeys(hit.passage.id for hit in (*direct, *hits))
    every = {hit.passage.id: hit for hit in (*hits, *direct)}
    return _shown([every[one] for one in order], index)


def _shown(hits: Sequence[Hit], index: OpenIndex) -> tuple[Found, ...]:
    return tuple(_found(rank, hit, index) for rank, hit in enumerate(hits[:SHOWN], start=1))


def _has(text: str, quote: str) -> bool:
    return "".join(quote.split()) in "".join(text.split())


def _found(rank: int, hit: Hit, index: OpenIndex) -> Found:
    passage = hit.passage
    page = index.catalogue.page(passage.source, passage.spans[0].page).number
    return Found(rank, passage.source, page, passage.number, round(hit.score, 4), passage.text, passage.id)
