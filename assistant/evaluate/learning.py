"""Learns what the signs of a sentence count for (`assistant.worth`) from questions with quoted gold.

Logistic regression with a penalty on the weights of standardised signs, by Newton's method; every question counts
alike, however many sentences answer it.  Source of the method: Hastie, Tibshirani and Friedman, The Elements of
Statistical Learning (2009), 4.4.1 and 3.4.1.  Weights are never to be judged by the questions that they were learned
from: `folds` parts a set by authority, so that no report is on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.ask import Assistant
from assistant.choose import choose
from assistant.evaluate.answering import UNANSWERABLE, Held
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.matching import Same, citation_holds
from assistant.evaluate.records import Item, TestSet
from assistant.evidence import candidates, find_hits
from assistant.heard import heard_first
from assistant.quotes import pieces
from assistant.records import Evidence, Intent, Missing
from assistant.signs import Looked, signs_of
from assistant.worth import NAMES, Worth
from index.catalogue import Catalogue

PENALTY = 10.0  # against standardised weights; from 1 to 30 nothing changes
FEWEST = 20  # questions to learn from
ROUNDS = 50
FOLDS = 10
SMOOTHED = 2  # added to the sentences that answer a question before it is made to count as much as any other
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences that were looked at for one question: signs (one row each) and whether each is marked as gold.

    `group` is what may not be on both sides when weights are judged: the authority.
    """

    item: Item
    group: str
    signs: Array
    marked: NDArray[np.bool_]


def examples(test_set: TestSet, assistant: Assistant) -> tuple[Example, ...]:
    """An example of each question of the set that is answered by quoting sentences."""
    same = Held(assistant.index.catalogue).same
    found = (_example(item, assistant, same) for item in test_set.items if item.gold and item.kind != UNANSWERABLE)
    return tuple(one for one in found if one is not None)


def learn(learned_from: Sequence[Example]) -> Worth:
    """The weights that tell marked sentences from others best.

    EvaluationError: fewer than FEWEST questions have a marked sentence.
    """
    if sum(bool(one.marked.any()) for one in learned_from) < FEWEST:
        message = "Too few questions of the set are answered by sentences that are found."
        raise EvaluationError(message, f"Weights are learned from {FEWEST} at least: give a larger set.")
    signs = np.concatenate([one.signs for one in learned_from])
    marked = np.concatenate([one.marked for one in learned_from]).astype(np.float64)
    shares = np.concatenate([np.full(len(one.marked), 1 / (one.marked.sum() + SMOOTHED)) for one in learned_from])
    middle, spread = signs.mean(axis=0), signs.std(axis=0)
    spread[spread == 0] = 1.0
    weights = _fitted((signs - middle) / spread, marked, shares / shares.mean())
    plain = weights[:-1] / spread
    return Worth(tuple(round(float(one), 4) for one in plain), round(float(weights[-1] - plain @ middle), 4))


def folds(test_set: TestSet, most: int = FOLDS) -> tuple[tuple[Item, ...], ...]:
    """The questions in at most `most` parts of about one size, all of one authority in the same part."""
    groups: dict[str, list[Item]] = {}
    for item in test_set.items:
        groups.setdefault(group_of(item), []).append(item)
    parts: list[list[Item]] = [[] for _ in range(min(most, len(groups)))]
    for _, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        min(parts, key=len).extend(group)
    return tuple(tuple(item for item in test_set.items if item in part) for part in parts)


def group_of(item: Item) -> str:
    """The authority of a question, as the set names it; else the document of its first quote, else the question."""
    return item.slices.get("authority") or (item.gold[0].source if item.gold else item.id)


def as_table(worth: Worth, made: Mapping[str, object]) -> dict[str, object]:
    """The form in which `assistant.worth` reads weights, with what they were `made` of."""
    return {"made": dict(made), "base": worth.base, "signs": dict(zip(NAMES, worth.weights, strict=True))}


def _example(item: Item, assistant: Assistant, same: Same) -> Example | None:
    reading = assistant.read(item.question, item.context, item.as_of, item.as_of)
    chosen = choose(reading, assistant.index.catalogue)
    if isinstance(chosen, Missing) or reading.intent is not Intent.SAID:
        return None
    tuning, index = assistant.tuning, assistant.index
    hits = find_hits(reading, chosen, index, assistant.embedder, tuning.passages, tuning.weights)
    hits = heard_first(reading, hits, chosen)
    looked = candidates(reading, chosen, hits, index)
    if not looked:
        return None
    signs = signs_of(reading, hits, [Looked(e.hit, rank, e.text) for rank, e in looked])
    marked = np.array([_is_marked(e, item, index.catalogue, same) for _, e in looked])
    return Example(item, group_of(item), np.array([astuple(one) for one in signs], dtype=np.float64), marked)


def _is_marked(evidence: Evidence, item: Item, catalogue: Catalogue, same: Same) -> bool:
    """Whether a citation of the sentence, or of one of its pages, holds any span of the question's gold."""
    return any(
        citation_holds(quote, evidence.document.source, gold, same)
        for quote in _quotes(evidence, catalogue)
        for gold in item.gold
    )


def _quotes(evidence: Evidence, catalogue: Catalogue) -> Iterable[str]:
    for quote in pieces(evidence.document, evidence.sentence, evidence.hit.passage):
        yield catalogue.page_text(evidence.document.source, quote.span.page)[quote.span.start : quote.span.end]


def _fitted(signs: Array, marked: Array, shares: Array) -> Array:
    """The weights of standardised signs, and last the one of a constant, which alone bears no penalty."""
    rows = np.hstack([signs, np.ones((len(signs), 1))])
    penalty = np.full(rows.shape[1], PENALTY)
    penalty[-1] = 0.0
    weights = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        odds = 1 / (1 + np.exp(-np.clip(rows @ weights, -50, 50)))
        slope = rows.T @ (shares * (odds - marked)) + penalty * weights
        curve = (rows * (shares * odds * (1 - odds))[:, None]).T @ rows + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights
