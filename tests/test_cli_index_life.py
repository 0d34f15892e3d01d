"""The commands of `inspections index` that keep, check, undo and watch, as a person types them."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made_once import made_once

from assistant.building import build_index
from assistant.cli.main import run
from assistant.settings import Settings
from index.audit import Actor, Did, operating_user, record
from index.generation import current_id, generation_names
from index.progress import Silent

INSPECTIONS = Path(sys.executable).parent / "inspections"
REPORT = """Inspection of Leeds children's social care services

Published 12 March 2019

1. Caseloads are too high in the front door service, and social workers say that they cannot visit often enough.
"""
LETTER = "The council wrote on 4 June 2020 that Zyxquorblat had been seen in the town."
Inspections = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with `source_docs` and an index of two generations, the second of which has a letter."""

    def make(home: Path) -> None:
        docs = home / "source_docs"
        docs.mkdir()
        (docs / "leeds.txt").write_text(REPORT)
        settings = Settings(index=home / ".inspections", source=docs)
        build_index(settings, Actor("ann"), Silent())
        (docs / "letter.md").write_text(LETTER)
        build_index(settings, Actor("ann"), Silent())

    return made_once(tmp_path_factory, "lived", make)


@pytest.fixture
def inspections(
    lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Inspections:
    """Runs a command line in a copy of that directory: its status, and what it printed to stdout and to stderr."""
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("INDEX", "SOURCE", "EMBEDDER", "DOCUMENT_BASE_URL", "KEEP", "TODAY", "DEBUG"):
        monkeypatch.delenv(f"INSPECTIONS_{name}", raising=False)

    def inspections(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspections", *words])
        with pytest.raises(SystemExit) as end:
            run()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return inspections


def test_the_history_shows_the_newest_first(inspections: Inspections) -> None:
    status, out, err = inspections("index", "history")
    newest, oldest = out.splitlines()
    assert (status, err) == (0, "")
    assert newest.startswith("* 000002  20")
    assert "UTC by ann  2 documents, 2 passages, " in newest
    assert newest.endswith("kB; 1 added  (in use)")
    assert oldest.startswith("  000001  20")
    assert oldest.endswith("kB  (whole)")
    first, second = json.loads(inspections("index", "history", "--json")[1])
    assert (first["generation"], first["current"], first["whole"], first["changes"]) == ("000001", False, True, None)
    assert second["changes"] == {"added": ["letter.md"], "changed": [], "moved": [], "removed": []}


def test_rolling_back_says_in_numbers_what_changes(inspections: Inspections) -> None:
    status, out, err = inspections("index", "rollback")
    told = "Generation 000001 is in use: 1 documents, 1 passages (there were 2 and 2; 1 removed).\n"
    assert (status, out, err) == (0, told, "")
    status, _, err = inspections("index", "rollback")
    assert (status, err.count("\n")) == (1, 1)
    assert "No index from before generation 000001 is kept" in err
    assert inspections("index", "rollback", "--to", "000002")[0] == 0
    assert "Kept are: 000001, 000002." in inspections("index", "rollback", "--to", "7")[2]


@pytest.mark.parametrize(
    "words", [("audit",), ("withdraw", "--list"), ("history",), ("prune",), ("rollback",), ("verify",), ("status",)]
)
def test_where_there_is_no_index_that_is_said(inspections: Inspections, tmp_path: Path, words: tuple[str, ...]) -> None:
    status, out, err = inspections("index", *words, "--index", "nowhere")
    assert (status, out) == (1, "")
    assert "There is no index in nowhere." in err
    (tmp_path / "afile").write_text("x")
    status, out, err = inspections("index", *words, "--index", "afile")
    assert (status, out) == (1, "")
    assert err.endswith("afile is a file, and an index is a folder. Name a folder for --index.\n")


def test_pruning_tells_what_was_freed(inspections: Inspections) -> None:
    status, out, err = inspections("index", "prune")
    assert (status, out, err) == (0, "Removed: no generation; 0 bytes freed.\n", "")
    status, out, _ = inspections("index", "prune", "--keep", "1")
    assert status == 0
    assert out.startswith("Removed: 000001; ")
    assert inspections("index", "prune", "--keep", "0")[0] == 2


def test_verify_says_that_all_is_well_or_names_each_fault(inspections: Inspections, tmp_path: Path) -> None:
    status, out, err = inspections("index", "verify")
    assert (status, err) == (0, "")
    assert out.startswith("Generation 000002 is whole: 2 documents, 2 pages, 2 passages, ")
    catalogue = tmp_path / ".inspections" / "generations" / "000002" / "catalogue.sqlite"
    data = bytearray(catalogue.read_bytes())
    data[data.index(b"Caseloads")] ^= 32
    catalogue.write_bytes(data)
    status, out, err = inspections("index", "verify", "--quiet")
    assert (status, out) == (1, "")
    assert "000002: catalogue.sqlite is not what was written\n" in err
    assert "000002: leeds.txt: passage " in err
    assert err.endswith("inspections index build --index .inspections --force; or type: inspections index rollback\n")
    status, out, _ = inspections("index", "verify", "--json")
    told = json.loads(out)
    assert (status, told["generation"], told["whole"]) == (1, "000002", False)
    assert inspections("index", "verify", "--generation", "000001")[0] == 0
    assert (
        "No generation 000002/../000001 is kept"
        in inspections("index", "verify", "--generation", "000002/../000001")[2]
    )
    assert "No generation 000009 is kept" in inspections("index", "verify", "--generation", "000009")[2]


def test_asking_a_damaged_index_answers_from_the_one_before_and_says_so(
    inspections: Inspections, tmp_path: Path
) -> None:
    (tmp_path / ".inspections" / "generations" / "000002" / "catalogue.sqlite").write_bytes(b"nothing")
    status, out, err = inspections("ask", "What is said about caseloads in Leeds?")
    assert status == 0
    assert "Caseloads are too high" in out
    assert "Generation 000001, built " in err
    assert err.count("\n") == 1
    assert "is used instead" in inspections("search", "caseloads")[2]


def test_the_log_is_shown_and_exported(inspections: Inspections, tmp_path: Path) -> None:
    inspections("index", "rollback")
    status, out, err = inspections("index", "audit")
    assert status == 0
    assert [line.split("  ")[1:3] for line in out.splitlines()] == [
        ["ann (terminal)", "built 000001"],
        ["ann (terminal)", "built 000002"],
        [f"{operating_user()} (terminal)", "rolled back 000001"],
    ]
    assert err.startswith("The log holds: 3 lines. The hash of the last: ")
    assert inspections("index", "audit", "--since", "2999-01-01")[1] == "Nothing was done.\n"
    assert inspections("index", "audit", "--since", "yesterday")[0] == 2
    told = json.loads(inspections("index", "audit", "--json")[1])
    assert (told["holds"], len(told["events"]), len(told["head"])) == (True, 3, 64)
    assert inspections("index", "audit", "--out", "log.csv")[:2] == (0, "")
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["did"] for row in rows] == ["built", "built", "rolled back"]
    assert json.loads(rows[1]["details"])["added"] == 1
    assert inspections("index", "audit", "--out", "log.jsonl")[0] == 0
    assert (tmp_path / "log.jsonl").read_bytes() == (tmp_path / ".inspections" / "audit.jsonl").read_bytes()
    assert "cannot be written" in inspections("index", "audit", "--out", "no/such/log.csv")[2]


def test_a_name_with_a_separator_of_lines_in_it_is_told_as_json(inspections: Inspections, tmp_path: Path) -> None:
    record(tmp_path / ".inspections", Actor("ann"), Did.WITHDREW, "", {"source": "a\u2028b\x85c.txt"})
    status, out, _ = inspections("index", "audit", "--json")
    assert (status, json.loads(out)["events"][-1]["details"]) == (0, {"source": "a\u2028b\x85c.txt"})


def test_a_log_that_does_not_hold_ends_with_1(inspections: Inspections, tmp_path: Path) -> None:
    log = tmp_path / ".inspections" / "audit.jsonl"
    log.write_text(log.read_text().replace('"ann"', '"=bob"', 1))
    status, out, err = inspections("index", "audit")
    assert (status, out.count("\n")) == (1, 2)
    assert err.startswith("audit.jsonl: line 2 does not follow the line before it")
    inspections("index", "audit", "--out", "log.csv")
    assert "'=bob" in (tmp_path / "log.csv").read_text()


def test_withdrawing_is_confirmed_at_once_and_leaves_nothing_on_disk(inspections: Inspections, tmp_path: Path) -> None:
    status, out, err = inspections("index", "withdraw", "letter.md")
    assert (status, out) == (2, "")
    assert "to say that it is meant, add --yes" in " ".join(err.replace("│", " ").split())
    status, out, err = inspections("index", "withdraw", "letter.md", "--yes", "--why", "a name", "--later")
    assert (status, out) == (0, "")
    assert err.startswith("letter.md is withdrawn: no answer shows it.\nIt is still on disk.")
    assert "Zyxquorblat" not in inspections("search", "what was seen in the town in 2020")[1]
    assert "  ann" not in inspections("index", "withdraw", "--list")[1]
    assert ": a name\n" in inspections("index", "withdraw", "--list")[1]
    status, out, err = inspections("index", "withdraw", "letter.md", "--yes")
    assert status == 0
    assert err.startswith("letter.md is withdrawn already: no answer shows it.\n")
    assert "Not touched: the file in the folder of documents" in err
    assert out.startswith("Erased from the index.")
    left = [path for path in (tmp_path / ".inspections").rglob("*") if path.is_file()]
    assert not [path for path in left if b"zyxquorblat" in path.read_bytes().lower()]
    assert "2 documents" not in inspections("index", "status")[1]
    assert inspections("index", "withdraw", "--undo", "letter.md", "--quiet")[:2] == (0, "")
    assert "2 documents" in inspections("index", "status")[1]
    assert inspections("index", "withdraw", "--list")[2] == "Nothing is withdrawn.\n"
    did = [json.loads(line)["did"] for line in (tmp_path / ".inspections" / "audit.jsonl").read_text().splitlines()]
    assert did[2:] == ["withdrew", "built", "pruned", "restored", "built"]


def test_what_cannot_be_erased_yet_is_said_to_be_out_of_every_answer(inspections: Inspections, tmp_path: Path) -> None:
    (tmp_path / "source_docs").rename(tmp_path / "elsewhere")
    status, out, err = inspections("index", "withdraw", "letter.md", "--yes")
    assert (status, out) == (1, "")
    assert "It is out of every answer, but not erased yet: The folder of documents source_docs cannot be" in err
    assert generation_names(tmp_path / ".inspections") == ["000001", "000002"]


@pytest.mark.parametrize("words", [(), ("a", "--list"), ("a", "--undo", "b"), ("--list", "--undo", "b")])
def test_withdraw_does_one_thing_at_a_time(inspections: Inspections, words: tuple[str, ...]) -> None:
    assert inspections("index", "withdraw", *words)[0] == 2


def test_the_options_of_a_gate_go_with_a_gate(inspections: Inspections) -> None:
    assert inspections("index", "build", "--baseline", "base")[0] == 2


def test_watching_builds_what_comes_in_and_ends_when_it_is_told_to(lived: Path, tmp_path: Path) -> None:
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTIONS_")}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    command = [str(INSPECTIONS), "index", "watch", "--settle", "0.2", "--every", "0.1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True, env=environment) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline().endswith("Up to date: 2 documents, 2 passages.\n")
        (tmp_path / "source_docs" / "more.md").write_text("The council said on 5 May 2021 that nothing more was found.")
        assert "Built: 3 documents, 3 passages, 1 of them embedded now." in watcher.stdout.readline()
        watcher.send_signal(signal.SIGTERM)
        out, err = watcher.communicate(timeout=120)
    assert (watcher.returncode, out) == (0, "")
    assert err.startswith("Watching source_docs for .inspections")
    assert err.endswith("Ended; the index is as the last build left it.\n")
    last = json.loads((tmp_path / ".inspections" / "audit.jsonl").read_text().splitlines()[-1])
    assert (last["did"], last["via"], last["generation"]) == ("built", "watch", current_id(tmp_path / ".inspections"))
