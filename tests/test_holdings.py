"""What is held, counted by kind, authority and year, with the latest additions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from answers_index import ILACS_2026, SIF_2016, stored
from small_index import RULES, SmallEmbedder, build_small

from assistant.ask import Assistant
from assistant.holdings import Holdings, counts, holdings
from index.generation import open_current
from index.keeping import roll_back

pytest_plugins = "fixtures_answers"


@pytest.fixture(scope="module")
def held(assistant: Assistant, answers_index: Path) -> Holdings:
    return holdings(assistant.index, answers_index)


def test_documents_are_counted_in_three_ways(held: Holdings, assistant: Assistant) -> None:
    assert (held.documents, held.generation) == (10, "000001")
    assert held.passages == len(assistant.index.catalogue.passage_ids())
    assert dict(held.by_authority) == {"Dudley": 7, "Oldham": 3}
    assert dict(held.by_kind)["ILACS inspection"] == 4
    assert dict(held.by_year)["2019"] >= 2
    for one in (held.by_kind, held.by_year):
        assert sum(count for _, count in one) == 10
        assert list(one) == sorted(one)


def test_the_index_says_how_old_and_how_recent_it_is(held: Holdings) -> None:
    assert (datetime.now(UTC) - held.built).total_seconds() < 3600
    assert str(held.newest) == "2026-08-03"


def test_without_an_index_before_the_latest_are_those_published_last(held: Holdings) -> None:
    assert not held.added
    assert held.latest[0].source == ILACS_2026
    assert SIF_2016 not in [one.source for one in held.latest]
    assert len(held.latest) == 5
    days = [one.published.start for one in held.latest if one.published]
    assert days == sorted(days, reverse=True)


def test_a_document_of_two_authorities_counts_for_both_and_an_undated_one_as_undated() -> None:
    by_kind, by_authority, by_year = counts(
        [stored("a.pdf", authorities=("Leeds", "Dudley")), stored("b.pdf", authorities=(), published=None)]
    )
    assert by_kind == (("ILACS inspection", 2),)
    assert by_authority == (("Dudley", 1), ("Leeds", 1), ("none", 1))
    assert by_year == (("2019", 1), ("undated", 1))


def small(home: Path) -> Holdings:
    with open_current(home / "index", SmallEmbedder.id, RULES) as index:
        return holdings(index, home / "index")


def test_the_latest_are_what_the_index_before_did_not_hold(tmp_path: Path) -> None:
    """Neither a document altered nor one renamed is an addition."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("a", "b", "c"):
        (docs / f"{name}.txt").write_text(f"Text {name}.")
    build_small(tmp_path / "index", docs)
    (docs / "a.txt").write_text("Altered.")
    (docs / "b.txt").rename(docs / "renamed.txt")
    (docs / "new.txt").write_text("New.")
    build_small(tmp_path / "index", docs)
    held = small(tmp_path)
    assert (held.added, [one.source for one in held.latest]) == (True, ["new.txt"])
    assert held.latest[0].title == "Report new.txt"
    roll_back(tmp_path / "index")
    assert small(tmp_path).added is False
