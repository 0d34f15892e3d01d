"""An answer keeps the outside contract: keys and types, verbatim quotes, marks and citations, reasons, no chance."""

from __future__ import annotations

import json
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from answers_index import ILACS_2019, ILACS_2022, TODAY, VISIT_2020, ask, bare, marks, sources
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.ask import LONGEST, Assistant
from assistant.records import Answer, Intent, Status, Step, StepKind
from assistant.render.as_json import answer_json
from assistant.render.as_text import answer_text
from index.errors import QuestionError

pytest_plugins = "fixtures_answers"

PLAIN = [kind for kind in StepKind if kind is not StepKind.WORDING]  # what is done without a model
QUESTIONS = (
    "what did Ofsted say about caseloads in Dudley in 2019?",
    "what did Ofsted say about caseloads in Dudley?",
    "what was said about staff turnover in Dudley in 2019?",
    "what did the council say about caseloads?",
    "what did Test Person say about caseloads?",
    "what did the press say about caseloads in Dudley in March 2019?",
    "what is Dudley's current overall grade?",
    "how has Dudley's overall judgement changed over time?",
    "did Dudley's grade change between 2016 and 2019?",
    "which authorities were judged inadequate in 2019?",
    "who led the inspection of Dudley in 2022?",
    "when did the focused visit to Dudley take place?",
    "what was the outcome of the area SEND inspection of Oldham?",
    "what needs to improve in Oldham?",
    "what did inspectors find in Dudley in 2022?",
    "which inspections of Dudley are held?",
    "what did social workers tell inspectors in Dudley in 2019?",
    "what did Ofsted say about private fostering in Dudley?",
    "what did Ofsted say about caseloads in Leeds?",
    "what did the CQC say about Dudley?",
)
ANSWER = {
    "id": object,
    "question": str,
    "status": str,
    "answer": str,
    "citations": list,
    "passages": list,
    "reading": dict,
    "reason": (str, type(None)),
    "seconds": float,
}
CITATION = {
    "n": int,
    "source": str,
    "title": str,
    "publisher": str,
    "kind": str,
    "published": (str, type(None)),
    "period": (list, type(None)),
    "page": (int, type(None)),
    "paragraph": (str, type(None)),
    "url": (str, type(None)),
    "voice": str,
    "quote": str,
}
PASSAGE = {
    "rank": int,
    "source": str,
    "page": (int, type(None)),
    "paragraph": (str, type(None)),
    "score": float,
    "text": str,
}
READING = {"authority": list, "publisher": list, "period": list, "topic": str, "intent": str}


@pytest.fixture(scope="module", params=QUESTIONS)
def answer(request: pytest.FixtureRequest, assistant: Assistant) -> Answer:
    """The answer to each of the questions."""
    return ask(assistant, request.param)


def has_form(value: dict[str, Any], form: dict[str, Any]) -> bool:
    """Whether all keys of the contract are there with values of their types; more keys do no harm."""
    return all(key in value and isinstance(value[key], kind) for key, kind in form.items())


def test_the_json_has_the_keys_and_types_of_the_contract(answer: Answer) -> None:
    """After a round through real JSON, which dates and enumerations would not survive."""
    told = json.loads(json.dumps(answer_json(answer, "q-1"), ensure_ascii=False))
    assert has_form(told, ANSWER)
    assert told["id"] == "q-1"
    assert told["question"] == answer.reading.question
    assert told["status"] in ("answered", "abstained")
    assert all(has_form(citation, CITATION) for citation in told["citations"])
    assert all(has_form(passage, PASSAGE) for passage in told["passages"])
    assert has_form(told["reading"], READING)
    for citation in told["citations"]:
        days = [citation["published"], *(citation["period"] or ())]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days if day is not None)
        assert citation["period"] is None or len(citation["period"]) == 2


def test_every_quote_stands_verbatim_in_the_page_that_it_names(answer: Answer, assistant: Assistant) -> None:
    """White space aside; the pages are those of the catalogue."""
    for citation in answer.citations:
        pages = assistant.index.catalogue.pages(citation.source)
        (page,) = [page for page in pages if page.number == citation.page]
        assert citation.quote.strip()
        assert bare(citation.quote) in bare(page.text)


def test_every_mark_has_its_citation_and_the_reverse(answer: Answer) -> None:
    assert sorted(set(marks(answer.text))) == [citation.n for citation in answer.citations]
    assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_an_answer_has_citations_and_an_abstention_a_reason(answer: Answer) -> None:
    """Never both, never neither."""
    if answer.status is Status.ANSWERED:
        assert answer.citations
        assert answer.text.strip()
        assert answer.reason is None
    else:
        assert (answer.citations, answer.text) == ((), "")
        assert answer.reason
        assert answer.reason.endswith(".")


