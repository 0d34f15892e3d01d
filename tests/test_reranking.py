"""A cross-encoder puts the first passages in its own order, in the time that it has; none is ever fetched."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ask import Assistant
from assistant.records import Status
from assistant.render.as_text import hits_text
from index.errors import EmbedderError
from index.model_folder import packaged_model
from index.records import Part, Passage
from index.reranking import AT_ONCE, FIRST, Reranker, load_reranker
from index.search import Hit

pytest_plugins = "fixtures_answers"

CASELOADS = "what did Ofsted say about caseloads in Dudley in 2019?"


class Said:
    """Tells of each text what stands in it as a number; `seconds` for each call."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.read, self._seconds = 0, seconds

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002  (a model reads it)
        self.read += len(texts)
        ends = time.monotonic() + self._seconds
        while time.monotonic() < ends:
            pass
        return [float(text) for text in texts]


def hit(told: float, score: float, prior: float = 0.0) -> Hit:
    passage = Passage(f"{told}-{score}", "a.pdf", 0, (), None, (), Part.FINDING, "", str(told), ())
    return Hit(passage, score, score - prior, 0.0, prior)


def test_the_model_decides_the_order_of_the_first_and_of_no_more() -> None:
    hits = [hit(float(n), 2.0 - n / 100) for n in range(FIRST + 5)]
    said = Said()
    found = Reranker(said, "said").reranked("x", hits)
    assert [one.passage for one in found[:FIRST]] == [one.passage for one in reversed(hits[:FIRST])]
    assert found[FIRST:] == tuple(hits[FIRST:])
    assert said.read == FIRST


def test_what_the_slots_put_behind_stays_behind_where_the_model_sees_no_great_difference() -> None:
    first, second = Reranker(Said(), "said").reranked("x", [hit(0.5, 0.9), hit(0.51, 0.8, -0.2), hit(0.0, 0.7)])[:2]
    assert (first.passage.text, second.passage.text) == ("0.5", "0.51")


@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1, 2)), max_size=40))
def test_no_passage_is_lost_and_scores_fall_within_the_range_that_they_had(pairs: list[tuple[float, float]]) -> None:
    hits = sorted((hit(*pair) for pair in pairs), key=lambda one: -one.score)
    found = Reranker(Said(), "said").reranked("x", hits)
    assert sorted(one.passage.id for one in found) == sorted(one.passage.id for one in hits)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    for one in found:
        assert hits[-1].score - 1e-6 <= one.score <= hits[0].score + 1e-6
        assert one.score == pytest.approx(one.dense + one.prior + one.reranked, abs=1e-6)


def test_where_time_runs_out_all_is_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    hits = tuple(hit(float(n), 2.0 - n / 100) for n in range(FIRST))
    said = Said(0.02)
    assert Reranker(said, "said", seconds=0.01).reranked("x", hits) == hits
    assert said.read == AT_ONCE
    assert "took more than" in caplog.text


def test_what_is_no_number_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    hits = (hit(1.0, 0.9), hit(math.nan, 0.8), hit(2.0, 0.7))
    assert Reranker(Said(), "said").reranked("x", hits) == hits
    assert "no number" in caplog.text


def test_one_passage_or_none_is_no_ranking() -> None:
    for hits in ((), (hit(1.0, 0.9),), (hit(1.0, 0.9), hit(1.0, 0.8))):
        assert Reranker(Said(), "said").reranked("x", hits) == hits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of one small layer with weights drawn by chance, made here."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, set_seed  # noqa: PLC0415

    set_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(str(packaged_model().path), local_files_only=True)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        num_labels=1,
    )  # fmt: skip
    made = tmp_path_factory.mktemp("models") / "tiny"
    BertForSequenceClassification(config).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


def test_a_cross_encoder_in_a_folder_ranks_the_passages_of_an_answer(assistant: Assistant, folder: Path) -> None:
    reranker = load_reranker(folder)
    assert reranker is not None
    assert reranker.name == "tiny"
    with_it = replace(assistant, reranker=reranker)
    plain, found = (one.search(CASELOADS, 20)[2] for one in (assistant, with_it))
    assert {hit.passage.id for hit in found} == {hit.passage.id for hit in plain}
    assert found != plain
    assert found == with_it.search(CASELOADS, 20)[2]
    assert "re-ranker" in hits_text(found, (None,) * len(found))
    assert with_it.ask(CASELOADS).status is Status.ANSWERED


def test_without_a_folder_there_is_none() -> None:
    assert load_reranker(None) is None


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="no folder of a model"):
        load_reranker(tmp_path)
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(EmbedderError, match="cannot load a cross-encoder"):
        load_reranker(tmp_path)


def test_a_model_that_tells_several_numbers_is_refused(folder: Path, tmp_path: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification  # noqa: PLC0415

    other = tmp_path / "three"
    config = json.loads((folder / "config.json").read_text("utf-8"))
    labels = {"id2label": {str(n): str(n) for n in range(3)}, "label2id": {str(n): n for n in range(3)}}
    three = BertForSequenceClassification(BertConfig(**{**config, **labels}))
    three.save_pretrained(other)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (other / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(EmbedderError, match="3 numbers"):
        load_reranker(other)
