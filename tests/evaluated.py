"""Test sets, outcomes and scores made up for the tests of measures, comparisons and gates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.evaluate.records import Form, Item, Outcome, Run, RunInfo, Scores, TestSet
from assistant.evaluate.scoring import Scored

SHA = "a" * 64


def set_of(*items: Item, sha256: str = SHA, form: Form = Form.QUOTES) -> TestSet:
    return TestSet("small", form, Path("sets/small.jsonl"), sha256, items)


def outcome_of(identity: str, answer: str = "", **changes: Any) -> Outcome:
    """An answered question; `citations` and `passages` go into the answer, `status` too, the rest into the outcome."""
    told = {
        "status": changes.pop("status", "answered"),
        "answer": answer,
        "citations": changes.pop("citations", []),
        "passages": changes.pop("passages", []),
    } | changes.pop("beside", {})
    fields: dict[str, Any] = {"ranked": (), "confidence": 0.5, "seconds": 0.1} | changes
    return Outcome(identity, told, **fields)


def abstained(identity: str, **changes: Any) -> Outcome:
    return outcome_of(identity, status="abstained", **changes)


def run_of(*outcomes: Outcome, name: str = "base", sha256: str = SHA) -> Run:
    info = RunInfo(
        name=name,
        set_name="small",
        set_path="sets/small.jsonl",
        set_sha256=sha256,
        form=Form.QUOTES,
        started=datetime(2026, 11, 21, tzinfo=UTC),
        generation="000001",
        manifest={},
        settings={},
        versions={},
        items=len(outcomes),
        complete=True,
    )
    return Run(Path("runs") / name, info, {one.id: one for one in outcomes})


def scored_of(
    values: Mapping[str, Sequence[float | None]],
    name: str = "base",
    kinds: Sequence[str] = (),
    slices: Sequence[dict[str, str]] = (),
    sha256: str = SHA,
) -> Scored:
    """A run with these values of each measure by question (None: it does not apply); q0, q1 and so on."""
    count = max(map(len, values.values()))
    kinds = kinds or ["said"] * count
    items = [Item(f"q{n}", f"Question {n}?", kinds[n], n + 1) for n in range(count)]
    scores = tuple(
        Scores(
            f"q{n}",
            kinds[n],
            dict(slices[n]) if slices else {},
            {measure: value for measure, own in values.items() if (value := own[n]) is not None},
        )
        for n in range(count)
    )
    run = run_of(*(outcome_of(item.id, f"{name} says so") for item in items), name=name, sha256=sha256)
    return Scored(set_of(*items, sha256=sha256), run, scores)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
