"""A batch names each bad line with its number, and its file of answers appears whole or not at all."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ask import LONGEST, Assistant
from assistant.batch import BatchLine, read_batch
from assistant.cli.main import run
from index.errors import QuestionError

pytest_plugins = "fixtures_answers"

GOOD = '{"id": "a", "question": "what did Ofsted say about caseloads in Dudley in 2019?"}'
LEEDS = '{"id": "b", "question": "what did Ofsted say about caseloads in Leeds?"}'
Batch = Callable[..., tuple[int, str, str]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes the lines of a batch."""

    def write(*lines: str) -> Path:
        path = tmp_path / "questions.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def batch(
    answers_index: Path,
    write: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Batch]:
    """Asks a batch of these lines, answers to `out.jsonl`: the status, and what was printed."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def batch(*lines: str, out: str = "out.jsonl", more: tuple[str, ...] = ()) -> tuple[int, str, str]:
        words = ["ask", "--batch", str(write(*lines)), "--out", out, "--index", str(answers_index), *more]
        monkeypatch.setattr(sys, "argv", ["inspections", *words])
        try:
            run()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        return (status, *capsys.readouterr())

    return batch


def left() -> list[str]:
    """What lies in the folder that answers go to."""
    return sorted(path.name for path in Path().iterdir())


# Reading


def test_a_batch_is_read_line_by_line(write: Callable[..., Path]) -> None:
    """Blank lines are left out but counted; keys that are not known are ignored."""
    full = '{"id": 7, "question": "q", "context": ["p", "o"], "as_of": "2021-04-19", "gold": [1]}'
    lines = read_batch(write('{"id": "1", "question": "café?"}', "", "  ", full))
    assert lines == (
        BatchLine("1", "café?", (), None, "questions.jsonl, line 1"),
        BatchLine(7, "q", ("p", "o"), date(2021, 4, 19), "questions.jsonl, line 4"),
    )


def test_empty_values_are_as_good_as_none(write: Callable[..., Path]) -> None:
    (line,) = read_batch(write('{"id": null, "question": "q", "context": null, "as_of": null}'))
    assert (line.context, line.as_of) == ((), None)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "windows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n" + LEEDS.encode() + b"\r\n")
    assert [line.id for line in read_batch(path)] == ["a", "b"]


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        "{",
        "[]",
        '"a question"',
        "null",
        '{"question": "q"}',
        '{"id": "1"}',
        '{"id": "1", "question": null}',
        '{"id": "1", "question": ["q"]}',
        '{"id": "1", "question": "q", "context": "earlier"}',
        '{"id": "1", "question": "q", "context": [1]}',
        '{"id": "1", "question": "q", "context": {"a": "b"}}',
        '{"id": "1", "question": "q", "as_of": "yesterday"}',
        '{"id": "1", "question": "q", "as_of": "2021-02-30"}',
        '{"id": "1", "question": "q", "as_of": true}',
        '{"id": "1", "question": "q", "as_of": ""}',
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_form_it_should_have(write: Callable[..., Path], bad: str) -> None:
    with pytest.raises(QuestionError) as refused:
        read_batch(write(GOOD, "", bad, GOOD))
    assert "questions.jsonl, line 3" in refused.value.what
    assert '"question"' in refused.value.cure


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "1", "question": "caf\xe9"}')
    for name in ("none.jsonl", "latin.jsonl", "."):
        with pytest.raises(QuestionError, match="cannot be read"):
            read_batch(tmp_path / name)


QUESTION = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.lists(QUESTION, max_size=5))
def test_what_json_writes_in_ascii_is_read_back(tmp_path_factory: pytest.TempPathFactory, questions: list[str]) -> None:
    path = tmp_path_factory.mktemp("batch") / "questions.jsonl"
    path.write_text("".join(json.dumps({"id": n, "question": q}) + "\n" for n, q in enumerate(questions)), "utf-8")
    assert [line.question for line in read_batch(path)] == questions


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85"])
def test_a_line_ends_only_where_jsonl_ends_it(write: Callable[..., Path], mark: str) -> None:
    """Text pasted from a web page has such marks, and json.dumps(ensure_ascii=False) leaves them as they are."""
    question = f"caseloads{mark}in Dudley"
    line = json.dumps({"id": "1", "question": question}, ensure_ascii=False)
    assert [read.question for read in read_batch(write(line))] == [question]


# Answering


def answers() -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_every_question_has_its_answer_in_order(batch: Batch) -> None:
    """With its own id, of whatever type; abstentions among them do not change the status."""
    number = '{"id": 3, "question": "and supervision?", "context": ["what did Ofsted say about caseloads in Dudley?"]}'
    status, out, err = batch(GOOD, LEEDS, number)
    assert (status, out) == (0, "")
    assert err == "3 answers in out.jsonl\n"
    assert [(a["id"], a["status"]) for a in answers()] == [("a", "answered"), ("b", "abstained"), (3, "answered")]
    assert answers()[2]["reading"]["authority"] == ["Dudley"]
    assert left() == ["out.jsonl"]


def test_as_of_hides_what_came_later(batch: Batch) -> None:
    question = '{"id": 1, "question": "what did Ofsted say about caseloads in Dudley?", "as_of": "2018-01-01"}'
    assert batch(question)[0] == 0
    cited = {citation["source"] for citation in answers()[0]["citations"]}
    assert cited == {"dudley/2016-sif.txt"}


def test_a_batch_answers_as_a_single_question_does(batch: Batch, assistant: Assistant) -> None:
    from assistant.render.as_json import answer_json  # noqa: PLC0415  (what both print)

    batch(GOOD)
    alone = answer_json(assistant.ask(json.loads(GOOD)["question"]), "a")
    assert {**answers()[0], "seconds": 0} == {**json.loads(json.dumps(alone)), "seconds": 0}


def test_quiet_prints_nothing(batch: Batch) -> None:
    assert batch(GOOD, more=("--quiet",)) == (0, "", "")


def test_an_empty_batch_makes_an_empty_file(batch: Batch) -> None:
    assert batch("")[0] == 0
    assert answers() == []


@pytest.mark.parametrize("bad", ["no json", '{"id": 2, "question": "  "}', f'{{"id": 2, "question": "{"x" * 2001}"}}'])
def test_a_line_that_cannot_be_answered_is_named_and_nothing_is_left(batch: Batch, bad: str) -> None:
    """Whether it fails when it is read or when it is asked."""
    assert LONGEST < 2001
    status, out, err = batch(GOOD, bad, LEEDS)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("inspections: questions.jsonl, line 2")
    assert left() == []


def test_a_failure_leaves_the_answers_of_before(batch: Batch) -> None:
    Path("out.jsonl").write_text("of before")
    assert batch(GOOD, '{"id": 2, "question": ""}')[0] == 1
    assert Path("out.jsonl").read_text() == "of before"
    assert left() == ["out.jsonl"]
    assert batch(GOOD)[0] == 0
    assert [answer["id"] for answer in answers()] == ["a"]


@pytest.mark.parametrize("before", [None, "of before"])
def test_ctrl_c_leaves_nothing(batch: Batch, monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    """In the middle of a batch: status 130, no half file, and the answers of before as they were."""
    if before:
        Path("out.jsonl").write_text(before)
    asked: list[str] = []
    ask = Assistant.ask

    def interrupted(self: Assistant, question: str, *args: Any, **more: Any) -> Any:
        asked.append(question)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return ask(self, question, *args, **more)

    monkeypatch.setattr(Assistant, "ask", interrupted)
    assert batch(GOOD, LEEDS, GOOD) == (130, "", "")
    assert len(asked) == 2
    assert left() == (["out.jsonl"] if before else [])
    assert not before or Path("out.jsonl").read_text() == before


@pytest.mark.parametrize(
    "out",
    [
        "no/such/folder/out.jsonl",
        "folder",
        ".",
    ],
)
def test_a_file_that_cannot_be_written_is_told_in_one_line(batch: Batch, out: str) -> None:
    Path("folder").mkdir()
    status, printed, err = batch(GOOD, out=out)
    assert (status, printed, err.count("\n")) == (1, "", 1)
    assert "cannot be written" in err or "is a folder" in err
    assert "--out" in err
    assert left() == ["folder"]


def test_broken_unicode_in_a_line_is_answered_or_named(batch: Batch) -> None:
    status, _, err = batch(GOOD, '{"id": 2, "question": "caf\\udce9s in Dudley"}')
    assert status == 0 or "questions.jsonl, line 2" in err
