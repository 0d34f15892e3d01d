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
from index.records import Part, Passage
from index.vectors import VectorStore

# Weights of the best keyword score of a query (1) against cosine; measured, a flat optimum between 0.2 and 0.5.
KEYWORD = 0.4
WIDER = 0.5  # a word that only the glossary brought in counts half
CONTEXT = 0.1  # taken off passages about the inspection itself, definitions of grades, and the like
TIE = 1e-6  # scores that differ by less are equal: the same text is not scored alike to the last bit everywhere
BATCH = 200  # passages read at once; more than one batch is seldom needed


@dataclass(frozen=True, slots=True)
class Weights:
    """What the parts of a score count: `keyword` that of the best keyword score, `wider` that of a wider word.

    Neither is below 0; with `keyword` 0 the vectors alone rank.
    """

    keyword: float = KEYWORD
    wider: float = WIDER


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
    """A passage with its score and what it is made of: cosine (-1 to 1), keyword (0 to 1), and what was added."""

    passage: Passage
    score: float
    dense: float
    keyword: float
    prior: float


def search(
    catalogue: Catalogue, vectors: VectorStore, query: Query, sources: Sequence[str] | None, most: int
) -> tuple[Hit, ...]:
    """The `most` best passages of `sources` (None: of all), best first; ties by source and place.

    Every passage of the sources is scored exactly: a filter costs no recall.  IndexUnusableError: the index is damaged.
    """
    ids = catalogue.passage_ids(sources)
    if not ids:
        return ()
    dense = vectors.scores(query.vector, ids).astype(np.float64)
    keyword = _keyword(catalogue, query, sources, ids)
    prior = _priors(catalogue, query, ids)
    highest = dense + query.weights.keyword * keyword + prior  # before what is taken off for a passage's part
    order = np.argsort(-highest, kind="stable")
    hits: list[Hit] = []
    for start in range(0, len(order), BATCH):
        if len(hits) >= most and highest[order[start]] < hits[-1].score - TIE:
            break  # nothing that follows can reach the best any more
        places = order[start : start + BATCH]
        read = zip(places, catalogue.passages([ids[place] for place in places]), strict=True)
        hits += [_hit(query, one, float(dense[at]), float(keyword[at]), float(prior[at])) for at, one in read]
        hits = sorted(hits, key=_rank)[:most]
    return tuple(hits)


def _rank(hit: Hit) -> tuple[float, str, int]:
    return -round(hit.score / TIE), hit.passage.source, hit.passage.ordinal


def _hit(query: Query, passage: Passage, dense: float, keyword: float, prior: float) -> Hit:
    if passage.part is Part.CONTEXT and not query.frame:
        prior -= CONTEXT
    return Hit(passage, dense + query.weights.keyword * keyword + prior, dense, keyword, prior)


def _priors(catalogue: Catalogue, query: Query, ids: Sequence[str]) -> NDArray[np.float64]:
    """What is added to each of `ids` for its source."""
    priors: dict[str, float] = {}
    for value in set(query.priors.values()):
        chosen = [source for source, prior in query.priors.items() if prior == value]
        priors |= dict.fromkeys(catalogue.passage_ids(chosen), value)
    return np.array([priors.get(one, 0.0) for one in ids], dtype=np.float64)


def _keyword(
    catalogue: Catalogue, query: Query, sources: Sequence[str] | None, ids: Sequence[str]
) -> NDArray[np.float64]:
    """BM25 of the query's own terms and, at their lower weight, of the wider ones; the best passage has 1."""
    own = catalogue.keyword_scores(query.terms, sources)
    wider = catalogue.keyword_scores(query.wider, sources)
    scores = np.array([own.get(i, 0.0) + query.weights.wider * wider.get(i, 0.0) for i in ids], dtype=np.float64)
    best = float(scores.max(initial=0.0))
    return scores / best if best > 0 else scores
