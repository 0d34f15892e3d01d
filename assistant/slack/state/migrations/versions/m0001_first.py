"""The first tables: events, questions, answers, feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the four tables with their indexes."""
    op.create_table(
        "slack_events",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Index("ix_slack_events_at", "at"),
    )
    op.create_table(
        "slack_questions",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("thread_ts", sa.Text),
        sa.Column("ts", sa.Text),
        sa.Column("response_url", sa.Text),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("answer_id", sa.Text),
        sa.Column("answer_channel", sa.Text),
        sa.Column("answer_ts", sa.Text),
        sa.Column("more_ts", sa.JSON, nullable=False),
        sa.Index("ix_slack_questions_outcome", "outcome", "lease_until"),
        sa.Index("ix_slack_questions_thread", "channel", "thread_ts"),
        sa.Index("ix_slack_questions_user", "user_id", "at"),
        sa.Index("ix_slack_questions_at", "at"),
    )
    op.create_table(
        "slack_answers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("generation", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["key"], ["slack_questions.key"], "fk_slack_answers_key", ondelete="CASCADE"),
        sa.Index("ix_slack_answers_key", "key"),
        sa.Index("ix_slack_answers_user", "user_id"),
    )
    op.create_table(
        "slack_feedback",
        sa.Column("answer_id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["slack_answers.id"], "fk_slack_feedback_answer", ondelete="CASCADE"),
        sa.Index("ix_slack_feedback_user", "user_id"),
        sa.Index("ix_slack_feedback_at", "at"),
    )
