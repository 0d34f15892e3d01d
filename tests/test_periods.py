"""Periods as questions state them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.interpret.periods import Basis, Rank, Relation, read_periods, strip
from index.records import Interval

TODAY = date(2026, 11, 21)
YEARS = st.integers(1990, 2060)


def intervals(question: str, today: date = TODAY) -> list[tuple[str, str]]:
    return [(str(p.interval.start), str(p.interval.end)) for p in read_periods(question, today).periods]


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("in 2019", "2019-01-01", "2019-12-31"),
        ("in '19", "2019-01-01", "2019-12-31"),
        ("July 2019", "2019-07-01", "2019-07-31"),
        ("jan 2023", "2023-01-01", "2023-01-31"),
        ("may 2022", "2022-05-01", "2022-05-31"),
        ("in July", "2026-07-01", "2026-07-31"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("last July", "2026-07-01", "2026-07-31"),
        ("on 4 December", "2025-12-04", "2025-12-04"),
        ("27 August 2019", "2019-08-27", "2019-08-27"),
        ("27/08/2019", "2019-08-27", "2019-08-27"),
        ("5 to 9 December 2022", "2022-12-05", "2022-12-09"),
        ("late 2022", "2022-09-01", "2022-12-31"),
        ("early 2020", "2020-01-01", "2020-04-30"),
        ("mid-2021", "2021-05-01", "2021-08-31"),
        ("at the end of 2022", "2022-10-01", "2022-12-31"),
        ("the end of last year", "2025-10-01", "2025-12-31"),
        ("late July 2019", "2019-07-21", "2019-07-31"),
        ("Q2 2019", "2019-04-01", "2019-06-30"),
        ("Q4 2019/20", "2020-01-01", "2020-03-31"),
        ("summer 2021", "2021-06-01", "2021-08-31"),
        ("winter 2021/22", "2021-12-01", "2022-02-28"),
        ("last summer", "2026-06-01", "2026-08-31"),
        ("autumn term 2021", "2021-09-01", "2021-12-31"),
        ("academic year 2018-19", "2018-09-01", "2019-08-31"),
        ("in 2018/19", "2018-04-01", "2019-03-31"),
        ("in 2018–19", "2018-04-01", "2019-03-31"),
        ("FY19-20", "2019-04-01", "2020-03-31"),
        ("financial year 2018 to 2019", "2018-04-01", "2019-03-31"),
        ("the year ending March 2019", "2018-04-01", "2019-03-31"),
        ("2018-2021", "2018-01-01", "2021-12-31"),
        ("in the 2010s", "2010-01-01", "2019-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("over the past three years", "2023-11-21", "2026-11-21"),
        ("in the last 2 years", "2024-11-21", "2026-11-21"),
        ("three years ago", "2023-01-01", "2023-12-31"),
        ("since 2019", "2019-01-01", "9999-12-31"),
        ("from 2019 onwards", "2019-01-01", "9999-12-31"),
        ("before 2020", "0001-01-01", "2019-12-31"),
        ("after July 2019", "2019-08-01", "9999-12-31"),
        ("until 2018", "0001-01-01", "2018-12-31"),
        ("by 2018", "2018-01-01", "2018-12-31"),
        ("between 2018 and 2021", "2018-01-01", "2021-12-31"),
        ("from July 2019 to March 2021", "2019-07-01", "2021-03-31"),
        ("as of 7 September 2021", "0001-01-01", "2021-09-07"),
        ("as of today", "0001-01-01", "2026-11-21"),
        ("in the first quarter of 2019/20", "2019-04-01", "2019-06-30"),
        ("in the first quarter 2019", "2019-01-01", "2019-03-31"),
        ("in H2 2019", "2019-07-01", "2019-12-31"),
        ("in the summer of 2019", "2019-06-01", "2019-08-31"),
        ("at Easter 2019", "2019-03-01", "2019-04-30"),
        ("in the spring term 2021/22", "2022-01-01", "2022-04-30"),
        ("in the 2021/22 academic year", "2021-09-01", "2022-08-31"),
        ("in the year 2018-19", "2018-04-01", "2019-03-31"),
        ("in 18/19", "2018-04-01", "2019-03-31"),
        ("in the early 2010s", "2010-01-01", "2013-12-31"),
        ("in the late 2010s", "2017-01-01", "2019-12-31"),
        ("by the end of 2019", "0001-01-01", "2019-12-31"),
        ("up to and including 2019", "0001-01-01", "2019-12-31"),
        ("as long ago as 2014", "2014-01-01", "2014-12-31"),
        ("over the last year", "2025-11-21", "2026-11-21"),
        ("in recent years", "2021-11-21", "2026-11-21"),
        ("3 yrs ago", "2023-01-01", "2023-12-31"),
        ("between May 2018 and now", "2018-05-01", "2026-11-21"),
        ("since 2018 to date", "2018-01-01", "9999-12-31"),
        ("in Septmber 2019", "2019-09-01", "2019-09-30"),
        ("in Feburary 2020", "2020-02-01", "2020-02-29"),
        ("on 12 Novemeber 2022", "2022-11-12", "2022-11-12"),
        ("pre-Covid", "0001-01-01", "2020-03-10"),
        ("before the pandemic", "0001-01-01", "2020-03-10"),
        ("during the pandemic", "2020-03-11", "2022-02-24"),
        ("in the first lockdown", "2020-03-23", "2020-07-03"),
        ("since Covid-19", "2020-03-11", "9999-12-31"),
    ],
)
def test_a_period_is_read(words: str, start: str, end: str) -> None:
    """Each wording gives its interval, and nothing of the topic goes when it is stripped."""
    question = f"what was said about foster carers {words}?"
    assert intervals(question) == [(start, end)]
    assert strip(question, read_periods(question, TODAY)) == "what was said about foster carers?"


@pytest.mark.parametrize(
    "words",
    [
        "section 47", "16 and 17 year olds", "'16 and 17 year olds'", "16-17s", "aged 19 to 21", "over 25",
        "past 21 years old", "1 in 5", "20 children", "2,019 children", "2019 children", "month-old", "2 weeks",
        "18th birthday", "24/7", "£2019", "£2,019", "the Children Act 1989", "Working Together 2018",
        "they may improve",
        "the first point of contact", "march on", "2 years in care", "35%", "aged 18-25", "up to 25", "1:1",
        "paragraph 12", "para 2.10", "year 11 pupils", "the 2018 Act", "the impact of the pandemic", "Covid recovery",
        "marsh 2", "in 26 weeks",
        "for 18-19 year olds", "year on year", "then and now", "level 4", "15 working days", "key stage 2",
    ],
)  # fmt: skip
def test_other_numbers_are_no_periods(words: str) -> None:
    assert read_periods(f"what about {words} in care?", TODAY).periods == ()


@pytest.mark.parametrize(
    ("question", "relation"),
    [
        ("since 2019", Relation.SINCE),
        ("ever since the 2019 inspection", Relation.SINCE),
        ("prior to 2019", Relation.BEFORE),
        ("after 2019", Relation.AFTER),
        ("up until 2019", Relation.UNTIL),
        ("as at March 2019", Relation.AS_OF),
        ("between 2017 and 2019", Relation.BETWEEN),
        ("back in 2019", Relation.IN),
    ],
)
def test_the_relation_is_read(question: str, relation: Relation) -> None:
    (period,) = read_periods(f"caseloads {question}", TODAY).periods
    assert period.relation is relation


def test_after_an_inspection_begins_in_its_year() -> None:
    """A letter of late 2019 comes after "the 2019 inspection", so the year itself is not shut out."""
    assert intervals("what got better after the 2019 inspection") == [("2019-01-01", "9999-12-31")]


@pytest.mark.parametrize(
    ("question", "basis"),
    [
        ("the report published in May 2026", Basis.PUBLISHED),
        ("the visit reported in July 2019", Basis.PUBLISHED),
        ("the report from January 2023", Basis.PUBLISHED),
        ("the letter dated 4 July 2019", Basis.PUBLISHED),
        ("the inspection that came out in May 2022", Basis.PUBLISHED),
        ("the 2022 report", Basis.PUBLISHED),
        ("the 2023 North Yorkshire report", Basis.PUBLISHED),
        ("as of March 2020", Basis.PUBLISHED),
        ("inspected in 2019", Basis.INSPECTED),
        ("the visit in 2019", Basis.INSPECTED),
        ("when inspectors came in late 2022", Basis.INSPECTED),
        ("carried out in September 2018", Basis.INSPECTED),
        ("the november 2022 inspection", Basis.INSPECTED),
        ("the 2023 inspection", Basis.ANY),
        ("what did inspectors find in 2021", Basis.ANY),
        ("caseloads in 2019", Basis.ANY),
    ],
)
def test_the_basis_is_a_preference_read_from_the_words_around(question: str, basis: Basis) -> None:
    (period,) = read_periods(question, TODAY).periods
    assert period.basis is basis


@pytest.mark.parametrize(
    ("question", "rank"),
    [
        ("the latest inspection", Rank.LATEST),
        ("the most recent report", Rank.LATEST),
        ("what is the current grade", Rank.LATEST),
        ("the last full inspection", Rank.LATEST),
        ("and the previous one?", Rank.PREVIOUS),
        ("and the one before?", Rank.PREVIOUS),
        ("the first monitoring visit", Rank.FIRST),
        ("caseloads last year", Rank.NONE),
        ("the first formal meeting", Rank.NONE),
        ("before 2019", Rank.NONE),
    ],
)
def test_the_rank_is_read(question: str, rank: Rank) -> None:
    reading = read_periods(question, TODAY)
    assert reading.rank is rank
    assert (reading.rank_words is None) == (rank is Rank.NONE)


@pytest.mark.parametrize(
    "question",
    [
        "did it improve between the 2019 and 2023 reports?",
        "compare 2019 and 2023",
        "2019 vs 2023",
        "how did it change from 2019 to 2023?",
        "was it better in 2019 compared with 2023?",
    ],
)
def test_points_to_compare_are_kept_apart(question: str) -> None:
    reading = read_periods(question, TODAY)
    assert reading.each
    assert [p.interval.start.year for p in reading.periods] == [2019, 2023]
    assert {p.relation for p in reading.periods} == {Relation.IN}
    assert not re.search(r"\d", strip(question, reading))


def test_two_years_are_two_periods_and_a_stretch_is_one() -> None:
    assert len(intervals("caseloads in 2019 and 2020")) == 2
    assert len(intervals("caseloads between 2019 and 2020")) == 1
    assert not read_periods("caseloads between 2019 and 2020", TODAY).each


def test_the_latest_against_the_one_before_is_a_comparison() -> None:
    reading = read_periods("how does the latest compare to the previous one", TODAY)
    assert (reading.rank, reading.each) == (Rank.LATEST, True)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("what did the 2014 report find?", "what did the report find?"),
        ("were carers trained? (2014)", "were carers trained?"),
        ("Camden 2021 - how busy was it?", "Camden - how busy was it?"),
        ("in the July 2019 letter, who wrote?", "in the letter, who wrote?"),
        ("what about thresholds, 2022?", "what about thresholds?"),
    ],
)
def test_a_preposition_stays_where_a_noun_still_needs_it(question: str, rest: str) -> None:
    assert strip(question, read_periods(question, TODAY)) == rest


@given(YEARS)
@settings(max_examples=60, deadline=None)
def test_a_year_yields_exactly_that_year(year: int) -> None:
    assert intervals(f"caseloads in {year}") == [(f"{year}-01-01", f"{year}-12-31")]


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
@settings(max_examples=100, deadline=None)
def test_a_day_is_read_back_exactly(day: date) -> None:
    for text in (f"{day.day} {day:%B} {day.year}", f"{day:%d/%m/%Y}"):
        assert intervals(f"what was said on {text} about it") == [(str(day), str(day))]


@given(st.integers(0, 1899), st.sampled_from(["children", "cases", "%", "weeks", "families waited", "of them", ""]))
@settings(max_examples=100, deadline=None)
def test_unrelated_numbers_never_yield_a_period(number: int, noun: str) -> None:
    assert intervals(f"why were {number} {noun} there") == []


VOCABULARY = """
    in since before after from to and between the now today early mid 2010s recent years pandemic lockdown during
    first quarter of H1 by Septmber Easter term academic year 18/19 yrs 2019 2023 '19 July may 4 last
    year past three years ago report inspection latest previous
    Q2 2018/19 18-21 onwards late end of , ? ( ) caseloads 16 years 31 February
