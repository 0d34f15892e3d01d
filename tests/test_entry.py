"""A document is described, corrected by its sidecar and cut into passages, in that order."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import passages
from index.describing.access import Access
from index.entry import RULES, description_of, structure
from index.errors import ReadError
from index.records import Description, Document, Page, RawText
from index.sources import Sources

STATEMENT = "The council accepts that the pace of change has been too slow and is working to reduce caseloads now."


def described(root: Path, source: str, base_url: str | None = None) -> tuple[Document, Description]:
    document = structure(source, "0" * 64, RawText((Page(None, STATEMENT),)))
    return document, description_of(Sources(root, (), {}, {}, {}, Access(root), ()), document, base_url)


def test_a_bad_sidecar_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "b.txt.meta.yaml").write_text("titel: Wrong")
    with pytest.raises(ReadError, match=r"b\.txt\.meta\.yaml.*title"):
        described(tmp_path, "b.txt")


def test_the_sidecar_lies_beside_its_document_in_a_folder_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "leeds").mkdir()
    (tmp_path / "leeds" / "a.txt.meta.yaml").write_text("{title: Corrected, publisher: Ofsted}")
    document, description = described(tmp_path, "leeds/a.txt")
    assert description.title == "Corrected"
    made = passages.passages(document, description, lambda text: len(text.split()) + 2, 256)
    assert {s.voice.name for p in made for s in p.sentences} == {"Ofsted"}  # corrected before voices are told
    assert made[0].id == f"{document.sha256[:16]}-0"


def test_the_address_is_made_from_the_base(tmp_path: Path) -> None:
    assert described(tmp_path, "a b.txt", "https://files.example/")[1].url == "https://files.example/a%20b.txt"


def test_the_rules_of_an_index_are_those_of_its_passages() -> None:
    assert RULES == passages.RULES
