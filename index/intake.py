"""From a folder of documents to a new catalogue, and what becomes of the documents that cannot be read.

A document that was indexed before and cannot be read now keeps its place: its entry is taken over from the index
before.  Only one that is gone from the folder is dropped.  Vectors come later, in `passage_vectors`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index import entry
from index.audience import stricter
from index.catalogue import Catalogue, CatalogueWriter
from index.describing.access import Access
from index.embedding import Embedder
from index.passages import USUAL, Sizes
from index.progress import Stages
from index.reading import folder, workers
from index.records import Entry, RawText, Skipped
from index.sources import Found, Sources

Outcomes = Iterator[tuple[Path, RawText | Skipped]]
Raws = Iterable[tuple[str, str, RawText]]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps before embedding.  `rules` names what `make_entries` does: whoever changes one changes the other.

    `find` lists a folder; `read_all` reads files in order and hears of each that is done; `make_entries` gets texts,
    who may read them, how tokens are counted, how many a passage may have, and the base of the documents' addresses.
    """

    find: Callable[[Path], Found]
    read_all: Callable[[Path, Sequence[Path], Callable[[str], None]], Outcomes]
    make_entries: Callable[[Raws, Access, Callable[[str], int], int, str | None], Iterator[Entry | Skipped]]
    rules: str


def usual_steps(worker_count: int = 2, seconds: float = 30.0, sizes: Sizes = USUAL) -> Steps:
    """The project's own steps, reading with so many worker processes, so many seconds for each file."""

    def read_all(root: Path, paths: Sequence[Path], on_done: Callable[[str], None]) -> Outcomes:
        return workers.read_all(root, paths, workers=worker_count, seconds=seconds, on_done=on_done)

    return Steps(folder.find, read_all, partial(entry.make_entries, sizes=sizes), sizes.rules)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many documents and pages went into the catalogue, and what did not, or only as it was before."""

    documents: int
    pages: int
    skipped: tuple[Skipped, ...]


class Intake:
    """Fills one catalogue.  Used once."""

    def __init__(self, writer: CatalogueWriter, stages: Stages, withdrawn: frozenset[str] = frozenset()) -> None:
        """`withdrawn` are the SHA-256 of documents that are left out, wherever they come from."""
        self._writer = writer
        self._withdrawn = withdrawn
        self._stages = stages
        self._taken: dict[str, str] = {}  # the source of each document, by its SHA-256
        self._pages = 0
        self._failed: list[Skipped] = []
        self._skipped: list[Skipped] = []

    def run(
        self, sources: Sources, steps: Steps, embedder: Embedder, base_url: str | None, before: Catalogue | None
    ) -> Taken:
        """Take in `sources`; what fails comes from the catalogue `before`, where that has it."""
        self._failed.extend(sources.skipped)
        raws = self._read(sources, steps)
        with self._stages.stage("describing", 2 * len(raws)):
            counted = self._counted(raws)
            args = (sources.access, embedder.count_tokens, embedder.max_tokens, base_url)
            for item in steps.make_entries(counted, *args):
                self._take(item)
                self._stages.advance(1)
        self._keep_failed(sources, before)
        return Taken(len(self._taken), self._pages, tuple(sorted(self._skipped, key=lambda skip: skip.source)))

    def _read(self, sources: Sources, steps: Steps) -> list[tuple[str, str, RawText]]:
        raws = []
        paths = self._kept_in(sources)
        with self._stages.stage("reading", len(paths)):
            for path, outcome in steps.read_all(sources.root, paths, lambda _: self._stages.advance(1)):
                if isinstance(outcome, Skipped):
                    self._failed.append(outcome)
                else:
                    source = path.relative_to(sources.root).as_posix()
                    raws.append((source, sources.hashes[source], outcome))
        return raws

    def _kept_in(self, sources: Sources) -> tuple[Path, ...]:
        """The paths of what was not withdrawn: the rest is not even read."""
        kept = []
        for path in sources.paths:
            source = path.relative_to(sources.root).as_posix()
            if sources.hashes[source] in self._withdrawn:
                self._skipped.append(_withdrawn(source))
            else:
                kept.append(path)
        return tuple(kept)

    def _counted(self, raws: Raws) -> Raws:
        for raw in raws:
            yield raw
            self._stages.advance(1)

    def _take(self, item: Entry | Skipped) -> None:
        """Write an entry, unless its very content stands in the catalogue under another name already."""
        if isinstance(item, Skipped):
            self._failed.append(item)
            return
        source, sha256 = item.document.source, item.document.sha256
        if sha256 in self._withdrawn:
            self._skipped.append(_withdrawn(source))
            return
        if sha256 in self._taken:
            self._skipped.append(Skipped(source, f"is the same file as {self._taken[sha256]}", "remove one of the two"))
            return
        try:
            self._writer.add(item)
        except ValueError:
            self._failed.append(Skipped(source, "holds text that is no Unicode", "save it anew from its program"))
            return
        self._taken[sha256] = source
        self._pages += len(item.document.pages)

    def _keep_failed(self, sources: Sources, before: Catalogue | None) -> None:
        """Take over from `before` the documents that failed, or lie in a folder that did."""
        failed, self._failed = self._failed, []
        if before is None:
            self._skipped.extend(failed)
            return
        known = [stored for stored in before.documents() if stored.sha256 not in self._withdrawn]
        for failure in failed:
            found = [stored.source for stored in known if _covers(failure.source, stored.source)]
            kept = [one for one in found if one not in self._taken.values() and not _is_gone(sources.root / one)]
            for source in kept:
                self._take(_no_wider(before.entry(source), sources.access))
            reason = f"{failure.reason}; its text as indexed before is kept" if kept else failure.reason
            self._skipped.append(replace(failure, reason=reason))


def _withdrawn(source: str) -> Skipped:
    return Skipped(source, "was withdrawn", "remove it from the folder of documents")


def _no_wider(kept: Entry, access: Access) -> Entry:
    """An entry from the index before, read by nobody who might not read it then, or may not now."""
    audience, why = access.decided(kept.document)
    both = stricter(kept.description.audience, audience)
    if both == kept.description.audience:
        return kept
    evidence = kept.description.evidence | ({"audience": why} if why else {})
    return replace(kept, description=replace(kept.description, audience=both, evidence=evidence))


def _covers(failure: str, source: str) -> bool:
    """Whether `source` is what failed, or lies in the folder that failed."""
    return source == failure or source.startswith(f"{failure}/")


def _is_gone(path: Path) -> bool:
    """Whether a file that failed is not there at all, being a link to nothing."""
    return path.is_symlink() and not path.exists()
