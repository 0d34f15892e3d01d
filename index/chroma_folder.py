"""Vectors in a folder of Chroma's.  The one door to chromadb; a Chroma server is spoken to without it.

Writing makes a fresh collection, or adds to a copy of one.  Reading works on a private copy, because even a process
that only reads a Chroma folder writes to it, and two processes on one folder lose vectors.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnusableError
from index.private_copy import PrivateCopy

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

COLLECTION = "passages"
BATCH = 5000  # Chroma refuses more than 5,461 at a time
REBUILD = "Type: inspections index build --force"
Metadata = Mapping[str, str | int | float | bool]


def write_vectors(  # noqa: PLR0913  (what to write, and where)
    folder: Path,
    ids: Sequence[str],
    vectors: NDArray[np.float32],
    metadatas: Sequence[Metadata],
    on_done: Callable[[int], None] | None = None,
    *,
    begun: Path | None = None,
) -> None:
    """Write a collection into `folder`, which must not hold one, and close it.

    `vectors` has shape (len(ids), width) and unit rows; ids are distinct.  `begun` is another folder that this wrote,
    which is copied first: what it holds is among `ids`, with the same vectors and metadata.  `on_done` gets the number
    just written.  IndexUnusableError: Chroma refused; nothing in `folder` is then to be used.
    """
    client = None
    try:
        if begun is not None:
            shutil.copytree(begun, folder)
        client = _client(folder)
        collection = _collection(client, new=begun is None)
        held = set(collection.get(include=[])["ids"]) if begun is not None else set()
        rows = [row for row, name in enumerate(ids) if name not in held]
        if on_done is not None:
            on_done(len(ids) - len(rows))
        for start in range(0, len(rows), BATCH):
            chosen = rows[start : start + BATCH]
            collection.add(
                ids=[ids[row] for row in chosen],
                embeddings=vectors[chosen],
                metadatas=[metadatas[row] for row in chosen],
            )
            if on_done is not None:
                on_done(len(chosen))
    except Exception as error:  # Chroma raises what its Rust core raises, of many types
        raise IndexUnusableError(f"The vectors could not be written to {folder}: {error}.", REBUILD) from error
    finally:
        if client is not None:
            client.close()


def _collection(client: Client, *, new: bool) -> Collection:
    if new:
        cosine = {"hnsw": {"space": "cosine"}}
        return client.create_collection(COLLECTION, embedding_function=None, configuration=cosine)  # type: ignore[arg-type]  # as documented
    return client.get_collection(COLLECTION, embedding_function=None)


class ChromaFolder:
    """What `write_vectors` wrote, read in a private copy, which `close` removes.

    IndexUnusableError: it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        """IndexUnusableError: it cannot be opened."""
        self._folder = folder
        self._copy: PrivateCopy | None = None
        self._client: Client | None = None
        try:
            with self._told():
                self._copy = PrivateCopy(folder)
                self._client = _client(self._copy.path)
                self._collection: Collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except IndexUnusableError:
            self.close()
            raise

    def ids(self) -> list[str]:
        """The ids of all, in any order."""
        with self._told():
            return list(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many there are."""
        with self._told():
            return self._collection.count()

    def read(self, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Those of `ids` that are there, in any order, with their vectors, shape (ids found, width)."""
        with self._told():
            got = self._collection.get(ids=list(ids), include=["embeddings"])
            return list(got["ids"]), np.asarray(got["embeddings"], dtype=np.float32)

    def width(self) -> int:
        """How many numbers a vector has; there is one at least."""
        with self._told():
            return int(np.asarray(self._collection.get(limit=1, include=["embeddings"])["embeddings"]).shape[1])

    def close(self) -> None:
        """Close it, and remove the copy."""
        if self._client is not None:
            self._client.close()
        if self._copy is not None:
            self._copy.remove()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # as it does when writing
            raise IndexUnusableError(f"The vectors in {self._folder} cannot be read: {error}.", REBUILD) from error


def prepare() -> None:
    """Import chromadb, which takes half a second, before it is needed."""
    import chromadb  # noqa: F401, PLC0415  (see `_client`)


def _client(folder: Path) -> Client:
    # Imported here because it takes half a second, which a command that needs no vectors should not wait for.
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    # PersistentClient is declared to return a base class that lacks close().
    return cast("Client", chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False)))
