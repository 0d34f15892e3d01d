"""Asked what one party said, another party's words are no evidence."""

from __future__ import annotations

import pytest
from answers_index import TODAY, ask, read, stored
from conftest import entry_of

from assistant.ask import Assistant
from assistant.heard import heard, heard_first
from assistant.records import Selection, Speaker, Status
from index.records import Kind, Voice, VoiceKind
from index.search import Hit

pytest_plugins = "fixtures_answers"

REPORT = stored("report", publisher="Ofsted")
NEWS = stored("news", publisher="Dudley Council", kind=Kind.NEWS_ITEM)
OFSTED, COUNCIL = Speaker(VoiceKind.INSPECTORATE, "Ofsted"), Speaker(VoiceKind.COUNCIL, "")
PERSON = Speaker(VoiceKind.PERSON, "Test Person")

FINDING = Voice(VoiceKind.INSPECTORATE, "Ofsted")
HEARD = Voice(VoiceKind.REPORTED_TO_INSPECTORATE, "social workers")
REPORTED = Voice(VoiceKind.INSPECTORATE_REPORTED, "Ofsted")
REPLY = Voice(VoiceKind.COUNCIL, "Dudley Council")
LEADER = Voice(VoiceKind.PERSON, "Test Person, Cabinet Member for Children")
PRESS = Voice(VoiceKind.PRESS, "the press")


@pytest.mark.parametrize(
    ("speaker", "voice", "said_in", "is_heard"),
    [
        (OFSTED, FINDING, REPORT, True),
        (OFSTED, HEARD, REPORT, True),
        (OFSTED, REPORTED, NEWS, True),
        (OFSTED, REPLY, NEWS, False),
        (OFSTED, LEADER, NEWS, False),
        (OFSTED, PRESS, NEWS, False),
        (OFSTED, Voice(VoiceKind.INSPECTORATE_REPORTED, "CQC"), NEWS, False),
        (Speaker(VoiceKind.INSPECTORATE, ""), Voice(VoiceKind.INSPECTORATE_REPORTED, "CQC"), NEWS, True),
        (OFSTED, FINDING, NEWS, False),
        (COUNCIL, REPLY, NEWS, True),
        (COUNCIL, LEADER, NEWS, True),
        (COUNCIL, REPORTED, NEWS, False),
        (COUNCIL, FINDING, REPORT, False),
        (COUNCIL, PRESS, NEWS, False),
        (PERSON, LEADER, NEWS, True),
        (PERSON, Voice(VoiceKind.PERSON, "Other Name, Director of Test Person Services"), NEWS, False),
        (PERSON, Voice(VoiceKind.PERSON, "Councillor PERSON"), NEWS, True),
        (PERSON, REPLY, NEWS, False),
        (None, FINDING, REPORT, True),
        (None, REPLY, NEWS, True),
        (None, PRESS, NEWS, True),
    ],
)
def test_who_is_heard(speaker: Speaker | None, voice: Voice, said_in: object, is_heard: bool) -> None:
    assert heard(speaker, voice, said_in) is is_heard  # type: ignore[arg-type]  # a stored document


def test_passages_in_which_the_one_asked_for_speaks_come_first_in_their_order() -> None:
    entries = [entry_of(name, ("Caseloads are high.",)) for name in ("a", "b", "c", "d")]
    spoken = [REPLY, FINDING, REPLY, FINDING]
    hits = []
    for place, (entry, voice) in enumerate(zip(entries, spoken, strict=True)):
        passage = entry.passages[0]
        sentence = type(passage.sentences[0])(passage.sentences[0].spans, voice)
        passage = type(passage)(**{f: getattr(passage, f) for f in passage.__slots__} | {"sentences": (sentence,)})
        hits.append(Hit(passage, 1.0 - place / 10, 0.0, 0.0, 0.0))
    selection = Selection(tuple(stored(name, publisher="Ofsted") for name in ("a", "b", "c", "d")))
    found = heard_first(read("what did Ofsted say about caseloads?"), hits, selection)
    assert [hit.passage.source for hit in found] == ["b", "d", "a", "c"]
    assert [hit.passage.source for hit in heard_first(read("caseloads"), hits, selection)] == ["a", "b", "c", "d"]


def test_what_the_council_said_quotes_the_council_alone(assistant: Assistant) -> None:
    answer = ask(assistant, "what did the council say about caseloads in Dudley?")
    assert answer.status is Status.ANSWERED
    assert {citation.voice for citation in answer.citations} <= {
        "Dudley Council",
        "Test Person, Cabinet Member for Children",
    }
    assert any("recruiting forty" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    "question", ["what did the council say in Dudley in 2019?", "what did Test Person say in Dudley in 2019?"]
)
def test_what_the_council_said_on_the_whole_is_no_summary_of_ofsteds_report(
    assistant: Assistant, question: str
) -> None:
    answer = ask(assistant, question)
    assert not any("Ofsted" in citation.voice for citation in answer.citations)


def test_what_ofsted_said_never_quotes_the_council(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Dudley in 2019?")
    assert any("17 social workers" in citation.quote for citation in answer.citations)
    assert not any("council accepts" in c.quote.lower() or "every word" in c.quote for c in answer.citations)
    assert all("Ofsted" in citation.voice for citation in answer.citations)


def test_a_named_person_is_quoted_alone(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Test Person say about caseloads?")
    assert {citation.voice for citation in answer.citations} == {"Test Person, Cabinet Member for Children"}


def test_somebody_who_says_nothing_is_named_in_the_reason(assistant: Assistant) -> None:
    answer = assistant.ask("what did Jane Nobody say about caseloads in Dudley?", today=TODAY)
    assert answer.status is Status.ABSTAINED
    assert answer.reason is not None
    assert "Jane Nobody" in answer.reason
