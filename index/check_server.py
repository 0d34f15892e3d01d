"""Whether an index finds its vectors on its Chroma server, and who else may find them there.

A plain Chroma server lets in whoever reaches it: no token is asked for, whatever is sent.  So the check tries the
server as a stranger would.  What is told of the findings, and where, is a face's matter.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from index.chroma_server import ChromaServer
from index.collections import ServerCollection, left_over
from index.errors import InspectionsError
from index.generation import current_manifest
from index.manifest import Manifest
from index.server import Server

NOWHERE = "192.0.2.1"  # an address for documentation: nothing is sent to it


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    `version` is that of the server's interface; None: it does not answer.  `collection` is that of the current
    generation, `expected` vectors should be in it and `held` are, as far as either is known.  `left_over` are
    collections of this index that no generation names.  `faults` keep the index from being used, `warnings` do not;
    each is a sentence that says what to do.
    """

    server: str | None
    version: str | None
    collection: str | None
    expected: int | None
    held: int | None
    left_over: tuple[str, ...]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def check_server(index_dir: Path, server: Server | None, own: Sequence[str] | None = None) -> Checked:
    """Look at the server, and at the current generation on it.  Raises nothing: what is wrong is a fault.

    `own` are the addresses of this machine by which others reach it; None: they are looked for.
    """
    faults: list[str] = []
    manifest = _manifest(index_dir, faults)
    collection = None if manifest is None else manifest.collection
    if server is None:
        if collection is not None:
            faults.append(f"The vectors are in collection {collection} of a server: set INSPECTIONS_CHROMA_URL.")
        return Checked(None, None, collection, None, None, (), tuple(faults), ())
    try:
        with closing(ChromaServer(server)) as chroma:
            version = chroma.version()
            chroma.collections()
        left = tuple(left_over(server, index_dir))
    except InspectionsError as error:
        return Checked(server.url, None, collection, None, None, (), (*faults, str(error)), ())
    expected, held = None, None
    if manifest is not None and collection is not None:
        expected, held = manifest.passages, _held(server, collection, faults)
        if held is not None and held != expected:
            faults.append(f"Collection {collection} holds {held:,} vectors, not {expected:,}: build again.")
    found = warnings(server, lets_in(replace(server, headers=())), _lets_in_others(server, own))
    if manifest is not None and collection is None:
        found = (*found, "The vectors are still in the index's folder: the next build puts them on the server.")
    return Checked(server.url, version, collection, expected, held, left, tuple(faults), found)


def warnings(server: Server, open_to_all: bool, open_beyond: bool) -> tuple[str, ...]:
    """What is unsafe about a server that was tried.

    `open_to_all`: it answers its address without headers; `open_beyond`: it does so under another address of this
    machine, where its own is one that only this machine reaches.
    """
    cure = "Put it behind a proxy that asks for a token or a password, or on an address that only this machine reaches."
    found = []
    if open_beyond or (open_to_all and not server.is_loopback):
        found.append(f"Whoever reaches the server can read, change and delete what it holds, without any token. {cure}")
    if not server.is_encrypted and not server.is_loopback:
        what = "the headers, which are secret, and the vectors" if server.headers else "the vectors"
        found.append(f"What is sent to the server can be read on the way: {what}. Use https://.")
    return tuple(found)


def lets_in(server: Server) -> bool:
    """Whether the server tells its collections when it is asked this way."""
    try:
        with closing(ChromaServer(server)) as chroma:
            chroma.collections()
    except InspectionsError:
        return False
    return True


def addresses() -> tuple[str, ...]:
    """The addresses, as they stand in a URL, by which other machines may reach this one."""
    found = []
    for family, nowhere, form in ((socket.AF_INET, NOWHERE, "{}"), (socket.AF_INET6, "2001:db8::1", "[{}]")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as asked:
                asked.connect((nowhere, 9))  # of a datagram socket this only looks up the way
                found.append(form.format(asked.getsockname()[0]))
        except OSError:  # there is no network of this kind
            continue
    return tuple(found)


def _lets_in_others(server: Server, own: Sequence[str] | None) -> bool:
    """Whether a server that is named by an address of this machine alone listens to other machines too."""
    if not server.is_loopback:
        return False
    scheme = "https" if server.is_encrypted else "http"
    tried = addresses() if own is None else own
    return any(lets_in(Server(f"{scheme}://{address}:{server.port}", seconds=2)) for address in tried)


def _manifest(index_dir: Path, faults: list[str]) -> Manifest | None:
    try:
        return current_manifest(index_dir)[1]
    except InspectionsError as error:
        faults.append(str(error))
        return None


def _held(server: Server, collection: str, faults: list[str]) -> int | None:
    try:
        with closing(ServerCollection(server, collection)) as found:
            return found.count()
    except InspectionsError as error:
        faults.append(str(error))
        return None
