"""The tables of the state as they are now.  How older ones become these is written in `migrations`.

Times are seconds since 1970.  Names begin with slack_, as the database may be shared with other programs.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

VERSION_TABLE = "slack_schema"  # Alembic's own: which step the tables are at

metadata = MetaData()


class Words(TypeDecorator[str]):
    """Text that every database takes: PostgreSQL has no NUL, and neither has half a surrogate pair."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """`value` with U+FFFD for NUL and "?" for half a pair; a StrEnum becomes its value."""
        del dialect
        return None if value is None else str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


events = Table(
    "slack_events",
    metadata,
    Column("event_id", Words, primary_key=True),
    Column("at", Double, nullable=False),
    Index("ix_slack_events_at", "at"),
)

questions = Table(
    "slack_questions",
    metadata,
    Column("key", Words, primary_key=True),
    Column("way", Words, nullable=False),
    Column("team", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("user_id", Words, nullable=False),  # empty once it turned out not to be for us
    Column("text", Words),  # NULL: not known to be for us
    Column("at", Double, nullable=False),
    Column("thread_ts", Words),
    Column("ts", Words),
    Column("response_url", Words),
    Column("shared", Boolean, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("owner", Words, nullable=False),  # the process at work on it, or the last one
    Column("lease_until", Double, nullable=False),  # from then on another process may take it over
    Column("answer_id", Words),
    Column("answer_channel", Words),
    Column("answer_ts", Words),
    Column("more_ts", JSON, nullable=False),
    Index("ix_slack_questions_outcome", "outcome", "lease_until"),
    Index("ix_slack_questions_thread", "channel", "thread_ts"),
    Index("ix_slack_questions_user", "user_id", "at"),
    Index("ix_slack_questions_at", "at"),
)

answers = Table(
    "slack_answers",
    metadata,
    Column("id", Words, primary_key=True),
    Column(
        "key", Words, ForeignKey("slack_questions.key", name="fk_slack_answers_key", ondelete="CASCADE"), nullable=False
    ),
    Column("user_id", Words, nullable=False),
    Column("generation", Words, nullable=False),
    Column("at", Double, nullable=False),
    Column("answer", Words, nullable=False),  # JSON, see `rows`
    Column("cleared", JSON),  # the names of the audiences that it was made for; NULL: before there were any
    Index("ix_slack_answers_key", "key"),
    Index("ix_slack_answers_user", "user_id"),
)

feedback = Table(
    "slack_feedback",
    metadata,
    Column(
        "answer_id",
        Words,
        ForeignKey("slack_answers.id", name="fk_slack_feedback_answer", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("user_id", Words, primary_key=True),
    Column("verdict", Words, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("comment", Words, nullable=False),
    Column("at", Double, nullable=False),
    Index("ix_slack_feedback_user", "user_id"),
    Index("ix_slack_feedback_at", "at"),
)
