"""Which generations are kept, removed and current; what is damaged is passed over, and said; one at a time."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_index import RULES, STEPS, SmallEmbedder, build_small

from index.audit import FILE, Actor, Did, Via, read_log
from index.build import build
from index.errors import IndexBusyError, IndexDamagedError, IndexUnusableError, SettingsError
from index.generation import current_id, generation_names, open_current, previous_index
from index.history import history
from index.keeping import erase, prune, roll_back, size_on_disk
from index.manifest import read_manifest

PROGRAM = Path(__file__).with_name("small_index.py")
ADMIN = Actor("UADMIN", Via.SLACK)


@pytest.fixture(scope="module")
def thrice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `docs` as they are and `index`, whose three generations say which they are."""
    home = tmp_path_factory.mktemp("thrice")
    (home / "docs").mkdir()
    for number in (1, 2, 3):
        (home / "docs" / "a.txt").write_text(f"The text of {number}.")
        (home / "docs" / f"{number}.txt").write_text(f"Number {number} is new.")
        build_small(home / "index", home / "docs")
    return home


@pytest.fixture
def home(thrice: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(thrice, tmp_path / "home"))


def _said(home: Path, *, thorough: bool = False) -> tuple[str, str]:
    """What the index says to a reader, and what is said about it."""
    with open_current(home / "index", SmallEmbedder.id, RULES, thorough=thorough) as index:
        (passage,) = index.catalogue.passages_of("a.txt")
        assert index.vectors.vectors([passage.id]).shape == (1, 8)
        return passage.text, index.notice or ""


def _folder(home: Path, name: str) -> Path:
    return home / "index" / "generations" / name


def _flip(file: Path) -> None:
    """One bit in the middle of a file."""
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        byte = opened.read(1)
        opened.seek(-1, os.SEEK_CUR)
        opened.write(bytes([byte[0] ^ 1]))


def _largest(folder: Path) -> Path:
    return max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)


def _builder(home: Path, *how: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), str(home / "index"), str(home / "docs"), *how]
    environment = os.environ | {"PYTHONPATH": str(PROGRAM.parent.parent)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, **options)  # type: ignore[call-overload,no-any-return]  # as given


def test_so_many_generations_are_kept_as_were_asked_for(home: Path) -> None:
    for number, keep, names in (
        (4, 3, ["000002", "000003", "000004"]),
        (5, 2, ["000004", "000005"]),
        (6, 9, ["000004", "000005", "000006"]),
    ):
        (home / "docs" / "a.txt").write_text(f"The text of {number}.")
        build_small(home / "index", home / "docs", keep=keep)
        assert generation_names(home / "index") == names
    assert _said(home) == ("The text of 6.", "")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a bit of a vector file": lambda folder: _flip(_largest(folder / "chroma")),
    "a bit of Chroma's database": lambda folder: _flip(folder / "chroma" / "chroma.sqlite3"),
    "a bit of the catalogue": lambda folder: _flip(folder / "catalogue.sqlite"),
    "the catalogue": lambda folder: (folder / "catalogue.sqlite").write_bytes(b"x" * 4096),
    "the catalogue's end": lambda folder: os.truncate(folder / "catalogue.sqlite", 4096),
    "the manifest": lambda folder: (folder / "manifest.json").write_text("{"),
    "the folder": shutil.rmtree,
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_index_gives_way_to_the_one_before_until_a_build_mends_it(home: Path, what: str) -> None:
    DAMAGES[what](_folder(home, "000003"))
    text, notice = _said(home)
    assert text == "The text of 2."
    assert re.search(r"Generation 000002, built .* UTC, is used instead\. Type: inspections index build", notice)
    result, _ = build_small(home / "index", home / "docs")  # though no document has changed
    assert (result.changed, _said(home)) == (True, ("The text of 3.", ""))


