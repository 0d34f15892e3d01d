"""A collection in BEIR form is ranked by the project's own parts: by words, by meaning, and by both."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.evaluate.bench import DEEP, MEASURES, RANKINGS, Bench, bench
from assistant.evaluate.errors import EvaluationError

SCIFACT = Path(__file__).resolve().parents[2] / "shared" / "bench" / "scifact"
CORPUS = {
    "d1": ("Otters", "River otters eat fish, and fish alone."),
    "d2": ("", "Herons stand in the river and wait."),
    "d3": ("Fishing", "The net is mended in winter."),
    "d4": ("Owls", "They hunt at night, mostly mice."),
}
MEANT = {"otter": 0, "heron": 1, "net": 2, "owl": 3, "bird": 3, "mice": 3}


class ByWord:
    """An embedder that knows what a few words are about; it counts the passages it was given."""

    id, width, max_tokens = "words@000000000000", 5, 256

    def __init__(self) -> None:
        self.embedded = 0

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def encode_passages(
        self, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.embedded += len(texts)
        if on_done is not None:
            on_done(len(texts))
        return np.stack([self.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.width, dtype=np.float32)
        vector[[MEANT.get(word.rstrip("s"), 4) for word in re.findall(r"[a-z]+", text.lower())]] = 1
        vector[4] = 0.1
        return np.asarray(vector / np.linalg.norm(vector))


def folder_of(tmp_path: Path, queries: dict[str, str], qrels: dict[str, dict[str, int]]) -> Path:
    folder = tmp_path / "collection"
    folder.mkdir()
    corpus = [{"_id": one, "title": title, "text": text} for one, (title, text) in CORPUS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (folder / "queries.jsonl").write_text("\n".join(json.dumps({"_id": q, "text": t}) for q, t in queries.items()))
    lines = [f"{query}\t{one}\t{grade}" for query, own in qrels.items() for one, grade in own.items()]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]))
    return folder


def values(found: Bench, measure: str) -> dict[str, float]:
    return {one.label: round(one.values[measure].value, 6) for one in found.rankings}


def test_words_find_what_has_them_and_meaning_finds_what_is_alike(tmp_path: Path) -> None:
    """ "nights" is found by its stem and means nothing; "birds" stands in no document, and an owl is one."""
    queries = {"words": "Which nights?", "meaning": "birds", "both": "mice, or a river"}
    qrels = {"words": {"d4": 1}, "meaning": {"d4": 1}, "both": {"d4": 2}}
    embedder = ByWord()
    found = bench(folder_of(tmp_path, queries, qrels), embedder)
    assert (found.name, found.documents, found.queries, found.embedder) == ("collection", 4, 3, embedder.id)
    assert [one.label for one in found.rankings] == list(RANKINGS)
    assert all(set(one.values) == set(MEASURES) and one.items == 3 for one in found.rankings)
    assert values(found, "Success@1") == pytest.approx({"BM25": 2 / 3, "dense": 2 / 3, "fused": 1}, abs=1e-6)
    assert embedder.embedded == 4


def test_a_ranking_alone_is_made_without_what_it_does_not_need(tmp_path: Path) -> None:
    embedder = ByWord()
    found = bench(folder_of(tmp_path, {"q": "fish"}, {"q": {"d1": 1}}), embedder, only=("BM25",))
    assert values(found, "RR@10") == {"BM25": 1.0}
    assert set(found.seconds) == {"reading", "BM25"}
    assert embedder.embedded == 0


def test_the_words_of_a_query_are_words_alone(tmp_path: Path) -> None:
    """No part of it is taken for the syntax of a search, nor for a phrase."""
    queries = {"q": 'NOT "fish-otters" AND (river* OR text:{x}) _ --'}
    found = bench(folder_of(tmp_path, queries, {"q": {"d1": 1}}), ByWord(), only=("BM25",))
    assert values(found, "Success@1") == {"BM25": 1.0}


def test_progress_is_told_and_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    steps: list[int] = []

    class Told:
        def start(self, stage: str, total: int) -> None:
            told.append((stage, total))

        def advance(self, done: int) -> None:
            steps.append(done)

        def done(self) -> None: ...

    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    found = bench(folder_of(tmp_path, {"q": "fish"}, {"q": {"d1": 1}}), ByWord(), Told())
    assert told == [("reading", 1), ("embedding", 4), ("writing", 4), ("BM25", 1), ("dense", 1), ("fused", 1)]
    assert sum(steps) == sum(total for _, total in told)
    assert list(found.seconds) == [stage for stage, _ in told]
    assert list(aside.iterdir()) == []


def test_what_is_no_collection_is_refused(tmp_path: Path) -> None:
    rows = tmp_path / "set.jsonl"
    rows.write_text(
        json.dumps({"id": 1, "kind": "said", "question": "What?", "gold": [{"quote": "a b c", "doc": "a", "grade": 2}]})
    )
    with pytest.raises(EvaluationError, match=r"brings no documents of its own.*corpus\.jsonl"):
        bench(rows, ByWord())
    with pytest.raises(EvaluationError, match=r"There is no ranking BM26.*BM25, dense, fused"):
        bench(tmp_path, ByWord(), only=("BM26",))


@pytest.mark.skipif(not SCIFACT.is_dir(), reason="the collection SciFact is not beside the project")
def test_keyword_search_does_on_scifact_what_is_published_of_bm25() -> None:
    """nDCG@10 is published as 0.665 and 0.679, by Anserini with k1 0.9 and b 0.4; SQLite's are 1.2 and 0.75."""
    found = bench(SCIFACT, ByWord(), only=("BM25",))
    assert (found.documents, found.queries) == (5183, 300)
    assert values(found, "nDCG@10")["BM25"] == pytest.approx(0.672, abs=0.02)
    assert DEEP >= 100
