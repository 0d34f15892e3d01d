"""The log of what admins did: only added to, by several processes at once, and whatever is broken in it is told."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.audit import FILE, Actor, Did, Via, here, last_current, operating_user, read_log, record
from index.errors import IndexUnusableError

ADMIN = Actor("UADMIN", Via.SLACK)


def _three(index_dir: Path) -> Path:
    record(index_dir, ADMIN, Did.BUILT, "000001", {"added": 2})
    record(index_dir, here(), Did.WITHDREW, "", {"source": "a b.pdf", "why": "é\n"})
    record(index_dir, ADMIN, Did.ROLLED_BACK, "000001", {"from": "000002"})
    return index_dir / FILE


def test_what_was_recorded_is_read_and_each_line_holds_the_hash_of_the_one_before(tmp_path: Path) -> None:
    lines = _three(tmp_path).read_bytes().splitlines()
    log = read_log(tmp_path)
    assert [(one.did, one.who, one.via) for one in log.events] == [
        (Did.BUILT, "UADMIN", Via.SLACK),
        (Did.WITHDREW, operating_user(), Via.TERMINAL),
        (Did.ROLLED_BACK, "UADMIN", Via.SLACK),
    ]
    assert log.events[1].details == {"source": "a b.pdf", "why": "é\n"}
    assert [one.before for one in log.events] == ["", *(hashlib.sha256(line).hexdigest() for line in lines[:2])]
    assert log.head == hashlib.sha256(lines[2]).hexdigest()
    assert log.faults == ()
    assert all(one.when.utcoffset() is not None for one in log.events)
    assert last_current(tmp_path) == "000001"


def test_where_nothing_was_done_there_is_nothing_to_tell(tmp_path: Path) -> None:
    log = read_log(tmp_path)
    assert (log.events, log.faults, log.head, last_current(tmp_path)) == ((), (), "", "")


@pytest.mark.parametrize("line", [0, 1])
def test_a_line_that_was_altered_breaks_the_chain_after_it(tmp_path: Path, line: int) -> None:
    file = _three(tmp_path)
    lines = file.read_text().splitlines()
    said = json.loads(lines[line])
    lines[line] = json.dumps(said | {"who": "somebody else"})
    file.write_text("\n".join(lines) + "\n")
    log = read_log(tmp_path)
    assert len(log.events) == 3
    assert [fault.split(" does not")[0] for fault in log.faults] == [f"line {line + 2}"]


def test_a_line_that_was_removed_breaks_the_chain(tmp_path: Path) -> None:
    file = _three(tmp_path)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0] + lines[2])
    assert [fault.split(" does not")[0] for fault in read_log(tmp_path).faults] == ["line 2"]


@pytest.mark.parametrize("left", [1, 40, -2])
def test_a_torn_last_line_is_told_and_the_log_goes_on_after_it(tmp_path: Path, left: int) -> None:
    """As a process leaves it that is killed while it writes: what it wrote stays, nothing is lost before or after."""
    file = _three(tmp_path)
    whole = file.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    file.write_bytes(whole + last[:left])
    torn = read_log(tmp_path)
    assert (len(torn.events), torn.faults) == (3, ("line 4 was cut off",))
    record(tmp_path, ADMIN, Did.PRUNED)
    assert file.read_bytes().startswith(whole + last[:left] + b"\n")
    log = read_log(tmp_path)
    assert [one.did for one in log.events][3:] == [Did.PRUNED]
    assert log.faults == ("line 4 is cut off or damaged",)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    file = _three(tmp_path)
    file.write_bytes(b"\xff\xfe\n" + file.read_bytes())
    log = read_log(tmp_path)
    assert len(log.events) == 3
    assert len(log.faults) == 2  # the line itself, and that the first one now has a line before it


def test_a_long_line_before_is_hashed_whole(tmp_path: Path) -> None:
    record(tmp_path, ADMIN, Did.WITHDREW, "", {"why": "x" * 300_000})
    record(tmp_path, ADMIN, Did.WITHDREW, "", {"why": "y" * 70_000})
    record(tmp_path, ADMIN, Did.RESTORED)
    assert read_log(tmp_path).faults == ()


def test_processes_that_record_at_once_keep_one_chain(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.audit import *\n"
        "for n in range(25): record(Path(sys.argv[1]), Actor(sys.argv[2]), Did.PRUNED, '', {'n': n})"
    )
    root = str(Path(__file__).parent.parent)
    several = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], env={"PYTHONPATH": root})
        for name in ("one", "two", "three")
    ]
    assert [process.wait() for process in several] == [0, 0, 0]
    log = read_log(tmp_path)
    assert log.faults == ()
    for name in ("one", "two", "three"):
        assert [one.details["n"] for one in log.events if one.who == name] == list(range(25))


def test_a_log_that_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(IndexUnusableError, match=r"This was done, but .*audit\.jsonl cannot be written"):
        record(tmp_path, ADMIN, Did.PRUNED)
    with pytest.raises(IndexUnusableError, match="cannot be read"):
        read_log(tmp_path)
    assert last_current(tmp_path) == ""


def test_who_became_another_user_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "ann")
    assert operating_user().endswith("(sudo by ann)")
    monkeypatch.delenv("SUDO_USER")
    assert "sudo" not in operating_user()
