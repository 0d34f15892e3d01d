"""An undated document takes a month from a dated one that shares its words or a day, never from "today"."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from time import process_time

import pytest
from conftest import entry_of

from index.describing import undated
from index.describing.undated import is_undated
from index.records import Description, Document, How, Interval

STATEMENT = "The council accepts that the pace of change has been too slow and is working to reduce caseloads now. "
JULY = Interval(date(2019, 7, 1), date(2019, 7, 31))


def doc(source: str, text: str, published: date | None = None, **changes: object) -> tuple[Document, Description]:
    interval = Interval(published, published) if published else None
    fields = {"publisher": "Leeds Council", "published": interval, "evidence": {}} | changes
    entry = entry_of(source, (text,), **fields)
    return entry.document, entry.description


def date_undated(described: list[tuple[Document, Description]]) -> dict[str, Description]:
    """All descriptions, as a folder of these documents would have them."""
    dated = [pair for pair in described if pair[1].published]

    def about(authorities: Collection[str]) -> Iterator[tuple[Document, Description]]:
        return (pair for pair in dated if not set(authorities).isdisjoint(pair[1].authorities))

    found = undated.date_undated([pair for pair in described if is_undated(pair[1])], about)
    return {document.source: description for document, description in described} | found


def test_a_document_that_shares_runs_of_words_was_written_in_the_same_month() -> None:
    dated = doc("item.txt", STATEMENT, date(2019, 7, 4))
    found = date_undated([doc("press.txt", f"Yesterday. {STATEMENT}", publisher="The Post"), dated])["press.txt"]
    assert found.published == JULY
    assert found.evidence["published"].how is How.INFERRED
    assert found.evidence["published"].words == "shares its words with item.txt (4 July 2019)"


def test_the_document_that_shares_most_decides() -> None:
    one = doc("a.txt", STATEMENT, date(2018, 1, 4))
    two = doc("b.txt", STATEMENT + "Every social worker has fewer than forty children to look after.", date(2019, 7, 4))
    undated = doc("c.txt", STATEMENT + "Every social worker has fewer than forty children to look after.")
    assert date_undated([one, two, undated])["c.txt"].published == JULY


def test_a_few_words_in_common_say_nothing() -> None:
    dated = doc("item.txt", "The pace of change has been too slow.", date(2019, 7, 4))
    assert date_undated([dated, doc("a.txt", "He said the pace of change has been fine.")])["a.txt"].published is None


def test_a_day_without_its_year_is_of_the_year_in_which_a_dated_document_names_it() -> None:
    dated = doc("item.txt", "Ann Smith takes over on 1 July 2019.", date(2019, 7, 4))
    found = date_undated([dated, doc("a.txt", "Ann Smith took over on July 1.")])["a.txt"]
    assert found.published == JULY
    assert found.evidence["published"].words == "names July 1, as item.txt (4 July 2019) does"


def test_a_day_that_lies_far_from_publication_dates_nothing() -> None:
    dated = doc("item.txt", "The last plan began on 1 July 2016.", date(2019, 7, 4))
    assert date_undated([dated, doc("a.txt", "It took effect on July 1.")])["a.txt"].published is None


def test_29_february_is_compared_in_a_year_that_has_it() -> None:
    dated = doc("item.txt", "The visit was on 29 February.", date(2021, 3, 4))
    assert date_undated([dated, doc("a.txt", "They came on 29 February.")])["a.txt"].published is None


@pytest.mark.parametrize("publisher", ["Ofsted", "HMIP", "CQC", "HMICFRS"])
def test_an_inspectorates_report_is_never_dated_from_another_document(publisher: str) -> None:
    dated = doc("item.txt", STATEMENT, date(2019, 7, 4))
    assert date_undated([dated, doc("a.pdf", STATEMENT, publisher=publisher)])["a.pdf"].published is None


def test_a_document_about_another_authority_dates_nothing() -> None:
    dated = doc("item.txt", STATEMENT, date(2019, 7, 4), authorities=("York",))
    assert date_undated([dated, doc("a.txt", STATEMENT)])["a.txt"].published is None


def test_dated_documents_and_a_folder_without_any_stay_as_they_are() -> None:
    dated, undated = doc("item.txt", STATEMENT, date(2019, 7, 4)), doc("a.txt", STATEMENT)
    assert date_undated([dated])["item.txt"] is dated[1]
    assert date_undated([undated])["a.txt"] is undated[1]


@pytest.mark.alone
def test_four_times_as_many_documents_do_not_take_sixteen_times_as_long() -> None:
    words = [f"word{number}" for number in range(500)]
    many = [
        doc(f"{n}.txt", " ".join(f"{n}{word}" for word in words), date(2019, 7, 4) if n % 2 else None)
        for n in range(800)
    ]
    _seconds(many[:50])
    assert _seconds(many) < 13 * _seconds(many[:200])


def _seconds(described: list[tuple[Document, Description]]) -> float:
    start = process_time()
    date_undated(described)
    return process_time() - start
