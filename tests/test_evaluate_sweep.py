"""A sweep asks a set under every combination of settings, builds what other sizes need, and says which was best."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np
import pytest
from answers_index import ILACS_2019
from conftest import entry_of
from numpy.typing import NDArray

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import read_run
from assistant.evaluate.grid import PACKAGED, Setting, combinations
from assistant.evaluate.intervals import Estimate
from assistant.evaluate.records import Form, Gold, Item, TestSet
from assistant.evaluate.running import Asking
from assistant.evaluate.slices import Summary
from assistant.evaluate.sweep import Indexes, Row, sweep
from assistant.evaluate.sweep_files import CSV, JSON, PLOT, best, keep_sweep, plot, usual_in
from assistant.settings import Settings
from assistant.tuning import Tuning
from index.embedding import LocalEmbedder
from index.generation import current_id, current_manifest
from index.passages import RULES, Sizes, passages
from index.progress import Silent
from index.records import Page, RawText
from index.search import Weights
from index.structure import structure

pytest_plugins = "fixtures_answers"

DAY = date(2026, 11, 21)
QUESTION = "what did Ofsted say about caseloads in Dudley in 2019?"
SVG = "{http://www.w3.org/2000/svg}"


class Counting(Silent):
    """A progress that counts the questions asked, and stops a person's patience after some."""

    def __init__(self, most: int = 10_000) -> None:
        self.asked, self.names, self._most = 0, list[str](), most

    def start(self, stage: str, total: int) -> None:  # noqa: ARG002  (Progress has it)
        self.names.append(stage)

    def advance(self, steps: int) -> None:
        self.asked += steps
        if self.asked >= self._most:
            raise KeyboardInterrupt


@pytest.fixture
def small_set() -> TestSet:
    gold = Gold(ILACS_2019, "Caseloads are too high in the assessment teams.", 2)
    items = (Item("a", QUESTION, "said", 1, (gold,)), Item("b", "caseloads in Leeds?", "unanswerable", 2))
    return TestSet("small", Form.QUOTES, Path("small.jsonl"), "a" * 64, items)


@pytest.fixture
def known(answers_index: Path) -> Settings:
    """The settings of the index of the tests of answering, and its documents."""
    return Settings(index=answers_index, source=answers_index.parent / "docs", _env_file=None)  # type: ignore[call-arg]


def swept(
    test_set: TestSet, known: Settings, folder: Path, *options: str, progress: Any = None, anew: bool = False
) -> tuple[Row, ...]:
    told = progress or Silent()
    indexes = Indexes(known, folder, told)
    asking = Asking("", DAY, anew)
    return sweep(test_set, combinations(options), folder, indexes, asking, progress=told, scored_by=("R@10", "nDCG@10"))


def row(label: str, **values: float) -> Row:
    """A row that was never run: its label and its measures."""
    turned = tuple(tuple(part.split("=")) for part in label.split(","))
    estimates = {name.replace("_at_", "@"): Estimate(v, v - 0.1, v + 0.1, 9) for name, v in values.items()}
    return Row(Setting(turned), None, Summary(label, 9, estimates))  # type: ignore[arg-type]  # no run is looked at


# What is turned


def test_every_combination_is_made_once_the_last_name_turned_fastest() -> None:
    made = combinations(["keyword=0,0.5", "k=10,50"])
    assert [one.label for one in made] == ["keyword=0,k=10", "keyword=0,k=50", "keyword=0.5,k=10", "keyword=0.5,k=50"]
    assert made[0].tuning == Tuning(10, Weights(keyword=0.0))
    assert made[3].tuning == Tuning()


def test_what_is_turned_is_turned_and_nothing_else(tmp_path: Path) -> None:
    (one,) = combinations(["wider=0.25", "passage_size=128", "passage_least=80", f"embedder={tmp_path}"])
    assert one.tuning == Tuning(weights=Weights(wider=0.25))
    assert one.sizes == Sizes(least=80, most=128)
    assert one.embedder == str(tmp_path)
    assert "/" not in one.folder


def test_sizes_have_rules_of_their_own_and_the_usual_ones_the_usual() -> None:
    assert Sizes().rules == RULES
    assert len({Sizes().rules, Sizes(least=80).rules, Sizes(most=80).rules, Sizes(80, 80).rules}) == 4


