"""Two runs of one set: chance is ruled out no more often than it should be; what moved is told with both results."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from evaluated import scored_of
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluate.compare import EXACT, FLIPS, Comparison, Difference, Uncompared, compare, p_text, p_value
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.scoring import within


def only(found: Comparison) -> Difference:
    (difference,) = found.differences
    return difference


def test_a_hand_worked_comparison() -> None:
    base = scored_of({"R@10": [0.5, 1.0, 0.0, 0.5, 0.5]})
    new = scored_of({"R@10": [1.0, 0.8, 0.9, 0.5, 0.4]}, name="new")
    found = only(compare(base, new))
    assert (found.measure, found.base, found.new) == ("R@10", pytest.approx(0.5), pytest.approx(0.72))
    assert found.change.value == pytest.approx(0.22)
    assert found.change.low < 0.22 < found.change.high
    assert [(one.item.id, one.change) for one in found.won] == [("q2", 0.9), ("q0", 0.5)]
    assert [(one.item.id, round(one.change, 9)) for one in found.lost] == [("q1", -0.2), ("q4", -0.1)]
    assert (len(found.won), len(found.lost), found.ties) == (2, 2, 1)
    # of the 16 ways to give 0.5, 0.2, 0.9 and 0.1 their signs, those with 0.5 and 0.9 alike come to 1.1 or more
    assert found.p == 8 / 16
    assert not found.significant


def test_what_moved_is_told_with_both_results() -> None:
    found = only(compare(scored_of({"AP": [0.0]}), scored_of({"AP": [1.0]}, name="new")))
    (moved,) = found.won
    assert (moved.before, moved.after, moved.item.question) == (0.0, 1.0, "Question 0?")
    assert moved.base is not None
    assert moved.new is not None
    assert (moved.base.answer["answer"], moved.new.answer["answer"]) == ("base says so", "new says so")


def test_the_same_run_twice_differs_in_nothing() -> None:
    run = scored_of({"R@10": [0.3, 1.0, 0.0], "seconds": [0.1, 0.2, 0.3], "facts": [None, 1.0, None]})
    found = compare(run, run)
    assert [one.measure for one in found.differences] == ["R@10", "facts", "seconds"]
    for one in found.differences:
        assert (one.change.value, one.change.low, one.change.high, one.p, one.won, one.lost) == (0, 0, 0, 1, (), ())
        assert one.base == one.new


def test_less_is_better_where_it_is_a_cost() -> None:
    found = only(compare(scored_of({"seconds": [1.0, 1.0]}), scored_of({"seconds": [0.5, 2.0]})))
    assert [one.item.id for one in found.won] == ["q0"]
    assert [one.item.id for one in found.lost] == ["q1"]


def test_only_questions_that_a_measure_applies_to_in_both_runs_are_paired() -> None:
    base = scored_of({"cited_precision": [1.0, None, 0.5], "R@5": [0.1, 0.1, 0.1]})
    new = scored_of({"cited_precision": [0.5, 0.5, None], "AP": [1.0, 1.0, 1.0]})
    found = only(compare(base, new))
    assert (found.measure, found.change.count, found.base, found.new) == ("cited_precision", 1, 1.0, 0.5)
    assert compare(scored_of({"facts": [1.0, None]}), scored_of({"facts": [None, 1.0]})).differences == ()


def test_a_comparison_says_over_how_many_questions_it_is_and_where_only_answered_ones_are() -> None:
    base = scored_of({"cited_precision": [1.0, None, 0.5], "R@5": [0.1, 0.1, 0.1], "AP": [1.0, None, None]})
    new = scored_of({"cited_precision": [0.5, 0.5, 1.0], "R@5": [0.1, 0.1, 0.1], "AP": [1.0, None, None]})
    assert {one.measure: one.over for one in compare(base, new).differences} == {
        "R@5": "3 questions",
        "AP": "1 question",
        "cited_precision": "2 questions (where both answered)",
    }


def test_measures_that_no_question_has_in_both_runs_are_told() -> None:
    base = scored_of({"facts": [1.0, None], "faithful": [1.0, 1.0], "answered": [1.0, 1.0]})
    new = scored_of({"facts": [None, 1.0], "AP": [1.0, 1.0], "answered": [0.0, 0.0]})
    assert compare(base, new).uncompared == (
        Uncompared("AP", 0, 2),
        Uncompared("faithful", 2, 0),
        Uncompared("facts", 1, 1),
    )


def test_times_are_never_told_as_significant() -> None:
    found = only(compare(scored_of({"seconds": [0.1] * 30}), scored_of({"seconds": [0.2] * 30})))
    assert found.p < 0.05
    assert not found.significant


@pytest.mark.parametrize(("p", "text"), [(1.0, "1.000"), (0.0421, "0.042"), (0.001, "0.001"), (0.0001, "<0.001")])
def test_a_p_value_is_never_written_as_nothing(p: float, text: str) -> None:
    assert p_text(p) == text


def test_a_slice_alone_can_be_compared() -> None:
    kinds = ["said", "fact", "said"]
    base, new = scored_of({"AP": [0.0, 0.0, 0.0]}, kinds=kinds), scored_of({"AP": [1.0, 0.5, 1.0]}, kinds=kinds)
    found = only(compare(within(base, "kind", "fact"), within(new, "kind", "fact")))
    assert (found.change.count, found.change.value) == (1, 0.5)


def test_runs_of_different_sets_are_refused() -> None:
    with pytest.raises(
        EvaluationError, match=r"base and new are runs of different questions.*inspections evaluate run"
    ):
        compare(scored_of({"AP": [1.0]}), scored_of({"AP": [1.0]}, name="new", sha256="b" * 64))


# ------------------------------------------------------------------------------------------------- p-values


@given(st.lists(st.integers(-4, 4), max_size=9))
def test_of_few_differences_every_way_to_flip_them_is_counted(differences: list[int]) -> None:
    """Zeros change nothing; thirds, so that sums are not exact."""
    thirds = [one / 3 for one in differences]
    ways = [abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
            for signs in product((1, -1), repeat=len(differences))]  # fmt: skip
    assert p_value(thirds) == pytest.approx(sum(way >= abs(sum(differences)) for way in ways) / len(ways))


def test_drawn_flips_come_near_to_all_of_them() -> None:
    """Sixteen differences of 1: with two of them down, as large as it is in 2 * (1 + 16 + 120) of 2**16 ways."""
    assert len([1] * 16) > EXACT
    assert p_value([1.0] * 14 + [-1.0] * 2) == pytest.approx(2 * 137 / 2**16, abs=0.0025)


def test_a_drawn_p_value_is_never_zero_and_always_the_same() -> None:
    assert p_value([0.5] * 60) == 1 / (FLIPS + 1)
    some = list(np.random.default_rng(1).normal(0.1, 1, 40))
    assert p_value(some) == p_value(some)
    assert p_value(some) == p_value([-one for one in some])
    assert p_value(some) == p_value([*some, *[0.0] * 50])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 1), max_size=30))
def test_a_p_value_is_a_share(differences: list[float]) -> None:
    assert 0 < p_value(differences) <= 1


@pytest.mark.parametrize("count", [12, 60])
def test_where_nothing_differs_but_by_chance_one_in_twenty_seems_to(count: int) -> None:
    """400 pairs of runs that are alike: 20 are expected below 0.05, give or take 4.4 (one standard deviation)."""
    chance = np.random.default_rng(3)
    below = 0
    for _ in range(400):
        quality = chance.random(count)
        one, other = (np.clip(quality + chance.normal(0, 0.2, count), 0, 1) for _ in range(2))
        below += p_value(one - other) < 0.05
    assert 7 <= below <= 35


def test_a_true_difference_is_seen() -> None:
    chance = np.random.default_rng(4)
    seen = sum(p_value(chance.normal(0.1, 0.2, 60)) < 0.05 for _ in range(50))
    assert seen >= 45
