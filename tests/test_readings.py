"""What staff type, and what each question is taken to mean: its intent, its side and its topic.

The authorities are real names; that nothing depends on which of them is named is tested with others in their place.
"""

from __future__ import annotations

import re

import pytest
from answers_index import read

from assistant.interpret.periods import Rank
from assistant.interpret.wants import asks_of_the_future
from assistant.records import Intent, Leaning, Reading

# Question, intent, then the side and what else it wants; the topic where the answer is looked for by one.
READINGS = (
    ("how many inspections has Leeds had", "LIST", "counted", ""),
    ("number of inspections since 2018", "LIST", "counted", ""),
    ("how many authorities were judged inadequate in 2022", "GRADE", "counted", ""),
    ("how many councils are rated outstanding", "GRADE", "counted", ""),
    ("how many focused visits were there in 2021?", "LIST", "counted", ""),
    ("how many times has Bradford been inspected since 2018?", "LIST", "counted", ""),
    ("how often has Sandwell been inspected", "LIST", "counted", ""),
    ("how often has Sandwell been judged inadequate", "HISTORY", "counted", ""),
    ("how often are children visited in Leeds", "SAID", "", "how often are children visited"),
    ("how many children are in care in Sheffield", "SAID", "", "how many children are in care"),
    ("list all inspections since 2018", "LIST", "", ""),
    ("timeline of Leeds", "HISTORY", "", ""),
    ("timeline of inspections for Kent", "LIST", "", ""),
    ("which inspections of Barnet do you hold", "LIST", "", ""),
    ("when has Sheffield been inspected", "LIST", "", ""),
    ("what reports do you have on Suffolk?", "LIST", "", ""),
    ("what have you got on Thurrock?", "LIST", "", ""),
    ("show me all the inspections of Thurrock", "LIST", "", ""),
    ("what inspections took place in 2019", "LIST", "", ""),
    ("which councils did Ofsted visit in 2021", "LIST", "", ""),
    ("all monitoring visits in 2019", "LIST", "", ""),
    ("dates of all inspections of Kent", "LIST", "", ""),
    ("give me a history of Reading's grades", "HISTORY", "", ""),
    ("Reading inspection history", "HISTORY", "", ""),
    ("show me the trend in leadership grades for Bradford", "HISTORY", "", ""),
    ("Was Bradford ever inadequate?", "HISTORY", "", ""),
    ("when was Bradford judged inadequate", "HISTORY", "", ""),
    ("which year was Bradford rated inadequate", "HISTORY", "", ""),
    ("when did Sandwell come out of inadequate", "HISTORY", "", ""),
    ("how did Bradford go from inadequate to requires improvement", "HISTORY", "", ""),
    ("when was Leeds last inspected", "DETAILS", "", ""),
    ("how long is it since Leeds was inspected", "DETAILS", "", ""),
    ("who was the lead inspector in Leeds in 2018", "DETAILS", "", ""),
    ("who inspected Leeds in 2018", "DETAILS", "", ""),
    ("what grade did Leeds get for leadership", "GRADE", "", ""),
    ("sheffield 2019 overall grade", "GRADE", "", ""),
    ("which councils are inadequate now", "GRADE", "", ""),
    ("list all authorities that require improvement", "GRADE", "", ""),
    ("who is outstanding?", "GRADE", "", ""),
    ("how does Leeds compare to Bradford", "CHANGE", "", ""),
    ("is Leeds better than Bradford", "CHANGE", "", ""),
    ("how have caseloads in Leeds changed", "SAID", "over time", "caseloads"),
    ("has recruitment improved since 2018 in Bradford", "SAID", "over time", "recruitment"),
    ("between 2018 and 2023 how did early help in Bradford change", "SAID", "over time", "early help"),
    ("what is the trend in staff turnover in Sheffield", "SAID", "over time", "staff turnover"),
    ("have caseloads come down in Bradford over the years", "SAID", "over time", "caseloads"),
    ("have things got better for care leavers in Bradford since 2018?", "SAID", "over time", "care leavers"),
    ("how has supervision developed over the last five years in Bromley", "SAID", "over time", "supervision"),
    ("is the front door better than it was in 2018 in Bradford", "SAID", "over time", "front door"),
    ("did caseloads go down between the last two inspections in Bradford?", "SAID", "over time", "caseloads"),
    ("what progress has Bradford made on caseloads since 2018", "SAID", "over time", "caseloads"),
    ("what steps has the local authority taken to improve the front door", "SAID", "", "improve the front door"),
    ("compare Leeds in 2018 and 2022 on adoption", "SAID", "", "adoption"),
    ("Leeds vs Bradford caseloads", "SAID", "", "caseloads"),
    ("difference between Leeds and Bradford on early help", "SAID", "", "early help"),
    ("why was Bradford judged inadequate in 2018", "SUMMARY", "criticism", ""),
    ("why did Leeds get outstanding", "SUMMARY", "strengths", ""),
    ("what were the reasons for the inadequate judgement in Bradford", "SUMMARY", "criticism", ""),
    ("how come Sandwell was rated inadequate", "SUMMARY", "criticism", ""),
    ("why wasn't Leeds judged good in 2009", "SUMMARY", "criticism", ""),
    ("why did Bradford's grade drop", "SUMMARY", "criticism", ""),
    (
        "why is leadership inadequate in Bradford",
        "SUMMARY",
        "criticism",
        "the impact of leaders on social work practice with children and families",
    ),
    ("what led to the improvement in Bradford's rating", "SUMMARY", "strengths", ""),
    ("why did Bradford fail its inspection", "SUMMARY", "criticism", ""),
    ("why were caseloads high in Bradford", "SAID", "", "why were caseloads high"),
    ("why did social workers leave Bradford", "SAID", "", "why did social workers leave"),
    ("who is the director of children's services in Leeds", "SAID", "", "who is the director of children's services"),
    ("who runs children's services in Kent", "SAID", "", "director of children's services"),
    ("who has led Bradford children's services", "SAID", "", "director of children's services"),
    ("who is the chief executive", "SAID", "", "who is the chief executive"),
    ("who chairs the improvement board in Bradford", "SAID", "", "who chairs the improvement board"),
    ("who criticised Bradford council", "SAID", "criticism", "who criticised"),
    ("what are our strengths?", "SUMMARY", "strengths", ""),
    ("what are the strengths of Leeds", "SUMMARY", "strengths", ""),
    ("what went well in Sheffield", "SUMMARY", "strengths", ""),
    ("what went wrong in Bradford", "SUMMARY", "criticism", ""),
    ("what is Leeds failing at", "SUMMARY", "criticism", ""),
    ("where does Leeds fall short", "SUMMARY", "criticism", ""),
    ("what is the best thing about Leeds children's services", "SUMMARY", "strengths", ""),
    ("concerns about the front door in Bradford", "SAID", "criticism", "the front door"),
    ("praise for foster carers in Suffolk", "SAID", "strengths", "foster carers"),
    ("any good practice on early help in Leeds?", "SAID", "strengths", "early help"),
    ("did inspectors raise any concerns about exploitation in Leeds", "SAID", "criticism", "exploitation"),
    ("what could be better in Kent", "SUMMARY", "recommendations", ""),
    ("what should Leeds do about caseloads", "SAID", "recommendations", "caseloads"),
    ("what does Leeds have to improve", "SUMMARY", "recommendations", ""),
    ("what must Bradford improve", "SUMMARY", "recommendations", ""),
    ("areas for development in Sheffield", "SUMMARY", "recommendations", ""),
    ("what are the next steps for Thurrock", "SUMMARY", "recommendations", ""),
    ("what are Bradford's priorities", "SUMMARY", "recommendations", ""),
    ("what improvements are needed in Suffolk", "SUMMARY", "recommendations", ""),
    ("what did Ofsted tell Bradford to do", "SUMMARY", "recommendations", ""),
    ("how could early help be improved in Leeds", "SAID", "recommendations", "early help"),
    ("what was Leeds rated and what needs to improve?", "SUMMARY", "", ""),
    ("tell me everything about Leeds", "SUMMARY", "", ""),
    ("what's happening in Bradford?", "SUMMARY", "", ""),
    ("any updates on Sandwell", "SUMMARY", "", ""),
    ("how is Bradford doing", "SUMMARY", "", ""),
    ("key messages from the Suffolk inspection", "SUMMARY", "", ""),
    ("Could you summarise the last inspection of Sheffield for me please", "SUMMARY", "", ""),
    ("WHAT DID OFSTED SAY ABOUT CASELOADS IN LEEDS IN 2022", "SAID", "", "CASELOADS"),
    ("what did offsted say about caseloads in leeds", "SAID", "", "caseloads"),
    (
        "hi, can you please tell me what ofsted said about early help in barnet in 2022? thanks",
        "SAID",
        "",
        "early help",
    ),
    ("i'd like to know about caseloads in bradford", "SAID", "", "caseloads"),
    ("leeds caseloads", "SAID", "", "caseloads"),
    ("IROs in Leeds", "SAID", "", "IROs"),
    ("what did Ofsted say about caseloads in Leeds? and who led the inspection?", "SAID", "", "caseloads"),
    ("is Leeds good at adoption?", "SAID", "", "adoption"),
    ("how good are Leeds at early help", "SAID", "", "early help"),
    ("which reports mention private fostering", "SAID", "", "private fostering"),
    ("do they have enough foster carers in Suffolk", "SAID", "", "they have enough foster carers"),
    ("when did the MASH open in Barnet", "SAID", "", "when did the MASH open"),
)


