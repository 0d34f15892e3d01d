"""Scores of words are FTS5's own, whichever way they were found, and tell a reader nothing of what he may not see."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import entry_of
from hypothesis import given
from hypothesis import strategies as st

from index import postings
from index.audience import Clearance, View
from index.catalogue import Catalogue, CatalogueWriter

WORDS = [
    "children",
    "children’s",
    "caseload",
    "social workers",
    "Café",
    "co-operation",
    "in care",
    "care",
    "absent",
    "&",
]
SOURCES = [f"{n:02}.txt" for n in range(12)]
SECRET = SOURCES[::4]
STAFF = View(Clearance(frozenset({"public", "staff"})))


def _texts(lot: np.random.Generator) -> tuple[str, ...]:
    return tuple(" ".join(["The children", *lot.choice(WORDS, lot.integers(1, 9))]) for _ in range(20))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """240 passages of twelve documents, of which every fourth is for staff; "children" stands in all of them."""
    file = tmp_path_factory.mktemp("postings") / "catalogue.sqlite"
    lot = np.random.default_rng(3)
    with CatalogueWriter(file) as writer:
        for source in SOURCES:
            audience = ("staff",) if source in SECRET else ("public",)
            writer.add(entry_of(source, _texts(lot), audience=audience))
    return file


@pytest.fixture
def catalogue(file: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(file, STAFF)
    yield catalogue
    catalogue.close()


def _by_fts5(file: Path, table: str, terms: list[str]) -> dict[str, float]:
    """FTS5's scores for any of `terms`, by the ids of passages."""
    query = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
    sql = f"SELECT p.id, -bm25({table}) FROM {table} w JOIN passages p ON p.passage = w.rowid WHERE {table} MATCH ?"  # noqa: S608
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return dict(connection.execute(sql, [query]))


@given(terms=st.lists(st.sampled_from(WORDS) | st.text("acdehilnr ’-", max_size=9), min_size=1, max_size=4))
def test_scores_are_those_of_fts5(file: Path, terms: list[str]) -> None:
    catalogue = Catalogue(file, STAFF)
    expected = _by_fts5(file, "all_words", [term.replace("\0", " ") for term in terms])
    assert catalogue.keyword_scores(terms) == pytest.approx(expected, rel=1e-6, abs=1e-12)
    catalogue.close()


def test_a_word_that_stands_in_half_of_the_passages_may_be_left_out(catalogue: Catalogue) -> None:
    chosen = catalogue.chosen()
    for terms in (["children"], ["caseload", "children"], ["caseload"]):
        every = catalogue.keyword(terms, chosen)
        some = catalogue.keyword(terms, chosen, everywhere=False)
        assert np.abs(every - some).max() < 3e-6
    assert catalogue.keyword(["children"], chosen).min() > 0
    assert not catalogue.keyword(["children"], chosen, everywhere=False).any()


def test_what_was_looked_up_beforehand_is_the_same(file: Path, catalogue: Catalogue) -> None:
    warm = Catalogue(file, STAFF)
    warm.warm(WORDS)
    for term in WORDS:
        assert warm.keyword_scores([term]) == catalogue.keyword_scores([term])
        assert warm.sources_with([term]) == catalogue.sources_with([term])
    warm.close()


def test_what_is_forgotten_is_found_again(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [catalogue.keyword_scores([word]) for word in WORDS]
    monkeypatch.setattr(postings, "KEPT", 1)
    assert [catalogue.keyword_scores([word]) for word in WORDS] == before
    assert [catalogue.keyword_scores([word]) for word in WORDS] == before


def test_each_reader_gets_scores_and_documents_from_what_he_sees_alone(file: Path, catalogue: Catalogue) -> None:
    public = Catalogue(file, View())
    open_to_all = set(SOURCES) - set(SECRET)
    terms = ["children", "caseload"]
    for reader in (catalogue, public, catalogue):  # in turn: nothing that one looked up is told to the other
        seen = set(SOURCES) if reader is catalogue else open_to_all
        assert reader.sources_with(terms) == seen
        assert reader.sources_with(terms, SOURCES) == seen
        assert {source for source in SOURCES if reader.passage_ids([source])} == seen
        assert len(reader.keyword_scores(terms)) == 20 * len(seen)
        assert reader.chosen(SECRET).numbers.size == (60 if reader is catalogue else 0)
    assert public.keyword_scores(["caseload"]) == pytest.approx(_by_fts5(file, "words", ["caseload"]), rel=1e-6)
    public.close()


def test_a_choice_of_documents_is_in_the_order_of_their_sources(catalogue: Catalogue) -> None:
    chosen = catalogue.chosen([SOURCES[7], "no such", SOURCES[2], SOURCES[7]])
    passages = catalogue.numbered(chosen.numbers)
    assert [p.id for p in passages] == catalogue.passage_ids([SOURCES[7], SOURCES[2]]) == chosen.ids(chosen.numbers)
    everything = catalogue.chosen(SOURCES)
    assert np.array_equal(everything.numbers, catalogue.chosen(None).numbers)
    assert [p.id for p in catalogue.numbered(everything.numbers)] == catalogue.passage_ids()
