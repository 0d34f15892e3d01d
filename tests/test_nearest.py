"""Where there is no answer: what is near is shown, apart from an answer; other services are not taken for ours."""

from __future__ import annotations

from datetime import date

import pytest
from answers_index import ILACS_2019, ILACS_2022, SIF_2016, VISIT_2020, ask

from assistant.ask import Assistant
from assistant.interpret.other_services import named_institutions, other_services
from assistant.records import Answer, Status
from assistant.render.as_json import answer_json
from assistant.render.as_text import answer_text

pytest_plugins = "fixtures_answers"


def abstained(assistant: Assistant, question: str, as_of: date | None = None) -> Answer:
    answer = ask(assistant, question, as_of=as_of)
    assert (answer.status, answer.text, answer.citations) == (Status.ABSTAINED, "", ())
    return answer


def near(answer: Answer) -> list[str]:
    return [one.source for one in answer.nearest]


def test_of_a_year_that_is_not_held_the_years_beside_it_are_near(assistant: Assistant) -> None:
    answer = abstained(assistant, "what did Ofsted say about caseloads in Dudley in 2021?")
    assert {VISIT_2020, ILACS_2022} <= set(near(answer))
    assert near(answer)[0] in {VISIT_2020, ILACS_2022}


def test_a_topic_of_another_year_is_near(assistant: Assistant) -> None:
    """The report that does speak of it comes first."""
    answer = abstained(assistant, "what did Ofsted say about adoption in Dudley in 2022?")
    assert near(answer)[0] == SIF_2016


def test_what_came_out_later_is_not_near(assistant: Assistant) -> None:
    answer = abstained(assistant, "what did Ofsted say about caseloads in Dudley in 2021?", as_of=date(2020, 1, 1))
    assert not {VISIT_2020, ILACS_2022} & set(near(answer))


def test_of_an_authority_of_which_nothing_is_held_nothing_is_near(assistant: Assistant) -> None:
    assert near(abstained(assistant, "what did Ofsted say about caseloads in Kent?")) == []


def test_an_answer_has_nothing_near(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Dudley in 2019?")
    assert answer.nearest == ()
    assert "nearest" not in answer_json(answer)


def test_what_is_near_is_told_apart_from_an_answer(assistant: Assistant) -> None:
    answer = abstained(assistant, "what did Ofsted say about caseloads in Dudley in 2021?")
    told = answer_json(answer)
    assert (told["answer"], told["citations"]) == ("", [])
    assert {"source", "title", "published", "url"} == set(told["nearest"][0])
    text = answer_text(answer)
    assert text.startswith("No answer. ")
    assert text.index("Nearest that is held:") > text.index(str(answer.reason))


@pytest.mark.parametrize(
    "question",
    [
        "what did Ofsted say about council tax in Dudley?",
        "what did Ofsted find about bin collections in Oldham?",
        "how good are the libraries in Dudley?",
        "what did inspectors say about services for older people in Dudley?",
        "what did Ofsted say about St Agatha's Primary School in Dudley?",
        "what did Ofsted say about the Testbury Football Club in Oldham?",
        "nuclear submarines in Dudley",
    ],
)
def test_what_no_document_names_is_no_answer_however_near_a_passage_is(assistant: Assistant, question: str) -> None:
    assert abstained(assistant, question).reason


@pytest.mark.parametrize(
    "question",
    [
        "are children settled where they live in Dudley?",
        "do the people who foster children in Dudley know them?",
    ],
)
def test_everyday_words_for_what_is_held_are_answered(assistant: Assistant, question: str) -> None:
    assert ask(assistant, question).status is Status.ANSWERED


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("what did they say about council tax?", True),
        ("are the Libraries open?", True),
        ("did children wait for a social worker?", False),
        ("were plans for children's homes good?", False),
        ("what of children in need of help and protection?", False),
    ],
)
def test_a_service_is_found_by_its_names(question: str, found: bool) -> None:
    assert bool(other_services(question)) is found


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("how good is St Mary's Primary School in Merton?", ("St Mary's Primary School",)),
        ("what did Ofsted say about schools in Leeds?", ()),
        ("what did Ofsted say about the Virtual School in Leeds?", ()),
        ("What did Ofsted say about school attendance?", ()),
    ],
)
def test_an_institution_is_one_by_its_own_name(question: str, names: tuple[str, ...]) -> None:
    assert named_institutions(question) == names


def test_a_part_that_can_be_answered_is_and_the_other_is_named(assistant: Assistant) -> None:
    answer = ask(assistant, "what are the overall grades of Oldham and Kent?")
    assert answer.status is Status.ANSWERED
    assert "requires improvement" in answer.text.lower()
    assert "(Nothing is held about Kent.)" in answer.text
    grades = ask(assistant, "compare Dudley's overall grade in 2012 and 2019")
    assert [c.source for c in grades.citations] == [ILACS_2019]
    assert "in 2012" in grades.text
