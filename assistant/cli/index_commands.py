"""`inspections index build` and `inspections index status`: for those who look after the index."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.options import IndexOption, JsonOption, QuietOption, SourceOption, complain
from index.errors import SettingsError

# What takes long to import is imported by the command that needs it: `inspections --help` needs none of it.
if TYPE_CHECKING:
    from index.build import BuildResult

COUNTED = ("kinds", "authorities", "years")  # the keys of what `holdings.counts` gives
SKIPPED = 4  # exit status: built, but some files were skipped

app = typer.Typer(help="Build the index and see what is in it.", no_args_is_help=True)


@app.command(epilog="Example: inspections index build --source source_docs --index .inspections")
def build(
    index: IndexOption = None,
    source: SourceOption = None,
    quiet: QuietOption = False,
    force: Annotated[bool, typer.Option("--force", help="Read and embed everything anew, changed or not.")] = False,
) -> None:
    """Bring the index up to date with the folder of documents.

    The index in use stays in use until the new one is complete and checked.

    Exit status 4: some files were skipped; each is named on stderr.
    """
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from assistant.settings import load_settings  # noqa: PLC0415
    from index.build import build as build_index  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415
    from index.intake import usual_steps  # noqa: PLC0415

    settings = load_settings()
    folder = index or settings.index
    began = time.perf_counter()
    result = build_index(
        folder,
        source or settings.source,
        load_embedder(settings.embedder),
        steps=usual_steps(settings.workers, settings.read_seconds),
        base_url=settings.document_base_url,
        progress=progress_for(quiet),
        force=force,
    )
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


def _summary(result: BuildResult, folder: Path, seconds: float) -> str:
    held = f"{result.documents:,} documents, {result.pages:,} pages, {result.passages:,} passages"
    if not result.changed:
        return f"Up to date: {folder} holds {held}."
    skipped = f"; {len(result.skipped):,} files skipped" if result.skipped else ""
    return f"Built {folder}: {held}, {result.embedded:,} of them embedded now, in {seconds:,.0f} s{skipped}."


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
