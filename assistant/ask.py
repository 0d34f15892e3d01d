"""A question in, an Answer out: the one path that every face uses.

Reading, choice of documents, ranking and answering are modules of their own; here they are put in order, and an
answer whose quotes do not hold becomes an abstention.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest

from assistant.anchoring import anchored
from assistant.answers.brevity import BRIEF
from assistant.answers.drafts import Draft, Line, finished
from assistant.answers.side_by_side import side_by_side
from assistant.choose import choose
from assistant.drafting import draft_of, passages_for
from assistant.evidence import find_hits
from assistant.heard import heard_first
from assistant.interpret.read import read_question
from assistant.llm.wording import Wording, wordable, worded
from assistant.nearest import nearest
from assistant.partly import spoken_of
from assistant.records import (
    Answer,
    Citation,
    Found,
    Intent,
    Missing,
    Reading,
    Selection,
    Status,
    Step,
)
from assistant.reorganised import reorganised
from assistant.sides import Side, as_now, sides
from assistant.steps import READING, WORDING, checking, searching, unwatched
from assistant.tuning import Tuning, tuned_choice, tuned_reading
from index.embedding import Embedder
from index.errors import QuestionError
from index.generation import OpenIndex
from index.reranking import Reranker
from index.search import Hit

SHOWN = 10  # passages told with an answer
LONGEST = 2000  # characters of a question
FEWEST = 45  # words of a side of a comparison, where many share a short answer
EARLIER = 20  # earlier questions of a thread that are looked at


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a reading; `chosen` is None where nothing was, or each side chose for itself."""

    draft: Draft | Missing
    hits: tuple[Hit, ...]
    chosen: Selection | None = None


@dataclass(frozen=True, slots=True)
class Assistant:
    """An open index with what is needed to ask it.  Safe to use from several threads.

    `wording` is a language model that words what documents say; None: they are quoted as they are.
    `reranker` puts the first passages in another order; None: they keep theirs.
    """

    index: OpenIndex
    embedder: Embedder
    home: str | None = None
    base_url: str | None = None
    tuning: Tuning = field(default_factory=Tuning)
    wording: Wording | None = None
    reranker: Reranker | None = None

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
        made = self._side_by_side(reading, sides(reading), watch) or self._first_made(as_now(reading), watch)
        hits, draft, use = made.hits, made.draft, None
        if isinstance(draft, Missing):
            return self._abstained(reading, draft, hits, began)
        if self.wording is not None and made.chosen is not None and wordable(reading):
            watch(WORDING)
            told = self.wording.word(reading, made.chosen, hits, self.index, draft, lambda: watch(WORDING))
            draft, use = worded(told, draft)
        draft = replace(draft, lines=(*draft.lines, *map(Line, reading.notes)))
        watch(checking(draft))
        text, citations, table = finished(draft, self.index.catalogue, self.base_url)
        if not citations:
            unproved = Missing("quotes", "Passages were found, but no quote of them could be verified.")
            return self._abstained(reading, unproved, hits, began)
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
        settled = reorganised(replace(reading, as_of=by_then), self.index.catalogue)
        return tuned_reading(anchored(settled, self.index.catalogue), self.tuning)

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
        found = find_hits(reading, chosen, self.index, self.embedder, most, self.tuning.weights)
        if self.reranker is None or reading.intent is not Intent.SAID:
            return found
        return self.reranker.reranked(reading.topic or reading.question, found)

    def _made(self, reading: Reading, watch: Callable[[Step], None], words: float = BRIEF) -> _Made:
        """The documents chosen, the passages found in them and the draft made of them."""
        chosen = tuned_choice(reading, self.index.catalogue, self.tuning)
        if isinstance(chosen, Missing):
            return _Made(chosen, ())
        watch(searching(reading, chosen))
        reading, chosen = spoken_of(reading, chosen, self.index.catalogue)
        most = passages_for(reading, self.tuning.passages)
        hits = heard_first(reading, self._hits(reading, chosen, most), chosen)
        draft = draft_of(reading, chosen, hits, self.index, words, self.tuning.worth)
        if isinstance(draft, Draft) and chosen.lacking:  # a part of what was asked for is answered, and the rest named
            draft = replace(draft, lines=(*draft.lines, *(Line(f"({told})") for told in chosen.lacking)))
        return _Made(draft, hits, chosen)

    def _side_by_side(self, reading: Reading, sides: Sequence[Side], watch: Callable[[Step], None]) -> _Made | None:
        """Each side looked for by itself; None where there are none.  Their passages take turns."""
        if not sides:
            return None
        words = max(BRIEF / len(sides), FEWEST)
        made = [self._first_made(side.readings, watch, words) for side in sides]
        draft = side_by_side([(side.name, one.draft) for side, one in zip(sides, made, strict=True)])
        if isinstance(draft, Missing) and isinstance(nothing := choose(reading, self.index.catalogue), Missing):
            draft = nothing  # one reason for all sides
        turns = (hit for turn in zip_longest(*(one.hits for one in made)) for hit in turn if hit)
        return _Made(draft, tuple({hit.passage.id: hit for hit in turns}.values()))

    def _first_made(self, readings: Sequence[Reading], watch: Callable[[Step], None], words: float = BRIEF) -> _Made:
        """What was made of the first of these readings that has an answer, else of the last."""
        for reading in readings:
            made = self._made(reading, watch, words)
            if isinstance(made.draft, Draft):
                return made
        return made

    def _abstained(self, reading: Reading, missing: Missing, hits: Sequence[Hit], began: float) -> Answer:
        near = nearest(reading, missing, self.index.catalogue)
        generation, seconds = self.index.manifest.generation, time.perf_counter() - began
        found = _shown(hits, self.index)
        reason = " ".join([missing.reason, *reading.notes])
        return Answer(Status.ABSTAINED, "", (), found, reading, reason, seconds, generation, nearest=near)


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
