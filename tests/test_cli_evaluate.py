"""`inspections evaluate` as evaluators use it, and the project's own gate: the shipped set on the shipped documents."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli.main import run
from assistant.evaluate.folder import read_run
from assistant.worth import worth_from
from index.build import build
from index.embedding import LocalEmbedder

pytest_plugins = "fixtures_slack"

ROOT = Path(__file__).resolve().parent.parent
SET = ROOT / "tests" / "sets" / "source_docs.jsonl"
Inspections = Callable[..., tuple[int, str, str]]

# What the shipped set must reach, each a little below what it reached when it was written.
GATE = (
    "faithful==1",
    "R@10>=0.75",
    "nDCG@10>=0.65",
    "answered>=0.80",
    "abstained_rightly>=0.65",
    "cited_recall>=0.60",
    "right_document>=0.85",
    "right_period>=0.90",
    "right_speaker>=0.80",
    "facts>=0.60",
    "fact:cited_recall>=0.85",
    "undated:R@10>=0.90",
    "attribution:right_speaker>=0.90",
    "seconds_p95<=10",
)


def row(identity: str = "1", question: str = "what does the committee report say about supervision?") -> str:
    """A line of a set that fits the shipped documents."""
    quote = "Staff now have supervision regularly, and the council tracks it so that it stays a priority."
    gold = [{"doc": "2019-03-11-committee-report-part-2.pdf", "quote": quote, "grade": 2, "page": 1}]
    return json.dumps({"id": identity, "kind": "said", "question": question, "gold": gold, "facts": []}) + "\n"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, source_index: Path) -> Path:
    """A folder of runs with the run "base" of the shipped set, made as an evaluator makes it."""
    folder = tmp_path_factory.mktemp("runs")
    own = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTIONS_")}
    words = ("evaluate", "run", str(SET), "--name", "base", "--index", str(source_index), "--runs", str(folder))
    done = subprocess.run(
        [str(Path(sys.executable).parent / "inspections"), *words],
        env=own | {"INSPECTIONS_TODAY": "2026-11-01"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    (folder / "printed.txt").write_text(done.stdout, "utf-8")
    return folder


@pytest.fixture
def inspections(
    tmp_path: Path, source_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Inspections:
    """Runs a command in this process, in an empty folder: its status, and what went to stdout and to stderr."""
    for name in os.environ:
        if name.startswith("INSPECTIONS_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INSPECTIONS_INDEX", str(source_index))
    monkeypatch.setenv("INSPECTIONS_TODAY", "2026-11-01")

    def inspections(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspections", "evaluate", *map(str, words)])
        status = 0
        try:
            run()
        except SystemExit as end:
            status = int(end.code or 0)
        return (status, *capsys.readouterr())

    return inspections


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A set of two questions."""
    path = tmp_path / "small.jsonl"
    path.write_text(row("1") + row("2", "what has changed about case files?"), "utf-8")
    return path


# The project's own gate


def test_the_shipped_set_fits_the_shipped_documents(inspections: Inspections) -> None:
    status, out, err = inspections("check", SET)
    assert (status, out, err) == (0, f"{SET}: nothing is wrong.\n", "")


def test_the_project_passes_its_own_gate(inspections: Inspections, runs: Path) -> None:
    """What a change of the program must not break; those who raise what it reaches, raise GATE."""
    rules = [word for rule in GATE for word in ("--require", rule)]
    status, out, err = inspections("gate", "base", "--runs", runs, *rules)
    assert (status, err) == (0, ""), out
    assert out.count("ok ") == len(GATE)


def test_the_shipped_set_has_every_kind_of_question(runs: Path) -> None:
    kinds = {json.loads(line)["kind"] for line in SET.read_text("utf-8").splitlines()}
    wanted = {"said", "fact", "history", "comparison", "followup", "attribution", "undated", "unanswerable"}
    assert kinds >= wanted
    head = (runs / "printed.txt").read_text("utf-8").splitlines()[2].split()
    assert wanted <= set(head)


