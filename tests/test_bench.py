"""The bench in small: copies of the samples are built and asked for real, and what it says of them is true."""

from __future__ import annotations

import os
import pickle
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from bench.__main__ import seeds_of
from bench.asking import FILTERS, asked
from bench.making import made
from bench.replicas import Replica, replicas
from bench.report import written
from small_index import SmallEmbedder

from index.build import build
from index.records import Block, BlockKind, Page, RawText, Span

SAMPLES = Path(__file__).resolve().parent.parent / "source_docs"
NUMBER = 60


def test_a_copy_has_another_authority_and_other_years_and_blocks_stay_on_their_words() -> None:
    text = "LEEDS City Council, 12 May 2019. Leeds said in 2018: Leedsfield has 120190 homes."
    end = text.index(":")
    raw = RawText((Page(1, text),), (Block(Span(0, text.index("Leeds said"), end), BlockKind.TEXT),))
    copy = Replica("a", "a", 2, ("Leeds", "Isle of Wight")).altered(raw)
    assert copy.pages[0].text == (
        "ISLE OF WIGHT City Council, 12 May 2017. Isle of Wight said in 2016: Leedsfield has 120190 homes."
    )
    span = copy.blocks[0].span
    assert copy.pages[0].text[span.start : span.end] == "Isle of Wight said in 2016"
    assert Replica("a", "a", 0, None).altered(raw) == raw


def test_no_two_copies_have_one_name() -> None:
    raw = RawText((Page(1, "Ofsted inspected Leeds in 2019."),))
    sources = [one.source for one in replicas({"leeds 2019.pdf": raw, "other.txt": raw}, 500)]
    assert len(set(sources)) == 500


@pytest.mark.alone
@pytest.mark.skipif("INSPECTIONS_TEST_BENCH" not in os.environ, reason="half a minute: set INSPECTIONS_TEST_BENCH")
def test_the_bench_in_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SAMPLES.parent), str(Path(__file__).parent)]))
    build(tmp_path / "seeds-index", SAMPLES, SmallEmbedder())
    seeds, texts = seeds_of(SAMPLES, tmp_path / "seeds-index")
    vectors = np.random.default_rng(1).standard_normal((len(texts), 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    (tmp_path / "seeds").write_bytes(pickle.dumps(replace(seeds, vectors=vectors)))
    making = made(tmp_path / "index", tmp_path / "root", tmp_path / "seeds", NUMBER, 0.95)
    assert making.documents == NUMBER
    assert making.passages > NUMBER
    assert making.disk > 0 < making.memory
    opened, asking = asked(tmp_path / "index")
    assert opened.memory > 0
    assert [one.filter for one in asking] == list(FILTERS)
    whole, *_, most, few = asking
    assert (whole.documents, most.documents, few.documents) == (NUMBER, NUMBER - 11, 9)
    for one in asking:
        assert (one.vector_recall, one.final_recall) == (1.0, 1.0)
        assert 0 < one.search_p50 <= one.search_p95
        assert 0 < one.ask_p50 <= one.ask_p95
    scaled = {"made": asdict(making), "embedding": 1.0, "opened": asdict(opened), "asking": [*map(asdict, asking)]}
    limits = {"processor": "a processor", "cores": 2, "fp32": 100.0, "bf16": 0.0, "memory": 1e10}
    written({"limits": limits, "cosine": 0.95, "scaled": [scaled, scaled]}, tmp_path)
    assert (tmp_path / "bench.md").read_text(encoding="utf-8").count("audience, 98 %") == 2
    assert "milliseconds" in (tmp_path / "query.svg").read_text(encoding="utf-8")
    assert (tmp_path / "build.svg").exists()