def test_passages_are_numbered_from_the_best_and_ten_at_most(answer: Answer, assistant: Assistant) -> None:
    assert len(answer.passages) <= 10
    assert [found.rank for found in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert len({(found.source, found.text) for found in answer.passages}) == len(answer.passages)
    for found in answer.passages:
        assert found.text in [passage.text for passage in assistant.index.catalogue.passages_of(found.source)]


def test_a_citation_describes_its_document(answer: Answer, assistant: Assistant) -> None:
    held = {document.source: document.description for document in assistant.index.catalogue.documents()}
    for citation in answer.citations:
        description = held[citation.source]
        told = (citation.title, citation.publisher, citation.kind)
        assert told == (description.title, description.publisher, description.kind.value)


def test_the_text_for_a_person_lists_every_source_and_mark(answer: Answer) -> None:
    text = answer_text(answer)
    assert all(citation.source in text and f"[{citation.n}]" in text for citation in answer.citations)
    assert answer.reason is None or answer.reason in text


def test_the_same_question_has_the_same_answer(answer: Answer, assistant: Assistant) -> None:
    again = ask(assistant, answer.reading.question)
    assert replace(again, seconds=0) == replace(answer, seconds=0)


def test_both_outcomes_and_all_kinds_of_answer_are_among_the_questions(assistant: Assistant) -> None:
    """The tests above are about something."""
    answers = [ask(assistant, question) for question in QUESTIONS]
    assert {one.status for one in answers} == set(Status)
    assert {Intent.SAID, Intent.GRADE, Intent.CHANGE, Intent.HISTORY, Intent.DETAILS} <= {
        one.reading.intent for one in answers
    }


def test_several_threads_get_the_answers_that_one_gets(assistant: Assistant) -> None:
    alone = [replace(ask(assistant, question), seconds=0) for question in QUESTIONS]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda question: replace(ask(assistant, question), seconds=0), QUESTIONS * 2))
    assert found == alone * 2


def test_a_follow_up_is_answered_within_its_thread(assistant: Assistant) -> None:
    earlier = "what did Ofsted say about caseloads in Dudley in 2022?"
    answer = ask(assistant, "and what about staff turnover?", earlier)
    assert sources(answer) == [ILACS_2022]
    assert "turnover" in answer.citations[0].quote or "turnover" in answer.text
    assert answer.reading.carried


def test_each_step_is_told_as_it_begins(assistant: Assistant) -> None:
    told: list[Step] = []
    answer = assistant.ask("what did Ofsted say about caseloads in Dudley in 2022?", today=TODAY, watch=told.append)
    quotes = len(answer.citations)
    assert told == [
        Step(StepKind.READING_QUESTION, "Reading the question"),
        Step(StepKind.SEARCHING, "Reading 1 report on Dudley, 2022"),
        Step(StepKind.CHECKING_QUOTES, f"Checking {quotes} quote{'s' if quotes > 1 else ''} word for word"),
    ]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("caseloads in Dudley", "Reading 7 documents on Dudley"),
        ("did Dudley improve between 2016 and 2019?", "Dudley, 2016 and 2019"),
        ("what did Ofsted say about caseloads since 2021?", ", since 2021"),
        ("caseloads in Dudley last year", ""),  # nothing is held of that year, so that nothing is read
        (
            "caseloads in Kingston upon Thames, Blackburn with Darwen, Dudley, Oldham, Leeds, Reading and Bath in 2019",
            "on 7 authorities, 2019",
        ),
    ],
)
def test_the_words_of_a_step_fit_on_a_line(assistant: Assistant, question: str, words: str) -> None:
    told: list[Step] = []
    assistant.ask(question, today=TODAY, watch=told.append)
    assert all(len(step.words) <= 80 and not step.words.endswith(".") for step in told)
    assert words in " ".join(step.words for step in told if step.kind is StepKind.SEARCHING)
    assert [step.kind for step in told] == PLAIN[: len(told)]


@pytest.mark.parametrize("kind", PLAIN)
def test_a_watcher_may_stop_a_question_at_any_step(assistant: Assistant, kind: StepKind) -> None:
    class StoppedError(Exception):
        pass

    def stop(step: Step) -> None:
        if step.kind is kind:
            raise StoppedError

    with pytest.raises(StoppedError):
        assistant.ask(QUESTIONS[0], today=TODAY, watch=stop)


