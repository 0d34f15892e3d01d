"""Looks a new generation over, in a new process, before it is published: what was written must be what is read.

Chroma has lost or mixed up vectors in silence and left stores that crash whoever opens them; a new process meets what
every later reader would meet, and takes nobody with it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from index.catalogue import Catalogue
from index.chroma_folder import prepare
from index.errors import IndexUnusableError
from index.generation import CATALOGUE, CHROMA, VECTORS
from index.manifest import file_sizes
from index.server import Place
from index.vectors import VectorStore, stored_vectors

BATCH = 5000
TOLERANCE = 1e-6  # Chroma scales vectors to length 1 once more, which costs the last bit or two
ROOMY = 64 << 20  # bytes that a store may have beside its vectors' own: for its tables, and for small indexes
_IMPORT_ROOT = str(Path(__file__).resolve().parents[1])
CURE = "The index in use is unchanged. Build again; if this stays, report it."


class Verifier:
    """A process that looks one generation over.  It starts at once, so as to be ready when there is one."""

    def __init__(self) -> None:
        # A new interpreter, not a fork, which would share the threads and the open stores of this one; and not one of
        # multiprocessing's, which would first import all that the program began with.
        self._pipe, theirs = multiprocessing.Pipe()
        command = [sys.executable, "-P", "-m", "index.verify", str(theirs.fileno())]
        path = os.pathsep.join(filter(None, (_IMPORT_ROOT, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603  (this interpreter and this package, no shell)
            command,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=os.environ | {"PYTHONPATH": path},
            process_group=0,  # Ctrl-C goes to the builder alone, which then is the only one to tell of it
        )
        theirs.close()

    def begin(self, folder: Path, place: Place | None = None) -> None:
        """Let it check the generation being built in `folder`, where `VECTORS` holds its vectors.

        They were written to `place`; None: into the folder.
        """
        with contextlib.suppress(OSError):  # it has died, which `end` tells
            self._pipe.send((folder, place))

    def end(self) -> None:
        """Wait until it is done.  IndexUnusableError: something is not as it was sent, or the process died."""
        try:
            fault = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise IndexUnusableError("The process that checked the new index died.", CURE) from error
        if fault is not None:
            raise IndexUnusableError(f"The new index did not pass its check: {fault}.", CURE)

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()


def main(descriptor: int) -> None:
    """What the process does.  The pipe's end is that of the builder, also where it was killed."""
    prepare()
    pipe = Connection(descriptor)
    with contextlib.suppress(EOFError, OSError):
        pipe.send(find_fault(*pipe.recv()))


def find_fault(folder: Path, place: Place | None = None) -> str | None:
    """What is wrong with the generation in `folder`, whose vectors were written to `place`, or None."""
    expected = np.load(folder / VECTORS, mmap_mode="r")
    bound = ROOMY + 8 * expected.nbytes
    oversized = [name for name, size in file_sizes(folder / CHROMA).items() if size > bound]
    if oversized:
        return f"{oversized[0]} is far larger than its content"
    try:
        store = (
            VectorStore(folder / CHROMA) if place is None else stored_vectors(folder, place.collection, place.server)
        )
        return _find_difference(folder, store, expected)
    except IndexUnusableError as error:
        return error.what


def _find_difference(folder: Path, store: VectorStore, expected: np.ndarray) -> str | None:
    catalogue = Catalogue(folder / CATALOGUE)
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


if __name__ == "__main__":
    main(int(sys.argv[1]))
