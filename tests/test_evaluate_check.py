"""A set is held against the index: documents it names, quotes on their pages, nothing said twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import entry_of

from assistant.ask import LONGEST
from assistant.evaluate.check import check, check_path
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.records import Form, Gold, Item, Problem, TestSet
from assistant.evaluate.sets import load_set
from index.catalogue import Catalogue, CatalogueWriter
from index.generation import current_manifest, open_generation
from index.records import Entry, Page

pytest_plugins = "fixtures_slack"

OWN = Path(__file__).parent / "sets" / "source_docs.jsonl"
PAGES = (
    "Caseloads are too high in the assessment teams.",
    "Managers visit children, and they often do so",
    "with care. Caseloads are too high in the assessment teams.",
)
HELD = Gold("leeds/2019 report.pdf", "Caseloads are too high in the assessment teams.", 2)


def unpaged(entry: Entry) -> Entry:
    """The same document in a format without pages."""
    pages = tuple(Page(None, page.text) for page in entry.document.pages)
    return replace(entry, document=replace(entry.document, pages=pages))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """Three documents, two of which have one name."""
    path = tmp_path_factory.mktemp("check") / "catalogue.sqlite"
    writer = CatalogueWriter(path)
    writer.add(entry_of("leeds/2019 report.pdf", PAGES))
    writer.add(unpaged(entry_of("leeds/letter.txt", ("Staff leave too soon.",))))
    writer.add(entry_of("york/letter.txt", ("York is another place.",)))
    writer.close()
    catalogue = Catalogue(path)
    yield catalogue
    catalogue.close()


def of(*items: Item, form: Form = Form.QUOTES) -> TestSet:
    return TestSet("set", form, Path("set.jsonl"), "", items)


def found(catalogue: Catalogue, *gold: Gold, forbid: tuple[str, ...] = (), question: str = "how high?") -> list[str]:
    """What is wrong with an item that has this gold, and each cure."""
    item = Item("1", question, "said", 7, gold, forbid=forbid)
    problems = check(of(item), catalogue)
    assert {(problem.line, problem.id, problem.file) for problem in problems} <= {(7, "1", "set.jsonl")}
    return [f"{problem.what}. {problem.cure}" for problem in problems]


@pytest.mark.parametrize(
    "gold",
    [
        HELD,
        replace(HELD, page=1),
        replace(HELD, page=3),
        replace(HELD, source="2019 report.pdf"),
        replace(HELD, quote="caseloads are TOO high in the assess-\nment teams"),
        Gold("leeds/letter.txt", "Staff leave too soon.", 1),
        Gold("leeds/2019 report.pdf", "", 1),
        Gold("leeds/2019 report.pdf", "Managers visit children, and they often do so with care.", 2, 2),
        Gold("leeds/2019 report.pdf", "Managers visit children, and they often do so with care.", 2, 3),
    ],
)
def test_gold_that_stands_where_it_says_is_right(small: Catalogue, gold: Gold) -> None:
    """A quote may run over to the next page; either page may be named."""
    assert found(small, gold) == []


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (replace(HELD, source="leeds/2019 reprot.pdf"), "not in the index. Did you mean 'leeds/2019 report.pdf'?"),
        (replace(HELD, source="zzz"), "not in the index. Add the document"),
        (replace(HELD, source="letter.txt"), "2 documents are named. Write the path, such as 'leeds/letter.txt'."),
        (replace(HELD, page=2), "is not on page 2. Write page 1 or 3."),
        (replace(HELD, page=9), "names page 9, and the last one is 3. Write page 1 or 3."),
        (replace(HELD, quote="Nobody wrote this here."), "stands nowhere in the document. Quote its exact words."),
        (replace(HELD, quote="Nobody wrote this here.", page=9), "the last one is 3. It stands nowhere"),
        (Gold("leeds/letter.txt", "Staff leave too soon.", 1, 1), "a document without pages. Leave the page out."),
    ],
)
def test_gold_that_does_not_is_told_with_its_cure(small: Catalogue, gold: Gold, said: str) -> None:
    (told,) = found(small, HELD, gold)
    assert told.startswith("gold 2 ")
    assert said in told


def test_gold_said_twice_is_told(small: Catalogue) -> None:
    assert found(small, HELD, HELD) == ["gold 2 is there twice. Remove one of the two."]


def test_forbidden_documents_must_be_held_and_have_no_gold(small: Catalogue) -> None:
    assert found(small, HELD, forbid=("york/letter.txt",)) == []
    (unknown,) = found(small, HELD, forbid=("york/lettre.txt",))
    assert "Did you mean 'york/letter.txt'?" in unknown
    (gold,) = found(small, HELD, forbid=("2019 report.pdf",))
    assert "has gold too" in gold
    assert "which is not in the index" in found(small, HELD, forbid=("north/leeds/2019 report.pdf",))[0]


def test_a_question_that_cannot_be_asked_is_told(small: Catalogue) -> None:
    (told,) = found(small, HELD, question="x" * (LONGEST + 1))
    assert "longer than" in told


def test_problems_stand_in_the_order_of_lines(small: Catalogue) -> None:
    """An id that stands twice is told at its second line."""
    one, other = Item("a", "q", "said", 5, (HELD,)), Item("b", "q", "said", 2, (replace(HELD, page=2),))
    problems = check(of(one, other, replace(one, line=9)), small)
    assert [(problem.line, problem.id) for problem in problems] == [(2, "b"), (9, "a")]
    assert "line 5 already" in problems[1].what


def test_a_set_with_documents_of_its_own_needs_no_index(small: Catalogue) -> None:
    assert check(of(Item("1", "q", "query", 1, (Gold("d1", "", 1),)), form=Form.BEIR), small) == ()


def test_judgements_of_documents_that_are_not_held_are_told(small: Catalogue) -> None:
    item = Item("1", "q", "topic", 3, (Gold("2019 report.pdf", "", 2), Gold("letter.txt", "", 1)))
    (problem,) = check(of(item, form=Form.TREC), small)
    assert (problem.line, problem.id) == (3, "1")
    assert "2 documents are named" in problem.what


def test_a_file_is_checked_whole_though_lines_of_it_cannot_be_used(small: Catalogue, tmp_path: Path) -> None:
    gold = {"doc": "leeds/2019 report.pdf", "quote": "Nobody wrote this here.", "grade": 2}
    path = tmp_path / "set.jsonl"
    path.write_text("{\n" + json.dumps({"id": "a", "kind": "said", "question": "q", "gold": [gold]}) + "\n{\n")
    problems = check_path(path, small)
    assert all(isinstance(problem, Problem) for problem in problems)
    assert [(problem.file, problem.line, problem.id) for problem in problems] == [
        ("set.jsonl", 1, ""),
        ("set.jsonl", 2, "a"),
        ("set.jsonl", 3, ""),
    ]
    path.write_text("")
    with pytest.raises(EvaluationError, match="no questions"):
        check_path(path, small)


def test_the_projects_own_set_fits_the_sample_documents(source_index: Path) -> None:
    with open_generation(*current_manifest(source_index)) as index:
        assert check_path(OWN, index.catalogue) == ()


def test_it_asks_about_every_sample_document() -> None:
    named = {gold.source for item in load_set(OWN).items for gold in item.gold}
    held = {path.name for path in (OWN.parent.parent.parent / "source_docs").iterdir() if path.is_file()}
    assert named == held
