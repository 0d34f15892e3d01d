"""The ranking is exact whatever is filtered, adds up as it says, and is the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import entry_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import index.search as search_module
from index.catalogue import Catalogue, CatalogueWriter
from index.chroma_folder import write_vectors
from index.records import Part, Passage
from index.search import CONTEXT, KEYWORD, WIDER, Hit, Query, search
from index.vectors import VectorStore

WIDTH = 8
SOURCES = [f"{name}.pdf" for name in ("ash", "birch", "cedar", "dogwood", "elm")]
WORDS = ["caseload", "supervision", "placement", "audit", "visit", "threshold"]


class Index:
    """A small index, and its passages and vectors beside it for scoring by brute force."""

    def __init__(self, folder: Path, passages: list[Passage], vectors: NDArray[np.float32]) -> None:
        write_vectors(folder / "vectors", [p.id for p in passages], vectors, [{"source": p.source} for p in passages])
        self.catalogue, self.store = Catalogue(folder / "catalogue.sqlite"), VectorStore(folder / "vectors")
        self.passages, self.vectors = passages, vectors

    def search(self, query: Query, sources: list[str] | None = None, most: int = 10) -> tuple[Hit, ...]:
        return search(self.catalogue, self.store, query, sources, most)

    def close(self) -> None:
        self.store.close()
        self.catalogue.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Some 900 passages of five documents; every fourth is context, and each document ends with twins."""
    folder = tmp_path_factory.mktemp("search")
    chance = np.random.default_rng(7)
    writer = CatalogueWriter(folder / "catalogue.sqlite")
    passages: list[Passage] = []
    for source in SOURCES:
        texts = [" ".join([*chance.choice(WORDS, 3), f"n{n}"]) for n in range(180)]
        entry = entry_of(source, (*texts, "twin text", "twin text"))
        parts = [Part.CONTEXT if n % 4 == 0 else Part.FINDING for n in range(len(entry.passages))]
        entry = replace(entry, passages=tuple(replace(p, part=q) for p, q in zip(entry.passages, parts, strict=True)))
        writer.add(entry)
        passages += entry.passages
    writer.close()
    vectors = chance.standard_normal((len(passages), WIDTH)).astype(np.float32)
    vectors[[p.text == "twin text" for p in passages]] = vectors[0]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = Index(folder, passages, vectors)
    yield index
    index.close()


def unit(seed: int) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).standard_normal(WIDTH).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector))


def by_brute_force(index: Index, query: Query, sources: list[str] | None) -> dict[str, float]:
    """The score of every passage, one by one in the plainest way."""
    own = index.catalogue.keyword_scores(query.terms, sources)
    wider = index.catalogue.keyword_scores(query.wider, sources)
    keyword = {p.id: own.get(p.id, 0) + WIDER * wider.get(p.id, 0) for p in index.passages}
    best = max(keyword.values()) or 1
    scores = {}
    for passage, vector in zip(index.passages, index.vectors, strict=True):
        if sources is None or passage.source in sources:
            score = float(np.dot(vector, query.vector)) + KEYWORD * keyword[passage.id] / best
            lowered = CONTEXT if passage.part is Part.CONTEXT and not query.frame else 0
            scores[passage.id] = score + query.priors.get(passage.source, 0) - lowered
    return scores


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    terms=st.lists(st.sampled_from(WORDS), max_size=2, unique=True),
    wider=st.lists(st.sampled_from(WORDS), max_size=2, unique=True),
    sources=st.none() | st.lists(st.sampled_from(SOURCES), min_size=1, unique=True),
    priors=st.dictionaries(st.sampled_from(SOURCES), st.sampled_from([-0.6, -0.1, 0.3, 2.0])),
    frame=st.booleans(),
    most=st.sampled_from([1, 10, 200, 250]),
)
def test_the_ranking_is_that_of_scoring_every_passage(
    index: Index,
    *,
    seed: int,
    terms: list[str],
    wider: list[str],
    sources: list[str] | None,
    priors: dict[str, float],
    frame: bool,
    most: int,
) -> None:
    query = Query(unit(seed), tuple(terms), tuple(wider), priors, frame)
    found = index.search(query, sources, most)
    scores = by_brute_force(index, query, sources)
    assert [hit.score for hit in found] == pytest.approx(sorted(scores.values(), reverse=True)[:most], abs=1e-5)
    assert [scores[hit.passage.id] for hit in found] == pytest.approx([hit.score for hit in found], abs=1e-5)


