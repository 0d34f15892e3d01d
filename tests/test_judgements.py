"""Grades are read from tables however they are wrapped and ordered, and never from the story of earlier inspections."""

from __future__ import annotations

import csv
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from index.dates import find_dates
from index.describing import describe
from index.describing.judgements import judgements
from index.reading.read import read
from index.records import Area, Kind, Page
from index.structure import structure

SHARED = Path(__file__).resolve().parents[2] / "shared"
LABELS, CORPUS = SHARED / "testsets" / "judgements_dev.csv", SHARED / "corpus"
RI, GOOD, BAD, TOP = "requires improvement", "good", "inadequate", "outstanding"


def grades(text: str, kind: Kind = Kind.ILACS, *, page: int = 0) -> dict[Area, str]:
    pages = tuple(Page(n + 1, text if n == page else "Leeds.") for n in range(page + 1))
    found = judgements(kind, pages)
    for one in found:  # the span is where the grade is printed
        words = " ".join(pages[one.span.page].text[one.span.start : one.span.end].lower().split())
        assert set(one.grade.removeprefix("requires ").split()) <= set(words.split())
    return {one.area: one.grade for one in found}


TABLE = """Judgement Grade
The impact of leaders on social work
practice with children and families
Requires improvement to
be good
The experiences and progress of children
who need help and protection
Inadequate
The experiences and progress of children in care Good
The experiences and progress of care leavers Outstanding
Overall effectiveness Requires improvement to be good
"""
WHOLE = {Area.LEADERS: RI, Area.HELP_PROTECTION: BAD, Area.IN_CARE: GOOD, Area.CARE_LEAVERS: TOP, Area.OVERALL: RI}


def test_every_row_of_a_grade_table_is_read() -> None:
    assert grades(TABLE) == WHOLE


def test_the_table_may_stand_on_the_second_page_but_not_on_a_later_one() -> None:
    assert grades(TABLE, page=1) == WHOLE
    assert grades("Judgement Grade\nOverall effectiveness Good", page=2) == {}


def test_rows_may_stand_in_any_order() -> None:
    assert grades(
        "Judgement Grade\nOverall effectiveness Inadequate\nThe experiences and progress of care leavers Good\n"
        "The impact of leaders on social work practice with children and families Good\n"
    ) == {Area.OVERALL: BAD, Area.CARE_LEAVERS: GOOD, Area.LEADERS: GOOD}


@pytest.mark.parametrize(
    ("printed", "grade"),
    [
        ("Requires improvement to be good", RI),
        ("Require improvement", RI),
        ("REQUIRES IMPROVEMENT", RI),
        ("Requires\nimprovement\nto be good", RI),
        ("Not Judged", "not judged"),
        ("Inadequate", BAD),
        ("outstanding", TOP),
        ("Adequate", "adequate"),
    ],
)
def test_every_wording_of_a_grade_is_one_grade(printed: str, grade: str) -> None:
    assert grades(f"Judgements Grade\nOverall effectiveness\n{printed}\nLeaders act.") == {Area.OVERALL: grade}


@pytest.mark.parametrize(
    ("row", "area"),
    [
        ("The experiences and progress of children in Good\ncare", Area.IN_CARE),
        ("The experiences and progress of children in Good\ncare and care leavers", Area.CARE_AND_CARE_LEAVERS),
        ("The experiences and progress of children who Good\nneed help and protection", Area.HELP_PROTECTION),
        ("The impact of leaders on social work practice with Good\nchildren and families", Area.LEADERS),
    ],
)
def test_a_grade_that_is_read_in_the_middle_of_its_wrapped_row_belongs_to_it(row: str, area: Area) -> None:
    found = grades(f"Judgement Grade\n{row}\nOverall effectiveness Inadequate\n")
    assert found == {area: GOOD, Area.OVERALL: BAD}


def test_a_report_without_an_overall_grade_gets_none_from_the_story_of_the_last_inspection() -> None:
    rows = TABLE[: TABLE.index("Overall")]
    told = "At the last inspection in 2022, children’s services in Leeds were judged inadequate overall."
    assert Area.OVERALL not in grades(rows + told)
    assert Area.OVERALL not in grades(rows + "Children’s services in Leeds are good at listening.")


