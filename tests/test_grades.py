"""Questions about grades are answered from the table of grades, each grade cited to where its report prints it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from answers_index import (
    ILACS_2019,
    ILACS_2022,
    ILACS_2026,
    OLDHAM_2021,
    SEND_2023,
    SIF_2016,
    ask,
    marks,
    sources,
)

from assistant.answers.grade_lines import change_words
from assistant.ask import Assistant
from assistant.records import Answer, Status

pytest_plugins = "fixtures_answers"


def first_grade(text: str) -> str:
    """The grade that a text names first."""
    found = re.search(r"inadequate|requires improvement|good|outstanding|inconsistent experiences", text.lower())
    assert found, text
    return found[0]


def told(assistant: Assistant, question: str, as_of: date | None = None) -> Answer:
    """The answer, after checking that it is one and that its marks are those of its citations."""
    answer = ask(assistant, question, as_of=as_of)
    assert answer.status is Status.ANSWERED, answer.reason
    assert list(dict.fromkeys(marks(answer.text))) == [citation.n for citation in answer.citations]
    return answer


@pytest.mark.parametrize(
    ("question", "grade", "source"),
    [
        ("what was Dudley's overall judgement in 2016?", "requires improvement", SIF_2016),
        ("what was Dudley's overall judgement in 2019?", "inadequate", ILACS_2019),
        ("how was Dudley rated overall in 2022?", "good", ILACS_2022),
        ("what was the overall effectiveness of Oldham?", "requires improvement", OLDHAM_2021),
        ("what was Dudley judged for leadership in 2016?", "requires improvement", SIF_2016),
        ("what was Dudley judged for adoption in 2016?", "good", SIF_2016),
        ("how were care leavers in Dudley judged in 2016?", "inadequate", SIF_2016),
        ("what was the LSCB judged in Dudley in 2016?", "inadequate", SIF_2016),
        ("what was the judgement on children in care in Dudley in 2016?", "requires improvement", SIF_2016),
        ("what grade did Dudley get for the impact of leaders in 2019?", "inadequate", ILACS_2019),
        ("what was the judgement on children in care in Dudley in 2019?", "requires improvement", ILACS_2019),
        ("how were care leavers in Dudley judged in 2022?", "outstanding", ILACS_2022),
        ("what was Dudley's grade for help and protection in 2022?", "requires improvement", ILACS_2022),
        ("what was the outcome of the area SEND inspection of Oldham?", "inconsistent experiences", SEND_2023),
    ],
)
def test_the_grade_of_a_time_comes_first(assistant: Assistant, question: str, grade: str, source: str) -> None:
    """Overall or of an area, in every framework, cited to the words that print it in that report."""
    answer = told(assistant, question)
    assert first_grade(answer.text) == grade
    assert sources(answer) == [source]
    assert grade.removesuffix("s improvement") in answer.citations[0].quote.lower()


def test_an_answer_names_the_authority_and_both_dates(assistant: Assistant) -> None:
    text = told(assistant, "what was Dudley's overall judgement in 2019?").text
    for words in ("Dudley", "published 4 March 2019", "inspected 14 to 25 January 2019", "overall effectiveness"):
        assert words in text


def test_the_quote_is_of_the_area_asked_for(assistant: Assistant) -> None:
    (citation,) = told(assistant, "how were care leavers in Dudley judged in 2022?").citations
    assert citation.quote.lower().endswith("care leavers outstanding")
    assert citation.page == 1


@pytest.mark.parametrize(
    "question", ["what is Dudley's current grade for leadership?", "how are Dudley's leaders rated?"]
)
def test_the_current_grade_is_that_of_the_latest_report(assistant: Assistant, question: str) -> None:
    answer = told(assistant, question)
    assert first_grade(answer.text) == "outstanding"
    assert sources(answer) == [ILACS_2026]


def test_a_report_since_june_2026_gives_no_overall_grade_and_the_answer_says_so(assistant: Assistant) -> None:
    """With the last one given, and the grades of the areas that the report does give; never an old grade alone."""
    answer = told(assistant, "what is Dudley's current overall grade?")
    first, *others = answer.text.split("\n")
    assert "no overall" in first
    assert "17 June 2026" in first
    assert "good" in first
    assert "21 December 2022" in first
    assert sources(answer) == [ILACS_2026, ILACS_2022]
    assert [line.split(" ")[0] for line in others] == ["Outstanding", "Good", "Good", "Good"]


@pytest.mark.parametrize(
    ("day", "grade", "source"),
    [
        (date(2018, 1, 1), "requires improvement", SIF_2016),
        (date(2019, 3, 3), "requires improvement", SIF_2016),
        (date(2019, 3, 4), "inadequate", ILACS_2019),
        (date(2026, 8, 2), "good", ILACS_2022),
    ],
)
def test_as_of_a_day_the_grade_is_that_known_then(assistant: Assistant, day: date, grade: str, source: str) -> None:
    """From the day of publication on; both as an option and in the words of the question."""
    answer = told(assistant, "what is Dudley's overall grade?", as_of=day)
    assert first_grade(answer.text) == grade
    assert sources(answer) == [source]
    words = f"what was Dudley's overall grade as of {day.day} {day:%B %Y}?"
    assert told(assistant, words).text == answer.text


def test_before_the_first_report_there_is_no_grade(assistant: Assistant) -> None:
    answer = ask(assistant, "what is Dudley's overall grade?", as_of=date(2016, 5, 9))
    assert (answer.status, answer.text, answer.citations) == (Status.ABSTAINED, "", ())


@pytest.mark.parametrize(
    ("question", "verdict", "cited"),
    [
        ("has Dudley's overall grade changed between 2019 and 2022?", "Improved", [ILACS_2019, ILACS_2022]),
        ("how did Dudley's overall grade change from 2016 to 2019?", "Declined", [SIF_2016, ILACS_2019]),
        (
            "compare the grade for help and protection in Dudley in 2016 and 2022",
            "Stayed the same",
            [SIF_2016, ILACS_2022],
        ),
        ("did Dudley's overall grade go up or down between 2016 and 2019?", "Declined", [SIF_2016, ILACS_2019]),
    ],
)
def test_a_change_of_grades_says_which_way_and_cites_both(
    assistant: Assistant, question: str, verdict: str, cited: list[str]
) -> None:
    answer = told(assistant, question)
    first = answer.text.split("\n")[0]
    assert first.startswith(verdict)
    assert marks(first) == [1, 2]
    assert [citation.source for citation in answer.citations[:2]] == cited


def test_a_change_tells_the_grades_between(assistant: Assistant) -> None:
    answer = told(assistant, "compare Dudley's overall grade in 2016 with that in 2019 and 2022")
    assert {SIF_2016, ILACS_2019, ILACS_2022} <= set(sources(answer))


def test_one_report_alone_shows_no_change(assistant: Assistant) -> None:
    answer = told(assistant, "has Oldham's overall grade improved since the previous inspection?")
    assert "nothing can be compared" in answer.text
    assert not answer.text.startswith("Improved")


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("inadequate", "requires improvement", "Improved"),
        ("outstanding", "good", "Declined"),
        ("good", "good", "Stayed the same"),
        ("adequate", "good", "Changed"),
    ],
)
def test_which_way_a_grade_went(old: str, new: str, verdict: str) -> None:
    """A grade of an older framework has no place in the order, and none is made up."""
    assert change_words(old, new) == verdict


def test_the_history_tells_every_inspection_in_time_order(assistant: Assistant) -> None:
    answer = told(assistant, "how have Dudley's overall judgements changed over time?")
    assert sources(answer) == [SIF_2016, ILACS_2019, ILACS_2022, ILACS_2026]
    bullets = [line for line in answer.text.split("\n") if line.startswith("•")]
    assert [next(g for g in ("requires", "inadequate", "good", "no overall") if g in line) for line in bullets] == [
        "requires",
        "inadequate",
        "good",
        "no overall",
    ]


def test_the_history_of_an_area_leaves_other_areas_out(assistant: Assistant) -> None:
    answer = told(assistant, "how has the judgement on leadership in Dudley changed over the years?")
    assert sources(answer) == [SIF_2016, ILACS_2019, ILACS_2022, ILACS_2026]
    assert "care leavers" not in answer.text


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("which authorities were judged inadequate in 2019?", [ILACS_2019]),
        ("which authorities were judged inadequate overall in 2019?", [ILACS_2019]),
        ("which authorities are rated outstanding for leadership?", [ILACS_2026]),
        ("which authorities are rated requires improvement overall?", [OLDHAM_2021]),
    ],
)
def test_which_authorities_have_a_grade(assistant: Assistant, question: str, cited: list[str]) -> None:
    """At a time or now: a grade that a later report replaced is not one that an authority has."""
    assert sorted(sources(told(assistant, question))) == sorted(cited)


def test_a_grade_that_nobody_has_is_told(assistant: Assistant) -> None:
    answer = ask(assistant, "which authorities were judged outstanding overall in 2019?")
    assert answer.status is Status.ABSTAINED
    assert answer.reason is not None
    assert "outstanding" in answer.reason


def test_an_area_that_a_report_does_not_grade_is_told(assistant: Assistant) -> None:
    answer = ask(assistant, "what was Oldham judged for adoption in 2021?")
    assert answer.status is Status.ABSTAINED
    assert answer.reason is not None
    assert "adoption" in answer.reason


def test_the_previous_grade_is_the_one_before_the_latest_report(assistant: Assistant) -> None:
    answer = told(assistant, "what was Dudley previously judged overall?")
    assert first_grade(answer.text) == "good"
    assert sources(answer) == [ILACS_2022]


def test_where_there_is_no_previous_report_the_reason_says_that(assistant: Assistant) -> None:
    answer = ask(assistant, "what was Oldham's previous overall grade?")
    assert answer.status is Status.ABSTAINED
    assert "no grade for overall effectiveness" not in str(answer.reason)


def test_the_first_grade_is_that_of_the_first_report(assistant: Assistant) -> None:
    answer = told(assistant, "what was the first overall judgement of Dudley?")
    assert first_grade(answer.text) == "requires improvement"
    assert sources(answer) == [SIF_2016]


def test_a_history_is_also_a_table_in_time_order(assistant: Assistant) -> None:
    table = told(assistant, "how have Dudley's overall judgements changed over time?").table
    assert table is not None
    assert table.caption == "Judgements over time – Overall effectiveness, Dudley"
    assert table.columns == ("Judgement", "Report", "Published", "Inspected", "Source")
    assert [row[0] for row in table.rows] == [
        "Requires improvement",
        "Inadequate",
        "Good",
        "No overall judgement given",
    ]
    inspected = "14 to 25 January 2019"
    assert table.rows[1] == ("Inadequate", "ILACS inspection", "4 March 2019", inspected, "[2]")
    assert table.beside == ""


def test_a_history_of_an_area_names_the_area_of_each_framework(assistant: Assistant) -> None:
    table = told(assistant, "how has the judgement on leadership in Dudley changed over the years?").table
    assert table is not None
    assert table.columns[0] == "Area"
    assert table.rows[0][:2] == ("Leadership, management and governance", "Requires improvement")


def test_a_change_is_a_table_in_time_order_beside_its_verdict(assistant: Assistant) -> None:
    """The text tells the first and the last before those between; a table need not."""
    answer = told(assistant, "compare Dudley's overall grade in 2016 with that in 2019 and 2022")
    assert answer.table is not None
    assert [(row[0], row[-1]) for row in answer.table.rows] == [
        ("Requires improvement", "[1]"),
        ("Inadequate", "[3]"),
        ("Good", "[2]"),
    ]
    assert answer.table.beside == answer.text.split("\n")[0]


def test_the_grades_of_a_report_are_a_table_by_area(assistant: Assistant) -> None:
    answer = told(assistant, "what grades did Dudley get in 2022?")
    assert answer.table is not None
    assert answer.table.caption == "Judgements – Dudley"
    assert answer.table.columns == ("Area", "Judgement", "Published", "Inspected", "Source")
    assert len(answer.table.rows) == len(answer.text.split("\n")) == 5


def test_what_no_row_says_stays_beside_the_table(assistant: Assistant) -> None:
    answer = told(assistant, "what is Dudley's current overall grade?")
    assert answer.table is not None
    assert answer.table.beside == answer.text.split("\n")[0]
    assert len(answer.table.rows) == 4


def test_one_grade_is_no_table(assistant: Assistant) -> None:
    assert told(assistant, "what was Dudley's overall judgement in 2019?").table is None


def test_a_list_is_a_table_of_what_is_held(assistant: Assistant) -> None:
    answer = told(assistant, "which inspections of Dudley are held?")
    assert answer.table is not None
    assert answer.table.columns == ("Report", "Published", "Inspected", "Overall", "Source")
    assert f"{answer.table.caption}:" == answer.text.split("\n")[0]
    assert len(answer.table.rows) == len(answer.text.split("\n")) - 1
    assert answer.table.rows[0][0] == "SIF inspection"
    assert answer.table.rows[0][3] == "requires improvement"
