"""What is measured of rankings and answers is what pytrec_eval, the customer's own scorer and a pencil make of them."""

from __future__ import annotations

import importlib.util
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import pytest
import pytrec_eval
from conftest import entry_of
from evaluated import abstained, outcome_of, rows_of, run_of, set_of
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluate.answering import (
    UNANSWERABLE,
    Held,
    abstention_curve,
    answer_values,
)
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import OUTCOMES, write_info
from assistant.evaluate.intervals import RESAMPLES, estimate, estimate_percentile
from assistant.evaluate.opening import open_run
from assistant.evaluate.records import Form, Gold, Item, Outcome, Scores
from assistant.evaluate.retrieval import (
    RETRIEVAL,
    by_document,
    check_measure,
    document_values,
    ranked_by_score,
    span_values,
)
from assistant.evaluate.scoring import ANY_SIZE, FILE, code_version, keep_scores, score, scored, within
from assistant.evaluate.sets import load_set
from assistant.evaluate.slices import macro, measures_of, micro, slice_names, slice_values, summaries_by
from assistant.quotes import speaker_words
from index.catalogue import Catalogue, CatalogueWriter
from index.records import Interval, Kind, Voice, VoiceKind

SHARED = Path(__file__).resolve().parents[2] / "shared"
TREC = {  # what trec_eval calls the measures that pytrec_eval has
    "R@5": "recall_5",
    "R@10": "recall_10",
    "Success@1": "success_1",
    "nDCG@10": "ndcg_cut_10",
    "AP": "map",
    "P@3": "P_3",
    "RR": "recip_rank",
    "Rprec": "Rprec",
}
LEEDS = "leeds/2019.pdf"
DUDLEY = "dudley/2021.pdf"
SAID = "Caseloads are too high for newly qualified social workers in their first year."
ALSO = "Supervision is regular and is recorded in full by every manager in the service."


# ------------------------------------------------------------------------------------------------ rankings

QUERIES = st.integers(1, 4).map(lambda n: [f"q{one}" for one in range(n)])
DOCUMENTS = [f"d{n}" for n in range(25)]


@st.composite
def judged(draw: st.DrawFn, *, ties: bool) -> tuple[dict[str, dict[str, int]], dict[str, list[tuple[str, float]]]]:
    """Qrels with something relevant in each, and rankings, of which some are missing."""
    queries = draw(QUERIES)
    qrels = {
        query: draw(st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1, max_size=12))
        for query in queries
    }
    values = st.integers(0, 5).map(float) if ties else st.floats(-1e3, 1e3, width=16)
    rankings = {}
    for query in draw(st.lists(st.sampled_from(queries), unique=True)):
        names = draw(st.lists(st.sampled_from(DOCUMENTS), max_size=25, unique=True))
        scores = draw(st.lists(values, min_size=len(names), max_size=len(names), unique=not ties))
        rankings[query] = list(zip(names, scores, strict=True))
    return qrels, rankings


