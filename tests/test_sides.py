"""Comparisons: each authority and each time looked for by itself, a side that has nothing saying so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers_index import ILACS_2019, ILACS_2022, ILACS_2026, OLDHAM_2021, SIF_2016, TODAY, ask, marks, read, sources

from assistant.answers.drafts import Draft, Line, short_and_more
from assistant.answers.side_by_side import side_by_side
from assistant.ask import Assistant
from assistant.choose import choose
from assistant.drafting import draft_of, passages_for
from assistant.evidence import find_hits
from assistant.records import Intent, Missing, Reading, Selection, Status
from assistant.sides import MOST, sides

pytest_plugins = "fixtures_answers"


def names(reading: Reading) -> list[str]:
    return [side.name for side in sides(reading)]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("what did Ofsted say about caseloads in Oldham and Dudley?", ["Oldham", "Dudley"]),
        ("what did Ofsted say about caseloads in Dudley in 2022 and 2019?", ["2019", "2022"]),
        ("caseloads in Dudley in 2019 versus 2022", ["2019", "2022"]),
        (
            "caseloads in Oldham and Dudley in 2019 and 2021",
            ["Oldham, 2019", "Oldham, 2021", "Dudley, 2019", "Dudley, 2021"],
        ),
        ("what did Ofsted say about caseloads in Dudley in 2019?", []),
        ("what did Ofsted say about caseloads in Dudley from 2019 to 2022?", []),
        ("what did Ofsted say about caseloads in Dudley since 2019?", []),
    ],
)
def test_authorities_stand_as_asked_and_times_in_their_order(question: str, wanted: list[str]) -> None:
    assert names(read(question)) == wanted


def test_two_periods_that_mean_one_report_are_no_sides() -> None:
    """The inspection of one year, published in the next."""
    assert names(read("what did the 2022 inspection say about caseloads, in the report published in 2023?")) == []


def test_more_sides_than_can_be_set_beside_each_other_are_searched_as_one() -> None:
    many = tuple(f"Place {n}" for n in range(MOST + 1))
    assert names(replace(read("caseloads"), authorities=many)) == []
    assert len(names(replace(read("caseloads"), authorities=many[:MOST]))) == MOST


def test_grades_are_compared_from_their_table() -> None:
    assert names(replace(read("caseloads in Oldham and Dudley"), intent=Intent.GRADE)) == []


def test_each_side_of_a_comparison_stands_under_its_name(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Oldham and Dudley?")
    assert answer.status is Status.ANSWERED
    text = answer.text.split("\n")
    assert text.index("Oldham:") < text.index("Dudley:")
    assert {OLDHAM_2021, ILACS_2026} <= set(sources(answer))
    assert list(dict.fromkeys(marks(answer.text))) == [c.n for c in answer.citations]


def test_authorities_are_compared_as_they_are_now_where_no_time_is_asked(assistant: Assistant) -> None:
    """By the latest full inspection of each; an older one speaks only where that says nothing."""
    assert set(sources(ask(assistant, "compare caseloads in Oldham and Dudley"))) == {OLDHAM_2021, ILACS_2026}
    older = ask(assistant, "what did Ofsted say about adoption in Oldham and Dudley?")
    assert SIF_2016 in sources(older)


def test_the_times_of_a_comparison_quote_their_own_reports(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Dudley in 2019 and 2022?")
    first, second = answer.text.split("\n2022:\n", 1)[0], answer.text.split("\n2022:\n", 1)[1]
    assert "published 4 March 2019" in first
    assert "2022" not in first.replace("2022:", "")
    assert "published 21 December 2022" in second.split("More:")[0]
    assert {ILACS_2019, ILACS_2022} <= set(sources(answer))


def test_a_side_of_which_nothing_is_held_says_so_beside_the_other(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Dudley and Leeds?")
    assert answer.status is Status.ANSWERED
    assert "Leeds:\nNothing is held about Leeds" in answer.text
    by_year = ask(assistant, "what did Ofsted say about caseloads in Dudley in 2012 and 2019?")
    assert by_year.status is Status.ANSWERED
    assert "2012:\nNothing held about Dudley" in by_year.text


def test_a_comparison_of_nothing_is_no_answer(assistant: Assistant) -> None:
    answer = ask(assistant, "what did Ofsted say about caseloads in Leeds and Kent?")
    assert answer.status is Status.ABSTAINED
    assert "Leeds" in str(answer.reason)
    assert "Kent" in str(answer.reason)


def test_what_is_more_of_a_side_stands_under_its_name_again() -> None:
    draft = Draft((Line("short"),), more=(Line("long"),))
    made = side_by_side([("A", draft), ("B", Missing("topic", "Nothing."))])
    assert isinstance(made, Draft)
    assert [line.before for line in made.every] == ["A:", "short", "B:", "Nothing.", "More:", "A:", "long"]


def test_a_topic_over_time_is_told_report_after_report_oldest_first(assistant: Assistant) -> None:
    """Two sentences of each at most, and no report that does not speak of it."""
    reading = replace(read("how have caseloads in Dudley changed?"), over_time=True, intent=Intent.SAID)
    reading = replace(reading, topic="caseloads", terms=("caseloads",), subjects=read("caseloads").subjects)
    chosen = choose(reading, assistant.index.catalogue)
    assert isinstance(chosen, Selection)
    hits = find_hits(reading, chosen, assistant.index, assistant.embedder, passages_for(reading, 50))
    draft = draft_of(reading, chosen, hits, assistant.index)
    assert isinstance(draft, Draft)
    told = [quote.document.source for line in draft.every for quote in line.quotes]
    in_order = list(dict.fromkeys(told))
    assert {SIF_2016, ILACS_2019, ILACS_2022, ILACS_2026} <= set(in_order)
    published = [d.description.published for s in in_order for d in chosen.documents if d.source == s]
    dated = [one.start for one in published if one]
    assert dated == sorted(dated)
    assert max(map(told.count, told)) <= 2


def test_a_short_answer_ends_before_more(assistant: Assistant) -> None:
    answer = assistant.ask("what did Ofsted say about Dudley in 2022?", today=TODAY)
    short, more = short_and_more(answer.text)
    assert "good" in short.lower()
    assert "The quality of child protection plans" in more
    assert len(short.split()) <= 170
