"""Looking a generation through finds every fault that was put into it, and none where there is none."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import entry_of
from small_index import build_small

from index.audience import PUBLIC
from index.check_generation import MOST, entry_faults, faults
from index.chroma_folder import write_vectors
from index.errors import IndexUnusableError
from index.manifest import file_hashes, file_sizes, parse_manifest, write_manifest
from index.progress import Progress, Silent
from index.records import Area, Judgement, Passage, Sentence, Span


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("check")
    (home / "docs").mkdir()
    (home / "docs" / "a.txt").write_text("Caseloads are high.\nVisits are regular.")
    (home / "docs" / "b.txt").write_text("Leaders are new.")
    build_small(home / "index", home / "docs")
    return home / "index"


@pytest.fixture
def index_dir(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


def _found(index_dir: Path, progress: Progress | None = None) -> tuple[str, ...]:
    folder = index_dir / "generations" / "000001"
    return faults(index_dir, folder, parse_manifest(folder, ""), progress or Silent())


def _sql(index_dir: Path, *statements: str) -> None:
    with closing(sqlite3.connect(index_dir / "generations/000001/catalogue.sqlite")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def _sealed(index_dir: Path) -> None:
    """Let the manifest and the log agree with the files as they are now: what is wrong is not their bytes."""
    folder = index_dir / "generations" / "000001"
    manifest = parse_manifest(folder, "")
    write_manifest(folder, replace(manifest, files=file_sizes(folder), hashes=file_hashes(folder)))
    (index_dir / "audit.jsonl").unlink()


class Heard(Silent):
    def __init__(self) -> None:
        self.stages: dict[str, list[int]] = {}

    def start(self, stage: str, total: int) -> None:
        self.stages[stage] = [total, 0]

    def advance(self, steps: int) -> None:
        self.stages[list(self.stages)[-1]][1] += steps


def test_a_whole_generation_has_no_fault_and_every_step_is_told(index_dir: Path) -> None:
    before = file_hashes(index_dir)
    heard = Heard()
    assert _found(index_dir, heard) == ()
    assert list(heard.stages) == ["files", "database", "documents", "vectors"]
    assert all(total == done > 0 for total, done in heard.stages.values())
    assert (heard.stages["documents"][0], heard.stages["vectors"][0]) == (2, 3)
    assert file_hashes(index_dir) == before


def test_a_generation_where_not_everything_is_public_has_no_fault(index_dir: Path) -> None:
    _sql(
        index_dir,
        "UPDATE documents SET description = replace(description, '[\"public\"]', '[\"internal\"]') WHERE document = 2",
        "UPDATE audiences SET name = 'internal' WHERE document = 2",
        "INSERT INTO words (words) VALUES ('rebuild')",
        "INSERT INTO all_words (all_words) VALUES ('rebuild')",
    )
    _sealed(index_dir)
    assert _found(index_dir) == ()


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "altered": (lambda folder: (folder / "catalogue.sqlite").write_bytes(b"x" * 9999), "catalogue.sqlite is not what"),
    "gone": (lambda folder: (folder / "catalogue.sqlite").unlink(), "catalogue.sqlite is gone"),
    "added": (lambda folder: (folder / "more").write_text(""), "more is no part of it"),
    "manifest": (
        lambda folder: write_manifest(folder, replace(parse_manifest(folder, ""), base_url="https://other.example/")),
        "the manifest is not what the log says was written",
    ),
}


@pytest.mark.parametrize("what", FILES)
def test_files_that_are_not_what_was_written_are_named(index_dir: Path, what: str) -> None:
    damage, told = FILES[what]
    damage(index_dir / "generations" / "000001")
    assert any(told in fault for fault in _found(index_dir))


def test_a_flipped_bit_in_a_vector_file_is_found_without_opening_the_store(index_dir: Path) -> None:
    """Chroma may take down the process that opens a damaged one."""
    (file,) = (index_dir / "generations" / "000001" / "chroma").rglob("data_level0.bin")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    name = file.relative_to(index_dir / "generations" / "000001").as_posix()
    assert _found(index_dir) == (
        f"{name} is not what was written",
        "the vectors were not looked at, their files being damaged",
    )


RECORDS = {
    "UPDATE passages SET text = 'Caseloads are low. ' WHERE id LIKE '%-0' AND document = 1": "is no slice of its page",
    "UPDATE pages SET text = 'Caseloads' WHERE document = 1 AND page = 0": "is not on its page",
    "UPDATE passages SET sentences = '[]' WHERE document = 2": "lacks one of its sentences",
    "UPDATE passages SET sentences = replace(sentences, '\"end\":16', '\"end\":99') WHERE document = 2": "sentences",
    "UPDATE passages SET ordinal = 7 WHERE document = 2": "is out of its place",
    "UPDATE passages SET spans = 'nothing' WHERE document = 2": "b.txt: The catalogue",
    "UPDATE documents SET description = '{' WHERE document = 2": "b.txt: The catalogue",
    "UPDATE documents SET description = replace(description, '\"end\":4', '\"end\":400')": "the grade of overall",
    "UPDATE audiences SET name = 'internal' WHERE document = 2": "its audience is ['public'] where it is told",
    "DELETE FROM audiences WHERE document = 2": "its audience is ['public'] where it is told",
    "DELETE FROM documents WHERE document = 2": "belongs to nothing in documents",
    "DELETE FROM pages WHERE document = 2": "b.txt: passage",
    "DELETE FROM passages WHERE document = 2": "it holds (2, 3, 2) documents, pages and passages",
    "INSERT INTO words (words) VALUES ('delete-all')": "the words in words are not those of the passages",
    "INSERT INTO all_words (all_words) VALUES ('rebuild')": "all_words holds words though every document is public",
}


@pytest.mark.parametrize("statement", RECORDS)
def test_records_that_do_not_hold_are_named(index_dir: Path, statement: str) -> None:
    """Though every byte is what its manifest says: such a fault is one of the program that wrote it."""
    _sql(index_dir, statement)
    _sealed(index_dir)
    told, found = RECORDS[statement], _found(index_dir)
    assert any(told in fault for fault in found), found


def test_vectors_that_are_not_those_of_the_passages_are_named(index_dir: Path) -> None:
    folder = index_dir / "generations" / "000001"
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as database:
        ids = [row[0] for row in database.execute("SELECT id FROM passages ORDER BY id")]
    shutil.rmtree(folder / "chroma")
    vectors = np.eye(8, dtype=np.float32)[:3]
    write_vectors(folder / "chroma", [*ids[1:], "other"], vectors, [{"source": "a"}] * 3)
    _sealed(index_dir)
    assert _found(index_dir) == (f"passage {ids[0]} has no vector", "the vector other is of no passage")


def test_what_is_wrong_a_thousand_times_is_counted(index_dir: Path) -> None:
    folder = index_dir / "generations" / "000001"
    for number in range(MOST + 5):
        (folder / f"extra{number:04}").touch()
    found = _found(index_dir)
    assert (len(found), found[-1]) == (MOST + 1, "and 5 more of this sort")


def test_want_of_room_is_no_fault_of_the_index(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(index_dir / "nowhere"))
    with pytest.raises(IndexUnusableError, match="cannot be looked through"):
        _found(index_dir)


def _altered(passage: Passage, **changes: object) -> Passage:
    return replace(passage, **changes)  # type: ignore[arg-type]  # as given


def test_each_promise_of_a_document_is_looked_at() -> None:
    entry = entry_of(texts=("Caseloads are high.", "Visits are rare."))
    first, second = entry.passages
    assert list(entry_faults(entry, (PUBLIC,))) == []
    wrong = replace(entry.description, judgements=(Judgement(Area.OVERALL, "good", Span(2, 0, 4)),))
    assert list(entry_faults(replace(entry, description=wrong), (PUBLIC,))) == [
        "the grade of overall effectiveness is printed nowhere"
    ]
    outside = Sentence((Span(1, 0, 5),), first.sentences[0].voice)
    for passages, told in (
        ((second, first), "is out of its place"),
        ((_altered(first, spans=()), second), "is not on its page"),
        ((_altered(first, spans=(Span(0, 3, 3),)), second), "is not on its page"),
        ((_altered(first, text="Other."), second), "is no slice of its page"),
        ((_altered(first, sentences=(outside,)), second), "lacks one of its sentences"),
    ):
        assert told in next(entry_faults(replace(entry, passages=passages), (PUBLIC,)))
    nobody = replace(entry, description=replace(entry.description, audience=()))
    assert "its audience is []" in next(entry_faults(nobody, ()))
