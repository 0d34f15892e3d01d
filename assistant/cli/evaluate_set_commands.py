"""`inspections evaluate check`, `perturb`, `label` and `import-feedback`: for those who make test sets."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.evaluate_shared import (
    FAILED,
    AnewOption,
    RunsOption,
    SetArgument,
    asked_of,
    command_typed,
    current_catalogue,
    run_named,
    settings_of,
    tell,
    tell_failures,
    tell_json,
    typed_audience,
    wrong_usage,
)
from assistant.cli.options import AudienceOption, IndexOption, JsonOption, QuietOption
from assistant.evaluate.errors import EvaluationError

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    pass


def check(
    test_set: SetArgument, index: IndexOption = None, audience: AudienceOption = None, as_json: JsonOption = False
) -> None:
    """See whether a set can be used with the index: its form, its documents, its quotes.

    Exit status 1: something is wrong; each fault is told with its line.
    """
    from assistant.cli.evaluate_text import problems_text  # noqa: PLC0415
    from assistant.evaluate.check import check_path  # noqa: PLC0415

    with current_catalogue(index, audience or ()) as catalogue:
        problems = check_path(test_set, catalogue)
    if as_json:
        tell_json({"set": str(test_set), "problems": [asdict(one) for one in problems]})
    else:
        tell(problems_text(problems, test_set.name) or f"{test_set}: nothing is wrong.")
    if problems:
        raise typer.Exit(FAILED)


def perturb(  # noqa: PLR0913, PLR0917  (as above)
    test_set: SetArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The set of twins to write.")],
    name: Annotated[
        str | None,
        typer.Option("--name", help="Ask the twins too, as a run of this name, and tell where answers went."),
    ] = None,
    anew: AnewOption = False,
    audience: AudienceOption = None,
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

    called = None if name is None else run_named(name)
    asked = load_set(test_set)
    if out.exists() and out.samefile(test_set):
        raise wrong_usage("--out names the set itself")
    with current_catalogue(index, audience or ()) as catalogue:
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
        twins, known = load_set(out), settings_of(index, None, runs)
        command = command_typed("run", out, called, (), typed_audience(audience or ()), index, None, runs)
        asking = Asking(called, known.today, anew, command)
        run = asked_of(twins, asking, Setting(()), known, quiet=quiet, audience=audience or ()).run
        found = moves(asked, twins, run.outcomes)
        data = {"out": str(out), "twins": counts, "moves": {one.twin: dict(one.counts) for one in found}}
        told = moves_text(found)
        tell_failures(run)
    if as_json:
        tell_json(data)
    else:
        tell(told)


def label(  # noqa: PLR0913, PLR0917  (as above)
    test_set: SetArgument,
    pooled: Annotated[
        list[str], typer.Option("--from", metavar="RUN", help="A run whose passages are judged. May be given again.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The set with the judgements, as its gold.")],
    audience: AudienceOption = None,
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

    where = settings_of(None, None, runs).runs
    found = [read_run(run_folder(name, where)) for name in pooled]
    with current_catalogue(index, audience or ()) as catalogue:
        held = catalogue.hashes()  # a run asked for others may have found what is not seen here: no quote stands there
        done = labelled(
            load_set(test_set, drafts=True),
            found,
            lambda text: input(printable(text)),
            out,
            lambda source: catalogue.pages(source) if source in held else (),
        )
    tell(f"\n{done.judged} of {done.pooled} passages are judged, {done.now} of them now: {out}")


def import_feedback(
    export: Annotated[Path, typer.Argument(metavar="FILE", help="What `inspections feedback export` printed.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The draft rows to write.")],
) -> None:
    """Make draft rows of a test set of what people in Slack thought of answers, for a person to look over."""
    from assistant.evaluate.feedback_rows import import_feedback as imported  # noqa: PLC0415

    tell(f"{imported(export, out):,} draft rows in {out}: look each one over before it is used.")
