"""A withdrawn document is out of every answer at once, in every generation, and off the disk after the next build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from small_index import RULES, SmallEmbedder, build_small

from index.audit import Actor, Did, Via, read_log
from index.errors import IndexUnusableError, SettingsError
from index.generation import generation_names, open_current
from index.keeping import erase, roll_back
from index.standing import read_standing
from index.withdraw import Named, find, find_withdrawn, restore, still_held, withdraw

CANARIES = ("Zyxquorblat", "Vmnptrygub")  # words that no stemmer knows, in the text of nothing else
SECRET = f"{CANARIES[0]} was seen in the home.\nThen {CANARIES[1]} left."
ADMIN = Actor("UADMIN", Via.SLACK)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two generations that hold the document to be withdrawn, the second in another version beside a copy."""
    home = tmp_path_factory.mktemp("withdraw")
    (home / "docs" / "deep").mkdir(parents=True)
    (home / "docs" / "a.txt").write_text("Caseloads are high.")
    (home / "docs" / "deep" / "letter.txt").write_text(SECRET)
    build_small(home / "index", home / "docs")
    (home / "docs" / "deep" / "letter.txt").write_text(f"{SECRET}\nAnd more.")
    (home / "docs" / "b.txt").write_text("Visits are regular.")
    build_small(home / "index", home / "docs")
    return home


@pytest.fixture
def home(twice: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(twice, tmp_path / "home"))


def _sources(home: Path) -> set[str]:
    with open_current(home / "index", SmallEmbedder.id, RULES) as index:
        found = index.catalogue.keyword_scores([CANARIES[0].lower(), "caseloads", "visits", "leaders"])
        sources = {document.source for document in index.catalogue.documents()}
        assert {passage.source for passage in index.catalogue.passages(list(found))} == sources
        return sources


def _named(home: Path, name: str = "letter.txt") -> Named:
    return find(home / "index", home / "docs", name)


def _bytes_with(folder: Path, word: str) -> list[str]:
    """The files below a folder that hold a word, in any case, or its first letters, as an index of stems might."""
    needles = {form.encode() for form in (word, word.lower(), word.upper(), word[:7].lower())}
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if any(needle in path.read_bytes() for needle in needles)]


def test_every_version_of_a_document_is_meant_however_it_is_named(home: Path) -> None:
    by_name = _named(home)
    assert (by_name.source, len(by_name.hashes)) == ("deep/letter.txt", 2)
    for name in ("deep/letter.txt", str(home / "docs" / "deep" / "letter.txt"), *by_name.hashes, by_name.hashes[0][:8]):
        assert _named(home, name) == by_name
    (home / "docs" / "deep" / "letter.txt").write_text("A version that no index holds.")
    assert len(_named(home, "deep/letter.txt").hashes) == 3
    (home / "docs" / "deep" / "letter.txt").unlink()
    assert _named(home) == by_name


def test_a_name_of_two_documents_is_listed_and_one_of_none_is_told(home: Path) -> None:
    (home / "docs" / "other").mkdir()
    (home / "docs" / "other" / "letter.txt").write_text("Another letter.")
    build_small(home / "index", home / "docs")
    with pytest.raises(SettingsError, match=r"may be 2 documents: deep/letter\.txt, other/letter\.txt\. Name one"):
        _named(home)
    for nothing in ("nothing.txt", "0" * 64, "abc", "", ".."):
        with pytest.raises(SettingsError, match="There is no document"):
            _named(home, nothing)
    with pytest.raises(IndexUnusableError, match="There is no index"):
        find(home / "none", home / "docs", "a.txt")


def test_it_is_out_of_every_answer_before_anything_is_built(home: Path) -> None:
    assert _sources(home) == {"a.txt", "b.txt", "deep/letter.txt"}
    new = withdraw(home / "index", _named(home), "a name was not blacked out", ADMIN)
    assert [(one.who, one.why, one.when.tzinfo) for one in new] == [("UADMIN", "a name was not blacked out", UTC)] * 2
    assert _sources(home) == {"a.txt", "b.txt"}
    roll_back(home / "index")
    assert _sources(home) == {"a.txt"}
    assert withdraw(home / "index", _named(home), "again", ADMIN) == ()
    events = [one for one in read_log(home / "index").events if one.did is Did.WITHDREW]
    assert [(one.who, one.details["source"]) for one in events] == [("UADMIN", "deep/letter.txt")] * 2


@pytest.mark.parametrize("file_stays", [True, False])
def test_after_the_next_build_no_byte_of_it_is_below_the_index(home: Path, file_stays: bool) -> None:
    """Nor in what a killed build left, nor in any generation that is kept, nor where it is built once more."""
    index, letter = home / "index", home / "docs" / "deep" / "letter.txt"
    assert all(_bytes_with(index, word) for word in CANARIES)
    left = index / "building-99999"
    shutil.copytree(index / "generations" / "000002", left)
    withdraw(index, _named(home), "", ADMIN)
    if not file_stays:
        letter.unlink()
    result, _ = build_small(index, home / "docs")
    assert result.changed
    assert [skip.reason for skip in result.skipped] == (["was withdrawn"] if file_stays else [])
    assert [_bytes_with(index, word) for word in CANARIES] == [[], []]
    assert generation_names(index) == [result.generation]
    assert _sources(home) == {"a.txt", "b.txt"}
    again, _ = build_small(index, home / "docs")
    assert not again.changed
    build_small(index, home / "docs", force=True)
    assert [_bytes_with(index, word) for word in CANARIES] == [[], []]


