"""A quote leaves only if it stands in its page, token by token; one that does not is dropped and logged."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers_index import ILACS_2019, catalogue_of, days, document
from conftest import entry_of
from hypothesis import given
from hypothesis import strategies as st

from assistant.quotes import Quote, cite, pieces, speaker_words, stands_in
from index.catalogue import Catalogue, StoredDocument
from index.records import Sentence, Span, Voice, VoiceKind

pytest_plugins = "fixtures_answers"

PAGE = "1. Caseloads are high, and 17 social workers\nhold more than 30 children each; visits are late.\n2. It is new."
ENTRY = entry_of("a.pdf", (PAGE, "The second page says more."), authorities=("Dudley",), published=days("2019-03-04"))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    catalogue = catalogue_of(tmp_path_factory.mktemp("quotes") / "catalogue.sqlite", ENTRY)
    yield catalogue
    catalogue.close()


@pytest.fixture
def stored_document(held: Catalogue) -> StoredDocument:
    return document(held, "a.pdf")


def span(words: str, page: int = 0) -> Span:
    text = ENTRY.document.pages[page].text
    return Span(page, text.index(words), text.index(words) + len(words))


@pytest.mark.parametrize(
    "quote",
    [
        "17 social workers hold more than 30 children each",
        "17  social\tworkers\n\nhold more",
        "Caseloads are high,",
        "visits are late.",
        "each; visits",
        "1. Caseloads",
        PAGE,
    ],
)
def test_words_that_stand_there_stand_whatever_the_white_space(quote: str) -> None:
    assert stands_in(quote, PAGE)


@pytest.mark.parametrize(
    "quote",
    [
        "Caseloads are not high",
        "71 social workers",
        "17 social workers hold more than 13 children",
        "7 social workers",
        "ocial workers",
        "17 social work",
        "Caseloads are hi",
        "social 17 workers",
        "workers social",
        "caseloads are high",
        "Caseloads are high and 17",
        "visits are late!",
        "high … each",
        "Caseloads are high. 2. It is new.",
        "Case loads",
        "",
        " \n",
    ],
)
def test_words_that_do_not_stand_there_are_refused(quote: str) -> None:
    """A negation put in, a number swapped or cut, a word cut in half, another order, case or mark, two parts joined."""
    assert not stands_in(quote, PAGE)


def test_a_quote_must_stand_in_one_run() -> None:
    assert not stands_in("a b c", "a b x a c b c")
    assert stands_in("a b c", "a b a b c")


@given(st.data())
def test_every_run_of_tokens_stands_in_its_page_and_no_altered_one_does(data: st.DataObject) -> None:
    """A word that the page has nowhere, put in anywhere, is always noticed."""
    tokens = re.findall(r"\w+|[^\w\s]", PAGE)
    start = data.draw(st.integers(0, len(tokens) - 1))
    end = data.draw(st.integers(start + 1, len(tokens)))
    run = tokens[start:end]
    assert stands_in(data.draw(st.sampled_from([" ", "\n", " \t "])).join(run), PAGE)
    place = data.draw(st.integers(0, len(run)))
    assert not stands_in(" ".join([*run[:place], "never", *run[place:]]), PAGE)


def test_a_citation_says_where_its_quote_stands(held: Catalogue, stored_document: StoredDocument) -> None:
    (citation,) = cite([Quote(stored_document, span("17 social workers\nhold"), "Ofsted", "1")], held, None)
    assert citation is not None
    assert citation.quote == "17 social workers hold"
    assert (citation.n, citation.source, citation.page, citation.paragraph) == (1, "a.pdf", 1, "1")
    assert (citation.publisher, citation.kind, citation.voice) == ("Ofsted", "ILACS inspection", "Ofsted")
    assert str(citation.published) == "2019-03-04"
    assert citation.url is None


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(lambda s: replace(s, start=s.start + 2), id="cut in a word"),
        pytest.param(lambda s: replace(s, end=s.end - 2), id="cut at the end"),
        pytest.param(lambda s: replace(s, end=s.start), id="empty"),
        pytest.param(lambda s: replace(s, start=5000, end=5020), id="beyond the page"),
    ],
)
def test_a_corrupted_span_is_dropped_and_logged(
    held: Catalogue, stored_document: StoredDocument, caplog: pytest.LogCaptureFixture, bad: object
) -> None:
    """The others keep their numbers without a gap."""
    good = Quote(stored_document, span("Caseloads are high"), "Ofsted", None)
    wrong = replace(good, span=bad(good.span))  # type: ignore[operator]  # one of the functions above
    last = Quote(stored_document, span("second page", 1), "Ofsted", None)
    with caplog.at_level(logging.ERROR):
        first, dropped, third = cite([good, wrong, last], held, None)
    assert dropped is None
    assert first is not None
    assert third is not None
    assert (first.n, third.n, third.page) == (1, 2, 2)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert stored_document.sha256[:12] in caplog.text
    assert "a.pdf" not in caplog.text


def test_nothing_is_logged_where_all_stand(
    held: Catalogue, stored_document: StoredDocument, caplog: pytest.LogCaptureFixture
) -> None:
    cite([Quote(stored_document, span("Caseloads are high"), "Ofsted", None)], held, None)
    assert caplog.records == []


def test_a_page_in_the_address_is_for_our_own_pdfs_only(tmp_path: Path) -> None:
    """Elsewhere on the web #page= may mean nothing."""
    base = "https://docs.example.org/"
    addresses = {}
    for source, url in (
        ("a.pdf", f"{base}a.pdf"),
        ("b.txt", f"{base}b.txt"),
        ("c.pdf", "https://elsewhere.example.org/c.pdf"),
        ("d.pdf", None),
    ):
        catalogue = catalogue_of(tmp_path / f"{source}.sqlite", entry_of(source, ("Some words.",), url=url))
        (citation,) = cite([Quote(document(catalogue, source), Span(0, 0, 4), "x", None)], catalogue, base)
        catalogue.close()
        assert citation is not None
        addresses[source] = citation.url
    assert addresses == {
        "a.pdf": f"{base}a.pdf#page=1",
        "b.txt": f"{base}b.txt",
        "c.pdf": "https://elsewhere.example.org/c.pdf",
        "d.pdf": None,
    }


