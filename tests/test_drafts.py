"""A draft becomes text and citations: every mark has its citation, and what could not be verified leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answers_index import catalogue_of, document, marks
from conftest import entry_of
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers.drafts import Draft, Line, Row, finished
from assistant.quotes import Quote
from assistant.records import Table
from index.catalogue import Catalogue
from index.records import Span

PAGE = "Caseloads are high. Visits are late. Managers know it."
GOOD, OTHER, BAD = Span(0, 0, 19), Span(0, 20, 36), Span(0, 2, 19)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    catalogue = catalogue_of(tmp_path_factory.mktemp("drafts") / "catalogue.sqlite", entry_of("a.pdf", (PAGE,)))
    yield catalogue
    catalogue.close()


def quotes(held: Catalogue, *spans: Span) -> tuple[Quote, ...]:
    return tuple(Quote(document(held, "a.pdf"), span, "Ofsted", None) for span in spans)


def text_of(held: Catalogue, *lines: Line) -> str:
    return finished(Draft(lines), held, None)[0]


def test_words_and_marks_of_a_draft(held: Catalogue) -> None:
    text, citations, _ = finished(
        Draft(
            (
                Line("Report:", heading=True),
                Line("•", quotes(held, GOOD), quotes(held, OTHER)),
                Line("Good – overall.", cited=quotes(held, OTHER)),
                Line("A note."),
            )
        ),
        held,
        None,
    )
    assert text.split("\n") == ["Report:", "• “Caseloads are high.” [1] [2]", "Good – overall. [2]", "A note."]
    assert [(c.n, c.quote) for c in citations] == [
        (1, "Caseloads are high."),
        (2, "Visits are late."),
    ]


def test_a_line_goes_with_its_quotes(held: Catalogue) -> None:
    assert (
        text_of(held, Line("Gone.", quotes(held, BAD)), Line("•", quotes(held, GOOD))) == "• “Caseloads are high.” [1]"
    )
    assert text_of(held, Line("Gone.", cited=quotes(held, BAD)), Line("•", quotes(held, GOOD))).startswith("•")


def test_a_heading_goes_with_all_that_stood_under_it(held: Catalogue) -> None:
    text = text_of(
        held,
        Line("First:", heading=True),
        Line("•", quotes(held, BAD)),
        Line("Second:", heading=True),
        Line("•", quotes(held, BAD)),
        Line("•", quotes(held, GOOD)),
        Line("Third:", heading=True),
        Line("•", quotes(held, BAD)),
    )
    assert text == "Second:\n• “Caseloads are high.” [1]"


def test_without_a_single_quote_nothing_is_left(held: Catalogue) -> None:
    """Not the headings, not the notes: our own words alone are no answer."""
    lines = (Line("Report:", heading=True), Line("•", quotes(held, BAD)), Line("A note."))
    assert finished(Draft(lines), held, None) == ("", (), None)
    assert finished(Draft(()), held, None) == ("", (), None)


def test_a_note_at_the_end_keeps_no_heading(held: Catalogue) -> None:
    """As `said` ends a draft whose last document's quotes all fail."""
    text = text_of(
        held,
        Line("First:", heading=True),
        Line("•", quotes(held, GOOD)),
        Line("Second:", heading=True),
        Line("•", quotes(held, BAD)),
        Line("(A note on how the period was read.)"),
    )
    assert "Second:" not in text


def test_a_line_whose_own_words_fail_shows_no_marks_without_words(held: Catalogue) -> None:
    """As `said` gives a sentence with its twins in other documents, the first of which fails the check."""
    text = text_of(held, Line("•", quotes(held, BAD), quotes(held, GOOD)), Line("•", quotes(held, OTHER)))
    assert "• [" not in text


def row(name: str, place: int = 0) -> Row:
    return Row(place, {"Name": name, "Not drawn": "x"})


def table_of(held: Catalogue, *lines: Line) -> Table | None:
    return finished(Draft(lines, "Caption", ("Name",)), held, None)[2]


def test_a_row_stands_or_falls_with_its_quote(held: Catalogue) -> None:
    lines = (
        Line("Heading:", heading=True),
        Line("First.", cited=quotes(held, GOOD), rows=(row("first"),)),
        Line("Gone.", cited=quotes(held, BAD), rows=(row("gone"),)),
        Line("Second.", cited=quotes(held, OTHER), rows=(row("second"),)),
        Line("Unquoted.", rows=(row("unquoted"),)),
    )
    assert table_of(held, *lines) == Table(
        "Caption", ("Name", "Source"), (("first", "[1]"), ("second", "[2]"), ("unquoted", ""))
    )


def test_rows_that_a_line_compares_are_in_their_own_order_and_the_line_stays_beside(held: Catalogue) -> None:
    lines = (
        Line("Better.", cited=quotes(held, GOOD, OTHER), rows=(row("old"), row("new", 2))),
        Line("Between.", cited=quotes(held, GOOD), rows=(row("middle", 1),)),
        Line("A note."),
    )
    table = table_of(held, *lines)
    assert table is not None
    assert table.rows == (("old", "[1]"), ("middle", "[1]"), ("new", "[2]"))
    assert table.beside == "Better. [1][2]\nA note."


def test_of_two_rows_that_a_line_compares_the_one_that_stands_keeps_its_own_mark(held: Catalogue) -> None:
    lines = (
        Line("Better.", cited=quotes(held, BAD, OTHER), rows=(row("old"), row("new"))),
        Line("More.", cited=quotes(held, GOOD), rows=(row("more"),)),
    )
    table = table_of(held, *lines)
    assert table is not None
    assert table.rows == (("new", "[1]"), ("more", "[2]"))


def test_one_row_or_no_columns_make_no_table(held: Catalogue) -> None:
    line = Line("First.", cited=quotes(held, GOOD), rows=(row("first"),))
    assert table_of(held, line) is None
    assert finished(Draft((line, line)), held, None)[2] is None


LINE = st.tuples(st.lists(st.sampled_from([GOOD, OTHER, BAD]), max_size=3), st.lists(st.sampled_from([GOOD, BAD])))


@given(st.lists(st.tuples(LINE, st.booleans()), max_size=6))
def test_marks_and_citations_are_equal_sets(
    held: Catalogue, lines: list[tuple[tuple[list[Span], list[Span]], bool]]
) -> None:
    """Whatever fails: numbers run from 1 without a gap, in the order of the text, and no line is empty.

    What is cited twice keeps its number.
    """
    draft = Draft(
        tuple(
            Line("Heading:", heading=True) if heading else Line("•", quotes(held, *shown), quotes(held, *cited))
            for (shown, cited), heading in lines
        )
    )
    text, citations, _ = finished(draft, held, None)
    assert list(dict.fromkeys(marks(text))) == [one.n for one in citations] == list(range(1, len(citations) + 1))
    assert len({one.quote for one in citations}) == len(citations)
    assert bool(text) is bool(citations)
    assert not text.endswith("Heading:")
    assert "Heading:\nHeading:" not in text
