"""What is said to a Chroma server over HTTP (its interface v2).  The one door to httpx.

Chroma's own client waits without end for a server that hangs, takes answers of any size, and reads settings of its own
from the environment.  Here every request has an end, every answer a size, nothing follows a redirect, and whatever goes
wrong is one error that says what to do.  Which collections there should be is `collections`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import numpy as np
import orjson
from numpy.typing import NDArray

from index.errors import IndexDamagedError, ServerAwayError
from index.server import Server

BATCH = 300  # rows in one request: what Chroma's hosted service allows; larger ones were not faster on a plain server
LISTED = 100  # collections in one answer
ATTEMPTS, PAUSE = 3, 0.3  # for connections that fail; the pause, in seconds, doubles
CONNECT = 5.0  # seconds that connecting may take
WRITING = 10  # how many times as long as another request one that writes may take
LARGEST = 64 << 20  # bytes of an answer; 300 rows of 4,096 numbers are some 16 MB
TRANSIENT = frozenset({429, 502, 503, 504})  # a proxy's answers while the server behind it starts, or is overrun
CURE = "Type: inspections index check"
Row = Mapping[str, str | int | float | bool]
_Read = TypeVar("_Read")


class NotThereError(IndexDamagedError):
    """The server answers, and does not have the collection."""


class ChromaServer:
    """A connection to a Chroma server.  Safe to use from several threads; to be closed.

    Every method raises ServerAwayError where the server is away, is too slow, or does not answer as Chroma does.
    """

    def __init__(self, server: Server) -> None:
        """Connects when first asked."""
        self._server = server
        self._base = f"/api/v2/tenants/{quote(server.tenant, safe='')}/databases/{quote(server.database, safe='')}"
        self._client = httpx.Client(
            base_url=server.url,
            headers=[("Accept-Encoding", "identity"), *server.headers],  # no answer can grow while it is unpacked
            timeout=httpx.Timeout(server.seconds, connect=min(CONNECT, server.seconds)),
            follow_redirects=False,  # the headers are for this server alone
            trust_env=not server.is_loopback,  # what the environment says of proxies is not for this machine
        )

    def version(self) -> str:
        """The version of its interface."""
        return self._asked("GET", "/api/v2/version", _text)

    def collections(self) -> list[str]:
        """The names of all collections, whoever made them."""
        names: list[str] = []
        while True:
            path = f"{self._base}/collections?limit={LISTED}&offset={len(names)}"
            page = self._asked("GET", path, _names)
            names += page
            if len(page) < LISTED:
                return names

    def create(self, name: str) -> str:
        """Make a collection that is not there yet, and tell its id."""
        body = {"name": name, "get_or_create": True, "configuration": {"hnsw": {"space": "cosine"}}}
        return self._asked("POST", f"{self._base}/collections", lambda said: _text(said["id"]), body)

    def find(self, name: str) -> str:
        """The id of a collection.  NotThereError: it has none of that name."""
        return self._asked("GET", f"{self._base}/collections/{quote(name)}", lambda said: _text(said["id"]))

    def remove(self, name: str) -> None:
        """Remove a collection, if it is there."""
        try:
            self._asked("DELETE", f"{self._base}/collections/{quote(name)}", lambda _: None)
        except NotThereError:
            return

    def count(self, collection: str) -> int:
        """How many vectors the collection with this id holds.  NotThereError: it is gone."""
        return self._asked("GET", f"{self._base}/collections/{quote(collection)}/count", _whole)

    def width(self, name: str) -> int:
        """How many numbers the vectors of a collection have, of which it holds some.  NotThereError: it is gone."""
        path = f"{self._base}/collections/{quote(name)}"
        return self._asked("GET", path, lambda said: _whole(said["dimension"]))

    def write(
        self,
        collection: str,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        rows: Sequence[Row],
        on_done: Callable[[int], None] | None = None,
    ) -> None:
        """Write unit vectors, shape (len(ids), width), and what is kept beside each.  NotThereError: it is gone."""
        for start in range(0, len(ids), BATCH):
            some = slice(start, start + BATCH)
            body = {"ids": list(ids[some]), "embeddings": np.ascontiguousarray(vectors[some]), "metadatas": rows[some]}
            # Doing so twice does no harm, so that a request whose answer was lost may be sent again.
            self._asked("POST", f"{self._base}/collections/{quote(collection)}/upsert", lambda _: None, body, WRITING)
            if on_done is not None:
                on_done(len(ids[some]))

    def read(self, collection: str, ids: Sequence[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Those of `ids` that it holds, in any order, with their vectors.  NotThereError: it is gone."""
        names: list[str] = []
        found: list[NDArray[np.float32]] = []
        for start in range(0, len(ids), BATCH):
            body = {"ids": list(ids[start : start + BATCH]), "include": ["embeddings"]}
            some, vectors = self._asked("POST", f"{self._base}/collections/{quote(collection)}/get", _vectors, body)
            names += some
            found.append(vectors)
        filled = [vectors for vectors in found if len(vectors)]
        if len({vectors.shape[1] for vectors in filled}) > 1:
            raise self._unusable("answers with vectors of several widths")
        return names, np.concatenate(filled) if filled else np.zeros((0, 0), dtype=np.float32)

    def ids(self, collection: str) -> list[str]:
        """The ids of all that it holds, in any order.  NotThereError: it is gone."""
        names: list[str] = []
        while True:
            body = {"include": [], "limit": BATCH, "offset": len(names)}
            page = self._asked("POST", f"{self._base}/collections/{quote(collection)}/get", _ids, body)
            names += page
            if len(page) < BATCH:
                return names

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _asked(
        self, method: str, path: str, read: Callable[[Any], _Read], body: dict[str, Any] | None = None, times: int = 1
    ) -> _Read:
        """What `read` makes of the answer to a request."""
        try:
            content = None if body is None else orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)
            return read(orjson.loads(self._answer(method, path, content, times)))
        except httpx.TimeoutException as error:
            raise self._unusable(f"did not answer within {self._server.seconds * times:g} s") from error
        except httpx.HTTPError as error:
            raise self._unusable(f"cannot be reached ({error})") from error
        except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
            raise self._unusable("does not answer as Chroma does") from error

    def _answer(self, method: str, path: str, content: bytes | None, times: int) -> bytes:
        """The body of a good answer; a connection that fails is tried again."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                status, said = self._once(method, path, content, times)
            except (httpx.NetworkError, httpx.RemoteProtocolError):  # no time-out: that has taken its time already
                if attempt == ATTEMPTS:
                    raise
            else:
                if status not in TRANSIENT or attempt == ATTEMPTS:
                    return self._good(status, said)
            time.sleep(PAUSE * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    def _once(self, method: str, path: str, content: bytes | None, times: int) -> tuple[int, bytes]:
        seconds = self._server.seconds * times
        end = time.monotonic() + seconds
        timeout = httpx.Timeout(seconds, connect=min(CONNECT, seconds))
        said = bytearray()
        with self._client.stream(method, path, content=content, timeout=timeout) as response:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise ValueError("it was asked not to pack its answers")
            for piece in response.iter_raw():
                said += piece
                if len(said) > LARGEST:
                    raise ValueError("the answer is too large")
                if time.monotonic() > end:  # each piece came in time, but there is no end of them
                    raise httpx.ReadTimeout("slow")
            return response.status_code, bytes(said)

    def _good(self, status: int, said: bytes) -> bytes:
        """The body, if the status is that of a good answer."""
        if status in {401, 403, 407}:
            what = f"The Chroma server at {self._server.url} refuses us (status {status})."
            raise ServerAwayError(what, f"Set or correct INSPECTIONS_CHROMA_HEADERS. {CURE}")
        if 300 <= status < 400:
            what = f"The Chroma server at {self._server.url} sends us elsewhere (status {status})."
            raise ServerAwayError(what, "Put the address where it is now into INSPECTIONS_CHROMA_URL.")
        if status == 404 and b"NotFoundError" in said:
            what = f"The Chroma server at {self._server.url} lacks what was asked for."
            raise NotThereError(what, "Type: inspections index build")
        if status >= 300:
            told = " ".join(said[:200].decode("utf-8", "replace").split())
            raise self._unusable(f"answered with status {status}: {told}")
        return said or b"null"

    def _unusable(self, what: str) -> ServerAwayError:
        return ServerAwayError(f"The Chroma server at {self._server.url} {what}.", CURE)


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(said)
    return said


def _whole(said: Any) -> int:
    if not isinstance(said, int):
        raise TypeError(said)
    return said


def _names(said: Any) -> list[str]:
    if not isinstance(said, list):
        raise TypeError(said)
    return [_text(one["name"]) for one in said]


def _ids(said: Any) -> list[str]:
    return [_text(name) for name in said["ids"]]


def _vectors(said: Any) -> tuple[list[str], NDArray[np.float32]]:
    names = _ids(said)
    with np.errstate(over="ignore"):  # what is too large for the type is no number, below
        vectors = np.asarray(said["embeddings"], dtype=np.float32).reshape(len(names), -1)
    if not np.isfinite(vectors).all():
        raise ValueError("not a number")
    return names, vectors