def test_passages_keep_to_the_sizes_that_are_asked_for() -> None:
    """Nothing is lost or said twice: only where the cuts are differs."""
    pages = "\n\n".join(
        f"{n}. Paragraph {n} {'tells of what inspectors saw there ' * 4}in the end." for n in range(1, 9)
    )
    document = structure("a.pdf", "0" * 40, RawText((Page(1, pages),)))

    def count(text: str) -> int:
        return len(text.split())

    def made(sizes: Sizes) -> list[int]:
        return [count(one.text) for one in passages(document, entry_of().description, count, 200, sizes)]

    usual, larger, smaller = made(Sizes()), made(Sizes(least=60)), made(Sizes(least=1, most=50))
    assert len(larger) < len(usual) <= len(smaller)
    assert min(larger) >= 60
    assert max(smaller) <= 50
    assert sum(usual) == sum(larger) == sum(smaller)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["keyword"],
        ["keyword="],
        ["keyword=a"],
        ["keyword=-1"],
        ["keyword=nan"],
        ["keyword=1e9"],
        ["keyword=0.5,0.5"],
        ["keyword=0.5", "keyword=0.4"],
        ["k=0"],
        ["k=1.5"],
        ["k=²"],
        ["passage_size=8"],
        ["colour=red"],
        ["=1"],
        ["embedder=/no/such/folder"],
        ["embedder="],
        ["k=" + ",".join(map(str, range(1, 102))), "keyword=0,1"],
    ],
)
def test_what_cannot_be_turned_is_told(options: list[str]) -> None:
    with pytest.raises(EvaluationError):
        combinations(options)


# Asking


def test_every_combination_has_a_run_and_a_row_in_the_order_given(
    small_set: TestSet, known: Settings, tmp_path: Path
) -> None:
    rows = swept(small_set, known, tmp_path, "keyword=0,0.5")
    assert [one.setting.label for one in rows] == ["keyword=0", "keyword=0.5"]
    assert [read_run(tmp_path / one.setting.folder).info.settings["keyword"] for one in rows] == [0.0, 0.5]
    without, usual = (read_run(tmp_path / one.setting.folder).outcomes["a"] for one in rows)
    assert without.confidence < usual.confidence
    assert rows[0].summary.values["R@10"].count == 1
    assert usual_in(rows) == 1


