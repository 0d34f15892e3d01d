"""An index that answers a test set worse than it must is not published, and the run and its report are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.gate import parse_requirement
from assistant.evaluate.gatekeeper import Gate, gate_check
from assistant.evaluate.sets import load_set
from assistant.settings import Settings
from index.build import build
from index.embedding import LocalEmbedder
from index.generation import current_id
from index.progress import Silent

REPORT = """Inspection of Leeds children's social care services

Inspection dates: 14 to 25 January 2019
Published 12 March 2019

1. Caseloads are too high in the front door service, and social workers say that they cannot visit often enough.

2. Leaders know what must change and have begun to recruit.
"""
ITEM = {
    "id": "q1",
    "question": "What did Ofsted say about caseloads in Leeds in 2019?",
    "kind": "said",
    "gold": [{"doc": "leeds.txt", "page": 1, "quote": "Caseloads are too high in the front door service", "grade": 2}],
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "leeds.txt").write_text(REPORT)
    (tmp_path / "set.jsonl").write_text(json.dumps(ITEM) + "\n")
    return Settings(index=tmp_path / "index", source=tmp_path / "docs", runs=tmp_path / "runs")


def _build(settings: Settings, embedder: LocalEmbedder, *rules: str, baseline: str | None = None) -> str:
    asked = Gate(load_set(settings.source.parent / "set.jsonl"), tuple(map(parse_requirement, rules)), baseline)
    check = gate_check(asked, settings, embedder, Silent())
    return build(settings.index, settings.source, embedder, checks=[check]).generation


def test_what_is_met_is_published_and_what_got_worse_is_not(settings: Settings, embedder: LocalEmbedder) -> None:
    """A first index has nothing to be worse than; one that lost the report is worse than the index in use."""
    assert _build(settings, embedder, "R@10>=1", "answered==1") == "000001"
    assert sorted(path.name for path in settings.runs.iterdir()) == ["gate-000001"]
    assert (settings.runs / "gate-000001" / "report.html").stat().st_size > 1000

    (settings.source / "leeds.txt").write_text(REPORT.replace("Caseloads", "Case files").replace("2019", "2017"))
    with pytest.raises(EvaluationError, match=r"does not pass the gate: .*R@10 no worse than gate-000002-before") as no:
        _build(settings, embedder)
    assert "The index in use is unchanged. See " in no.value.cure
    assert current_id(settings.index) == "000001"
    assert (settings.runs / "gate-000002" / "report.html").exists()
    with pytest.raises(EvaluationError, match="R@10 no worse than gate-000001"):
        _build(settings, embedder, baseline="gate-000001")
    with pytest.raises(EvaluationError, match=r"R@10>=0\.5: R@10 is 0\.0000 over 1 question"):
        _build(settings, embedder, "R@10>=0.5")

    (settings.source / "leeds.txt").write_text(REPORT)
    (settings.source / "more.txt").write_text("The council said that nothing else had been found in the town.")
    assert _build(settings, embedder, "R@10==1") == "000002"
    assert _build(settings, embedder, "R@10==1") == "000002"  # nothing is asked where nothing is built


def test_a_baseline_that_is_not_there_is_told(settings: Settings, embedder: LocalEmbedder) -> None:
    with pytest.raises(EvaluationError, match="There is no run none in"):
        _build(settings, embedder, baseline="none")
    assert not (settings.index / "CURRENT").exists()