def test_what_is_filtered_out_does_not_push_out_what_is_asked_for(index: Index) -> None:
    query = Query(unit(1), ("caseload",))
    everywhere = [hit.passage.source for hit in index.search(query, None, 3)]
    other = next(source for source in SOURCES if source not in everywhere)
    found = index.search(query, [other], 200)
    assert len(found) == 182
    assert {hit.passage.source for hit in found} == {other}


def test_a_score_is_the_sum_of_its_parts(index: Index) -> None:
    query = Query(unit(2), ("audit", "visit"), ("threshold",), {"elm.pdf": 0.2})
    found = index.search(query, None, 300)
    assert all(hit.score == pytest.approx(hit.dense + KEYWORD * hit.keyword + hit.prior) for hit in found)
    assert all(-1 <= hit.dense <= 1 and 0 <= hit.keyword <= 1 for hit in found)
    assert max(hit.keyword for hit in index.search(query, None, 1000)) == pytest.approx(1)
    lowered = {p.id for p in index.passages if p.part is Part.CONTEXT}
    for hit in found:
        prior = 0.2 * (hit.passage.source == "elm.pdf") - CONTEXT * (hit.passage.id in lowered)
        assert hit.prior == pytest.approx(prior)


def test_passages_about_the_inspection_itself_stand_lower_unless_they_are_welcome(index: Index) -> None:
    context = next(place for place, p in enumerate(index.passages) if p.part is Part.CONTEXT)
    vector = index.vectors[context]
    assert index.search(Query(vector, (), frame=True))[0].prior == 0
    assert all(hit.prior == -CONTEXT for hit in index.search(Query(vector, ())) if hit.passage.part is Part.CONTEXT)


def test_ties_stand_by_source_and_place_and_every_time_alike(index: Index) -> None:
    twins = list(index.search(Query(index.vectors[0], ("twin",), frame=True), None, 10))
    assert [(hit.passage.source, hit.passage.ordinal) for hit in twins] == [
        (source, ordinal) for source in SOURCES for ordinal in (180, 181)
    ]
    query = Query(unit(3), ("visit",))
    assert index.search(query) == index.search(query)


def test_a_wider_word_counts_half_an_own_one(index: Index) -> None:
    vector = unit(4)
    own = {hit.passage.id: hit.keyword for hit in index.search(Query(vector, ("audit",)), None, 2000)}
    both = {hit.passage.id: hit.keyword for hit in index.search(Query(vector, ("n1",), ("audit",)), None, 2000)}
    only_wider = [one for one in both if own[one] > 0 and " n1 " not in f" {_text(index, one)} "]
    assert only_wider
    assert all(both[one] < own[one] for one in only_wider)


def _text(index: Index, one: str) -> str:
    return next(p.text for p in index.passages if p.id == one)


def test_a_rough_look_beforehand_changes_nothing(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here it is no rougher than the vectors are wide; how it does on real ones is told by `make bench`."""
    queries = [
        (Query(unit(seed), ("audit",), ("visit",), {"elm.pdf": -0.3}), s)
        for seed in range(9)
        for s in (None, SOURCES[1:])
    ]
    before = [[hit.passage.id for hit in index.search(query, sources, 10)] for query, sources in queries]
    monkeypatch.setattr(search_module, "MANY", 100)
    monkeypatch.setattr(search_module, "LIKELY", 30)
    monkeypatch.setattr(search_module, "RATIO", 3)
    assert [[hit.passage.id for hit in index.search(query, sources, 10)] for query, sources in queries] == before


def test_no_document_and_no_word_are_no_error(index: Index) -> None:
    assert index.search(Query(unit(5), ()), []) == ()
    assert index.search(Query(unit(5), ()), ["unknown.pdf"]) == ()
    assert all(hit.keyword == 0 for hit in index.search(Query(unit(5), ("zebra",))))