def test_a_sweep_that_was_stopped_goes_on_and_one_that_is_done_asks_nothing(
    small_set: TestSet, known: Settings, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        swept(small_set, known, tmp_path, "keyword=0,0.5", progress=Counting(3))
    again, third = Counting(), Counting()
    rows = swept(small_set, known, tmp_path, "keyword=0,0.5", progress=again)
    assert again.names == ["2/2 keyword=0.5"]
    assert swept(small_set, known, tmp_path, "keyword=0,0.5", progress=third) == rows
    assert third.asked == 0
    swept(small_set, known, tmp_path, "keyword=0,0.5", progress=third, anew=True)
    assert third.asked == 4


def test_other_sizes_are_indexed_aside_once_with_the_vectors_of_what_did_not_change(
    small_set: TestSet, known: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    real = LocalEmbedder.encode_passages

    def counted(self: LocalEmbedder, texts: Sequence[str], *rest: Any) -> NDArray[np.float32]:
        embedded.extend(texts)
        return real(self, texts, *rest)

    monkeypatch.setattr(LocalEmbedder, "encode_passages", counted)
    generation = current_id(known.index)
    usual, larger = swept(small_set, known, tmp_path, "passage_least=40,90")
    (aside,) = (tmp_path / "indexes").iterdir()
    _, manifest = current_manifest(aside)
    assert current_id(known.index) == generation
    assert usual.run.info.manifest["rules"] == RULES
    assert larger.run.info.manifest["rules"] == manifest.rules != RULES
    assert manifest.passages < usual.run.info.manifest["passages"]
    assert 0 < len(embedded) < manifest.passages
    embedded.clear()
    assert swept(small_set, known, tmp_path, "passage_least=40,90") == (usual, larger)
    assert embedded == []
    assert usual_in((usual, larger)) == 0


def test_the_packaged_model_by_its_name_is_the_index_in_use(
    small_set: TestSet, known: Settings, tmp_path: Path
) -> None:
    (one,) = swept(small_set, known, tmp_path, f"embedder={PACKAGED}")
    assert one.run.info.generation == current_id(known.index)
    assert not (tmp_path / "indexes").exists()


def test_other_documents_than_those_of_the_index_are_not_compared_with_it(
    small_set: TestSet, known: Settings, tmp_path: Path
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "other.txt").write_text("Another document altogether, with a sentence that says something.")
    elsewhere = known.model_copy(update={"source": tmp_path / "docs"})
    with pytest.raises(EvaluationError, match="are not those of the index"):
        swept(small_set, elsewhere, tmp_path, "passage_least=90")


def test_an_assistant_is_opened_under_the_setting_that_is_asked_for(known: Settings, tmp_path: Path) -> None:
    (setting,) = combinations(["keyword=0.1"])
    with Indexes(known, tmp_path, Silent()).opened(setting) as assistant:
        assert assistant.tuning == setting.tuning != Tuning()


# What comes out


def test_the_best_are_all_that_are_equal_and_for_costs_the_least() -> None:
    rows = [
        row("keyword=0", R_at_10=0.5, seconds_p95=0.3),
        row("keyword=1", R_at_10=0.9, seconds_p95=0.2),
        row("keyword=2", R_at_10=0.9, seconds_p95=0.4),
        row("keyword=3", seconds_p95=0.4),
    ]
    assert best(rows, "R@10") == (1, 2)
    assert best(rows, "seconds_p95") == (1,)
    assert best(rows, "facts") == ()


def test_table_and_plot_are_written_and_tell_the_same(small_set: TestSet, known: Settings, tmp_path: Path) -> None:
    rows = swept(small_set, known, tmp_path, "keyword=0,0.5", "k=5,50")
    assert keep_sweep(tmp_path, small_set, rows, "nDCG@10") == (tmp_path / CSV, tmp_path / JSON, tmp_path / PLOT)
    table = list(csv.DictReader((tmp_path / CSV).read_text("utf-8").splitlines()))
    whole = json.loads((tmp_path / JSON).read_text("utf-8"))
    assert [(line["keyword"], line["k"], line["questions"]) for line in table] == [
        (keyword, k, "2") for keyword in ("0", "0.5") for k in ("5", "50")
    ]
    assert [float(line["R@10"]) for line in table] == [one["measures"]["R@10"]["value"] for one in whole["rows"]]
    assert set(whole["best"]["R@10"]) <= {one.setting.label for one in rows}
    assert {"R@10", "R@10 low", "R@10 high"} <= set(table[0])


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["keyword=0", "keyword=0.4", "keyword=1"], {"keyword", "R@10", "cited_recall"}),  # curves of several measures
        (["keyword=0,k=5", "keyword=0,k=9", "keyword=1,k=5", "keyword=1,k=9"], {"k=5", "k=9", "keyword"}),
        (["embedder=a", "embedder=b"], {"embedder=a", "embedder=b"}),  # bars
        (["keyword=0"], {"keyword=0"}),
        ([f"keyword={a},k={b},wider={c}" for a in (0, 1) for b in (1, 2) for c in (0, 1)], {"keyword=1,k=2,wider=1"}),
        ([f"k={a},keyword={b}" for a in range(1, 8) for b in range(6)], {"k=7,keyword=5"}),  # too many for curves
    ],
)
def test_a_plot_is_drawn_whatever_was_turned(small_set: TestSet, labels: list[str], said: set[str]) -> None:
    rows = [row(label, R_at_10=0.5 + at / 100, cited_recall=0.4) for at, label in enumerate(labels)]
    drawn = plot(replace(small_set, name="a & b"), rows, "R@10")
    texts = {"".join(one.itertext()).strip() for one in Xml.fromstring(drawn.encode()).iter(f"{SVG}text")}  # noqa: S314
    assert said <= texts | {part for text in texts for part in text.split(": ")}


def test_a_measure_that_some_rows_lack_leaves_a_gap(small_set: TestSet) -> None:
    rows = [row("k=5", R_at_10=0.5), row("k=9"), row("k=12", R_at_10=0.7)]
    assert plot(small_set, rows, "R@10").startswith("<?xml")
