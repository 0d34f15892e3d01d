"""What of answering may be turned.  Those who measure turn it; everyone else has the usual values."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.evidence import PASSAGES
from index.search import Weights


@dataclass(frozen=True, slots=True)
class Tuning:
    """`passages` are gathered for one question, at least 1; `weights` make up their scores."""

    passages: int = PASSAGES
    weights: Weights = field(default_factory=Weights)
