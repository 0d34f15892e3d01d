"""What a word of the field means: which questions ask just that, and the answer with the word in use."""

from __future__ import annotations

import pytest
from answers_index import SIF_2016, TODAY, ask, read, sources

from assistant.ask import Assistant
from assistant.interpret.meanings import meaning_of, words_asked
from assistant.interpret.vocabulary import vocabulary
from assistant.records import Intent, Status
from assistant.suggest import ORDERS, suggestions

pytest_plugins = "fixtures_answers"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what is MASH?", ["MASH"]),
        ("What does UASC stand for?", ["UASC"]),
        ("what is meant by the front door?", ["front door"]),
        ("define PLO", ["PLO"]),
        ("explain ILACS please", ["ILACS"]),
        ("MASH?", ["MASH"]),
        ("whats a lado", ["LADO"]),
        ("WHAT IS A PEP", ["PEP"]),
        ("can you tell me what an IRO is?", ["IRO"]),
        ("sorry, what does 'edge of care' mean?", ["edge of care"]),
        ("what does Ofsted mean by corporate parenting?", ["corporate parenting"]),
        ("what is s47", ["s47"]),
        ("what's section 20?", ["s20"]),
        ("what are EET and NEET?", ["EET", "NEET"]),
        ("what is the difference between a SIF and an ILACS?", ["SIF", "ILACS"]),
        ("special guardianship orders, what are they?", []),
        ("what does requires improvement mean?", ["requires improvement"]),
        ("sgo meaning", ["SGO"]),
        ("what is a virtual school head?", ["virtual school"]),
        ("what is the current grade", []),
        ("what is the rating", []),
        ("what is the MASH like", []),
        ("what did Ofsted say about MASH?", []),
        ("permanence", []),
        ("what are the strengths?", []),
        ("what is quantum entanglement?", []),
    ],
)  # fmt: skip
def test_only_questions_for_the_meaning_of_a_known_word_ask_what_it_means(question: str, words: list[str]) -> None:
    assert [word.word for word in words_asked(question, in_place=False, first=True)] == words


def test_what_a_place_does_under_a_name_is_no_question_of_meaning() -> None:
    """An abbreviation is asked about all the same: nobody asks "what is MASH" to hear how it does."""
    assert read("what is early help in Dudley?").intent is Intent.SAID
    assert read("what does MASH stand for in Dudley?").intent is Intent.MEANING


def test_a_single_word_varies_the_question_before_it() -> None:
    thread = "what did Ofsted say about caseloads in Dudley?"
    assert read("MASH?").intent is Intent.MEANING
    assert read("MASH?", thread).intent is Intent.SAID
    assert read("and PLO?", "what is MASH?").subjects == ("PLO",)


def test_every_word_is_found_under_each_of_its_names() -> None:
    for word in vocabulary().meanings:
        assert meaning_of(word.word) is word
        assert all(meaning_of(name) is not None for name in word.names), word
        assert not word.means.endswith("."), word


def test_the_explanation_comes_first_and_a_quote_shows_the_word_in_use(assistant: Assistant) -> None:
    answer = ask(assistant, "what is a pathway plan?")
    assert answer.status is Status.ANSWERED
    first, second = answer.text.splitlines()[:2]
    assert first.startswith("Pathway plan: the plan, from the age of 16 on")
    assert "“Too few care leavers have a pathway plan that they understand.” [1]" in second
    assert sources(answer) == [SIF_2016]


def test_a_word_that_no_document_uses_is_explained_in_the_reason(assistant: Assistant) -> None:
    answer = ask(assistant, "what does UASC stand for?")
    assert answer.status is Status.ABSTAINED
    assert answer.reason is not None
    assert answer.reason.startswith("UASC (unaccompanied asylum-seeking child): ")
    assert answer.reason.endswith("None of the documents held uses “UASC”.")


def test_a_word_that_is_not_known_is_asked_of_the_documents() -> None:
    assert read("what is a snark?").intent is Intent.SAID


def test_questions_are_suggested_after_every_kind_of_answer(assistant: Assistant) -> None:
    assert set(ORDERS) == set(Intent)
    answer = ask(assistant, "what is a pathway plan?")
    assert "What did Ofsted say about pathway plan in Dudley?" in suggestions(answer, assistant, today=TODAY)