@settings(max_examples=80, deadline=None)
@given(judged(ties=False))
def test_rankings_are_measured_as_pytrec_eval_measures_them(
    case: tuple[dict[str, dict[str, int]], dict[str, list[tuple[str, float]]]],
) -> None:
    qrels, rankings = case
    found = document_values(qrels, rankings, tuple(TREC))
    theirs = pytrec_eval.RelevanceEvaluator(qrels, set(TREC.values())).evaluate(
        {query: dict(ranking) for query, ranking in rankings.items() if ranking}
    )
    assert set(found) == set(qrels)
    for query in qrels:
        for ours, name in TREC.items():
            # pytrec_eval says nothing of a query that was forgotten; here it has 0
            assert found[query][ours] == pytest.approx(theirs.get(query, {}).get(name, 0.0), abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(judged(ties=False))
def test_the_mean_of_the_queries_is_what_ir_measures_says(
    case: tuple[dict[str, dict[str, int]], dict[str, list[tuple[str, float]]]],
) -> None:
    qrels, rankings = case
    measures = [ir_measures.parse_measure(name) for name in RETRIEVAL]
    theirs = ir_measures.calc_aggregate(measures, qrels, {q: dict(r) for q, r in rankings.items() if r})
    found = document_values(qrels, rankings)
    for name, measure in zip(RETRIEVAL, measures, strict=True):
        mean = np.mean([values[name] for values in found.values()])
        assert mean == pytest.approx(theirs[measure], abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(judged(ties=True))
def test_equal_scores_stand_by_id_whatever_measures_them(
    case: tuple[dict[str, dict[str, int]], dict[str, list[tuple[str, float]]]],
) -> None:
    """By a pencil, for one measure of each library behind: RR@10 and P@3."""
    qrels, rankings = case
    found = document_values(qrels, rankings, ("RR@10", "P@3"))
    for query, own in qrels.items():
        order = [name for name, _ in sorted(rankings.get(query, []), key=lambda pair: (-pair[1], pair[0]))]
        first = next((rank for rank, name in enumerate(order[:10], start=1) if own.get(name, 0) > 0), None)
        assert found[query]["RR@10"] == pytest.approx(1 / first if first else 0)
        assert found[query]["P@3"] == pytest.approx(sum(own.get(name, 0) > 0 for name in order[:3]) / 3)


def test_a_hand_worked_ranking() -> None:
    """a (2) b (0) c (1) and x (1), which was not found."""
    qrels = {"q": {"a": 2, "b": 0, "c": 1, "x": 1}}
    found = document_values(qrels, {"q": [("c", 1.0), ("b", 2.0), ("a", 3.0)]})["q"]
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == pytest.approx(
        {
            "R@5": 2 / 3,
            "R@10": 2 / 3,
            "Success@1": 1,
            "RR@10": 1,
            "nDCG@10": (2 + 1 / math.log2(4)) / ideal,
            "AP": (1 + 2 / 3) / 3,
        }
    )


def test_a_forgotten_query_scores_zero_and_an_unjudged_one_nothing() -> None:
    qrels = {"forgotten": {"a": 1}, "empty": {"a": 1}}
    found = document_values(qrels, {"empty": [], "stranger": [("a", 1.0)]})
    assert found == {"forgotten": dict.fromkeys(RETRIEVAL, 0.0), "empty": dict.fromkeys(RETRIEVAL, 0.0)}
    assert document_values({}, {"stranger": [("a", 1.0)]}) == {}


def test_passages_are_ranked_as_their_documents_by_the_best_of_them() -> None:
    passages = [("a-1", 0.2), ("b-1", 0.5), ("a-2", 0.9), ("c-1", 0.5)]
    assert by_document(passages, lambda name: name[0]) == [("a", 0.9), ("b", 0.5), ("c", 0.5)]
    assert ranked_by_score([("b", 1.0), ("a", 1.0), ("c", 2.0)]) == [("c", 2.0), ("a", 1.0), ("b", 1.0)]


@pytest.mark.parametrize(
    "name", ["P@3", "R@7", "nDCG(gains={1:1,2:3})@10", "P(rel=2)@5", "Judged@10", "Bpref", "MRR@10"]
)
def test_any_measure_of_the_library_may_be_asked_for_by_name(name: str) -> None:
    check_measure(name)
    assert set(document_values({"q": {"a": 2}}, {"q": [("a", 1.0)]}, (name,))["q"]) == {name}


@pytest.mark.parametrize(
    "name",
    ["", "R", "foo@3", "P@", "P@x", "P@0", "AP@0", "nDCG@-1", "P@3.5", "P@True", "P(rel=0)@5", "P(rel='a')@5", "1+1",
     "P@1;P@2", "P(3)@2", "P(bla=2)@5", "ERR@20", "alpha_nDCG@5", "P@3" + " " * 200, "(" * 90, "P@9999999999",
     "\0", "__import__('os')"],
)  # fmt: skip
def test_what_the_library_cannot_work_out_is_one_line_that_tells_the_known_ones(name: str) -> None:
    """A cutoff of 0 would end the whole process."""
    with pytest.raises(EvaluationError, match=r"There is no measure.*R@5, R@10.*P@3"):
        check_measure(name)


# ----------------------------------------------------------------------------------------- quoted spans


def test_a_hand_worked_ranking_of_passages_by_the_quotes_they_hold() -> None:
    """Spans 0 to 3 of grades 2 2 1 2; passages: nothing; 0 and 2; 0 again; 1.  Span 3 is never found."""
    found = span_values({"q": [2, 2, 1, 2]}, {"q": [set(), {0, 2}, {0}, {1}]}, ("R@2", "R@3", "R@4", *RETRIEVAL))["q"]
    gained = 2 / math.log2(3) + 2 / math.log2(5)
    ideal = 2 + 2 / math.log2(3) + 2 / math.log2(4)  # the two passages and the span that none holds
    assert found == pytest.approx(
        {
            "R@2": 1 / 3,
            "R@3": 1 / 3,
            "R@4": 2 / 3,
            "R@5": 2 / 3,
            "R@10": 2 / 3,
            "Success@1": 0,
            "RR@10": 1 / 2,
            "nDCG@10": gained / ideal,
            "AP": (1 / 2 + 2 / 4) / 3,
        }
    )


def test_one_passage_that_holds_every_quote_is_perfect() -> None:
    """Also where it holds more quotes than the cutoff has places."""
    found = span_values({"q": [2] * 8 + [1]}, {"q": [set(range(9))]}, ("R@1", "R@5", "nDCG@10", "AP"))
    assert found["q"] == pytest.approx({"R@1": 1, "R@5": 1, "nDCG@10": 1, "AP": 1})


def test_only_some_measures_are_the_same_for_large_passages_and_small_ones() -> None:
    """Three spans in one passage at rank 2, and one by one at ranks 2 to 4."""
    large, small = [[], [0, 1, 2]], [[], [0], [1], [2]]
    found = span_values({"large": [2] * 3, "small": [2] * 3}, {"large": large, "small": small})
    assert found["large"]["nDCG@10"] < found["small"]["nDCG@10"]
    assert found["large"]["AP"] < found["small"]["AP"]
    for name in set(ANY_SIZE) & set(RETRIEVAL):
        assert found["large"][name] == found["small"][name]


def test_where_no_quote_is_essential_all_are() -> None:
    assert span_values({"q": [1, 1]}, {"q": [{1}]}, ("R@5",))["q"]["R@5"] == pytest.approx(1 / 2)
    assert span_values({"q": [1, 1]}, {"q": [{1}]}, ("R(rel=2)@5",))["q"]["R(rel=2)@5"] == 0


@settings(max_examples=80, deadline=None)
@given(
    grades=st.lists(st.sampled_from([1, 2]), min_size=1, max_size=8),
    passages=st.lists(st.sets(st.integers(0, 7), max_size=4), max_size=14),
    cutoff=st.integers(1, 12),
)
def test_recall_of_quotes_is_the_share_that_the_first_passages_hold(
    *, grades: list[int], passages: list[set[int]], cutoff: int
) -> None:
    passages = [{span for span in held if span < len(grades)} for held in passages]
    name = f"R@{cutoff}"
    essential = {n for n, grade in enumerate(grades) if grade == 2} or set(range(len(grades)))
    held = set().union(*passages[:cutoff])
    found = span_values({"q": grades}, {"q": passages}, (name, "RR@10", "nDCG@10", "AP"))["q"]
    assert found[name] == pytest.approx(len(held & essential) / len(essential))
    first = next((rank for rank, held in enumerate(passages[:10], start=1) if held), None)
    assert found["RR@10"] == pytest.approx(1 / first if first else 0)
    assert 0 <= found["nDCG@10"] <= 1 + 1e-12
    assert 0 <= found["AP"] <= 1 + 1e-12


# -------------------------------------------------------------------------------------------------- answers


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    path = tmp_path_factory.mktemp("held") / "catalogue.sqlite"
    with CatalogueWriter(path) as writer:
        writer.add(entry_of(LEEDS, (SAID, ALSO), inspected=Interval(date(2018, 11, 5), date(2018, 11, 16))))
        day = date(2021, 3, 4)
        writer.add(entry_of(DUDLEY, ("Dudley does well.",), authorities=("Dudley",), published=Interval(day, day),
                            kind=Kind.FOCUSED_VISIT))  # fmt: skip
    catalogue = Catalogue(path)
    yield catalogue
    catalogue.close()


@pytest.fixture(scope="module")
def held(catalogue: Catalogue) -> Held:
    return Held(catalogue)


def item_of(identity: str = "q", kind: str = "said", **fields: Any) -> Item:
    gold = fields.pop("gold", (Gold(LEEDS, SAID, 2), Gold(LEEDS, ALSO, 1)) if kind != UNANSWERABLE else ())
    return Item(identity, "What did Ofsted say?", kind, 1, gold, **fields)


def cited(quote: str = SAID, source: str = LEEDS, page: int | None = 1, voice: str = "Ofsted") -> dict[str, Any]:
    return {"quote": quote, "source": source, "page": page, "voice": voice}


def test_a_perfect_answer(held: Held) -> None:
    item = item_of(facts=(("too high", "very high"),), period=(date(2019, 1, 1), date(2019, 12, 31)), voice="ofsted",
                   forbid=(DUDLEY,))  # fmt: skip
    found = answer_values(item, outcome_of("q", "Caseloads were too high. [1]", citations=[cited()]), held)
    costs = {name: found.pop(name) for name in ("answer_words", "seconds")}
    assert set(found.values()) == {1.0}
    assert set(found) == {"answered", "cited_recall", "cited_precision", "faithful", "right_document", "right_period",
                          "right_speaker", "no_forbidden_doc", "facts"}  # fmt: skip
    assert costs == {"answer_words": 5.0, "seconds": 0.1}


def test_an_answer_that_is_half_wrong(held: Held) -> None:
    item = item_of(gold=(Gold(LEEDS, SAID, 2), Gold(LEEDS, ALSO, 2)), facts=(("too high",), ("regular",)),
                   period=(date(2021, 1, 1), date(2021, 12, 31)), voice="Ofsted", forbid=("2021.pdf",))  # fmt: skip
    citations = [cited(), cited("Dudley does well.", DUDLEY, voice="Dudley Council")]
    found = answer_values(item, outcome_of("q", "Too high.", citations=citations), held)
    halves = ("cited_recall", "cited_precision", "right_document", "right_period", "right_speaker", "facts")
    assert {name: found[name] for name in halves} == dict.fromkeys(halves, 0.5)
    assert found["no_forbidden_doc"] == 0
    assert found["faithful"] == 1


@pytest.mark.parametrize(
    ("citation", "stands"),
    [
        (cited(), True),
        (cited(SAID.replace(" ", "\n")), True),
        (cited(SAID[10:40]), False),  # it begins within a word
        (cited(SAID.replace("too", "very")), False),
        (cited(page=2), False),
        (cited(page=None), False),
        (cited(source="leeds/2020.pdf"), False),
        (cited(quote=""), False),
    ],
)
def test_a_quote_stands_token_by_token_on_the_page_that_is_named(
    held: Held, citation: dict[str, Any], *, stands: bool
) -> None:
    assert answer_values(item_of(), outcome_of("q", citations=[citation]), held)["faithful"] == stands
    # one false quote among true ones is enough
    assert answer_values(item_of(), outcome_of("q", citations=[cited(), citation]), held)["faithful"] == stands


@pytest.mark.parametrize(
    ("fact", "answer", "stated"),
    [
        ("PLO", "Employment is high.", False),
        ("PLO", "The PLO is used.", True),
        ("co-locat", "Staff are co-located.", True),
        ("15", "There were 115 of them.", False),
        ("15", "15 of them.", True),
        ("too high", "They are too\nhigh", True),
    ],
)
def test_a_fact_is_stated_where_a_word_begins_with_it(held: Held, fact: str, answer: str, *, stated: bool) -> None:
    assert answer_values(item_of(facts=((fact,),)), outcome_of("q", answer), held)["facts"] == stated


def test_citations_of_another_document_of_the_same_name_are_of_a_wrong_one(tmp_path: Path) -> None:
    """As `check` takes it: where the very path is held, only that one is meant."""
    with CatalogueWriter(tmp_path / "catalogue.sqlite") as writer:
        for source in ("a.pdf", "x/a.pdf"):
            writer.add(entry_of(source, (SAID,)))
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    try:
        item = item_of(gold=(Gold("a.pdf", SAID, 2),), forbid=("a.pdf",))
        names = ("cited_recall", "cited_precision", "right_document", "no_forbidden_doc", "R@5")
        for source, right in (("a.pdf", 1.0), ("x/a.pdf", 0.0)):
            outcome = outcome_of("q", citations=[cited(source=source)], passages=[{"source": source, "text": SAID}])
            (found,) = score(set_of(item), run_of(outcome), catalogue)
            assert {name: found.values[name] for name in names} == dict.fromkeys(names, right) | {
                "no_forbidden_doc": 1 - right
            }
    finally:
        catalogue.close()


def test_gold_of_a_folder_is_not_in_a_document_outside_it(held: Held) -> None:
    item = item_of(gold=(Gold("north/leeds/2019.pdf", SAID, 2),))
    found = answer_values(item, outcome_of("q", citations=[cited()]), held)
    assert (found["right_document"], found["cited_recall"]) == (0, 0)


def test_an_answer_without_a_quote_is_not_faithful(held: Held) -> None:
    found = answer_values(item_of(), outcome_of("q", "Trust me."), held)
    assert (found["faithful"], found["cited_precision"], found["right_document"]) == (0, 0, 0)


def test_a_quote_given_where_there_is_no_answer_must_still_stand(held: Held) -> None:
    found = answer_values(item_of(kind=UNANSWERABLE), outcome_of("q", citations=[cited("Invented.")]), held)
    assert found == {"abstained_rightly": 0, "faithful": 0, "seconds": 0.1}


def test_a_document_fits_a_period_by_its_publication_or_by_its_inspection(held: Held) -> None:
    assert held.fits(LEEDS, Interval(date(2018, 11, 1), date(2018, 11, 30)))
    assert held.fits(LEEDS, Interval(date(2019, 1, 31), date(2019, 6, 1)))
    assert not held.fits(LEEDS, Interval(date(2018, 12, 1), date(2018, 12, 31)))
    assert not held.fits("unknown.pdf", Interval(date(1990, 1, 1), date(2090, 1, 1)))


@pytest.mark.parametrize("kind", [VoiceKind.INSPECTORATE_REPORTED, VoiceKind.REPORTED_TO_INSPECTORATE])
def test_the_speaker_is_whose_words_they_are_not_who_passes_them_on(held: Held, kind: VoiceKind) -> None:
    """Put as `speaker_words` puts it: where that changes, this must."""
    voice = speaker_words(Voice(kind, "Head of Service"), "Leeds City Council")
    outcome = outcome_of("q", citations=[cited(voice=voice)])
    assert answer_values(item_of(voice="head of service"), outcome, held)["right_speaker"] == 1
    assert answer_values(item_of(voice="council"), outcome, held)["right_speaker"] == 0


def test_an_abstention_scores_zero_where_there_is_an_answer_and_one_where_there_is_none(held: Held) -> None:
    item = item_of(facts=(("high",),), period=(date(2019, 1, 1), date(2019, 12, 31)))
    assert answer_values(item, abstained("q"), held) == {
        "answered": 0,
        "cited_recall": 0,
        "facts": 0,
        "answer_words": 0,
        "seconds": 0.1,
    }
    assert answer_values(item_of(kind=UNANSWERABLE), abstained("q"), held) == {"abstained_rightly": 1, "seconds": 0.1}


@pytest.mark.parametrize("outcome", [None, Outcome("q", {}, (), 0.0, 0.2, "ValueError: broken")])
def test_a_question_without_a_result_scores_zero_in_all_that_an_answer_to_it_is_measured_by(
    held: Held, outcome: Outcome | None
) -> None:
    """Where abstaining would have been right, too: silence is no abstention."""
    item = item_of(facts=(("high",),), voice="Ofsted")
    full = answer_values(item, outcome_of("q", citations=[cited()]), held)
    assert answer_values(item, outcome, held) == dict.fromkeys(set(full) - {"answer_words", "seconds"}, 0.0)
    assert answer_values(item_of(kind=UNANSWERABLE), outcome, held) == {"abstained_rightly": 0.0}


def test_tokens_and_cost_are_told_only_where_a_model_was_used(held: Held) -> None:
    found = answer_values(item_of(), outcome_of("q", beside={"tokens": 812, "cost": 0.004}), held)
    assert (found["tokens"], found["cost"]) == (812, 0.004)
    assert not {"tokens", "cost"} & set(answer_values(item_of(), outcome_of("q"), held))


# ------------------------------------------------------------------------------------------- abstention


def asked(kinds: str, confidences: list[float | None]) -> tuple[list[Item], dict[str, Outcome]]:
    """Questions that have an answer (a) or none (n), and how sure each answer is (None: it abstained)."""
    items = [item_of(f"q{n}", "said" if kind == "a" else UNANSWERABLE) for n, kind in enumerate(kinds)]
    return items, {
        item.id: abstained(item.id, confidence=0.9) if sure is None else outcome_of(item.id, confidence=sure)
        for item, sure in zip(items, confidences, strict=True)
    }


def test_a_hand_worked_curve_of_abstention() -> None:
    items, outcomes = asked("aaann", [0.8, 0.3, None, 0.5, None])
    curve = [
        (round(p.threshold, 4), p.wrongly_answered, p.wrongly_abstained) for p in abstention_curve(items, outcomes)
    ]
    third = pytest.approx(1 / 3)
    assert curve == [
        (0.0, 1 / 2, third),  # as it is
        (0.3, 1 / 2, third),
        (0.5, 1 / 2, pytest.approx(2 / 3)),
        (0.8, 0.0, pytest.approx(2 / 3)),
        (0.8, 0.0, 1.0),  # just above: everything is kept back
    ]


@given(st.lists(st.tuples(st.sampled_from("an"), st.none() | st.floats(-1, 2)), max_size=20))
def test_keeping_more_back_trades_one_error_for_the_other(drawn: list[tuple[str, float | None]]) -> None:
    items, outcomes = asked("".join(kind for kind, _ in drawn), [sure for _, sure in drawn])
    curve = abstention_curve(items, outcomes)
    for one, other in pairwise(curve):
        assert one.threshold < other.threshold
        assert one.wrongly_answered >= other.wrongly_answered
        assert one.wrongly_abstained <= other.wrongly_abstained
    assert curve[-1].wrongly_answered == 0
    assert curve[-1].wrongly_abstained == float(any(kind == "a" for kind, _ in drawn))


# ------------------------------------------------------------------------------------------------ whole sets


def test_every_question_of_the_set_is_scored_in_its_order(catalogue: Catalogue) -> None:
    items = (item_of("b"), item_of("a", UNANSWERABLE), item_of("forgotten"))
    passages = [{"text": ALSO, "source": LEEDS}, {"text": SAID, "source": LEEDS}]
    run = run_of(abstained("a"), outcome_of("b", citations=[cited()], passages=passages), outcome_of("stranger"))
    found = score(set_of(*items), run, catalogue, ("R@1", "R@2", "RR@10"))
    assert [one.id for one in found] == ["b", "a", "forgotten"]
    assert {name: found[0].values[name] for name in ("R@1", "R@2", "RR@10")} == {"R@1": 0, "R@2": 1, "RR@10": 1}
    assert set(found[1].values) == {"abstained_rightly", "seconds"}
    assert set(found[2].values) == set(found[0].values) - {"answer_words", "seconds"}
    assert set(found[2].values.values()) == {0.0}


def test_a_question_is_described_by_its_set_and_beside_by_its_documents(catalogue: Catalogue) -> None:
    items = (
        item_of("one"),
        item_of("own", slices={"year": "1999", "theme": "staff"}),
        item_of("two", gold=(Gold(LEEDS, SAID, 2), Gold("2021.pdf", "Dudley does well.", 2))),
        item_of("none", UNANSWERABLE),
    )
    found = score(set_of(*items), run_of(), catalogue)
    ilacs = {"authority": "Leeds", "year": "2019", "document_kind": "ILACS inspection"}
    assert [one.slices for one in found] == [ilacs, ilacs | {"year": "1999", "theme": "staff"}, {}, {}]


def test_documents_are_scored_by_their_own_names_by_ends_and_by_their_passages(catalogue: Catalogue) -> None:
    passage = catalogue.passage_ids([DUDLEY])[0]
    items = tuple(item_of(f"q{n}", "topic", gold=(Gold("dudley/2021.pdf", "", 1),)) for n in range(3))
    ranked = [((LEEDS, 2.0), (DUDLEY, 1.0)), ((passage, 2.0), (LEEDS, 1.0)), ((LEEDS, 2.0),)]
    run = run_of(*(outcome_of(f"q{n}", ranked=one) for n, one in enumerate(ranked)))
    found = score(set_of(*items, form=Form.TREC), run, catalogue, ("RR@10",))
    assert [one.values["RR@10"] for one in found] == [0.5, 1.0, 0.0]


def test_a_set_with_documents_of_its_own_is_scored_by_its_rankings_alone(catalogue: Catalogue) -> None:
    item = item_of("q", "query", gold=(Gold("7", "", 1),))
    run = run_of(outcome_of("q", ranked=(("7", 1.0),)))
    assert score(set_of(item, form=Form.BEIR), run, catalogue, ("RR@10",))[0].values == {"RR@10": 1.0}


def test_a_run_of_another_set_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(EvaluationError, match=r"is a run of another set .*inspections evaluate run"):
        score(set_of(item_of(), sha256="b" * 64), run_of(), catalogue)


def test_scores_are_kept_in_the_runs_folder(catalogue: Catalogue, tmp_path: Path) -> None:
    run = replace(run_of(outcome_of("q", citations=[cited()])), folder=tmp_path)
    scores = score(set_of(item_of()), run, catalogue)
    keep_scores(run, scores)
    kept = json.loads((tmp_path / FILE).read_text())
    assert [one["label"] for one in kept["summary"]] == ["all", "macro", "said"]
    assert kept["questions"][0]["values"] == scores[0].values
    assert kept["code"] == code_version()
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def kept_run(folder: Path, catalogue: Catalogue, *kinds: str) -> Path:
    """A run in `folder` with its set and its scores, made with an index that is there no more."""
    gold = [{"doc": LEEDS, "quote": SAID, "grade": 2}]
    rows = [
        {"id": f"q{n}", "kind": kind, "question": "What?", "gold": [] if kind == UNANSWERABLE else gold}
        for n, kind in enumerate(kinds)
    ]
    path = folder / "set.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    test_set = load_set(path)
    whole = run_of(*(abstained(item.id) for item in test_set.items), sha256=test_set.sha256)
    run = replace(whole, folder=folder / "base", info=replace(whole.info, set_path=str(path)))
    run.folder.mkdir()
    write_info(run.folder, run.info)
    lines = (json.dumps(asdict(one)) for one in run.outcomes.values())
    (run.folder / OUTCOMES).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    keep_scores(run, score(test_set, run, catalogue))
    return run.folder / FILE


def test_scores_that_were_kept_are_taken_where_the_index_is_gone(catalogue: Catalogue, tmp_path: Path) -> None:
    kept_run(tmp_path, catalogue, "said", UNANSWERABLE)
    assert [set(one.values) for one in open_run("base", tmp_path, tmp_path / "none").scores][1] == {
        "abstained_rightly",
        "seconds",
    }
    with pytest.raises(EvaluationError, match=r"scored without P@3.*--anew"):
        open_run("base", tmp_path, tmp_path / "none", ("R@5", "P@3"))


def test_scores_of_questions_without_an_answer_need_no_rankings(catalogue: Catalogue, tmp_path: Path) -> None:
    kept_run(tmp_path, catalogue, UNANSWERABLE, UNANSWERABLE)
    found = open_run("base", tmp_path, tmp_path / "none")
    assert [one.values["abstained_rightly"] for one in found.scores] == [1, 1]


@pytest.mark.parametrize("code", ["0" * 64, None])
def test_scores_that_another_version_worked_out_are_refused(
    catalogue: Catalogue, tmp_path: Path, code: str | None
) -> None:
    """Those from before versions were kept, too."""
    file = kept_run(tmp_path, catalogue, "said")
    told = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(told | {"code": code} if code else {"questions": told["questions"]}), "utf-8")
    with pytest.raises(EvaluationError, match=r"another version of this program.*--index.*--anew"):
        open_run("base", tmp_path, tmp_path / "none")


def test_one_slice_alone(catalogue: Catalogue) -> None:
    whole = scored(set_of(item_of("a"), item_of("b", "fact"), item_of("c")), run_of(), catalogue)
    part = within(whole, "kind", "said")
    assert [one.id for one in part.scores] == [item.id for item in part.test_set.items] == ["a", "c"]
    assert [one.id for one in within(whole, "authority", "Leeds").scores] == ["a", "b", "c"]


# -------------------------------------------------------------------------------------------------- summing up


def scores_of(*rows: tuple[str, dict[str, float]], **slices: str) -> list[Scores]:
    return [Scores(f"q{n}", kind, slices, values) for n, (kind, values) in enumerate(rows)]


def test_micro_counts_questions_and_macro_counts_kinds() -> None:
    scores = scores_of(("said", {"facts": 1.0}), ("said", {"facts": 1.0}), ("fact", {"facts": 0.0}), ("none", {}))
    assert micro(scores).values["facts"].value == pytest.approx(2 / 3)
    assert micro(scores).values["facts"].count == 3
    assert macro(scores).values["facts"].value == pytest.approx(1 / 2)
    assert [(one.label, one.items, set(one.values)) for one in summaries_by(scores, "kind")] == [
        ("said", 2, {"facts"}),
        ("fact", 1, {"facts"}),
        ("none", 1, set()),
    ]


def test_a_question_without_the_slice_is_in_no_summary_of_it() -> None:
    scores = [*scores_of(("said", {"AP": 1.0}), year="2020"), *scores_of(("said", {"AP": 0.0}), year="2019"),
              *scores_of(("said", {"AP": 0.5}))]  # fmt: skip
    assert slice_names(scores) == ("kind", "year")
    assert slice_values(scores, "year") == ("2019", "2020")
    assert [one.values["AP"].value for one in summaries_by(scores, "year")] == [0.0, 1.0]
    assert summaries_by(scores, "unknown") == ()


def test_times_are_summed_up_by_percentiles() -> None:
    scores = scores_of(*(("said", {"seconds": float(n)}) for n in range(101)))
    found = micro(scores).values
    assert (found["seconds_p50"].value, found["seconds_p95"].value) == (50, 95)
    assert "seconds" not in found
    assert macro(scores).values == {}


def test_measures_come_in_one_order_whatever_the_questions_have() -> None:
    scores = scores_of(("said", {"seconds": 1.0, "facts": 1.0}), ("said", {"answered": 1.0, "P@3": 1.0, "AP": 1.0}))
    assert measures_of(scores) == ("AP", "P@3", "answered", "facts", "seconds")


def test_no_question_is_no_error() -> None:
    assert (micro([]).items, micro([]).values, macro([]).values) == (0, {}, {})


# --------------------------------------------------------------------------------------------------- intervals


@given(value=st.floats(-10, 10), count=st.integers(1, 60))
def test_where_all_values_are_equal_the_interval_is_the_value_exactly(*, value: float, count: int) -> None:
    for found in (estimate([value] * count), estimate_percentile([value] * count, 95)):
        assert (found.low, found.value, found.high, found.count) == (value, value, value, count)


@given(st.lists(st.lists(st.floats(0, 1), max_size=12), min_size=1, max_size=4).filter(any))
@settings(max_examples=50, deadline=None)
def test_an_interval_holds_its_mean_and_lies_within_the_values(groups: list[list[float]]) -> None:
    found = estimate(*groups)
    assert found.value == pytest.approx(np.mean([np.mean(group) for group in groups if group]))
    every = [value for group in groups for value in group]
    assert min(every) - 1e-9 <= found.low <= found.value <= found.high <= max(every) + 1e-9
    assert estimate(*groups) == found


def test_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="nothing"):
        estimate([], [])
    with pytest.raises(ValueError, match="nothing"):
        estimate_percentile([], 50)


