"""`inspections history`: the inspections and visits of one authority with their grades, as a table, JSON or a plot."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.ask_commands import ABSTAINED, opened
from assistant.cli.options import AudienceOption, IndexOption, JsonOption, warn
from index.errors import QuestionError

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    from assistant.history import History

SUFFIX = ".svg"


def history(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    authority: Annotated[str, typer.Argument(metavar="AUTHORITY", help="A local authority, by any of its names.")],
    index: IndexOption = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw the grades over the years.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Only what was published by then.")] = None,
    as_json: JsonOption = False,
    audience: AudienceOption = None,
) -> None:
    """Show the inspections and visits of an authority in time order, with the grades of every area.

    Exit status 0: shown; 3: nothing is held, with what is held instead.
    """
    from assistant.history import history_of, named_authority  # noqa: PLC0415
    from assistant.render.as_text import printable  # noqa: PLC0415

    day = _day(as_of)
    if plot is not None and (plot.suffix.lower() != SUFFIX or plot.is_dir()):
        raise typer.BadParameter(printable(f"a plot is an SVG file; type: --plot {plot.stem or 'history'}{SUFFIX}"))
    try:
        name = named_authority(authority)
    except QuestionError as error:
        raise typer.BadParameter(printable(f"{error.what} {error.cure}")) from error
    with opened(index, audience or ()) as (assistant, _):
        found = history_of(name, assistant.index.catalogue, assistant.base_url, day)
    _show(found, as_json)
    if not found.events:
        raise typer.Exit(ABSTAINED)
    if plot is not None:
        _draw(found, plot)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter("--as-of is a day; type it like 2021-09-07") from error


def _show(found: History, as_json: bool) -> None:
    from assistant.render.as_text import printable  # noqa: PLC0415

    if as_json:
        from assistant.render.history_json import history_json  # noqa: PLC0415

        print(json.dumps(history_json(found), ensure_ascii=False))
    elif not found.events:
        print(printable(found.held))
    else:
        _table(found)


def _table(found: History) -> None:
    """Drawn on a terminal, plain in a pipe; the sources below."""
    from assistant.render.as_text import printable  # noqa: PLC0415
    from assistant.render.history_text import (  # noqa: PLC0415
        history_rows,
        history_title,
        plain_table,
        source_lines,
    )

    heads, rows = history_rows(found)
    if sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table(*heads, title=Text(history_title(found)), title_justify="left", show_lines=True)
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        Console().print(table)
    else:
        print(f"{history_title(found)}\n\n{plain_table(heads, rows)}\n")
    print("\n".join(["Sources", *source_lines(found)]))


def _draw(found: History, plot: Path) -> None:
    """Write the drawing; the file appears only when it is whole."""
    from assistant.render.canvas import document  # noqa: PLC0415
    from assistant.render.history_plot import history_chart  # noqa: PLC0415

    aside = plot.with_name(f".{plot.name}.{os.getpid()}")
    try:
        aside.write_text(document(history_chart(found)), encoding="utf-8")
        aside.replace(plot)
    except OSError as error:
        raise QuestionError(
            f"{plot} cannot be written: {error.strerror}.", "Choose another file for --plot."
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    warn(f"drawn in {plot}")
