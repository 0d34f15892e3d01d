"""What is suggested is answered when it is asked, differs from what was asked, and fits on a button."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from answers_index import ILACS_2019, TODAY, VISIT_2020, ask, sources
from test_ask import QUESTIONS

from assistant.ask import Assistant
from assistant.records import Answer, Status
from assistant.suggest import ASKS, LONGEST, suggestions

pytest_plugins = "fixtures_answers"


def suggested(assistant: Assistant, question: str, *earlier: str, as_of: date | None = None) -> tuple[str, ...]:
    return suggestions(ask(assistant, question, *earlier, as_of=as_of), assistant, today=TODAY)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_suggestion_is_answered_and_new(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    offered = suggestions(answer, assistant, today=TODAY)
    assert 1 <= len(offered) <= 3
    assert len(set(offered)) == len(offered)
    for one in offered:
        assert len(one) <= LONGEST
        again = ask(assistant, one)
        assert again.status is Status.ANSWERED, one
        assert again.text != answer.text
        assert one.casefold() != question.casefold()


def test_a_topic_is_followed_to_another_time(assistant: Assistant) -> None:
    first, *others = suggested(assistant, "what did Ofsted say about caseloads in Dudley in 2022?")
    assert first == "What did Ofsted say about caseloads in Dudley in 2019?"
    assert any("grade" in one for one in others)


def test_a_grade_leads_to_its_history_and_to_what_was_found(assistant: Assistant) -> None:
    assert suggested(assistant, "what was Dudley's overall judgement in 2019?")[:2] == (
        "How has the overall grade of Dudley changed over time?",
        "What did inspectors find in Dudley in 2019?",
    )


def test_where_a_time_is_missing_the_nearest_that_is_held_is_offered(assistant: Assistant) -> None:
    first, second, *_ = suggested(assistant, "what did Ofsted say about caseloads in Dudley in 2018?")
    assert first == "What did Ofsted say about caseloads in Dudley in 2019?"
    assert second == "What did Ofsted say about caseloads in Dudley?"
    assert ILACS_2019 in sources(ask(assistant, first))


def test_where_an_authority_is_missing_another_that_speaks_of_the_topic_is_offered(assistant: Assistant) -> None:
    assert "Dudley" in suggested(assistant, "what did Ofsted say about caseloads in Leeds?")[0]
    at_home = replace(assistant, home="Oldham")
    assert "Oldham" in suggested(at_home, "what did Ofsted say about caseloads in Leeds?")[0]


def test_what_was_published_later_is_not_suggested(assistant: Assistant) -> None:
    day = date(2020, 6, 1)
    offered = suggested(assistant, "what did Ofsted say about caseloads in Dudley?", as_of=day)
    assert offered
    assert not [one for one in offered if "2020" in one or "2022" in one or "2026" in one]
    assert VISIT_2020 not in [source for one in offered for source in sources(ask(assistant, one, as_of=day))]


def test_what_was_asked_once_is_not_asked_again(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask(assistant, QUESTIONS[0])
    first = suggestions(answer, assistant, today=TODAY)

    def refusing(*_: object, **__: object) -> Answer:
        raise AssertionError("asked again")

    monkeypatch.setattr(Assistant, "ask", refusing)
    assert suggestions(answer, assistant, today=TODAY) == first
    with pytest.raises(AssertionError, match="asked again"):
        suggestions(answer, assistant, today=date(2027, 1, 1))  # another day may be answered otherwise


def test_at_most_six_questions_are_asked_to_find_three(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where nothing that is tried is answered."""
    answers = {question: ask(assistant, question) for question in QUESTIONS}
    asked: list[str] = []
    real: Callable[..., Answer] = Assistant.ask

    def abstaining(self: Assistant, question: str, *rest: object, **options: object) -> Answer:
        asked.append(question)
        return replace(real(self, question, *rest, **options), status=Status.ABSTAINED)

    monkeypatch.setattr(Assistant, "ask", abstaining)
    for answer in answers.values():
        asked.clear()
        monkeypatch.setattr("assistant.suggest._REMEMBERED", OrderedDict())
        assert suggestions(answer, assistant, today=TODAY) == ()
        assert 1 <= len(asked) <= ASKS
