"""Building an index from a folder of documents: read, describe, embed, write, verify, publish.

Only the order of the steps lives here; each step has its own module.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.audit import Actor, Via, operating_user
from index.build_log import log_build, log_unlogged
from index.catalogue import Catalogue, CatalogueWriter, StoredDocument
from index.catalogue_rows import day_number
from index.decided import Decided, decide, narrow, settle
from index.embedding import Embedder
from index.errors import IndexUnusableError
from index.generation import CATALOGUE, CHROMA, OpenIndex, build_command, is_current, open_generation, previous_index
from index.intake import Intake, Steps, Taken, usual_steps
from index.keeping import KEEP, begin, erase_locked, publish
from index.lock import build_lock
from index.manifest import FORMAT, Manifest, file_hashes, file_sizes, library_versions, write_manifest
from index.passage_vectors import embed_all
from index.progress import Progress, Silent, Stages
from index.records import Skipped
from index.sources import Sources, look
from index.standing import read_standing
from index.vectors import Metadata, write_vectors
from index.verify import EXPECTED, verify


@dataclass(frozen=True, slots=True)
class BuildResult:
    """How a build ended.

    `changed` is False where the index was up to date and nothing was made.  `embedded` passages were embedded now,
    the vectors of the others were taken over.  `seconds` are those of each stage, by its name.
    """

    generation: str
    changed: bool
    documents: int
    pages: int
    passages: int
    embedded: int
    skipped: tuple[Skipped, ...]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What shapes an index beside the documents.

    `anew`: no vector is to be taken over, neither from the index before nor, where there is none, from `lender`.
    `withdrawn` are the SHA-256 of documents that are left out.
    """

    embedder: Embedder
    steps: Steps
    base_url: str | None
    anew: bool
    lender: OpenIndex | None = None
    withdrawn: frozenset[str] = frozenset()

    def made(self, manifest: Manifest) -> bool:
        """Whether an index was made this way."""
        now = (self.embedder.id, self.steps.rules, self.base_url, tuple(sorted(self.withdrawn)))
        return (manifest.embedder, manifest.rules, manifest.base_url, manifest.withdrawn) == now


@dataclass(frozen=True, slots=True)
class _Made:
    """What a new generation holds, and how many of its passages were embedded now."""

    taken: Taken
    passages: int
    embedded: int


def build(  # noqa: PLR0913  (each is a choice of the caller's own)
    index_dir: Path,
    root: Path,
    embedder: Embedder,
    *,
    steps: Steps | None = None,
    base_url: str | None = None,
    progress: Progress | None = None,
    force: bool = False,
    lender: OpenIndex | None = None,
    checks: Sequence[Callable[[OpenIndex], None]] = (),
    keep: int = KEEP,
    who: str = "",
    via: Via = Via.TERMINAL,
) -> BuildResult:
    """Bring the index in `index_dir` up to date with the documents below `root`.

    A new generation is made beside the current one, which stays in use until the new one has been checked.  `force`
    makes one even if nothing has changed, and embeds every passage anew.  `lender` is another index, whose vectors a
    first build here takes over where the text and the model are the same.  `checks` are called with the new generation
    before it is published; what one raises ends the build.  `keep` generations are kept in all.  `who` (empty: the
    operating system's user) and `via` go into the log.  SettingsError: there are no documents.
    IndexBusyError: another process is building.  EmbedderError: the model cannot be loaded.  IndexUnusableError: the
    new index cannot be written or failed its check, or no document has text; the index before is then unchanged.
    """
    by = Actor(who or operating_user(), via)
    stages = Stages(progress or Silent())
    steps = steps or usual_steps()
    sources = look(root, steps.find)
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(build_lock(index_dir, by))
            withdrawn = read_standing(index_dir).hashes
            recipe = Recipe(embedder, steps, base_url, anew=force, lender=lender, withdrawn=withdrawn)
            before = previous_index(index_dir)
            if before is not None:
                stack.enter_context(before)
                if is_current(index_dir, before.manifest):
                    log_unlogged(index_dir, before.manifest.generation)
                if not force and _is_up_to_date(index_dir, before.manifest, recipe, sources):
                    settle(index_dir, decide(index_dir, before.catalogue, sources.access))  # if killed before it could
                    return _result(before.manifest, stages, embedded=None)
            building, name = begin(index_dir)
            stack.callback(shutil.rmtree, building, ignore_errors=True)  # no longer there once it is published
            made = _make(building, sources, recipe, before, stages)
            manifest = _manifest(building, name, sources, recipe, made, by)
            write_manifest(building, manifest)
            _check(building, manifest, checks)
            _refuse_withdrawn(index_dir, withdrawn)
            decided = _decided(index_dir, building, sources)
            narrow(index_dir, decided)
            publish(index_dir, building, name, keep)
            settle(index_dir, decided)
            log_build(index_dir, before, manifest, by, sum(stages.seconds.values()))
            if withdrawn:
                erase_locked(index_dir, withdrawn, by)
            return _result(manifest, stages, made.embedded)
    except (OSError, sqlite3.Error) as error:
        message = f"The index in {index_dir} could not be written: {error}. The one before is unchanged."
        raise IndexUnusableError(message, f"Make room, or check permissions. {build_command(index_dir)}") from error


