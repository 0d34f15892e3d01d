"""Ranks the passages of chosen documents by what a query is about: exact dense score plus keyword score.

Which documents are chosen, and what of a question is the topic, is the caller's decision.  Scores of one query can
be compared with one another, not with another query's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.order import Chosen
from index.records import Passage
from index.vectors import VectorStore

Scores = NDArray[np.float64]

# Weights of the best keyword score of a query (1) against cosine; measured, a flat optimum between 0.4 and 0.6.
KEYWORD = 0.5
WIDER = 0.75  # what a word counts that only the glossary brought in
CONTEXT = 0.1  # taken off passages about the inspection itself, definitions of grades, and the like
TIE = 1e-6  # scores that differ by less are equal: the same text is not scored alike to the last bit everywhere
MANY = 60_000  # passages; of more, not all are scored exactly
LIKELY = 5_000  # of those, so many at least are
RATIO = 20  # and so many times as many as are wanted


@dataclass(frozen=True, slots=True)
class Weights:
    """What the parts of a score count: `keyword` that of the best keyword score, `wider` that of a wider word.

    `dense` is that of cosine, and `context` is taken off passages about the inspection itself.  None is below 0; with
    `keyword` 0 the vectors alone rank, with `dense` 0 the words.
    """

    keyword: float = KEYWORD
    wider: float = WIDER
    dense: float = 1.0
    context: float = CONTEXT


USUAL = Weights()


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.  `vector` is a unit vector, shape (width,); `terms` are words or phrases.

    `priors` is added to the score of all passages of a source; `frame` says that passages about the inspection
    itself are welcome.
    """

    vector: NDArray[np.float32]
    terms: tuple[str, ...]
    wider: tuple[str, ...] = ()
    priors: Mapping[str, float] = field(default_factory=dict)
    frame: bool = False
    weights: Weights = USUAL


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score and what it is made of: cosine (-1 to 1), keyword (0 to 1), and what was added.

    `reranked` is what a re-ranker added, or took off.
    """

    passage: Passage
    score: float
    dense: float
    keyword: float
    prior: float
    reranked: float = 0.0


def search(
    catalogue: Catalogue, vectors: VectorStore, query: Query, sources: Sequence[str] | None, most: int
) -> tuple[Hit, ...]:
    """The `most` best passages of `sources` (None: of all), best first; ties by source and place.

    Every passage of the sources is scored: a filter costs no recall.  Up to MANY of them are all scored exactly; of
    more, those are that a rough look at the vectors puts foremost, LIKELY at least.  IndexUnusableError: the index is
    damaged.
    """
    chosen = catalogue.chosen(sources)
    if not len(chosen.numbers):
        return ()
    keyword = _keyword(catalogue, query, chosen)
    prior = _priors(catalogue, query, chosen)
    if len(chosen.numbers) > max(MANY, RATIO * most):
        rough = query.weights.dense * vectors.rough(query.vector, chosen) + query.weights.keyword * keyword + prior
        rows = np.sort(np.argpartition(-rough, max(LIKELY, RATIO * most))[: max(LIKELY, RATIO * most)])
        chosen, keyword, prior = chosen.only(rows), keyword[rows], prior[rows]
    dense = vectors.scores(query.vector, chosen).astype(np.float64)
    scores = query.weights.dense * dense + query.weights.keyword * keyword + prior
    best = _best(scores, most)
    passages = catalogue.numbered(chosen.numbers[best])
    parts = zip(*(one[best].tolist() for one in (scores, dense, keyword, prior)), strict=True)
    return tuple(Hit(passage, *parts_of) for passage, parts_of in zip(passages, parts, strict=True))


def _best(scores: Scores, most: int) -> NDArray[np.intp]:
    """The rows of the `most` best scores, best first; of equal ones those that stand first."""
    order = -np.rint(scores / TIE)
    if most < len(order):
        last = np.partition(order, most - 1)[most - 1]
        rows = np.flatnonzero(order <= last)
    else:
        rows = np.arange(len(order))
    return rows[np.argsort(order[rows], kind="stable")][:most]


def _priors(catalogue: Catalogue, query: Query, chosen: Chosen) -> Scores:
    """What is added to each passage for its source, and taken off for its part."""
    order = catalogue.order
    priors = np.zeros(len(chosen.numbers), dtype=np.float64)
    if query.priors:
        by_document = np.zeros(len(order.sources), dtype=np.float64)
        for source, prior in query.priors.items():
            if source in order.places:
                by_document[order.places[source]] = prior
        priors = by_document[order.owners[chosen.numbers]]
    return priors if query.frame else priors - query.weights.context * order.context[chosen.numbers]


def _keyword(catalogue: Catalogue, query: Query, chosen: Chosen) -> Scores:
    """BM25 of the query's own terms and, at their lower weight, of the wider ones; the best passage has 1.

    Words that stand everywhere count only where nothing else is found.
    """
    for everywhere in (False, True):
        own = catalogue.keyword(query.terms, chosen, everywhere=everywhere)
        wider = catalogue.keyword(query.wider, chosen, everywhere=everywhere)
        scores = own + query.weights.wider * wider
        best = float(scores.max(initial=0.0))
        if best > 0:
            return np.asarray(scores / best)
    return scores
