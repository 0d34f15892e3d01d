"""Questions that go on from those before them: what is taken over, what is not, and chains of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from answers_index import read
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.interpret.periods import Rank
from assistant.records import Intent, Leaning, Reading
from index.records import Area, VoiceKind

CASELOADS = "what did Ofsted say about caseloads in Dudley in 2019?"
GRADE = "what was Dudley rated in 2018?"


def years(reading: Reading) -> list[int]:
    return [period.interval.start.year for period in reading.time.periods]


def told(reading: Reading) -> tuple[tuple[str, ...], list[int], str, Intent]:
    return reading.authorities, years(reading), reading.topic, reading.intent


@pytest.mark.parametrize(
    ("question", "authorities", "year", "topic"),
    [
        ("and in 2022?", ("Dudley",), [2022], "caseloads"),
        ("and the year before?", ("Dudley",), [2018], "caseloads"),
        ("and Oldham?", ("Oldham",), [2019], "caseloads"),
        ("same for Kent", ("Kent",), [2019], "caseloads"),
        ("thanks, and supervision?", ("Dudley",), [2019], "supervision"),
        ("ok what was found on early help", ("Dudley",), [2019], "early help"),
        ("anything about Prevent?", ("Dudley",), [2019], "Prevent"),
        ("compare that with Leeds", ("Dudley", "Leeds"), [2019], "caseloads"),
        ("tell me more", ("Dudley",), [2019], "caseloads"),
        ("what else?", ("Dudley",), [2019], "caseloads"),
        ("who said that?", ("Dudley",), [2019], "caseloads"),
        ("why?", ("Dudley",), [2019], "caseloads"),
        ("was it better in 2018?", ("Dudley",), [2018, 2019], "caseloads"),
        ("is that still the case?", ("Dudley",), [], "caseloads"),
        ("how has that changed?", ("Dudley",), [], "caseloads"),
        ("in the latest report?", ("Dudley",), [], "caseloads"),
        ("and weaknesses?", ("Dudley",), [2019], "caseloads"),
        ("what about Leeds in 2022 and supervision?", ("Leeds",), [2022], "supervision"),
    ],
)
def test_a_follow_up_takes_over_what_it_leaves_open(
    question: str, authorities: tuple[str, ...], year: list[int], topic: str
) -> None:
    assert told(read(question, CASELOADS)) == (authorities, year, topic, Intent.SAID)


def test_what_still_holds_is_asked_of_the_latest_report() -> None:
    assert read("is that still the case?", CASELOADS).time.rank is Rank.LATEST
    assert read("is it any better now?", CASELOADS).time.rank is Rank.LATEST


def test_how_something_changed_is_asked_of_report_after_report() -> None:
    assert read("how has that changed?", CASELOADS).over_time
    assert read("has it improved since then?", CASELOADS).over_time


def test_since_then_is_since_the_time_of_the_question_before() -> None:
    anchor = read("what happened since then?", CASELOADS).time.anchor
    assert anchor is not None
    assert anchor.within is not None
    assert anchor.within.start == date(2019, 1, 1)
    assert read("what happened since then?").time.anchor is not None


@pytest.mark.parametrize(
    ("question", "intent", "year"),
    [
        ("why?", Intent.SUMMARY, [2018]),
        ("when was that?", Intent.DETAILS, [2018]),
        ("who led it?", Intent.DETAILS, [2018]),
        ("show me the history", Intent.HISTORY, []),
        ("what about the previous one?", Intent.GRADE, []),
        ("was it better in 2014?", Intent.CHANGE, [2014, 2018]),
        ("and Leeds?", Intent.GRADE, [2018]),
        ("and for care leavers?", Intent.GRADE, [2018]),
        ("what needs to improve?", Intent.SUMMARY, [2018]),
    ],
)
def test_a_question_of_a_grade_goes_on(question: str, intent: Intent, year: list[int]) -> None:
    reading = read(question, GRADE)
    assert (reading.intent, years(reading)) == (intent, year)
    assert reading.authorities in {("Dudley",), ("Leeds",)}


def test_the_reasons_of_a_grade_that_was_named_are_criticism() -> None:
    reading = read("why was that?", "was Dudley judged inadequate in 2018?")
    assert (reading.intent, reading.leaning, reading.grades) == (Intent.SUMMARY, Leaning.CRITICISM, ("inadequate",))


def test_which_of_a_list_had_a_grade_is_a_question_of_the_history() -> None:
    reading = read("which of them were inadequate?", "list the inspections of Dudley")
    assert (reading.intent, reading.grades, reading.authorities) == (Intent.HISTORY, ("inadequate",), ("Dudley",))


def test_a_list_is_no_topic_to_go_on_with() -> None:
    reading = read("what did the last one say about caseloads?", "list the inspections of Dudley")
    assert (reading.topic, reading.time.rank) == ("caseloads", Rank.LATEST)


def test_an_answer_of_the_council_is_not_looked_for_in_ofsteds_papers() -> None:
    reading = read("what did the council say?", CASELOADS)
    assert reading.speaker is not None
    assert (reading.speaker.kind, reading.publishers, reading.topic) == (VoiceKind.COUNCIL, (), "caseloads")


def test_a_kind_of_visit_is_not_carried_into_a_question_of_grades() -> None:
    reading = read("what is the overall grade?", "what did the focused visit to Dudley say about supervision?")
    assert (reading.kinds, reading.areas) == ((), (Area.OVERALL,))


@pytest.mark.parametrize(
    "question",
    [
        "what did Ofsted say about adoption in Kent?",
        "what was Suffolk's overall grade?",
        "What did inspectors say about neglect in Dudley?",
        "what is MASH?",
        "list the inspections of Oldham",
    ],
)
def test_a_whole_question_takes_over_nothing(question: str) -> None:
    assert replace(read(question, CASELOADS), carried=()) == read(question)
    assert read(question, CASELOADS).carried == ()


def test_a_question_about_all_authorities_takes_over_none_of_them() -> None:
    assert read("which authorities were judged inadequate in 2022?", CASELOADS).authorities == ()
    assert read("which authorities were judged inadequate in 2022?", home="Dudley").authorities == ()
    assert read("and nationally?", CASELOADS).authorities == ()


def test_asking_what_a_word_means_does_not_end_the_thread() -> None:
    reading = read("what did Ofsted say about it?", CASELOADS, "what is MASH?")
    assert (reading.authorities, years(reading), reading.intent) == (("Dudley",), [2019], Intent.SAID)
    assert reading.topic.startswith("MASH")


def test_each_question_of_a_chain_goes_on_from_the_whole_of_the_one_before() -> None:
    chain = [CASELOADS, "and Leeds?", "and in 2022?", "what about supervision?"]
    assert told(read(chain[1], *chain[:1])) == (("Leeds",), [2019], "caseloads", Intent.SAID)
    assert told(read(chain[2], *chain[:2])) == (("Leeds",), [2022], "caseloads", Intent.SAID)
    assert told(read(chain[3], *chain[:3])) == (("Leeds",), [2022], "supervision", Intent.SAID)
    graded = read("what was the overall grade?", *chain)
    assert (graded.authorities, years(graded), graded.intent) == (("Leeds",), [2022], Intent.GRADE)


def test_a_whole_question_in_a_chain_is_what_the_next_one_goes_on_from() -> None:
    chain = [CASELOADS, "what did Ofsted say about neglect in Kent?"]
    assert told(read("and adoption?", *chain)) == (("Kent",), [], "adoption", Intent.SAID)


@pytest.mark.parametrize("home", ["Dudley", "Dudley Metropolitan Borough Council", "dudley"])
def test_the_home_authority_may_be_set_by_any_of_its_names(home: str) -> None:
    assert read("what are our strengths?", home=home).authorities == ("Dudley",)
    assert read("what do inspectors say about our caseloads?", home=home).topic == "caseloads"


FOLLOW_UPS = (
    "and in 2022?", "and Oldham?", "why?", "and supervision?", "is that still so?", "what is MASH?", "and before that?",
    "show me the history", "what about care leavers?", "since then?", "what did the council say?",
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([*FOLLOW_UPS, CASELOADS, GRADE]), min_size=1, max_size=6), st.text(max_size=30))
def test_any_thread_is_read_and_the_own_words_of_its_last_question_win(thread: list[str], last: str) -> None:
    """Whatever came before, a year or an authority that the question itself names is the one that counts."""
    reading = read("and Leeds in 2017?", *thread)
    assert reading.authorities == ("Leeds",)
    assert years(reading) == [2017]
    assert read(last, *thread).question == last
