"""Vectors in memory by the number of their passage, and their exact cosine with a question.

Passages of one document lie next to each other, so that most choices of documents are a few slices, which need no
copy.  Over very many passages one pass of the whole is bound by memory (half a gigabyte for 300,000), so there is a
rough look as well: at the vectors' projection on the directions in which they differ most, a quarter of their width.
It is meant to leave a few thousand passages to score exactly; that they hold the best is measured by `make bench`.
Where vectors come from is `vectors`.
"""

from __future__ import annotations

from threading import RLock

import numpy as np
from numpy.typing import NDArray

from index.order import Numbers

Array = NDArray[np.float32]
ROUGH = 96  # directions of a rough look, of usually 384
SAMPLE = 20_000  # vectors that tell the directions
SHORT = 8  # passages: shorter runs of numbers are copied together before they are scored


class Matrix:
    """The vectors of one generation, as far as they have been put in.  Safe to use from several threads."""

    def __init__(self, room: int, width: int) -> None:
        """`room` is how many passages are expected; more may come."""
        self._lock = RLock()
        self._vectors: Array = np.zeros((room + 1, width), dtype=np.float32)
        self._held = np.zeros(room + 1, dtype=np.bool_)
        self._directions: Array | None = None  # shape (width, ROUGH)
        self._rough: Array | None = None  # shape (room + 1, ROUGH)

    @property
    def width(self) -> int:
        """The width of a vector."""
        return int(self._vectors.shape[1])

    def lacking(self, numbers: Numbers) -> Numbers:
        """Those of `numbers` whose vectors were not put in yet."""
        with self._lock:
            self._make_room(int(numbers.max(initial=0)))
            return numbers[~self._held[numbers]]

    def put(self, numbers: Numbers, vectors: Array) -> None:
        """Put in the vectors, shape (len(numbers), width), of passages of which none was asked about before."""
        with self._lock:
            self._make_room(int(numbers.max(initial=0)))
            self._vectors[numbers] = vectors
            if self._rough is not None and self._directions is not None:
                self._rough[numbers] = vectors @ self._directions
            self._held[numbers] = True

    def scores(self, query: Array, numbers: Numbers) -> Array:
        """The exact cosine of a unit `query`, shape (width,), with each of `numbers`, all of which were put in."""
        return _products(self._vectors, query, numbers)

    def rough(self, query: Array, numbers: Numbers) -> Array:
        """The same, roughly, in a fraction of the time; the first to ask waits for the projections."""
        with self._lock:
            if self._directions is None or self._rough is None:
                self._directions = _directions(self._vectors, numbers)
                self._rough = self._vectors @ self._directions
            rough, directions = self._rough, self._directions
        return _products(rough, query @ directions, numbers)

    def _make_room(self, highest: int) -> None:
        more = highest + 1 - len(self._vectors)
        if more > 0:
            self._vectors = np.concatenate([self._vectors, np.zeros((more, self.width), dtype=np.float32)])
            self._held = np.concatenate([self._held, np.zeros(more, dtype=np.bool_)])
            self._directions = self._rough = None


def _products(matrix: Array, query: Array, numbers: Numbers) -> Array:
    """The product of `query` with the rows `numbers` of a matrix."""
    if not len(numbers):
        return np.zeros(0, dtype=np.float32)
    starts = np.flatnonzero(np.diff(numbers, prepend=-2) != 1)
    if len(starts) * SHORT > len(numbers):
        return np.asarray(matrix[numbers] @ query)
    scores = np.empty(len(numbers), dtype=np.float32)
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(numbers)], strict=True):
        first = int(numbers[start])
        np.dot(matrix[first : first + end - start], query, out=scores[start:end])
    return scores


def _directions(vectors: Array, numbers: Numbers) -> Array:
    """The ROUGH orthonormal directions, shape (width, ROUGH), in which vectors lie widest, told from a sample."""
    step = max(1, len(numbers) // SAMPLE)
    sample = vectors[numbers[::step]]
    _, directions = np.linalg.eigh(sample.T @ sample)  # by how much lies in them, the most last
    return np.ascontiguousarray(directions[:, -ROUGH:], dtype=np.float32)
