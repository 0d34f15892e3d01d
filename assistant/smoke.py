"""Questions that are put to a new index before it is published, as whoever reads it will put them.

Whether files, records and vectors are what was written is seen by `index.verify`; whether answers are good, by the
evaluator.  Here it is seen that what is held can be found, that questions are answered without a fault, and that every
quote stands in its page.  What an index is about does not matter: one undated article passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from assistant.ask import Assistant
from assistant.examples import candidates
from assistant.quotes import stands_in
from assistant.records import Answer
from index.audience import View
from index.catalogue import Catalogue
from index.embedding import Embedder, indexed_text
from index.errors import IndexUnusableError
from index.generation import OpenIndex, as_seen
from index.records import Passage

BY_WORDS, BY_MEANING = 20, 6  # passages that have to find themselves; encoding one takes a tenth of a second
AMONG = 2000  # passages among which they have to
NEAR = 0.02  # by which another passage may be nearer: twins, and two ways to the same vector
TERMS = 8  # words of a passage that it is looked up by
CURE = "The index in use is unchanged. Type: inspections index build --force; if this stays, report it."
_WORD = re.compile(r"[^\W\d_]{4,}")
_MARK = re.compile(r"\[(\d+)\]")


def smoke(
    embedder: Embedder, home: str | None = None, base_url: str | None = None, today: date | None = None
) -> Callable[[OpenIndex], None]:
    """A check for `index.build`: an assistant with this embedder, `home` and `base_url` is asked, on the day `today`.

    It raises IndexUnusableError, which says what was not found or answered.
    """

    def check(index: OpenIndex) -> None:
        fault = next(_faults(index, embedder, home, base_url, today), None)
        if fault is not None:
            raise IndexUnusableError(f"The new index did not answer as it should: {fault}.", CURE)

    return check


def answer_fault(answer: Answer, catalogue: Catalogue) -> str:
    """What is wrong with an answer's marks and quotes; empty where nothing is."""
    if {int(mark) for mark in _MARK.findall(answer.text)} != {citation.n for citation in answer.citations}:
        return "its marks and its citations differ"
    for citation in answer.citations:
        pages = catalogue.pages(citation.source)
        if not any(page.number == citation.page and stands_in(citation.quote, page.text) for page in pages):
            return f"a quote does not stand in {citation.source}"
    return ""


def _faults(
    index: OpenIndex, embedder: Embedder, home: str | None, base_url: str | None, today: date | None
) -> Iterator[str]:
    ids = index.catalogue.passage_ids()
    by_words, by_meaning = (index.catalogue.passages(_spread(ids, most)) for most in (BY_WORDS, BY_MEANING))
    yield from _not_found_by_words(index.catalogue, by_words)
    yield from _not_found_by_meaning(index, embedder, by_meaning, _spread(ids, AMONG))
    with as_seen(index, View()) as public:  # what everybody sees: nobody sees less
        yield from _wrong_answers(Assistant(public, embedder, home, base_url), today)


def _not_found_by_words(catalogue: Catalogue, passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        terms = list(dict.fromkeys(_WORD.findall(passage.text)))[:TERMS]
        if terms and passage.id not in catalogue.keyword_scores(terms, [passage.source]):
            yield f"a passage of {passage.source} is not found by its own words"


def _not_found_by_meaning(
    index: OpenIndex, embedder: Embedder, passages: Sequence[Passage], among: Sequence[str]
) -> Iterator[str]:
    others = list(dict.fromkeys([*among, *(passage.id for passage in passages)]))
    place = {name: at for at, name in enumerate(others)}
    vectors = index.vectors.vectors(others)
    for passage in passages:
        query = embedder.encode_query(indexed_text(passage.header, passage.text))
        scores = vectors @ query
        if not scores[place[passage.id]] >= scores.max() - NEAR:
            yield f"a passage of {passage.source} is not found by its own meaning"


def _wrong_answers(assistant: Assistant, today: date | None) -> Iterator[str]:
    for question in candidates(assistant.index.catalogue):
        try:
            answer = assistant.ask(question, today=today)
        except Exception as error:  # noqa: BLE001  (whatever it is, staff must not meet it)
            yield f"{question!r} failed ({type(error).__name__}: {error})"
        else:
            fault = answer_fault(answer, assistant.index.catalogue)
            if fault:
                yield f"in the answer to {question!r} {fault}"


def _spread(ids: Sequence[str], most: int) -> list[str]:
    """At most so many of `ids`, from beginning to end."""
    step = max(1, -(-len(ids) // most))
    return list(ids[::step])
