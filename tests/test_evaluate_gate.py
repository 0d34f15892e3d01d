"""A gate says of each requirement whether it is met and what was found, and knows when a run got worse."""

from __future__ import annotations

import contextlib

import pytest
from evaluated import SHA, run_of, scored_of, set_of
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.gate import Requirement, further_measures, gate, no_worse_than, parse_requirement
from assistant.evaluate.records import Item, Scores
from assistant.evaluate.retrieval import RETRIEVAL
from assistant.evaluate.scoring import Scored

RUN = scored_of(
    {
        "R@10": [1.0, 0.5, 0.9, 0.8],
        "facts": [None, None, 1.0, 0.5],
        "faithful": [1.0, 1.0, 1.0, 1.0],
        "seconds": [0.1, 0.2, 0.3, 0.4],
    },
    kinds=["said", "said", "fact", "fact"],
    slices=[{"year": "2019"}, {"year": "2020"}, {"year": "2019"}, {"document_kind": "ILACS inspection"}],
)


def met(text: str) -> tuple[bool, float | None]:
    (verdict,) = gate(RUN, [parse_requirement(text)])
    assert verdict.requirement == text.strip()
    return verdict.met, None if verdict.found is None else round(verdict.found, 9)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("R@10>=0.80", Requirement("R@10>=0.80", "all", "R@10", ">=", 0.8)),
        (" faithful == 1 ", Requirement("faithful == 1", "all", "faithful", "==", 1)),
        ("said:R@10>0.8", Requirement("said:R@10>0.8", "said", "R@10", ">", 0.8)),
        ("year=2019:AP<1", Requirement("year=2019:AP<1", "year=2019", "AP", "<", 1)),
        ("document_kind=ILACS inspection:AP<=1", None),
        ("macro:seconds_p95<=1.5", Requirement("macro:seconds_p95<=1.5", "macro", "seconds_p95", "<=", 1.5)),
        ("P@3>=0", Requirement("P@3>=0", "all", "P@3", ">=", 0)),
        ("nDCG(gains={1:1,2:3})@10>=0.5", None),
        ("said:P(rel=2)@5>=0.5", Requirement("said:P(rel=2)@5>=0.5", "said", "P(rel=2)@5", ">=", 0.5)),
    ],
)
def test_requirements_are_read_as_they_are_typed(text: str, wanted: Requirement | None) -> None:
    read = parse_requirement(text)
    assert wanted is None or read == wanted
    assert read.text == text.strip()


@pytest.mark.parametrize(
    "text", ["", "R@10", "R@10>=", ">=0.8", "R@10=0.8", "R@10>=high", "R@10>=0.8%", "R@10>=nan", "R@10=>0.8", "a\nb>=1"]
)
def test_what_is_no_requirement_is_told_the_form(text: str) -> None:
    with pytest.raises(EvaluationError, match=r"is no requirement.*R@10>=0\.80|There is no measure"):
        parse_requirement(text)


@pytest.mark.parametrize("measure", ["recall", "R@0", "seconds", "Faithful", "R@10 >= 0.5 and AP"])
def test_an_unknown_measure_is_told_the_known_ones(measure: str) -> None:
    with pytest.raises(EvaluationError, match=r"There is no measure.*Known are R@5, .*cited_recall.*seconds_p95.*P@3"):
        parse_requirement(f"{measure}>=0.5")


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_requirement_or_one_line(text: str) -> None:
    with contextlib.suppress(EvaluationError):
        assert parse_requirement(text).text == text.strip()


def test_measures_of_the_library_that_are_required_are_to_be_scored_beside_the_usual_ones() -> None:
    asked = [parse_requirement(one) for one in ("P@3>=0", "said:P@3>=1", "facts>=0", "R@5>=0", "seconds_p50<=1")]
    assert further_measures(asked) == (*RETRIEVAL, "P@3")


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("R@10>=0.8", True, 0.8),
        ("R@10>0.8", False, 0.8),
        ("R@10<=0.8", True, 0.8),
        ("R@10<0.8", False, 0.8),
        ("R@10==0.8", True, 0.8),
        ("R@10==0.81", False, 0.8),
        ("faithful==1", True, 1.0),
        ("said:R@10>=0.76", False, 0.75),
        ("fact:R@10>=0.85", True, 0.85),
        ("macro:R@10>=0.8", True, 0.8),
        ("all:facts>=0.7", True, 0.75),
        ("year=2019:R@10>=0.95", True, 0.95),
        ("document_kind=ILACS inspection:R@10>0.8", False, 0.8),
        ("seconds_p95<=0.38", False, 0.385),
        ("said:facts>=0", False, None),
    ],
)
def test_a_requirement_is_held_against_what_was_found(text: str, wanted: bool, value: float | None) -> None:
    assert met(text) == (wanted, value)


