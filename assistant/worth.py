"""How likely a sentence is worth quoting, from its signs, and how many of an answer's sentences are kept.

A logistic model of a few plain signs.  Its weights, in `worth.json`, are learned from questions whose answers people
marked in the reports (`inspections evaluate learn`, which also says how well they do on questions that they were not
learned from).  What the signs are is `assistant.signs`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from assistant.signs import Signs
from index.errors import IndexUnusableError

FILE = "worth.json"
NAMES = tuple(field.name for field in fields(Signs))


@dataclass(frozen=True, slots=True)
class Worth:
    """The model: a weight for each sign, in the order of NAMES, and `base`, what a sentence without signs has.

    `least` is the probability below which a sentence is left out, `share` the same against that of the best one.
    """

    weights: tuple[float, ...]
    base: float
    least: float = 0.25
    share: float = 0.3

    def of(self, signs: Signs, more: float = 0.0) -> float:
        """The probability, 0 to 1, that the sentence is worth quoting; `more` is added to its log odds."""
        seen = sum(weight * getattr(signs, name) for name, weight in zip(NAMES, self.weights, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, self.base + seen + more))))

    def bound(self, best: float) -> float:
        """The probability below which a sentence is left out where the best one has `best`."""
        return min(best, max(self.least, self.share * best))


# The passage's score, the share of the topic's words and the side asked for, as they would be weighed by hand: what is
# less than 0.45 behind the best sentence is kept.  The learned weights are measured against it.
PLAIN = Worth((-10.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0, 1.2, 1.2, 0.0), -20.0, 0.0, math.exp(-4.5))


def worth_from(table: Mapping[str, object]) -> Worth:
    """The model that a table in the form of `worth.json` holds.  ValueError: it is of other signs than these."""
    signs, base = table.get("signs"), table.get("base")
    if not isinstance(signs, dict) or tuple(signs) != NAMES or not isinstance(base, int | float):
        raise ValueError(f"the signs are not {', '.join(NAMES)}")
    return Worth(tuple(float(signs[name]) for name in NAMES), float(base))


@cache
def usual_worth() -> Worth:
    """The model that comes with the program.  IndexUnusableError: its file is damaged."""
    try:
        return worth_from(json.loads(files("assistant").joinpath(FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise IndexUnusableError(f"The program's own {FILE} cannot be used: {error}.", "Install it again.") from error
