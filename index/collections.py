"""The collections of one index on a Chroma server: how they are named, read, and removed when nothing names them.

An index that keeps vectors on a server has an id of its own, drawn by lot, in INDEX/id; a generation's collection is
named by both.  So several indexes may share a server, and each knows which collections are its own to remove.  What is
said to the server is `chroma_server`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from index.chroma_server import ChromaServer, NotThereError, Row
from index.errors import ServerAwayError
from index.manifest import Manifest
from index.server import Place, Server

FILE = "id"
_Answer = TypeVar("_Answer")
GONE = "Type: inspections index build"


@dataclass(frozen=True, slots=True)
class _Identity:
    """`inode` is that of the file which says so: a folder that was copied has another, and is another index."""

    id: str
    inode: int


_IDENTITY = TypeAdapter(_Identity)


class ServerCollection:
    """One generation's vectors on a server.  Safe to use from several threads; to be closed."""

    def __init__(self, server: Server, name: str) -> None:
        """Asks nothing yet."""
        self._server, self._name = server, name
        self._chroma = ChromaServer(server)
        self._id: str | None = None

    def ids(self) -> list[str]:
        """The ids of all that it holds.  IndexDamagedError: it is gone.  ServerAwayError: the server is."""
        return self._asked(self._chroma.ids)

    def count(self) -> int:
        """How many vectors it holds.  Errors as above."""
        return self._asked(self._chroma.count)

    def read(self, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Those of `ids` that it holds, in any order, and their vectors.  Errors as above."""
        return self._asked(lambda collection: self._chroma.read(collection, ids))

    def width(self) -> int:
        """How many numbers its vectors have.  Errors as above."""
        return self._asked(lambda _: self._chroma.width(self._name))

    def close(self) -> None:
        """Close the connections."""
        self._chroma.close()

    def _asked(self, ask: Callable[[str], _Answer]) -> _Answer:
        try:
            if self._id is None:
                self._id = self._chroma.find(self._name)
            return ask(self._id)
        except NotThereError as error:
            message = f"The Chroma server at {self._server.url} has no collection {self._name}."
            raise NotThereError(message, f"Correct INSPECTIONS_CHROMA_URL, or build. {GONE}") from error


def collection_name(own: str, generation: str) -> str:
    """What the collection of a generation is called, in the index with the id `own`."""
    return f"{_prefix(own)}{generation}"


def _prefix(own: str) -> str:
    return f"inspections-{own}-"


def write_collection(
    place: Place,
    ids: Sequence[str],
    vectors: NDArray[np.float32],
    rows: Sequence[Row],
    on_done: Callable[[int], None] | None = None,
) -> None:
    """Write a fresh collection; `vectors` are unit rows, shape (len(ids), width).

    Additions cannot begin with a copy of the collection before: a plain server cannot make one.
    ServerAwayError: the server is away, or refused; what is there is then not to be used.
    """
    with closing(ChromaServer(place.server)) as chroma:
        chroma.remove(place.collection)
        chroma.write(chroma.create(place.collection), ids, vectors, rows, on_done)


def is_in_place(index_dir: Path, manifest: Manifest, server: Server | None) -> bool:
    """Whether a generation's vectors are where a build would put them now: on `server` or, if that is None, here.

    ServerAwayError: the server is away.
    """
    if server is None or manifest.collection is None:
        return server is None and manifest.collection is None
    own = identity(index_dir)
    if own is None or manifest.collection != collection_name(own, manifest.generation):
        return False  # a copied index: the original may remove it
    return is_there(server, manifest.collection, manifest.passages)


def is_there(server: Server, name: str, count: int) -> bool:
    """Whether the server has a collection, and as many vectors in it.  ServerAwayError: the server is away."""
    with closing(ServerCollection(server, name)) as collection:
        try:
            return collection.count() == count
        except NotThereError:
            return False


def left_over(server: Server, index_dir: Path) -> list[str]:
    """The names of this index's collections whose generation is not kept, and of no other index's.

    They are those of generations that were removed, and of builds that were killed or go on.
    ServerAwayError: the server is away.
    """
    own = identity(index_dir)
    if own is None:
        return []
    kept = {collection_name(own, path.name) for path in (index_dir / "generations").glob("[0-9]*")}
    with closing(ChromaServer(server)) as chroma:
        return sorted(name for name in chroma.collections() if name.startswith(_prefix(own)) and name not in kept)


def remove_left_over(server: Server, index_dir: Path) -> list[str]:
    """Remove them, and tell which.  The caller holds the build lock.  ServerAwayError: the server is away."""
    left = left_over(server, index_dir)
    with closing(ChromaServer(server)) as chroma:
        for name in left:
            chroma.remove(name)
    return left


def tidy(index_dir: Path, server: Server | None) -> None:
    """Remove what is left over, if a server is set and there.  The caller holds the build lock."""
    if server is not None:
        # What cannot be removed now is at the next build; and a build tells of a server that is away when it writes.
        with suppress(ServerAwayError):
            remove_left_over(server, index_dir)


def identity(index_dir: Path) -> str | None:
    """The id of this index, or None where it has none of its own: the copy of an index has not, and must not remove
    what belongs to the original."""
    file = index_dir / FILE
    try:
        said = _IDENTITY.validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None
    return said.id if said.inode == file.stat().st_ino else None


def give_identity(index_dir: Path) -> str:
    """The id of this index, which is drawn if it has none.  The caller holds the build lock.

    OSError: it cannot be written.
    """
    known = identity(index_dir)
    if known is not None:
        return known
    aside = index_dir / f"{FILE}.new"
    with aside.open("wb") as file:
        drawn = secrets.token_hex(8)
        file.write(_IDENTITY.dump_json(_Identity(drawn, aside.stat().st_ino)))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(index_dir / FILE)
    return drawn
