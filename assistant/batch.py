"""Batches of questions: reading a file of JSON lines, with each mistake told by its line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.errors import QuestionError

FORM = 'Write one object a line: {"id": "1", "question": "...", "context": ["..."], "as_of": "2021-04-19"}.'


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One question of a batch.  `context` holds the earlier questions of its thread; `where` is file and line."""

    id: object
    question: str
    context: tuple[str, ...]
    as_of: date | None
    where: str


def read_batch(path: Path) -> tuple[BatchLine, ...]:
    """The lines of a batch file; blank lines are left out, keys that are not known are ignored.

    QuestionError: the file cannot be read, or a line is no JSON object with an id and a question.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"{path} cannot be read: {error}.", FORM) from error
    rows = enumerate(text.split("\n"), start=1)
    return tuple(_line(row, f"{path.name}, line {number}") for number, row in rows if row.strip())


def _line(row: str, where: str) -> BatchLine:
    try:
        said = json.loads(row)
    except ValueError as error:
        raise QuestionError(f"{where} is no JSON: {error}.", FORM) from error
    if not isinstance(said, dict) or "id" not in said or not isinstance(said.get("question"), str):
        raise QuestionError(f"{where} has no id or no question.", FORM)
    return BatchLine(said["id"], said["question"], _context(said, where), _as_of(said, where), where)


def _context(said: dict[str, Any], where: str) -> tuple[str, ...]:
    context = said.get("context") or []
    if not isinstance(context, list) or not all(isinstance(one, str) for one in context):
        raise QuestionError(f"{where}: context is no list of questions.", FORM)
    return tuple(context)


def _as_of(said: dict[str, Any], where: str) -> date | None:
    stated = said.get("as_of")
    if stated is None:
        return None
    try:
        return date.fromisoformat(str(stated))
    except ValueError as error:
        raise QuestionError(f"{where}: as_of is no date.", FORM) from error
