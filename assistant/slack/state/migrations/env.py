"""How Alembic runs a step: on the connection, and in the transaction, that `migrate` hands over."""

from __future__ import annotations

from alembic import context

from assistant.slack.state.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