def test_a_date_known_to_the_month_is_a_period(tmp_path: Path) -> None:
    entry = entry_of("a.pdf", ("Some words.",), published=days("2019-03-01", "2019-03-31"))
    catalogue = catalogue_of(tmp_path / "catalogue.sqlite", entry)
    (citation,) = cite([Quote(document(catalogue, "a.pdf"), Span(0, 0, 4), "x", None)], catalogue, None)
    catalogue.close()
    assert citation is not None
    assert citation.published is None
    assert citation.period == days("2019-03-01", "2019-03-31")


def test_a_sentence_over_two_pages_is_quoted_from_each(catalogue: Catalogue) -> None:
    """Both pieces stand verbatim, each in its own page."""
    report = document(catalogue, ILACS_2019)
    passage, sentence = next(
        (p, s) for p in catalogue.passages_of(ILACS_2019) for s in p.sentences if len({x.page for x in s.spans}) > 1
    )
    first, second = cite(pieces(report, sentence, passage), catalogue, None)
    assert first is not None
    assert second is not None
    assert (first.page, second.page) == (2, 3)
    assert first.quote.startswith("The council has been slow")
    assert second.quote == "get to know a new social worker again and again in the same short year."


def test_a_stray_piece_of_a_sentence_is_left_out(stored_document: StoredDocument) -> None:
    """Two words at the top of a page are no quote of their own; a sentence that is short altogether is."""
    voice = Voice(VoiceKind.INSPECTORATE, "Ofsted")
    passage = ENTRY.passages[0]
    long = Sentence((span("17 social workers\nhold more than 30 children each"), span("The second", 1)), voice)
    assert [quote.span.page for quote in pieces(stored_document, long, passage)] == [0]
    short = Sentence((span("It is new."),), voice)
    assert [quote.span for quote in pieces(stored_document, short, passage)] == [span("It is new.")]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (VoiceKind.INSPECTORATE_REPORTED, "X, as reported by Dudley Council"),
        (VoiceKind.REPORTED_TO_INSPECTORATE, "X, as heard by Dudley Council"),
        (VoiceKind.COUNCIL, "X"),
        (VoiceKind.PERSON, "X"),
    ],
)
def test_the_speaker_is_told_with_who_reports(kind: VoiceKind, told: str) -> None:
    assert speaker_words(Voice(kind, "X"), "Dudley Council") == told
