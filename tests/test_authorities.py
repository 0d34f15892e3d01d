"""Names of authorities in questions and documents."""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.authorities import (
    Authority,
    AuthorityKind,
    all_authorities,
    all_providers,
    also_known,
    authority,
    find_authorities,
    main_authority,
)

LIVING = [a for a in all_authorities() if a.until is None]


def names(text: str) -> list[str]:
    return [mention.name for mention in find_authorities(text)]


def test_there_are_153_authorities_of_today() -> None:
    """The list has the known number of each kind and no name twice."""
    assert Counter(a.kind for a in LIVING) == {
        AuthorityKind.COUNTY: 21,
        AuthorityKind.METROPOLITAN: 36,
        AuthorityKind.LONDON: 33,
        AuthorityKind.UNITARY: 63,
    }
    assert len({a.name for a in all_authorities()}) == len(all_authorities())


def test_every_reference_names_an_authority() -> None:
    """Successors and the authorities served are themselves in the list."""
    known = {a.name for a in all_authorities()}
    for one in (*all_authorities(), *all_providers()):
        assert {*one.successors, *one.predecessors, *one.serves} <= known, one.name


@pytest.mark.parametrize("one", all_authorities(), ids=lambda a: a.name)
def test_every_name_is_found_as_its_authority(one: Authority) -> None:
    """Name, formal title and aliases lead to their own authority, in any sentence."""
    for name in (one.name, one.formal, *one.aliases):
        found = find_authorities(f"What did inspectors say about {name} council in 2019?")
        assert [m.name for m in found] == [one.name], name
        assert found[0].exact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("South Gloucestershire and Gloucestershire", ["South Gloucestershire", "Gloucestershire"]),
        ("Bedford, Bedfordshire, Central Bedfordshire", ["Bedford", "Bedfordshire", "Central Bedfordshire"]),
        ("Kingston upon Hull or Kingston?", ["Kingston upon Hull", "Kingston upon Thames"]),
        ("kingston-upon-thames", ["Kingston upon Thames"]),
        ("Bournemouth Christchurch & Poole", ["Bournemouth, Christchurch and Poole"]),
        ("Bournemouth in 2016", ["Bournemouth"]),
        ("stockton on tees; Southend on Sea; stoke", ["Stockton-on-Tees", "Southend-on-Sea", "Stoke-on-Trent"]),
        ("Southend-\non-Sea", ["Southend-on-Sea"]),
        ("st. helens, Saint Helens, St Helens's", ["St Helens"] * 3),
        ("B&D, k&c, LBHF", ["Barking and Dagenham", "Kensington and Chelsea", "Hammersmith and Fulham"]),
        ("bradfords social workers", ["Bradford"]),
        ("Newcastle-under-Lyme, Bury St Edmunds, New York, Greater Manchester", []),
        ("Ofsted, Piccadilly Gate, Store Street, Manchester M1 2WD", []),
        ("12 Derby Road, and Reading Street", []),
        ("Dear Ms York, Sarah Sutton and Cllr Kent met", []),
        ("Hertford, Stafford, Cardiff, Swansea, Glasgow", []),
        ("a survey of themes by Mr Barnes", []),
    ],
)
def test_longest_name_wins_and_lookalikes_do_not_count(text: str, expected: list[str]) -> None:
    """The longest name at a place wins; streets, people and other towns are not authorities."""
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    ["reading council", "reading's front door", "Reading", "reading 2019", "in reading borough", "Bath", "BURY"],
)
def test_an_ordinary_word_counts_with_a_cue(text: str) -> None:
    assert len(names(f"{text}")) == 1


@pytest.mark.parametrize(
    "text",
    ["progress in reading and writing", "Reading the report was quick", "give the child a bath", "they bury it"],
)
def test_an_ordinary_word_without_a_cue_is_a_word(text: str) -> None:
    assert names(text) == []


