"""What a run must reach: requirements as people type them, and whether anything got worse since another run.

    R@10>=0.80             the mean over all questions; operators are >= > <= < ==
    said:R@10>=0.8         over the questions of one kind; macro:... is the mean of the kinds' means
    year=2019:facts>=0.9   over the questions of any slice
    seconds_p95<=1.5       a percentile

A measure has become worse (`no_worse_than`) where it has dropped, and one of these says that it did not by chance, or
that it is too much to be left to chance:

    p                      the paired randomisation test is below 0.05; with five changed questions it never is
    interval               the 95 % interval of the change lies wholly below 0
    tolerance              the drop is greater than 0.05, or than what is stated

A measure that applies to questions of the base run, and to none of the same in the new one, has not been shown to be
no worse, and fails too.  Costs never count.  Each measure is tested by itself: of twenty that are no worse, one may
seem so.

Only the verdicts are made here; exit codes and printing are the command line's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.evaluate.answering import COSTS, QUALITIES, was_asked
from assistant.evaluate.compare import Difference, Uncompared, compare, p_text
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.retrieval import RETRIEVAL, check_measure
from assistant.evaluate.scoring import Scored
from assistant.evaluate.slices import (
    KIND,
    PERCENTILES,
    SECONDS,
    Summary,
    macro,
    micro,
    slice_names,
    slice_of,
    slice_values,
)

KNOWN = (*RETRIEVAL, *QUALITIES, *(name for name in COSTS if name != SECONDS), *PERCENTILES)
ALL, MACRO = "all", "macro"
EQUAL = 1e-9  # what rounding may take from a mean or add to it
TOLERANCE = 0.05  # a drop that may pass where nothing shows that it is one
FORM = "Write a measure, an operator (>=, >, <=, <, ==) and a number, such as 'R@10>=0.80' or 'said:R@10>=0.8'."

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda found, wanted: found >= wanted - EQUAL,
    ">": lambda found, wanted: found > wanted + EQUAL,
    "<=": lambda found, wanted: found <= wanted + EQUAL,
    "<": lambda found, wanted: found < wanted - EQUAL,
    "==": lambda found, wanted: abs(found - wanted) <= EQUAL,
}
_REQUIREMENT = re.compile(
    r"\s*(?:(?P<slice>[^:()]+):)?\s*(?P<measure>.*?\S)\s*(?P<operator>>=|<=|==|>|<)\s*(?P<number>-?\d+(?:\.\d+)?)\s*"
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A measure of the questions of `slice` ("all", "macro", a kind, or NAME=VALUE) against a number."""

    text: str
    slice: str
    measure: str
    operator: str
    number: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A requirement, the value found (None: it applies to no question), whether it is met, and why, for a person."""

    requirement: str
    found: float | None
    met: bool
    why: str


def parse_requirement(text: str) -> Requirement:
    """EvaluationError: it is none, or names a measure that there is not; the known ones are told."""
    read = _REQUIREMENT.fullmatch(text)
    if read is None:
        raise EvaluationError(f"{text!r:.120} is no requirement.", FORM)
    if read["measure"] not in KNOWN:
        _check_ranking(read["measure"])
    part = (read["slice"] or ALL).strip()
    return Requirement(text.strip(), part, read["measure"], read["operator"], float(read["number"]))


def further_measures(requirements: Sequence[Requirement]) -> tuple[str, ...]:
    """The measures of rankings that a run must be scored with: the usual ones, and those required beside."""
    return tuple(dict.fromkeys((*RETRIEVAL, *(one.measure for one in requirements if one.measure not in KNOWN))))


def gate(run: Scored, requirements: Sequence[Requirement]) -> tuple[Verdict, ...]:
    """Whether the run meets each requirement; it is scored with `further_measures` of them.

    EvaluationError: there is no such slice; those that there are are told.
    """
    return tuple(_verdict(run, one) for one in requirements)


def no_worse_than(base: Scored, new: Scored, tolerance: float | None = None) -> tuple[Verdict, ...]:
    """For every measure of quality that `base` has whether `new` is no worse, by the rules at the top.

    `tolerance`, 0 or above, is the drop that may pass where neither p nor the interval shows it; None: TOLERANCE.  What
    they show fails whatever is tolerated.  EvaluationError: they are runs of different sets.
    """
    found = compare(base, new)
    allowed = TOLERANCE if tolerance is None else tolerance
    compared = (_no_worse(one, found.base.name, allowed) for one in found.differences if one.measure not in COSTS)
    lost = (one for one in found.uncompared if one.base and one.measure not in COSTS)
    return (*compared, *(_not_compared(one, found.base.name, found.new.name) for one in lost))


def _check_ranking(name: str) -> None:
    try:
        check_measure(name)
    except EvaluationError as error:
        cure = f"Known are {', '.join(KNOWN)}; and others of rankings by the names of ir-measures, such as P@3."
        raise EvaluationError(error.what, cure) from error


def _verdict(run: Scored, wanted: Requirement) -> Verdict:
    estimate = _summary(run, wanted.slice).values.get(wanted.measure)
    if estimate is None:
        return Verdict(wanted.text, None, False, f"{wanted.measure} applies to no question here")
    met = _OPERATORS[wanted.operator](estimate.value, wanted.number)
    over = "question" if estimate.count == 1 else "questions"
    why = f"{wanted.measure} is {_shown(estimate.value, wanted.number)} over {estimate.count} {over}"
    lost = sum(not was_asked(run.run.outcomes.get(item.id)) for item in run.test_set.items)
    if lost and not met:
        why += f"; {lost} of the set's {len(run.test_set.items)} have no result and count 0"
    return Verdict(wanted.text, estimate.value, met, why)


def _summary(run: Scored, part: str) -> Summary:
    if part == ALL:
        return micro(run.scores)
    if part == MACRO:
        return macro(run.scores)
    name, found, value = part.partition("=")
    name, value = (name.strip(), value.strip()) if found else (KIND, part)
    chosen = [one for one in run.scores if slice_of(one, name) == value]
    if not chosen:
        raise EvaluationError(f"{run.test_set.path} has no questions of {part}.", _slices(run, name))
    return micro(chosen, part)


def _slices(run: Scored, name: str) -> str:
    """What may be named instead."""
    values = slice_values(run.scores, name)
    if values:
        return f"Of {name} there are: {', '.join(values[:30])}{' ...' if values[30:] else ''}."
    return f"Name a kind of question, all, macro, or NAME=VALUE with one of: {', '.join(slice_names(run.scores))}."


def _no_worse(one: Difference, base: str, tolerance: float) -> Verdict:
    failed = _rule_broken(one, tolerance)
    moved = f"p {p_text(one.p)}; {len(one.won)} won, {len(one.lost)} lost"
    why = f"{one.measure} is {one.new:.4f}, was {one.base:.4f} over {one.over} ({moved})"
    return Verdict(f"{one.measure} no worse than {base}", one.new, not failed, why + (f"; {failed}" if failed else ""))


def _rule_broken(one: Difference, tolerance: float) -> str:
    """Which rule says that a measure has become worse, in words; empty where none does."""
    drop = -one.change.value
    if drop <= EQUAL:
        return ""
    if one.significant:
        return "chance is an unlikely reason: p is below 0.05"
    if one.change.high < -EQUAL:
        return f"the 95 % interval of the change, {one.change.low:.4f} to {one.change.high:.4f}, lies below 0"
    if drop > tolerance + EQUAL:
        return f"the drop is greater than {tolerance:g}, which is tolerated"
    return ""


def _not_compared(one: Uncompared, base: str, new: str) -> Verdict:
    over = f"{one.base} question{'s' * (one.base != 1)} of {base}"
    why = f"other questions than the {over} in {new}" if one.new else f"no question of {new}, and to {over}"
    return Verdict(f"{one.measure} no worse than {base}", None, False, f"{one.measure} applies to {why}")


def _shown(value: float, wanted: float) -> str:
    """A value to four digits, or to as many as it takes to tell it from what was wanted."""
    return next((f"{value:.{n}f}" for n in range(4, 10) if float(f"{value:.{n}f}") != wanted), f"{wanted:.4f}")