def test_damage_is_passed_over_as_often_as_it_takes(home: Path) -> None:
    _flip(_folder(home, "000003") / "catalogue.sqlite")
    _flip(_folder(home, "000002") / "catalogue.sqlite")
    assert _said(home, thorough=True)[0] == "The text of 1."
    _flip(_folder(home, "000001") / "catalogue.sqlite")
    with pytest.raises(IndexDamagedError, match=r"000003 is damaged: catalogue\.sqlite is not what was written"):
        _said(home)


def test_where_reading_every_byte_is_dear_it_is_done_only_when_asked_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.generation.CHEAP", 1000)
    folder = _folder(home, "000003")
    _flip(max((folder / "chroma").rglob("*.bin"), key=lambda path: path.stat().st_size))
    assert _said(home)[0] == "The text of 3."
    assert _said(home, thorough=True)[0] == "The text of 2."
    (folder / "catalogue.sqlite").write_bytes(b"x" * (folder / "catalogue.sqlite").stat().st_size)
    assert _said(home)[0] == "The text of 2."  # this shows when it is opened


def test_what_was_taken_out_of_use_is_not_fallen_back_to(home: Path) -> None:
    """Neither where the index gone back to is damaged, nor where the pointer is: the log says which it named."""
    roll_back(home / "index")
    (home / "index" / "CURRENT").write_text("torn")
    assert _said(home)[0] == "The text of 2."
    (home / "index" / FILE).unlink()  # and nobody knows any more
    assert _said(home)[0] == "The text of 3."
    (home / "index" / "CURRENT").write_text("000002\n")
    _flip(_folder(home, "000002") / "catalogue.sqlite")
    assert _said(home)[0] == "The text of 1."


def test_an_index_made_otherwise_is_not_fallen_back_to(home: Path) -> None:
    class Other(SmallEmbedder):
        id = "other@111111111111"

    build(home / "index", home / "docs", Other(), steps=STEPS, force=True)
    _flip(_folder(home, "000004") / "catalogue.sqlite")
    with pytest.raises(IndexDamagedError, match="000004 is damaged"):
        open_current(home / "index", Other.id, RULES)
    with pytest.raises(IndexUnusableError, match="was made with embedding model other@111111111111, and this program"):
        open_current(home / "index", SmallEmbedder.id, RULES)


def test_a_builder_carries_nothing_over_from_what_is_damaged(home: Path) -> None:
    _flip(_folder(home, "000003") / "catalogue.sqlite")
    before = previous_index(home / "index")
    assert before is not None
    with before:
        assert before.manifest.generation == "000002"


def test_any_kept_generation_can_be_gone_back_to_and_it_is_in_the_log(home: Path) -> None:
    index = home / "index"
    assert roll_back(index, "000001", by=ADMIN) == current_id(index) == "000001"
    assert _said(home)[0] == "The text of 1."
    assert roll_back(index, "000003", by=ADMIN, embedder_id=SmallEmbedder.id, rules=RULES) == "000003"
    rolled = [one for one in read_log(index).events if one.did is Did.ROLLED_BACK]
    assert [(one.who, one.generation, one.details) for one in rolled] == [
        ("UADMIN", "000001", {"from": "000003"}),
        ("UADMIN", "000003", {"from": "000001"}),
    ]


def test_what_cannot_be_used_is_not_gone_back_to(home: Path) -> None:
    index = home / "index"
    with pytest.raises(IndexUnusableError, match=r"No generation 000009 .* Kept are: 000001, 000002, 000003\."):
        roll_back(index, "000009")
    with pytest.raises(IndexUnusableError, match="embedding model small@000000000000, and this program uses other"):
        roll_back(index, "000002", embedder_id="other", rules=RULES)
    with pytest.raises(IndexUnusableError, match="passage rules small 1"):
        roll_back(index, embedder_id=SmallEmbedder.id, rules="small 2")
    _flip(_folder(home, "000002") / "catalogue.sqlite")
    with pytest.raises(IndexDamagedError, match=r"catalogue\.sqlite is not what was written"):
        roll_back(index)
    assert current_id(index) == "000003"


def test_a_damaged_pointer_is_mended_by_naming_a_generation(home: Path) -> None:
    (home / "index" / "CURRENT").write_text("torn")
    with pytest.raises(IndexDamagedError, match="CURRENT is damaged"):
        roll_back(home / "index")
    assert roll_back(home / "index", "000002") == current_id(home / "index") == "000002"


