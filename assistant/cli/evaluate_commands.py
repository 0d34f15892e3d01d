"""`inspections evaluate`: for evaluators, who run test sets after every change and must say what it did.

0 done   1 failure, a set with faults, or a gate that is not met   2 wrong usage   4 run, but some questions failed
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import evaluate_part_commands, evaluate_set_commands
from assistant.cli.evaluate_shared import (
    FAILED,
    AnewOption,
    MeasureOption,
    MovedOption,
    RunArgument,
    RunsOption,
    SetArgument,
    SetOption,
    about,
    asked_of,
    command_typed,
    difference_data,
    kept_run,
    rankings_of,
    run_named,
    scored_run,
    settings_of,
    tell,
    tell_failures,
    tell_json,
    tell_not_held,
    typed_audience,
    unfinished,
    usage,
    wrong_usage,
)
from assistant.cli.options import (
    AudienceOption,
    IndexOption,
    JsonOption,
    NoModelOption,
    QuietOption,
    SourceOption,
    warn,
)
from assistant.evaluate.errors import EvaluationError

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    pass


app = typer.Typer(help="Run test sets, measure, compare and gate.", no_args_is_help=True)


@app.command(epilog="Example: inspections evaluate run tests/sets/source_docs.jsonl --name base")
def run(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    test_set: SetArgument,
    name: Annotated[str | None, typer.Option("--name", help="What to call the run. Default: as the set.")] = None,
    settings: SetOption = None,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Ask drafts and questions without gold too: the latter are not scored.")
    ] = False,
    anew: AnewOption = False,
    audience: AudienceOption = None,
    no_model: NoModelOption = False,
    index: IndexOption = None,
    source: SourceOption = None,
    runs: RunsOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Ask every question of a set, keep what comes back, and tell how good it is.

    A run that was stopped is gone on with.  Exit status 4: some questions could not be asked; they score 0.
    """
    from assistant.cli.evaluate_text import estimate_data, summary_text  # noqa: PLC0415
    from assistant.evaluate.grid import Setting, combinations  # noqa: PLC0415
    from assistant.evaluate.running import Asking  # noqa: PLC0415
    from assistant.evaluate.sets import load_set  # noqa: PLC0415
    from assistant.evaluate.slices import macro, micro, summaries_by  # noqa: PLC0415

    turned = usage(combinations, settings) if settings else (Setting(()),)
    if len(turned) > 1:
        raise wrong_usage("a run has one value of each setting; several: inspections evaluate sweep")
    asked, known = load_set(test_set, drafts), settings_of(index, source, runs)
    called = run_named(asked.name if name is None else name)
    tell_not_held(asked, index, audience or ())
    typed = (("--drafts", drafts), ("--no-model", no_model))
    flags = (*(word for word, given in typed if given), *typed_audience(audience or ()))
    command = command_typed("run", test_set, called, settings, flags, index, source, runs)
    asking = Asking(called, known.today, anew, command)
    found = asked_of(asked, asking, turned[0], known, quiet=quiet, audience=audience or (), model=not no_model)
    if as_json:
        parts = [micro(found.scores), macro(found.scores), *summaries_by(found.scores, "kind")]
        tell_json(about(found.run.info) | {"summary": [estimate_data(one) for one in parts]})
    elif not quiet:
        tell(summary_text(found.run.info, found.scores))
    tell_failures(found.run)


