"""`inspections index plan`: what a build would do, without doing any of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.index_shared import settings_of, size_words
from assistant.cli.options import IndexOption, JsonOption, SourceOption

if TYPE_CHECKING:  # what takes long to import is imported by the command
    from index.plan import Plan
    from index.sources import Sources

SHOWN = 20  # files of one kind that a person is shown
SKIPPED = 4  # exit status: some files would be skipped, as of `build`
TITLES = {
    "added": "Added",
    "changed": "Changed",
    "moved": "Moved",
    "described": "Described anew",
    "retried": "Tried again",
    "removed": "Removed",
    "duplicates": "Duplicates",
    "withdrawn": "Withdrawn",
    "unreadable": "Unreadable",
}


def plan(
    index: IndexOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
    force: Annotated[bool, typer.Option("--force", help="What a build with --force would do.")] = False,
) -> None:
    """Show what a build would do, and about how long it would take.  Nothing is changed.

    Exit status 1: a build would be refused, and why.  4: it would skip some files, which are named.
    """
    from index.build import Recipe, check_alike  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415
    from index.generation import previous_index  # noqa: PLC0415
    from index.sources import look  # noqa: PLC0415
    from index.standing import read_standing  # noqa: PLC0415
    from index.steps import usual_steps  # noqa: PLC0415

    settings = settings_of(index, source)
    folder, root = settings.index, settings.source
    recipe = Recipe(load_embedder(settings.embedder), usual_steps(), settings.document_base_url, anew=force)
    sources = look(root)
    before = previous_index(folder)
    try:
        if before is not None and not force:
            check_alike(folder, before.manifest, recipe.embedder.id, recipe.steps.rules)
        made = recipe.plan(sources, before, read_standing(folder))
    finally:
        if before is not None:
            before.close()
    report = {"index": str(folder), "source": str(root), **_report(made, sources)}
    typer.echo(json.dumps(report, indent=2, ensure_ascii=False) if as_json else "\n".join(_told(report)))
    if made.unreadable or made.duplicates or made.withdrawn:
        raise typer.Exit(SKIPPED)


def _report(plan: Plan, sources: Sources) -> dict[str, Any]:
    """All that the plan says, as it stands in JSON.  A file that lies there no more has no bytes."""

    def sized(source: str, **more: str) -> dict[str, Any]:
        return {"source": source, **more, "bytes": sources.sizes.get(source)}

    unchanged = [sources.sizes[source] for source in plan.unchanged]
    return {
        "up_to_date": not plan.stale,
        "anew": plan.anew or None,
        "read": {"documents": len(plan.read), "bytes": plan.read_bytes},
        "seconds": round(plan.seconds, 1),
        "unchanged": {"documents": len(unchanged), "bytes": sum(unchanged)},
        **{kind: [sized(one) for one in getattr(plan, kind)] for kind in ("added", "changed", "described", "retried")},
        "moved": [sized(new, moved_from=old) for old, new in plan.moved],
        "removed": [{"source": source} for source in plan.removed],
        "duplicates": [sized(one, same_as=other) for one, other in plan.duplicates],
        "withdrawn": [sized(source) for source in plan.withdrawn],
        "unreadable": [{"source": skip.source, "reason": skip.reason, "cure": skip.cure} for skip in plan.unreadable],
    }


def _told(report: dict[str, Any]) -> Iterator[str]:
    """The plan for a person."""
    from assistant.render.as_text import printable  # noqa: PLC0415  (it takes long)

    read, unchanged = report["read"], report["unchanged"]
    if report["up_to_date"]:
        yield f"{'Up to date':<15} {report['index']} holds what lies in {report['source']}: a build would make nothing."
    else:
        why = f" ({report['anew']})" if report["anew"] else ""
        what = f"{read['documents']:,} documents to read{why}, {size_words(read['bytes'])}"
        yield f"{'To do':<15} {what}; about {_duration(report['seconds'])}"
    for kind, title in TITLES.items():
        files = report[kind]
        if files:
            known = [file["bytes"] for file in files if file.get("bytes") is not None]
            yield f"{title:<15} {len(files):,}" + (f", {size_words(sum(known))}" if known else "")
        yield from (f"{'':<15} {printable(_line(file))}" for file in files[:SHOWN])
        if len(files) > SHOWN:
            yield f"{'':<15} and {len(files) - SHOWN:,} more: --json names them all"
    yield f"{'Unchanged':<15} {unchanged['documents']:,}, {size_words(unchanged['bytes'])}"


def _line(file: dict[str, Any]) -> str:
    """One file: its name, what is said of it, its size."""
    said = [file["source"]]
    if "moved_from" in file:
        said.append(f"(was {file['moved_from']})")
    if "same_as" in file:
        said.append(f"(the same as {file['same_as']})")
    if "reason" in file:
        return f"{file['source']}: {file['reason']}; {file['cure']}"
    return "  ".join([*said, *([size_words(file["bytes"])] if file.get("bytes") is not None else [])])


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"
