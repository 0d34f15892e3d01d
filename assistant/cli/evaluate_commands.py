"""`inspections evaluate`: for evaluators, who run test sets after every change and must say what it did.

0 done   1 failure, a set with faults, or a gate that is not met   2 wrong usage   4 run, but some questions failed
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from assistant.cli.options import IndexOption, JsonOption, QuietOption, SourceOption, warn
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

app = typer.Typer(help="Run test sets, measure, compare and gate.", no_args_is_help=True)

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
        help="Turn a setting: k, keyword, wider, passage_size, passage_least, embedder. May be given again.",
    ),
]
MeasureOption = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="NAME", help="A further measure of rankings, such as P@3. May be given again."),
]
MovedOption = Annotated[
    Path | None, typer.Option("--test-set", metavar="SET", help="Where the run's set is now, if it was moved.")
]


@app.command(epilog="Example: inspections evaluate check tests/sets/source_docs.jsonl")
def check(test_set: SetArgument, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """See whether a set can be used with the index: its form, its documents, its quotes.

    Exit status 1: something is wrong; each fault is told with its line.
    """
    from assistant.cli.evaluate_text import problems_text  # noqa: PLC0415
    from assistant.evaluate.check import check_path  # noqa: PLC0415

    with _catalogue(index) as catalogue:
        problems = check_path(test_set, catalogue)
    if as_json:
        _print_json({"set": str(test_set), "problems": [asdict(one) for one in problems]})
    else:
        _print(problems_text(problems, test_set.name) or f"{test_set}: nothing is wrong.")
    if problems:
        raise typer.Exit(FAILED)


@app.command(epilog="Example: inspections evaluate run tests/sets/source_docs.jsonl --name base")
def run(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    test_set: SetArgument,
    name: Annotated[str | None, typer.Option("--name", help="What to call the run. Default: as the set.")] = None,
    settings: SetOption = None,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Ask drafts and questions without gold too: the latter are not scored.")
    ] = False,
    anew: AnewOption = False,
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

    turned = _usage(combinations, settings) if settings else (Setting(()),)
    if len(turned) > 1:
        raise _wrong("a run has one value of each setting; several: inspections evaluate sweep")
    asked, known = load_set(test_set, drafts), _settings(index, source, runs)
    called = _named(asked.name if name is None else name)
    _tell_not_held(asked, index)
    flags = ("--drafts",) if drafts else ()
    command = _command("run", test_set, called, settings, flags, index, source, runs)
    found = _asked(asked, Asking(called, known.today, anew, command), turned[0], known, quiet=quiet)
    if as_json:
        parts = [micro(found.scores), macro(found.scores), *summaries_by(found.scores, "kind")]
        _print_json(_about(found.run.info) | {"summary": [estimate_data(one) for one in parts]})
    elif not quiet:
        _print(summary_text(found.run.info, found.scores))
    _tell_failures(found.run)


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

    found = _opened(named, index, runs, _rankings(measures), test_set)
    if by is not None and by not in slice_names(found.scores):
        raise _wrong(f"there is no slice {by!r}; there are: {known_slices(found.scores)}")
    if as_json:
        parts = [micro(found.scores), macro(found.scores), *summaries_by(found.scores, by or "kind")]
        questions = [asdict(one) for one in found.scores]
        _print_json(_about(found.run.info) | {"summary": [estimate_data(one) for one in parts], "questions": questions})
    else:
        _print(slices_text(found.scores, by) if by else summary_text(found.run.info, found.scores))


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

    one, other = (_opened(named, index, runs, _rankings(measures), test_set) for named in (base, new))
    if part is not None:
        first, equals, second = (word.strip() for word in part.partition("="))
        name, value = (first, second) if equals else ("kind", first)
        known = ", ".join(slice_names(one.scores))
        one, other = within(one, name, value), within(other, name, value)
        if not one.scores:
            raise _wrong(f"there are no questions of {part!r}; name a kind, or NAME=VALUE with one of: {known}")
    found = compared(one, other)
    by_name = {difference.measure: difference for difference in found.differences}
    if on is not None and on not in by_name:
        raise _wrong(f"there is no measure {on!r}; there are: {', '.join(by_name)}")
    surest = min(
        (one for one in found.differences if one.measure not in ("seconds", "answer_words")),
        key=lambda one: (one.p, -len(one.won) - len(one.lost)),
        default=None,
    )
    if as_json:
        _print_json({
            "base": _about(found.base),
            "new": _about(found.new),
            "slice": part,
            "differences": differences(found.base, found.new),
            "uncompared": [asdict(one) for one in found.uncompared],
            "measures": [_difference_data(one, most) for one in found.differences],
        })  # fmt: skip
    else:
        _print(comparison_text(found, by_name[on] if on else surest, most))
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

    turned = _usage(combinations, settings or [])
    rankings = _rankings([*(measures or ()), *(() if by in KNOWN else (by,))])
    asked, known, progress = load_set(test_set), _settings(index, source, runs), progress_for(quiet)
    called = _named(asked.name if name is None else name)
    folder = known.runs / f"sweep-{called}"
    command = _command("sweep", test_set, called, settings, (), index, source, runs)
    _tell_not_held(asked, index)
    with _kept(folder):
        rows = swept(
            asked,
            turned,
            folder,
            Indexes(known, folder, progress),
            Asking("", known.today, anew, command),
            progress=progress,
            scored_by=rankings,
        )
    if by not in measures_of_rows(rows):
        cure = f"What was asked is kept: type the same with --by and one of {', '.join(measures_of_rows(rows))}."
        raise EvaluationError(f"{by} applies to no question of {test_set}.", cure)
    files = keep_sweep(folder, asked, rows, by)
    if as_json:
        _print_json(as_data(asked, rows, by))
    else:
        _print(sweep_text(rows, by, (*SHOWN, *(measures or []))))
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

    found = _opened(named, index, runs, test_set=test_set)
    beside = _opened(base, index, runs, test_set=test_set) if base else None
    file = out or found.run.folder / "report.html"
    if file.is_dir():
        raise _wrong(f"{file} is a folder; name a file for --out")
    write_whole(file, report_page(found, beside))
    _print(str(file))


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
        raise _wrong("give --require, or --no-worse-than, or both")
    rules = [_usage(parse_requirement, one) for one in require or ()]
    found = _opened(named, index, runs, further_measures(rules), test_set)
    if not found.run.info.complete:
        _unfinished(found.run)
    verdicts = judged(found, rules)
    if base is not None:
        before = _opened(base, index, runs, test_set=test_set)
        if not before.run.info.complete:
            _unfinished(before.run)
        verdicts += no_worse_than(before, found, tolerance)
    if as_json:
        _print_json({"met": all(one.met for one in verdicts), "verdicts": [asdict(one) for one in verdicts]})
    elif told := gate_text([one for one in verdicts if not (quiet and one.met)]):
        _print(told)
    if not all(one.met for one in verdicts):
        raise typer.Exit(FAILED)


@app.command(epilog="Example: inspections evaluate perturb SET --out twins.jsonl --name twins")
def perturb(  # noqa: PLR0913, PLR0917  (as above)
    test_set: SetArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The set of twins to write.")],
    name: Annotated[
        str | None,
        typer.Option("--name", help="Ask the twins too, as a run of this name, and tell where answers went."),
    ] = None,
    anew: AnewOption = False,
    index: IndexOption = None,
    runs: RunsOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make twins of the questions that name a year: the same of another year, the latest, a month, one not held.

    With --name: how often the answer moves to the document that is right then.
    """
    from assistant.cli.evaluate_text import moves_text, table  # noqa: PLC0415
    from assistant.evaluate.grid import Setting  # noqa: PLC0415
    from assistant.evaluate.perturb import TWIN, moves  # noqa: PLC0415
    from assistant.evaluate.perturb import perturb as twins_of  # noqa: PLC0415
    from assistant.evaluate.running import Asking  # noqa: PLC0415
    from assistant.evaluate.sets import load_set, write_new_set  # noqa: PLC0415

    called = None if name is None else _named(name)
    asked = load_set(test_set)
    if out.exists() and out.samefile(test_set):
        raise _wrong("--out names the set itself")
    with _catalogue(index) as catalogue:
        made = twins_of(asked, catalogue)
    if not made.items:
        raise EvaluationError(f"{test_set} has no question that can have twins.", "Name a year in some of them.")
    write_new_set(made, out)
    kinds = [item.slices[TWIN] for item in made.items]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    if called is None:
        data: dict[str, Any] = {"out": str(out), "twins": counts}
        told = table([["twin", "questions"], *([kind, str(count)] for kind, count in counts.items())])
    else:
        twins, known = load_set(out), _settings(index, None, runs)
        command = _command("run", out, called, (), (), index, None, runs)
        run = _asked(twins, Asking(called, known.today, anew, command), Setting(()), known, quiet=quiet).run
        found = moves(asked, twins, run.outcomes)
        data = {"out": str(out), "twins": counts, "moves": {one.twin: dict(one.counts) for one in found}}
        told = moves_text(found)
        _tell_failures(run)
    if as_json:
        _print_json(data)
    else:
        _print(told)


