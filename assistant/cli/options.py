"""The options that several commands share, and the console that their complaints go to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from index.errors import InspectionsError
from index.records import Skipped

IndexOption = Annotated[
    Path | None,
    typer.Option(
        "--index",
        metavar="DIR",
        readable=False,
        help="Folder of the index. Default: INSPECTIONS_INDEX, or .inspections.",
    ),
]
SourceOption = Annotated[
    Path | None,
    typer.Option(
        "--source",
        metavar="DIR",
        readable=False,
        help="Folder of documents. Default: INSPECTIONS_SOURCE, or source_docs.",
    ),
]
AudienceOption = Annotated[
    list[str] | None,
    typer.Option("--audience", metavar="NAME", help="Read what this audience may read too. May be given again."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress and no summary.")]
NoModelOption = Annotated[
    bool, typer.Option("--no-model", help="Ask without the language model, though one is set: documents' words alone.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def complain(error: InspectionsError | Skipped) -> None:
    """Tell an error, or a file that was left out, in one line on stderr."""
    if isinstance(error, Skipped):
        text = f"{error.source}: {error.reason.rstrip('.')}; {error.cure}"
    else:
        text = f"inspections: {error}"
    warn(" ".join(text.split()))


def warn(text: str) -> None:
    """Print to stderr, without what could steer a terminal: names and words of files that anybody wrote are in it."""
    from assistant.render.as_text import printable  # noqa: PLC0415  (it takes long)

    print(printable(text), file=sys.stderr)
