"""What a question is taken to mean: slots, speakers, places, intent, topic, vocabulary, and threads of questions."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import snowballstemmer
from answers_index import TODAY, read
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.interpret.glossary import find_subjects, stems, subjects
from assistant.interpret.leanings import find_leaning
from assistant.interpret.periods import Rank, Relation
from assistant.interpret.read import read_question
from assistant.interpret.slots import (
    FULL,
    find_areas,
    find_grades,
    find_kinds,
    find_publishers,
)
from assistant.interpret.speakers import find_speaker
from assistant.interpret.topics import topic_of
from assistant.records import Detail, Intent, Leaning, Speaker
from index.records import Area, Interval, Kind, VoiceKind

# Slots


@pytest.mark.parametrize(
    ("question", "kinds", "words"),
    [
        ("what did the focused visit find?", (Kind.FOCUSED_VISIT,), "focused visit"),
        ("the focussed visits of 2021", (Kind.FOCUSED_VISIT,), "focussed visits"),
        ("the monitoring letter", (Kind.MONITORING_VISIT,), "monitoring letter"),
        ("what did the JTAI say", (Kind.JTAI,), "JTAI"),
        ("the joint targeted area inspection", (Kind.JTAI,), "joint targeted area inspection"),
        ("the area SEND inspection", (Kind.AREA_SEND,), "area SEND inspection"),
        ("the re-inspection", (Kind.SIF_REINSPECTION,), "re-inspection"),
        ("under the single inspection framework", (Kind.SIF, Kind.SIF_REINSPECTION), "single inspection framework"),
        ("the ILACS inspection", (Kind.ILACS,), "ILACS inspection"),
        ("the youth justice inspection", (Kind.YOUTH_JUSTICE,), "youth justice inspection"),
        ("the last full inspection", FULL, "full inspection"),
        ("in the scrutiny papers", (Kind.COMMITTEE_REPORT,), "scrutiny papers"),
        ("the newsletter", (Kind.NEWSLETTER,), "newsletter"),
        ("the council's press release", (Kind.NEWS_ITEM,), "council's press release"),
        ("what did the papers write", (Kind.PRESS, Kind.NEWS_ITEM), "the papers"),
    ],
)
def test_the_kind_of_document_is_read(question: str, kinds: tuple[Kind, ...], words: str) -> None:
    found, span = find_kinds(question)
    assert found == kinds
    assert span is not None
    assert question[slice(*span)] == words


@pytest.mark.parametrize("question", ["what did the inspection find?", "visits to children", "pressed for time"])
def test_no_kind_is_made_up(question: str) -> None:
    assert find_kinds(question) == ((), None)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("the overall grade for leadership", Area.OVERALL),
        ("the impact of leaders", Area.LEADERS),
        ("help and protection", Area.HELP_PROTECTION),
        ("children in care and care leavers", Area.CARE_AND_CARE_LEAVERS),
        ("care leavers", Area.CARE_LEAVERS),
        ("children in care", Area.IN_CARE),
        ("looked after children", Area.IN_CARE),
        ("adoption", Area.ADOPTION),
        ("the LSCB", Area.LSCB),
        ("the SEND inspection", Area.SEND_OUTCOME),
    ],
)
def test_the_area_of_judgement_is_read(question: str, first: Area) -> None:
    assert find_areas(question)[0] is first


def test_an_area_of_one_framework_finds_its_like_in_the_others() -> None:
    """What ILACS calls the impact of leaders, SIF calls leadership, management and governance; and so on."""
    assert Area.LEADERSHIP in find_areas("how was leadership judged")
    assert {Area.LOOKED_AFTER, Area.CARE_AND_CARE_LEAVERS} <= set(find_areas("children in care"))
    assert Area.CARE_AND_CARE_LEAVERS in find_areas("care leavers")


def test_to_send_is_a_verb() -> None:
    assert find_areas("did they send letters to parents?") == ()


@pytest.mark.parametrize(
    ("question", "grades"),
    [
        ("which requires improvement?", ("requires improvement",)),
        ("Require Improvement to be good", ("requires improvement", "good")),
        ("INADEQUATE or outstanding", ("inadequate", "outstanding")),
        ("good, good and good", ("good",)),
        ("goods and inadequately", ()),
    ],
)
def test_grades_are_read_and_normalised(question: str, grades: tuple[str, ...]) -> None:
    assert find_grades(question) == grades


def test_inspectorates_are_read_by_any_of_their_names() -> None:
    assert find_publishers("what did ofsted and the Care Quality Commission find") == ("Ofsted", "CQC")
    assert find_publishers("HM Inspectorate of Probation") == ("HMIP",)
    assert find_publishers("what did inspectors find") == ()


@pytest.mark.parametrize(
    ("question", "leaning"),
    [
        ("what did Ofsted praise?", Leaning.STRENGTHS),
        ("what were the weaknesses?", Leaning.CRITICISM),
        ("what did they criticise about strengths?", Leaning.CRITICISM),
        ("what needs to improve?", Leaning.RECOMMENDATIONS),
        ("what was recommended?", Leaning.RECOMMENDATIONS),
        ("what about caseloads?", Leaning.NONE),
    ],
)
def test_the_side_asked_for_is_read(question: str, leaning: Leaning) -> None:
    assert find_leaning(question) is leaning


# Speakers


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("what did Ofsted say?", Speaker(VoiceKind.INSPECTORATE, "Ofsted")),
        ("what did the CQC find?", Speaker(VoiceKind.INSPECTORATE, "CQC")),
        ("what did inspectors find?", Speaker(VoiceKind.INSPECTORATE, "")),
        ("what does the report say?", Speaker(VoiceKind.INSPECTORATE, "")),
        ("what did the council say?", Speaker(VoiceKind.COUNCIL, "")),
        ("how did the local authority respond to Ofsted?", Speaker(VoiceKind.COUNCIL, "")),
        ("what was the council's response?", Speaker(VoiceKind.COUNCIL, "")),
        ("what did Jane Doe say?", Speaker(VoiceKind.PERSON, "Jane Doe")),
        ("what did Cllr Jane Doe promise?", Speaker(VoiceKind.PERSON, "Jane Doe")),
        ("according to Councillor Jane O’Doe", Speaker(VoiceKind.PERSON, "Jane O’Doe")),
        ("what were Jane Doe's words?", Speaker(VoiceKind.PERSON, "Jane Doe")),
        ("what did social workers tell them?", Speaker(VoiceKind.REPORTED_TO_INSPECTORATE, "social workers")),
        ("what did young people say?", Speaker(VoiceKind.REPORTED_TO_INSPECTORATE, "young people")),
    ],
)
def test_the_speaker_asked_for_is_read(question: str, speaker: Speaker) -> None:
    assert find_speaker(question) == speaker


def test_a_group_written_with_capitals_is_no_person() -> None:
    assert find_speaker("What did Social Workers say?") == Speaker(VoiceKind.REPORTED_TO_INSPECTORATE, "social workers")


@pytest.mark.parametrize(
    "question", ["caseloads in Dudley", "are caseloads too high?", "how many children are in care?"]
)
def test_no_speaker_is_made_up(question: str) -> None:
    assert find_speaker(question) is None


def test_a_persons_name_is_no_topic() -> None:
    reading = read("what did Jane Doe say about caseloads?")
    assert reading.speaker == Speaker(VoiceKind.PERSON, "Jane Doe")
    assert reading.terms == ("caseloads",)


# Places


@pytest.mark.parametrize(
    ("question", "place", "sure"),
    [
        ("what did Ofsted say about Barchester's children's services?", "Barchester", True),
        ("how did Barchester District council respond?", "Barchester District", True),
        ("caseloads in Barchester", "Barchester", False),
        ("caseloads in Barchester in 2019", "Barchester", False),
        ("visits in Ambridge-on-Sea?", "Ambridge-on-Sea", False),
    ],
)
def test_a_place_that_is_no_authority_is_noticed(question: str, place: str, sure: bool) -> None:
    assert (place, sure) in read(question).unknown_places


@pytest.mark.parametrize(
    "question",
    [
        "what did Ofsted say about Dudley children's services?",
        "caseloads in Oldham",
        "what was said in March?",
        "what did the Council say about Ofsted?",
        "Social workers in Dudley Council",
        "which children's services are good?",
    ],
)
def test_what_is_known_is_no_unknown_place(question: str) -> None:
    assert read(question).unknown_places == ()


def test_services_that_boroughs_run_together_are_those_of_each() -> None:
    reading = read("what did Ofsted say about adoption in the tri-borough?")
    assert reading.authorities == ("Hammersmith and Fulham", "Kensington and Chelsea", "Westminster")
    assert reading.topic == "adoption"
    assert read("caseloads in the bi-borough").authorities == ("Kensington and Chelsea", "Westminster")


def test_reading_is_a_place_before_a_span_of_years() -> None:
    assert read("what was said about caseloads in Reading between 2016 and 2019?").authorities == ("Reading",)


# Intent


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("what did Ofsted say about caseloads in Dudley?", Intent.SAID),
        ("have caseloads improved?", Intent.SAID),
        ("what was Dudley's overall judgement in 2019?", Intent.GRADE),
        ("how was Dudley rated?", Intent.GRADE),
        ("which authorities were judged inadequate?", Intent.GRADE),
        ("what was the outcome of the area SEND inspection?", Intent.GRADE),
        ("how has Dudley's grade changed between 2016 and 2019?", Intent.CHANGE),
        ("did the rating get better than at the previous inspection?", Intent.CHANGE),
        ("how have Dudley's judgements changed?", Intent.HISTORY),
        ("list all the judgements", Intent.HISTORY),
        ("Dudley's inspection history", Intent.HISTORY),
    ],
)
def test_the_kind_of_answer_wanted_is_read(question: str, intent: Intent) -> None:
    assert read(question).intent is intent


def test_whether_a_grade_went_up_is_a_change() -> None:
    assert read("did Dudley's grade go up or down between 2016 and 2019?").intent is Intent.CHANGE


def test_which_authorities_are_of_a_grade_is_a_question_of_grades() -> None:
    assert read("which authorities are inadequate?").intent is Intent.GRADE


@pytest.mark.parametrize(
    ("question", "details"),
    [
        ("who led the inspection of Dudley in 2022?", (Detail.LEAD,)),
        ("who was the lead inspector?", (Detail.LEAD,)),
        ("when did the focused visit take place?", (Detail.DATES,)),
        ("on what dates was Dudley inspected?", (Detail.DATES,)),
        ("when was the report published?", (Detail.PUBLISHED,)),
        ("who led the inspection and when?", (Detail.LEAD, Detail.DATES)),
    ],
)
def test_facts_of_an_inspection_are_asked_for(question: str, details: tuple[Detail, ...]) -> None:
    reading = read(question)
    assert (reading.intent, reading.details) == (Intent.DETAILS, details)


@pytest.mark.parametrize(
    "question", ["when did caseloads fall?", "who led the work on exploitation?", "when was the academy opened?"]
)
def test_a_question_with_a_topic_is_about_what_was_said(question: str) -> None:
    """The same words, "when" and "who led", but not about the inspection itself."""
    assert read(question).intent is Intent.SAID


# Topics


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("what did Ofsted say about caseloads in Dudley in 2019?", "caseloads"),
        ("What did the inspectors find about care leavers' housing?", "care leavers' housing"),
        ("in the 2022 report, what was said about staff turnover?", "staff turnover"),
        ("did Ofsted mention exploitation?", "exploitation"),
        ("tell me about supervision of social workers, please", "supervision of social workers"),
        ("and what about foster carers?", "foster carers"),
        ("caseloads", "caseloads"),
        ("what did Ofsted say about Dudley?", ""),
    ],
)
def test_the_topic_is_what_the_slots_and_the_frame_leave(question: str, topic: str) -> None:
    assert read(question).topic == topic


def test_taken_words_are_no_topic() -> None:
    assert topic_of("zebras and lions", [(0, 6)]) == "lions"
    assert topic_of("", ()) == ""


@pytest.mark.parametrize("question", ["what did the JTAI say about Dudley?", "what did the press say about Dudley?"])
def test_what_a_kind_of_document_says_has_no_topic_of_its_own(question: str) -> None:
    """The verb of the frame, "say", is left over as the topic."""
    assert read(question).topic == ""


def test_words_of_the_frame_are_no_terms() -> None:
    assert read("what did the inspectors say about the caseloads of social workers?").terms == (
        "caseloads",
        "social",
        "workers",
    )


# Vocabulary


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("caseloads", "caseloads"),
        ("how busy are social workers?", "caseloads"),
        ("informal carers", "private fostering"),
        ("PAs", "personal advisers"),
        ("kids who run away", "children missing from home and care"),
    ],
)
def test_a_subject_is_found_by_any_of_its_names(text: str, name: str) -> None:
    assert name in [subject.name for subject in find_subjects(text)]


def test_a_phrase_inside_a_longer_one_does_not_count() -> None:
    """Private fostering is not fostering; agency staff turnover is not nothing."""
    assert [subject.name for subject in find_subjects("private fostering")] == ["private fostering"]


def test_capitals_count_where_the_glossary_has_them() -> None:
    """PA is a personal adviser; "pa" is nothing."""
    assert find_subjects("the PA") != ()
    assert find_subjects("pa") == ()


def test_every_subject_is_found_by_its_own_name_and_terms() -> None:
    for subject in subjects():
        for words in (subject.name, *subject.terms, *subject.asked):
            assert subject in find_subjects(words), words


def test_stems_are_the_same_in_several_threads() -> None:
    """Words not seen before, so that every one of them is really stemmed."""
    words = [f"{letter * 3}ation{'al' * n}ities" for letter in "abcdefghijklmnopqrstuvwxyz" for n in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(stems, words * 4))
    assert found == [(str(snowballstemmer.stemmer("porter").stemWord(word)),) for word in words] * 4


def test_stems_ignore_number_case_and_apostrophes() -> None:
    assert stems("Caseloads") == stems("caseload")
    assert stems("children’s") == stems("children's")
    assert stems("?!") == ()


def test_a_reading_widens_its_search_with_the_reports_words() -> None:
    reading = read("how busy are social workers in Dudley?")
    assert "caseloads" in reading.subjects
    assert "caseload" in reading.wider


# Whole readings


def test_all_slots_of_one_question() -> None:
    reading = read("What did Ofsted's focused visit to Dudley in October 2020 say about caseloads?")
    assert reading.authorities == ("Dudley",)
    assert reading.publishers == ("Ofsted",)
    assert reading.kinds == (Kind.FOCUSED_VISIT,)
    assert [period.interval for period in reading.time.periods] == [Interval(date(2020, 10, 1), date(2020, 10, 31))]
    assert "caseloads" in reading.terms
    assert reading.carried == ()


def test_as_of_is_read_from_the_question() -> None:
    reading = read("what was Dudley's grade as of 1 January 2023?")
    assert reading.as_of == date(2023, 1, 1)
    assert reading.time.periods[0].relation is Relation.AS_OF


def test_the_home_authority_is_meant_where_none_is_named() -> None:
    assert read("caseloads", home="Oldham").authorities == ("Oldham",)
    assert "home authority" in read("caseloads", home="Oldham").carried
    assert read("caseloads in Dudley", home="Oldham").authorities == ("Dudley",)


# Threads of questions

FIRST = "what did Ofsted say about caseloads in Dudley in 2019?"


def test_a_follow_up_takes_over_the_slots_that_it_leaves_open() -> None:
    reading = read("and what about supervision?", FIRST)
    assert (reading.authorities, reading.publishers, reading.topic) == (("Dudley",), ("Ofsted",), "supervision")
    assert reading.time.periods == read(FIRST).time.periods
    assert {"authority", "period"} <= set(reading.carried)


def test_a_follow_up_keeps_what_it_names_itself() -> None:
    reading = read("what about Oldham in 2021?", FIRST)
    assert reading.authorities == ("Oldham",)
    assert [period.interval.start.year for period in reading.time.periods] == [2021]
    assert reading.topic == "caseloads"
    assert not {"authority", "period"} & set(reading.carried)


def test_the_latest_of_the_earlier_questions_wins() -> None:
    reading = read("and supervision?", FIRST, "what about Oldham?")
    assert reading.authorities == ("Oldham",)


def test_a_slot_is_taken_from_as_far_back_as_it_was_named() -> None:
    reading = read("and supervision?", FIRST, "what about turnover?", "what about visits?")
    assert reading.authorities == ("Dudley",)


def test_a_rank_replaces_a_period() -> None:
    reading = read("and at the latest inspection?", FIRST)
    assert (reading.time.periods, reading.time.rank) == ((), Rank.LATEST)


def test_a_kind_of_document_is_carried() -> None:
    reading = read("what about supervision?", "what did the focused visit to Dudley say about caseloads?")
    assert reading.kinds == (Kind.FOCUSED_VISIT,)


def test_a_question_of_grades_is_carried_to_another_authority() -> None:
    reading = read("and Oldham?", "what was Dudley's overall judgement in 2019?")
    assert (reading.authorities, reading.intent, reading.areas) == (("Oldham",), Intent.GRADE, (Area.OVERALL,))


def test_a_pronoun_means_the_group_named_before() -> None:
    reading = read("do they have good housing?", "what did Ofsted say about care leavers in Dudley?")
    assert reading.topic.endswith("care leavers")
    assert {"housing", "care", "leavers"} <= set(reading.terms)


def test_a_pronoun_after_a_group_of_its_own_means_that_group() -> None:
    reading = read("do foster carers say they get support?", "what did Ofsted say about care leavers in Dudley?")
    assert "leavers" not in reading.terms


def test_the_councils_voice_is_not_carried_into_what_ofsted_is_asked() -> None:
    """A follow-up that names no speaker may still mean the inspectorate, but never takes over a council or a person."""
    assert read("and supervision?", "what did the council say about caseloads?").speaker is None
    assert read("and supervision?", FIRST).speaker == Speaker(VoiceKind.INSPECTORATE, "Ofsted")


def test_a_thread_of_one_question_is_that_question() -> None:
    assert read(FIRST) == read_question(FIRST, (), TODAY)


# Any text

NAMES = ("Dudley", "Oldham", "Leeds", "City of York", "Kingston upon Hull", "Bath and North East Somerset")
PERIODS = (
    "in 2019",
    "in March 2021",
    "since 2018",
    "between 2016 and 2019",
    "as of 3 May 2022",
    "last year",
    "late 2022",
)
TOPICS = ("caseloads", "care leavers' housing", "supervision of social workers", "missing children", "adoption")
FRAMES = (
    "what did Ofsted say about {topic} in {name} {period}?",
    "{period}, what did inspectors find about {topic} in {name}?",
    "{topic} in {name} {period}",
    "was anything said {period} about {topic} in {name}?",
    "{name} {period}: {topic}",
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FRAMES), st.sampled_from(NAMES), st.sampled_from(PERIODS), st.sampled_from(TOPICS))
def test_the_topic_has_neither_the_authority_nor_the_period(frame: str, name: str, period: str, topic: str) -> None:
    """Whichever way the parts are put together; and the topic itself is all there."""
    reading = read(frame.format(topic=topic, name=name, period=period))
    left = set(re.findall(r"\w+", reading.topic.lower()))
    assert not left & (set(re.findall(r"\w+", name.lower())) - {"and", "of", "upon"})
    assert not re.search(r"\d", reading.topic)
    assert not left & {"march", "may", "since", "between", "year", "late"}
    assert set(re.findall(r"\w+", topic.lower())) <= left
    assert reading.authorities


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=3))
@example("“", ["’s"])
@example("in 0000?", ["99/99/9999"])
@example("\ud800 in Dudley", [])
@example("what did did did say say say", ["they they"])
def test_any_text_is_read_without_an_error(question: str, earlier: list[str]) -> None:
    reading = read_question(question, earlier, TODAY)
    assert reading.question == question
    assert reading.topic == reading.topic.strip()
    assert len(reading.terms) == len(set(reading.terms))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*NAMES, *PERIODS, *TOPICS, "what", "did", "Ofsted", "say", "the", "JTAI", "?", "’s"])))
def test_any_order_of_meaningful_words_is_read_without_an_error(words: list[str]) -> None:
    reading = read_question(" ".join(words), (), TODAY)
    for period in reading.time.periods:
        assert reading.question[period.start : period.end] == period.words


def test_a_whole_question_about_another_authority_begins_anew() -> None:
    """A follow-up keeps the period of its thread; a question that stands on its own does not inherit one."""
    thread = ["what did Ofsted say about caseloads in Leeds in 2022?"]
    anew = read_question("What did the report on Bromley say about neglect?", thread, date(2026, 11, 21))
    goes_on = read_question("and in Sheffield?", thread, date(2026, 11, 21))
    assert (anew.authorities, anew.time.periods, anew.carried) == (("Bromley",), (), ())
    assert goes_on.authorities == ("Sheffield",)
    assert [period.words for period in goes_on.time.periods] == ["in 2022"]


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("which authorities had a JTAI?", Intent.LIST),
        ("list all outstanding authorities for leadership", Intent.GRADE),
        ("when was the visit to Leeds that got published in May 2021, and who were the inspectors?", Intent.DETAILS),
        ("what has to get better in Leeds?", Intent.SUMMARY),
    ],
)
def test_what_is_asked_is_told_by_more_than_one_wording(question: str, intent: Intent) -> None:
    assert read_question(question, [], date(2026, 11, 21)).intent is intent


def test_a_place_that_is_said_to_be_judged_is_a_place() -> None:
    assert read_question("what was Edinburgh judged?", [], date(2026, 11, 21)).unknown_places == (("Edinburgh", True),)


@pytest.mark.parametrize(
    ("question", "authorities", "topic"),
    [
        ("what came of the peer review by Doncaster?", (), "came peer review"),
        ("what was the council's answer to Ofsted?", (), ""),
    ],
)
def test_who_only_helps_is_not_asked_about_and_an_answer_is_no_topic(
    question: str, authorities: tuple[str, ...], topic: str
) -> None:
    reading = read_question(question, [], date(2026, 11, 21))
    assert reading.authorities == authorities
    assert reading.topic.startswith(topic.split(" ", maxsplit=1)[0])
    assert "answer" not in reading.topic
