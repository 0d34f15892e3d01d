"""The vectors of a new catalogue's passages: taken over where the text was embedded before, else embedded now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.embedding import Embedder, indexed_text
from index.generation import OpenIndex

CHUNK = 4096  # passages in memory at a time; also how far they are sorted by length


def embed_all(
    catalogue: Catalogue,
    embedder: Embedder,
    before: OpenIndex | None,
    file: Path,
    on_done: Callable[[int], None],
) -> tuple[NDArray[np.float32], int]:
    """Unit vectors of all passages, in the catalogue's order, and how many of them were embedded now.

    The vectors lie in `file` (a .npy file), not in memory; their shape is (passages, width).  Passages whose very text
    the index `before` holds take its vectors, if the same model made them.  EmbedderError: the model cannot be loaded.
    """
    ids = catalogue.passage_ids()
    known = {} if before is None or before.manifest.embedder != embedder.id else _known(before.catalogue)
    vectors = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=(len(ids), embedder.width))
    embedded = 0
    for start, texts in _texts(catalogue, ids):
        old = {row: known[_digest(text)] for row, text in enumerate(texts, start) if _digest(text) in known}
        if old and before is not None:
            vectors[list(old)] = before.vectors.vectors(list(old.values()))
            on_done(len(old))
        new = [row for row in range(start, start + len(texts)) if row not in old]
        if new:
            vectors[new] = embedder.encode_passages([texts[row - start] for row in new], on_done)
            embedded += len(new)
    vectors.flush()
    return vectors, embedded


def _known(catalogue: Catalogue) -> dict[bytes, str]:
    """The id of a passage that has a text, by the text's digest."""
    ids = catalogue.passage_ids()
    return {_digest(text): ids[row] for start, texts in _texts(catalogue, ids) for row, text in enumerate(texts, start)}


def _texts(catalogue: Catalogue, ids: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The texts to embed, chunk by chunk, each with the place of its first in `ids`."""
    for start in range(0, len(ids), CHUNK):
        passages = catalogue.passages(ids[start : start + CHUNK])
        yield start, [indexed_text(passage.header, passage.text) for passage in passages]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
