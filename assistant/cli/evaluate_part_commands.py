"""`inspections evaluate ablate` and `learn`: what the parts of answering add, and the weights that are learned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.evaluate_shared import (
    AnewOption,
    RunsOption,
    SetArgument,
    command_typed,
    kept_run,
    run_named,
    settings_of,
    tell,
    tell_json,
    tell_not_held,
    typed_audience,
)
from assistant.cli.options import AudienceOption, IndexOption, JsonOption, QuietOption, SourceOption, warn


def ablate(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    test_set: SetArgument,
    name: Annotated[str | None, typer.Option("--name", help="What to call the ablation. Default: as the set.")] = None,
    headers: Annotated[
        bool, typer.Option("--headers", help="Leave out the passages' headers too: builds an index aside.")
    ] = False,
    anew: AnewOption = False,
    audience: AudienceOption = None,
    index: IndexOption = None,
    source: SourceOption = None,
    runs: RunsOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Tell what each part of answering adds: the set is asked with each part switched off in turn.

    Learned weights are learned anew for every arm, from the questions about other authorities than a question's own.
    """
    from assistant.cli.evaluate_text import ablation_text  # noqa: PLC0415
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from assistant.evaluate.ablate import PARTS, USUAL_PARTS, as_data, keep_ablation  # noqa: PLC0415
    from assistant.evaluate.ablate import ablate as ablated  # noqa: PLC0415
    from assistant.evaluate.running import Asking  # noqa: PLC0415
    from assistant.evaluate.sets import load_set  # noqa: PLC0415
    from assistant.evaluate.sweep import Indexes  # noqa: PLC0415
    from index.audience import cleared_for  # noqa: PLC0415

    asked, known, progress = load_set(test_set), settings_of(index, source, runs), progress_for(quiet)
    called = run_named(asked.name if name is None else name)
    folder = known.runs / f"ablation-{called}"
    flags = (*(("--headers",) if headers else ()), *typed_audience(audience or ()))
    command = command_typed("ablate", test_set, called, (), flags, index, source, runs)
    tell_not_held(asked, index, audience or ())
    with kept_run(folder):
        arms = ablated(
            asked,
            tuple(PARTS) if headers else USUAL_PARTS,
            folder,
            Indexes(known, folder, progress, cleared_for(audience or ())),
            Asking("", known.today, anew, command),
            progress,
        )
    files = keep_ablation(folder, asked, arms)
    if as_json:
        tell_json(as_data(asked, arms))
    else:
        tell(ablation_text(arms))
    if not quiet:
        warn(f"Written: {', '.join(map(str, files))}")


def learn(
    test_set: SetArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the weights go, as JSON.")],
    audience: AudienceOption = None,
    index: IndexOption = None,
) -> None:
    """Learn from a set's quotes what makes a sentence worth quoting, and write the weights.

    How well such weights do on questions that they were not learned from, `inspections evaluate ablate` tells.
    """
    from assistant.evaluate.folder import write_whole  # noqa: PLC0415
    from assistant.evaluate.grid import Setting  # noqa: PLC0415
    from assistant.evaluate.learning import as_table, examples  # noqa: PLC0415
    from assistant.evaluate.learning import learn as learned  # noqa: PLC0415
    from assistant.evaluate.sets import load_set  # noqa: PLC0415
    from assistant.evaluate.sweep import Indexes  # noqa: PLC0415
    from index.audience import cleared_for  # noqa: PLC0415
    from index.progress import Silent  # noqa: PLC0415

    asked, known = load_set(test_set), settings_of(index, None, None)
    with Indexes(known, known.runs, Silent(), cleared_for(audience or ())).opened(Setting(())) as assistant:
        found = examples(asked, assistant)
    made = {
        "command": f"inspections evaluate learn {test_set.name}",
        "set_sha256": asked.sha256,
        "questions": len(found),
        "authorities": len({one.group for one in found}),
        "sentences": sum(len(one.marked) for one in found),
        "marked": int(sum(one.marked.sum() for one in found)),
    }
    write_whole(out, json.dumps(as_table(learned(found), made), indent=1) + "\n")
    tell(f"{out}: learned from {made['questions']} questions about {made['authorities']} authorities.")
