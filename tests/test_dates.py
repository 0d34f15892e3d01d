"""Dates as documents print them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import find_dates
from index.records import Interval

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


def spans(text: str) -> list[tuple[str, str]]:
    return [(str(f.interval.start), str(f.interval.end)) for f in find_dates(text) if f.interval]


def long_form(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("31 January 2023", "2023-01-31", "2023-01-31"),
        ("31st Jan 2023", "2023-01-31", "2023-01-31"),
        ("the 4th of July, 2019", "2019-07-04", "2019-07-04"),
        ("04/07/2019", "2019-07-04", "2019-07-04"),
        ("04/07/19", "2019-07-04", "2019-07-04"),
        ("4.7.2019", "2019-07-04", "2019-07-04"),
        ("04-Jul-2019", "2019-07-04", "2019-07-04"),
        ("2019-07-04", "2019-07-04", "2019-07-04"),
        ("July 1, 2019", "2019-07-01", "2019-07-01"),
        ("12 May ’19", "2019-05-12", "2019-05-12"),
        ("September 2018", "2018-09-01", "2018-09-30"),
        ("Feb 2020", "2020-02-01", "2020-02-29"),
        ("w/c 24 February 2020", "2020-02-24", "2020-03-01"),
        ("week commencing Monday 3 June 2019", "2019-06-03", "2019-06-09"),
        ("15 to 26 November 2021", "2021-11-15", "2021-11-26"),
        ("27 January to 7 February 2025", "2025-01-27", "2025-02-07"),
        ("27 January to\n7\u202fFebruary\u00a02025", "2025-01-27", "2025-02-07"),
        ("2 March 2020 to 13 March 2020", "2020-03-02", "2020-03-13"),
        ("2 March 2020 to 13 March", "2020-03-02", "2020-03-13"),
        ("18 Feb 2014 – 12 March 2014", "2014-02-18", "2014-03-12"),
        ("24 – 28 June 2013", "2013-06-24", "2013-06-28"),
        ("19 November–30 November 2018", "2018-11-19", "2018-11-30"),
        ("20-22 June 2022", "2022-06-20", "2022-06-22"),
        ("20‑22 June 2022", "2022-06-20", "2022-06-22"),
        ("6 and 8 October 2020", "2020-10-06", "2020-10-08"),
        ("13, 14 and 20 May 2019", "2019-05-13", "2019-05-20"),
        ("30 June and 1 July 2021", "2021-06-30", "2021-07-01"),
        ("5 to 9 December 2022 and 14 to 15 February 2023", "2022-12-05", "2023-02-15"),
        ("Tuesday 26 and Wednesday 27 February 2019", "2019-02-26", "2019-02-27"),
        ("27 November to 8 January 2025", "2024-11-27", "2025-01-08"),
        ("November to December 2019", "2019-11-01", "2019-12-31"),
        ("31 March 20191 and", "2019-03-31", "2019-03-31"),  # a footnote's digit
    ],
)
def test_a_printed_date_is_read(text: str, start: str, end: str) -> None:
    """Each form that reports print gives one date, wherever it stands."""
    assert spans(text) == [(start, end)]
    assert spans(f"Inspection dates: {text}.\nLead inspector: A Person") == [(start, end)]


@pytest.mark.parametrize(
    "text",
    [
        "31 February 2019",
        "29 February 2019",
        "13/14/2019",
        "2018/13",
        "2018/19",
        "under section 47",
        "paragraph 12",
        "page 4",
        "47% of 219",
        "24/7",
        "staff may leave; 4 may not",
        "In May 18 children",
        "march on",
        "£2019",
        "01274 432111",
        "aged 16 to 25",
    ],
)
def test_other_numbers_are_not_dates(text: str) -> None:
    assert find_dates(text) == ()


def test_a_date_without_a_year_says_so() -> None:
    """It has its days, no interval, and takes a year on request."""
    (found,) = find_dates("from 1 July a new director")
    assert (found.interval, found.year_stated, found.first, found.words) == (None, False, (7, 1), "1 July")
    assert found.in_year(2019) == Interval(date(2019, 7, 1), date(2019, 7, 1))
    (leap,) = find_dates("on 29 February")
    with pytest.raises(ValueError, match="day"):
        leap.in_year(2019)


def test_a_range_over_new_year_without_a_year_ends_in_the_year_asked_for() -> None:
    (found,) = find_dates("28 December to 4 January")
    assert found.in_year(2020) == Interval(date(2019, 12, 28), date(2020, 1, 4))


def test_and_joins_neighbouring_days_but_not_events_years_apart() -> None:
    assert len(find_dates("29 September and 1 October 2020")) == 1
    assert len(find_dates("published on 3 March 2020 and 4 May 2023")) == 2


def test_bare_years_and_sums_are_no_dates() -> None:
    assert spans("In 2019, under the Children Act 2004, 2018/19 and £2018, then 2,022 and 2020.") == []


@given(DAYS)
@settings(max_examples=150, deadline=None)
def test_a_day_is_read_back_exactly(day: date) -> None:
    for text in (long_form(day), f"{day:%d/%m/%Y}", day.isoformat(), f"{day:%A} {long_form(day)}"):
        assert spans(f"on {text}, they") == [(str(day), str(day))]


@given(DAYS, st.integers(1, 90), st.sampled_from([" to ", " – ", "-", " and ", "\nto "]))
@settings(max_examples=150, deadline=None)
def test_a_range_is_read_back_as_one_date(day: date, length: int, join: str) -> None:
    last = day + timedelta(days=length)
    text = f"{long_form(day)}{join}{long_form(last)}"
    (found,) = find_dates(f"Dates: {text}. End")
    assert (found.interval, found.words) == (Interval(day, last), text)


@given(st.text(alphabet="0123456789 /-–.,toand JanuryMchy\n", max_size=80))
@settings(max_examples=300, deadline=None)
def test_whatever_is_found_is_in_order_and_sound(text: str) -> None:
    found = find_dates(text)
    assert all(f.words == text[f.start : f.end] for f in found)
    assert all(f.interval is None or f.interval.start <= f.interval.end for f in found)
    assert all((f.interval is not None) == f.year_stated for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