# run


def test_a_run_prints_its_measures_with_interval_and_count(runs: Path) -> None:
    printed = (runs / "printed.txt").read_text("utf-8")
    lines = {line.split()[0]: line.split() for line in printed.splitlines()[3:] if line}
    assert printed.startswith("base: source_docs, index generation 000001\n")
    assert lines["questions"][1] == str(len(SET.read_text("utf-8").splitlines()))
    value, low, to, high, count = lines["R@10"][1:6]
    assert to == "to"
    assert 0 <= float(low) <= float(value) <= float(high) <= 1
    assert int(count) < int(lines["questions"][1])  # those that have no answer have no recall
    assert {"faithful", "cited_recall", "abstained_rightly", "seconds_p95"} <= set(lines)


def test_json_is_one_object_with_the_same(inspections: Inspections, small: Path) -> None:
    status, out, err = inspections("run", small, "--json")
    told = json.loads(out)
    assert (status, err, told["run"], told["items"], told["complete"]) == (0, "", "small", 2, True)
    assert [part["label"] for part in told["summary"]] == ["all", "macro", "said"]
    assert told["summary"][0]["measures"]["faithful"]["value"] == 1


def test_quiet_prints_nothing_and_a_complete_run_is_left_as_it_is(
    inspections: Inspections, small: Path, tmp_path: Path
) -> None:
    assert inspections("run", small, "-q") == (0, "", "")
    before = (tmp_path / ".inspections-runs" / "small" / "outcomes.jsonl").read_bytes()
    assert inspections("run", small, "-q") == (0, "", "")
    assert (tmp_path / ".inspections-runs" / "small" / "outcomes.jsonl").read_bytes() == before


def test_a_setting_may_be_turned_and_another_one_is_another_run(inspections: Inspections, small: Path) -> None:
    assert inspections("run", small, "--set", "keyword=0", "--set", "k=20", "-q")[0] == 0
    told = read_run(Path(".inspections-runs/small")).info.settings
    assert (told["keyword"], told["k"], told["wider"]) == (0.0, 20, 0.75)
    status, _, err = inspections("run", small, "-q")
    assert status == 1
    assert "other k (20, not 50), keyword (0.0, not 0.5)" in err
    assert inspections("run", small, "--set", "keyword=0,1")[0] == 2


def test_questions_that_cannot_be_asked_are_named_and_end_with_status_4(
    inspections: Inspections, tmp_path: Path
) -> None:
    (tmp_path / "set.jsonl").write_text(row("good") + row("bad", "long " * 500), "utf-8")
    status, out, err = inspections("run", "set.jsonl")
    assert status == 4
    assert "R@10" in out
    assert "1 questions could not be asked and score 0: bad. The first: QuestionError: " in err
    assert "Traceback" not in err


