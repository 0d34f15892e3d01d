"""Building an index from a folder of documents: plan, make, check, publish.

Only the order of the steps lives here; each step has its own module.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.audit import Actor, Via, operating_user
from index.build_log import log_build, log_unlogged
from index.collections import collection_name, give_identity, is_in_place, remove_left_over, tidy
from index.decided import Decided, decide, narrow, settle
from index.embedding import Embedder
from index.errors import IndexUnusableError
from index.generation import OpenIndex, build_command, is_current, open_generation, previous_index
from index.keeping import KEEP, begin, clear, erase_locked, publish
from index.lock import build_lock
from index.manifest import FORMAT, Manifest, file_hashes, file_sizes, library_versions, write_manifest
from index.plan import Before, Now, Plan, make_plan
from index.progress import Progress, Silent, Stages
from index.records import Skipped
from index.server import Place, Server
from index.sources import Sources, look
from index.standing import Standing, read_standing
from index.steps import Steps, usual_steps
from index.verify import Verifier

if TYPE_CHECKING:  # imported when there is something to make: finding that there is not takes half a second less
    from index.making import Made

Check = Callable[[OpenIndex], None]
MEASURED = 5_000_000  # bytes: only a build that reads as much tells how long reading takes


@dataclass(frozen=True, slots=True)
class BuildResult:
    """How a build ended.

    `changed` is False where the index was up to date and nothing was made.  `embedded` passages were embedded now,
    the vectors of the others were taken over.  `seconds` are those of each stage, by its name.  `added`, `moved` (by
    their new names), `changed_sources` (other bytes, or described otherwise) and `removed` are documents.
    """

    generation: str
    changed: bool
    documents: int
    pages: int
    passages: int
    embedded: int
    skipped: tuple[Skipped, ...]
    seconds: dict[str, float]
    added: tuple[str, ...] = ()
    changed_sources: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What shapes an index beside the documents.

    `anew`: no vector is to be taken over, neither from the index before nor, where there is none, from `lender`.
    `server` is where its vectors are put; None: into its folder.
    """

    embedder: Embedder
    steps: Steps
    base_url: str | None
    anew: bool = False
    lender: OpenIndex | None = None
    server: Server | None = None

    def plan(self, sources: Sources, before: OpenIndex | None, standing: Standing) -> Plan:
        """What a build has to do."""
        now = Now(sources, standing.hashes, self.steps.read_by, self.base_url)
        then = None if before is None else Before(before.manifest, before.catalogue.hashes())
        return make_plan(now, then, force=self.anew)


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
    checks: Sequence[Check] = (),
    keep: int = KEEP,
    who: str = "",
    via: Via = Via.TERMINAL,
    server: Server | None = None,
) -> BuildResult:
    """Bring the index in `index_dir` up to date with the documents below `root`.

    A new generation is made beside the current one, which stays in use until the new one has been checked.  Only what
    has changed is read and embedded; the result equals one that is built from nothing.  `force` makes one even if
    nothing has changed, and reads and embeds everything anew.  `lender` is another index, whose vectors a first build
    here takes over where the text and the model are the same.  `checks` are called with the new generation before it
    is published: what one raises ends the build.  `keep` generations are kept in all.  `who` (empty: the operating
    system's user) and `via` go into the log.  `server` is where the vectors are kept; None: in
    the folder of the index.  They move with the next build when that changes, and are not embedded anew.

    SettingsError: there are no documents.  IndexBusyError: another process is building.  EmbedderError: the model
    cannot be loaded.  IndexUnusableError: the new index cannot be written or failed its check, no document has text,
    the server is away, or the one before was made with another model or by other rules and there is no `force`; it is
    then unchanged.
    """
    by = Actor(who or operating_user(), via)
    recipe = Recipe(embedder, steps or usual_steps(), base_url, force, lender, server)
    sources = look(root, recipe.steps.find)
    stages = Stages(progress or Silent())
    try:
        index_dir.mkdir(parents=True, exist_ok=True)
        with build_lock(index_dir, by), ExitStack() as stack:
            before = previous_index(index_dir, server)
            if before is not None:
                stack.enter_context(before)
                if is_current(index_dir, before.manifest):
                    log_unlogged(index_dir, before.manifest.generation)
                if not force:
                    check_alike(index_dir, before.manifest, embedder.id, recipe.steps.rules)
            doing = _Build(index_dir, sources, recipe, before, stages, Publishing(tuple(checks), keep, by))
            result = None
            while result is None:
                result = doing.run(stack)
            return result
    except (OSError, sqlite3.Error) as error:
        message = f"The index in {index_dir} could not be written: {error}. The one before is unchanged."
        raise IndexUnusableError(message, f"Make room, or check permissions. {build_command(index_dir)}") from error


def check_alike(index_dir: Path, manifest: Manifest, embedder_id: str, rules: str) -> None:
    """See that what is added to an index is made like the rest.  IndexUnusableError: it would not be."""
    for name, made, now in (
        ("embedding model", manifest.embedder, embedder_id),
        ("passage rules", manifest.rules, rules),
    ):
        if made != now:
            message = f"The index in {index_dir} was made with {name} {made}, and this program uses {now}."
            whole = "That makes a whole new index beside the one in use, which stays in use meanwhile."
            raise IndexUnusableError(message, f"{build_command(index_dir)} --force. {whole}")


@dataclass(frozen=True, slots=True)
class Publishing:
    """What is looked at before an index is published, how many generations are kept, and who builds it."""

    checks: tuple[Check, ...]
    keep: int
    by: Actor


