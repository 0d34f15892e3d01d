"""`inspections index history`, `rollback`, `prune`, `verify`, `audit` and `watch`: the life of an index.

0 done   1 failure, damage, or a log whose chain is broken   2 wrong usage
"""

from __future__ import annotations

import json
import signal
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.index_shared import changes_words, settings_of, size_words
from assistant.cli.options import IndexOption, JsonOption, QuietOption, SourceOption, warn

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    from index.history import Kept

DAMAGED = 1
RETRY = 60.0  # seconds after which a build that failed is tried again, nothing having changed


def history(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show the generations that are kept: when and by whom each was built, what it changed, and whether it is whole."""
    from index.history import history as kept_of  # noqa: PLC0415

    kept = kept_of(settings_of(index).index)
    if as_json:
        typer.echo(json.dumps([_kept_data(one) for one in kept], indent=2, ensure_ascii=False))
    else:
        _tell("\n".join(_kept_told(one) for one in reversed(kept)))


def rollback(
    to: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help="One that `history` shows. Default: the one before.")
    ] = None,
    index: IndexOption = None,
) -> None:
    """Take an earlier generation back into use.  Nothing is removed: a build makes a new one from the documents."""
    from index.changes import changes  # noqa: PLC0415
    from index.embedding import load_embedder  # noqa: PLC0415
    from index.entry import RULES  # noqa: PLC0415
    from index.errors import IndexUnusableError  # noqa: PLC0415
    from index.generation import current_manifest  # noqa: PLC0415
    from index.keeping import roll_back  # noqa: PLC0415

    settings = settings_of(index)
    try:
        before = current_manifest(settings.index)[1]
    except IndexUnusableError:  # it is damaged: all the more reason
        before = None
    name = roll_back(settings.index, to, embedder_id=load_embedder(settings.embedder).id, rules=RULES)
    now = current_manifest(settings.index)[1]
    held = f"{now.documents:,} documents, {now.passages:,} passages"
    was = ""
    if before is not None:
        differing = changes_words(changes(before.used, now.used))
        was = f" (there were {before.documents:,} and {before.passages:,}; {differing})"
    _tell(f"Generation {name} is in use: {held}{was}.")


def prune(
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, metavar="N", help="Default: INSPECTIONS_KEEP, or 3.")
    ] = None,
    index: IndexOption = None,
) -> None:
    """Remove all but the newest generations, and what killed builds left.  The one in use is never removed."""
    from index.keeping import prune as pruned  # noqa: PLC0415

    settings = settings_of(index)
    done = pruned(settings.index, settings.keep if keep is None else keep, server=settings.server())
    names = ", ".join(done.names) or "no generation"
    _tell(f"Removed: {names}; {size_words(done.freed)} freed.")


def verify(
    generation: Annotated[
        str | None, typer.Option("--generation", metavar="NAME", help="Default: the one in use.")
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Look through a generation from end to end: files, records, words and vectors, and whether they agree.

    Exit status 1: something is wrong; each fault is named.
    """
    from assistant.cli.progress import progress_for  # noqa: PLC0415
    from index.check_generation import faults  # noqa: PLC0415
    from index.errors import IndexUnusableError  # noqa: PLC0415
    from index.generation import build_command, current_id, generation_names  # noqa: PLC0415
    from index.manifest import parse_manifest  # noqa: PLC0415

    settings = settings_of(index)
    where = settings.index
    name = generation or current_id(where)
    folder, cure = where / "generations" / name, build_command(where)
    gone = IndexUnusableError(f"No generation {name} is kept in {where}.", "Type: inspections index history")
    if name not in generation_names(where):
        raise gone
    try:
        manifest = parse_manifest(folder, cure)
    except FileNotFoundError as error:
        raise gone from error
    found = faults(where, folder, manifest, progress_for(quiet), settings.server())
    if as_json:
        typer.echo(json.dumps({"generation": name, "whole": not found, "faults": found}, indent=2, ensure_ascii=False))
    elif not found:
        held = f"{manifest.documents:,} documents, {manifest.pages:,} pages, {manifest.passages:,} passages"
        _tell(f"Generation {name} is whole: {held}, {size_words(sum(manifest.files.values()))}.")
    for fault in found:
        warn(f"{name}: {fault}")
    if found:
        warn(f"Generation {name} is damaged. {cure} --force; or type: inspections index rollback")
        raise typer.Exit(DAMAGED)


def audit(
    since: Annotated[
        datetime | None, typer.Option("--since", metavar="DATE", formats=["%Y-%m-%d"], help="Only from this day on.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write to a file: .csv, or .jsonl for JSON lines.")
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who did what to the index, and whether the log is as it was written.

    Exit status 1: it is not; what is broken is named.
    """
    from assistant.cli.audit_text import as_csv, as_lines, as_table  # noqa: PLC0415
    from index.audit import read_log  # noqa: PLC0415
    from index.generation import check_folder  # noqa: PLC0415

    where = settings_of(index).index
    check_folder(where)
    log = read_log(where)
    shown = [one for one in log.events if since is None or one.when.date() >= since.date()]
    if out is not None:
        write_out(out, as_csv(shown) if out.suffix == ".csv" else as_lines(shown))
    elif as_json:
        events = [json.loads(line) for line in as_lines(shown).split("\n")[:-1]]  # names may hold other ends of lines
        told = {"events": events, "holds": not log.faults}
        typer.echo(json.dumps(told | {"faults": log.faults, "head": log.head}, indent=2, ensure_ascii=False))
    else:
        _tell(as_table(shown))
    if log.faults:
        for fault in log.faults:
            warn(f"audit.jsonl: {fault}")
        raise typer.Exit(DAMAGED)
    if not as_json:
        warn(f"The log holds: {len(log.events):,} lines. The hash of the last: {log.head or 'none'}")


def watch(
    settle: Annotated[
        float, typer.Option("--settle", min=0, metavar="SECONDS", help="How long nothing must have changed.")
    ] = 10.0,
    every: Annotated[
        float, typer.Option("--every", min=0.1, metavar="SECONDS", help="How often the folder is looked at.")
    ] = 2.0,
    index: IndexOption = None,
    source: SourceOption = None,
) -> None:
    """Keep the index up to date: build whenever the folder of documents has changed and come to rest.

    One line is printed for each build.  What fails is tried again.  Ends on Ctrl-C or SIGTERM.
    """
    from assistant.building import Aside  # noqa: PLC0415
    from index.audit import Via, here  # noqa: PLC0415
    from index.progress import Silent  # noqa: PLC0415
    from index.watch import Settling  # noqa: PLC0415
    from index.watch import watch as watched  # noqa: PLC0415

    settings, stop = settings_of(index, source), threading.Event()
    building: list[Aside] = []

    def end(*_: object) -> None:
        stop.set()
        for aside in building:
            # On a thread: this one may be starting the build right now.
            threading.Thread(target=aside.stop, daemon=True).start()

    def build() -> bool:
        building.append(Aside(settings, here(Via.WATCH)))
        ended = building[-1].run(Silent())
        building.clear()
        if not stop.is_set():
            _tell(f"{datetime.now():%Y-%m-%d %H:%M:%S} {ended.said}")
        return not ended.failed

    before = {sign: signal.signal(sign, end) for sign in (signal.SIGINT, signal.SIGTERM)}
    warn(f"Watching {settings.source} for {settings.index}; Ctrl-C ends it.")
    try:
        watched(settings.source, build, stop, Settling(settle, RETRY), every)
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    warn("Ended; the index is as the last build left it.")


def write_out(file: Path, text: str) -> None:
    """Write a file that somebody named.  SettingsError: it cannot be written."""
    from index.errors import SettingsError  # noqa: PLC0415

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.", "Name another file for --out.") from error


def _kept_data(one: Kept) -> dict[str, Any]:
    """A generation as it stands in JSON."""
    made, changed = one.manifest, one.changes
    return {
        "generation": one.name,
        "current": one.current,
        "whole": not one.damage,
        "damage": one.damage or None,
        "built": made.built.isoformat() if made else None,
        "built_by": made.built_by if made else None,
        "documents": made.documents if made else None,
        "passages": made.passages if made else None,
        "embedder": made.embedder if made else None,
        "rules": made.rules if made else None,
        "changes": None if changed is None else {name: list(getattr(changed, name)) for name in changed.counts},
        "bytes": one.bytes,
    }


def _kept_told(one: Kept) -> str:
    """A generation for a person, the newest first."""
    mark = "*" if one.current else " "
    if one.manifest is None:
        return f"{mark} {one.name}  DAMAGED: {one.damage}"
    made = one.manifest
    by = f" by {made.built_by}" if made.built_by else ""
    changed = "" if one.changes is None else f"; {changes_words(one.changes)}"
    held = f"{made.documents:,} documents, {made.passages:,} passages, {size_words(one.bytes)}{changed}"
    state = f"DAMAGED: {one.damage}" if one.damage else "in use" if one.current else "whole"
    return f"{mark} {one.name}  {made.built:%Y-%m-%d %H:%M} UTC{by}  {held}  ({state})"


def _tell(text: str) -> None:
    """To stdout, without what could steer a terminal."""
    from assistant.render.as_text import printable  # noqa: PLC0415

    print(printable(text), flush=True)