def test_pruning_keeps_the_newest_and_the_one_in_use_and_removes_what_killed_builds_left(home: Path) -> None:
    index = home / "index"
    roll_back(index, "000001")
    left = index / "building-999"
    left.mkdir()
    (left / "half").write_bytes(b"x" * 5000)
    expected = 5000 + size_on_disk(_folder(home, "000002"))
    done = prune(index, 1, ADMIN)
    assert (done.names, done.freed) == (("000002",), expected)
    assert generation_names(index) == ["000001", "000003"]
    assert sorted(path.name for path in index.iterdir()) == ["CURRENT", FILE, "generations", "lock"]
    (entered,) = [one for one in read_log(index).events if one.did is Did.PRUNED]
    assert (entered.who, entered.details) == ("UADMIN", {"removed": ["000002"], "freed": expected})
    assert prune(index, 2, ADMIN).names == ()
    assert len([one for one in read_log(index).events if one.did is Did.PRUNED]) == 1
    with pytest.raises(SettingsError, match="0 generations cannot be kept"):
        prune(index, 0)


def test_erasing_removes_every_generation_that_holds_a_document_but_the_current_one(home: Path) -> None:
    index = home / "index"
    with open_current(index, SmallEmbedder.id, RULES) as opened:
        hashes = {document.source: document.sha256 for document in opened.catalogue.documents()}
    _flip(_folder(home, "000001") / "catalogue.sqlite")
    (_folder(home, "000001") / "catalogue.sqlite").write_bytes(b"nothing")  # and cannot tell what it holds
    assert erase(index, [hashes["2.txt"]]).names == ("000001", "000002")
    assert generation_names(index) == ["000003"]


def test_the_log_says_who_built_what(home: Path) -> None:
    (home / "docs" / "2.txt").rename(home / "docs" / "moved.txt")
    (home / "docs" / "1.txt").unlink()
    build_small(home / "index", home / "docs", who="UADMIN", via=Via.SLACK)
    log = read_log(home / "index")
    last = log.events[-1]
    assert log.faults == ()
    assert (last.did, last.who, last.via, last.generation) == (Did.BUILT, "UADMIN", Via.SLACK, "000004")
    told = {name: last.details[name] for name in ("added", "changed", "moved", "removed", "documents")}
    assert told == {"added": 0, "changed": 0, "moved": 1, "removed": 1, "documents": 3}
    assert [one.generation for one in log.events] == ["000001", "000002", "000003", "000004"]
    with open_current(home / "index", SmallEmbedder.id, RULES) as index:
        assert index.manifest.built_by == "UADMIN"


def test_a_build_killed_before_it_could_be_entered_is_entered_by_the_next(home: Path) -> None:
    lines = (home / "index" / FILE).read_bytes().splitlines(keepends=True)
    (home / "index" / FILE).write_bytes(b"".join(lines[:-1]))
    result, _ = build_small(home / "index", home / "docs")
    assert not result.changed
    last = read_log(home / "index").events[-1]
    assert (last.did, last.generation, last.details["entered"]) == (Did.BUILT, "000003", "afterwards")


def test_the_history_tells_each_generation_and_which_is_damaged(home: Path) -> None:
    _flip(_folder(home, "000001") / "catalogue.sqlite")
    (_folder(home, "000002") / "manifest.json").write_text("{")
    roll_back(home / "index", "000003")
    first, second, third = history(home / "index")
    assert [(one.name, one.current) for one in (first, second, third)] == [
        ("000001", False), ("000002", False), ("000003", True)]  # fmt: skip
    assert "catalogue.sqlite is not what was written" in first.damage
    assert (second.manifest, "cannot be read" in second.damage) == (None, True)
    assert third.damage == ""
    assert third.changes is None  # what was before it cannot be read
    assert third.bytes == size_on_disk(_folder(home, "000003"))
    (home / "index" / "CURRENT").write_text("torn")
    assert not any(one.current for one in history(home / "index"))