def wants(reading: Reading) -> str:
    """The side asked for, and whether a count or a course of time is."""
    side = "" if reading.leaning is Leaning.NONE else reading.leaning.value
    return " ".join(filter(None, [side, "counted" * reading.counted, "over time" * reading.over_time]))


@pytest.mark.parametrize(("question", "intent", "side", "topic"), READINGS)
def test_a_question_is_read(question: str, intent: str, side: str, topic: str) -> None:
    reading = read(question)
    assert (reading.intent, wants(reading)) == (Intent[intent], side)
    if reading.intent in (Intent.SAID, Intent.SUMMARY):
        assert reading.topic == topic


@pytest.mark.parametrize("name", ["Isle of Wight", "Kingston upon Hull", "City of York", "St Helens"])
@pytest.mark.parametrize(("question", "intent", "side", "topic"), READINGS[::3])
def test_it_does_not_matter_which_authority_is_named(
    question: str, intent: str, side: str, topic: str, name: str
) -> None:
    """A longer name, one of several words and one with a title read as a short one does."""
    renamed = re.sub(r"(?i)\b(?:leeds|bradford|sandwell|sheffield|kent|suffolk)\b(?! council)", name, question)
    reading = read(renamed)
    assert (reading.intent, wants(reading)) == (Intent[intent], side), renamed
    if reading.intent is Intent.SAID:
        assert reading.topic == topic


