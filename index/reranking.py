"""The first passages of a ranking put in the order that a cross-encoder gives them, for those who have one.

None comes with the program, and none is downloaded: a folder on this machine is named.  It reads the question and a
passage together, which tells more than their two vectors and takes a hundred times as long: only the FIRST passages
are read, for SECONDS at most.  Running the model is `passage_encoder`.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.errors import EmbedderError
from index.passage_encoder import PairEncoder
from index.search import Hit

FIRST = 30  # passages read
SECONDS = 5.0  # that reading them may take; after that, the ranking stays as it was
AT_ONCE = 6  # passages read between two looks at the clock
CHOOSE = "Set INSPECTIONS_RERANKER to a folder of a sentence-transformers cross-encoder, or leave it out."
_log = logging.getLogger(__name__)


class Pairs(Protocol):
    """What says how well each text answers a question: the more the better, on any scale."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]: ...


class Reranker:
    """Puts rankings in the order of a model of pairs.  Safe to use from several threads."""

    def __init__(self, pairs: Pairs, name: str, seconds: float = SECONDS) -> None:
        """`name` is what the model is called; `seconds` are those that one ranking may take."""
        self._pairs, self.name, self._seconds = pairs, name, seconds

    def reranked(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The hits, the FIRST of them in the model's order, what their sources' priors add counted in.

        Their scores are spread over the range that they had, so that they go on being compared with the others'; what
        that adds to each is `Hit.reranked`.  Where time runs out, or the model makes no difference, all is as it was.
        """
        first, rest = list(hits[:FIRST]), hits[FIRST:]
        told = self._told(question, first)
        if len(told) < 2 or max(told) - min(told) <= 0:
            return tuple(hits)
        low, high = min(hit.score for hit in first), max(hit.score for hit in first)
        spread = (high - low) / (max(told) - min(told))
        moved = [
            _moved(hit, low + spread * (one - min(told)) + hit.prior) for hit, one in zip(first, told, strict=True)
        ]
        return (*sorted(moved, key=lambda hit: -hit.score), *rest)

    def _told(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """What the model says of each; nothing where it ran out of time or said what is no number."""
        ends = time.monotonic() + self._seconds
        told: list[float] = []
        for start in range(0, len(hits), AT_ONCE):
            if time.monotonic() > ends:
                _log.warning("re-ranking took more than %.1f s and was left", self._seconds)
                return []
            told += self._pairs.scores(question, [hit.passage.text for hit in hits[start : start + AT_ONCE]])
        if not all(map(math.isfinite, told)):
            _log.warning("the re-ranker said what is no number: the ranking is as it was")
            return []
        return told


def load_reranker(folder: Path | None) -> Reranker | None:
    """The re-ranker in a folder; None where none is named.  EmbedderError: it holds no cross-encoder that loads."""
    if folder is None:
        return None
    if not (folder / "config.json").is_file():
        raise EmbedderError(f"{folder} is no folder of a model: it has no config.json.", CHOOSE)
    return Reranker(PairEncoder(folder), folder.resolve().name)


def _moved(hit: Hit, score: float) -> Hit:
    return replace(hit, score=score, reranked=score - (hit.score - hit.reranked))
