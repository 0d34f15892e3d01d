"""`inspections index …` as a person types it: what it prints where, and the status that it ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from assistant.cli.main import run
from assistant.cli.progress import Bars, progress_for
from index.progress import Silent

REPORT = """Inspection of Leeds children's social care services

Inspection dates: 14 to 25 January 2019
Published 12 March 2019

1. Caseloads are too high in the front door service, and social workers say that they cannot visit often enough.

2. Leaders know what must change and have begun to recruit.
"""
Inspections = Callable[..., tuple[int, str, str]]


@pytest.fixture
def inspections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inspections:
    """Runs a command line in an empty folder: its status, and what it printed to stdout and to stderr."""
    monkeypatch.chdir(tmp_path)
    for name in ("INDEX", "SOURCE", "EMBEDDER", "DOCUMENT_BASE_URL", "WORKERS", "READ_SECONDS", "TODAY", "DEBUG"):
        monkeypatch.delenv(f"INSPECTIONS_{name}", raising=False)

    def inspections(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspections", *words])
        with pytest.raises(SystemExit) as end:
            run()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return inspections


def test_build_then_status_then_build_again(inspections: Inspections, tmp_path: Path) -> None:
    """A first build with one file that cannot be read; the state; nothing to do; a file removed; a file added."""
    (tmp_path / "source_docs").mkdir()
    (tmp_path / "source_docs" / "leeds.txt").write_text(REPORT)
    (tmp_path / "source_docs" / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    status, out, err = inspections("index", "build")
    assert status == 4
    assert out.startswith("Built .inspections: 1 documents, 1 pages, ")
    assert out.endswith("; 1 files skipped.\n")
    assert err.startswith("broken.pdf: ")
    assert err.count("\n") == 1

    status, out, err = inspections("index", "status", "--json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert (report["index"], report["source"], report["source_changed"]) == (".inspections", "source_docs", False)
    assert (report["documents"], report["pages"], sum(report["kinds"].values())) == (1, 1, 1)
    assert report["passages"] == report["manifest"]["passages"] >= 1
    assert [skip["source"] for skip in report["manifest"]["skipped"]] == ["broken.pdf"]
    assert (report["years"], report["authorities"]) == ({"2019": 1}, {"Leeds": 1})

    status, out, err = inspections("index", "build", "--quiet")
    assert (status, out) == (4, "")
    assert err.startswith("broken.pdf: ")

    (tmp_path / "source_docs" / "broken.pdf").unlink()
    status, out, err = inspections("index", "status")
    assert (status, err) == (0, "")
    assert "Documents   source_docs has changed since: build again\n" in out
    assert "Skipped     broken.pdf: " in out

    status, out, err = inspections("index", "build")
    assert (status, err) == (0, "")
    assert ", 0 of them embedded now, in " in out
    status, out, err = inspections("index", "build")
    assert (status, err) == (0, "")
    assert out.startswith("Up to date: .inspections holds 1 documents, 1 pages, ")


def test_a_plan_shows_what_a_build_would_do_and_changes_nothing(inspections: Inspections, tmp_path: Path) -> None:
    docs = tmp_path / "source_docs"
    docs.mkdir()
    (docs / "leeds.txt").write_text(REPORT)
    status, out, err = inspections("index", "plan")
    assert (status, err) == (0, "")
    assert out.startswith("To do           1 documents to read (there is no index yet), ")
    assert list(tmp_path.iterdir()) == [docs]
    inspections("index", "build")
    status, out, _ = inspections("index", "plan")
    assert status == 0
    assert out.startswith("Up to date      .inspections holds what lies in source_docs")

    (docs / "leeds.txt").rename(docs / "moved.txt")
    (docs / "zz.txt").write_text(REPORT)
    (docs / "york.txt").write_text(REPORT.replace("Leeds", "York"))
    held = sorted(path for path in tmp_path.rglob("*"))
    status, out, err = inspections("index", "plan")
    assert (status, err) == (4, "")
    assert "To do           1 documents to read, 291 bytes; about 3 s\n" in out
    assert "Added           1, 291 bytes\n                york.txt  291 bytes\n" in out
    assert "                moved.txt  (was leeds.txt)  292 bytes\n" in out
    assert "                zz.txt  (the same as moved.txt)  292 bytes\n" in out
    report = json.loads(inspections("index", "plan", "--json")[1])
    assert (report["up_to_date"], report["read"]) == (False, {"documents": 1, "bytes": 291})
    assert report["moved"] == [{"source": "moved.txt", "moved_from": "leeds.txt", "bytes": 292}]
    assert sorted(path for path in tmp_path.rglob("*")) == held

    status, out, err = inspections("index", "build", "--quiet")
    assert (status, out, err) == (4, "", "zz.txt: is the same file as moved.txt; remove one of the two\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("index", "status"), "There is no index in .inspections. Type: inspections index build --index .inspections"),
        (("index", "build"), "The folder of documents source_docs cannot be opened (No such file or directory)."),
        (("index", "build", "--source", "."), "There are no documents that can be opened in ."),
    ],
)
def test_a_failure_is_one_line_that_says_what_to_do(
    inspections: Inspections, words: tuple[str, ...], told: str
) -> None:
    status, out, err = inspections(*words)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"inspections: {told}")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WORKERS", "none", "INSPECTIONS_WORKERS cannot be used: Input should be a valid integer"),
        ("WORKERS", "0", "INSPECTIONS_WORKERS cannot be used: Input should be greater than or equal to 1."),
        ("TODAY", "yesterday", "INSPECTIONS_TODAY cannot be used: "),
        ("DOCUMENT_BASE_URL", "here", "INSPECTIONS_DOCUMENT_BASE_URL cannot be used: "),
        ("EMBEDDER", "/no/such/folder", "The embedding model in /no/such/folder cannot be used: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    inspections: Inspections, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"INSPECTIONS_{name}", value)
    status, out, err = inspections("index", "build")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"inspections: {told}")


def test_settings_come_from_the_environment_and_from_a_file(
    inspections: Inspections, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INSPECTIONS_INDEX", "elsewhere")
    (tmp_path / ".env").write_text("INSPECTIONS_INDEX=not here\nINSPECTIONS_SOURCE=papers\nOTHER=1\n")
    assert inspections("index", "status")[2].startswith("inspections: There is no index in elsewhere.")
    assert inspections("index", "build")[2].startswith("inspections: The folder of documents papers cannot")
    assert inspections("index", "status", "--index", "mine")[2].startswith("inspections: There is no index in mine.")
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    assert inspections("index", "status")[2].startswith("inspections: The file .env cannot be read")


@pytest.mark.parametrize("words", [("index", "build", "--no-such"), ("index", "nonsense"), ("nonsense",), ()])
def test_wrong_usage_ends_with_2(inspections: Inspections, words: tuple[str, ...]) -> None:
    assert inspections(*words)[0] == 2


@pytest.mark.parametrize("words", [("--help",), ("index", "build", "-h"), ("index", "status", "--help")])
def test_help_has_an_example(inspections: Inspections, words: tuple[str, ...]) -> None:
    status, out, err = inspections(*words)
    assert (status, err) == (0, "")
    assert f"Example: inspections {' '.join(words[:-1])}" in out


def test_interrupting_and_a_fault_of_ours(inspections: Inspections, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and nothing to read; a fault of the program with one line, or with all if asked for."""
    monkeypatch.setattr("assistant.cli.index_commands._report", _raise(KeyboardInterrupt()))
    assert inspections("index", "status") == (130, "", "")
    monkeypatch.setattr("assistant.cli.index_commands._report", _raise(ZeroDivisionError("two\nlines")))
    line = (
        "inspections: internal error: ZeroDivisionError: two lines (run with INSPECTIONS_DEBUG=1 to see the details)\n"
    )
    assert inspections("index", "status") == (1, "", line)
    monkeypatch.setenv("INSPECTIONS_DEBUG", "1")
    status, _, err = inspections("index", "status")
    assert status == 1
    assert "Traceback" in err