@app.command(epilog="Example: inspections evaluate label SET --from base --from new --out labelled.jsonl")
def label(
    test_set: SetArgument,
    pooled: Annotated[
        list[str], typer.Option("--from", metavar="RUN", help="A run whose passages are judged. May be given again.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The set with the judgements, as its gold.")],
    index: IndexOption = None,
    runs: RunsOption = None,
) -> None:
    """Judge in the terminal the passages that several runs found; every judgement is kept as it is made.

    Drafts, and questions without gold, are judged too: ask them with `inspections evaluate run SET --drafts`.
    """
    from assistant.evaluate.folder import read_run, run_folder  # noqa: PLC0415
    from assistant.evaluate.label import label as labelled  # noqa: PLC0415
    from assistant.evaluate.sets import load_set  # noqa: PLC0415
    from assistant.render.as_text import printable  # noqa: PLC0415

    where = _settings(None, None, runs).runs
    found = [read_run(run_folder(name, where)) for name in pooled]
    with _catalogue(index) as catalogue:
        done = labelled(
            load_set(test_set, drafts=True), found, lambda text: input(printable(text)), out, catalogue.pages
        )
    _print(f"\n{done.judged} of {done.pooled} passages are judged, {done.now} of them now: {out}")


@app.command("import-feedback", epilog="Example: inspections evaluate import-feedback feedback.jsonl --out rows.jsonl")
def import_feedback(
    export: Annotated[Path, typer.Argument(metavar="FILE", help="What `inspections feedback export` printed.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The draft rows to write.")],
) -> None:
    """Make draft rows of a test set of what people in Slack thought of answers, for a person to look over."""
    from assistant.evaluate.feedback_rows import import_feedback as imported  # noqa: PLC0415

    _print(f"{imported(export, out):,} draft rows in {out}: look each one over before it is used.")


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
        _print_json(asdict(found))
    else:
        _print(bench_text(found))


