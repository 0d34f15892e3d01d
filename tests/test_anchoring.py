"""Times told by an inspection: how they are read, and which days the documents held make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from answers_index import TODAY, catalogue_of, days, read
from conftest import entry_of
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.anchoring import anchored
from assistant.interpret.period_anchors import find_anchor
from assistant.interpret.periods import Rank, Relation, read_periods
from assistant.records import Intent, Reading
from index.catalogue import Catalogue
from index.records import Entry, Interval, Kind, VoiceKind

Settle = Callable[..., Reading]


def paper(source: str, kind: Kind, published: str, inspected: Interval | None = None, **more: object) -> Entry:
    fields = {"kind": kind, "authorities": ("Dudley",), "published": days(published), "inspected": inspected}
    return entry_of(source, ("Caseloads are high.",), **(fields | {"judgements": ()} | more))  # type: ignore[arg-type]


FIRST = paper("2016", Kind.SIF, "2016-05-10", days("2016-01-11", "2016-02-04"))
PREVIOUS = paper("2019", Kind.ILACS, "2019-03-04", days("2019-01-14", "2019-01-25"))
VISIT = paper("2020", Kind.MONITORING_VISIT, "2020-11-06", days("2020-10-13", "2020-10-14"))
LAST = paper("2022", Kind.ILACS, "2022-12-21", days("2022-10-31", "2022-11-11"))
NEWS = paper("news", Kind.NEWS_ITEM, "2023-01-05", publisher="Dudley Council")
ALL = (FIRST, PREVIOUS, VISIT, LAST)


@pytest.fixture
def settle(tmp_path: Path) -> Iterator[Settle]:
    """Reads a question and settles it by the entries given (all four inspections where none are)."""
    opened: list[Catalogue] = []

    def settling(question: str | Reading, *entries: Entry, earlier: tuple[str, ...] = ()) -> Reading:
        opened.append(catalogue_of(tmp_path / f"{len(opened)}.sqlite", *(entries or ALL)))
        return anchored(read(question, *earlier) if isinstance(question, str) else question, opened[-1])

    yield settling
    for catalogue in opened:
        catalogue.close()


def spans(reading: Reading) -> list[tuple[str, str]]:
    return [(str(p.interval.start), str(p.interval.end)) for p in reading.time.periods]


_PREVIOUS = "ILACS inspection published 4 March 2019"
_LAST = "ILACS inspection published 21 December 2022"


@pytest.mark.parametrize(
    ("question", "span", "event"),
    [
        ("what has happened in Dudley since the previous inspection?", ("2019-03-05", "9999-12-31"), _PREVIOUS),
        ("what has happened in Dudley since the last inspection?", ("2019-03-05", "9999-12-31"), _PREVIOUS),
        (
            "caseloads in Dudley since the first inspection",
            ("2016-05-11", "9999-12-31"),
            "SIF inspection published 10 May 2016",
        ),
        (
            "caseloads in Dudley since the monitoring visit",
            ("2020-11-07", "9999-12-31"),
            "monitoring visit published 6 November 2020",
        ),
        ("caseloads in Dudley before the last inspection", ("0001-01-01", "2022-10-30"), _LAST),
        ("caseloads in Dudley a year after the 2019 inspection", ("2019-09-04", "2020-09-04"), _PREVIOUS),
        ("caseloads in Dudley two years after the previous inspection", ("2020-09-04", "2021-09-04"), _PREVIOUS),
        ("caseloads in Dudley within two years of the 2019 inspection", ("2019-03-05", "2021-03-04"), _PREVIOUS),
        ("caseloads in Dudley in the year before the last inspection", ("2021-10-31", "2022-10-30"), _LAST),
        (
            "caseloads in Dudley between the last two inspections",
            ("2019-03-05", "2022-12-21"),
            f"{_PREVIOUS} and {_LAST}",
        ),
    ],
)
def test_a_time_told_by_an_inspection_becomes_days(
    settle: Settle, question: str, span: tuple[str, str], event: str
) -> None:
    reading = settle(question)
    assert spans(reading) == [span]
    (period,) = reading.time.periods
    assert (period.event, period.shown) == (event, f"{period.words} ({event})")
    assert question[period.start : period.end] == period.words
    assert reading.time.rank is Rank.NONE
    assert not {"inspection", "previous", "last", "year"} & set(reading.topic.split())


def test_since_the_last_inspection_means_that_one_where_something_came_after_it(settle: Settle) -> None:
    reading = settle("what has happened in Dudley since the last inspection?", *ALL, NEWS)
    assert spans(reading) == [("2022-12-22", "9999-12-31")]


def test_what_changed_between_two_inspections_is_asked_of_both(settle: Settle) -> None:
    reading = settle("how did caseloads in Dudley change between the last two inspections?")
    assert spans(reading) == [("2019-03-04", "2019-03-04"), ("2022-12-21", "2022-12-21")]
    assert reading.time.each
    assert reading.over_time


def test_whether_a_grade_changed_since_the_last_inspection_compares_grades(settle: Settle) -> None:
    reading = settle("has Dudley's grade changed since the last inspection?")
    assert (reading.intent, spans(reading)) == (Intent.CHANGE, [])
    assert (reading.time.rank, reading.time.anchor) == (Rank.LATEST, None)


def test_the_inspection_of_an_earlier_question_is_the_one_meant(settle: Settle) -> None:
    reading = settle("what did they find a year after the inspection?", earlier=("how was Dudley rated in 2016?",))
    assert spans(reading) == [("2016-11-10", "2017-11-10")]


@pytest.mark.parametrize(
    "question",
    [
        "caseloads since the previous inspection",
        "caseloads in Dudley and Oldham since the previous inspection",
        "caseloads in Oldham since the previous inspection",
        "caseloads in Dudley since the JTAI",
        "caseloads in Dudley a year after the 2011 inspection",
    ],
)
def test_without_such_an_inspection_of_one_authority_there_is_no_period(settle: Settle, question: str) -> None:
    reading = settle(question)
    assert (reading.time.periods, reading.time.anchor, reading.time.rank) == ((), None, Rank.NONE)


def test_only_one_inspection_has_none_before_it(settle: Settle) -> None:
    assert spans(settle("caseloads in Dudley since the previous inspection", LAST)) == []


def test_what_was_not_out_by_then_is_no_inspection_to_count_from(settle: Settle) -> None:
    asked = replace(read("what has happened in Dudley since the previous inspection?"), as_of=date(2021, 1, 1))
    assert spans(settle(asked)) == [("2016-05-11", "9999-12-31")]


def test_a_time_of_common_knowledge_is_dropped_where_nothing_is_held_of_it(settle: Settle) -> None:
    question = "how were children in Dudley seen during the pandemic?"
    assert spans(settle(question)) == [("2020-03-11", "2022-02-24")]
    assert spans(settle(question, PREVIOUS, LAST)) == []
    assert "pandemic" in settle(question, LAST).terms


def test_what_a_council_did_is_asked_of_everybody_where_it_is_not_heard_itself(settle: Settle) -> None:
    question = "what has the council done about caseloads in Dudley since the last inspection?"
    assert settle(question).speaker is None
    heard = settle(question, *ALL, NEWS).speaker
    assert heard is not None
    assert heard.kind is VoiceKind.COUNCIL


@pytest.mark.parametrize(
    ("words", "relation", "months"),
    [
        ("since Ofsted's last visit", Relation.SINCE, 0),
        ("since inspectors last came", Relation.SINCE, 0),
        ("since it was last inspected", Relation.SINCE, 0),
        ("following the inspection", Relation.SINCE, 0),
        ("in the wake of the report", Relation.SINCE, 0),
        ("in the run-up to the inspection", Relation.BEFORE, 0),
        ("prior to the JTAI", Relation.BEFORE, 0),
        ("six months after the first monitoring visit", Relation.IN, 6),
        ("half a year after the inspection", Relation.IN, 6),
        ("two years before the last inspection", Relation.IN, -24),
        ("in the year after the inspection", Relation.BETWEEN, 12),
        ("within six months of the inspection", Relation.BETWEEN, 6),
        ("between the last inspection and the one before", Relation.BETWEEN, 0),
    ],
)
def test_a_time_told_by_an_inspection_is_read(words: str, relation: Relation, months: int) -> None:
    anchor = find_anchor(f"what was said about caseloads {words}?")
    assert anchor is not None
    assert (anchor.relation, anchor.months) == (relation, months)
    assert words.endswith(anchor.words)


@pytest.mark.parametrize(
    "question",
    [
        "what did the last inspection say?",
        "at the last inspection",
        "since the inspection board met",
        "before the inspection team left",
        "caseloads since 2019",
        "since the 2019 inspection",
        "did they wait until their visits were over 20 days late?",
        "after school clubs",
        "what did children say after their social workers left?",
    ],
)
def test_other_words_tell_no_time_by_an_inspection(question: str) -> None:
    assert find_anchor(question) is None


_PARTS = """
    since before after between within a two years six months of the last previous first 2018 2019 inspection report
    visit Ofsted's monitoring and one then Dudley caseloads in during pandemic , ?
"""
PARTS = st.sampled_from(_PARTS.split())


@given(st.lists(PARTS, max_size=14).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_an_anchor_is_a_slice_that_no_period_shares(question: str) -> None:
    reading = read_periods(question, TODAY)
    if reading.anchor:
        anchor = reading.anchor
        assert question[anchor.start : anchor.end] == anchor.words
        assert all(p.end <= anchor.start or p.start >= anchor.end for p in reading.periods)


@given(question=st.lists(PARTS, max_size=12).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_the_days_are_in_order(question: str, settled: Callable[[str], Reading]) -> None:
    reading = settled(f"Dudley {question}")
    assert reading.time.anchor is None
    assert all(p.interval.start <= p.interval.end for p in reading.time.periods)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Reading]]:
    catalogue = catalogue_of(tmp_path_factory.mktemp("anchors") / "catalogue.sqlite", *ALL)
    yield lambda question: anchored(read(question), catalogue)
    catalogue.close()
