"""Councils that were divided or joined: whose documents belong to the answer, and that it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from answers_index import catalogue_of, days, read
from conftest import entry_of

from assistant.reorganised import reorganised
from index.catalogue import Catalogue
from index.records import Entry, Kind

Settle = Callable[..., tuple[tuple[str, ...], tuple[str, ...]]]


def of(name: str, year: int) -> Entry:
    fields = {"kind": Kind.ILACS, "authorities": (name,), "published": days(f"{year}-05-10"), "inspected": None}
    return entry_of(f"{name}-{year}", (f"Caseloads in {name}.",), judgements=(), **fields)  # type: ignore[arg-type]


@pytest.fixture
def settle(tmp_path: Path) -> Iterator[Settle]:
    """The authorities and the notes that the entries given make of a question."""
    opened: list[Catalogue] = []

    def settling(question: str, *entries: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
        opened.append(catalogue_of(tmp_path / f"{len(opened)}.sqlite", *entries))
        reading = reorganised(read(question), opened[-1])
        return reading.authorities, reading.notes

    yield settling
    for catalogue in opened:
        catalogue.close()


BEFORE = of("Northamptonshire", 2019)
WEST, NORTH = of("West Northamptonshire", 2022), of("North Northamptonshire", 2023)


def test_a_new_council_of_which_nothing_is_held_is_told_by_the_one_before_it(settle: Settle) -> None:
    authorities, notes = settle("what did Ofsted say about foster carers in North Northamptonshire?", BEFORE, WEST)
    assert authorities == ("Northamptonshire",)
    told = "Northamptonshire answered for its area until 31 March 2021"
    assert notes == (f"Nothing is held about North Northamptonshire itself: {told}.",)


def test_an_old_council_of_which_nothing_is_held_is_told_by_those_after_it(settle: Settle) -> None:
    authorities, notes = settle("caseloads in Northamptonshire", WEST, NORTH)
    assert authorities == ("North Northamptonshire", "West Northamptonshire")
    assert notes == (
        "Nothing is held about Northamptonshire itself: North Northamptonshire and West Northamptonshire have answered "
        "for its area since 1 April 2021.",
    )


def test_a_time_at_which_a_council_was_not_there_yet_is_that_of_the_one_before_it(settle: Settle) -> None:
    authorities, notes = settle("caseloads in North Northamptonshire in 2019", BEFORE, NORTH)
    assert authorities == ("Northamptonshire",)
    assert "of that time" in notes[0]


def test_a_time_after_a_council_was_gone_is_that_of_those_after_it(settle: Settle) -> None:
    authorities, _ = settle("caseloads in Northamptonshire in 2023", BEFORE, NORTH)
    assert authorities == ("North Northamptonshire",)


@pytest.mark.parametrize("question", ["caseloads in Northamptonshire", "list the inspections of Northamptonshire"])
def test_without_a_time_a_council_that_is_gone_is_told_with_those_after_it(settle: Settle, question: str) -> None:
    authorities, notes = settle(question, BEFORE, WEST)
    assert authorities == ("Northamptonshire", "West Northamptonshire")
    assert notes == ("Told with it: West Northamptonshire has answered for its area since 1 April 2021.",)


def test_the_history_of_a_new_council_has_the_one_before_it(settle: Settle) -> None:
    question = "how have West Northamptonshire's judgements changed over time?"
    assert settle(question, BEFORE, WEST)[0] == ("West Northamptonshire", "Northamptonshire")


@pytest.mark.parametrize(
    "question",
    ["caseloads in West Northamptonshire", "caseloads in Dudley", "caseloads", "caseloads in Northamptonshire in 2019"],
)
def test_otherwise_the_council_asked_for_is_the_one_that_is_told(settle: Settle, question: str) -> None:
    authorities, notes = settle(question, BEFORE, WEST, of("Dudley", 2019))
    assert (authorities, notes) == (read(question).authorities, ())


def test_one_of_several_councils_is_replaced_in_its_place(settle: Settle) -> None:
    authorities, _ = settle("compare Dudley and Cumberland on caseloads", of("Cumbria", 2017), of("Dudley", 2019))
    assert authorities == ("Dudley", "Cumbria")
