"""Whose words a question asks for: a person, an office, a group, a council that speaks or acts, an inspectorate."""

from __future__ import annotations

import pytest
from answers_index import read, stored

from assistant.heard import heard
from assistant.interpret.speakers import holds_office
from assistant.records import Speaker
from index.records import Voice, VoiceKind

COUNCIL = VoiceKind.COUNCIL
GROUP = VoiceKind.REPORTED_TO_INSPECTORATE


@pytest.mark.parametrize(
    ("question", "kind", "name", "office", "topic"),
    [
        ("what did the leader of the council say on MASH?", VoiceKind.PERSON, "", "leader of the council", "MASH"),
        ("what did the DCS say", VoiceKind.PERSON, "", "director of children's services", ""),
        ("according to the cabinet member, what about neglect?", VoiceKind.PERSON, "", "cabinet member", "neglect"),
        ("what did the minister say about adoption", VoiceKind.PERSON, "", "minister", "adoption"),
        ("what did Cllr Doe say about adoption", VoiceKind.PERSON, "Doe", "", "adoption"),
        ("Jane Doe's comments on child safety", VoiceKind.PERSON, "Jane Doe", "", "child safety"),
        ("what did the head of Ofsted say?", VoiceKind.INSPECTORATE, "Ofsted", "", None),
        ("what did Dudley say in response to Ofsted?", COUNCIL, "", "", None),
        ("how did Dudley respond to the inspection?", COUNCIL, "", "", ""),
        ("how did Dudley Council react to the 2019 report", COUNCIL, "", "", ""),
        ("did the council accept the findings?", COUNCIL, "", "", None),
        ("what has the council done about caseloads?", COUNCIL, "", "", "caseloads"),
        ("what action has Dudley taken on recruitment?", COUNCIL, "", "", "recruitment"),
        ("what did social workers in Dudley tell Ofsted about workloads?", GROUP, "social workers", "", None),
        ("what did Dudley's foster carers say about support?", GROUP, "foster carers", "", None),
        ("views of parents on early help in Oldham", GROUP, "parents", "", None),
        ("what were care leavers' views on housing?", GROUP, "care leavers", "", None),
        ("feedback from staff", GROUP, "staff", "", None),
        ("how do social workers feel in Dudley?", GROUP, "social workers", "", None),
    ],
)  # fmt: skip
def test_the_speaker_is_read_and_is_no_topic(
    question: str, kind: VoiceKind, name: str, office: str, topic: str | None
) -> None:
    reading = read(question)
    assert reading.speaker is not None
    assert (reading.speaker.kind, reading.speaker.name, reading.speaker.office) == (kind, name, office)
    if topic is not None:
        assert reading.topic == topic


@pytest.mark.parametrize(
    "question",
    [
        "what did the 2023 Dudley report say about neglect?",
        "what did Dudley's 2018 inspection say about adoption?",
        "what is Dudley's plan for recruiting staff called?",
        "how quickly does Dudley react when someone raises a worry about a child?",
        "what criticism was there of Dudley's response to children who run away?",
        "do young people in care get a say in Dudley?",
        "how do care leavers in Dudley get on? 2019 report",
        "who criticised the council?",
    ],
)
def test_a_place_that_is_spoken_of_does_not_speak(question: str) -> None:
    reading = read(question)
    assert reading.speaker is None or reading.speaker.kind is VoiceKind.INSPECTORATE


def test_what_a_council_does_may_be_told_by_others_and_what_it_says_not() -> None:
    does, says = read("what has the council done since 2019?").speaker, read("what did the council say?").speaker
    assert does == Speaker(COUNCIL, "", sure=False)
    assert says == Speaker(COUNCIL, "")


@pytest.mark.parametrize(
    ("voice", "office", "holds"),
    [
        ("Councillor Jane Doe, Leader of Dudley Council", "leader of the council", True),
        ("Jane Doe, strategic director of children’s services", "director of children's services", True),
        ("Councillor Jane Doe, executive member for children", "cabinet member", True),
        ("Jane Leader, Chief Executive", "leader of the council", False),
        ("Jane Doe", "chief executive", False),
    ],
)
def test_an_office_is_known_by_what_stands_after_the_name(voice: str, office: str, holds: bool) -> None:
    assert holds_office(voice, office) is holds


def test_the_holder_of_an_office_is_heard_and_nobody_else() -> None:
    asked = Speaker(VoiceKind.PERSON, "", office="chief executive")
    assert heard(asked, Voice(VoiceKind.PERSON, "Jane Doe, Chief Executive of Dudley Council"), stored())
    assert not heard(asked, Voice(VoiceKind.PERSON, "John Doe, Leader of Dudley Council"), stored())
    assert not heard(asked, Voice(VoiceKind.COUNCIL, "Dudley Council"), stored())