def test_bars_are_for_terminals_and_can_be_hushed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(progress_for(quiet=False), Silent)
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes any stream for a terminal
    assert isinstance(progress_for(quiet=False), Bars)
    assert isinstance(progress_for(quiet=True), Silent)


def test_a_bar_shows_stage_count_and_rate(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars(Console(stderr=True, force_terminal=True, color_system=None, width=100))
    bars.start("embedding", 20)
    bars.advance(10)
    bars.advance(10)
    bars.done()
    shown = capsys.readouterr().err
    assert "embedding" in shown
    assert "20/20" in shown
    assert "/s" in shown


def test_help_imports_nothing_slow() -> None:
    code = (
        "import sys, assistant.cli.main;"
        "print({'numpy', 'pydantic', 'chromadb', 'torch', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def _raise(error: BaseException) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_what_is_held_back_is_told_to_admins_and_read_by_those_who_may(
    inspections: Inspections, tmp_path: Path
) -> None:
    """A marked document waits for a decision, a folder is internal, and one that nobody understands is closed."""
    docs = tmp_path / "source_docs"
    texts = {
        "leeds.txt": REPORT,
        "inner/york.txt": REPORT.replace("Leeds", "York"),
        "closed/leeds.txt": REPORT.replace("2019", "2021"),
        "marked.txt": f"EXEMPT FROM PUBLICATION\n\n{REPORT.replace('Leeds', 'Barnet')}",
        "inner/access.yaml": "audience: internal",
        "closed/access.yaml": "audience: inner circle",
    }
    for name, text in texts.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text)
    status, _, err = inspections("index", "build")
    assert status == 4
    assert err.startswith("closed/access.yaml: has an audience that cannot be used: 'inner circle'; write ")
    assert err.count("\n") == 1

    told = inspections("index", "status")[1]
    assert "\nRead by     internal 1, public 1, restricted 2\n" in told
    assert (
        "\nHeld back   closed/leeds.txt: nobody may read it, says closed/access.yaml cannot be used; to decide" in told
    )
    assert "\nHeld back   marked.txt: awaits your decision, being marked “EXEMPT FROM PUBLICATION”" in told
    assert "write 'audience: public', or another audience, into marked.txt.meta.yaml beside it" in told
    report = json.loads(inspections("index", "status", "--json")[1])
    assert report["audiences"] == {"internal": 1, "public": 1, "restricted": 2}
    assert [one["source"] for one in report["held_back"]] == ["closed/leeds.txt", "marked.txt"]

    question = "what did Ofsted say about caseloads in York?"
    assert inspections("ask", question)[0] == 3
    assert inspections("ask", question, "--audience", "nobody")[0] == 3
    assert inspections("ask", question, "--audience", "nobody", "--audience", "internal")[0] == 0
    found = json.loads(inspections("search", "caseloads", "--json", "--audience", "internal")[1])["hits"]
    assert {hit["source"] for hit in found} == {"leeds.txt", "inner/york.txt"}
    status, _, err = inspections("ask", question, "--audience", "restricted")
    assert (status, err) == (
        1,
        "inspections: 'restricted' is no audience that a reader can have. Name one such as internal.\n",
    )

    (docs / "marked.txt.meta.yaml").write_text("audience: public")
    inspections("index", "build", "--quiet")
    assert inspections("ask", question.replace("York", "Barnet"))[0] == 0

    row = {"id": "1", "kind": "said", "question": question, "gold": [], "facts": [], "forbid_docs": []}
    (tmp_path / "set.jsonl").write_text(json.dumps(row | {"kind": "unanswerable"}))
    assert inspections("evaluate", "run", "set.jsonl", "--name", "all", "--quiet")[0] == 0
    kept = "".join(path.read_text() for path in (tmp_path / ".inspections-runs" / "all").rglob("*.json*"))
    assert "leeds.txt" in kept
    assert not [name for name in ("inner/", "closed/") if name in kept]
    assert inspections("evaluate", "run", "set.jsonl", "--name", "in", "--quiet", "--audience", "internal")[0] == 0
    kept = "".join(path.read_text() for path in (tmp_path / ".inspections-runs" / "in").rglob("*.json*"))
    assert "inner/york.txt" in kept
    assert "closed/" not in kept
    for name, answered in (("all", 0.0), ("in", 1.0)):
        (tmp_path / ".inspections-runs" / name / "scores.json").unlink(missing_ok=True)  # scored anew, as it was asked
        told = json.loads(inspections("evaluate", "score", name, "--json")[1])
        assert told["settings"]["audience"] == (["internal"] if answered else None)
