"""A folder of .txt files as a tiny index: stand-ins for reading, describing and embedding, quick and predictable.

Storing, verifying and publishing are the project's own.  Run as a program it builds in a process of its own, on the
Chroma server in SMALL_SERVER if that is set, and may be told to kill itself or to wait at a given point:
small_index.py INDEX ROOT [kill-at|wait-at POINT]
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from conftest import entry_of
from numpy.typing import NDArray

from index.build import BuildResult, build
from index.errors import InspectionsError, ReadError
from index.records import Description, Document, Page, Passage, RawText, Skipped
from index.server import server_at
from index.sources import Sources
from index.steps import Outcomes, Steps

RULES = "small 1"


class SmallEmbedder:
    """Vectors drawn by lot from the text's hash; `embedded` remembers what was asked for."""

    id, width, max_tokens = "small@000000000000", 8, 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + 2

    def encode_passages(
        self, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.embedded += texts
        if on_done is not None:
            on_done(len(texts))
        return np.stack([self.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).standard_normal(self.width).astype(np.float32)
        return np.asarray(vector / np.linalg.norm(vector))


def find(root: Path) -> tuple[tuple[Path, ...], tuple[Skipped, ...]]:
    return tuple(sorted(root.rglob("*.txt"))), ()


def read_all(root: Path, paths: Sequence[Path], on_done: Callable[[str], None]) -> Outcomes:
    """A file that begins with BAD cannot be read; each line of the others is a page."""
    for path in paths:
        source, text = path.relative_to(root).as_posix(), path.read_text()
        on_done(source)
        if text.startswith("BAD"):
            yield path, Skipped(source, "is damaged", "replace it")
        else:
            yield path, RawText(tuple(Page(n, line) for n, line in enumerate(text.splitlines(), start=1)))


def structure(source: str, sha256: str, raw: RawText) -> Document:
    """A page is a paragraph."""
    return entry_of(source, tuple(page.text for page in raw.pages), sha256).document


def describe(_sources: Sources, document: Document, base_url: str | None) -> Description:
    if not document.pages:
        raise ReadError("is empty", "replace it")
    return entry_of(document.source, url=base_url).description


def passages(document: Document, _said: Description, _count: Callable[[str], int], _most: int) -> tuple[Passage, ...]:
    """A page is a passage."""
    return entry_of(document.source, tuple(page.text for page in document.pages), document.sha256).passages


STEPS = Steps(find, read_all, structure, describe, passages, RULES, "small")


def build_small(index_dir: Path, root: Path, **options: object) -> tuple[BuildResult, list[str]]:
    """Build with the stand-ins: the result, and the texts that were embedded."""
    embedder = SmallEmbedder()
    result = build(index_dir, root, embedder, **({"steps": STEPS} | options))  # type: ignore[arg-type]  # as given
    return result, embedder.embedded


class _Act:
    """A progress that acts when a stage begins."""

    def __init__(self, stage: str, act: Callable[[], None]) -> None:
        self._stage, self._act = stage, act

    def start(self, stage: str, total: int) -> None:  # noqa: ARG002  (Progress has it)
        if stage == self._stage:
            self._act()

    def advance(self, steps: int) -> None: ...
    def done(self) -> None: ...


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _wait() -> None:
    print("waiting", flush=True)
    sys.stdin.read()


def _kill_at_sync(pattern: str) -> None:
    """Kill this process when it is about to sync a path like `pattern`: a point between two steps of publishing."""
    real = os.fsync

    def fsync(handle: int) -> None:
        if re.search(pattern, os.readlink(f"/proc/self/fd/{handle}")):
            _kill()
        real(handle)

    os.fsync = fsync


def main(index_dir: str, root: str, how: str = "", point: str = "") -> None:
    progress = None
    if how == "kill-at" and point.startswith("sync "):
        _kill_at_sync(point.removeprefix("sync "))
    elif how:
        progress = _Act(point, _kill if how == "kill-at" else _wait)
    try:
        server = server_at(os.environ["SMALL_SERVER"]) if "SMALL_SERVER" in os.environ else None
        build_small(Path(index_dir), Path(root), progress=progress, server=server)
    except InspectionsError as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
