"""Twins of questions with a year: the same question of another time, and where the answers went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import entry_of
from evaluated import abstained, outcome_of, set_of

from assistant.evaluate.check import check
from assistant.evaluate.perturb import TWIN, TWIN_OF, Move, moved, moves, perturb
from assistant.evaluate.records import Gold, Item, TestSet
from assistant.evaluate.sets import load_set, write_set
from assistant.evaluate.sets.quotes import UNANSWERABLE
from index.catalogue import Catalogue, CatalogueWriter
from index.records import Entry, Interval, Kind

QUOTE = "Caseloads are high."
ASKED = "what did Ofsted say about caseloads in Leeds in 2018?"


def report(source: str, published: date, kind: Kind = Kind.ILACS, inspected: date | None = None) -> Entry:
    return entry_of(
        source,
        (QUOTE,),
        kind=kind,
        published=Interval(published, published),
        inspected=Interval(inspected, inspected) if inspected else None,
        authorities=("York",) if source.startswith("york") else ("Leeds",),
    )


# A series with a gap (2017, 2020 and 2021), a visit in the year of an inspection, and another authority's report.
LEEDS = (
    report("leeds/2016.pdf", date(2016, 5, 10), Kind.SIF),
    report("leeds/2018-letter.txt", date(2018, 10, 3), Kind.LETTER),
    report("leeds/2018.pdf", date(2018, 10, 29)),
    report("leeds/2019-visit.pdf", date(2019, 6, 3), Kind.FOCUSED_VISIT),
    report("leeds/2022.pdf", date(2022, 3, 1), inspected=date(2022, 1, 10)),
    report("leeds/2022-visit.pdf", date(2022, 11, 2), Kind.FOCUSED_VISIT),
    report("leeds/2025.pdf", date(2025, 7, 4)),
)
YORK = report("york/2020.pdf", date(2020, 2, 2))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    path = tmp_path_factory.mktemp("perturb") / "catalogue.sqlite"
    writer = CatalogueWriter(path)
    for entry in (*LEEDS, YORK):
        writer.add(entry)
    writer.close()
    catalogue = Catalogue(path)
    yield catalogue
    catalogue.close()


def item(question: str = ASKED, source: str = "leeds/2018.pdf", **changes: object) -> Item:
    return replace(Item("a", question, "said", 1, (Gold(source, QUOTE, 2),), slices={"authority": "Leeds"}), **changes)


def twins(catalogue: Catalogue, one: Item) -> dict[str, tuple[str, Sequence[str]]]:
    """The twins of an item by kind: the question, and the documents that are right."""
    made = perturb(set_of(one), catalogue).items
    return {twin.slices[TWIN]: (twin.question, [gold.source for gold in twin.gold]) for twin in made}


def test_a_question_with_a_year_has_its_twins(small: Catalogue) -> None:
    """The nearest other year of an inspection; the nearest not held; the rank of its kind, or of all; the month."""
    assert twins(small, item()) == {
        "another year": ("what did Ofsted say about caseloads in Leeds in 2016?", ["leeds/2016.pdf"]),
        "year not held": ("what did Ofsted say about caseloads in Leeds in 2017?", []),
        "latest": ("what did Ofsted say about caseloads in Leeds at the latest inspection?", ["leeds/2025.pdf"]),
        "previous": (
            "what did Ofsted say about caseloads in Leeds at the previous inspection?",
            ["leeds/2022.pdf", "leeds/2022-visit.pdf"],
        ),
        "month": (
            "what did Ofsted say about caseloads in Leeds in October 2018?",
            ["leeds/2018-letter.txt", "leeds/2018.pdf"],
        ),
    }


def test_all_documents_of_the_other_year_are_right(small: Catalogue) -> None:
    question, right = twins(small, item("caseloads in Leeds, 2025 report", "leeds/2025.pdf"))["another year"]
    assert question == "caseloads in Leeds, 2022 report"
    assert right == ["leeds/2022.pdf", "leeds/2022-visit.pdf"]


def test_a_year_before_a_noun_becomes_a_rank_before_it(small: Catalogue) -> None:
    made = twins(small, item("were caseloads high in the 2018 Ofsted report on Leeds?"))
    assert made["latest"][0] == "were caseloads high in the latest Ofsted report on Leeds?"
    assert made["month"][0] == "were caseloads high in the October 2018 Ofsted report on Leeds?"


def test_a_visit_has_visits_for_its_kind(small: Catalogue) -> None:
    made = twins(small, item("how were caseloads in Leeds in 2019?", "leeds/2019-visit.pdf"))
    assert made["another year"] == ("how were caseloads in Leeds in 2022?", ["leeds/2022.pdf", "leeds/2022-visit.pdf"])
    assert made["latest"] == (
        "how were caseloads in Leeds at the latest visit?",
        ["leeds/2022-visit.pdf", "leeds/2025.pdf"],
    )


def test_the_latest_of_the_latest_is_no_twin(small: Catalogue) -> None:
    """Nothing could move."""
    made = twins(small, item("how were caseloads in Leeds in 2025?", "leeds/2025.pdf"))
    assert "latest" not in made
    assert "previous" in made


@pytest.mark.parametrize(
    "one",
    [
        item("how high are caseloads in Leeds?"),
        item("how were caseloads in Leeds since 2018?"),
        item("how were caseloads in Leeds in 2018 and 2022?"),
        item("how were caseloads in Leeds in October 2018?"),
        item("how were caseloads in Leeds in the 2018/19 report?"),
        item("in 2018, were caseloads in Leeds those of 2018?"),
        item("the latest on caseloads in Leeds"),
        item(context=("and before?",)),
        item(as_of=date(2020, 1, 1)),
        item(source="leeds/none.pdf"),
        item(gold=(Gold("leeds/2018.pdf", QUOTE, 2), Gold("leeds/2022.pdf", QUOTE, 2))),
        item(gold=(), kind=UNANSWERABLE),
    ],
)
def test_what_does_not_state_one_year_of_one_document_has_none(small: Catalogue, one: Item) -> None:
    assert twins(small, one) == {}


def test_supporting_gold_may_lie_in_other_documents(small: Catalogue) -> None:
    one = item(gold=(Gold("leeds/2018.pdf", QUOTE, 2), Gold("leeds/2022.pdf", QUOTE, 1)))
    assert "another year" in twins(small, one)


def test_twins_are_a_set_like_others(small: Catalogue, tmp_path: Path) -> None:
    """They are written, read back the same, fit the index, and name their originals."""
    asked = replace(set_of(item()), path=tmp_path / "small.jsonl")
    made = perturb(asked, small)
    assert (made.name, made.path) == ("small-twins", tmp_path / "small-twins.jsonl")
    write_set(made, made.path)
    read = load_set(made.path)
    assert read == made
    assert check(read, small) == ()
    assert len({twin.id for twin in made.items}) == 5
    assert {twin.slices[TWIN_OF] for twin in made.items} == {"a"}
    assert {twin.slices["authority"] for twin in made.items} == {"Leeds"}
    assert [twin.kind for twin in made.items if not twin.gold] == [UNANSWERABLE]


def cites(*sources: str) -> dict[str, object]:
    return {"citations": [{"source": source, "quote": QUOTE} for source in sources]}


TWIN_ITEM = item(id="a~latest", gold=(Gold("leeds/2025.pdf", "", 2), Gold("leeds/2022-visit.pdf", "", 2)))
NOT_HELD = item(id="a~latest", gold=(), kind=UNANSWERABLE)


@pytest.mark.parametrize(
    ("twin", "sources", "move"),
    [
        (TWIN_ITEM, ("leeds/2025.pdf",), Move.RIGHT),
        (TWIN_ITEM, ("leeds/2025.pdf", "leeds/2022-visit.pdf"), Move.RIGHT),
        (TWIN_ITEM, ("leeds/2025.pdf", "leeds/2018.pdf"), Move.MIXED),
        (TWIN_ITEM, ("leeds/2018.pdf", "leeds/2016.pdf"), Move.STAYED),
        (TWIN_ITEM, ("leeds/2016.pdf",), Move.ELSEWHERE),
        (TWIN_ITEM, (), Move.ABSTAINED),
        (NOT_HELD, ("leeds/2018.pdf",), Move.STAYED),
        (NOT_HELD, ("york/2020.pdf",), Move.ELSEWHERE),
        (NOT_HELD, (), Move.RIGHT),
    ],
)
def test_where_an_answer_went_is_told_by_its_citations(twin: Item, sources: tuple[str, ...], move: Move) -> None:
    outcome = outcome_of(twin.id, **cites(*sources)) if sources else abstained(twin.id)
    assert moved(item(), twin, {twin.id: outcome}) is move


def test_a_twin_that_was_not_asked_is_missing_even_where_abstaining_is_right() -> None:
    assert moved(item(), NOT_HELD, {}) is Move.MISSING
    assert moved(item(), NOT_HELD, {NOT_HELD.id: abstained(NOT_HELD.id, error="too long")}) is Move.MISSING


def test_moves_are_counted_by_kind_of_twin(small: Catalogue) -> None:
    originals: TestSet = set_of(item())
    made = perturb(originals, small)
    outcomes = {
        "a~latest": outcome_of("a~latest", **cites("leeds/2025.pdf")),
        "a~month": outcome_of("a~month", **cites("leeds/2016.pdf")),
        "a~year-not-held": abstained("a~year-not-held"),
    }
    counted = moves(originals, made, outcomes)
    assert [(one.twin, one.counts) for one in counted] == [
        ("another year", {Move.MISSING: 1}),
        ("year not held", {Move.RIGHT: 1}),
        ("latest", {Move.RIGHT: 1}),
        ("previous", {Move.MISSING: 1}),
        ("month", {Move.ELSEWHERE: 1}),
    ]
    assert [(one.total, one.share(Move.RIGHT)) for one in counted[:2]] == [(1, 0.0), (1, 1.0)]