def test_a_document_that_cannot_be_read_now_is_not_carried_over(home: Path) -> None:
    """Its bytes are others; what would be kept of it is what was withdrawn."""
    withdraw(home / "index", _named(home), "", ADMIN)
    (home / "docs" / "deep" / "letter.txt").write_text("BAD")
    result, _ = build_small(home / "index", home / "docs")
    assert [(skip.source, skip.reason) for skip in result.skipped] == [("deep/letter.txt", "is damaged")]
    assert _bytes_with(home / "index", CANARIES[0]) == []


def test_a_copy_under_another_name_is_withdrawn_with_it(home: Path) -> None:
    withdraw(home / "index", _named(home), "", ADMIN)
    shutil.copy(home / "docs" / "deep" / "letter.txt", home / "docs" / "copy.txt")
    result, _ = build_small(home / "index", home / "docs")
    assert [skip.source for skip in result.skipped] == ["copy.txt", "deep/letter.txt"]
    assert _bytes_with(home / "index", CANARIES[0]) == []


def test_what_still_has_it_on_disk_is_known_and_can_be_erased(home: Path) -> None:
    named = _named(home)
    withdraw(home / "index", named, "", ADMIN)
    assert still_held(home / "index", named.hashes) == ("000001", "000002")
    erase(home / "index", named.hashes, ADMIN)
    assert still_held(home / "index", named.hashes) == ("000002",)  # which readers need until there is another


def test_withdrawing_while_a_build_goes_on_counts_at_once_and_that_build_begins_again(home: Path) -> None:
    program = Path(__file__).with_name("small_index.py")
    command = [sys.executable, str(program), str(home / "index"), str(home / "docs"), "wait-at", "verifying"]
    environment = os.environ | {"PYTHONPATH": str(program.parent.parent)}
    (home / "docs" / "c.txt").write_text("Leaders are new.")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "waiting\n"
        withdraw(home / "index", _named(home), "", ADMIN)
        assert _sources(home) == {"a.txt", "b.txt"}
        _, complaint = builder.communicate("")
    assert complaint == ""
    assert _sources(home) == {"a.txt", "b.txt", "c.txt"}
    assert _bytes_with(home / "index", CANARIES[0]) == []


def test_what_is_restored_is_built_and_shown_again(home: Path) -> None:
    withdraw(home / "index", _named(home), "", ADMIN)
    build_small(home / "index", home / "docs")
    for name in ("letter.txt", "deep/letter.txt"):
        assert find_withdrawn(home / "index", name).source == "deep/letter.txt"
    with pytest.raises(SettingsError, match=r"There is no document a\.txt"):
        find_withdrawn(home / "index", "a.txt")
    restore(home / "index", find_withdrawn(home / "index", "letter.txt"), ADMIN)
    assert read_standing(home / "index").withdrawn == ()
    result, _ = build_small(home / "index", home / "docs")
    assert (result.changed, result.skipped) == (True, ())
    assert _sources(home) == {"a.txt", "b.txt", "deep/letter.txt"}
    assert [one.did for one in read_log(home / "index").events][-3:] == [Did.RESTORED, Did.RESTORED, Did.BUILT]


@pytest.mark.parametrize("name", ["letter.txt", "deep/letter.txt"])
def test_an_edited_version_that_was_never_built_is_withdrawn_with_the_rest(name: str, home: Path) -> None:
    """The next build would take it in, and show what was just said to be gone."""
    (home / "docs" / "deep" / "letter.txt").write_text(f"{SECRET}\nAnd more still.")
    named = _named(home, name)
    withdraw(home / "index", named, "", ADMIN)
    build_small(home / "index", home / "docs")
    assert "deep/letter.txt" not in _sources(home)
    assert not _bytes_with(home / "index", CANARIES[0])


def test_it_can_be_withdrawn_while_the_pointer_is_damaged(home: Path) -> None:
    """Readers go on with an earlier generation meanwhile."""
    (home / "index" / "CURRENT").write_text("garbage")
    withdraw(home / "index", _named(home), "", ADMIN)
    assert "deep/letter.txt" not in _sources(home)


def test_what_a_killed_build_did_not_erase_the_next_one_does(home: Path) -> None:
    """Killed after it had published; the next one finds nothing else to do."""
    kept = shutil.copytree(home / "index" / "generations" / "000001", home / "kept")
    withdraw(home / "index", _named(home), "", ADMIN)
    build_small(home / "index", home / "docs")
    kept.rename(home / "index" / "generations" / "000001")
    (home / "index" / "building-1").mkdir()
    (home / "index" / "building-1" / "left").write_text(SECRET)
    result = build_small(home / "index", home / "docs")[0]
    assert not result.changed
    assert not _bytes_with(home / "index", CANARIES[0])