@app.command(epilog="Example: inspections evaluate score base --by authority")
def score(  # noqa: PLR0913, PLR0917  (as above)
    named: RunArgument,
    by: Annotated[str | None, typer.Option("--by", metavar="SLICE", help="A row for each kind, year, ...")] = None,
    measures: MeasureOption = None,
    test_set: MovedOption = None,
    index: IndexOption = None,
    runs: RunsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the measures of a run, by kind or by any slice."""
    from assistant.cli.evaluate_text import estimate_data, known_slices, slices_text, summary_text  # noqa: PLC0415
    from assistant.evaluate.slices import macro, micro, slice_names, summaries_by  # noqa: PLC0415

    found = scored_run(named, index, runs, rankings_of(measures), test_set)
    if by is not None and by not in slice_names(found.scores):
        raise wrong_usage(f"there is no slice {by!r}; there are: {known_slices(found.scores)}")
    if as_json:
        parts = [micro(found.scores), macro(found.scores), *summaries_by(found.scores, by or "kind")]
        questions = [asdict(one) for one in found.scores]
        tell_json(about(found.run.info) | {"summary": [estimate_data(one) for one in parts], "questions": questions})
    else:
        tell(slices_text(found.scores, by) if by else summary_text(found.run.info, found.scores))


@app.command(epilog="Example: inspections evaluate compare base new --slice kind=said")
def compare(  # noqa: PLR0913, PLR0917  (as above)
    base: Annotated[str, typer.Argument(metavar="BASE", help="The run before.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The run after.")],
    part: Annotated[
        str | None,
        typer.Option("--slice", metavar="SLICE", help="Only these questions: a kind, or NAME=VALUE, as in gate."),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="MEASURE", help="Show who won and lost by this. Default: what moved most surely."),
    ] = None,
    most: Annotated[int, typer.Option("-n", min=0, max=1000, help="How many that won, and lost, are shown.")] = 3,
    measures: MeasureOption = None,
    test_set: MovedOption = None,
    index: IndexOption = None,
    runs: RunsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what a change did: every measure with its p-value, and the questions that won and lost most by it."""
    from assistant.cli.evaluate_text import comparison_text  # noqa: PLC0415
    from assistant.evaluate.compare import compare as compared  # noqa: PLC0415
    from assistant.evaluate.running import differences, program_of  # noqa: PLC0415
    from assistant.evaluate.scoring import within  # noqa: PLC0415
    from assistant.evaluate.slices import slice_names  # noqa: PLC0415

    one, other = (scored_run(named, index, runs, rankings_of(measures), test_set) for named in (base, new))
    if part is not None:
        first, equals, second = (word.strip() for word in part.partition("="))
        name, value = (first, second) if equals else ("kind", first)
        known = ", ".join(slice_names(one.scores))
        one, other = within(one, name, value), within(other, name, value)
        if not one.scores:
            raise wrong_usage(f"there are no questions of {part!r}; name a kind, or NAME=VALUE with one of: {known}")
    found = compared(one, other)
    by_name = {difference.measure: difference for difference in found.differences}
    if on is not None and on not in by_name:
        raise wrong_usage(f"there is no measure {on!r}; there are: {', '.join(by_name)}")
    surest = min(
        (one for one in found.differences if one.measure not in ("seconds", "answer_words")),
        key=lambda one: (one.p, -len(one.won) - len(one.lost)),
        default=None,
    )
    if as_json:
        tell_json({
            "base": about(found.base),
            "new": about(found.new),
            "slice": part,
            "differences": differences(found.base, found.new),
            "uncompared": [asdict(one) for one in found.uncompared],
            "measures": [difference_data(one, most) for one in found.differences],
        })  # fmt: skip
    else:
        tell(comparison_text(found, by_name[on] if on else surest, most))
    if found.base.manifest != found.new.manifest and program_of(found.base) != program_of(found.new):
        warn("Both the index and the program changed between these runs: what is due to which cannot be told.")


@app.command(epilog="Example: inspections evaluate sweep SET --set keyword=0.2,0.4 --set k=40,80")
def sweep(  # noqa: PLR0913, PLR0917  (as above)
    test_set: SetArgument,
    settings: SetOption = None,
    name: Annotated[str | None, typer.Option("--name", help="What to call the sweep. Default: as the set.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="MEASURE", help="What is plotted, and best by.")] = "R@10",
    measures: MeasureOption = None,
    anew: AnewOption = False,
    audience: AudienceOption = None,
    index: IndexOption = None,
    source: SourceOption = None,
    runs: RunsOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run a set under every combination of settings: a table, and files for spreadsheets, programs and the eye.

    Combinations that were run before are taken as they are.  Other sizes of passages, and other embedding models,
    are indexed aside, from the folder of documents.
    """
    from assistant.cli.evaluate_text import SHOWN, sweep_text  # noqa: PLC0415
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from assistant.evaluate.gate import KNOWN  # noqa: PLC0415
    from assistant.evaluate.grid import combinations  # noqa: PLC0415
    from assistant.evaluate.running import Asking  # noqa: PLC0415
    from assistant.evaluate.sets import load_set  # noqa: PLC0415
    from assistant.evaluate.sweep import Indexes  # noqa: PLC0415
    from assistant.evaluate.sweep import sweep as swept  # noqa: PLC0415
    from assistant.evaluate.sweep_files import as_data, keep_sweep, measures_of_rows  # noqa: PLC0415
    from index.audience import cleared_for  # noqa: PLC0415

    turned = usage(combinations, settings or [])
    rankings = rankings_of([*(measures or ()), *(() if by in KNOWN else (by,))])
    asked, known, progress = load_set(test_set), settings_of(index, source, runs), progress_for(quiet)
    called = run_named(asked.name if name is None else name)
    folder = known.runs / f"sweep-{called}"
    command = command_typed("sweep", test_set, called, settings, typed_audience(audience or ()), index, source, runs)
    tell_not_held(asked, index, audience or ())
    with kept_run(folder):
        rows = swept(
            asked,
            turned,
            folder,
            Indexes(known, folder, progress, cleared_for(audience or ())),
            Asking("", known.today, anew, command),
            progress=progress,
            scored_by=rankings,
        )
    if by not in measures_of_rows(rows):
        cure = f"What was asked is kept: type the same with --by and one of {', '.join(measures_of_rows(rows))}."
        raise EvaluationError(f"{by} applies to no question of {test_set}.", cure)
    files = keep_sweep(folder, asked, rows, by)
    if as_json:
        tell_json(as_data(asked, rows, by))
    else:
        tell(sweep_text(rows, by, (*SHOWN, *(measures or []))))
    if not quiet:
        warn(f"Written: {', '.join(map(str, files))}")


@app.command(epilog="Example: inspections evaluate report new --base base --out report.html")
def report(  # noqa: PLR0913, PLR0917  (as above)
    named: RunArgument,
    base: Annotated[str | None, typer.Option("--base", metavar="RUN", help="Compare it with this run.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The page. Default: report.html beside the run.")
    ] = None,
    test_set: MovedOption = None,
    index: IndexOption = None,
    runs: RunsOption = None,
) -> None:
    """Write a page with everything about a run: figures, charts, and every question with what was made of it."""
    from assistant.evaluate.folder import write_whole  # noqa: PLC0415
    from assistant.evaluate.report.page import report_page  # noqa: PLC0415

    found = scored_run(named, index, runs, test_set=test_set)
    beside = scored_run(base, index, runs, test_set=test_set) if base else None
    file = out or found.run.folder / "report.html"
    if file.is_dir():
        raise wrong_usage(f"{file} is a folder; name a file for --out")
    write_whole(file, report_page(found, beside))
    tell(str(file))


@app.command(epilog="Example: inspections evaluate gate new --require 'R@10>=0.80' --no-worse-than base")
def gate(  # noqa: PLR0913, PLR0917  (as above)
    named: RunArgument,
    require: Annotated[
        list[str] | None,
        typer.Option("--require", metavar="RULE", help="Such as 'R@10>=0.80' or 'said:facts>=0.9'. May be repeated."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--no-worse-than",
            metavar="RUN",
            help="No measure of quality may be worse than in this run; seconds, words, tokens and cost are left out.",
        ),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(min=0.0, help="With --no-worse-than: a greater drop fails, chance or not. Default: 0.05."),
    ] = None,
    test_set: MovedOption = None,
    index: IndexOption = None,
    runs: RunsOption = None,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what failed.")] = False,
) -> None:
    """See whether a run is good enough, for continuous integration.

    Exit status 1: it is not; what failed is named.
    """
    from assistant.cli.evaluate_text import gate_text  # noqa: PLC0415
    from assistant.evaluate.gate import further_measures, no_worse_than, parse_requirement  # noqa: PLC0415
    from assistant.evaluate.gate import gate as judged  # noqa: PLC0415

    if not require and base is None:
        raise wrong_usage("give --require, or --no-worse-than, or both")
    rules = [usage(parse_requirement, one) for one in require or ()]
    found = scored_run(named, index, runs, further_measures(rules), test_set)
    if not found.run.info.complete:
        unfinished(found.run)
    verdicts = judged(found, rules)
    if base is not None:
        before = scored_run(base, index, runs, test_set=test_set)
        if not before.run.info.complete:
            unfinished(before.run)
        verdicts += no_worse_than(before, found, tolerance)
    if as_json:
        tell_json({"met": all(one.met for one in verdicts), "verdicts": [asdict(one) for one in verdicts]})
    elif told := gate_text([one for one in verdicts if not (quiet and one.met)]):
        tell(told)
    if not all(one.met for one in verdicts):
        raise typer.Exit(FAILED)


@app.command(epilog="Example: inspections evaluate bench bench/scifact")
def bench(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A collection in BEIR form.")],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Rank a public collection by keywords alone, by meaning alone and by both, to hold against published figures."""
    from assistant.cli.evaluate_text import bench_text  # noqa: PLC0415
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from assistant.evaluate.bench import bench as benched  # noqa: PLC0415
    from assistant.settings import load_settings  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415

    found = benched(folder, load_embedder(load_settings().embedder), progress_for(quiet))
    if as_json:
        tell_json(asdict(found))
    else:
        tell(bench_text(found))


app.command(epilog="Example: inspections evaluate ablate tests/sets/source_docs.jsonl")(evaluate_part_commands.ablate)
app.command(epilog="Example: inspections evaluate learn SET --out worth.json")(evaluate_part_commands.learn)
app.command(epilog="Example: inspections evaluate check tests/sets/source_docs.jsonl")(evaluate_set_commands.check)
app.command(epilog="Example: inspections evaluate perturb SET --out twins.jsonl --name twins")(
    evaluate_set_commands.perturb
)
app.command(epilog="Example: inspections evaluate label SET --from base --from new --out labelled.jsonl")(
    evaluate_set_commands.label
)
app.command("import-feedback", epilog="Example: inspections evaluate import-feedback feedback.jsonl --out rows.jsonl")(
    evaluate_set_commands.import_feedback
)
