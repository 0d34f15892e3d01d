"""A test set put to a new index before it is published: one that answers worse than it must is not.

Running, measuring and judging are the evaluator's usual ones; here they are put in order, and the run and its report
are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.ask import Assistant
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import write_whole
from assistant.evaluate.gate import Requirement, Verdict, further_measures, gate, no_worse_than
from assistant.evaluate.opening import open_run
from assistant.evaluate.records import TestSet
from assistant.evaluate.report.page import report_page
from assistant.evaluate.running import Asking, run_set
from assistant.evaluate.scoring import Scored, keep_scores, scored
from assistant.settings import Settings
from index.audience import View
from index.embedding import Embedder
from index.entry import RULES
from index.errors import IndexUnusableError
from index.generation import OpenIndex, as_seen, open_current
from index.progress import Progress

REPORT = "report.html"


@dataclass(frozen=True, slots=True)
class Gate:
    """What a new index must meet.

    `baseline` names a run that it must be no worse than; None: the index in use, which is asked the same questions
    where there is one.
    """

    test_set: TestSet
    requirements: tuple[Requirement, ...] = ()
    baseline: str | None = None


def gate_check(asked: Gate, settings: Settings, embedder: Embedder, progress: Progress) -> Callable[[OpenIndex], None]:
    """A check for `index.build`.  Runs are kept in the settings' folder of runs, as gate-NEW and gate-NEW-before.

    It raises EvaluationError, naming what is not met, and whatever running a set raises.
    """

    def check(index: OpenIndex) -> None:
        name = f"gate-{index.manifest.generation}"
        base = _baseline(asked, f"{name}-before", settings, embedder, progress)
        with as_seen(index, View()) as public:
            new = _asked(asked, name, public, settings, embedder, progress)
        report = new.run.folder / REPORT
        write_whole(report, report_page(new, base))
        verdicts = gate(new, asked.requirements) + (no_worse_than(base, new) if base else ())
        _refuse(verdicts, report)

    return check


def _refuse(verdicts: Sequence[Verdict], report: Path) -> None:
    failed = [f"{one.requirement}: {one.why}" for one in verdicts if not one.met]
    if failed:
        cure = f"The index in use is unchanged. See {report}; to publish it all the same, build without --gate."
        raise EvaluationError(f"The new index does not pass the gate: {'; '.join(failed)}.", cure)


def _baseline(asked: Gate, name: str, settings: Settings, embedder: Embedder, progress: Progress) -> Scored | None:
    if asked.baseline is not None:
        return open_run(asked.baseline, settings.runs, settings.index, further_measures(asked.requirements))
    try:
        index = open_current(settings.index, embedder.id, RULES, server=settings.server())
    except IndexUnusableError:  # a first index has nothing to be worse than
        return None
    with index:
        return _asked(asked, name, index, settings, embedder, progress)


def _asked(  # noqa: PLR0913, PLR0917  (what to ask, of whom, and how)
    asked: Gate, name: str, index: OpenIndex, settings: Settings, embedder: Embedder, progress: Progress
) -> Scored:
    assistant = Assistant(index, embedder, settings.home_authority, settings.document_base_url)
    run = run_set(asked.test_set, assistant, settings.runs / name, Asking(name, settings.today, anew=True), progress)
    found = scored(asked.test_set, run, index.catalogue, further_measures(asked.requirements))
    keep_scores(run, found.scores)
    return found