def test_two_questions_of_different_kinds_are_told_apart() -> None:
    reading = read("what did Ofsted say about caseloads in Leeds? and who led the inspection?")
    assert reading.notes == ("A second question was left aside: “and who led the inspection?” Ask it by itself.",)
    assert read("is Leeds losing its social workers? what did the 2022 report say on staffing?").notes == ()


def test_a_misspelt_inspectorate_is_the_one_that_is_meant() -> None:
    for name in ("offsted", "Ofstead", "OFTSED", "of sted"):
        question = f"what did {name} say about caseloads in Leeds?"
        reading = read(question)
        assert (reading.publishers, reading.topic, reading.question) == (("Ofsted",), "caseloads", question)


def test_a_change_since_a_grade_was_given_is_not_a_search_for_that_grade() -> None:
    assert read("what changed after Leeds was judged inadequate?").grades == ()
    assert read("when was Leeds judged inadequate?").grades == ("inadequate",)


@pytest.mark.parametrize(
    ("question", "to_come"),
    [
        ("when is Leeds next inspected?", True),
        ("when is the next full inspection of Leeds?", True),
        ("when will Ofsted come back to Leeds?", True),
        ("is Leeds due for an inspection?", True),
        ("what are the next steps for Leeds?", False),
        ("when was Leeds inspected?", False),
        ("what will happen to care leavers in Leeds when they are 21?", False),
    ],
)
def test_an_inspection_to_come_is_told_from_one_that_has_been(question: str, to_come: bool) -> None:
    assert asks_of_the_future(question) is to_come


def test_how_long_ago_asks_of_the_latest_inspection() -> None:
    assert read("how long is it since Leeds was inspected?").time.rank is Rank.LATEST
    assert read("how long is it since caseloads fell?").time.rank is Rank.NONE
