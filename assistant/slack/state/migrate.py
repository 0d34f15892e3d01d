"""Bringing a database to the tables of this version, whatever earlier version wrote it.

The steps are in `migrations`.  Nothing is ever taken back to an earlier version.
"""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from assistant.slack.state.database import Database
from assistant.slack.state.errors import StateError
from assistant.slack.state.tables import VERSION_TABLE

_STEPS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps its context in a global


def migrate(database: Database) -> None:
    """Run the steps that the database has not seen, all in one transaction; processes that start at once take turns.

    StateError: a newer version of this program wrote the database, or it cannot be written.
    """
    with _ONE_AT_A_TIME, database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        steps = ScriptDirectory.from_config(config)
        seen = _seen(connection)
        if seen - {step.revision for step in steps.walk_revisions()}:
            raise StateError(
                f"The Slack state in {database.shown} was written by a newer version of this program.",
                "Start that version, or name another database.",
            )
        if seen != set(steps.get_heads()):
            command.upgrade(config, "head")


def _seen(connection: Connection) -> set[str]:
    """The latest step that the database has seen; empty where it is new."""
    return set(MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads())