"""
WORDS = st.sampled_from(VOCABULARY.split())


@given(st.lists(WORDS, max_size=12).map(" ".join), st.dates(date(2, 1, 1), date(9998, 12, 31)))
@example("2019 and since 2019", TODAY)
@settings(max_examples=300, deadline=None)
def test_any_reading_is_sound(question: str, today: date) -> None:
    """Intervals are in order, periods are slices that do not overlap, and only their words are stripped."""
    reading = read_periods(question, today)
    assert all(p.interval.start <= p.interval.end for p in reading.periods)
    assert all(p.words == question[p.start : p.end] for p in reading.periods)
    assert all(a.end <= b.start for a, b in pairwise(reading.periods))
    kept = "".join(
        c for i, c in enumerate(question) if c.isalnum() and not any(p.start <= i < p.end for p in reading.periods)
    )
    assert "".join(filter(str.isalnum, strip(question, reading))) == kept


def test_windows_end_today() -> None:
    (period,) = read_periods("the last 18 months", TODAY).periods
    assert period.interval == Interval(date(2025, 5, 21), TODAY)
    assert period.inferred
    assert period.interval.end - period.interval.start > timedelta(days=500)


@given(
    st.sampled_from(["January", "February", "September", "October", "November", "December", "August"]),
    YEARS.filter(lambda year: 1990 <= year <= 2049),
    st.data(),
)
@settings(max_examples=100, deadline=None)
def test_a_month_with_two_letters_swapped_is_that_month(month: str, year: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(month) - 2))
    slip = month[:at] + month[at + 1] + month[at] + month[at + 2 :]
    right = intervals(f"caseloads in {month} {year}")
    assert intervals(f"caseloads in {slip} {year}") == right


@given(st.text(max_size=80), st.dates(date(2, 1, 1), date(9998, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(question: str, today: date) -> None:
    reading = read_periods(question, today)
    assert all(p.interval.start <= p.interval.end for p in reading.periods)
    assert strip(question, reading) == strip(strip(question, reading), read_periods("", today))
