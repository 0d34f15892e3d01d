"""Exported feedback as draft rows of a test set, for a person to look over: no set takes a row that is a draft.

A good verdict lends the cited quotes as gold of grade 1; a bad one says only that the question is worth having.  Who
gave a verdict is not carried over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import write_whole
from assistant.evaluate.matching import words
from assistant.evaluate.sets import rows_text
from assistant.evaluate.sets.lines import BadLine, Reading, json_object
from assistant.evaluate.sets.quotes import UNANSWERABLE

KIND = "feedback"  # until whoever looks the row over gives it another
_FORM = "Make the file with: inspections feedback export > feedback.jsonl"
_VERDICTS = ("good", "bad")


@dataclass(slots=True)
class _Asked:
    """One question with all verdicts on its answers."""

    question: str
    good: list[dict[str, Any]] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)


def import_feedback(path: Path, out: Path) -> int:
    """Make draft rows of the export at `path`, write them to `out`, whole or not at all, and say how many they are.

    EvaluationError: the export cannot be read, a line of it is none, it is empty, or `out` is there already.
    """
    if out.exists():
        raise EvaluationError(f"{out} is there already.", "Name another file with --out, or move that one away.")
    reading = Reading()
    lines = list(reading.each(path, _line))
    if reading.problems:
        first = reading.problems[0]
        raise EvaluationError(f"{path}, line {first.line}: {first.what}.", first.cure)
    if not lines:
        raise EvaluationError(f"{path} has no verdicts.", _FORM)
    rows = draft_rows(lines)
    write_whole(out, rows_text(rows))
    return len(rows)


def draft_rows(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The draft rows of lines of an export, one for each question, in the order in which they first occur."""
    asked: dict[tuple[str, ...], _Asked] = {}
    for line in lines:
        # Of a question that took something over from those before it, the words alone do not say what was asked.
        key = (*words(line["question"]), "|", *(str(line.get("answer_id")) if _carried(line) else ""))
        one = asked.setdefault(key, _Asked(line["question"]))
        (one.good if line["verdict"] == "good" else one.bad).append(line)
    return [_row(one, f"feedback-{number}") for number, one in enumerate(asked.values(), start=1)]


def _row(one: _Asked, name: str) -> dict[str, Any]:
    gold = _gold(one.good)
    abstained = bool(one.good) and not gold
    comments = [line["comment"] for line in (*one.good, *one.bad) if line.get("comment")]
    reasons = sorted({str(reason) for line in one.bad for reason in line.get("reasons") or ()})
    return {
        "id": name,
        "kind": UNANSWERABLE if abstained else KIND,
        "question": one.question,
        "draft": True,
        "todo": " ".join(_todo(one, gold)),
        "gold": gold,
        "facts": [],
        "forbid_docs": [],
        **({"reasons": reasons} if reasons else {}),
        **({"comments": comments} if comments else {}),
    }


def _todo(one: _Asked, gold: list[dict[str, Any]]) -> list[str]:
    """What whoever looks the row over has to do."""
    todo = []
    if one.good and one.bad:
        todo.append(f"{len(one.good)} good and {len(one.bad)} bad verdicts: see who is right.")
    if gold:
        todo.append("Grade 2 what is essential, remove what does not answer, and add what was not cited.")
    elif one.good:
        todo.append("Abstaining was called good: make sure that nothing held answers this.")
    else:
        todo.append(f'The answer was called bad: find the gold, or make the kind "{UNANSWERABLE}".')
    if any(_carried(line) for line in (*one.good, *one.bad)):
        todo.append('It followed on from earlier questions: add them as "context".')
    return [*todo, 'Give it a kind, then remove "todo" and "draft".']


def _gold(good: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The quotes cited in good answers, each once."""
    found: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for line in good:
        for citation in line["citations"]:
            page = citation.get("page")
            row = {"doc": citation["source"], "quote": citation["quote"], "grade": 1} | ({"page": page} if page else {})
            found.setdefault((citation["source"], words(citation["quote"])), row)
    return list(found.values())


def _carried(line: dict[str, Any]) -> bool:
    """Whether the question took something over from those before it."""
    reading = line.get("reading")
    return isinstance(reading, dict) and bool(reading.get("carried"))


def _line(text: str, _: int) -> dict[str, Any]:
    """A line of the export.  BadLine: it is none."""
    said = json_object(text, _FORM)
    if said.get("verdict") not in _VERDICTS:
        raise BadLine(f"verdict is {said.get('verdict')!r:.40}, neither good nor bad", _FORM)
    if not isinstance(said.get("question"), str) or not said["question"].strip():
        raise BadLine("question is missing, or is no text", _FORM)
    citations = said.get("citations")
    if not isinstance(citations, list) or not all(_is_citation(one) for one in citations):
        raise BadLine("citations is missing, or has one without source and quote", _FORM)
    return said


def _is_citation(said: Any) -> bool:
    return isinstance(said, dict) and all(isinstance(said.get(key), str) for key in ("source", "quote"))
