"""A question that asks for a sort of fact gains by sentences that hold one; others are left alone."""

from __future__ import annotations

import pytest

from assistant.wanted import wanted_sign


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("what percentage of care leavers are in work?", "Some 64% are in work.", "Most care leavers do well."),
        ("what share of plans was late?", "Half of the plans were late.", "Plans were late."),
        ("up to what age is council tax paid?", "It is paid until they are aged 25.", "Council tax is paid."),
        ("how long do children wait?", "Some wait for up to six weeks.", "Children wait too long."),
        ("how much money was given?", "A further £2 million was found.", "Money was found."),
        ("when did the trust take over?", "It took over in April 2023.", "The trust took over soon after."),
        ("since when has this been so?", "It has been so for a while.", ""),
        ("how many vacancies are there?", "There are five vacancies.", "There are vacancies."),
        ("who chairs the panel?", "The panel’s chair is the lead member.", "The panel meets often."),
        ("what is the scheme called?", "They use the Staying Close Project.", "They use a scheme."),
        ("which other council helped?", "Test Council made a review.", "A review was made."),
    ],
)
def test_a_sentence_that_holds_what_is_asked_for_gains(question: str, holds: str, lacks: str) -> None:
    assert wanted_sign(question, holds) >= wanted_sign(question, lacks)
    if lacks:
        assert (wanted_sign(question, holds), wanted_sign(question, lacks)) == (1, -1)


@pytest.mark.parametrize(
    "question",
    [
        "what did Ofsted say about caseloads?",
        "do children who go missing get help?",
        "when kids run away does anyone talk to them?",
        "how good is the support for care leavers who are parents?",
        "how quickly does the front door act?",
        "what money do young people get when they leave care?",
    ],
)
def test_a_question_that_asks_for_no_such_fact_moves_nothing(question: str) -> None:
    assert wanted_sign(question, "In 2019 some 64% of Test Council’s children waited six weeks.") == 0