def test_the_history_tells_what_changed(home: Path) -> None:
    _, second, third = history(home / "index")
    assert second.changes is not None
    assert third.changes is not None
    assert (second.changes.added, second.changes.changed) == (("2.txt",), ("a.txt",))
    assert (third.changes.added, third.changes.removed) == (("3.txt",), ())


def test_of_two_admins_one_works_and_the_other_is_told_who_does(home: Path) -> None:
    (home / "docs" / "a.txt").write_text("The text of 4.")
    with _builder(home, "wait-at", "embedding") as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "waiting\n"
        told = rf".+ \(terminal, process {builder.pid} on \S+, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\) is at work"
        for act in (lambda: prune(home / "index", 1), lambda: erase(home / "index", ["0" * 64])):
            with pytest.raises(IndexBusyError, match=told):
                act()
        with pytest.raises(IndexBusyError, match=told):
            build_small(home / "index", home / "docs")
        assert _said(home)[0] == "The text of 3."
        assert builder.communicate("") == ("", "")
    assert _said(home)[0] == "The text of 4."


def _without_override() -> None:
    """Root, too, is then bound by what files allow."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE


@pytest.mark.parametrize("read_only", ["index", "index/generations"])
def test_a_folder_that_cannot_be_written_leaves_the_index_and_says_so(home: Path, read_only: str) -> None:
    (home / "docs" / "a.txt").write_text("The text of 4.")
    (home / read_only).chmod(0o555)
    try:
        with _builder(home, preexec_fn=_without_override) as builder:
            _, complaint = builder.communicate()
    finally:
        (home / read_only).chmod(0o755)
    assert re.match(r"IndexUnusableError: The index in .* could not be written: .*Permission denied", complaint)
    assert complaint.count("\n") == 1
    assert _said(home) == ("The text of 3.", "")
    assert generation_names(home / "index") == ["000001", "000002", "000003"]


def test_what_others_put_beside_the_generations_is_none_and_is_left_alone(home: Path) -> None:
    index = home / "index"
    shutil.copytree(_folder(home, "000003"), _folder(home, "000003.bak"))
    for name in (".DS_Store", "000004", "0000042"):
        _folder(home, name).write_text("x")
    (index / "building-old-.DS_Store").write_text("x")  # what an earlier program left
    (index / "building-link").symlink_to(home / "docs")
    for number in (4, 5):
        (home / "docs" / "a.txt").write_text(f"The text of {number}.")
        build_small(index, home / "docs", keep=2)
        assert _said(home) == (f"The text of {number}.", "")
    assert [one.name for one in history(index)] == generation_names(index) == ["000005", "000006"]
    assert not list(index.glob("building-*"))
    prune(index, 1)
    assert sorted(path.name for path in (index / "generations").iterdir()) == [
        ".DS_Store",
        "000003.bak",
        "000004",
        "0000042",
        "000006",
    ]
    assert (home / "docs" / "a.txt").exists()
    with pytest.raises(IndexUnusableError, match=r"No generation 000003\.bak .* Kept are: 000006\."):
        roll_back(index, "000003.bak")


def test_what_may_not_be_written_or_looked_at_is_said(home: Path) -> None:
    """As root may do everything, other things that stand in the way are taken for permissions that lack."""
    index = home / "index"
    (index / "lock").unlink()
    (index / "lock").mkdir()
    for act in (lambda: roll_back(index), lambda: prune(index, 1), lambda: erase(index, ["x"])):
        with pytest.raises(IndexUnusableError, match=r"lock cannot be written: .*\. Check permissions"):
            act()
    with pytest.raises(IndexUnusableError, match=r"cannot be read: .*\. Check its permissions"):
        read_manifest(index / ("x" * 300), "")
    shutil.rmtree(index / "generations")
    (index / "generations").symlink_to("generations")
    for look in (lambda: generation_names(index), lambda: history(index), lambda: _said(home)):
        with pytest.raises(IndexUnusableError, match=r"cannot be (listed|read): .*\. Check its permissions"):
            look()
