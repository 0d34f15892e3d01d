"""Whom an answer was made for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the names of the audiences to the answers; those there are were made for everybody."""
    op.add_column("slack_answers", sa.Column("cleared", sa.JSON))
