"""From a plan to a new catalogue, and what becomes of the documents that cannot be read.

A document that was indexed before and cannot be read now keeps its place: its entry is taken over from the index
before.  Only one that is gone from the folder is dropped.  Few documents are in memory at a time.  What is done with
each file is decided by `plan`; vectors come later, in `passage_vectors`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from index.audience import PUBLIC, RESTRICTED, Audience, stricter
from index.catalogue import Catalogue, CatalogueWriter
from index.describing.access import Access, closed_names
from index.describing.undated import Described, date_undated, is_undated
from index.embedding import Embedder
from index.errors import ReadError
from index.passages import made_from
from index.plan import How, Plan, Step
from index.progress import Stages
from index.records import Description, Document, RawText, Skipped
from index.sources import Sources
from index.steps import Steps

BATCH = 3_000_000  # characters of undated documents that are dated together: all of them are in memory
Group = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """What entries are made with, and the addresses that they get."""

    steps: Steps
    embedder: Embedder
    base_url: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The documents, and how many pages, that went into the catalogue; what did not, or only as it was before."""

    sources: frozenset[str]
    pages: int
    skipped: tuple[Skipped, ...]


class Intake:
    """Fills one catalogue.  Used once."""

    def __init__(self, writer: CatalogueWriter, stages: Stages, making: Making, before: Catalogue | None) -> None:
        """`before` is the catalogue that the writer copies from."""
        self._writer, self._stages, self._making, self._before = writer, stages, making, before
        self._taken: dict[str, str] = {}  # the source of each document, by its SHA-256
        self._undated: dict[str, str] = {}  # the source in the catalogue before of each undated one, "" if it has none
        self._undated_before = frozenset[str]() if before is None else before.undated()
        self._opened: set[str] = set()  # those for whose readers a name counted that was closed then and is not now
        self._copied: set[str] = set()  # the undated ones that are as they were, but maybe for their date
        self._failed: list[Skipped] = []
        self._skipped: list[Skipped] = []

    def run(self, sources: Sources, plan: Plan, withdrawn: Collection[str]) -> Taken:
        """Do what the plan says; what fails comes from the catalogue before, where that has it."""
        self._failed.extend(sources.skipped)
        sources = self._with_closed(sources, plan)
        with self._stages.stage("reading", len(plan.groups)):
            left: Sequence[Group] = plan.groups
            while left:
                left = self._round(sources, left)
        with self._stages.counted_as("describing"):
            self._keep_failed(sources, withdrawn)
        with self._stages.stage("describing", len(self._undated)):
            self._date_undated()
        skipped = (*self._skipped, *_withdrawn(sources, withdrawn))
        pages = self._writer.page_count()
        return Taken(frozenset(self._taken.values()), pages, tuple(sorted(skipped, key=lambda skip: skip.source)))

    def _with_closed(self, sources: Sources, plan: Plan) -> Sources:
        """The sources, of which none is read by more than might read those of the same bytes that are closed now."""
        if self._before is None:
            return sources
        names = [(source, sha256) for source, sha256 in plan.closed if not _is_gone(sources.root / source)]
        audiences: dict[str, Audience] = {}
        for (source, sha256), audience in self._before.audiences().items():
            audiences[sha256] = audience
            if PUBLIC not in audience:
                counted = closed_names(self._before.description(source, own=True))
                still = [one for one in counted if sources.is_closed(one) and not _is_gone(sources.root / one)]
                names += [(one, sha256) for one in still]
                if len(still) < len(counted):
                    self._opened.add(source)
        closed: dict[str, tuple[Audience, tuple[str, ...]]] = {}
        for source, sha256 in sorted({*names}):
            was, others = closed.get(sha256, (audiences.get(sha256, (RESTRICTED,)), ()))
            today = sources.access.decided_by_name(source, sha256)[0]
            closed[sha256] = stricter(was, today), (*others, source)
        return replace(sources, access=replace(sources.access, closed=closed))

    def _round(self, sources: Sources, groups: Sequence[Group]) -> list[Group]:
        """Take the first file of each group.  What is left of those whose first cannot be used comes in the next."""
        groups = sorted(groups, key=lambda group: group[0].source)
        paths = [sources.root / group[0].source for group in groups if group[0].how is How.READ]
        left = []
        with closing(self._making.steps.read_all(sources.root, paths, _ignore)) as outcomes:
            for group in groups:
                outcome = next(outcomes)[1] if group[0].how is How.READ else None
                with self._stages.counted_as("describing"):
                    if self._take(sources, group[0], outcome):
                        self._skipped.extend(_same(step, group[0]) for step in group[1:])
                    elif group[1:]:
                        left.append(group[1:])
                self._stages.advance(1)
        return left

    def _take(self, sources: Sources, step: Step, outcome: RawText | Skipped | None) -> bool:
        """Take one file in, as the step says; False: it cannot be used, which is noted."""
        if isinstance(outcome, Skipped):
            self._failed.append(outcome)
            return False
        try:
            if step.how is How.COPY and step.source not in self._opened:
                self._copy(step.source)
            else:
                document = self._document(step, outcome)
                described = self._making.steps.describe(sources, document, self._making.base_url)
                self._add(document, described, step.old)
        except ReadError as error:
            self._failed.append(Skipped(step.source, error.what, error.cure))
            return False
        except ValueError:
            self._failed.append(Skipped(step.source, "holds text that is no Unicode", "save it anew from its program"))
            return False
        self._taken[step.sha256] = step.source
        return True

    def _document(self, step: Step, outcome: RawText | None) -> Document:
        if outcome is not None:
            return self._making.steps.structure(step.source, step.sha256, outcome)
        return replace(self._known().document(step.old), source=step.source)

    def _copy(self, source: str) -> None:
        self._writer.copy_document(source)
        if source in self._undated_before:
            self._undated[source] = source
            self._copied.add(source)
        else:
            self._writer.copy_passages(source, source)

    def _add(self, document: Document, description: Description, old: str) -> None:
        undated = is_undated(description)
        with self._writer.whole():
            self._writer.add_document(document, description, undated=undated)
            if not undated:
                self._add_passages(document.source, description, old, document)
        if undated:
            self._undated[document.source] = old

    def _add_passages(self, source: str, description: Description, old: str, document: Document | None = None) -> None:
        """Copy the passages where they would come out the same, else make them."""
        if old and made_from(self._known().description(old)) == made_from(description):
            self._writer.copy_passages(old, source)
            return
        document = document or self._writer.document(source)
        count, most = self._making.embedder.count_tokens, self._making.embedder.max_tokens
        self._writer.add_passages(source, self._making.steps.passages(document, description, count, most))

    def _keep_failed(self, sources: Sources, withdrawn: Collection[str]) -> None:
        """Take over from the catalogue before the documents that failed, or lie in a folder that did."""
        held = {} if self._before is None else self._before.hashes()
        there = {*self._taken.values()}
        for failure in self._failed:
            covered = sorted(source for source in held if source not in there and _covers(failure.source, source))
            kept = [one for one in covered if held[one] not in withdrawn and not _is_gone(sources.root / one)]
            kept = [one for one in kept if held[one] not in self._taken]  # else it lies there under another name
            for source in kept:
                self._keep(sources.access, source)
                self._taken[held[source]] = source
                there.add(source)
            reason = f"{failure.reason}; its text as indexed before is kept" if kept else failure.reason
            self._skipped.append(replace(failure, reason=reason))

    def _keep(self, access: Access, source: str) -> None:
        """Keep a document as it was, read by nobody who might not read it then, or may not now."""
        document, said = self._known().document(source), self._known().description(source, own=True)
        audience, why = access.decided(document)
        both = stricter(said.audience, audience)
        if both != said.audience:
            said = replace(said, audience=both, evidence=said.evidence | ({"audience": why} if why else {}))
        self._add(document, said, source)

    def _date_undated(self) -> None:
        """Give the undated documents their dates, and their passages, now that all that may date them are there."""
        same = {source for source in self._copied if self._same_lenders(source)}
        dates = self._dates([source for source in sorted(self._undated) if source not in same])
        for source, old in sorted(self._undated.items()):
            if source in same:
                self._writer.copy_passages(source, source)
            else:
                self._writer.set_description(source, dates[source])
                self._add_passages(source, dates[source], old)
            self._stages.advance(1)

    def _same_lenders(self, source: str) -> bool:
        """Whether the documents that may date one which is as it was are as they were, too."""
        authorities = self._known().description(source, own=True).authorities
        return self._writer.lenders(authorities) == self._writer.lenders(authorities, "before")

    def _dates(self, undated: Sequence[str]) -> dict[str, Description]:
        """The descriptions of undated documents as they are to be."""
        found: dict[str, Description] = {}
        for batch in self._batches(undated):
            found |= date_undated(batch, self._writer.dated)
        return found

    def _batches(self, undated: Sequence[str]) -> Iterator[list[Described]]:
        """Undated documents, those about the same authorities together, so many as may be in memory."""
        about = {source: self._writer.undated(source)[1].authorities for source in undated}
        batch: list[Described] = []
        size = 0
        for source in sorted(undated, key=lambda source: (about[source], source)):
            document, description = self._writer.undated(source)
            size += sum(len(page.text) for page in document.pages)
            if batch and size > BATCH:
                yield batch
                batch, size = [], 0
            batch.append((document, description))
        if batch:
            yield batch

    def _known(self) -> Catalogue:
        """The catalogue before, which is there wherever a step uses it."""
        assert self._before is not None  # noqa: S101  (for the type checker)
        return self._before


def _same(step: Step, taken: Step) -> Skipped:
    return Skipped(step.source, f"is the same file as {taken.source}", "remove one of the two")


def _withdrawn(sources: Sources, withdrawn: Collection[str]) -> Iterator[Skipped]:
    for source, sha256 in sources.hashes.items():
        if sha256 in withdrawn:
            yield Skipped(source, "was withdrawn", "remove it from the folder of documents")


def _ignore(_source: str) -> None:
    """Progress is told when a document is taken in, not when it has been read."""


def _covers(failure: str, source: str) -> bool:
    """Whether `source` is what failed, or lies in the folder that failed."""
    return source == failure or source.startswith(f"{failure}/")


def _is_gone(path: Path) -> bool:
    """Whether a file that failed is not there at all, being a link to nothing."""
    return path.is_symlink() and not path.exists()
