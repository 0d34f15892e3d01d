"""Whom a document is for: sets of names under which strictness never widens and lending never tells more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.audience import PUBLIC, RESTRICTED, Audience, Clearance, View, cleared_for, is_name, lends, stricter
from index.errors import SettingsError

NAMES = ("finance", "internal", "legal")
AUDIENCES = st.one_of(
    st.just((PUBLIC,)),
    st.just((RESTRICTED,)),
    st.sets(st.sampled_from(NAMES), min_size=1).map(lambda s: tuple(sorted(s))),
)
CLEARANCES = st.sets(st.sampled_from(NAMES)).map(cleared_for)


@given(AUDIENCES, AUDIENCES, CLEARANCES)
def test_the_stricter_of_two_is_read_by_exactly_those_who_may_read_under_one_name_of_both(
    one: Audience, other: Audience, reader: Clearance
) -> None:
    both = stricter(one, other)
    assert both == stricter(other, one)
    assert stricter(both, one) == both
    if reader.may_read(both):
        assert reader.may_read(one)
        assert reader.may_read(other)


@given(AUDIENCES, AUDIENCES, CLEARANCES)
def test_who_may_read_a_document_may_read_the_one_that_lends_it_something(
    lender: Audience, borrower: Audience, reader: Clearance
) -> None:
    if lends(lender, borrower) and reader.may_read(borrower):
        assert reader.may_read(lender)


@given(AUDIENCES, CLEARANCES)
def test_public_is_read_by_all_and_restricted_by_nobody(audience: Audience, reader: Clearance) -> None:
    assert reader.may_read((PUBLIC,))
    assert not reader.may_read((RESTRICTED,))
    assert reader.may_read(audience) == bool(reader.names & set(audience))


@given(AUDIENCES, AUDIENCES, CLEARANCES)
def test_a_view_shows_what_may_be_read_under_both_decisions(now: Audience, then: Audience, reader: Clearance) -> None:
    shown = View(reader, frozenset({"w"}), frozenset({("a", now)})).shown(
        [(1, "a", then), (2, "b", then), (3, "w", then)]
    )
    assert shown == [n for n, one in ((1, stricter(now, then)), (2, then)) if reader.may_read(one)]


@pytest.mark.parametrize("name", [RESTRICTED, "", "Internal", "in house", "a" * 41, "-x", "ä"])
def test_a_name_that_nobody_can_have_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="no audience"):
        cleared_for(["legal", name])
    assert name == RESTRICTED or not is_name(name)