SIF = """Leeds
{sentence}
1. Children who need help and protection Requires improvement
2. Children looked after and achieving permanence Good
2.1 Adoption performance Outstanding
2.2 Experiences and progress of care leavers Inadequate
3. Leadership, management and governance Requires improvement
"""


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("Children’s services in Leeds require improvement to be good", RI),
        ("Children’s services in St. Helens are inadequate", BAD),
        ("Children’s services in the Isles of Scilly are good", GOOD),
        ("The overall judgement is that children’s services are inadequate", BAD),
        ("The overall judgement is requires improvement", RI),
        ("The overall judgement is good.", GOOD),
        ("The overall judgement is outstanding", TOP),
        ("Overall effectiveness: inadequate", BAD),
    ],
)
def test_the_overall_grade_of_a_single_inspection_framework_report_is_a_sentence(sentence: str, grade: str) -> None:
    assert grades(SIF.format(sentence=sentence), Kind.SIF) == {
        Area.OVERALL: grade,
        Area.HELP_PROTECTION: RI,
        Area.LOOKED_AFTER: GOOD,
        Area.ADOPTION: TOP,
        Area.CARE_LEAVERS: BAD,
        Area.LEADERSHIP: RI,
    }


def test_what_an_earlier_inspection_found_is_not_the_overall_grade() -> None:
    told = "Children’s services in Leeds were inadequate in 2012. The overall judgement is good"
    assert grades(SIF.format(sentence=told), Kind.SIF)[Area.OVERALL] == GOOD


def test_the_safeguarding_board_is_graded_in_its_own_part() -> None:
    text = "The effectiveness of the Local Safeguarding Children Board (LSCB) requires improvement"
    assert grades(text, Kind.SIF, page=3) == {Area.LSCB: RI}
    assert grades(text, Kind.ILACS) == {}


def test_headings_repeat_a_grade_where_there_is_no_table() -> None:
    text = "Findings\nThe experiences and progress of care leavers: good\nThey are safe.\n"
    assert grades(text, page=4) == {Area.CARE_LEAVERS: GOOD}


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [
        (
            "arrangements typically lead to positive\nexperiences and outcomes",
            "typically positive experiences and outcomes",
        ),
        ("arrangements lead to inconsistent experiences and outcomes", "inconsistent experiences and outcomes"),
        ("There are widespread and/or\nsystemic failings leading to concerns", "widespread and/or systemic failings"),
    ],
)
def test_an_area_inspection_of_send_has_an_outcome(printed: str, outcome: str) -> None:
    assert grades(printed, Kind.AREA_SEND) == {Area.SEND_OUTCOME: outcome}


def test_a_written_statement_of_action_is_no_outcome() -> None:
    assert grades("HMCI has determined that a Written Statement of Action is required", Kind.AREA_SEND) == {}


@pytest.mark.parametrize("kind", [Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT, Kind.JTAI, Kind.PRESS, Kind.NEWS_ITEM])
def test_letters_and_the_words_of_others_give_no_grades(kind: Kind) -> None:
    assert grades(TABLE, kind) == {}


_COLUMNS = {
    "overall": Area.OVERALL,
    "leaders": Area.LEADERS,
    "help_protection": Area.HELP_PROTECTION,
    "in_care": Area.IN_CARE,
    "care_leavers": Area.CARE_LEAVERS,
    "care_and_care_leavers": Area.CARE_AND_CARE_LEAVERS,
    "looked_after": Area.LOOKED_AFTER,
    "adoption": Area.ADOPTION,
    "leadership": Area.LEADERSHIP,
    "send_outcome": Area.SEND_OUTCOME,
}


@pytest.mark.skipif(not (LABELS.is_file() and CORPUS.is_dir()), reason=f"no labelled reports in {SHARED}")
def test_ninety_nine_in_a_hundred_labelled_grades_and_dates_are_read_from_real_reports() -> None:
    """Five reports of every authority."""
    with LABELS.open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["la"], row["sha256"]))
    chosen = [row for _, of_one in groupby(rows, key=lambda row: row["la"]) for row in list(of_one)[:5]]
    right: dict[str, list[bool]] = {"grades": [], "published": [], "inspected": []}
    for row in chosen:
        found = describe(structure(row["file"], row["sha256"], read(CORPUS / row["file"])), None)
        graded = {one.area: one.grade for one in found.judgements}
        right["grades"] += [graded.get(area) == (row[column] or None) for column, area in _COLUMNS.items()]
        if row["published"]:
            right["published"].append(
                found.published is not None and found.published.start == date.fromisoformat(row["published"])
            )
        if row["dates"]:
            right["inspected"].append(found.inspected == find_dates(row["dates"])[0].interval)
    assert all(len(checks) > 50 for checks in right.values())
    assert {
        name: round(sum(checks) / len(checks), 3) for name, checks in right.items() if sum(checks) < 0.99 * len(checks)
    } == {}