def _settings(index: Path | None, source: Path | None, runs: Path | None) -> Settings:
    """The settings, with what the command line says instead."""
    from assistant.settings import load_settings  # noqa: PLC0415

    given = {"index": index, "source": source, "runs": runs}
    return load_settings().model_copy(update={name: value for name, value in given.items() if value is not None})


def _command(  # noqa: PLR0913, PLR0917  (what may be typed)
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


def _tell_not_held(test_set: TestSet, index: Path | None) -> None:
    """Say that a set does not fit the index, where it does not: what is not held scores 0."""
    from assistant.evaluate.records import Form  # noqa: PLC0415
    from assistant.evaluate.running import not_held  # noqa: PLC0415

    if test_set.form is Form.BEIR:  # it brings its documents along
        return
    with _catalogue(index) as catalogue:
        lacking = len(not_held(test_set, catalogue))
    if lacking:
        where = ["--index", str(index)] if index else []
        typed = shlex.join(["inspections", "evaluate", "check", str(test_set.path), *where])
        questions = "1 question names" if lacking == 1 else f"{lacking:,} questions name"
        warn(f"{questions} documents that this index does not hold; type: {typed}")


def _asked(test_set: TestSet, asking: Asking, setting: Setting, settings: Settings, *, quiet: bool) -> Scored:
    """The run of this name, complete and scored."""
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from assistant.evaluate.running import run_set  # noqa: PLC0415
    from assistant.evaluate.scoring import keep_scores, scored  # noqa: PLC0415
    from assistant.evaluate.sweep import Indexes  # noqa: PLC0415

    folder, progress = settings.runs / asking.name, progress_for(quiet)
    with _kept(folder), Indexes(settings, folder, progress).opened(setting) as assistant:
        run = run_set(test_set, assistant, folder, asking, progress)
        found = scored(test_set, run, assistant.index.catalogue)
        keep_scores(run, found.scores)
    _tell_drafts(test_set)
    return found


def _tell_drafts(test_set: TestSet) -> None:
    from assistant.evaluate.scoring import unjudged  # noqa: PLC0415

    drafts, lacking = sum(item.draft for item in test_set.items), len(unjudged(test_set))
    if lacking or drafts:
        count = len(test_set.items)
        warn(f"Of {count:,} questions {drafts:,} are drafts; {lacking:,} have no gold and are not scored.")


def _opened(
    named: str,
    index: Path | None,
    runs: Path | None,
    measures: Sequence[str] | None = None,
    test_set: Path | None = None,
) -> Scored:
    """A run that was made before, with its scores; one that is not complete is told of."""
    from assistant.evaluate.opening import open_run  # noqa: PLC0415
    from assistant.evaluate.retrieval import RETRIEVAL  # noqa: PLC0415

    settings = _settings(index, None, runs)
    found = open_run(named, settings.runs, settings.index, measures or RETRIEVAL, test_set)
    if not found.run.info.complete:
        done, whole = len(found.run.outcomes), found.run.info.items
        warn(f"{named} is not complete: {done} of {whole} questions were asked, the others score 0.")
    return found


@contextmanager
def _catalogue(index: Path | None) -> Iterator[Catalogue]:
    """The catalogue of the current generation, whatever made it."""
    from index.catalogue import Catalogue  # noqa: PLC0415
    from index.generation import CATALOGUE, current_manifest  # noqa: PLC0415

    folder, _ = current_manifest(_settings(index, None, None).index)
    catalogue = Catalogue(folder / CATALOGUE)
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Say, where a person stops a run, that nothing of it is lost."""
    try:
        yield
    except KeyboardInterrupt:
        warn(f"Stopped. What was answered is kept in {folder}; the same command goes on there.")
        raise


def _named(name: str) -> str:
    """A name that is fit for a folder."""
    from assistant.evaluate.folder import run_name  # noqa: PLC0415

    return str(_usage(run_name, name))


def _rankings(further: Sequence[str] | None) -> tuple[str, ...]:
    """The usual measures of rankings, and further ones."""
    from assistant.evaluate.retrieval import RETRIEVAL, check_measure  # noqa: PLC0415

    for name in further or ():
        _usage(check_measure, name)
    return tuple(dict.fromkeys((*RETRIEVAL, *(further or ()))))


def _usage(parse: Any, given: Any) -> Any:
    """What `parse` makes of an option; what it cannot use is wrong usage."""
    try:
        return parse(given)
    except EvaluationError as error:
        raise _wrong(str(error)) from error


def _wrong(what: str) -> typer.BadParameter:
    """Wrong usage, told without what could steer a terminal: names that untrusted files give may be in it."""
    from assistant.render.as_text import printable  # noqa: PLC0415

    return typer.BadParameter(printable(what))


def _tell_failures(run: Run) -> None:
    """Name the questions that could not be asked, and end with status 4 if there are any."""
    failed = [outcome for outcome in run.outcomes.values() if outcome.error is not None]
    if failed:
        names = ", ".join(outcome.id for outcome in failed[:5]) + (" ..." if failed[5:] else "")
        message = f"{len(failed)} questions could not be asked and score 0: {names}. The first: {failed[0].error}"
        warn(" ".join(message.split()))
        raise typer.Exit(PARTLY)


def _unfinished(run: Run) -> NoReturn:
    from assistant.evaluate.folder import go_on  # noqa: PLC0415

    raise EvaluationError(f"The run {run.info.name} is not complete.", f"Go on with it: {go_on(run.info)}")


def _about(info: RunInfo) -> dict[str, Any]:
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


def _difference_data(one: Any, most: int) -> dict[str, Any]:
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


def _print_json(data: Any) -> None:
    _print(json.dumps(data, ensure_ascii=False, default=str))


def _print(text: str) -> None:
    """To stdout, without what could steer a terminal."""
    from assistant.render.as_text import printable  # noqa: PLC0415

    print(printable(text))
