"""The app's log: one JSON object a line, with what happened to which question, and no word of what people say.

INSPECTIONS_SLACK_LOG_TEXT adds the questions.  What is logged is said where it happens.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter

FIELDS = "{asctime}{levelname}{name}{message}"
CAUSES = 10  # exceptions told of that led to one another
# Libraries that log what passes through them, or every connection.
_LOUD = (
    "slack_bolt",
    "slack_sdk",
    "waitress",
    "alembic",
    "sqlalchemy",
    "urllib3",
    "chromadb",
    "openai",
    "httpx2",
    "httpcore2",
)


def set_up(stream: TextIO, with_text: bool) -> None:
    """Send the log of the whole process to `stream`.  `with_text`: what people ask is logged as well."""
    handler = logging.StreamHandler(stream)
    names = {"asctime": "at", "levelname": "level", "name": "where", "message": "what"}
    kind = JsonFormatter if with_text else _Discreet
    handler.setFormatter(kind(FIELDS, style="{", rename_fields=names))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(TEXT).setLevel(logging.INFO if with_text else logging.CRITICAL)


TEXT = "assistant.slack.text"  # the log of what people ask; off unless asked for


class _Discreet(JsonFormatter):
    """Tells of an exception its kind and where it came from.  Its message may hold what a person asked."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  (the library's name)
        lines: list[str] = []
        error: BaseException | None = ei[1]
        for _ in range(CAUSES):
            if error is None:
                break
            kind = type(error)
            lines = [*traceback.format_tb(error.__traceback__), f"{kind.__module__}.{kind.__qualname__}", *lines]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(line.rstrip() for line in lines)