def _check(building: Path, manifest: Manifest, checks: Sequence[Callable[[OpenIndex], None]]) -> None:
    """Let every check look at the new generation.  Whatever a check raises is passed on."""
    if checks:
        with open_generation(building, manifest) as made:
            for check in checks:
                check(made)


def _refuse_withdrawn(index_dir: Path, withdrawn: frozenset[str]) -> None:
    """IndexUnusableError: a document was withdrawn while this was built, and may be in it."""
    if read_standing(index_dir).hashes - withdrawn:
        message = f"A document was withdrawn while {index_dir} was built. The index before is unchanged."
        raise IndexUnusableError(message, build_command(index_dir))


def _is_up_to_date(index_dir: Path, manifest: Manifest, recipe: Recipe, sources: Sources) -> bool:
    return is_current(index_dir, manifest) and recipe.made(manifest) and not sources.differ_from(manifest)


def _make(building: Path, sources: Sources, recipe: Recipe, before: OpenIndex | None, stages: Stages) -> _Made:
    """Make and check a generation in the folder `building`: all but its manifest."""
    taken = _write_catalogue(building / CATALOGUE, sources, recipe, before, stages)
    catalogue = Catalogue(building / CATALOGUE)
    try:
        ids = catalogue.passage_ids()
        if not ids:
            message = f"None of the documents in {sources.root} has text that can be read."
            raise IndexUnusableError(message, "Replace them by readable ones, or name another folder with --source.")
        with stages.stage("embedding", len(ids)):
            reusable = None if recipe.anew else before or recipe.lender
            vectors, embedded = embed_all(catalogue, recipe.embedder, reusable, building / EXPECTED, stages.advance)
        with stages.stage("writing", len(ids)):
            write_vectors(building / CHROMA, ids, vectors, _metadatas(catalogue), stages.advance)
    finally:
        catalogue.close()
    with stages.stage("verifying", 1):
        verify(building)
        stages.advance(1)
    (building / EXPECTED).unlink()
    return _Made(taken, len(ids), embedded)


def _decided(index_dir: Path, building: Path, sources: Sources) -> Decided:
    catalogue = Catalogue(building / CATALOGUE)
    try:
        return decide(index_dir, catalogue, sources.access)
    finally:
        catalogue.close()


def _write_catalogue(file: Path, sources: Sources, recipe: Recipe, before: OpenIndex | None, stages: Stages) -> Taken:
    with CatalogueWriter(file) as writer:
        known = None if before is None else before.catalogue
        return Intake(writer, stages, recipe.withdrawn).run(
            sources, recipe.steps, recipe.embedder, recipe.base_url, known
        )


def _metadatas(catalogue: Catalogue) -> list[Metadata]:
    """What Chroma keeps beside each vector, for whoever looks into it: days are yyyymmdd, unknown ones left out."""
    return [_metadata(document) for document in catalogue.documents() for _ in range(document.passages)]


def _metadata(document: StoredDocument) -> Metadata:
    said = document.description
    days: dict[str, int] = {}
    for name, interval in (("published", said.published), ("inspected", said.inspected)):
        if interval is not None:
            days |= {f"{name}_start": day_number(interval.start), f"{name}_end": day_number(interval.end)}
    return {"source": document.source, "kind": said.kind.value, "publisher": said.publisher, **days}


def _manifest(building: Path, name: str, sources: Sources, recipe: Recipe, made: _Made, by: Actor) -> Manifest:  # noqa: PLR0913, PLR0917  (what it is made of)
    return Manifest(
        format=FORMAT,
        generation=name,
        built=datetime.now(UTC),
        embedder=recipe.embedder.id,
        width=recipe.embedder.width,
        max_tokens=recipe.embedder.max_tokens,
        normalised=True,
        rules=recipe.steps.rules,
        base_url=recipe.base_url,
        documents=made.taken.documents,
        pages=made.taken.pages,
        passages=made.passages,
        sources=sources.hashes,
        sidecars=sources.sidecars,
        access=dict(sources.access.hashes),
        skipped=made.taken.skipped,
        versions=library_versions(),
        files=file_sizes(building),
        hashes=file_hashes(building),
        built_by=by.who,
        withdrawn=tuple(sorted(recipe.withdrawn)),
    )


def _result(manifest: Manifest, stages: Stages, embedded: int | None) -> BuildResult:
    return BuildResult(
        generation=manifest.generation,
        changed=embedded is not None,
        documents=manifest.documents,
        pages=manifest.pages,
        passages=manifest.passages,
        embedded=embedded or 0,
        skipped=manifest.skipped,
        seconds=stages.seconds,
    )
