"""The timeline of an authority: whole histories, what changed since the report before, and how often or for whom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers_index import (
    ILACS_2019,
    ILACS_2022,
    ILACS_2026,
    OLDHAM_2021,
    SIF_2016,
    VISIT_2020,
    ask,
    days,
    marks,
    read,
    sources,
    stored,
)

from assistant.answers.drafts import finished
from assistant.answers.grades import graded
from assistant.ask import Assistant
from assistant.choose import choose
from assistant.records import Answer, Intent, Reading, Selection, Status
from assistant.timeline import OVERALL, STRANDS, Occasion, strands_of, timeline
from index.catalogue import Catalogue
from index.records import Area, Judgement, Kind, Span

pytest_plugins = "fixtures_answers"


def told(assistant: Assistant, question: str) -> Answer:
    answer = ask(assistant, question)
    assert answer.status is Status.ANSWERED, answer.reason
    assert list(dict.fromkeys(marks(answer.text))) == [citation.n for citation in answer.citations]
    return answer


def text_of(catalogue: Catalogue, reading: Reading) -> str:
    selection = choose(reading, catalogue)
    assert isinstance(selection, Selection)
    draft = graded(reading, selection, catalogue)
    assert draft is not None
    return finished(draft, catalogue, None)[0]  # type: ignore[arg-type]  # no Missing: a sentence is looked for


def test_a_timeline_holds_what_inspectorates_published_in_order(catalogue: Catalogue) -> None:
    """No council news, no press; a visit stands between the inspections."""
    dudley = [d for d in catalogue.documents() if "Dudley" in d.description.authorities]
    assert [one.document.source for one in timeline(dudley)] == [
        SIF_2016,
        ILACS_2019,
        VISIT_2020,
        ILACS_2022,
        ILACS_2026,
    ]


def test_a_joint_judgement_is_told_once_and_stands_in_both_strands() -> None:
    joint = Judgement(Area.CARE_AND_CARE_LEAVERS, "good", Span(0, 0, 1))
    one = Occasion(stored(judgements=(joint,), kind=Kind.ILACS))
    assert [judgement for _, judgement in one.judgements()] == [joint]
    named = {strand.name: one.judgement(strand) for strand in STRANDS}
    assert named["Children in care"] is named["Care leavers"] is joint


def test_only_a_graded_inspection_can_lack_an_overall_grade() -> None:
    """A visit and an area SEND inspection never had one."""
    send = Judgement(Area.SEND_OUTCOME, "inconsistent", Span(0, 0, 1))
    leaders = Judgement(Area.LEADERS, "good", Span(0, 0, 1))
    assert not Occasion(stored(kind=Kind.FOCUSED_VISIT)).without_overall
    assert not Occasion(stored(kind=Kind.AREA_SEND, judgements=(send,))).without_overall
    assert Occasion(stored(kind=Kind.ILACS, judgements=(leaders,))).without_overall
    assert OVERALL in strands_of([Occasion(stored(kind=Kind.ILACS, judgements=(leaders,)))])


def test_a_history_of_judgements_tells_every_area_of_every_report(assistant: Assistant) -> None:
    answer = told(assistant, "how have the judgements of Dudley changed over time?")
    first, *reports = answer.text.split("\n")
    assert "requires improvement (2016), inadequate (2019), good (2022), none given (2026)" in first
    assert [line.split(",")[0] for line in reports] == ["• SIF inspection", *["• ILACS inspection"] * 3]
    assert "care leavers outstanding" in reports[2]
    assert "overall none given" in reports[3]
    assert sources(answer) == [SIF_2016, ILACS_2019, ILACS_2022, ILACS_2026]


def test_the_table_of_a_history_has_a_column_for_each_area(assistant: Assistant) -> None:
    table = told(assistant, "how have the judgements of Dudley changed over time?").table
    assert table is not None
    assert table.columns[:4] == ("Report", "Published", "Inspected", "Overall")
    overall, leaders = table.columns.index("Overall"), table.columns.index("Leaders")
    assert [row[overall] for row in table.rows] == ["Requires improvement", "Inadequate", "Good", "none given"]
    assert [row[leaders] for row in table.rows] == ["Requires improvement", "Inadequate", "Good", "Outstanding"]
    assert all(row[-1] for row in table.rows)


def test_what_changed_tells_the_areas_that_changed_before_those_that_did_not(assistant: Assistant) -> None:
    """And says that the later report gives no overall grade, with the last one given."""
    answer = told(assistant, "what changed in Dudley since the last inspection?")
    first, *areas = answer.text.split("\n")
    assert "gives no overall effectiveness judgement" in first
    assert "The last one given was good" in first
    assert [line.split(" ")[1].rstrip(":") for line in areas[:4]] == ["Improved", "Improved", "Declined", "Stayed"]
    assert set(sources(answer)) == {ILACS_2022, ILACS_2026}


def test_the_change_between_two_years_is_of_their_reports(assistant: Assistant) -> None:
    answer = told(assistant, "how did Dudley improve between 2019 and 2022?")
    assert answer.text.startswith("Improved: inadequate")
    assert set(sources(answer)) == {ILACS_2019, ILACS_2022}


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("was Dudley judged inadequate in 2019?", "Yes: "),
        ("was Dudley judged good in 2019?", "No: "),
        ("is Oldham good or outstanding?", "No: "),
        ("was Dudley outstanding for care leavers in 2022?", "Yes: "),
    ],
)
def test_a_question_that_the_grade_decides_gets_yes_or_no(assistant: Assistant, question: str, word: str) -> None:
    assert told(assistant, question).text.startswith(word)


def test_who_has_a_grade_is_counted_and_named_first(assistant: Assistant) -> None:
    first, *others = told(assistant, "which authorities are rated outstanding for leadership?").text.split("\n")
    assert first.startswith("1 authority held here is judged outstanding")
    assert "Dudley" in first
    assert len(others) == 1


def test_a_grade_that_a_later_report_leaves_out_is_not_told_as_if_it_were_the_latest(assistant: Assistant) -> None:
    text = told(assistant, "which authorities are rated good overall?").text
    assert "Dudley" in text
    assert "3 August 2026" in text
    assert "gives none" in text


@pytest.mark.parametrize(
    ("grades", "often"), [(("inadequate",), "Once"), (("outstanding",), "Never"), (("good", "inadequate"), "Twice")]
)
def test_how_often_a_grade_was_given_comes_first(catalogue: Catalogue, grades: tuple[str, ...], often: str) -> None:
    reading = replace(
        read("how many times has Dudley been judged inadequate?"), counted=True, intent=Intent.HISTORY, grades=grades
    )
    assert text_of(catalogue, reading).startswith(f"{often} judged")


def test_a_grade_that_was_never_given_is_answered_as_never(assistant: Assistant) -> None:
    answer = told(assistant, "has Oldham ever been judged outstanding?")
    assert answer.text.startswith("Never judged outstanding")
    assert sources(answer) == [OLDHAM_2021]


def test_a_change_is_told_of_each_authority_by_itself(assistant: Assistant) -> None:
    """One authority's old grade is never set against another's new one."""
    text = told(assistant, "how did the overall grades of Dudley and Oldham change between 2019 and 2022?").text
    assert "Improved: inadequate" in text.split("\n")[0]
    assert "Dudley" in text.split("\n")[0]
    assert not any("Improved" in line and "Oldham" in line for line in text.split("\n"))


def test_no_claim_is_made_of_a_history_one_of_whose_grades_cannot_be_verified(catalogue: Catalogue) -> None:
    """The sentence on all reports falls with one of them; the other reports are told."""
    reading = read("how have the judgements of Dudley changed over time?")
    selection = choose(reading, catalogue)
    assert isinstance(selection, Selection)
    broken = Judgement(Area.OVERALL, "good", Span(0, 3, 3))
    documents = tuple(
        replace(d, description=replace(d.description, judgements=(broken,))) if d.source == ILACS_2022 else d
        for d in selection.documents
    )
    draft = graded(reading, replace(selection, documents=documents), catalogue)
    text, citations, _ = finished(draft, catalogue, None)  # type: ignore[arg-type]
    assert "report by report" not in text
    assert ILACS_2022 not in {citation.source for citation in citations}
    assert {SIF_2016, ILACS_2019, ILACS_2026} == {citation.source for citation in citations}


def test_an_undated_report_stands_before_the_dated_ones() -> None:
    undated, dated = stored("b", kind=Kind.ILACS), stored("a", kind=Kind.ILACS, published=days("2019-03-04"))
    undated = replace(undated, description=replace(undated.description, published=None, publisher="Ofsted"))
    dated = replace(dated, description=replace(dated.description, publisher="Ofsted"))
    assert [one.document.source for one in timeline([dated, undated])] == ["b", "a"]


def test_authorities_are_told_in_the_order_in_which_they_were_asked_for(assistant: Assistant) -> None:
    """Whichever was inspected first."""
    assert sources(told(assistant, "how are Oldham and Dudley rated for leadership?")) == [OLDHAM_2021, ILACS_2026]
    assert sources(told(assistant, "how are Dudley and Oldham rated for leadership?")) == [ILACS_2026, OLDHAM_2021]
