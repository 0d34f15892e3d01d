"""The command `inspections`: puts the parts together, and turns whatever goes wrong into one line and a status.

0 done   1 failure   2 wrong usage   3 no answer   4 done, but for some files or questions   130 interrupted
"""

from __future__ import annotations

import os
import sys
from importlib import metadata
from typing import Annotated

import typer

from assistant.cli import (
    ask_commands,
    chat_command,
    evaluate_commands,
    history_command,
    index_check_command,
    index_commands,
    slack_commands,
)
from assistant.cli.options import complain
from index.errors import InspectionsError

DISTRIBUTION = "inspection-history-assistant"

app = typer.Typer(
    name="inspections",
    help="Answers questions about the inspection history of children's services, with exact citations.",
    epilog="Example: inspections index build --source source_docs",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog='Example: inspections ask "what did Ofsted say about caseloads in 2019"')(ask_commands.ask)
app.command(epilog="Example: inspections chat --audience internal")(chat_command.chat)
app.command(epilog='Example: inspections search "private fostering in Bradford" -k 5')(ask_commands.search)
app.command(epilog="Example: inspections history Bradford --plot bradford.svg")(history_command.history)
index_commands.app.command(epilog="Example: inspections index check --json")(index_check_command.check)
app.add_typer(index_commands.app, name="index")
app.add_typer(slack_commands.slack, name="slack")
app.add_typer(slack_commands.feedback, name="feedback")
app.add_typer(evaluate_commands.app, name="evaluate")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"inspections {metadata.version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


def run() -> None:
    """Run the command line and end the process with its status."""
    try:
        app()
    except InspectionsError as error:
        _end(error, 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001  (a person must not see a traceback)
        hint = "run with INSPECTIONS_DEBUG=1 to see the details"
        _end(InspectionsError(f"internal error: {type(error).__name__}: {error}", f"({hint})"), 1)


def _end(error: InspectionsError, status: int) -> None:
    """Tell the error that is being handled, with its traceback where the environment asks for it."""
    if os.environ.get("INSPECTIONS_DEBUG") == "1":
        sys.excepthook(*sys.exc_info())
    complain(error)
    sys.exit(status)
