"""`inspections ask` and `search` as they are installed: what goes where, and the status each ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from answers_index import marks
from small_index import build_small

from assistant.cli.main import run

pytest_plugins = "fixtures_answers"

INSPECTIONS = Path(sys.executable).parent / "inspections"
ANSWERED = "what did Ofsted say about caseloads in Dudley in 2019?"
ABSTAINED = "what did Ofsted say about caseloads in Leeds?"
Inspections = Callable[..., tuple[int, str, str]]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without any setting of this machine."""
    for name in os.environ:
        if name.startswith("INSPECTIONS_") or name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def installed(environment: Path) -> Inspections:
    """Runs the console script in a process of its own: its status, and what it printed to stdout and to stderr."""

    def installed(*words: str, **settings: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [str(INSPECTIONS), *words],
            cwd=environment,
            env=os.environ | settings,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return installed


@pytest.fixture
def inspections(
    environment: Path,  # noqa: ARG001  (its folder is what is worked in)
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Inspections:
    """The same in this process, which is quicker."""

    def inspections(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspections", *words])
        status = 0
        try:
            run()
        except SystemExit as end:
            status = int(end.code or 0)
        return (status, *capsys.readouterr())

    return inspections


# As installed


def test_an_answer_goes_to_stdout_with_status_0(installed: Inspections, answers_index: Path) -> None:
    status, out, err = installed("ask", ANSWERED, "--index", str(answers_index))
    assert (status, err) == (0, "")
    assert "17 social workers" in out
    assert "[1]" in out
    assert "dudley/2019-ilacs.pdf" in out
    assert "\x1b" not in out


def test_more_is_offered_and_given(inspections: Inspections, answers_index: Path) -> None:
    """The sources are those of what is printed."""
    words = ("ask", "what did Ofsted say about Dudley in 2022?", "--index", str(answers_index))
    _, short, _ = inspections(*words)
    _, whole, _ = inspections(*words, "--more")
    assert "--more" in short
    assert "child protection plans" not in short
    assert "--more" not in whole
    assert "child protection plans" in whole
    printed, sources = short.split("\nSources\n")
    assert {f"[{n}]" for n in marks(printed)} == {f"[{n}]" for n in marks(sources)}


def test_an_abstention_has_its_reason_on_stdout_and_status_3(installed: Inspections, answers_index: Path) -> None:
    """The reason is the answer to the question, not a complaint."""
    status, out, err = installed("ask", ABSTAINED, "--index", str(answers_index))
    assert (status, err) == (3, "")
    assert "Leeds" in out
    assert "Dudley and Oldham" in out


def test_wrong_usage_ends_with_2_and_a_word_on_stderr(installed: Inspections) -> None:
    status, out, err = installed("ask")
    assert (status, out) == (2, "")
    assert "--batch" in err
    assert "Traceback" not in err


def test_without_an_index_one_line_says_what_to_type(installed: Inspections) -> None:
    status, out, err = installed("ask", ANSWERED)
    assert (status, out) == (1, "")
    assert err == (
        "inspections: There is no index in .inspections. Type: inspections index build --index .inspections\n"
    )


def test_json_is_one_object_whatever_the_terminal_is_set_to(installed: Inspections, answers_index: Path) -> None:
    """Colour is for terminals, and even there not with NO_COLOR."""
    words = ("ask", ANSWERED, "--json", "--index", str(answers_index))
    status, out, err = installed(*words, NO_COLOR="1", FORCE_COLOR="1", TERM="xterm-256color")
    assert (status, err) == (0, "")
    assert out.count("\n") == 1
    assert json.loads(out)["status"] == "answered"
    assert "\x1b" not in out


def test_answering_loads_no_torch(answers_index: Path, environment: Path) -> None:
    """Staff wait for an answer: what takes seconds to import is for building alone."""
    code = (
        "import sys; from assistant.cli.main import run\n"
        "try: run()\n"
        "except SystemExit as end: assert not end.code\n"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'trafilatura'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "ask", ANSWERED, "--json", "--index", str(answers_index)]
    done = subprocess.run(command, cwd=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


# In this process


def test_the_index_is_an_option_before_it_is_a_setting(
    inspections: Inspections, answers_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTIONS_INDEX", str(answers_index))
    assert inspections("ask", ANSWERED)[0] == 0
    status, _, err = inspections("ask", ANSWERED, "--index", "elsewhere")
    assert status == 1
    assert "There is no index in elsewhere" in err


def test_settings_shape_the_answer(
    inspections: Inspections, answers_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day taken for today, and the authority that is meant where none is named."""
    monkeypatch.setenv("INSPECTIONS_TODAY", "2020-06-01")
    monkeypatch.setenv("INSPECTIONS_HOME_AUTHORITY", "Dudley")
    words = ("what did Ofsted say about caseloads last year?", "--json", "--index", str(answers_index))
    status, out, _ = inspections("ask", *words)
    answer = json.loads(out)
    assert status == 0
    assert answer["reading"]["authority"] == ["Dudley"]
    assert {citation["source"] for citation in answer["citations"]} >= {"dudley/2019-ilacs.pdf"}


def test_json_of_an_abstention_keeps_the_status(inspections: Inspections, answers_index: Path) -> None:
    status, out, err = inspections("ask", ABSTAINED, "--json", "--index", str(answers_index))
    answer = json.loads(out)
    assert (status, err, answer["status"], answer["citations"]) == (3, "", "abstained", [])
    assert "Leeds" in answer["reason"]


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "a question", "--batch", "q.jsonl", "--out", "a.jsonl"),
        ("ask", "--batch", "q.jsonl"),
        ("ask", "--out", "a.jsonl"),
        ("ask", "a question", "--out", "a.jsonl"),
        ("ask", "two", "questions"),
        ("ask", "a question", "--no-such"),
        ("search",),
        ("search", "caseloads", "-k", "0"),
        ("search", "caseloads", "-k", "101"),
        ("search", "caseloads", "-k", "some"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(inspections: Inspections, words: tuple[str, ...]) -> None:
    status, out, err = inspections(*words)
    assert (status, out) == (2, "")
    assert err


@pytest.mark.parametrize("question", ["", "   ", "x" * 2001])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_that_cannot_be_used_is_told_in_one_line(
    inspections: Inspections, answers_index: Path, command: str, question: str
) -> None:
    status, out, err = inspections(command, question, "--index", str(answers_index))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("inspections: The question ")


def test_an_index_of_another_embedder_or_other_rules_is_refused(inspections: Inspections, tmp_path: Path) -> None:
    """One line names both models and says how to build anew."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Caseloads are high.")
    build_small(tmp_path / "small", tmp_path / "docs")
    status, out, err = inspections("ask", ANSWERED, "--index", "small")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "embedding model small@000000000000" in err
    assert err.endswith("Type: inspections index build --index small\n")


def test_an_index_of_other_rules_is_refused(
    inspections: Inspections, answers_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.entry.RULES", "of tomorrow")
    status, out, err = inspections("ask", ANSWERED, "--index", str(answers_index))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "passage rules" in err
    assert "of tomorrow" in err


@pytest.mark.parametrize("damage", ["CURRENT", "generations"])
def test_a_damaged_index_is_told_in_one_line(inspections: Inspections, tmp_path: Path, damage: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Caseloads are high.")
    build_small(tmp_path / "small", tmp_path / "docs")
    if damage == "CURRENT":
        (tmp_path / "small" / damage).write_text("torn")
    else:
        for file in (tmp_path / "small" / damage).rglob("manifest.json"):
            file.write_text("{}")
    status, out, err = inspections("ask", ANSWERED, "--index", "small")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "inspections index build" in err
    assert "Traceback" not in err


# Search


def test_search_shows_as_many_passages_as_asked_for(inspections: Inspections, answers_index: Path) -> None:
    status, out, err = inspections("search", "caseloads in Dudley", "-k", "3", "--json", "--index", str(answers_index))
    found = json.loads(out)
    assert (status, err, out.count("\n")) == (0, "", 1)
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    assert found["query"] == "caseloads in Dudley"
    assert found["reading"]["authority"] == ["Dudley"]
    assert found["reason"] is None


def test_search_explains_each_score(inspections: Inspections, answers_index: Path) -> None:
    """What a person is told adds up, and is what programs are told."""
    words = ("search", "caseloads in Dudley", "-k", "5", "--index", str(answers_index))
    hits = json.loads(inspections(*words, "--json")[1])["hits"]
    lines = [line for line in inspections(*words)[1].split("\n") if "dense" in line and "keyword" in line]
    assert len(lines) == len(hits) == 5
    for hit, line in zip(hits, lines, strict=True):
        assert hit["source"] in line
        assert f"{hit['score']:.3f}" in line
        assert {"page", "paragraph", "dense", "keyword", "filters", "text"} <= set(hit)
        total, dense, keyword, filters = (float(part) for part in _numbers(line))
        assert total == pytest.approx(dense + keyword + filters, abs=0.0025)


def _numbers(line: str) -> list[str]:
    made = line.rsplit("[", 1)[1].rstrip("]")
    return [part.split(" ")[-1] for part in made.replace(" = ", " + ").split(" + ")]


def test_search_that_finds_nothing_ends_with_3_and_says_why(inspections: Inspections, answers_index: Path) -> None:
    words = ("search", "caseloads in Leeds", "--index", str(answers_index))
    status, out, err = inspections(*words)
    assert (status, err) == (3, "")
    assert "Leeds" in out
    status, out, _ = inspections(*words, "--json")
    found = json.loads(out)
    assert (status, found["hits"]) == (3, [])
    assert "Leeds" in found["reason"]


def test_search_finds_what_ask_cites(inspections: Inspections, answers_index: Path) -> None:
    index = ("--json", "--index", str(answers_index))
    cited = json.loads(inspections("ask", ANSWERED, *index)[1])["citations"]
    found = json.loads(inspections("search", ANSWERED, *index)[1])["hits"]
    assert {citation["source"] for citation in cited} <= {hit["source"] for hit in found}
