"""Looks a new generation over, in a new process, before it is published: what was written must be what is read.

Chroma has lost or mixed up vectors in silence and left stores that crash whoever opens them; a new process meets what
every later reader would meet, and takes nobody with it.
"""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np

from index.catalogue import Catalogue
from index.errors import IndexUnusableError
from index.generation import CATALOGUE, CHROMA
from index.manifest import file_sizes
from index.vectors import VectorStore

EXPECTED = "expected.npy"  # the vectors as they were sent to Chroma, in the order of the catalogue's passages
BATCH = 5000
TOLERANCE = 1e-6  # Chroma scales vectors to length 1 once more, which costs the last bit or two
ROOMY = 64 << 20  # bytes that a store may have beside its vectors' own: for its tables, and for small indexes
CURE = "The index in use is unchanged. Build again; if this stays, report it."


def verify(folder: Path) -> None:
    """Check, in a new process, the generation being built in `folder`, where `EXPECTED` holds its vectors.

    IndexUnusableError: something is not as it was sent, or the process that looked died.
    """
    # Spawned, not forked: a fork would share the threads and the open stores of this process.
    # Ctrl-C is left to this process, which would otherwise not be the only one to print about it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            fault = pool.submit(find_fault, folder).result()
        except BrokenProcessPool as error:
            raise IndexUnusableError("The process that checked the new index died.", CURE) from error
    if fault is not None:
        raise IndexUnusableError(f"The new index did not pass its check: {fault}.", CURE)


def find_fault(folder: Path) -> str | None:
    """What is wrong with the generation in `folder`, or None."""
    expected = np.load(folder / EXPECTED, mmap_mode="r")
    bound = ROOMY + 8 * expected.nbytes
    oversized = [name for name, size in file_sizes(folder / CHROMA).items() if size > bound]
    if oversized:
        return f"{oversized[0]} is far larger than its content"
    try:
        return _find_difference(folder, expected)
    except IndexUnusableError as error:
        return error.what


def _find_difference(folder: Path, expected: np.ndarray) -> str | None:
    catalogue, store = Catalogue(folder / CATALOGUE), VectorStore(folder / CHROMA)
    try:
        ids = catalogue.passage_ids()
        if len(ids) != len(expected):
            return f"the catalogue holds {len(ids)} passages, {len(expected)} were embedded"
        if sorted(store.ids()) != sorted(ids):
            return "the vectors are not those of the catalogue's passages"
        for start in range(0, len(ids), BATCH):
            sent = np.asarray(expected[start : start + BATCH])
            got = store.vectors(ids[start : start + BATCH])
            if not np.allclose(np.linalg.norm(sent, axis=1), 1, atol=1e-3):
                return "a vector is not of length 1"
            if got.shape != sent.shape or not np.allclose(got, sent, rtol=0, atol=TOLERANCE):
                return "a vector is not the one that was written"
        return None
    finally:
        store.close()
        catalogue.close()
