"""Measures of rankings: R@5, RR@10, nDCG@10 and whatever else ir-measures can work out.  Its only importer.

Rankings are of documents, or of passages judged by the quoted spans that they hold (`span_values`).  Ties are broken
here, by score and then by id, and the library is given ranks: pytrec_eval would break them its own way, and others in
yet another.  Which passages hold which spans is decided in `matching`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import ir_measures
from ir_measures.providers import FallbackProvider

from assistant.evaluate.errors import EvaluationError

RETRIEVAL = ("R@5", "R@10", "Success@1", "RR@10", "nDCG@10", "AP")
LONGEST = 100  # characters of a measure's name
MOST = 1_000_000  # the largest cutoff, and the largest grade to count from
CURE = f"Measures of rankings are {', '.join(RETRIEVAL)}, and others by the names of ir-measures, such as P@3 or R@20."

Ranked = Sequence[tuple[str, float]]
Values = dict[str, dict[str, float]]

# Those of the library's sources that work inside this process: others start Perl, or are not installed.
_PIPELINE: Any = FallbackProvider(  # type: ignore[no-untyped-call]  # it is typed in parts only
    [ir_measures.pytrec_eval, ir_measures.judged, ir_measures.msmarco]
)


def ranked_by_score(scored: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Best first, ties by id; of an id that is there more than once, its best score."""
    best: dict[str, float] = {}
    for name, score in scored:
        best[name] = max(score, best.get(name, score))
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))


def by_document(passages: Iterable[tuple[str, float]], document_of: Callable[[str], str]) -> list[tuple[str, float]]:
    """Documents ranked by their best passage each."""
    return ranked_by_score((document_of(name), score) for name, score in passages)


def check_measure(name: str) -> None:
    """EvaluationError: ir-measures knows no such measure, or it cannot be worked out here."""
    _measure(name)


def document_values(
    qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Ranked], names: Sequence[str] = RETRIEVAL
) -> Values:
    """The measures `names` of every query of `qrels`: query to measure to value.

    `qrels` are grades by query and document, relevant above 0; `rankings` (document, score) by query, in any order.  A
    query that has no ranking scores 0; one without judgements is left out.  EvaluationError: as for `check_measure`.
    """
    orders = {query: [name for name, _ in ranked_by_score(ranking)] for query, ranking in rankings.items()}
    return _values(qrels, orders, {name: _measure(name) for name in names})


def span_values(
    grades: Mapping[str, Sequence[int]],
    held: Mapping[str, Sequence[Collection[int]]],
    names: Sequence[str] = RETRIEVAL,
) -> Values:
    """The measures `names` of passages that are judged by the spans they hold: query to measure to value.

    `grades` are those of each query's spans; `held` says of each passage, best first, which spans (places in `grades`)
    it holds.  R@k is the share of the essential spans (grade 2 and above; all where there is none) that the first k
    passages hold.  For every other measure a passage is a document with the grade of the best span that it is the
    first to hold, and a span that none holds is a document never found.  A query not in `held` scores 0.

    nDCG and AP are therefore measured against the best order of the run's own passages, and depend on how large these
    are: one passage at rank 2 that holds three spans scores lower than three passages at ranks 2 to 4.  They compare
    rankings of the same passages; indexes whose passages differ are compared by R@k, Success@k and RR@k.

    EvaluationError: as for `check_measure`.
    """
    measures = {name: _measure(name) for name in names}
    first = {query: _first_to_hold(held.get(query, ()), len(spans)) for query, spans in grades.items()}
    others = {name: measure for name, measure in measures.items() if measure.NAME != "R"}
    found = _values(*_as_documents(grades, first), others)
    for name, measure in measures.items():
        if measure.NAME == "R":
            cut = {query: passages[: measure["cutoff"]] for query, passages in first.items()}
            orders = {query: [str(span) for spans in passages for span in spans] for query, passages in cut.items()}
            # Recall within k passages, which may hold more than k spans: of all that is left after the cut.
            whole = {name: ir_measures.SetR(rel=measure["rel"])}
            for query, values in _values(_essential(grades), orders, whole).items():
                found[query] |= values
    return {query: {name: values[name] for name in names} for query, values in found.items()}


def _first_to_hold(passages: Sequence[Collection[int]], spans: int) -> list[list[int]]:
    """Of each passage, the spans that none before it holds."""
    left = set(range(spans))
    first = []
    for held in passages:
        first.append(sorted(left & set(held)))
        left -= set(held)
    return first


def _as_documents(
    grades: Mapping[str, Sequence[int]], first: Mapping[str, Sequence[Sequence[int]]]
) -> tuple[dict[str, dict[str, int]], dict[str, list[str]]]:
    """Judgements and orders in which passages, and spans that none holds, are the documents."""
    qrels, orders = {}, {}
    for query, own in grades.items():
        passages = first[query]
        found = {f"passage {at}": max(own[span] for span in spans) for at, spans in enumerate(passages) if spans}
        lost = set(range(len(own))) - {span for spans in passages for span in spans}
        qrels[query] = found | {f"span {span}": own[span] for span in sorted(lost)}
        orders[query] = [f"passage {at}" for at in range(len(passages))]
    return qrels, orders


def _essential(grades: Mapping[str, Sequence[int]]) -> dict[str, dict[str, int]]:
    """Judgements in which the essential spans are the documents."""
    return {
        query: {str(span): grade for span, grade in enumerate(own) if grade >= min(2, max(own, default=0))}
        for query, own in grades.items()
    }


def _values(
    qrels: Mapping[str, Mapping[str, int]], orders: Mapping[str, Sequence[str]], measures: Mapping[str, Any]
) -> Values:
    """Every measure of every query; `orders` are ids, best first."""
    found: Values = {query: dict.fromkeys(measures, 0.0) for query in qrels}
    if not measures or not qrels:
        return found
    run = {
        query: {name: float(len(order) - rank) for rank, name in enumerate(order)}
        for query, order in orders.items()
        if order and query in qrels
    }
    names: dict[Any, list[str]] = {}
    for name, measure in measures.items():
        names.setdefault(measure, []).append(name)
    judged = {query: {name: max(0, grade) for name, grade in own.items()} for query, own in qrels.items()}
    for metric in _PIPELINE.iter_calc(list(names), judged, run):
        found[metric.query_id] |= dict.fromkeys(names[metric.measure], float(metric.value))
    return found


def _measure(name: str) -> Any:
    """The library's measure of this name.  EvaluationError: as for `check_measure`."""
    unknown = EvaluationError(f'There is no measure "{name[:LONGEST]}".', CURE)
    if len(name) > LONGEST:
        raise unknown
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it uses names of Python's ast that are going out
            measure = ir_measures.parse_measure(name)
        if _PIPELINE.supports(measure) and all(_usable(key, value) for key, value in measure.params.items()):
            return measure
    except Exception as error:  # it raises whatever it runs into: NameError, ValueError, KeyError, AssertionError
        raise unknown from error
    raise unknown


def _usable(key: str, value: Any) -> bool:
    """Whether a parameter may be handed on: trec_eval ends the whole process over a cutoff of 0."""
    return key not in {"cutoff", "rel"} or (type(value) is int and 1 <= value <= MOST)
