"""What each part of the way from question to answer adds: a set is asked with each part switched off in turn.

Weights that are learned are learned anew for every arm, and never from the questions that they are then used on: each
question is answered by weights learned from the questions about other authorities (`learning.folds`).  An arm is thus
as good as the rest can be without the part.  Questions are paired as in `compare`.

    ABLATION/ARM/part-N/     the runs
    ABLATION/ablation.csv    what came out, and the same as ablation.json
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from assistant.ask import Assistant
from assistant.evaluate.compare import Difference, compare
from assistant.evaluate.folder import write_whole
from assistant.evaluate.grid import Setting, combinations
from assistant.evaluate.learning import examples, folds, learn
from assistant.evaluate.records import Run, Scores, TestSet
from assistant.evaluate.running import Asking, run_set
from assistant.evaluate.scoring import Scored, score
from assistant.evaluate.slices import Summary, micro
from assistant.evaluate.sweep import Indexes
from index.progress import Progress

CSV, JSON = "ablation.csv", "ablation.json"
WHOLE = "everything"
HEADERS = "passage headers"
# What is switched off, by the name of the part, as settings of `grid`.
PARTS: dict[str, tuple[str, ...]] = {
    "slots": ("slots=off",),
    "stripping": ("stripping=off",),
    "glossary": ("glossary=off",),
    "keywords": ("keyword=0",),
    "vectors": ("dense=0",),
    "priors": ("priors=off", "context=0"),
    "learned weights": ("worth=plain",),
    HEADERS: ("headers=off",),
}
USUAL_PARTS = tuple(name for name in PARTS if name != HEADERS)  # the headers need an index of their own


@dataclass(frozen=True, slots=True)
class Arm:
    """The set asked without one part; of WHOLE, with all.  `differences` are to WHOLE, measure by measure."""

    name: str
    summary: Summary
    differences: tuple[Difference, ...] = ()


def ablate(  # noqa: PLR0913, PLR0917  (what is asked, without what, and where it goes)
    test_set: TestSet,
    parts: Sequence[str],
    folder: Path,
    indexes: Indexes,
    asking: Asking,
    progress: Progress,
) -> tuple[Arm, ...]:
    """WHOLE first, then an arm for each of `parts`, names of PARTS.

    EvaluationError: as for `run_set`; the set has too few questions to learn from; an index would have to be built
    and its documents are not there.
    """
    whole = _asked(test_set, Setting(()), folder / "everything", indexes, asking, progress)
    arms = [Arm(WHOLE, micro(whole.scores, WHOLE))]
    for name in parts:
        setting = combinations(PARTS[name])[0]
        found = _asked(test_set, setting, folder / f"without {name}", indexes, asking, progress)
        arms.append(Arm(name, micro(found.scores, name), compare(whole, found).differences))
    return tuple(arms)


def _asked(  # noqa: PLR0913, PLR0917  (as above)
    test_set: TestSet, setting: Setting, folder: Path, indexes: Indexes, asking: Asking, progress: Progress
) -> Scored:
    """The whole set asked, each of its parts with weights learned from the others."""
    runs, scores = list[Run](), dict[str, Scores]()
    with indexes.opened(setting) as assistant:
        tuned = _by_part(test_set, assistant)
        progress.start(folder.name, len(test_set.items))
        try:
            for n, items in enumerate(folds(test_set), start=1):
                part = replace(test_set, items=items)
                own = replace(asking, name=f"{folder.name}/part-{n}")
                runs.append(run_set(part, tuned(n - 1), folder / f"part-{n}", own, _Within(progress)))
                scores |= {one.id: one for one in score(part, runs[-1], assistant.index.catalogue)}
        finally:
            progress.done()
    outcomes = {item.id: run.outcomes[item.id] for run in runs for item in test_set.items if item.id in run.outcomes}
    info = replace(runs[0].info, name=folder.name, items=len(test_set.items))
    return Scored(test_set, Run(folder, info, outcomes), tuple(scores[item.id] for item in test_set.items))


def _by_part(test_set: TestSet, assistant: Assistant) -> Callable[[int], Assistant]:
    """The assistant for each part of the set, by its place."""
    if assistant.tuning.worth is not None:
        return lambda _: assistant
    learned_from, parts = examples(test_set, assistant), folds(test_set)

    def tuned(at: int) -> Assistant:
        left_out = {item.id for item in parts[at]}
        worth = learn([one for one in learned_from if one.item.id not in left_out])
        return replace(assistant, tuning=replace(assistant.tuning, worth=worth))

    return tuned


class _Within:
    """A progress that only counts on: the whole that it is part of was begun, and will be ended, by another."""

    def __init__(self, whole: Progress) -> None:
        self.advance = whole.advance

    def start(self, stage: str, total: int) -> None: ...

    def done(self) -> None: ...


def as_data(test_set: TestSet, arms: Sequence[Arm]) -> dict[str, object]:
    """The whole ablation as it is written as JSON."""
    return {
        "set": test_set.name,
        "set_sha256": test_set.sha256,
        "questions": len(test_set.items),
        "parts": len(folds(test_set)),
        "arms": [
            {
                "without": "" if arm.name == WHOLE else arm.name,
                "measures": {name: asdict(value) for name, value in arm.summary.values.items()},
                "changes": {one.measure: {**asdict(one.change), "p": one.p, "won": len(one.won),
                                          "lost": len(one.lost)} for one in arm.differences},
            }
            for arm in arms
        ],
    }  # fmt: skip


def keep_ablation(folder: Path, test_set: TestSet, arms: Sequence[Arm]) -> tuple[Path, ...]:
    """Write the tables, and say where.  EvaluationError: a file cannot be written."""
    write_whole(folder / CSV, _as_csv(arms))
    write_whole(folder / JSON, json.dumps(as_data(test_set, arms), ensure_ascii=False, indent=1) + "\n")
    return folder / CSV, folder / JSON


def _as_csv(arms: Sequence[Arm]) -> str:
    """A row for each arm and measure: its mean, and the change that leaving the part out makes, with intervals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["without", "measure", "questions", "value", "low", "high", "change", "change low", "change high",
                     "p", "won", "lost"])  # fmt: skip
    for arm in arms:
        changes = {one.measure: one for one in arm.differences}
        for name, value in arm.summary.values.items():
            mean: list[object] = [value.count, value.value, value.low, value.high]
            writer.writerow(["" if arm.name == WHOLE else arm.name, name, *mean, *_change_cells(changes.get(name))])
    return out.getvalue()


def _change_cells(one: Difference | None) -> list[object]:
    if one is None:
        return [""] * 6
    return [one.change.value, one.change.low, one.change.high, one.p, len(one.won), len(one.lost)]
