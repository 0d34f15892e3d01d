"""`inspections index withdraw`: a document out of every answer at once, and off the disk with the next build."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from assistant.cli.index_shared import on_terminal, settings_of, size_words
from assistant.cli.options import IndexOption, JsonOption, QuietOption, SourceOption, warn
from index.errors import IndexBusyError, InspectionsError

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    from assistant.settings import Settings
    from index.audit import Actor
    from index.withdraw import Named

_Done = TypeVar("_Done")
ELSEWHERE = (
    "Not touched: the file in the folder of documents, copies and backups, runs of the evaluator, "
    "and answers that the Slack app has given."
)


def withdraw(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="The document's path, its name, or its SHA-256.")
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, for the log.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether it is meant.")] = False,
    later: Annotated[bool, typer.Option("--later", help="Leave rebuilding and erasing to the next build.")] = False,
    undo: Annotated[
        str | None, typer.Option("--undo", metavar="FILE", help="Let a withdrawn document be used again.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show what is withdrawn.")] = False,
    index: IndexOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Take a document out of use: no answer shows it from now on, and a rebuild erases it from the index.

    The file itself stays where it is: remove it from the folder of documents, too.

    Exit status 1: it is out of every answer, but could not be erased yet; the message says why.
    """
    settings = settings_of(index, source)
    if sum((file is not None, undo is not None, listed)) != 1:
        raise typer.BadParameter("give one of: FILE, --undo FILE, --list")
    if listed:
        _list(settings, as_json)
    elif undo is not None:
        _undo(settings, undo, later, quiet)
    else:
        _withdraw(settings, str(file), why, yes, later, quiet)


def _withdraw(settings: Settings, file: str, why: str, yes: bool, later: bool, quiet: bool) -> None:  # noqa: PLR0913, PLR0917  (as above)
    from index.audit import here  # noqa: PLC0415
    from index.withdraw import find  # noqa: PLC0415
    from index.withdraw import withdraw as withdrawn  # noqa: PLC0415

    by, named = here(), find(settings.index, settings.source, file)
    versions = f" in {len(named.hashes)} versions" if len(named.hashes) > 1 else ""
    if not yes and not on_terminal():
        raise typer.BadParameter(f"this withdraws {named.source}{versions}; to say that it is meant, add --yes")
    if not yes and not typer.confirm(f"Withdraw {named.source}{versions} from every answer?", err=True):
        raise typer.Exit(1)
    new = withdrawn(settings.index, named, why, by)
    warn(f"{named.source} is {'withdrawn' if new else 'withdrawn already'}: no answer shows it.")
    if later:
        warn("It is still on disk. The next build leaves it out; then type this again without --later to erase it.")
    else:
        _erase(settings, named, by, quiet)
    warn(ELSEWHERE)


def _erase(settings: Settings, named: Named, by: Actor, quiet: bool) -> None:
    """Build without it, then remove every generation that has it."""
    from index.keeping import erase  # noqa: PLC0415
    from index.withdraw import still_held  # noqa: PLC0415

    try:
        _build(settings, by, quiet)
        done = _patiently(settings, lambda: erase(settings.index, named.hashes, by, settings.server()))
    except InspectionsError as error:
        cure = f"{error.cure} Then type this again."
        raise type(error)(f"It is out of every answer, but not erased yet: {error.what}", cure) from error
    held = still_held(settings.index, named.hashes)
    if held:
        warn(f"Generation {', '.join(held)} still has it on disk: type this again once no build goes on.")
        raise typer.Exit(1)
    names = ", ".join(done.names) or "none"
    print(f"Erased from the index. Generations removed: {names}; {size_words(done.freed)} freed.")


def _undo(settings: Settings, undo: str, later: bool, quiet: bool) -> None:
    from index.audit import here  # noqa: PLC0415
    from index.withdraw import find_withdrawn, restore  # noqa: PLC0415

    by, named = here(), find_withdrawn(settings.index, undo)
    restore(settings.index, named, by)
    warn(f"{named.source} may be used again, where it is in the folder of documents.")
    if not later:
        _build(settings, by, quiet)


def _build(settings: Settings, by: Actor, quiet: bool) -> None:
    from assistant.building import build_index, told  # noqa: PLC0415
    from assistant.cli.progress import progress_for  # noqa: PLC0415

    result = _patiently(settings, lambda: build_index(settings, by, progress_for(quiet)))
    if not quiet:
        warn(told(result))


def _patiently(settings: Settings, act: Callable[[], _Done]) -> _Done:
    """Do it, after waiting for another process that is building; who that is is told once."""
    from index.lock import wait_until_free  # noqa: PLC0415

    told = ""
    while True:
        try:
            return act()
        except IndexBusyError as error:
            if error.what != told:
                told = error.what
                warn(f"{told} Waiting until that is done.")
            wait_until_free(settings.index)


def _list(settings: Settings, as_json: bool) -> None:
    from index.generation import check_folder  # noqa: PLC0415
    from index.standing import read_standing  # noqa: PLC0415

    check_folder(settings.index)
    found = read_standing(settings.index).withdrawn
    if as_json:
        data = [{"source": o.source, "sha256": o.sha256, "when": o.when.isoformat(), "who": o.who, "why": o.why}
                for o in found]  # fmt: skip
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    from assistant.render.as_text import printable  # noqa: PLC0415

    for one in found:
        why = f": {one.why}" if one.why else ""
        print(printable(f"{one.source}  {one.sha256[:12]}  {one.when:%Y-%m-%d %H:%M} UTC by {one.who}{why}"))
    if not found:
        warn("Nothing is withdrawn.")
