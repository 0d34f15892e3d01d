"""Vectors in memory by the number of their passage, and their exact cosine with a question.

Passages of one document lie next to each other, so that most choices of documents are a few slices, which need no
copy.  Over very many passages one pass of the whole is bound by memory (half a gigabyte for 300,000), so there is a
rough look as well: at the vectors' projection on the directions in which they differ most, a third of their width, and
at how much of each lies beyond these.  It leaves some thousands of passages to score exactly, a number that is
measured: for 197 topics and 320,000 passages, 99.8 % of the ten best were among the 4,000 that looked best and all
among 8,000.  `make bench` measures it again.
Where vectors come from is `vectors`.
"""

from __future__ import annotations

from threading import RLock

import numpy as np
from numpy.typing import NDArray

from index.order import Numbers

Array = NDArray[np.float32]
ROUGH = 127  # directions of a rough look, of usually 384
BEYOND = 0.3  # how far what lies beyond them is taken to point the same way
SAMPLE = 20_000  # vectors that tell the directions; also how many are projected at a time
SHORT = 8  # passages: shorter runs of numbers are copied together before they are scored


class Matrix:
    """The vectors of one generation, as far as they have been put in.  Safe to use from several threads."""

    def __init__(self, room: int, width: int) -> None:
        """`room` is how many passages are expected; more may come."""
        self._lock = RLock()
        self._vectors: Array = np.zeros((room + 1, width), dtype=np.float32)
        self._held = np.zeros(room + 1, dtype=np.bool_)
        self._directions: Array | None = None  # shape (width, ROUGH)
        self._rough: Array | None = None  # shape (room + 1, ROUGH + 1)

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
                self._rough[numbers] = _projected(vectors, self._directions)
            self._held[numbers] = True

    def scores(self, query: Array, numbers: Numbers) -> Array:
        """The exact cosine of a unit `query`, shape (width,), with each of `numbers`, all of which were put in."""
        return _products(self._vectors, query, numbers)

    def rough(self, query: Array, numbers: Numbers) -> Array:
        """The same, roughly, in a fraction of the time; the first to ask waits for the projections."""
        with self._lock:
            if self._directions is None or self._rough is None:
                self._directions = _directions(self._vectors, numbers)
                self._rough = _projected(self._vectors, self._directions)
            rough, directions = self._rough, self._directions
        looked_for = _projected(query[None], directions)[0]
        looked_for[-1] *= BEYOND
        return _products(rough, looked_for, numbers)

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


def _projected(vectors: Array, directions: Array) -> Array:
    """Unit vectors on the directions, and the length of what is left of each: shape (len(vectors), directions + 1)."""
    projected = np.empty((len(vectors), directions.shape[1] + 1), dtype=np.float32)
    for start in range(0, len(vectors), SAMPLE):
        part = vectors[start : start + SAMPLE] @ directions
        projected[start : start + SAMPLE, :-1] = part
        projected[start : start + SAMPLE, -1] = np.sqrt(np.maximum(0, 1 - np.square(part).sum(axis=1)))
    return projected


def _directions(vectors: Array, numbers: Numbers) -> Array:
    """The ROUGH orthonormal directions, shape (width, ROUGH), in which vectors lie widest, told from a sample."""
    step = max(1, len(numbers) // SAMPLE)
    sample = vectors[numbers[::step]]
    _, directions = np.linalg.eigh(sample.T @ sample)  # by how much lies in them, the most last
    return np.ascontiguousarray(directions[:, -ROUGH:], dtype=np.float32)