@dataclass(frozen=True, slots=True)
class _Build:
    """One build, under the lock."""

    index_dir: Path
    sources: Sources
    recipe: Recipe
    before: OpenIndex | None
    stages: Stages
    publishing: Publishing

    def run(self, stack: ExitStack) -> BuildResult | None:
        """Make and publish a generation, or find that there is nothing to do.

        None: a document that it holds was withdrawn meanwhile, and the build has to begin again.
        """
        standing = read_standing(self.index_dir)
        plan = self.recipe.plan(self.sources, self.before, standing)
        if self._is_up_to_date(plan) and self.before is not None:
            # A build that was killed may have published, and done nothing of what comes after that.
            self._finish(decide(self.index_dir, self.before.catalogue, self.sources.access), standing)
            clear(self.index_dir)
            return _result(self.before.manifest, self.stages)
        building, name = begin(self.index_dir)
        stack.callback(shutil.rmtree, building, ignore_errors=True)  # no longer there once it is published
        server = self.recipe.server
        if server is not None:
            remove_left_over(server, self.index_dir)  # also tells of a server that is away before the work is done
        place = None if server is None else Place(server, collection_name(give_identity(self.index_dir), name))
        with Verifier() as verifier:  # started now, it has imported what it needs when it is wanted
            made = self._make(building, plan, standing, place)
            verifier.begin(building, place)
            with self.stages.stage("verifying", 1):
                manifest = self._manifest(building, name, plan, standing, made)
                write_manifest(building, manifest)
                with open_generation(building, manifest, server=server) as opened:
                    self._check(opened)  # beside the verifier: each works on a copy of its own
                    verifier.end()
                    if not read_standing(self.index_dir).hashes.isdisjoint(opened.catalogue.hashes().values()):
                        return None
                    decided = decide(self.index_dir, opened.catalogue, self.sources.access)
                self.stages.advance(1)
        narrow(self.index_dir, decided)
        publish(self.index_dir, building, name, self.publishing.keep)
        log_build(self.index_dir, self.before, manifest, self.publishing.by, sum(self.stages.seconds.values()))
        self._finish(decided, standing)
        return _result(manifest, self.stages, plan, made)

    def _finish(self, decided: Decided, standing: Standing) -> None:
        """What comes after publishing: let decisions count, remove what was withdrawn and what belongs to nothing."""
        settle(self.index_dir, decided)
        if standing.hashes:
            erase_locked(self.index_dir, standing.hashes, self.publishing.by)
        tidy(self.index_dir, self.recipe.server)

    def _check(self, opened: OpenIndex) -> None:
        for check in self.publishing.checks:
            check(opened)

    def _is_up_to_date(self, plan: Plan) -> bool:
        before = self.before
        if before is None or plan.stale or not is_current(self.index_dir, before.manifest):
            return False
        return is_in_place(self.index_dir, before.manifest, self.recipe.server)

    def _make(self, building: Path, plan: Plan, standing: Standing, place: Place | None) -> Made:
        # Imported here because finding that there is nothing to do should not wait for it: a third of a second.
        from index.intake import Making  # noqa: PLC0415
        from index.making import Task, make  # noqa: PLC0415

        recipe = self.recipe
        making = Making(recipe.steps, recipe.embedder, recipe.base_url)
        vectors = None if recipe.anew else self.before or recipe.lender
        task = Task(self.sources, plan, standing.hashes, making, self.before, vectors, place)
        return make(building, task, self.stages)

    def _manifest(self, building: Path, name: str, plan: Plan, standing: Standing, made: Made) -> Manifest:
        return Manifest(
            format=FORMAT,
            generation=name,
            built=datetime.now(UTC),
            embedder=self.recipe.embedder.id,
            width=self.recipe.embedder.width,
            max_tokens=self.recipe.embedder.max_tokens,
            normalised=True,
            rules=self.recipe.steps.rules,
            base_url=self.recipe.base_url,
            documents=len(made.taken.sources),
            pages=made.taken.pages,
            passages=made.passages,
            sources=self.sources.hashes,
            sidecars=self.sources.sidecars,
            access=dict(self.sources.access.hashes),
            skipped=made.taken.skipped,
            versions=library_versions(),
            files=file_sizes(building),
            hashes=file_hashes(building),
            collection=made.collection,
            built_by=self.publishing.by.who,
            withdrawn=tuple(sorted(standing.hashes)),
            read_by=self.recipe.steps.read_by,
            pace=self._pace(plan, made),
        )

    def _pace(self, plan: Plan, made: Made) -> float | None:
        """Seconds for each megabyte that was read, as this build took them, or the last that read enough to tell."""
        if plan.read_bytes >= MEASURED and 2 * made.embedded > made.passages:
            return sum(self.stages.seconds.values()) / (plan.read_bytes / 1e6)
        return None if self.before is None else self.before.manifest.pace


def _result(manifest: Manifest, stages: Stages, plan: Plan | None = None, made: Made | None = None) -> BuildResult:
    """How a build ended: up to date, where nothing was made."""
    result = BuildResult(
        generation=manifest.generation,
        changed=False,
        documents=manifest.documents,
        pages=manifest.pages,
        passages=manifest.passages,
        embedded=0,
        skipped=manifest.skipped,
        seconds=stages.seconds,
    )
    if plan is None or made is None:
        return result
    taken = made.taken.sources
    return replace(
        result,
        changed=True,
        embedded=made.embedded,
        added=tuple(source for source in plan.added if source in taken),
        changed_sources=tuple(sorted(source for source in (*plan.changed, *plan.described) if source in taken)),
        moved=tuple(new for _, new in plan.moved if new in taken),
        removed=plan.removed,
    )
