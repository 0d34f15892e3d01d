"""The vectors of an index, kept in Chroma.  The one door to chromadb.

Writing makes a fresh collection, or adds to a copy of one.  Reading works on a private copy, because even a process
that only reads a Chroma folder writes to it, and two processes on one folder lose vectors.  Similarity is exact: the
vectors of the passages asked for are fetched by id and scored here, so that no filter costs recall.  Which passages to
score is not decided here.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock
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


class VectorStore:
    """The vectors of one generation.  Opened when first asked.  Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """`folder` is what `write_vectors` wrote; it is left as it is."""
        self._folder = folder
        self._lock = RLock()
        self._copy: PrivateCopy | None = None
        self._client: Client | None = None
        self._collection: Collection | None = None
        self._rows: dict[str, int] = {}
        self._matrix: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)

    def scores(self, query: NDArray[np.float32], ids: Sequence[str]) -> NDArray[np.float32]:
        """The exact cosine, -1 to 1, of a unit `query`, shape (width,), with each of `ids`, in their order.

        IndexUnusableError: the store cannot be opened, lacks one of the ids, or has another width.
        """
        rows = self._fetched(ids)
        if not ids:
            return np.zeros(0, dtype=np.float32)
        if query.shape != (self._matrix.shape[1],):
            message = f"The index holds vectors of width {self._matrix.shape[1]}, the question's is {query.shape[0]}."
            raise IndexUnusableError(message, REBUILD)
        if 2 * len(rows) > len(self._matrix):  # copying most rows would cost more than scoring them all
            return np.asarray((self._matrix @ query)[rows])
        return np.asarray(self._matrix[rows] @ query)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """A copy of the vectors of `ids`, shape (len(ids), width).  IndexUnusableError: as for `scores`."""
        rows = self._fetched(ids)  # before looking at the matrix, which this may make
        return np.array(self._matrix[rows])

    def in_batches(self, ids: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        """The vectors of `ids`, BATCH at a time, each an array of shape (up to BATCH, width), and none of them kept.

        IndexUnusableError: as for `scores`.
        """
        for start in range(0, len(ids), BATCH):
            chosen = list(ids[start : start + BATCH])
            names, vectors = self._got(chosen)
            row = {name: at for at, name in enumerate(names)}
            yield vectors[[row[name] for name in chosen]]

    def ids(self) -> list[str]:
        """Every id that the store holds, in no particular order.  IndexUnusableError: it cannot be opened."""
        with self._lock:
            collection = self._opened()
            try:
                return list(collection.get(include=[])["ids"])
            except Exception as error:  # as above
                raise self._unusable(error) from error

    def warm(self) -> None:
        """Load every vector into memory.  IndexUnusableError: the store cannot be opened."""
        self._fetched(self.ids())

    def close(self) -> None:
        """Close the store and remove the private copy.  A later call opens it anew."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._copy is not None:
                self._copy.remove()
            self._client = self._collection = self._copy = None
            self._rows, self._matrix = {}, np.zeros((0, 0), dtype=np.float32)

    def _fetched(self, ids: Sequence[str]) -> NDArray[np.intp]:
        """The rows of `ids` in the matrix, after fetching what it lacks."""
        with self._lock:
            missing = list(dict.fromkeys(i for i in ids if i not in self._rows))
            for start in range(0, len(missing), BATCH):
                self._fetch(missing[start : start + BATCH])
            return np.fromiter((self._rows[i] for i in ids), np.intp, len(ids))

    def _fetch(self, ids: list[str]) -> None:
        names, vectors = self._got(ids)
        if not len(self._matrix):
            self._matrix = np.zeros((self._opened().count(), vectors.shape[1]), dtype=np.float32)
        first = len(self._rows)
        self._matrix[first : first + len(ids)] = vectors
        self._rows.update({name: row for row, name in enumerate(names, start=first)})

    def _got(self, ids: list[str]) -> tuple[list[str], NDArray[np.float32]]:
        """What the store holds of `ids`, in its own order."""
        with self._lock:
            collection = self._opened()
            try:
                got = collection.get(ids=ids, include=["embeddings"])
            except Exception as error:  # as above
                raise self._unusable(error) from error
        if set(got["ids"]) != set(ids):
            raise IndexUnusableError(f"The vectors in {self._folder} lack passages of the catalogue.", REBUILD)
        return list(got["ids"]), np.asarray(got["embeddings"], dtype=np.float32)

    def _opened(self) -> Collection:
        """The collection, opened on a private copy on the first call."""
        if self._collection is None:
            try:
                self._copy = PrivateCopy(self._folder)
                self._client = _client(self._copy.path)
                self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            except Exception as error:  # as above
                self.close()
                raise self._unusable(error) from error
        return self._collection

    def _unusable(self, error: Exception) -> IndexUnusableError:
        return IndexUnusableError(f"The vectors in {self._folder} cannot be read: {error}.", REBUILD)


def prepare() -> None:
    """Import chromadb, which takes half a second, before it is needed."""
    import chromadb  # noqa: F401, PLC0415  (see `_client`)


def _client(folder: Path) -> Client:
    # Imported here because it takes half a second, which a command that needs no vectors should not wait for.
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    # PersistentClient is declared to return a base class that lacks close().
    return cast("Client", chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False)))
