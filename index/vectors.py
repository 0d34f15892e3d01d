"""The vectors of an index, wherever they are kept: in a folder, or in a collection on a server.

Similarity is exact: the vectors of the passages asked for are fetched by id and scored in memory (`matrix`), so that no
filter costs recall.  Which passages to score is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.chroma_folder import BATCH, REBUILD, ChromaFolder
from index.errors import IndexUnusableError, ServerAwayError
from index.matrix import Matrix
from index.order import Chosen
from index.server import Server


class Kept(Protocol):
    """The vectors of one generation where they are kept.  IndexUnusableError: they cannot be had."""

    def ids(self) -> list[str]:
        """The ids of all, in any order."""

    def count(self) -> int:
        """How many there are."""

    def read(self, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Those of `ids` that are there, in any order, with their vectors, shape (ids found, width)."""

    def width(self) -> int:
        """How many numbers a vector has; there is one at least."""

    def close(self) -> None:
        """Let go of what was opened."""


def stored_vectors(folder: Path, collection: str | None, server: Server | None) -> VectorStore:
    """The vectors of a generation: those of `collection` on the server or, if that is None, those in `folder`.

    Nothing is opened yet: where the collection is named and no server is, the first use is refused.
    """
    return VectorStore(folder if collection is None else partial(_on_server, collection, server))


def _on_server(collection: str, server: Server | None) -> Kept:
    # Imported here because an index in a folder needs no HTTP.
    from index.collections import ServerCollection  # noqa: PLC0415

    if server is None:
        message = f"The vectors of this index are on a Chroma server, in collection {collection}."
        raise ServerAwayError(message, "Set INSPECTIONS_CHROMA_URL to its address.")
    return ServerCollection(server, collection)


class VectorStore:
    """The vectors of one generation.  Opened when first asked.  Safe to use from several threads."""

    def __init__(self, where: Path | Callable[[], Kept]) -> None:
        """`where` is the folder that `write_vectors` wrote, which is left as it is, or opens what is kept elsewhere."""
        self._open: Callable[[], Kept] = partial(ChromaFolder, where) if isinstance(where, Path) else where
        self._lock = RLock()
        self._kept: Kept | None = None
        self._matrix: Matrix | None = None

    def scores(self, query: NDArray[np.float32], chosen: Chosen) -> NDArray[np.float32]:
        """The exact cosine, -1 to 1, of a unit `query`, shape (width,), with each passage chosen, in their order.

        IndexUnusableError: the store cannot be opened, lacks one of them, or has another width.
        """
        return self._loaded(query, chosen).scores(query, chosen.numbers)

    def rough(self, query: NDArray[np.float32], chosen: Chosen) -> NDArray[np.float32]:
        """About the same scores, for very many passages, to tell which to score exactly.  Errors are the same."""
        return self._loaded(query, chosen).rough(query, chosen.numbers)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of `ids`, shape (len(ids), width), straight from the store.

        IndexUnusableError: the store cannot be opened, or lacks one of them.
        """
        parts = list(self.in_batches(ids))
        return np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def in_batches(self, ids: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        """The same, BATCH at a time, each an array of shape (up to BATCH, width).  Errors are the same."""
        for start in range(0, len(ids), BATCH):
            yield self._fetched(ids[start : start + BATCH])

    def ids(self) -> list[str]:
        """Every id that the store holds, in no particular order.  IndexUnusableError: it cannot be opened."""
        with self._lock:
            return self._opened().ids()

    def count(self) -> int:
        """How many vectors the store holds.  IndexUnusableError: it cannot be opened."""
        with self._lock:
            return self._opened().count()

    def warm(self, chosen: Chosen) -> None:
        """Load the vectors of these passages into memory, and let go of the store, which holds them there once more.

        Passages beyond these can still be asked about: the store is then opened anew.  IndexUnusableError: as for
        `scores`.
        """
        with self._lock:
            self._load(chosen)
            self._let_go()

    def close(self) -> None:
        """Close the store and remove the private copy.  A later call opens it anew."""
        with self._lock:
            self._let_go()
            self._matrix = None

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def _loaded(self, query: NDArray[np.float32], chosen: Chosen) -> Matrix:
        """The matrix, in which the vectors chosen are; it fits the query."""
        matrix = self._load(chosen)
        if query.shape != (matrix.width,):
            message = f"The index holds vectors of width {matrix.width}, the question's is {query.shape[0]}."
            raise IndexUnusableError(message, REBUILD)
        return matrix

    def _load(self, chosen: Chosen) -> Matrix:
        with self._lock:
            if self._matrix is None:
                self._matrix = self._empty()
            missing = self._matrix.lacking(chosen.numbers)
            for start in range(0, len(missing), BATCH):
                numbers = missing[start : start + BATCH]
                self._matrix.put(numbers, self._fetched(chosen.ids(numbers)))
            return self._matrix

    def _empty(self) -> Matrix:
        kept = self._opened()
        return Matrix(kept.count(), kept.width())

    def _fetched(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of at most BATCH ids, in their order."""
        with self._lock:
            names, vectors = self._opened().read(list(dict.fromkeys(ids)))
        rows = {name: row for row, name in enumerate(names)}
        if rows.keys() != set(ids) or len(rows) != len(names):
            raise IndexUnusableError("The vectors of the index lack passages of its catalogue.", REBUILD)
        if self._matrix is not None and vectors.shape[1] != self._matrix.width:
            raise IndexUnusableError("The vectors of the index are not all of one width.", REBUILD)
        return vectors[[rows[one] for one in ids]]

    def _opened(self) -> Kept:
        if self._kept is None:
            self._kept = self._open()
        return self._kept
