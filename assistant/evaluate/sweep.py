"""One set asked under many settings: each combination is a run of its own, and all of them make a table and a plot.

    SWEEP/NAME=VALUE,.../     the runs
    SWEEP/indexes/            the indexes that had to be built aside, each once
    SWEEP/sweep.csv, ...      what came out: see `sweep_files`

Which settings may be turned is `grid`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

from assistant.ask import Assistant
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.grid import PACKAGED, Setting
from assistant.evaluate.records import Run, TestSet
from assistant.evaluate.running import Asking, run_set
from assistant.evaluate.scoring import keep_scores, score
from assistant.evaluate.slices import Summary, micro
from assistant.llm.wording import Wording
from assistant.settings import Settings
from index.audience import EVERYONE, Clearance
from index.build import build
from index.embedding import LocalEmbedder, load_embedder
from index.generation import build_command, current_manifest, open_current, open_generation
from index.passages import USUAL, Sizes
from index.progress import Progress
from index.reranking import Reranker, load_reranker
from index.sources import look
from index.steps import usual_steps

INDEXES = "indexes"


@dataclass(frozen=True, slots=True)
class Row:
    """What came out for one combination."""

    setting: Setting
    run: Run
    summary: Summary


def sweep(  # noqa: PLR0913  (what is asked, under what, and where it goes)
    test_set: TestSet,
    settings: Sequence[Setting],
    folder: Path,
    assistants: Indexes,
    asking: Asking,
    *,
    progress: Progress,
    scored_by: Sequence[str],
) -> tuple[Row, ...]:
    """A row for every setting, in order.  Runs that are there are gone on with, or taken as they are.

    `scored_by` are the measures of rankings.  EvaluationError: as for `run_set`, or the index is older than the
    documents.  IndexUnusableError, EmbedderError: an index cannot be opened or built.
    """
    made: dict[str, Row] = {}
    by_index = sorted(settings, key=lambda one: (one.embedder or "", one.sizes.rules))
    for _, group in groupby(by_index, key=lambda one: (one.embedder, one.sizes)):
        several = list(group)
        with assistants.opened(several[0]) as assistant:
            for one in several:
                tuned = replace(assistant, tuning=one.tuning)
                own = replace(asking, name=one.folder)
                bar = _Named(progress, f"{len(made) + 1}/{len(settings)} {one.label}")
                run = run_set(test_set, tuned, folder / one.folder, own, bar)
                scores = score(test_set, run, assistant.index.catalogue, scored_by)
                keep_scores(run, scores)
                made[one.folder] = Row(one, run, micro(scores, one.label))
    return tuple(made[one.folder] for one in settings)


class Indexes:
    """Assistants on the index that a setting needs: the one in use, or one that is built aside, once."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        progress: Progress,
        clearance: Clearance = EVERYONE,
        wording: Wording | None = None,
    ) -> None:
        """`settings` name the index in use and its documents; others go into `folder`.  All are read as cleared.

        `wording` is a language model that words answers; None: none does.
        """
        self._settings, self._folder, self._progress = settings, folder / INDEXES, progress
        self._clearance, self._wording = clearance, wording
        self._load: Callable[[str | None], LocalEmbedder] = cache(self._loaded)
        self._reranker: Callable[[], Reranker | None] = cache(lambda: load_reranker(settings.reranker))

    @contextmanager
    def opened(self, setting: Setting) -> Iterator[Assistant]:
        """An assistant under a setting: its index, its embedder and its tuning.

        EvaluationError: an index would have to be built, and the documents differ from those of the index in use.
        """
        embedder, rules = self._load(setting.embedder), setting.sizes.rules
        usual = setting.sizes == USUAL and embedder.id == self._load(None).id
        where = self._settings.index if usual else self._built(setting.sizes, embedder)
        with open_current(where, embedder.id, rules, self._clearance, server=self._settings.server()) as index:
            known = self._settings
            home, base_url = known.home_authority, known.document_base_url
            yield Assistant(index, embedder, home, base_url, setting.tuning, self._wording, self._reranker())

    def _loaded(self, embedder: str | None) -> LocalEmbedder:
        if embedder is None:
            return load_embedder(self._settings.embedder)
        return load_embedder(None if embedder == PACKAGED else Path(embedder))

    def _built(self, sizes: Sizes, embedder: LocalEmbedder) -> Path:
        """The folder of an index of these sizes by this embedder, brought up to date."""
        settings = self._settings
        generation, manifest = current_manifest(settings.index)
        if look(settings.source).differ_from(manifest):
            message = f"The documents in {settings.source} are not those of the index in {settings.index}."
            cure = f"Name their folder with --source, or bring the index up to date. {build_command(settings.index)}"
            raise EvaluationError(message, cure)
        where = self._folder / re.sub(r"[^\w.,=+@-]+", "_", f"{embedder.id},{sizes.rules}")
        with open_generation(generation, manifest, server=settings.server()) as lender:
            build(
                where,
                settings.source,
                embedder,
                steps=usual_steps(settings.workers, settings.read_seconds, sizes),
                base_url=manifest.base_url,
                progress=self._progress,
                lender=lender,
            )
        return where


class _Named:
    """A progress that is told of another name than that of the stage."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress, self._name = progress, name
        self.advance, self.done = progress.advance, progress.done

    def start(self, stage: str, total: int) -> None:  # noqa: ARG002  (Progress has it)
        self._progress.start(self._name, total)