def test_the_reason_names_value_and_questions() -> None:
    verdicts = gate(RUN, [parse_requirement("said:R@10>=0.8"), parse_requirement("said:facts==1")])
    assert [one.why for one in verdicts] == [
        "R@10 is 0.7500 over 2 questions",
        "facts applies to no question here",
    ]
    barely = scored_of({"R@10": [0.79999]})
    (verdict,) = gate(barely, [parse_requirement("R@10>=0.8")])
    assert (verdict.met, verdict.why) == (False, "R@10 is 0.79999 over 1 question")


def test_questions_without_a_result_are_told_where_a_requirement_is_not_met() -> None:
    items = (Item("q0", "What?", "said", 1), Item("q1", "Who?", "said", 2))
    scores = (Scores("q0", "said", {}, {"R@10": 1.0}), Scores("q1", "said", {}, {"R@10": 0.0}))
    (verdict,) = gate(Scored(set_of(*items), run_of(*RUN.run.outcomes.values()), scores), [parse_requirement("AP>0")])
    assert "no result" not in verdict.why
    run = run_of(RUN.run.outcomes["q0"], sha256=SHA)
    (verdict,) = gate(Scored(set_of(*items), run, scores), [parse_requirement("R@10>=0.9")])
    assert verdict.why == "R@10 is 0.5000 over 2 questions; 1 of the set's 2 have no result and count 0"


@pytest.mark.parametrize(
    ("part", "told"),
    [("Said", "Of kind there are: said, fact"), ("year=1999", "Of year there are: 2019, 2020"),
     ("month=May", "kind, year, document_kind")],
)  # fmt: skip
def test_a_slice_that_is_not_there_is_told_those_that_are(part: str, told: str) -> None:
    with pytest.raises(EvaluationError, match=f"no questions of {part}.*{told}"):
        gate(RUN, [parse_requirement(f"{part}:R@10>=0")])


# ------------------------------------------------------------------------------------------- no worse than


def test_a_significant_drop_is_worse_and_a_small_one_is_not() -> None:
    base = scored_of({"R@10": [0.9] * 30, "AP": [0.5] * 30, "facts": [0.5] * 30})
    new = scored_of({"R@10": [0.8] * 30, "AP": [0.6] * 30, "facts": [0.4] * 2 + [0.5] * 28}, name="new")
    found = {one.requirement: one for one in no_worse_than(base, new)}
    assert {name: one.met for name, one in found.items()} == {
        "R@10 no worse than base": False,
        "AP no worse than base": True,
        "facts no worse than base": True,
    }
    verdict = found["R@10 no worse than base"]
    assert verdict.found == pytest.approx(0.8)
    assert verdict.why == (
        "R@10 is 0.8000, was 0.9000 over 30 questions (p <0.001; 0 won, 30 lost); "
        "chance is an unlikely reason: p is below 0.05"
    )


def test_a_drop_beyond_the_tolerance_is_worse_whatever_chance_says() -> None:
    base, new = scored_of({"AP": [1.0, 0.5]}), scored_of({"AP": [0.9, 0.5]})
    assert [one.met for one in no_worse_than(base, new)] == [True]
    assert [one.met for one in no_worse_than(base, new, 0.05)] == [True]
    (verdict,) = no_worse_than(base, new, 0.04)
    assert not verdict.met
    assert verdict.why.endswith("; the drop is greater than 0.04, which is tolerated")


