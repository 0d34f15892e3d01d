"""The catalogue gives back what was put in, and finds words whatever is typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import entry_of
from hypothesis import given
from hypothesis import strategies as st

from index.catalogue import Catalogue, CatalogueWriter
from index.errors import IndexUnusableError
from index.records import Area, Entry

LEEDS = entry_of("leeds/2019.pdf", ("Caseloads are too high.", "Social workers know children well.", "Café visits."))
YORK = entry_of("york/2021.pdf", ("Caseloads are manageable.", "The work is social."), authorities=(), published=None)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite"
    _write(path, YORK, LEEDS)
    catalogue = Catalogue(path)
    yield catalogue
    catalogue.close()


def _write(path: Path, *entries: Entry) -> None:
    writer = CatalogueWriter(path)
    for entry in entries:
        writer.add(entry)
    writer.close()


def test_an_entry_comes_back_equal(catalogue: Catalogue) -> None:
    assert catalogue.entry("leeds/2019.pdf") == LEEDS
    assert catalogue.entry("york/2021.pdf") == YORK


def test_documents_stand_in_order_of_source_with_their_counts(catalogue: Catalogue) -> None:
    found = [(d.source, d.sha256, d.description, d.passages) for d in catalogue.documents()]
    assert found == [
        ("leeds/2019.pdf", LEEDS.document.sha256, LEEDS.description, 3),
        ("york/2021.pdf", YORK.document.sha256, YORK.description, 2),
    ]


def test_passages_come_in_the_order_asked_for(catalogue: Catalogue) -> None:
    ids = catalogue.passage_ids()
    assert ids == [p.id for p in (*LEEDS.passages, *YORK.passages)]
    assert catalogue.passages(ids[::-1]) == [*YORK.passages[::-1], *LEEDS.passages[::-1]]
    assert catalogue.passage_ids(["york/2021.pdf"]) == [p.id for p in YORK.passages]
    assert catalogue.passages_of("leeds/2019.pdf") == list(LEEDS.passages)
    assert catalogue.passage_ids([]) == []
    assert catalogue.passage_ids(["no such"]) == []


def test_pages_and_judgements(catalogue: Catalogue) -> None:
    assert catalogue.pages("leeds/2019.pdf") == LEEDS.document.pages
    assert catalogue.page_text("leeds/2019.pdf", 1) == "Social workers know children well."
    assert [j.area for j in catalogue.judgements("york/2021.pdf")] == [Area.OVERALL]
    for unknown in (lambda: catalogue.pages("no such"), lambda: catalogue.page_text("leeds/2019.pdf", 3)):
        with pytest.raises(KeyError):
            unknown()


def test_words_match_by_stem_without_case_or_accents(catalogue: Catalogue) -> None:
    assert set(catalogue.keyword_scores(["CASELOAD"])) == {LEEDS.passages[0].id, YORK.passages[0].id}
    assert set(catalogue.keyword_scores(["cafe"])) == {LEEDS.passages[2].id}


def test_several_words_are_a_phrase_and_several_terms_are_alternatives(catalogue: Catalogue) -> None:
    assert set(catalogue.keyword_scores(["social worker"])) == {LEEDS.passages[1].id}
    assert set(catalogue.keyword_scores(["social worker", "manageable"])) == {LEEDS.passages[1].id, YORK.passages[0].id}
    assert catalogue.sources_with(["social worker", "absent"]) == {"leeds/2019.pdf"}
    assert catalogue.sources_with(["absent"]) == frozenset()


def test_scores_are_positive_and_the_rarer_word_weighs_more(catalogue: Catalogue) -> None:
    scores = catalogue.keyword_scores(["caseloads", "manageable"])
    assert scores[YORK.passages[0].id] > scores[LEEDS.passages[0].id] > 0


def test_only_the_chosen_documents_are_searched(catalogue: Catalogue) -> None:
    assert set(catalogue.keyword_scores(["caseloads"], ["york/2021.pdf"])) == {YORK.passages[0].id}
    assert catalogue.sources_with(["caseloads"], ["york/2021.pdf"]) == {"york/2021.pdf"}
    assert catalogue.sources_with(["caseloads"], []) == frozenset()
    assert catalogue.keyword_scores(["caseloads"], []) == {}


def test_a_term_is_said_only_where_it_is_written_plurals_and_hyphens_aside(catalogue: Catalogue) -> None:
    everything = ["leeds/2019.pdf", "york/2021.pdf"]
    assert catalogue.says(["social-worker"], everything)
    assert catalogue.says(["absent", "caseload"], ["york/2021.pdf"])
    assert catalogue.sources_with(["manage"], everything)
    assert not catalogue.says(["manage"], everything)
    assert not catalogue.says(["social worker"], ["york/2021.pdf"])
    assert not catalogue.says([], everything)


@given(
    st.lists(st.text() | st.sampled_from(['"', "NEAR(", "text:", "*", "^a", "a AND", "\0b", "\ud800", "-"]), max_size=4)
)
def test_no_text_is_taken_as_syntax(catalogue: Catalogue, terms: list[str]) -> None:
    scores = catalogue.keyword_scores(terms)
    named = catalogue.sources_with(terms, ["leeds/2019.pdf"])
    assert all(score > 0 for score in scores.values())
    assert named <= {"leeds/2019.pdf"}
    assert not catalogue.says(terms, ["leeds/2019.pdf"]) or named


def test_threads_read_at_once(catalogue: Catalogue) -> None:
    ids = catalogue.passage_ids()
    with ThreadPoolExecutor(8) as threads:
        results = list(
            threads.map(lambda _: (catalogue.passages(ids), catalogue.keyword_scores(["social"])), range(200))
        )
    assert all(result == results[0] for result in results)


def test_a_document_is_added_whole_or_not_at_all(tmp_path: Path) -> None:
    writer = CatalogueWriter(tmp_path / "c")
    writer.add(LEEDS)
    with pytest.raises(sqlite3.IntegrityError):
        writer.add(LEEDS)
    with pytest.raises(ValueError, match="surrogate"):
        writer.add(entry_of("broken.pdf", ("sound", "half a character \ud800")))
    writer.add(YORK)
    writer.close()
    catalogue = Catalogue(tmp_path / "c")
    assert [d.source for d in catalogue.documents()] == ["leeds/2019.pdf", "york/2021.pdf"]
    assert len(catalogue.passage_ids()) == 5
    catalogue.close()


@pytest.mark.parametrize("content", [None, b"", b"not a database, but long enough to be looked at" * 99])
def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "c").write_bytes(content)
    with pytest.raises(IndexUnusableError, match="inspections index build"):
        Catalogue(tmp_path / "c")


def test_damage_within_the_file_is_told_in_one_line(tmp_path: Path) -> None:
    _write(tmp_path / "c", LEEDS)
    with (tmp_path / "c").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(IndexUnusableError, match="cannot be read"):  # noqa: PT012  (which call meets the damage is free)
        catalogue = Catalogue(tmp_path / "c")
        catalogue.entry("leeds/2019.pdf")
