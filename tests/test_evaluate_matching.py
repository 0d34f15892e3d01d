"""Whether a passage or citation holds a span: the verdicts of the plain count by difflib, only faster."""

from __future__ import annotations

import difflib
import importlib.util
import posixpath
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.matching import (
    citation_holds,
    documents_named,
    passage_holds,
    same_among,
    same_document,
    share_in_order,
    words,
)
from assistant.evaluate.records import Gold
from assistant.evaluate.sets import load_set

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SCORER, SET = SHARED / "tools" / "score_answers.py", SHARED / "testsets" / "ilacs_dev.jsonl"
SPAN = "Caseloads are too high in the assessment teams, and newly qualified staff carry complex cases."


def gold(quote: str = SPAN, source: str = "leeds/2019.pdf") -> Gold:
    return Gold(source, quote, 2)


# The rule as it is written down, with nothing done for speed.


def plainly_in_order(wanted: tuple[str, ...], held: tuple[str, ...]) -> int:
    blocks = difflib.SequenceMatcher(None, wanted, held, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 3 or block.size == len(wanted))


def plainly(quote: str, text: str, citation: bool) -> bool:
    wanted, held = words(quote), words(text)
    if not held:
        return False
    n = plainly_in_order(wanted, held)
    return n >= 0.6 * len(wanted) or (citation and len(held) >= 6 and n >= 0.8 * len(held))


# Few different words, so that runs, repeats and near misses are common.
TEXT = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "the"]), max_size=24).map(" ".join)


@given(TEXT.filter(bool), TEXT)
def test_the_quick_verdicts_are_those_of_the_plain_rule(quote: str, text: str) -> None:
    one = gold(quote, "a.pdf")
    assert passage_holds(text, "a.pdf", one) == plainly(quote, text, citation=False)
    assert citation_holds(text, "a.pdf", one) == plainly(quote, text, citation=True)


@given(TEXT.filter(bool), st.data())
def test_so_they_are_for_pieces_of_the_span(quote: str, data: st.DataObject) -> None:
    """Citations are mostly pieces of what they cite, with something before or after."""
    split = quote.split()
    start = data.draw(st.integers(0, len(split)))
    end = data.draw(st.integers(start, len(split)))
    text = " ".join((data.draw(TEXT), *split[start:end], data.draw(TEXT)))
    assert citation_holds(text, "a.pdf", gold(quote, "a.pdf")) == plainly(quote, text, citation=True)


@given(TEXT, TEXT)
def test_the_share_is_between_none_and_all(quote: str, text: str) -> None:
    wanted, held = words(quote), words(text)
    expected = plainly_in_order(wanted, held) / len(wanted) if wanted else 0.0
    if wanted and f" {' '.join(wanted)} " in f" {' '.join(held)} ":
        expected = 1.0
    assert share_in_order(quote, text) == expected


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (SPAN, True),
        (f"32. {SPAN} Managers know this.", True),
        (SPAN.upper().replace(",", ""), True),
        ("Caseloads are too high in the assess-\nment teams, and newly qualified staff carry com-\nplex cases.", True),
        ("Caseloads are too high in the assessment teams; staff", False),  # 8 of 15 words
        ("cases complex carry staff qualified newly and teams assessment the in high too are Caseloads", False),
        ("", False),
    ],
)
def test_a_passage_holds_a_span_by_its_words_in_order(text: str, holds: bool) -> None:
    assert passage_holds(text, "leeds/2019.pdf", gold()) is holds


def test_a_citation_may_lie_within_a_span_if_it_is_long_enough_to_tell() -> None:
    assert citation_holds("newly qualified staff carry complex cases", "leeds/2019.pdf", gold())
    assert not passage_holds("newly qualified staff carry complex cases", "leeds/2019.pdf", gold())
    assert not citation_holds("staff carry complex cases", "leeds/2019.pdf", gold())


def test_another_document_never_holds_it() -> None:
    assert not passage_holds(SPAN, "leeds/2020.pdf", gold())
    assert not citation_holds("newly qualified staff carry complex cases", "hull/2019.pdf", gold())


def test_without_a_quote_the_document_is_meant() -> None:
    assert passage_holds("anything", "leeds/2019.pdf", gold(""))
    assert citation_holds("anything", "leeds/2019.pdf", gold(""))
    assert not citation_holds("anything", "leeds/2020.pdf", gold(""))


