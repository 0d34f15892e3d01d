"""Sentences are slices of their paragraph, in order, without its number, bullet and stray marks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Page, Span
from index.structure.sentences import offsets, sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in offsets(text)]


@given(st.text(max_size=200))
def test_sentences_of_any_text_stand_in_order_and_are_not_empty(text: str) -> None:
    found = offsets(text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert all(text[start:end].strip() for start, end in found)


_WORDS = st.lists(
    st.sampled_from(
        ["Ofsted", "found", "that", "children", "wait.", "“We", "know.”", "Staff", "e.g.", "12%", "(RI)", "No."]
    ),
    max_size=20,
)


@given(_WORDS.map(" ".join))
def test_no_letter_of_a_paragraph_is_lost(text: str) -> None:
    kept = "".join(split(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    "mark", ["12. ", "12.\n", "2.1 ", "(3) ", "3) ", "• ", "\uf0b7 ", "▪ ", "- ", "## ", "12. \uf0b7 "]
)
def test_the_mark_of_a_paragraph_is_no_part_of_its_first_sentence(mark: str) -> None:
    assert split(f"{mark}Children wait. Staff know.") == ["Children wait.", "Staff know."]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith and Mr. Jones met at 9.30 a.m. on 4 July 2019.",
        "The rate rose by 2.5 per cent, i.e. to 29.2 per 10,000 children.",
        "The board1 meets monthly with its partners.",
        "See paragraph 3.2 of the plan (p. 14) for more.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert split(text) == [text]


def test_a_footnote_digit_stays_with_the_sentence_before_it() -> None:
    assert split("Children live with families.3 Staff know them.")[-1].endswith("Staff know them.")
    assert split("Children live with families. 3") == ["Children live with families. 3"]


def test_a_quotation_mark_without_its_partner_is_left_out_but_a_pair_is_kept() -> None:
    assert split("“We know. We act,” said Ann Smith.") == ["We know.", "We act,” said Ann Smith."]
    assert split("“We know,” said Ann Smith.") == ["“We know,” said Ann Smith."]
    assert split('He said "yes". She left.') == ['He said "yes".', "She left."]


def test_a_sentence_that_runs_over_a_page_has_a_span_on_each() -> None:
    pages = (Page(1, "7. Children wait. Staff know"), Page(2, "Header\nthem well. Plans help."))
    spans = (Span(0, 0, 28), Span(1, 7, 29))
    assert sentences(pages, spans) == (
        (Span(0, 3, 17),),
        (Span(0, 18, 28), Span(1, 7, 17)),
        (Span(1, 18, 29),),
    )
