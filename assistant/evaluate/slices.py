"""Scores summed up: over all questions (micro), over kinds of questions (macro), and by kind, authority or any slice.

A summary has a mean with its interval for each measure that applies to any of its questions, and two percentiles in
the place of `seconds`, since the mean of times says little.  Which measures there are is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evaluate.answering import COSTS, QUALITIES
from assistant.evaluate.intervals import Estimate, estimate, estimate_percentile
from assistant.evaluate.records import Scores
from assistant.evaluate.retrieval import RETRIEVAL

KIND = "kind"
SECONDS = "seconds"
PERCENTILES = {"seconds_p50": 50, "seconds_p95": 95}
_ORDER = {name: place for place, name in enumerate((*RETRIEVAL, *QUALITIES, *COSTS))}


@dataclass(frozen=True, slots=True)
class Summary:
    """`values` by measure over the `items` questions of `label`: "all", "macro", or the slice's value."""

    label: str
    items: int
    values: dict[str, Estimate]


def micro(scores: Sequence[Scores], label: str = "all") -> Summary:
    """Every question counts the same."""
    values: dict[str, Estimate] = {}
    for name in measures_of(scores):
        own = _values(scores, name)
        if name == SECONDS:
            values |= {shown: estimate_percentile(own, percent) for shown, percent in PERCENTILES.items()}
        else:
            values[name] = estimate(own)
    return Summary(label, len(scores), values)


def macro(scores: Sequence[Scores], label: str = "macro") -> Summary:
    """Every kind counts the same: the mean of the kinds' means.  Times are left out."""
    kinds = [[one for one in scores if one.kind == kind] for kind in slice_values(scores, KIND)]
    names = [name for name in measures_of(scores) if name != SECONDS]
    return Summary(label, len(scores), {name: estimate(*(_values(kind, name) for kind in kinds)) for name in names})


def summaries_by(scores: Sequence[Scores], name: str) -> tuple[Summary, ...]:
    """A summary for each value of a slice, by value; of kinds in the order of the set.

    `name` is "kind" or that of a slice.  A question without that slice is in none of them.
    """
    values = slice_values(scores, name)
    return tuple(micro([one for one in scores if slice_of(one, name) == value], value) for value in values)


def slice_names(scores: Sequence[Scores]) -> tuple[str, ...]:
    """ "kind", and the names of all slices that any question has."""
    return (KIND, *dict.fromkeys(name for one in scores for name in one.slices))


def slice_values(scores: Sequence[Scores], name: str) -> tuple[str, ...]:
    """The values of a slice: of kinds in the order of the set, of others sorted."""
    values = dict.fromkeys(value for one in scores if (value := slice_of(one, name)) is not None)
    return tuple(values) if name == KIND else tuple(sorted(values))


def slice_of(one: Scores, name: str) -> str | None:
    """The value that a question has of a slice, or None."""
    return one.kind if name == KIND else one.slices.get(name)


def measures_of(scores: Sequence[Scores]) -> tuple[str, ...]:
    """The measures that apply to any of the questions: of rankings, of answers, and costs."""
    found = dict.fromkeys(name for one in scores for name in one.values)
    return tuple(sorted(found, key=lambda name: _ORDER.get(name, len(RETRIEVAL) - 0.5)))  # the sort is stable


def _values(scores: Sequence[Scores], name: str) -> list[float]:
    return [one.values[name] for one in scores if name in one.values]