def test_an_answer_names_the_index_and_the_passages_that_it_is_from(answer: Answer, assistant: Assistant) -> None:
    assert answer.generation == assistant.index.manifest.generation == "000001"
    held = assistant.index.catalogue.passages([found.id for found in answer.passages])
    assert [(p.source, p.text) for p in held] == [(found.source, found.text) for found in answer.passages]


def test_a_table_says_what_the_text_says(answer: Answer) -> None:
    """Every mark of the text stands in the table or beside it, and no other does."""
    if answer.table:
        assert len(answer.table.rows) > 1
        assert {len(row) for row in answer.table.rows} == {len(answer.table.columns)}
        drawn = marks(" ".join([*(row[-1] for row in answer.table.rows), answer.table.beside]))
        assert set(drawn) == set(marks(answer.text))
        assert answer.table.caption


def test_what_was_published_later_is_neither_cited_nor_shown(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Dudley?", as_of=date(2020, 1, 1))
    assert ILACS_2019 in sources(answer)
    later = {ILACS_2022, VISIT_2020}
    assert not later & {*sources(answer), *(found.source for found in answer.passages)}


def test_today_decides_what_last_year_is(assistant: Assistant) -> None:
    question = "what did Ofsted say about caseloads in Dudley last year?"
    assert ILACS_2019 in sources(assistant.ask(question, today=date(2020, 6, 1)))
    assert sources(assistant.ask(question, today=date(2023, 6, 1))) == [ILACS_2022]


def test_the_home_authority_is_meant_where_none_is_named(assistant: Assistant) -> None:
    at_home = replace(assistant, home="Oldham")
    answer = at_home.ask("what did Ofsted say about caseloads?", today=TODAY)
    assert answer.citations
    assert all(citation.source.startswith("oldham/") for citation in answer.citations)


@pytest.mark.parametrize("question", ["", " \n\t", "\u2003", "x" * (LONGEST + 1)])
def test_an_empty_or_overlong_question_is_refused_with_what_to_do(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError) as refused:
        ask(assistant, question)
    assert refused.value.cure


def test_the_longest_question_is_read(assistant: Assistant) -> None:
    question = "what did Ofsted say about caseloads in Dudley? ".ljust(LONGEST, "?")
    assert ask(assistant, question).status is Status.ANSWERED


def test_overlong_earlier_questions_are_passed_over(assistant: Assistant) -> None:
    answer = ask(assistant, "and caseloads?", "x" * (LONGEST + 1), "what did Ofsted say about visits in Oldham?")
    assert answer.reading.authorities == ("Oldham",)


@pytest.mark.parametrize(
    "question",
    [
        "caseloads in Dudley \x00",
        'caseloads" OR (NEAR * -- in Dudley',
        "‘caseloads’ “in” Dudley…",
        "CASELOADS IN DUDLEY",
        "Dudley Dudley Dudley caseloads",
        "caseloads in Dudley 🙂 \u202e",
    ],
)
def test_odd_characters_are_no_obstacle(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert any("aseload" in citation.quote for citation in answer.citations)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=80).filter(str.strip), st.booleans())
def test_any_question_is_answered_or_abstained_from(assistant: Assistant, question: str, about: bool) -> None:
    answer = ask(assistant, f"{question} in Dudley" if about else question)
    assert (answer.status is Status.ANSWERED) == bool(answer.citations) == (answer.reason is None)
    assert sorted(set(marks(answer.text))) == [c.n for c in answer.citations]


def test_a_question_in_broken_unicode_is_answered_or_refused(assistant: Assistant) -> None:
    """As a terminal in another encoding, or an escape in a batch line, gives it."""
    try:
        answer = ask(assistant, "what did Ofsted say about caf\udce9s in Dudley?")
        json.dumps(answer_json(answer), ensure_ascii=False).encode()
    except QuestionError:
        pass


def test_an_answer_is_quick(assistant: Assistant) -> None:
    """The median of 20 questions, asked before.  The target is 60 ms; 250 ms leaves room for a busy machine."""
    seconds = []
    for question in QUESTIONS:
        ask(assistant, question)
        began = time.perf_counter()
        ask(assistant, question)
        seconds.append(time.perf_counter() - began)
    assert len(seconds) == 20
    assert statistics.median(seconds) < 0.250


def test_the_seconds_told_are_those_it_took(assistant: Assistant) -> None:
    began = time.perf_counter()
    answer = ask(assistant, QUESTIONS[0])
    assert 0 < answer.seconds <= time.perf_counter() - began