@pytest.mark.parametrize("kind", ["shares", "yes or no", "two groups"])
def test_of_a_hundred_intervals_about_ninety_five_hold_the_truth(kind: str) -> None:
    """400 samples of 60; the percentile bootstrap is a little narrow, and chance moves the count by 2 or 3 more."""
    chance = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        if kind == "shares":
            found, truth = estimate(chance.beta(4, 2, 60)), 4 / 6
        elif kind == "yes or no":
            found, truth = estimate((chance.random(60) < 0.7).astype(float)), 0.7
        else:
            found, truth = estimate(chance.normal(0, 1, 40), chance.normal(1, 3, 20)), 0.5
        hits += found.low <= truth <= found.high
    assert 0.90 <= hits / 400 <= 0.98


def test_the_interval_of_a_mean_is_about_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(5).normal(0, 1, 400)
    found = estimate(values)
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.08)
    assert RESAMPLES == 2000


# ------------------------------------------------------------------------------- the customer's own scorer


def _scorer() -> Any:
    path = SHARED / "tools" / "score_answers.py"
    spec = importlib.util.spec_from_file_location("score_answers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def invented_answer(row: dict[str, Any], rows: list[dict[str, Any]], chance: random.Random) -> dict[str, Any]:
    """An answer such as might be given: quotes whole, cut, run together or of another question; any document."""

    def text() -> str:
        other = chance.choice([row, row, chance.choice(rows)])
        words = " ".join(gold["quote"] for gold in chance.sample(other["gold"], min(2, len(other["gold"])))).split()
        start, end = sorted((chance.randrange(len(words) + 1), chance.randrange(len(words) + 1)))
        cut = words[start:end] if chance.random() < 0.5 else words
        return " ".join(["Before."] * chance.randrange(3) + cut + ["after"] * chance.randrange(3))

    def source() -> str:
        other = chance.choice([row, row, row, chance.choice(rows)])
        names = [gold["doc"] for gold in other["gold"] if "doc" in gold]
        return str(other.get("pdf") or chance.choice(names or ["none.txt"]))

    facts = [chance.choice(fact) for fact in row["facts"] if chance.random() < 0.6]
    status = "answered" if chance.random() < 0.8 else "abstained"
    return {
        "id": row["id"],
        "status": status,
        "answer": " ".join(facts) if status == "answered" else "",
        "citations": [{"source": source(), "quote": text(), "page": 1} for _ in range(chance.randrange(5))],
        "passages": [{"source": source(), "text": text(), "page": 1} for _ in range(chance.randrange(11))],
    }


@pytest.mark.skipif(not (SHARED / "testsets").is_dir(), reason="the customer's test sets are not beside the project")
@pytest.mark.parametrize("name", ["ilacs_dev", "seeds_dev"])
def test_every_question_scores_as_by_the_customers_own_scorer(name: str, catalogue: Catalogue) -> None:
    """nDCG differs by design: theirs gains 2**grade - 1, and counts the quotes of one passage as several documents.

    Theirs calls silence a right abstention, and compares documents by the file's name alone.
    """
    path, scorer = SHARED / "testsets" / f"{name}.jsonl", _scorer()
    test_set, rows = load_set(path), rows_of(path)
    known = {"recall@5": "R@5", "recall@10": "R@10", "mrr@10": "RR@10"}
    spent = 0.0
    for seed in range(3):
        chance = random.Random(seed)  # noqa: S311  (nothing secret)
        answers = [invented_answer(row, rows, chance) for row in rows]
        run = run_of(*(outcome_of(a["id"], **{k: v for k, v in a.items() if k != "id"}) for a in answers),
                     sha256=test_set.sha256)  # fmt: skip
        began = time.perf_counter()
        found = score(test_set, run, catalogue)
        spent = max(spent, time.perf_counter() - began)
        for row, answer, one in zip(rows_of(path), answers, found, strict=True):
            theirs = scorer.score(row, answer)
            theirs.pop("ndcg@10", None)
            wanted = {known.get(measure, measure): value for measure, value in theirs.items()}
            assert {measure: one.values[measure] for measure in wanted} == pytest.approx(wanted), row["id"]
    assert spent < 6  # 0.5 s where nothing else is done
