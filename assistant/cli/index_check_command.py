"""`inspections index check`: whether the index finds its Chroma server, and whether strangers do."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from assistant.cli.options import IndexOption, JsonOption, warn

if TYPE_CHECKING:
    from index.check_server import Checked


def check(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """See whether the Chroma server is there, holds the vectors of the index, and is safe where it is.

    Exit status 1: the index cannot be used as it is set up; each fault is named on stderr, and each warning.
    """
    from assistant.settings import load_settings  # noqa: PLC0415
    from index.check_server import check_server  # noqa: PLC0415

    settings = load_settings()
    found = check_server(index or settings.index, settings.server())
    typer.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False) if as_json else _told(found))
    for fault in found.faults:
        warn(f"inspections: {' '.join(fault.split())}")
    for warning in found.warnings:
        warn(f"inspections: warning: {warning}")
    if found.faults:
        raise typer.Exit(1)


def _told(found: Checked) -> str:
    """The findings for a person; faults and warnings are told apart from them."""
    if found.server is None:
        return "Server      none is set: the vectors are in the folder of the index"
    version = "does not answer" if found.version is None else f"answers, interface version {found.version}"
    lines = [f"Server      {found.server} {version}"]
    if found.collection is not None:
        held = "not found" if found.held is None else f"{found.held:,} of {found.expected or 0:,} vectors"
        lines.append(f"Collection  {found.collection}: {held}")
    if found.left_over:
        lines.append(f"Left over   {', '.join(found.left_over)}: the next build removes them")
    return "\n".join(lines)
