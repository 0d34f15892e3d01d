"""The signs of sentences: what each sees, on passages made up for it."""

from __future__ import annotations

from dataclasses import astuple, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Leaning, Reading
from assistant.signs import ALIKE, Looked, Signs, signs_of
from index.records import Part, Passage
from index.search import Hit


def hit(text: str, score: float, ordinal: int = 0, part: Part = Part.FINDING) -> Hit:
    passage = Passage(f"p{ordinal}", "report.pdf", ordinal, (), None, (), part, "", text, ())
    return Hit(passage, score, score, 0.0, 0.0)


def signs(reading: Reading, *sentences: tuple[str, float]) -> tuple[Signs, ...]:
    """The signs of sentences that are each a passage of its own, with this score."""
    hits = [hit(text, score, at) for at, (text, score) in enumerate(sentences)]
    return signs_of(reading, hits, [Looked(one, at, one.passage.text) for at, one in enumerate(hits)])


def about(question: str, *terms: str, wider: tuple[str, ...] = (), leaning: Leaning = Leaning.NONE) -> Reading:
    return Reading(question, topic=question, terms=terms, wider=wider, leaning=leaning)


def test_nothing_looked_at_has_no_signs() -> None:
    assert signs_of(about("caseloads", "caseloads"), [], []) == ()


def test_the_passage_that_ranks_first_is_behind_nothing() -> None:
    first, second = signs(about("caseloads", "caseloads"), ("Caseloads are high.", 0.9), ("They are high.", 0.5))
    assert (first.behind, first.later) == (0.0, 0.0)
    assert second.behind == pytest.approx(0.4)
    assert second.later > 0


def test_words_of_the_topic_count_by_how_rare_they_are() -> None:
    found = signs(
        about("children and trusts", "children", "trusts"),
        ("Children are seen.", 0.5),
        ("Trusts are named.", 0.5),
        ("Children play.", 0.5),
        ("Children sing.", 0.5),
    )
    assert 0 < found[0].words < found[1].words <= 1


def test_a_phrase_counts_only_whole_and_whatever_its_endings() -> None:
    reading = about("mash", "mash", wider=("return home interview",))
    whole, parted = signs(
        reading, ("Return home interviews are late.", 0.5), ("Interviews about a return to a home are late.", 0.5)
    )
    assert (whole.phrase, parted.phrase) == (1.0, 0.0)


def test_a_sentence_that_goes_on_from_another_is_seen() -> None:
    first, second = signs(about("x", "x"), ("However, this is new.", 0.5), ("The trust is new.", 0.5))
    assert (first.goes_on, second.goes_on) == (1.0, 0.0)


def test_what_comes_before_the_topic_in_its_passage_is_early_and_nothing_is_where_it_never_comes() -> None:
    opening, other = (
        hit("Leaders are new. Caseloads are high. They fall.", 0.9),
        hit("Homes are few. They are far.", 0.5, 1),
    )
    looked = [Looked(opening, 0, text) for text in ("Leaders are new.", "Caseloads are high.", "They fall.")]
    looked += [Looked(other, 1, text) for text in ("Homes are few.", "They are far.")]
    found = signs_of(about("caseloads", "caseloads"), [opening, other], looked)
    assert [one.early for one in found] == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_the_side_that_is_asked_for_is_seen() -> None:
    weak, strong = (
        signs(about("x", "x", leaning=leaning), ("Support is strong and effective.", 0.5))[0].leaning
        for leaning in (Leaning.CRITICISM, Leaning.STRENGTHS)
    )
    assert (weak, strong) == (-1, 1)


def test_what_is_said_elsewhere_too_counts_and_a_copy_for_no_more() -> None:
    found = signs(
        about("interviews", "interviews"),
        ("Return interviews after children go missing are often late.", 0.9),
        ("Return interviews after children go missing are often late.", 0.9),
        ("Fostering panels meet monthly in town.", 0.9),
    )
    assert found[0].elsewhere == found[1].elsewhere == ALIKE
    assert found[2].elsewhere < ALIKE


def test_a_sentence_gains_nothing_from_its_own_passage() -> None:
    text = "Return interviews are late. Return interviews are late."
    one = hit(text, 0.9)
    found = signs_of(about("interviews", "interviews"), [one], [Looked(one, 0, part) for part in text.split(". ")])
    assert [seen.elsewhere for seen in found] == [0.0, 0.0]


@given(
    st.lists(st.tuples(st.text(max_size=60), st.floats(-1, 2)), max_size=6),
    st.lists(st.text(max_size=20), max_size=4),
    st.sampled_from(Leaning),
)
def test_signs_are_small_numbers_whatever_is_looked_at(
    sentences: list[tuple[str, float]], terms: list[str], leaning: Leaning
) -> None:
    found = signs(about("how many?", *terms, wider=tuple(terms[:1]), leaning=leaning), *sentences)
    assert len(found) == len(sentences)
    for one in found:
        assert all(-1 <= value <= 5 for value in astuple(one))
        assert 0 <= one.words <= 1 + 1e-9
        assert 0 <= one.elsewhere <= ALIKE


def test_signs_are_told_in_the_record_of_them() -> None:
    """Every sign is named in the docstring, for whoever reads the weights."""
    assert all(f"\n    {field.name} " in (Signs.__doc__ or "") for field in fields(Signs))


def test_a_fact_of_something_else_is_not_the_fact_asked_for() -> None:
    asked = about("how many vacancies are there?", "vacancies")
    found = signs(
        asked, ("There are five vacancies.", 0.9), ("Attendance was at 96% in June.", 0.8), ("Vacancies are few.", 0.7)
    )
    assert [seen.wanted for seen in found] == [1, 0, -1]
