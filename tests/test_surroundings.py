"""A quote is found again in the passage that it stands in, highlighted whole, with its neighbours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answers_index import ILACS_2019, ILACS_2022, NEWS_2019, SIF_2016, ask, bare, catalogue_of
from conftest import entry_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.ask import Assistant
from assistant.surroundings import GoneError, Surroundings, find_passage, step
from index.catalogue import Catalogue

pytest_plugins = "fixtures_answers"

QUESTIONS = (
    "what did Ofsted say about caseloads in Dudley?",
    "what did Ofsted say about staff turnover in Dudley in 2019?",
    "how have Dudley's overall judgements changed over time?",
    "which inspections of Dudley are held?",
    "who led the inspection of Dudley in 2019?",
    "what needs to improve in Oldham?",
    "what did Test Person say about caseloads?",
)


def highlighted(found: Surroundings) -> str:
    return "".join(text for text, quoted in found.parts if quoted)


def whole(found: Surroundings) -> str:
    return "".join(text for text, _ in found.parts)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_of_an_answer_is_found_again(assistant: Assistant, question: str) -> None:
    """Grades, names, sentences over a page break: each is highlighted whole, on its own page."""
    catalogue = assistant.index.catalogue
    citations = ask(assistant, question).citations
    assert citations
    for citation in citations:
        found = find_passage(catalogue, citation.source, citation.quote, citation.page)
        assert bare(highlighted(found)) == bare(citation.quote)
        assert (found.document.source, found.page) == (citation.source, citation.page)
        if found.passage:
            assert bare(whole(found)) == bare(found.passage.text)


def test_a_sentence_over_a_page_break_is_found_on_either_page(catalogue: Catalogue) -> None:
    first = find_passage(catalogue, ILACS_2019, "staff turnover in the first response teams remains high", 2)
    second = find_passage(catalogue, ILACS_2019, "get to know a new social worker again and again", 3)
    assert first.passage is not None
    assert first.passage == second.passage
    assert (first.page, second.page) == (2, 3)
    assert "children who have to get to know" in whole(first)


def test_printed_lines_run_together_and_white_space_may_differ(catalogue: Catalogue) -> None:
    found = find_passage(catalogue, ILACS_2019, "17 social workers hold more\nthan 30  children each", 2)
    assert highlighted(found) == "17 social workers hold more than 30 children each"
    assert "\n" not in highlighted(found)


def test_neighbours_lead_from_the_first_passage_to_the_last_and_back(catalogue: Catalogue) -> None:
    held = catalogue.passages_of(ILACS_2022)
    found = step(catalogue, ILACS_2022, 0)
    assert (found.before, found.passage, found.page) == (None, held[0], 1)
    seen = [found.passage]
    while found.after:
        here, found = found, step(catalogue, ILACS_2022, found.after.ordinal)
        assert found.before == here.passage
        seen.append(found.passage)
    assert seen == held
    assert not any(quoted for _, quoted in found.parts)


def test_a_step_highlights_the_quote_only_where_it_stands(catalogue: Catalogue) -> None:
    quote = "Staff turnover has fallen, and social workers enjoy working in Dudley."
    there = find_passage(catalogue, ILACS_2022, quote, 2)
    assert there.passage is not None
    assert step(catalogue, ILACS_2022, there.passage.ordinal, quote) == there
    assert there.before is not None
    assert highlighted(step(catalogue, ILACS_2022, there.before.ordinal, quote)) == ""


def test_a_document_without_pages_has_surroundings_too(catalogue: Catalogue) -> None:
    found = find_passage(catalogue, NEWS_2019, "visits to children are late", None)
    assert (found.page, highlighted(found)) == (None, "visits to children are late")


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    pages = ("To improve:\n• the plans\nfor children;\n• 12 visits a\nyear.\n2. Managers know\n30 of them.", "Other.")
    catalogue = catalogue_of(tmp_path_factory.mktemp("listed") / "catalogue.sqlite", entry_of("a.pdf", pages))
    yield catalogue
    catalogue.close()


def test_items_and_numbered_paragraphs_keep_lines_of_their_own(listed: Catalogue) -> None:
    text = "To improve:\n• the plans for children;\n• 12 visits a year.\n2. Managers know 30 of them."
    assert whole(step(listed, "a.pdf", 0)) == text


@given(st.integers(0, 84), st.integers(1, 84))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_stretch_of_a_page_is_highlighted_alone(listed: Catalogue, start: int, length: int) -> None:
    quote = listed.page_text("a.pdf", 0)[start : start + length]
    if bare(quote):
        found = find_passage(listed, "a.pdf", quote, 1)
        assert bare(highlighted(found)) == bare(quote)
        assert [quoted for _, quoted in found.parts].count(True) == 1


def test_words_outside_every_passage_are_shown_with_the_page_around_them(catalogue: Catalogue) -> None:
    """A heading stands in no passage: the neighbours are those between which it is printed."""
    quote = "What needs to improve"
    found = find_passage(catalogue, ILACS_2022, quote, 2)
    assert found.passage is None
    assert highlighted(found) == quote
    assert found.before is not None
    assert found.after is not None
    assert found.after.ordinal == found.before.ordinal + 1
    assert "child protection plans" in whole(found)


@pytest.mark.parametrize(
    ("source", "quote", "page", "told"),
    [
        ("gone.pdf", "Adoption is timely", 1, "no longer held"),
        (SIF_2016, "Adoption is never timely", None, "no longer stands"),
        (ILACS_2019, "Caseloads are too high", 1, "no longer stands"),
        (ILACS_2019, " ", 1, "no longer stands"),
        (ILACS_2019, "Caseloads are too high", 99, "no longer stands"),
    ],
)
def test_what_is_gone_is_said(catalogue: Catalogue, source: str, quote: str, page: int | None, told: str) -> None:
    with pytest.raises(GoneError, match=told) as gone:
        find_passage(catalogue, source, quote, page)
    assert gone.value.cure


@pytest.mark.parametrize(("source", "ordinal"), [("gone.pdf", 0), (ILACS_2019, -1), (ILACS_2019, 10_000)])
def test_a_step_beyond_the_ends_is_refused(catalogue: Catalogue, source: str, ordinal: int) -> None:
    with pytest.raises(GoneError):
        step(catalogue, source, ordinal)
