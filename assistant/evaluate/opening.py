"""A run with its set and its measures, for whoever looks at it: scored now, or as it was scored when it was made.

Whether quotes stand and documents fit is told by the index that answered.  When that has been replaced, what counts is
what was found while it was there, by the program as it is now.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import read_run, run_again, run_folder
from assistant.evaluate.records import Run, Scores, TestSet
from assistant.evaluate.retrieval import RETRIEVAL
from assistant.evaluate.scoring import FILE, Scored, code_version, is_judged, scored
from assistant.evaluate.seen import clearance_of, manifest_seen
from assistant.evaluate.sets import load_set
from index.catalogue import Catalogue
from index.errors import IndexUnusableError
from index.generation import CATALOGUE, current_manifest
from index.standing import read_standing

_KEPT = TypeAdapter(tuple[Scores, ...])


def open_run(
    named: str, runs: Path, index: Path, measures: Sequence[str] = RETRIEVAL, test_set: Path | None = None
) -> Scored:
    """The run of this name in `runs`, or in this folder, with its scores.

    `measures` are those of the rankings; `test_set` says where its set is now, if no longer where it was.

    EvaluationError: there is no such run, it is damaged, its set is gone or changed, or it can no longer be scored.
    IndexUnusableError: the index is damaged.
    """
    run = read_run(run_folder(named, runs))
    own = _set_of(run, test_set)
    found = _catalogue_of(run, index)
    if found is None:
        return Scored(own, run, _kept(run, own, index, measures))
    try:
        return scored(own, run, found, measures)
    finally:
        found.close()


def _set_of(run: Run, path: Path | None) -> TestSet:
    if path is None and not Path(run.info.set_path).exists():
        message = f"The set of the run {run.info.name} is no longer at {run.info.set_path}."
        raise EvaluationError(message, "Say where it is: --test-set PATH")
    test_set = load_set(path or Path(run.info.set_path), drafts="--drafts" in run.info.command)
    if test_set.sha256 != run.info.set_sha256:
        message = f"{test_set.path} is not what it was when the run {run.info.name} was made."
        raise EvaluationError(message, f"Make the run again: {run_again(run.info)}")
    return test_set


def _catalogue_of(run: Run, index: Path) -> Catalogue | None:
    """The catalogue of the generation that answered, if it is the current one, as it is seen by whom it answered."""
    try:
        folder, manifest = current_manifest(index)
    except IndexUnusableError:
        return None
    if run.info.generation != manifest.generation:
        return None
    catalogue = Catalogue(folder / CATALOGUE, read_standing(index).view(clearance_of(run.info.settings)))
    if manifest_seen(manifest, catalogue) == run.info.manifest:
        return catalogue
    catalogue.close()
    return None


def _kept(run: Run, test_set: TestSet, index: Path, measures: Sequence[str]) -> tuple[Scores, ...]:
    """The scores that were written when the run was made."""
    message = f"The index in {index} is not the one that the run {run.info.name} was made with"
    cure = f"Name that one with --index, or make the run again: {run_again(run.info)}"
    file = run.folder / FILE
    try:
        told = json.loads(file.read_bytes())
        kept = _KEPT.validate_python(told["questions"], strict=False)
        code = told.get("code")
    except FileNotFoundError as error:
        raise EvaluationError(f"{message}, and it was not scored then.", cure) from error
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise EvaluationError(f"{message}, and {file} is damaged.", cure) from error
    if [one.id for one in kept] != [item.id for item in test_set.items]:
        raise EvaluationError(f"{message}, and {file} is of other questions.", cure)
    if code != code_version():
        what = "it was scored by another version of this program, whose measures may differ"
        raise EvaluationError(f"{message}, and {what}.", cure)
    lacking = [name for name in measures if not any(name in one.values for one in kept)]
    if lacking and any(is_judged(item) for item in test_set.items):
        raise EvaluationError(f"{message}, and it was scored without {', '.join(lacking)}.", cure)
    return kept
