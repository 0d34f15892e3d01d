"""Where each document's passages lie among all that a catalogue shows: arrays, made once, instead of lists of ids.

A passage's number is its row in the catalogue.  Documents stand by source, and the numbers of one document's passages
follow one another, so that a choice of documents is a few ranges of numbers.  The same numbers count in every view of
a generation.  Nothing is read here: `catalogue` does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Passages, in the order of their documents' sources and of their places.

    `ids` tells the ids of numbers; it is asked only about passages whose vectors are not in memory yet.
    """

    numbers: Numbers
    ids: Callable[[Numbers], list[str]]

    def only(self, rows: NDArray[np.intp]) -> Chosen:
        """Those in these places."""
        return Chosen(self.numbers[rows], self.ids)


class Order:
    """The documents that a catalogue shows, by source, and the numbers of their passages."""

    def __init__(self, documents: Iterable[tuple[str, int, int]], context: Iterable[int]) -> None:
        """`documents`: source, number of the first passage, how many there are.  `context`: see `Part.CONTEXT`."""
        known = list(documents)
        self.sources = [source for source, _, _ in known]
        self._firsts = np.array([first for _, first, _ in known], dtype=np.int64)
        self._counts = np.array([count for _, _, count in known], dtype=np.int64)
        self.size = int((self._firsts + self._counts).max(initial=1))  # above every number
        self._context = np.fromiter(context, np.int64)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each document stands."""
        return {source: place for place, source in enumerate(self.sources)}

    @cached_property
    def owners(self) -> NDArray[np.int32]:
        """By number: where the passage's document stands; -1 where no passage of that number is shown."""
        owners = np.full(self.size, -1, dtype=np.int32)
        owners[self._every] = np.repeat(np.arange(len(self.sources), dtype=np.int32), self._counts)
        return owners

    @cached_property
    def context(self) -> NDArray[np.bool_]:
        """By number: whether the passage is about the inspection itself."""
        marked = np.zeros(self.size, dtype=np.bool_)
        marked[self._context] = True
        return marked

    def numbers(self, sources: Sequence[str] | None) -> Numbers:
        """The numbers of the passages of `sources` (None: all), by source and place; unknown sources have none."""
        if sources is None or (len(sources) >= len(self.sources) and not self.places.keys() - set(sources)):
            return self._every
        chosen = np.array(sorted({self.places[one] for one in sources if one in self.places}), dtype=np.intp)
        return _ranges(self._firsts[chosen], self._counts[chosen])

    @cached_property
    def _every(self) -> Numbers:
        return _ranges(self._firsts, self._counts)


def _ranges(firsts: Numbers, counts: Numbers) -> Numbers:
    """The numbers of all ranges, one range after the other."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(firsts - (ends - counts), counts))
