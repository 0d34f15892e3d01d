"""The vectors of a new catalogue's passages: taken over where the text was embedded before, else embedded now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.embedding import Embedder, indexed_text
from index.errors import IndexUnusableError
from index.generation import VECTORS, OpenIndex

CHUNK = 4096  # passages in memory at a time; also how far they are sorted by length


@dataclass(frozen=True, slots=True)
class Embedded:
    """Unit vectors of all passages, in the catalogue's order, shape (passages, width); they lie in a file.

    `ids` are the passages'; `anew` the number of those that were embedded now.  `added`: the index before holds no
    passage that is not here, with the same text and the vector that it has there.
    """

    ids: list[str]
    vectors: NDArray[np.float32]
    anew: int
    added: bool


def embed_all(
    catalogue: Catalogue,
    embedder: Embedder,
    before: OpenIndex | None,
    file: Path,
    on_done: Callable[[int], None],
) -> Embedded:
    """The vectors of a catalogue's passages, in `file` (a .npy file).  OSError: there is no room for them.

    Passages whose very text the index `before` holds take its vectors, if the same model made them.  EmbedderError:
    the model cannot be loaded.
    """
    ids = catalogue.passage_ids()
    known = _Known(before if before is not None and before.manifest.embedder == embedder.id else None)
    vectors = vectors_file(file, len(ids), embedder.width)
    anew, same = 0, 0
    for start, texts in _texts(catalogue):
        names = ids[start : start + len(texts)]
        old = {start + at: row for at, row in enumerate(map(known.row, names, texts)) if row is not None}
        same += sum(known.is_own(name, old.get(start + at)) for at, name in enumerate(names))
        if old:
            vectors[list(old)] = known.vectors(list(old.values()))
            on_done(len(old))
        new = [row for row in range(start, start + len(texts)) if row not in old]
        if new:
            vectors[new] = embedder.encode_passages([texts[row - start] for row in new], on_done)
            anew += len(new)
    vectors.flush()
    return Embedded(ids, vectors, anew, added=0 < same == len(known.ids))


def vectors_file(file: Path, rows: int, width: int) -> np.memmap[Any, np.dtype[np.float32]]:
    """A new file of vectors, mapped into memory.  OSError: there is no room for all of them.

    The room is taken at once: a disk that is full when a mapped page is first written ends the process without a word.
    """
    vectors = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=(rows, width))
    with file.open("r+b") as opened:
        os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)
    return vectors


class _Known:
    """The vectors of an index; None: there is none."""

    def __init__(self, index: OpenIndex | None) -> None:
        self.ids = [] if index is None else index.catalogue.passage_ids()
        self._index = index
        self._own = {name: row for row, name in enumerate(self.ids)}
        self._digests: list[bytes] = []
        for _, texts in _texts(index.catalogue) if index is not None else ():
            self._digests += map(_digest, texts)
        self._rows = {digest: row for row, digest in enumerate(self._digests)}
        self._matrix = None if index is None else _matrix(index)

    def row(self, name: str, text: str) -> int | None:
        """The row of the vector of a text; where several passages had it, the one of this name."""
        digest, own = _digest(text), self._own.get(name)
        return own if own is not None and self._digests[own] == digest else self._rows.get(digest)

    def is_own(self, name: str, row: int | None) -> bool:
        """Whether that is the row of the passage of this name."""
        return row is not None and self._own.get(name) == row

    def vectors(self, rows: list[int]) -> NDArray[np.float32]:
        if self._matrix is not None:
            return np.asarray(self._matrix[rows])
        if self._index is None:
            raise IndexUnusableError("There is no index to take vectors from.", "")
        return self._index.vectors.vectors([self.ids[row] for row in rows])


def _matrix(index: OpenIndex) -> NDArray[np.float32] | None:
    """The vectors as they lie beside the catalogue; None where they do not, or are not those of the manifest."""
    try:
        found = np.load(index.folder / VECTORS, mmap_mode="r")
    except (OSError, ValueError):
        return None
    as_told = found.shape == (index.manifest.passages, index.manifest.width) and found.dtype == np.float32
    return found if as_told else None


def _texts(catalogue: Catalogue) -> Iterator[tuple[int, list[str]]]:
    """The texts to embed, in order, chunk by chunk, each with the place of its first."""
    texts = (indexed_text(header, text) for _, header, text in catalogue.texts())
    start = 0
    while chunk := list(islice(texts, CHUNK)):
        yield start, chunk
        start += len(chunk)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
