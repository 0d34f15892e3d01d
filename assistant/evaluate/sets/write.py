"""Writing items as a set of JSON lines: what is written is read back as it was.  Reading is `quotes`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import write_whole
from assistant.evaluate.records import Gold, Item, TestSet


def write_set(testset: TestSet, path: Path) -> None:
    """Write a set of quotes to `path`, whole or not at all.  EvaluationError: it cannot be written."""
    write_whole(path, rows_text(item_row(item) for item in testset.items))


def write_new_set(testset: TestSet, path: Path) -> None:
    """Write a set as `write_set` does, where nothing is yet, or just this set.

    EvaluationError: something else is there, or it cannot be written.
    """
    text = rows_text(item_row(item) for item in testset.items)
    try:
        before = path.read_bytes()
    except FileNotFoundError:
        write_whole(path, text)
        return
    except OSError as error:
        raise EvaluationError(
            f"{path} cannot be written: {error.strerror}.", "Name another file with --out."
        ) from error
    if before != text.encode():
        what = f"{path} is there already, and holds something else."
        raise EvaluationError(what, "Name another file with --out, or move that one away.")


def rows_text(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def item_row(item: Item) -> dict[str, Any]:
    """The row of an item; what it has nothing of is left out, save gold, facts and forbid_docs."""
    row: dict[str, Any] = {"id": item.id, "kind": item.kind, "question": item.question}
    if item.context:
        row["context"] = list(item.context)
    if item.as_of:
        row["as_of"] = item.as_of.isoformat()
    if item.voice is not None:
        row["voice"] = item.voice
    if item.period:
        row["period"] = [day.isoformat() for day in item.period]
    return {
        **row,
        **item.slices,
        "gold": [_gold_row(gold) for gold in item.gold],
        "facts": [list(alternatives) for alternatives in item.facts],
        "forbid_docs": list(item.forbid),
        **({"draft": True} if item.draft else {}),
    }


def _gold_row(gold: Gold) -> dict[str, Any]:
    row: dict[str, Any] = {"doc": gold.source, "grade": gold.grade}
    row |= {"quote": gold.quote} if gold.quote else {"whole": True}
    return row | ({} if gold.page is None else {"page": gold.page})