def test_ctrl_c_keeps_what_was_answered_and_the_same_command_goes_on(source_index: Path, tmp_path: Path) -> None:
    """As in a terminal, in a process of its own; it waits after the third question until it is interrupted."""
    code = """if True:
        import signal, sys
        from assistant.cli import progress
        class Waiting:
            done_steps = 0
            def start(self, stage, total): pass
            def done(self): pass
            def advance(self, steps):
                self.done_steps += steps
                if self.done_steps == 3:
                    print("three", flush=True)
                    signal.pause()
        if sys.argv[1] == "wait":
            progress.progress_for = lambda quiet: Waiting()
        sys.argv[1:2] = ["evaluate"]
        from assistant.cli.main import run
        run()
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTIONS_")}
    (tmp_path / "set.jsonl").write_text("".join(row(str(n)) for n in range(5)), "utf-8")
    words = (
        "run",
        str(tmp_path / "set.jsonl"),
        "--name",
        "base",
        "--index",
        str(source_index),
        "--runs",
        str(tmp_path),
    )
    start = [sys.executable, "-c", code]
    process = subprocess.Popen(
        [*start, "wait", *words], env=own, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "three\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    kept = read_run(tmp_path / "base")
    assert (process.returncode, out) == (130, "")
    assert err == f"Stopped. What was answered is kept in {tmp_path / 'base'}; the same command goes on there.\n"
    assert (len(kept.outcomes), kept.info.complete) == (3, False)
    again = subprocess.run(
        [*start, "go on", *words, "-q"], env=own, cwd=ROOT, capture_output=True, text=True, check=False
    )
    whole = read_run(tmp_path / "base")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert whole.info.complete
    assert {item: whole.outcomes[item] for item in kept.outcomes} == kept.outcomes


def test_a_set_that_changed_is_another_set(inspections: Inspections, small: Path) -> None:
    inspections("run", small, "-q")
    with small.open("a", encoding="utf-8") as file:
        file.write(row("3"))
    status, out, err = inspections("run", small)
    assert (status, out) == (1, "")
    assert "other questions" in err
    assert "--anew" in err
    for words in (("score", "small"), ("gate", "small", "--require", "R@10>=0"), ("report", "small")):
        status, out, err = inspections(*words)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "is not what it was when the run small was made" in err
    assert inspections("run", small, "--anew", "-q") == (0, "", "")
    assert len(read_run(Path(".inspections-runs/small")).outcomes) == 3


def test_a_broken_line_is_named_and_nothing_is_made(inspections: Inspections, tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(row("1") + "{broken\n", "utf-8")
    status, out, err = inspections("run", "set.jsonl")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "set.jsonl, line 2: this is no JSON" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["set.jsonl"]


def test_a_folder_of_runs_that_cannot_be_written_is_told(inspections: Inspections, small: Path) -> None:
    status, out, err = inspections("run", small, "--runs", small)
    assert (status, out) == (1, "")
    assert "small.jsonl/small cannot be written: Not a directory" in err


@pytest.mark.parametrize("name", ["a/b", "..", "", ".hidden", "-q", "a\x1bb", "x" * 200])
def test_a_name_that_is_no_folder_is_wrong_usage(inspections: Inspections, small: Path, name: str) -> None:
    status, _, err = inspections("run", small, f"--name={name}")
    assert status == 2
    assert "\x1b" not in err


def test_a_name_of_several_words_is_found_again(inspections: Inspections, small: Path) -> None:
    assert inspections("run", small, "--name", "a b", "-q")[0] == 0
    assert inspections("score", "a b")[0] == inspections("score", "a_b")[0] == 0
    assert inspections("compare", "a b", "a b")[1].startswith("Both were made alike")


def test_a_set_with_documents_of_its_own_is_for_bench(inspections: Inspections, tmp_path: Path) -> None:
    beir(tmp_path / "beir")
    status, _, err = inspections("run", "beir")
    assert status == 1
    assert "inspections evaluate bench beir" in err


# An index that is made anew


def test_an_index_made_anew_is_another_one_but_old_runs_can_still_be_compared(
    inspections: Inspections, embedder: LocalEmbedder, tmp_path: Path
) -> None:
    """Whether quotes stand is told by the index that answered: what was found then is kept with the run."""
    (tmp_path / "docs").mkdir()
    article = (ROOT / "source_docs" / "undated-press-article.txt").read_text("utf-8")
    (tmp_path / "docs" / "undated-press-article.txt").write_text(article, "utf-8")
    quote = max(article.split("\n\n"), key=len)
    line = {"id": "1", "kind": "said", "question": "what does the press article say about Bradford?", "facts": [],
            "gold": [{"doc": "undated-press-article.txt", "quote": " ".join(quote.split()), "grade": 2}]}  # fmt: skip
    (tmp_path / "set.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    index = ("--index", "index")
    build(tmp_path / "index", tmp_path / "docs", embedder)
    assert inspections("run", "set.jsonl", "--name", "base", *index, "-q")[0] == 0
    (_, before, _) = inspections("score", "base", "--json", *index)
    build(tmp_path / "index", tmp_path / "docs", embedder, force=True)
    status, _, err = inspections("run", "set.jsonl", "--name", "base", *index)
    assert status == 1
    assert "other documents or vectors (the index was generation 000001" in err
    assert inspections("run", "set.jsonl", "--name", "new", *index, "-q")[0] == 0
    assert inspections("compare", "base", "new", *index)[0] == 0
    assert json.loads(inspections("score", "base", "--json", *index)[1]) == json.loads(before)
    for spoil, said in (("{", "scores.json is damaged"), (None, "it was not scored then")):
        kept = tmp_path / ".inspections-runs" / "base" / "scores.json"
        kept.unlink()
        if spoil:
            kept.write_text(spoil)
        status, out, err = inspections("compare", "base", "new", *index)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert said in err
        assert f"--name base --index {tmp_path / 'index'} --anew" in err


def test_an_index_that_was_made_otherwise_is_not_asked(
    inspections: Inspections, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sizes.RULES", "of tomorrow")
    status, out, err = inspections("run", small)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "was made with passage rules 1, and this program uses of tomorrow" in err
    assert "Type: inspections index build" in err
    assert not Path(".inspections-runs").exists()


# What is told of files that anybody wrote


def test_nothing_of_a_set_steers_the_terminal(inspections: Inspections, tmp_path: Path) -> None:
    bad = row("a\x1b[31mb", "long " * 500)
    (tmp_path / "set.jsonl").write_text(row("good") + bad, "utf-8")
    status, _, err = inspections("run", "set.jsonl")
    assert status == 4
    assert "a\ufffd[31mb" in err
    assert "\x1b" not in err
    (tmp_path / "twice.jsonl").write_text(bad + bad, "utf-8")
    status, _, err = inspections("run", "twice.jsonl")
    assert (status, "\x1b" in err) == (1, False)


def test_names_of_slices_do_not_steer_it_either(inspections: Inspections, tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(json.dumps(json.loads(row()) | {"\x1b[31mcolour": "red"}) + "\n", "utf-8")
    assert inspections("run", "set.jsonl", "-q")[0] == 0
    for words in (("score", "set", "--by", "none"), ("compare", "set", "set", "--slice", "none")):
        status, _, err = inspections(*words)
        assert (status, "\x1b" in err, "colour" in err) == (2, False, True)


def test_a_damaged_outcome_is_told_with_its_line_and_the_cure(inspections: Inspections, small: Path) -> None:
    inspections("run", small, "-q")
    outcomes = Path(".inspections-runs/small/outcomes.jsonl")
    first, second = map(json.loads, outcomes.read_text("utf-8").splitlines())
    second["answer"]["citations"] = ["x"]
    outcomes.write_text(json.dumps(first) + "\n" + json.dumps(second) + "\n", "utf-8")
    for words in (("score", "small"), ("report", "small"), ("compare", "small", "small")):
        status, out, err = inspections(*words)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "outcomes.jsonl, line 2 is damaged: citations.0: " in err
        assert err.endswith(f"inspections evaluate run {small} --name small --anew\n")


def test_a_set_that_does_not_fit_the_index_is_told_before_it_is_asked(inspections: Inspections, tmp_path: Path) -> None:
    gone = row("2").replace("committee-report-part-2.pdf", "committee-report-part-9.pdf")
    (tmp_path / "set.jsonl").write_text(row("1") + gone, "utf-8")
    told = "1 question names documents that this index does not hold; type: inspections evaluate check set.jsonl\n"
    assert inspections("run", "set.jsonl", "-q") == (0, "", told)
    assert inspections("sweep", "set.jsonl", "--set", "k=20", "-q")[2] == told


# score, compare, gate, report


def test_scores_can_be_sliced_by_anything_that_questions_have(inspections: Inspections, runs: Path) -> None:
    status, out, err = inspections("score", "base", "--by", "document_kind", "--runs", runs, "--measure", "P@3")
    assert (status, err) == (0, "")
    assert {"right_document", "right_period", "right_speaker"} <= set(out.splitlines()[0].split())
    assert out.splitlines()[0].split()[:2] == ["document_kind", "questions"]
    assert "P@3" in out.splitlines()[0]
    for words in (("--by", "colour"), ("--measure", "Beauty@3")):
        status, out, err = inspections("score", "base", *words, "--runs", runs)
        assert (status, out) == (2, "")


def test_a_run_that_is_not_there_is_told_with_those_that_are(inspections: Inspections, runs: Path) -> None:
    status, out, err = inspections("score", "bass", "--runs", runs)
    assert (status, out) == (1, "")
    assert err.endswith(f"Those in {runs} are: base.\n")


def test_two_runs_are_compared_measure_by_measure_and_side_by_side(inspections: Inspections, runs: Path) -> None:
    assert inspections("run", SET, "--name", "dense", "--set", "keyword=0", "--runs", runs, "-q")[0] == 0
    status, out, err = inspections("compare", "base", "dense", "--runs", runs, "--on", "RR@10", "-n", "1")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "base was made with other keyword (0.5, not 0.0)."
    assert out.splitlines()[2].split()[:2] == ["base", "dense"]
    assert "Lost most by RR@10" in out
    told = json.loads(inspections("compare", "base", "dense", "--runs", runs, "--json")[1])
    ranked = {one["measure"]: one for one in told["measures"]}["RR@10"]
    assert ranked["change"]["value"] == pytest.approx(ranked["new"] - ranked["base"])
    assert ranked["won"] + ranked["lost"] + ranked["ties"] == ranked["change"]["count"]
    assert ranked["lost_most"][0]["base_answer"]["citations"] is not None
    assert told["differences"] == ["keyword (0.5, not 0.0)"]
    of_kind, as_in_gate = (
        inspections("compare", "base", "dense", "--runs", runs, "--slice", part) for part in ("kind=fact", "fact")
    )
    assert of_kind == as_in_gate
    assert of_kind[0] == 0
    for words in (("--slice", "kind=none"), ("--on", "Beauty")):
        assert inspections("compare", "base", "dense", "--runs", runs, *words)[0] == 2


def test_a_set_that_was_moved_is_named_when_its_runs_are_compared(inspections: Inspections, small: Path) -> None:
    inspections("run", small, "-q")
    moved = small.rename(small.with_name("moved.jsonl"))
    status, _, err = inspections("compare", "small", "small")
    assert status == 1
    assert "--test-set PATH" in err
    assert inspections("compare", "small", "small", "--test-set", moved)[0] == 0


def test_that_index_and_program_changed_at_once_is_told(inspections: Inspections, small: Path) -> None:
    for name in ("base", "new"):
        inspections("run", small, "--name", name, "-q")
    file = Path(".inspections-runs/new/run.json")
    info = json.loads(file.read_text("utf-8"))
    told = "Both the index and the program changed"
    for part, name, warned in (("versions", "inspections", False), ("manifest", "generation", True)):
        info[part][name] = "000009"
        file.write_text(json.dumps(info), "utf-8")
        status, out, err = inspections("compare", "base", "new")
        assert (status, told in err) == (0, warned)
        assert "inspections (" in out.splitlines()[0]


def test_runs_of_two_sets_are_not_compared(inspections: Inspections, runs: Path, small: Path) -> None:
    inspections("run", small, "--runs", runs, "-q")
    status, out, err = inspections("compare", "base", "small", "--runs", runs)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "are runs of different questions" in err


def test_a_gate_that_is_not_met_names_what_failed(inspections: Inspections, runs: Path) -> None:
    words = ("gate", "base", "--runs", runs, "--require", "R@10>=1.01", "--require", "faithful==1")
    status, out, err = inspections(*words)
    assert (status, err) == (1, "")
    assert [line.split()[:2] for line in out.splitlines()] == [["ok", "faithful==1"], ["FAILED", "R@10>=1.01"]]
    assert inspections(*words, "-q")[1].split()[:2] == ["FAILED", "R@10>=1.01"]
    status, out, _ = inspections(*words, "--json")
    assert status == 1
    assert [one["met"] for one in json.loads(out)["verdicts"]] == [False, True]


def test_a_run_is_no_worse_than_itself(inspections: Inspections, runs: Path) -> None:
    status, out, _ = inspections("gate", "base", "--no-worse-than", "base", "--tolerance", "0", "--runs", runs)
    assert status == 0
    assert "R@10 no worse than base" in out


@pytest.mark.parametrize("words", [(), ("--require", "R@10"), ("--require", "Beauty>=1"), ("--tolerance", "-1")])
def test_a_gate_without_a_rule_that_can_be_used_is_wrong_usage(
    inspections: Inspections, runs: Path, words: tuple[str, ...]
) -> None:
    status, out, err = inspections("gate", "base", "--runs", runs, *words)
    assert (status, out) == (2, "")
    assert "Traceback" not in err


def test_a_run_that_is_not_complete_is_scored_with_a_word_of_warning_and_passes_no_gate(
    inspections: Inspections, runs: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half"
    half.mkdir()
    told = json.loads((runs / "base" / "run.json").read_text("utf-8")) | {"complete": False, "name": "half"}
    (half / "run.json").write_text(json.dumps(told), "utf-8")
    lines = (runs / "base" / "outcomes.jsonl").read_text("utf-8").splitlines(keepends=True)
    (half / "outcomes.jsonl").write_text("".join(lines[:10]), "utf-8")
    status, out, err = inspections("score", half)
    assert status == 0
    assert "(not complete" in out
    assert f"10 of {len(lines)} questions were asked, the others score 0" in err
    status, _, err = inspections("gate", half, "--require", "R@10>=0")
    assert status == 1
    assert "Go on with it: inspections evaluate run " + shlex.join(told["command"][3:]) + "\n" in err
    assert told["command"][-2:] == ["--runs", str(runs)]


def test_a_report_is_one_page_wherever_it_is_wanted(inspections: Inspections, runs: Path, tmp_path: Path) -> None:
    status, out, err = inspections("report", "base", "--runs", runs, "--out", "page.html")
    assert (status, out, err) == (0, "page.html\n", "")
    assert (tmp_path / "page.html").read_text("utf-8").lower().startswith("<!doctype html>")
    assert inspections("report", "base", "--runs", runs)[1] == f"{runs / 'base' / 'report.html'}\n"
    assert inspections("report", "base", "--runs", runs, "--out", tmp_path)[0] == 2
    assert inspections("report", "base", "--runs", runs, "--out", tmp_path / "none" / "page.html")[0] == 1


# check, sweep, perturb, label, import-feedback, bench


def test_check_names_every_fault_with_its_line(inspections: Inspections, tmp_path: Path) -> None:
    gone = row("3").replace("committee-report-part-2.pdf", "committee-report-part-9.pdf")
    (tmp_path / "set.jsonl").write_text(row("1") + row("1") + gone + "{\n", "utf-8")
    status, out, err = inspections("check", "set.jsonl")
    assert (status, err) == (1, "")
    assert [line.split(":")[0].split(" (")[0] for line in out.splitlines()] == [
        f"set.jsonl, line {n}" for n in (2, 3, 4)
    ]
    status, out, _ = inspections("check", "set.jsonl", "--json")
    assert status == 1
    assert [one["line"] for one in json.loads(out)["problems"]] == [2, 3, 4]


def test_a_sweep_marks_the_best_and_the_usual_and_writes_its_files(inspections: Inspections, small: Path) -> None:
    words = ("sweep", small, "--set", "keyword=0,0.5", "--by", "R@10")
    status, out, err = inspections(*words)
    assert status == 0
    assert out.splitlines()[2].split()[:2] == ["keyword=0.5", "usual"]
    assert "Best by R@10: keyword=0" in out
    folder = Path(".inspections-runs/sweep-small")
    assert err == f"Written: {folder}/sweep.csv, {folder}/sweep.json, {folder}/sweep.svg\n"
    assert (folder / "sweep.svg").exists()
    status, out, err = inspections(*words, "--json", "-q")
    assert (status, err, len(json.loads(out)["rows"])) == (0, "", 2)
    runs_of_it = [f"sweep-small/{name}" for name in ("keyword=0", "keyword=0.5")]
    assert inspections("compare", *runs_of_it)[0] == 0
    assert "sweep-small/keyword=0, sweep-small/keyword=0.5" in inspections("score", "none")[2]
    for wrong in (("sweep", small), (*words[:2], "--set", "colour=red")):
        assert inspections(*wrong)[0] == 2


def test_what_a_sweep_is_plotted_by_is_known_before_anything_is_asked(inspections: Inspections, small: Path) -> None:
    words = ("sweep", small, "--set", "k=20")
    assert inspections(*words, "--by", "Beauty")[0] == 2
    assert not Path(".inspections-runs").exists()
    status, out, _ = inspections(*words, "--by", "P@3", "-q")
    assert status == 0
    assert "Best by P@3: k=20" in out
    assert "Best by R@10: k=20" in inspections(*words, "-q")[1]
    status, out, err = inspections(*words, "--by", "facts", "-q")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "facts applies to no question" in err


def test_the_cure_for_a_run_says_all_that_was_turned(inspections: Inspections, small: Path, source_index: Path) -> None:
    """Else typing it would make another run over this one."""
    words = ("--set", "passage_size=128", "--index", str(source_index), "--source", str(ROOT / "source_docs"),
             "--runs", str(small.parent / "kept"))  # fmt: skip
    assert inspections("run", small, "--name", "short", *words, "-q")[0] == 0
    info = small.parent / "kept" / "short" / "run.json"
    told = json.loads(info.read_text("utf-8"))
    info.write_text(json.dumps(told | {"complete": False}), "utf-8")
    _, _, err = inspections("gate", "short", "--runs", small.parent / "kept", "--require", "R@10>=0")
    typed = shlex.split(err.partition("Go on with it: ")[2])
    assert typed == ["inspections", "evaluate", "run", str(small), "--name", "short", *words]
    assert inspections(*typed[2:], "-q") == (0, "", "")


def test_twins_are_written_and_asked(inspections: Inspections) -> None:
    status, out, err = inspections("perturb", SET, "--out", "twins.jsonl")
    assert (status, err) == (0, "")
    assert out.split()[:2] == ["twin", "questions"]
    status, out, err = inspections("perturb", SET, "--out", "twins.jsonl", "--name", "twins")
    assert (status, err) == (0, "")
    assert out.split()[:3] == ["twin", "questions", "right"]
    assert inspections("perturb", SET, "--out", SET)[0] == 2


def test_twins_are_written_over_nothing_else(inspections: Inspections, tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text("mine\n", "utf-8")
    status, out, err = inspections("perturb", SET, "--out", "mine.jsonl")
    assert (status, out) == (1, "")
    assert "mine.jsonl is there already" in err
    assert (tmp_path / "mine.jsonl").read_text("utf-8") == "mine\n"
    assert inspections("perturb", SET, "--out", "twins.jsonl", "--name", "a/b")[0] == 2
    assert not (tmp_path / "twins.jsonl").exists()


def test_labelling_asks_for_each_passage_and_keeps_what_was_judged(
    inspections: Inspections, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspections("run", small, "-q")
    typed = iter(["0", "q"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    status, out, err = inspections("label", small, "--from", "small", "--out", "labelled.jsonl")
    assert (status, err) == (0, "")
    assert out.endswith("passages are judged, 1 of them now: labelled.jsonl\n")
    assert Path("labelled.jsonl").exists()


def test_feedback_becomes_rows_that_no_run_takes_before_somebody_looked_at_them(
    inspections: Inspections, tmp_path: Path
) -> None:
    given = {"verdict": "bad", "question": "what about supervision?", "citations": [], "reasons": [], "reading": {}}
    (tmp_path / "feedback.jsonl").write_text(json.dumps(given) + "\n", "utf-8")
    status, out, err = inspections("import-feedback", "feedback.jsonl", "--out", "rows.jsonl")
    assert (status, err) == (0, "")
    assert out.startswith("1 draft rows in rows.jsonl")
    status, _, err = inspections("run", "rows.jsonl")
    assert status == 1
    assert "--drafts" in err


def test_drafts_and_questions_without_gold_are_asked_and_labelled(
    inspections: Inspections, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"id": "d", "kind": "feedback", "question": "what has changed about case files?"}
    (tmp_path / "set.jsonl").write_text(row() + json.dumps(asked | {"draft": True}) + "\n", "utf-8")
    status, out, err = inspections("run", "set.jsonl", "--drafts", "--json")
    assert (status, err) == (0, "Of 2 questions 1 are drafts; 1 have no gold and are not scored.\n")
    assert {one["n"] for one in json.loads(out)["summary"][0]["measures"].values()} == {1}
    shown: list[str] = []
    typed = iter(["n", "2", "q"])
    monkeypatch.setattr("builtins.input", lambda text: [shown.append(text), next(typed)][1])
    assert inspections("label", "set.jsonl", "--from", "set", "--out", "labelled.jsonl")[0] == 0
    assert asked["question"] in shown[1]
    assert inspections("run", "labelled.jsonl", "-q") == (0, "", "")


def beir(folder: Path) -> None:
    """A collection of three documents and two queries."""
    (folder / "qrels").mkdir(parents=True)
    texts = {"a": "Caseloads of social workers are high.", "b": "Foster carers are praised.", "c": "A road was mended."}
    lines = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in texts.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    asked = {"1": "high caseloads", "2": "praise for foster carers"}
    lines = [json.dumps({"_id": name, "text": text}) for name, text in asked.items()]
    (folder / "queries.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n", "utf-8")


def test_a_public_collection_is_ranked_in_three_ways(inspections: Inspections, tmp_path: Path) -> None:
    beir(tmp_path / "beir")
    status, out, err = inspections("bench", "beir")
    assert (status, err) == (0, "")
    rows = [line.split() for line in out.splitlines()[2:]]
    assert [one[0] for one in rows[1:]] == ["BM25", "dense", "fused"]
    assert "nDCG@10" in rows[0]


def test_from_too_few_questions_nothing_is_learned_or_ablated(inspections: Inspections, tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text(row(), "utf-8")
    for words in (("learn", "set.jsonl", "--out", "worth.json"), ("ablate", "set.jsonl", "-q")):
        status, out, err = inspections(*words)
        assert (status, out) == (1, "")
        assert "larger set" in err
    assert not (tmp_path / "worth.json").exists()


def test_weights_learned_from_the_shipped_set_can_be_used(inspections: Inspections, tmp_path: Path) -> None:
    assert inspections("learn", str(SET), "--out", "worth.json")[0] == 0
    assert worth_from(json.loads((tmp_path / "worth.json").read_text("utf-8")))


# What commands load


def test_the_command_line_starts_without_what_evaluation_needs() -> None:
    """Nobody waits for charts and measures who asks for something else."""
    code = (
        "import sys, assistant.cli.main;"
        "print(sorted({'matplotlib', 'ir_measures', 'pytrec_eval', 'jinja2', 'rapidfuzz'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_every_command_has_help_with_an_example(inspections: Inspections) -> None:
    commands = ("check", "run", "score", "compare", "sweep", "report", "gate", "perturb", "label", "import-feedback",
                "bench", "ablate", "learn")  # fmt: skip
    for command in commands:
        status, out, _ = inspections(command, "--help")
        assert status == 0
        assert f"inspections evaluate {command}" in " ".join(out.split())
