"""Who led an inspection, when it took place and when its report came out, each cited to where it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers_index import (
    ILACS_2019,
    ILACS_2022,
    ILACS_2026,
    OLDHAM_2021,
    SIF_2016,
    VISIT_2020,
    ask,
    catalogue_of,
    days,
    document,
    marks,
    read,
    sources,
)
from conftest import entry_of

from assistant.answers.details import details
from assistant.answers.drafts import Draft, finished
from assistant.ask import Assistant
from assistant.records import Selection, Status
from index.catalogue import Catalogue
from index.records import Evidence, How, Kind

pytest_plugins = "fixtures_answers"


@pytest.mark.parametrize(
    ("question", "words", "source", "quoted"),
    [
        ("who led the inspection of Dudley in 2022?", "Exampla Testwright", ILACS_2022, "Lead inspector"),
        ("who led the inspection of Dudley in 2019?", "Testa Sampleton", ILACS_2019, "Lead inspector"),
        ("who was the lead inspector in Oldham in 2021?", "Modella Mustermann", OLDHAM_2021, "Lead inspector"),
        ("who led the latest inspection of Dudley?", "Exampla Testwright", ILACS_2026, "Lead inspector"),
        ("who led the first inspection of Dudley?", "Testa Sampleton", SIF_2016, "Lead inspector"),
        ("when was the 2021 inspection report of Oldham published?", "17 December 2021", OLDHAM_2021, "published"),
        ("when did the latest inspection of Dudley take place?", "22 June to 3 July 2026", ILACS_2026, "22 June"),
        ("when did the focused visit to Dudley take place?", "13 to 14 October 2020", VISIT_2020, "13 and 14 October"),
    ],
)
def test_a_fact_is_told_first_and_cited_to_where_it_is_printed(
    assistant: Assistant, question: str, words: str, source: str, quoted: str
) -> None:
    answer = ask(assistant, question)
    assert answer.status is Status.ANSWERED, answer.reason
    assert answer.text.startswith(words)
    assert sources(answer) == [source]
    assert quoted.lower() in answer.citations[0].quote.lower()
    assert marks(answer.text) == [citation.n for citation in answer.citations]


def test_the_quote_is_the_line_that_prints_it(assistant: Assistant) -> None:
    """Not the lines of the cover page around it."""
    for question, line in (
        ("when was the 2019 inspection report of Dudley published?", "Report published: 4 March 2019"),
        ("who led the 2022 inspection of Dudley?", "Lead inspector: Exampla Testwright, His Majesty's Inspector"),
    ):
        assert [citation.quote for citation in ask(assistant, question).citations] == [line]


def test_a_fact_is_that_of_the_inspection_not_of_a_later_letter(assistant: Assistant) -> None:
    """The letter of 2020 is no inspection; both are by Ofsted."""
    answer = ask(assistant, "when was Dudley's inspection report published?")
    assert VISIT_2020 not in sources(answer)
    assert "6 November 2020" not in answer.text


def test_two_facts_are_both_told(assistant: Assistant) -> None:
    text = ask(assistant, "who led the 2019 inspection of Dudley and when was it?").text
    assert "Testa Sampleton" in text
    assert "14 to 25 January 2019" in text


def test_a_kind_that_is_not_held_has_no_lead_inspector(assistant: Assistant) -> None:
    answer = ask(assistant, "who led the monitoring visit to Dudley?")
    assert answer.status is Status.ABSTAINED
    assert answer.reason is not None
    assert "monitoring visit" in answer.reason


TEXT = (
    "Inspection of Leeds children's services. The report was\npublished on 4 March 2019. It is long.\n\n"
    "Inspection dates: 14 to 25 January 2019"
)
HEADER = "Running header: 21 January to 1 February 2019"


@pytest.fixture
def catalogue_of_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    entry = entry_of(
        "leeds.pdf",
        (TEXT, HEADER),
        title="Inspection of Leeds children's services",
        published=days("2019-03-04"),
        inspected=days("2019-01-14", "2019-01-25"),
        lead_inspector="Testa Sampleton",
        evidence={
            "title": Evidence(How.STATED, "Inspection of Leeds children's services", 1),
            "published": Evidence(How.STATED, "4 March 2019", 1),
            "inspected": Evidence(How.STATED, "14 to 25 January 2019", 1),
            "lead_inspector": Evidence(How.SIDECAR, "leeds.pdf.meta.yaml"),
        },
        alternatives={"inspected": (Evidence(How.STATED, "21 January to 1 February 2019", 2),)},
    )
    catalogue = catalogue_of(tmp_path_factory.mktemp("details") / "catalogue.sqlite", entry)
    yield catalogue
    catalogue.close()


def told(catalogue: Catalogue, question: str) -> tuple[str, list[str]]:
    """The text and the quotes of an answer about that one document."""
    draft = details(read(question), Selection((document(catalogue, "leeds.pdf"),)), catalogue)
    assert isinstance(draft, Draft)
    text, citations, _ = finished(draft, catalogue, None)
    return text, [citation.quote for citation in citations]


def test_the_inspectors_whom_a_letter_names_are_quoted(tmp_path: Path) -> None:
    team = "Her Majesty’s Inspectors for this visit were Testa Sampleton and Modella Mustermann."
    text = f"This letter is about a visit to Leeds. {team}"
    entry = entry_of("leeds.pdf", (text,), kind=Kind.FOCUSED_VISIT, published=days("2019-03-04"), judgements=())
    catalogue = catalogue_of(tmp_path / "catalogue.sqlite", entry)
    _, quotes = told(catalogue, "who were the inspectors of the visit to Leeds?")
    catalogue.close()
    assert any("Modella Mustermann" in quote for quote in quotes)


def test_a_date_in_running_text_is_quoted_with_its_sentence_alone(catalogue_of_one: Catalogue) -> None:
    text, quotes = told(catalogue_of_one, "when was the report on Leeds published?")
    assert text.startswith("4 March 2019")
    (quote,) = quotes
    assert "4 March 2019" in quote
    assert "It is long" not in quote


def test_dates_that_disagree_are_both_told(catalogue_of_one: Catalogue) -> None:
    """Each with the words that print it; the one chosen comes first."""
    text, quotes = told(catalogue_of_one, "when did the inspection of Leeds take place?")
    assert text.index("14 to 25 January 2019") < text.index("21 January to 1 February 2019")
    assert quotes[0] == "Inspection dates: 14 to 25 January 2019"
    assert quotes[-1] == HEADER


def test_a_value_that_is_not_printed_is_told_as_such(catalogue_of_one: Catalogue) -> None:
    """An admin wrote it beside the document: no quote of the text pretends to print it."""
    text, quotes = told(catalogue_of_one, "who led the inspection of Leeds?")
    assert text.startswith("Testa Sampleton")
    assert "sidecar" in text or "meta.yaml" in text
    assert not any("Sampleton" in quote for quote in quotes)


def test_a_fact_that_no_document_has_is_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    entry = entry_of("leeds.pdf", (TEXT,), evidence={}, alternatives={})
    catalogue = catalogue_of(tmp_path_factory.mktemp("details") / "catalogue.sqlite", entry)
    found = details(read("who led the inspection of Leeds?"), Selection((document(catalogue, "leeds.pdf"),)), catalogue)
    catalogue.close()
    assert found is None