def test_a_lower_case_word_where_a_place_would_stand_is_a_guess() -> None:
    (mention,) = find_authorities("what are caseloads like in reading?")
    assert (mention.name, mention.exact) == ("Reading", False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("in Leeds City Council's care", "Leeds City Council's"),
        ("about Brent’s homes", "Brent’s"),
        ("at the London Borough of Barking & Dagenham today", "the London Borough of Barking & Dagenham"),
        ("City of Bradford Metropolitan District Council met", "City of Bradford Metropolitan District Council"),
        ("the Royal Borough of Kensington and Chelsea.", "the Royal Borough of Kensington and Chelsea"),
        ("is Milton Keynes City Council good", "Milton Keynes City Council"),
        ("is Wiltshire local authority good", "Wiltshire local authority"),
        ("Leeds' care leavers", "Leeds'"),
    ],
)
def test_titles_belong_to_the_mention(text: str, words: str) -> None:
    """A mention covers the title and the possessive, so that a caller can take it out whole."""
    (mention,) = find_authorities(text)
    assert mention.words == words == text[mention.start : mention.end]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Glocestershire", "Gloucestershire"),
        ("buckinghamshre", "Buckinghamshire"),
        ("Wandsowrth", "Wandsworth"),
        ("tower hamlts", "Tower Hamlets"),
    ],
)
def test_a_misspelling_is_found_and_flagged(text: str, name: str) -> None:
    (mention,) = find_authorities(f"caseloads in {text} 2022")
    assert (mention.name, mention.exact) == (name, False)


def test_a_document_is_not_searched_for_misspellings() -> None:
    assert names("Wandsowrth " + "word " * 400) == []


def test_a_provider_stands_for_every_authority_that_it_serves() -> None:
    """A trust is reported with the authorities it serves, once each, at the same place."""
    found = find_authorities("What did Achieving for Children change?")
    assert [m.name for m in found] == ["Kingston upon Thames", "Richmond upon Thames", "Windsor and Maidenhead"]
    assert {(m.start, m.via) for m in found} == {(9, "Achieving for Children")}
    (trust,) = find_authorities("the Bradford Children & Families Trust")
    assert (trust.name, trust.via) == ("Bradford", "Bradford Children and Families Trust")


def test_abolished_authorities_know_their_successors() -> None:
    assert authority("Cumbria").successors == ("Cumberland", "Westmorland and Furness")
    assert authority("Bournemouth, Christchurch and Poole").predecessors == ("Bournemouth", "Poole")
    assert "Brighter Futures for Children" in also_known("Reading")
    with pytest.raises(KeyError):
        also_known("Atlantis")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Chief Executive, Halton Borough Council. Copied to: Cheshire Police, Cheshire and Merseyside", "Halton"),
        ("Kent County Council. Medway and Kent share a board.", "Kent"),
        ("No place at all", None),
    ],
)
def test_the_main_authority_is_the_one_most_named(text: str, name: str | None) -> None:
    assert main_authority(text) == name


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_mentions_are_slices_in_order(text: str) -> None:
    """On any text: offsets are right, mentions are in order and do not overlap."""
    found = find_authorities(text)
    assert all(m.words == text[m.start : m.end] for m in found)
    assert all(a.end <= b.start or a.via for a, b in pairwise(found))


@given(st.sampled_from(LIVING), st.sampled_from(LIVING))
@settings(max_examples=100, deadline=None)
def test_two_authorities_in_a_question_are_both_found(one: Authority, other: Authority) -> None:
    text = f"Compare {one.name} with {other.name} please"
    assert names(text) == [one.name, other.name]


@pytest.mark.alone
def test_a_report_is_searched_quickly() -> None:
    """A report of ten pages takes a small part of a second even on a busy machine."""
    text = "Social workers in Bradford told inspectors that Leeds City Council helps families in Kent. " * 400
    find_authorities(text)
    started = time.perf_counter()
    assert len(find_authorities(text)) == 1200
    assert time.perf_counter() - started < 0.5
