"""Confidence intervals of means: the percentile bootstrap over questions.

Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; for test collections, Sakai,
Information Retrieval 40(4) (2006).  With fewer than some ten questions it is too narrow, and with one it is a point:
nothing that was seen says how far another might be off.  Whether two runs differ is `compare`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
SEED = 4  # any: it makes the same figures come out every time
_AT_ONCE = 2_000_000  # numbers drawn at a time
Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # of every row


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval, `low` to `high`, and the `count` of questions that it was taken over."""

    value: float
    low: float
    high: float
    count: int


def estimate(*groups: Sequence[float]) -> Estimate:
    """The mean of the means of `groups`, and its interval: resampled within each group.

    One group gives the plain mean; groups that are empty are left out.  ValueError: there is no value at all.
    """
    held = [np.asarray(group, dtype=np.float64) for group in groups if len(group)]
    if not held:
        raise ValueError("an estimate of nothing")
    value = float(np.mean([_mean(group) for group in held]))
    resampled = np.mean([_resampled(group, place, _means) for place, group in enumerate(held)], axis=0)
    return _between(value, resampled, sum(map(len, held)))


def estimate_percentile(values: Sequence[float], percent: float) -> Estimate:
    """The value that `percent` (0 to 100) of `values` do not exceed, and its interval.  ValueError: there is none."""
    held = np.asarray(values, dtype=np.float64)
    if not len(held):
        raise ValueError("an estimate of nothing")
    resampled = _resampled(held, 0, lambda drawn: np.asarray(np.percentile(drawn, percent, axis=1)))
    return _between(float(np.percentile(held, percent)), resampled, len(held))


def _between(value: float, resampled: NDArray[np.float64], count: int) -> Estimate:
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(resampled, [tail, 100 - tail])
    return Estimate(value, float(min(low, value)), float(max(high, value)), count)


def _mean(values: NDArray[np.float64]) -> float:
    """The mean; exactly their value where all are equal, which a sum may miss by a bit."""
    return float(values[0]) if _all_equal(values) else float(values.mean())


def _means(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(drawn.mean(axis=1))


def _all_equal(values: NDArray[np.float64]) -> bool:
    return bool(np.all(values == values[0]))


def _resampled(values: NDArray[np.float64], place: int, statistic: Statistic) -> NDArray[np.float64]:
    """The statistic of each of RESAMPLES samples of `values`, drawn with replacement; shape (RESAMPLES,)."""
    if _all_equal(values):
        return np.full(RESAMPLES, values[0])
    chance = np.random.default_rng((SEED, place))
    found = np.empty(RESAMPLES)
    step = max(1, _AT_ONCE // len(values))
    for start in range(0, RESAMPLES, step):
        some = found[start : start + step]
        some[:] = statistic(values[chance.integers(0, len(values), (len(some), len(values)))])
    return found