def test_answers_that_turned_into_abstentions_fail_though_so_few_questions_give_no_p_value_below_005() -> None:
    """Five of ten: of the 32 ways to flip them, two are as far off."""
    base, new = scored_of({"answered": [1.0] * 10}), scored_of({"answered": [0.0] * 5 + [1.0] * 5})
    (verdict,) = no_worse_than(base, new, 0.9)
    assert not verdict.met
    assert "p 0.062" in verdict.why
    assert verdict.why.endswith("lies below 0")


def test_a_drop_that_neither_shows_may_be_up_to_005_and_another_where_it_is_said() -> None:
    """One of ten lost, and one of thirty: no interval lies below 0."""
    base, new = scored_of({"answered": [1.0] * 10}), scored_of({"answered": [0.0] + [1.0] * 9})
    (verdict,) = no_worse_than(base, new)
    assert (verdict.met, verdict.why.rpartition("; ")[2]) == (
        False,
        "the drop is greater than 0.05, which is tolerated",
    )
    assert [one.met for one in no_worse_than(base, new, 0.1)] == [True]
    few, one_less = scored_of({"answered": [1.0] * 30}), scored_of({"answered": [0.0] + [1.0] * 29})
    assert [one.met for one in no_worse_than(few, one_less)] == [True]
    assert [one.met for one in no_worse_than(few, one_less, 0.0)] == [False]


def test_what_became_better_is_no_worse_however_little_is_tolerated() -> None:
    assert [one.met for one in no_worse_than(scored_of({"AP": [0.0]}), scored_of({"AP": [1.0]}), 0.0)] == [True]


def test_a_measure_that_the_new_run_lacks_fails() -> None:
    base = scored_of({"faithful": [1.0, 1.0, None], "answered": [1.0, 1.0, 0.0], "tokens": [9.0, 9.0, 9.0]})
    gone = scored_of({"answered": [1.0, 1.0, 0.0]}, name="new")
    found = {one.requirement: one for one in no_worse_than(base, gone)}
    assert [one.met for one in found.values()] == [True, False]
    verdict = found["faithful no worse than base"]
    assert verdict.found is None
    assert verdict.why == "faithful applies to no question of new, and to 2 questions of base"
    assert len(no_worse_than(gone, base)) == 1
    others = scored_of({"faithful": [None, None, 1.0], "answered": [1.0, 1.0, 1.0]}, name="new")
    assert [one.why for one in no_worse_than(base, others) if not one.met] == [
        "faithful applies to other questions than the 2 questions of base in new"
    ]


def test_to_answer_no_more_what_has_no_answer_is_no_loss() -> None:
    kinds = ["unanswerable", "unanswerable"]
    base = scored_of({"abstained_rightly": [0.0, 1.0], "faithful": [1.0, None]}, kinds=kinds)
    new = scored_of({"abstained_rightly": [1.0, 1.0]}, name="new", kinds=kinds)
    assert [(one.requirement, one.met) for one in no_worse_than(base, new)] == [
        ("abstained_rightly no worse than base", True)
    ]


def test_how_many_questions_were_compared_is_said_and_that_only_answered_ones_were() -> None:
    base = scored_of({"cited_precision": [1.0, None, 0.5, 1.0], "R@5": [0.5] * 4})
    new = scored_of({"cited_precision": [1.0, 0.5, None, 1.0], "R@5": [0.5] * 4})
    assert [one.why.partition(" over ")[2].partition(" (p")[0] for one in no_worse_than(base, new)] == [
        "4 questions",
        "2 questions (where both answered)",
    ]


def test_the_same_run_is_no_worse_than_itself_whatever_is_allowed() -> None:
    assert all(one.met for one in no_worse_than(RUN, RUN, 0.0))


def test_costs_do_not_count_as_worse() -> None:
    base, new = (
        scored_of({"seconds": [0.1] * 30, "AP": [1.0] * 30}),
        scored_of({"seconds": [9.0] * 30, "AP": [1.0] * 30}),
    )
    assert [one.requirement for one in no_worse_than(base, new)] == ["AP no worse than base"]


def test_a_run_of_another_set_is_no_measure() -> None:
    with pytest.raises(EvaluationError, match="different questions"):
        no_worse_than(scored_of({"AP": [1.0]}), scored_of({"AP": [1.0]}, sha256="b" * 64))
