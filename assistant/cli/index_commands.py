"""`inspections index …`: for those who look after the index.  What is not about its life is here: build and status."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import index_life_commands, withdraw_commands
from assistant.cli.index_plan_command import plan
from assistant.cli.index_shared import settings_of
from assistant.cli.options import IndexOption, JsonOption, QuietOption, SourceOption, complain
from index.errors import SettingsError

# What takes long to import is imported by the command that needs it: `inspections --help` needs none of it.
if TYPE_CHECKING:
    from assistant.settings import Settings
    from index.build import BuildResult
    from index.generation import OpenIndex
    from index.progress import Progress

COUNTED = ("kinds", "authorities", "years")  # the keys of what `holdings.counts` gives
SKIPPED = 4  # exit status: built, but some files were skipped

app = typer.Typer(help="Build the index and see what is in it.", no_args_is_help=True)
app.command(epilog="Example: inspections index plan --source source_docs")(plan)


@app.command(epilog="Example: inspections index build --source source_docs --index .inspections")
def build(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    index: IndexOption = None,
    source: SourceOption = None,
    quiet: QuietOption = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make a whole new index: read and embed everything anew.")
    ] = False,
    gate: Annotated[
        Path | None,
        typer.Option("--gate", metavar="SET", help="Publish only if a test set is answered no worse than before."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="RUN", help="With --gate: no worse than this run, not the index in use."),
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option("--require", help="With --gate: such as 'R@10>=0.80'. May be repeated.")
    ] = None,
) -> None:
    """Bring the index up to date with the folder of documents: only what has changed is read and embedded.

    The index in use stays in use until the new one is complete, checked, and has answered as it should.

    Exit status 4: some files were skipped; each is named on stderr.
    """
    from assistant.building import build_index  # noqa: PLC0415
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from index.audit import here  # noqa: PLC0415

    settings, progress = settings_of(index, source), progress_for(quiet)
    checks = gate_checks(gate, baseline, require, settings, progress)
    began = time.perf_counter()
    result = build_index(settings, here(), progress, force=force, checks=checks)
    folder = settings.index
    for skip in result.skipped:
        complain(skip)
    if not quiet:
        typer.echo(_summary(result, folder, time.perf_counter() - began))
    if result.skipped:
        raise typer.Exit(SKIPPED)


@app.command(epilog="Example: inspections index status --json")
def status(index: IndexOption = None, source: SourceOption = None, as_json: JsonOption = False) -> None:
    """Show what the index holds, and whether the folder of documents has changed since it was built."""
    from assistant.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    report = _report(index or settings.index, source or settings.source)
    typer.echo(json.dumps(report, indent=2, ensure_ascii=False) if as_json else _told(report))


def gate_checks(
    gate: Path | None, baseline: str | None, require: list[str] | None, settings: Settings, progress: Progress
) -> list[Callable[[OpenIndex], None]]:
    """The check that --gate asks for, if it does."""
    if gate is None:
        if baseline is not None or require:
            raise typer.BadParameter("--baseline and --require go with --gate")
        return []
    from assistant.cli.evaluate_shared import usage  # noqa: PLC0415
    from assistant.evaluate.gate import parse_requirement  # noqa: PLC0415
    from assistant.evaluate.gatekeeper import Gate, gate_check  # noqa: PLC0415
    from assistant.evaluate.sets import load_set  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415

    rules = tuple(usage(parse_requirement, one) for one in require or ())
    asked = Gate(load_set(gate), rules, baseline)
    return [gate_check(asked, settings, load_embedder(settings.embedder), progress)]


def _summary(result: BuildResult, folder: Path, seconds: float) -> str:
    held = f"{result.documents:,} documents, {result.pages:,} pages, {result.passages:,} passages"
    if not result.changed:
        return f"Up to date: {folder} holds {held}."
    skipped = f"; {len(result.skipped):,} files skipped" if result.skipped else ""
    return f"Built {folder}: {held}, {result.embedded:,} of them embedded now, in {seconds:,.1f} s{skipped}."


def _report(index_dir: Path, source: Path) -> dict[str, Any]:
    """Everything that `status` says, as it stands in JSON."""
    from assistant.held_back import audience_counts, held_back  # noqa: PLC0415
    from assistant.holdings import counts  # noqa: PLC0415
    from index.catalogue import Catalogue  # noqa: PLC0415
    from index.generation import CATALOGUE, current_manifest  # noqa: PLC0415
    from index.manifest import MANIFEST  # noqa: PLC0415
    from index.sources import look  # noqa: PLC0415

    folder, manifest = current_manifest(index_dir)
    catalogue = Catalogue(folder / CATALOGUE)  # an admin sees what is held back, too
    documents = catalogue.documents()
    catalogue.close()
    try:
        changed = look(source).differ_from(manifest)
    except SettingsError:  # the folder of documents need not be on every machine that answers questions
        changed = None
    return {
        "index": str(index_dir),
        "source": str(source),
        "source_changed": changed,
        "documents": manifest.documents,
        "pages": manifest.pages,
        "passages": manifest.passages,
        **{name: dict(found) for name, found in zip(COUNTED, counts(documents), strict=True)},
        "audiences": audience_counts(documents),
        "held_back": [asdict(one) for one in held_back(documents)],
        "manifest": MANIFEST.dump_python(manifest, mode="json"),
    }


def _told(report: dict[str, Any]) -> str:
    """The report for a person."""
    manifest = report["manifest"]
    changed = {True: "has changed since: build again", False: "unchanged since", None: "cannot be looked at"}
    built = manifest["built"][:19].replace("T", " ")
    lines = [
        f"Index       {report['index']}, generation {manifest['generation']}, built {built} UTC",
        f"Holds       {report['documents']:,} documents, {report['pages']:,} pages, {report['passages']:,} passages",
        f"Made with   {manifest['embedder']}, passage rules {manifest['rules']}",
        f"Documents   {report['source']} {changed[report['source_changed']]}",
    ]
    for title, name in (("Kinds", "kinds"), ("Years", "years"), ("Authorities", "authorities")):
        lines.append(f"{title:<11} " + ", ".join(f"{value} {count:,}" for value, count in report[name].items()))
    if report["audiences"].keys() - {"public"}:
        told = (f"{name} {count:,}" for name, count in report["audiences"].items())
        lines.append(f"Read by     {', '.join(told)}")
    lines += [f"Held back   {one['source']}: {one['reason']}; {one['cure']}" for one in report["held_back"]]
    lines += [f"Skipped     {skip['source']}: {skip['reason']}; {skip['cure']}" for skip in manifest["skipped"]]
    return "\n".join(lines)


app.command(epilog="Example: inspections index history")(index_life_commands.history)
app.command(epilog="Example: inspections index rollback --to 000007")(index_life_commands.rollback)
app.command(epilog="Example: inspections index prune --keep 2")(index_life_commands.prune)
app.command(epilog="Example: inspections index verify")(index_life_commands.verify)
app.command(epilog="Example: inspections index audit --since 2026-11-01 --out audit.csv")(index_life_commands.audit)
app.command(epilog="Example: inspections index watch --settle 30")(index_life_commands.watch)
app.command(epilog="Example: inspections index withdraw letter.pdf --why 'a name was not blacked out'")(
    withdraw_commands.withdraw
)
