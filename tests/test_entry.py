"""Entries come out in the order in which texts go in, each with its sidecar and, where undated, an inferred date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from index import passages
from index.describing.access import Access
from index.entry import RULES, make_entries
from index.records import Entry, How, Interval, Page, Properties, RawText, Skipped

STATEMENT = "The council accepts that the pace of change has been too slow and is working to reduce caseloads now."


def raw(text: str, published: date | None = None) -> RawText:
    return RawText((Page(None, text),), (), Properties(published=published))


def count(text: str) -> int:
    return len(text.split()) + 2


def made(root: Path, *texts: tuple[str, RawText], base_url: str | None = None) -> list[Entry | Skipped]:
    raws = ((source, f"{place:064x}", text) for place, (source, text) in enumerate(texts))
    return list(make_entries(raws, Access(root), count, 256, base_url))


def test_entries_keep_the_order_of_the_texts_and_a_bad_sidecar_skips_its_document_only(tmp_path: Path) -> None:
    (tmp_path / "b.txt.meta.yaml").write_text("titel: Wrong")
    found = made(tmp_path, *((name, raw(f"Leeds. {STATEMENT}")) for name in ("c.txt", "b.txt", "a.txt")))
    assert [type(one) for one in found] == [Entry, Skipped, Entry]
    assert [one.document.source if isinstance(one, Entry) else one.source for one in found] == [
        "c.txt",
        "b.txt",
        "a.txt",
    ]
    skipped = found[1]
    assert isinstance(skipped, Skipped)
    assert "b.txt.meta.yaml" in skipped.reason
    assert "title" in skipped.cure


def test_the_sidecar_lies_beside_its_document_in_a_folder_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "leeds").mkdir()
    (tmp_path / "leeds" / "a.txt.meta.yaml").write_text("{title: Corrected, publisher: Ofsted}")
    (entry,) = made(tmp_path, ("leeds/a.txt", raw(STATEMENT)))
    assert isinstance(entry, Entry)
    assert entry.description.title == "Corrected"
    assert {s.voice.name for p in entry.passages for s in p.sentences} == {"Ofsted"}  # corrected before voices are told


def test_an_undated_document_is_dated_from_one_that_comes_after_it_and_its_passages_say_so(tmp_path: Path) -> None:
    texts = ("press.txt", raw(f"Leeds. {STATEMENT}")), ("item.txt", raw(f"Leeds. {STATEMENT}", date(2019, 7, 4)))
    undated, dated = made(tmp_path, *texts)
    assert isinstance(undated, Entry)
    assert isinstance(dated, Entry)
    assert undated.description.published == Interval(date(2019, 7, 1), date(2019, 7, 31))
    assert undated.description.evidence["published"].how is How.INFERRED
    assert "July 2019" in undated.passages[0].header


def test_nothing_is_yielded_before_every_text_was_read(tmp_path: Path) -> None:
    read: list[str] = []

    def texts() -> Iterator[tuple[str, str, RawText]]:
        for name in ("a.txt", "b.txt"):
            read.append(name)
            yield name, "0" * 64, raw(STATEMENT)

    next(make_entries(texts(), Access(tmp_path), count, 256, None))
    assert read == ["a.txt", "b.txt"]


def test_an_entry_is_whole_and_its_address_made_from_the_base(tmp_path: Path) -> None:
    (entry,) = made(tmp_path, ("a.txt", raw(f"Leeds. {STATEMENT}")), base_url="https://files.example")
    assert isinstance(entry, Entry)
    assert entry.description.url == "https://files.example/a.txt"
    assert entry.document.pages[0].text.endswith(STATEMENT)
    assert entry.passages[0].id == f"{entry.document.sha256[:16]}-0"


def test_the_rules_of_an_index_are_those_of_its_passages() -> None:
    assert RULES == passages.RULES
