"""Where the chosen documents say nothing about the topic, the answer is a reason, and the reason is true."""

from __future__ import annotations

from datetime import date

import pytest
from answers_index import ask

from assistant.ask import Assistant
from assistant.records import Answer, Status

pytest_plugins = "fixtures_answers"


def reason(answer: Answer) -> str:
    assert (answer.status, answer.text, answer.citations) == (Status.ABSTAINED, "", ())
    assert answer.reason is not None
    assert answer.reason.endswith(".")
    assert "\n" not in answer.reason
    return answer.reason


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("what did Ofsted say about private fostering in Dudley?", "private fostering"),
        ("what did Ofsted say about young carers in Dudley in 2019?", "young carers"),
        ("what did inspectors find about radicalisation in Oldham?", "radicalisation"),
        ("what did Ofsted say about zeppelins in Dudley?", "zeppelins"),
    ],
)
def test_a_topic_that_nothing_speaks_of_is_named(assistant: Assistant, question: str, named: str) -> None:
    assert named in reason(ask(assistant, question))


@pytest.mark.parametrize(
    "question",
    [
        "what did Ofsted say about caseloads in Dudley in 2019?",
        "how busy were social workers in Dudley in 2019?",
        "what did Ofsted say about exploitation in Dudley in 2022?",
        "what was said about foster parents in Dudley in 2019?",
        "did kids go missing in Dudley in 2020?",
        "what did Ofsted say about children in care in Oldham?",
    ],
)
def test_a_topic_that_is_spoken_of_by_any_of_its_names_is_not_missing(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert (answer.status, answer.reason) == (Status.ANSWERED, None)
    assert answer.citations


def test_the_same_topic_is_held_for_one_year_and_missing_in_another(assistant: Assistant) -> None:
    """Exploitation is in the report of 2022 alone, and the reason says where it is."""
    assert ask(assistant, "what did Ofsted say about exploitation in Dudley in 2022?").status is Status.ANSWERED
    told = reason(ask(assistant, "what did Ofsted say about exploitation in Dudley in 2019?"))
    assert "exploitation" in told
    assert "December 2022" in told


def test_a_letter_does_not_stand_in_for_the_inspection(assistant: Assistant) -> None:
    """Return home interviews are in the letter of 2020 alone."""
    told = reason(ask(assistant, "what did the latest inspection of Dudley say about return home interviews?"))
    assert "2020" in told
    assert ask(assistant, "what did the focused visit to Dudley say about missing children?").status is Status.ANSWERED


def test_another_authoritys_documents_are_no_place_to_look(assistant: Assistant) -> None:
    """Speech and language is Oldham's; asked of Dudley, the reason does not point there."""
    told = reason(ask(assistant, "what did Ofsted say about exploitation in Oldham?"))
    assert "Dudley" not in told


def test_one_present_topic_of_two_is_enough(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads and private fostering in Dudley?")
    assert all("aseloads" in citation.quote for citation in answer.citations)
    assert "is about private fostering.)" in answer.text


def test_a_subject_that_most_reports_speak_of_does_not_stand_in_for_the_one_that_is_asked_about(
    assistant: Assistant,
) -> None:
    assert "asylum" in reason(
        ask(assistant, "what did Ofsted say about the placements of asylum-seeking children in Dudley?")
    )


def test_the_reason_counts_what_was_searched(assistant: Assistant) -> None:
    assert reason(ask(assistant, "private fostering in Dudley in 2016")).startswith("One document")
    assert "documents were searched" in reason(ask(assistant, "private fostering in Dudley"))


def test_an_abstention_still_shows_the_nearest_passages(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about private fostering in Dudley?")
    reason(answer)
    assert [found.rank for found in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert answer.passages


def test_a_reason_does_not_tell_what_was_published_later(assistant: Assistant) -> None:
    """As of 2020 nobody could know of the report of December 2022."""
    told = reason(ask(assistant, "what did Ofsted say about exploitation in Dudley?", as_of=date(2020, 1, 1)))
    assert "2022" not in told


def test_a_person_is_not_quoted_on_what_only_others_speak_of(assistant: Assistant) -> None:
    assert ask(assistant, "what did Test Person say about caseloads in Dudley?").status is Status.ANSWERED
    told = reason(ask(assistant, "what did Test Person say about supervision and adoption in Dudley?"))
    assert told == "Nothing that Test Person said about this is held."