@pytest.mark.parametrize(
    ("source", "wanted", "same"),
    [
        ("leeds/2019.pdf", "leeds/2019.pdf", True),
        ("leeds/2019.pdf", "2019.pdf", True),
        ("2019.pdf", "leeds/2019.pdf", False),
        ("Leeds/2019.PDF", "leeds/2019.pdf", True),
        ("./leeds/2019.pdf", "leeds//2019.pdf", True),
        ("north/leeds/2019.pdf", "leeds/2019.pdf", True),
        ("leeds/2019.pdf", "hull/2019.pdf", False),
        ("north/leeds/2019.pdf", "south/leeds/2019.pdf", False),
        ("leeds/12019.pdf", "2019.pdf", False),
        ("", "2019.pdf", False),
        ("", "", False),
    ],
)
def test_a_path_means_the_documents_whose_paths_end_with_it(source: str, wanted: str, same: bool) -> None:
    assert same_document(source, wanted) is same


PARTS = st.lists(st.sampled_from(["a", "b", "C.pdf", "c.pdf"]), min_size=1, max_size=3).map("/".join)


@given(PARTS, PARTS)
def test_paths_that_mean_each_other_are_equal_but_for_case(one: str, other: str) -> None:
    assert (same_document(one, other) and same_document(other, one)) == (one.lower() == other.lower())
    assert not same_document(one, other) or posixpath.basename(one).lower() == posixpath.basename(other).lower()


HELD = ("a.pdf", "x/a.pdf", "y/A.pdf", "x/b.pdf", "C.pdf")


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("a.pdf", ["a.pdf"]),
        ("A.pdf", ["a.pdf"]),
        ("x/a.pdf", ["x/a.pdf"]),
        ("Y/a.pdf", ["y/A.pdf"]),
        ("b.pdf", ["x/b.pdf"]),
        ("z/a.pdf", []),
        ("", []),
    ],
)
def test_a_document_that_is_held_by_that_very_path_is_the_only_one_meant(wanted: str, meant: list[str]) -> None:
    assert documents_named(wanted, HELD) == meant
    same = same_among(HELD)
    assert [source for source in HELD if same(source, wanted)] == meant


def test_of_paths_that_are_not_held_the_ends_are_compared() -> None:
    assert same_among(HELD)("z/d.pdf", "d.pdf")
    assert not same_among(HELD)("a.pdf", "z/a.pdf")
    assert same_among(())("x/a.pdf", "a.pdf")


def test_quotes_of_another_document_of_that_name_are_not_the_spans() -> None:
    same = same_among(("2019.pdf", "leeds/2019.pdf"))
    one = gold(source="2019.pdf")
    assert citation_holds(SPAN, "2019.pdf", one, same)
    assert not passage_holds(SPAN, "leeds/2019.pdf", one, same)
    assert not citation_holds("newly qualified staff carry complex cases", "leeds/2019.pdf", one, same)


def test_a_thousand_long_passages_take_moments() -> None:
    """Ten passages for each of a hundred questions, six spans each: most are told apart without difflib."""
    passages = [f"{SPAN} " + " ".join(f"word{n * k % 97} of the" for k in range(60)) for n in range(100)]
    spans = [gold(f"In {n} the {SPAN.lower()}", "a.pdf") for n in range(60)]
    began = time.perf_counter()
    assert sum(passage_holds(text, "a.pdf", one) for text in passages for one in spans) == 6000
    assert time.perf_counter() - began < 8


@pytest.mark.skipif(not (SCORER.is_file() and SET.is_file()), reason="the shared scorer and test set are not here")
def test_the_verdicts_are_those_of_the_shared_scorer() -> None:
    """On the real spans, with what lies near them: whole, cut at either end, run together, with a gap."""
    spec = importlib.util.spec_from_file_location("score_answers", SCORER)
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    verdicts = set()
    for item in load_set(SET).items:
        for one, other in pairwise((*item.gold, *item.gold[:1])):
            cut = [one.quote[:end] for end in range(20, len(one.quote), 25)]
            for text in (
                other.quote,
                f"{other.quote} {one.quote}",
                one.quote[:40] + other.quote + one.quote[60:],
                *cut,
            ):
                said = {"source": one.source, "text": text, "quote": text}
                plain = {"quote": one.quote, "pdf": one.source}
                theirs = [scorer.hit(said, plain, key) for key in ("text", "quote")]
                assert [passage_holds(text, one.source, one), citation_holds(text, one.source, one)] == theirs
                verdicts.add(tuple(theirs))
    assert verdicts == {(False, False), (False, True), (True, True)}
