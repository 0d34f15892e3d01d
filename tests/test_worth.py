"""The weights of the signs: they are those of the signs that are seen, and every sign counts the way it must."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.signs import Signs
from assistant.worth import FILE, NAMES, PLAIN, Worth, usual_worth, worth_from

NOTHING = Signs(*[0.0] * len(NAMES))


def test_the_weights_that_ship_are_of_these_signs_and_say_where_they_are_from() -> None:
    table = json.loads(files("assistant").joinpath(FILE).read_text(encoding="utf-8"))
    assert worth_from(table) == usual_worth()
    assert {"command", "set_sha256", "questions", "authorities"} <= set(table["made"])


@pytest.mark.parametrize("name", ["words", "phrase", "leaning", "wanted", "elsewhere"])
def test_what_speaks_for_a_sentence_makes_it_likelier(name: str) -> None:
    """A weight of the wrong sign would mean that it was learned from too little."""
    worth = usual_worth()
    assert worth.of(replace(NOTHING, **{name: 1.0})) > worth.of(NOTHING)


@pytest.mark.parametrize("name", ["behind", "later", "early"])
def test_what_ranks_low_or_comes_before_the_topic_is_less_likely(name: str) -> None:
    worth = usual_worth()
    assert worth.of(replace(NOTHING, **{name: 1.0})) < worth.of(NOTHING)


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(NAMES), max_size=len(NAMES)), st.floats(-1e6, 1e6))
def test_a_probability_is_one_whatever_the_signs(values: list[float], more: float) -> None:
    for worth in (usual_worth(), PLAIN):
        assert 0 <= worth.of(Signs(*values), more) <= 1


@given(st.floats(0, 1))
def test_the_best_sentence_is_never_left_out(best: float) -> None:
    assert usual_worth().bound(best) <= best


def test_by_hand_what_is_far_behind_the_best_is_left_out() -> None:
    """The bound of the weights by hand is a distance in score, whatever the scores."""
    for score in (0.1, 1.2):
        best = PLAIN.of(replace(NOTHING, behind=score))
        assert PLAIN.of(replace(NOTHING, behind=score + 0.44)) > PLAIN.bound(best)
        assert PLAIN.of(replace(NOTHING, behind=score + 0.46)) < PLAIN.bound(best)


@pytest.mark.parametrize(
    "table",
    [{}, {"base": 0.0, "signs": {}}, {"base": "0", "signs": dict.fromkeys(NAMES, 0.0)},
     {"base": 0.0, "signs": dict.fromkeys(reversed(NAMES), 0.0)}],
)  # fmt: skip
def test_weights_of_other_signs_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="signs"):
        worth_from(table)


def test_least_and_share_decide_together() -> None:
    worth = Worth((0.0,) * len(NAMES), 0.0, 0.2, 0.5)
    assert worth.bound(0.9) == pytest.approx(0.45)
    assert worth.bound(0.3) == 0.2
    assert worth.bound(0.1) == 0.1
