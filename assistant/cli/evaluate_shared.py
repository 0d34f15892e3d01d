"""What the commands of `inspections evaluate` have in common: their options, opening sets, runs and indexes, telling.

The commands themselves are `evaluate_commands` and `evaluate_set_commands`.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from assistant.cli.options import warn
from assistant.evaluate.errors import EvaluationError

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    from assistant.evaluate.grid import Setting
    from assistant.evaluate.records import Run, RunInfo, TestSet
    from assistant.evaluate.running import Asking
    from assistant.evaluate.scoring import Scored
    from assistant.settings import Settings
    from index.catalogue import Catalogue

FAILED, PARTLY = 1, 4


SetArgument = Annotated[
    Path,
    typer.Argument(
        metavar="SET", help="A file of JSON lines, a BEIR folder, or a folder of TREC topics and judgements."
    ),
]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="The name of a run, or its folder.")]
RunsOption = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="Folder of runs. Default: INSPECTIONS_RUNS, or .inspections-runs."),
]
AnewOption = Annotated[bool, typer.Option("--anew", help="Ask every question again, whatever is there.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Turn a setting, such as keyword=0.4 or glossary=off. May be given again.",
    ),
]
MeasureOption = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="NAME", help="A further measure of rankings, such as P@3. May be given again."),
]
MovedOption = Annotated[
    Path | None, typer.Option("--test-set", metavar="SET", help="Where the run's set is now, if it was moved.")
]


def settings_of(index: Path | None, source: Path | None, runs: Path | None) -> Settings:
    """The settings, with what the command line says instead; the glossary that they name is in use from then on."""
    from assistant.interpret.vocabulary import extend  # noqa: PLC0415
    from assistant.settings import load_settings  # noqa: PLC0415

    given = {"index": index, "source": source, "runs": runs}
    settings = load_settings()
    extend(settings.glossary)
    return settings.model_copy(update={name: value for name, value in given.items() if value is not None})


def command_typed(  # noqa: PLR0913, PLR0917  (what may be typed)
    verb: str,
    test_set: Path,
    name: str,
    settings: Sequence[str] | None,
    flags: Sequence[str],
    index: Path | None,
    source: Path | None,
    runs: Path | None,
) -> tuple[str, ...]:
    """What to type to go on with a run: set and folders as whole paths, settings as they were typed."""
    folders = (("--index", index), ("--source", source), ("--runs", runs))
    return (
        *("inspections", "evaluate", verb, str(test_set.resolve()), "--name", name),
        *(word for setting in settings or () for word in ("--set", setting)),
        *flags,
        *(word for option, path in folders if path is not None for word in (option, str(path.resolve()))),
    )


def tell_not_held(test_set: TestSet, index: Path | None, audience: Sequence[str] = ()) -> None:
    """Say that a set does not fit the index, where it does not: what is not held scores 0."""
    from assistant.evaluate.records import Form  # noqa: PLC0415
    from assistant.evaluate.running import not_held  # noqa: PLC0415

    if test_set.form is Form.BEIR:  # it brings its documents along
        return
    with current_catalogue(index, audience) as catalogue:
        lacking = len(not_held(test_set, catalogue))
    if lacking:
        where = [*(["--index", str(index)] if index else []), *typed_audience(audience)]
        typed = shlex.join(["inspections", "evaluate", "check", str(test_set.path), *where])
        questions = "1 question names" if lacking == 1 else f"{lacking:,} questions name"
        warn(f"{questions} documents that this index does not hold; type: {typed}")


def typed_audience(audience: Sequence[str]) -> tuple[str, ...]:
    """Audiences as they are typed."""
    return tuple(word for name in audience for word in ("--audience", name))


def asked_of(  # noqa: PLR0913  (what is asked, how, of what, and for whom)
    test_set: TestSet,
    asking: Asking,
    setting: Setting,
    settings: Settings,
    *,
    quiet: bool,
    audience: Sequence[str] = (),
    model: bool = False,
) -> Scored:
    """The run of this name, complete and scored.  `model`: asked with the language model, if the settings name one."""
    from assistant.cli.ask_commands import model_of_settings  # noqa: PLC0415
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from assistant.evaluate.running import run_set  # noqa: PLC0415
    from assistant.evaluate.scoring import keep_scores, scored  # noqa: PLC0415
    from assistant.evaluate.sweep import Indexes  # noqa: PLC0415
    from index.audience import cleared_for  # noqa: PLC0415

    folder, progress = settings.runs / asking.name, progress_for(quiet)
    with ExitStack() as stack:
        wording = stack.enter_context(model_of_settings(model=model))
        indexes = Indexes(settings, folder, progress, cleared_for(audience), wording)
        stack.enter_context(kept_run(folder))
        assistant = stack.enter_context(indexes.opened(setting))
        if assistant.index.notice:
            warn(assistant.index.notice)
        run = run_set(test_set, assistant, folder, asking, progress)
        found = scored(test_set, run, assistant.index.catalogue)
        keep_scores(run, found.scores)
    tell_drafts(test_set)
    return found


def tell_drafts(test_set: TestSet) -> None:
    """Say how many questions are drafts, and how many nobody has judged yet."""
    from assistant.evaluate.scoring import unjudged  # noqa: PLC0415

    drafts, lacking = sum(item.draft for item in test_set.items), len(unjudged(test_set))
    if lacking or drafts:
        count = len(test_set.items)
        warn(f"Of {count:,} questions {drafts:,} are drafts; {lacking:,} have no gold and are not scored.")


def scored_run(
    named: str,
    index: Path | None,
    runs: Path | None,
    measures: Sequence[str] | None = None,
    test_set: Path | None = None,
) -> Scored:
    """A run that was made before, with its scores; one that is not complete is told of."""
    from assistant.evaluate.opening import open_run  # noqa: PLC0415
    from assistant.evaluate.retrieval import RETRIEVAL  # noqa: PLC0415

    settings = settings_of(index, None, runs)
    found = open_run(named, settings.runs, settings.index, measures or RETRIEVAL, test_set)
    if not found.run.info.complete:
        done, whole = len(found.run.outcomes), found.run.info.items
        warn(f"{named} is not complete: {done} of {whole} questions were asked, the others score 0.")
    return found


@contextmanager
def current_catalogue(index: Path | None, audience: Sequence[str] = ()) -> Iterator[Catalogue]:
    """The catalogue of the current generation, whatever made it, as these audiences see it."""
    from index.audience import cleared_for  # noqa: PLC0415
    from index.catalogue import Catalogue  # noqa: PLC0415
    from index.generation import CATALOGUE, current_manifest  # noqa: PLC0415
    from index.standing import read_standing  # noqa: PLC0415

    index_dir = settings_of(index, None, None).index
    folder, _ = current_manifest(index_dir)
    catalogue = Catalogue(folder / CATALOGUE, read_standing(index_dir).view(cleared_for(audience)))
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def kept_run(folder: Path) -> Iterator[None]:
    """Say, where a person stops a run, that nothing of it is lost."""
    try:
        yield
    except KeyboardInterrupt:
        warn(f"Stopped. What was answered is kept in {folder}; the same command goes on there.")
        raise


def run_named(name: str) -> str:
    """A name that is fit for a folder."""
    from assistant.evaluate.folder import run_name  # noqa: PLC0415

    return str(usage(run_name, name))


def rankings_of(further: Sequence[str] | None) -> tuple[str, ...]:
    """The usual measures of rankings, and further ones."""
    from assistant.evaluate.retrieval import RETRIEVAL, check_measure  # noqa: PLC0415

    for name in further or ():
        usage(check_measure, name)
    return tuple(dict.fromkeys((*RETRIEVAL, *(further or ()))))


def usage(parse: Any, given: Any) -> Any:
    """What `parse` makes of an option; what it cannot use is wrong usage."""
    try:
        return parse(given)
    except EvaluationError as error:
        raise wrong_usage(str(error)) from error


def wrong_usage(what: str) -> typer.BadParameter:
    """Wrong usage, told without what could steer a terminal: names that untrusted files give may be in it."""
    from assistant.render.as_text import printable  # noqa: PLC0415

    return typer.BadParameter(printable(what))


def tell_failures(run: Run) -> None:
    """Name the questions that could not be asked, and end with status 4 if there are any."""
    failed = [outcome for outcome in run.outcomes.values() if outcome.error is not None]
    if failed:
        names = ", ".join(outcome.id for outcome in failed[:5]) + (" ..." if failed[5:] else "")
        message = f"{len(failed)} questions could not be asked and score 0: {names}. The first: {failed[0].error}"
        warn(" ".join(message.split()))
        raise typer.Exit(PARTLY)


def unfinished(run: Run) -> NoReturn:
    """Refuse a run that was stopped.  EvaluationError: always; it says how to go on."""
    from assistant.evaluate.folder import go_on  # noqa: PLC0415

    raise EvaluationError(f"The run {run.info.name} is not complete.", f"Go on with it: {go_on(run.info)}")


def about(info: RunInfo) -> dict[str, Any]:
    """A run as it stands in JSON, without the index's long manifest."""
    return {
        "run": info.name,
        "set": info.set_name,
        "set_sha256": info.set_sha256,
        "generation": info.generation,
        "settings": info.settings,
        "versions": info.versions,
        "items": info.items,
        "complete": info.complete,
    }


def difference_data(one: Any, most: int) -> dict[str, Any]:
    """A difference as it stands in JSON, with at most `most` questions won and lost."""

    def moved(several: Any) -> list[dict[str, Any]]:
        return [
            {
                "id": m.item.id,
                "question": m.item.question,
                "base": m.before,
                "new": m.after,
                "base_answer": m.base.answer if m.base else None,
                "new_answer": m.new.answer if m.new else None,
            }
            for m in several[:most]
        ]

    return {
        "measure": one.measure,
        "base": one.base,
        "new": one.new,
        "change": asdict(one.change),
        "p": one.p,
        "significant": one.significant,
        "won": len(one.won),
        "lost": len(one.lost),
        "ties": one.ties,
        "won_most": moved(one.won),
        "lost_most": moved(one.lost),
    }


def tell_json(data: Any) -> None:
    """To stdout, as one line of JSON."""
    tell(json.dumps(data, ensure_ascii=False, default=str))


def tell(text: str) -> None:
    """To stdout, without what could steer a terminal."""
    from assistant.render.as_text import printable  # noqa: PLC0415

    print(printable(text))
