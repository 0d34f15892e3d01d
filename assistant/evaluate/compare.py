"""Whether one run is better than another, by how much, and which questions say so.

Questions are paired.  The p-value is that of a randomisation test: how often the difference would be as large as it is
if it were chance which of the two runs a question's two results came from.  Source: Smucker, Allan and Carterette, A
Comparison of Statistical Significance Tests for Information Retrieval Evaluation (CIKM 2007); a p-value that is drawn
counts the data themselves in, after Phipson and Smyth (2010), so that it is never 0.  Whether a run may pass is
`gate`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evaluate.answering import COSTS, UNANSWERABLE, WHERE_ANSWERED
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.intervals import SEED, Estimate, estimate
from assistant.evaluate.records import Item, Outcome, RunInfo
from assistant.evaluate.scoring import Scored
from assistant.evaluate.slices import SECONDS, measures_of

FLIPS = 10_000
EXACT = 13  # differences: up to so many, all 2**13 ways to flip them are fewer than FLIPS
SIGNIFICANT = 0.05
LEAST_SHOWN = 0.001  # a smaller p-value is not written out: three digits would make it 0
EQUAL = 1e-9  # values that differ by less are the same
_AT_ONCE = 2_000_000  # signs drawn at a time


@dataclass(frozen=True, slots=True)
class Moved:
    """A question whose value changed, with both results; None where a run has none."""

    item: Item
    before: float
    after: float
    base: Outcome | None
    new: Outcome | None

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in two runs, over the questions that it applies to in both (`change.count`).

    `base` and `new` are means, `change` their difference with its interval.  `won` and `lost` are the questions that
    became better and worse, the greatest change first: for costs, less is better.
    """

    measure: str
    base: float
    new: float
    change: Estimate
    p: float
    won: tuple[Moved, ...]
    lost: tuple[Moved, ...]

    @property
    def ties(self) -> int:
        """Questions that came out alike."""
        return self.change.count - len(self.won) - len(self.lost)

    @property
    def significant(self) -> bool:
        """Whether chance is an unlikely reason, at 5 %; never of times, which tell of the machine as well."""
        return self.measure != SECONDS and self.p < SIGNIFICANT

    @property
    def where_answered(self) -> bool:
        """Whether only questions that were answered in both runs are in it."""
        return self.measure in WHERE_ANSWERED

    @property
    def over(self) -> str:
        """What it is over, for a person: "12 questions", "4 questions (where both answered)"."""
        count = self.change.count
        return f"{count} question{'s' * (count != 1)}{' (where both answered)' * self.where_answered}"


@dataclass(frozen=True, slots=True)
class Uncompared:
    """A measure that applies to no question in both runs: to `base` of them in one, to `new` others in the other.

    It is left out where the base run has it for questions without an answer alone: not to answer these is no loss.
    """

    measure: str
    base: int
    new: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one set, measure by measure."""

    base: RunInfo
    new: RunInfo
    differences: tuple[Difference, ...]
    uncompared: tuple[Uncompared, ...] = ()


def compare(base: Scored, new: Scored) -> Comparison:
    """How `new` differs from `base` in every measure that any question has in both, and which measures none has.

    Of a slice: compare what `scoring.within` leaves of each.  EvaluationError: they are runs of different sets.
    """
    one, other = base.run.info, new.run.info
    if one.set_sha256 != other.set_sha256:
        same = " as it is now and was before a change" if one.set_path == other.set_path else f" and {other.set_path}"
        message = f"{one.name} and {other.name} are runs of different questions: {one.set_path}{same}."
        raise EvaluationError(message, f"Type: inspections evaluate run '{one.set_path}' --name NAME")
    names = measures_of((*base.scores, *new.scores))
    differences = [_difference(name, base, new) for name in names]
    apart = [_uncompared(name, base, new) for name, found in zip(names, differences, strict=True) if found is None]
    return Comparison(
        one,
        other,
        tuple(found for found in differences if found is not None),
        tuple(found for found in apart if found is not None),
    )


def p_text(p: float) -> str:
    """A p-value as it is written: "0.042", or "<0.001", since none is 0."""
    return f"{p:.3f}" if p >= LEAST_SHOWN else f"<{LEAST_SHOWN}"


def p_value(differences: Sequence[float]) -> float:
    """The two-sided p-value of paired differences: exact where few differ from 0, else from FLIPS seeded draws."""
    moved = np.asarray([one for one in differences if abs(one) > EQUAL], dtype=np.float64)
    if not len(moved):
        return 1.0
    seen = abs(moved.sum()) - EQUAL * np.abs(moved).sum()  # equal sums must count as equal however they were added up
    if len(moved) <= EXACT:
        ways = (np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1
        return float(np.mean(_sums(ways, moved) >= seen))
    chance = np.random.default_rng(SEED)
    step = max(1, _AT_ONCE // len(moved))
    sizes = [min(step, FLIPS - start) for start in range(0, FLIPS, step)]
    found = sum(
        int(np.sum(_sums(chance.integers(0, 2, (size, len(moved)), np.uint8), moved) >= seen)) for size in sizes
    )
    return (found + 1) / (FLIPS + 1)


def _sums(ways: NDArray[np.integer], moved: NDArray[np.float64]) -> NDArray[np.float64]:
    """The size of the sum for each row of `ways`, which says of each difference whether it is flipped (0 or 1)."""
    return np.asarray(np.abs(moved.sum() - 2 * (ways.astype(np.float64) @ moved)))


def _difference(name: str, base: Scored, new: Scored) -> Difference | None:
    """One measure in both; None where no question has it in both."""
    before, after = _values(name, base), _values(name, new)
    pairs = {item: (before[item], after[item]) for item in before if item in after}
    if not pairs:
        return None
    better = -1 if name in COSTS else 1
    items = {item.id: item for item in base.test_set.items}
    moved = [
        Moved(items[item], *pair, base.run.outcomes.get(item), new.run.outcomes.get(item))
        for item, pair in pairs.items()
        if abs(pair[1] - pair[0]) > EQUAL
    ]
    moved.sort(key=lambda one: -abs(one.change))  # stable: equal changes stay in the set's order
    changes = [two - one for one, two in pairs.values()]
    return Difference(
        measure=name,
        base=estimate([one for one, _ in pairs.values()]).value,
        new=estimate([two for _, two in pairs.values()]).value,
        change=estimate(changes),
        p=p_value(changes),
        won=tuple(one for one in moved if better * one.change > 0),
        lost=tuple(one for one in moved if better * one.change < 0),
    )


def _uncompared(name: str, base: Scored, new: Scored) -> Uncompared | None:
    before, after = _values(name, base), _values(name, new)
    kinds = {item.id: item.kind for item in base.test_set.items}
    if before and all(kinds[item] == UNANSWERABLE for item in before):
        return None
    return Uncompared(name, len(before), len(after))


def _values(name: str, scored: Scored) -> Mapping[str, float]:
    return {one.id: one.values[name] for one in scored.scores if name in one.values}
