"""A run answers every question of a set the same way each time, keeps what it has, and goes on where it was stopped."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from answers_index import ILACS_2019, SIF_2016
from numpy.typing import NDArray

from assistant.ask import Assistant
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import (
    INFO,
    OUTCOMES,
    RANKED,
    go_on,
    held,
    read_run,
    run_again,
    run_folder,
    run_name,
    write_ranked,
    write_whole,
)
from assistant.evaluate.records import Form, Gold, Item, Run, TestSet
from assistant.evaluate.running import Asking, not_held, run_set
from assistant.render.as_json import answer_json
from assistant.tuning import Tuning
from index.embedding import LocalEmbedder
from index.errors import EmbedderError
from index.search import Weights

pytest_plugins = "fixtures_answers"

DAY = date(2026, 11, 21)
USUAL = Asking("base", DAY)
QUESTIONS = (
    "what did Ofsted say about caseloads in Dudley in 2019?",
    "what did the council say about caseloads in Dudley in 2019?",
    "what did Ofsted say about caseloads in Leeds?",
    "how has the overall judgement of Dudley changed?",
)


def items(*questions: str, **fields: Any) -> tuple[Item, ...]:
    return tuple(Item(f"q{n}", question, "said", n, **fields) for n, question in enumerate(questions, start=1))


def set_of(*asked: Item, sha256: str = "a" * 64, form: Form = Form.QUOTES) -> TestSet:
    return TestSet("small", form, Path("sets/small.jsonl"), sha256, asked or items(*QUESTIONS))


class Told:
    """A progress that remembers what it is told, and may act on a step."""

    def __init__(self, at: int = 0, act: Callable[[], None] = lambda: None) -> None:
        self.steps: list[int] = []
        self.total = 0
        self._at, self._act = at, act

    def start(self, stage: str, total: int) -> None:  # noqa: ARG002  (Progress has it)
        self.total = total

    def advance(self, steps: int) -> None:
        self.steps.append(steps)
        if sum(self.steps) == self._at:
            self._act()

    def done(self) -> None: ...


class Failing:
    """An embedder that fails on the texts with a word in them."""

    def __init__(self, real: LocalEmbedder, word: str, error: Exception) -> None:
        self.id, self.width, self.max_tokens = real.id, real.width, real.max_tokens
        self.count_tokens, self.encode_passages = real.count_tokens, real.encode_passages
        self._real, self._word, self._error = real, word, error

    def encode_query(self, text: str) -> NDArray[np.float32]:
        if self._word in text:
            raise self._error
        return self._real.encode_query(text)


def interrupt() -> None:
    raise KeyboardInterrupt


def timeless(run: Run) -> list[dict[str, Any]]:
    """The outcomes of a run as they are on the disk, without the seconds, in the order of the file."""
    lines = [json.loads(line) for line in (run.folder / OUTCOMES).read_text("utf-8").splitlines()]
    for line in lines:
        del line["seconds"]
        line["answer"].pop("seconds", None)
    return lines


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes, as on a disk that has no more room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# What a run is


def test_every_question_has_the_answer_that_staff_would_get(assistant: Assistant, tmp_path: Path) -> None:
    run = run_set(set_of(), assistant, tmp_path / "base", USUAL)
    assert list(run.outcomes) == ["q1", "q2", "q3", "q4"]
    for item in items(*QUESTIONS):
        answer = answer_json(assistant.ask(item.question, today=DAY), item.id)
        assert run.outcomes[item.id].answer | {"seconds": 0} == json.loads(json.dumps(answer)) | {"seconds": 0}
    assert run.outcomes["q1"].answer["status"] == "answered"
    assert run.outcomes["q3"].answer["status"] == "abstained"
    assert run.info.complete


def test_what_is_read_back_is_what_was_made(assistant: Assistant, tmp_path: Path) -> None:
    run = run_set(set_of(), assistant, tmp_path / "base", USUAL)
    assert read_run(tmp_path / "base") == run
    assert run.info.generation == assistant.index.manifest.generation
    assert run.info.settings["k"] == 50
    assert run.info.versions["inspections"].startswith("0.1.0+")


def test_earlier_questions_of_the_thread_are_read_too(assistant: Assistant, tmp_path: Path) -> None:
    follow = Item("f", "and in 2016?", "followup", 1, context=(QUESTIONS[0],))
    run = run_set(set_of(follow), assistant, tmp_path / "base", USUAL)
    assert {citation["source"] for citation in run.outcomes["f"].answer["citations"]} == {SIF_2016}


def test_what_was_published_after_the_day_of_an_item_is_hidden(assistant: Assistant, tmp_path: Path) -> None:
    asked = "what is the latest overall judgement of Dudley?"
    then, now = replace(items(asked)[0], as_of=date(2018, 1, 1)), replace(items(asked)[0], id="now")
    outcomes = run_set(set_of(then, now), assistant, tmp_path / "base", USUAL).outcomes
    assert {citation["source"] for citation in outcomes["q1"].answer["citations"]} == {SIF_2016}
    assert SIF_2016 not in {citation["source"] for citation in outcomes["now"].answer["citations"]}


def test_the_same_comes_out_each_time_but_for_the_seconds(assistant: Assistant, tmp_path: Path) -> None:
    one, other = (run_set(set_of(), assistant, tmp_path / name, USUAL) for name in ("one", "other"))
    assert timeless(one) == timeless(other)
    assert (one.folder / RANKED).read_bytes() == (other.folder / RANKED).read_bytes()


def test_confidence_is_the_best_score_and_none_without_passages(assistant: Assistant, tmp_path: Path) -> None:
    outcomes = run_set(set_of(), assistant, tmp_path / "base", USUAL).outcomes
    assert outcomes["q1"].confidence == max(passage["score"] for passage in outcomes["q1"].answer["passages"])
    assert (outcomes["q3"].confidence, outcomes["q3"].ranked) == (0.0, ())


def test_the_ranking_falls_with_its_scores_whatever_order_the_assistant_chose(
    assistant: Assistant, tmp_path: Path
) -> None:
    """Grades are printed in passages that no ranking found best; programs for TREC sort by score."""
    run = run_set(set_of(), assistant, tmp_path / "base", USUAL)
    rows = [line.split() for line in (run.folder / RANKED).read_text("utf-8").splitlines()]
    assert all(len(row) == 6 and row[1] == "Q0" and row[5] == "base" for row in rows)
    ids = [row[2] for row in rows if row[0] == "q4"]
    scores = [float(row[4]) for row in rows if row[0] == "q4"]
    assert ids == [found.id for found in assistant.ask(QUESTIONS[3], today=DAY).passages]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_documents_are_ranked_once_each_where_documents_are_judged(assistant: Assistant, tmp_path: Path) -> None:
    """They go on below the passages of the answer."""
    topic = Item("1", QUESTIONS[0].replace(" in 2019", ""), "topic", 1, gold=(Gold(ILACS_2019, "", 1),))
    few = replace(assistant, tuning=Tuning(passages=3))
    run = run_set(set_of(topic, form=Form.TREC), few, tmp_path / "base", USUAL)
    ranked = [name for name, _ in run.outcomes["1"].ranked]
    shown = dict.fromkeys(passage["source"] for passage in run.outcomes["1"].answer["passages"])
    assert ranked[: len(shown)] == list(shown)
    assert len(ranked) == len(set(ranked)) > len(shown)
    assert ILACS_2019 in ranked


def test_a_document_with_spaces_in_its_name_is_one_field_of_the_ranking(assistant: Assistant, tmp_path: Path) -> None:
    run = run_set(set_of(), assistant, tmp_path / "base", USUAL)
    spaced = replace(run, outcomes={"q1": replace(run.outcomes["q1"], ranked=(("a b/100%.pdf", 1.0),))})
    write_ranked(spaced, ("q1",))
    assert (run.folder / RANKED).read_text("utf-8") == "q1 Q0 a%20b/100%25.pdf 1 1.0 base\n"


def test_a_set_with_documents_of_its_own_is_not_asked_of_this_index(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="evaluate bench"):
        run_set(set_of(form=Form.BEIR), assistant, tmp_path / "base", USUAL)
    assert not (tmp_path / "base").exists()


def test_tuning_changes_what_comes_out_and_is_told(assistant: Assistant, tmp_path: Path) -> None:
    turned = replace(assistant, tuning=Tuning(3, Weights(keyword=0.0)))
    usual = run_set(set_of(), assistant, tmp_path / "base", USUAL)
    run = run_set(set_of(), turned, tmp_path / "turned", replace(USUAL, name="turned"))
    assert (run.info.settings["k"], run.info.settings["keyword"]) == (3, 0.0)
    assert len(run.outcomes["q1"].answer["passages"]) == 3
    assert run.outcomes["q1"].confidence < usual.outcomes["q1"].confidence


# Questions that fail


def test_a_question_that_cannot_be_asked_is_an_outcome_with_an_error(assistant: Assistant, tmp_path: Path) -> None:
    run = run_set(set_of(*items("x" * 3000, QUESTIONS[0])), assistant, tmp_path / "base", USUAL)
    assert run.outcomes["q1"].error == ("QuestionError: The question has 3000 characters. Shorten it to 2000 at most.")
    assert (run.outcomes["q1"].answer, run.outcomes["q1"].ranked) == ({}, ())
    assert run.outcomes["q2"].error is None
    assert read_run(tmp_path / "base") == run


def test_a_question_on_which_the_program_breaks_is_not_the_end(
    assistant: Assistant, embedder: LocalEmbedder, tmp_path: Path
) -> None:
    broken = replace(assistant, embedder=Failing(embedder, "zebra", ZeroDivisionError("by zebra")))
    run = run_set(set_of(*items("zebra crossings in Dudley", QUESTIONS[0])), broken, tmp_path / "base", USUAL)
    assert run.outcomes["q1"].error == "ZeroDivisionError: by zebra"
    assert run.outcomes["q2"].answer["status"] == "answered"


def test_a_model_that_is_gone_ends_the_run_and_what_was_done_is_kept(
    assistant: Assistant, embedder: LocalEmbedder, tmp_path: Path
) -> None:
    """Else every question after it would be an error, and the run be called complete."""
    asked = set_of(*items(QUESTIONS[0], "zebra crossings in Dudley"))
    gone = replace(assistant, embedder=Failing(embedder, "zebra", EmbedderError("It is gone.", "Fetch it.")))
    with pytest.raises(EmbedderError):
        run_set(asked, gone, tmp_path / "base", USUAL)
    assert list(read_run(tmp_path / "base").outcomes) == ["q1"]
    assert list(run_set(asked, assistant, tmp_path / "base", USUAL).outcomes) == ["q1", "q2"]


# Stopping and going on


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_interrupted_run_keeps_its_outcomes_and_goes_on_to_the_same_end(
    assistant: Assistant, tmp_path: Path, after: int
) -> None:
    whole = run_set(set_of(), assistant, tmp_path / "whole", USUAL)
    folder = tmp_path / "base"
    with pytest.raises(KeyboardInterrupt):
        run_set(set_of(), assistant, folder, USUAL, Told(after, interrupt))
    half = read_run(folder)
    assert (len(half.outcomes), half.info.complete, (folder / RANKED).exists()) == (after, False, False)
    told = Told()
    run = run_set(set_of(), assistant, folder, USUAL, told)
    assert (told.total, told.steps) == (4, [after, *[1] * (4 - after)])
    assert timeless(run) == timeless(whole)
    assert {item: run.outcomes[item] for item in half.outcomes} == half.outcomes  # their seconds too: not asked again
    assert run.info.started == half.info.started
    assert (folder / RANKED).read_bytes() == (whole.folder / RANKED).read_bytes()


def test_a_complete_run_is_not_asked_again(assistant: Assistant, tmp_path: Path) -> None:
    first = run_set(set_of(), assistant, tmp_path / "base", USUAL)
    told = Told()
    assert run_set(set_of(), assistant, tmp_path / "base", USUAL, told) == first
    assert told.steps == []


def test_a_line_that_was_cut_off_is_asked_again(assistant: Assistant, tmp_path: Path) -> None:
    """As a process that is killed while it writes leaves it."""
    folder = tmp_path / "base"
    with pytest.raises(KeyboardInterrupt):
        run_set(set_of(), assistant, folder, USUAL, Told(2, interrupt))
    whole = (folder / OUTCOMES).read_bytes()
    (folder / OUTCOMES).write_bytes(whole[:-40])
    assert list(read_run(folder).outcomes) == ["q1"]
    run = run_set(set_of(), assistant, folder, USUAL)
    assert [line["id"] for line in timeless(run)] == ["q1", "q2", "q3", "q4"]


def test_a_full_disk_keeps_what_is_there_and_says_how_to_go_on(assistant: Assistant, tmp_path: Path) -> None:
    whole = run_set(set_of(), assistant, tmp_path / "whole", USUAL)
    room = len((whole.folder / OUTCOMES).read_bytes()) - 100
    with full_disk(room), pytest.raises(EvaluationError, match=r"outcomes.jsonl cannot be written.*goes on"):
        run_set(set_of(), assistant, tmp_path / "base", USUAL)
    assert list(read_run(tmp_path / "base").outcomes) == ["q1", "q2", "q3"]
    assert timeless(run_set(set_of(), assistant, tmp_path / "base", USUAL)) == timeless(whole)


def test_the_day_is_that_of_the_run_that_is_gone_on_with(assistant: Assistant, tmp_path: Path) -> None:
    """A run that goes on after midnight asks what "last year" is on one day throughout."""
    with pytest.raises(KeyboardInterrupt):
        run_set(set_of(), assistant, tmp_path / "base", Asking("base", date(2020, 5, 1)), Told(1, interrupt))
    run = run_set(set_of(), assistant, tmp_path / "base", Asking("base"))
    assert run.info.settings["today"] == "2020-05-01"


def test_a_run_of_anything_else_is_not_gone_on_with(assistant: Assistant, tmp_path: Path) -> None:
    folder = tmp_path / "base"
    run_set(set_of(), assistant, folder, USUAL)
    kept = {file.name: file.read_bytes() for file in folder.iterdir()}
    rebuilt = replace(assistant.index, manifest=replace(assistant.index.manifest, generation="000002"))
    other_model = replace(assistant.index, manifest=replace(assistant.index.manifest, embedder="other@0123456789ab"))
    for asked, of, asking, what in (
        (set_of(sha256="b" * 64), assistant, USUAL, "other questions"),
        (set_of(), replace(assistant, index=rebuilt), USUAL, "the index was generation 000001 .* and is 000002"),
        (set_of(), replace(assistant, index=other_model), USUAL, "other documents or vectors"),
        (set_of(), replace(assistant, home="Dudley"), USUAL, r"other home_authority \(None, not Dudley\)"),
        (set_of(), replace(assistant, tuning=Tuning(20)), USUAL, r"other k \(50, not 20\)"),
        (set_of(), assistant, Asking("base", date(2020, 1, 1)), r"other today \(2026-11-21, not 2020-01-01\)"),
    ):
        with pytest.raises(EvaluationError, match=f"(?s){what}.*--anew"):
            run_set(asked, of, folder, asking)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == kept


def test_the_program_itself_is_part_of_what_must_be_the_same(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_set(set_of(), assistant, tmp_path / "base", USUAL)
    monkeypatch.setattr("assistant.evaluate.running._program", lambda: "0" * 12)
    with pytest.raises(EvaluationError, match=r"other inspections \(0\.1\.0\+[0-9a-f]{12}, not 0\.1\.0\+0{12}\)"):
        run_set(set_of(), assistant, tmp_path / "base", USUAL)


def test_anew_asks_everything_again_and_leaves_what_is_not_its_own(assistant: Assistant, tmp_path: Path) -> None:
    folder = tmp_path / "base"
    run_set(set_of(), assistant, folder, USUAL)
    (folder / "scores.json").write_text("{}")
    (folder / "notes.txt").write_text("mine")
    told = Told()
    run = run_set(set_of(*items(QUESTIONS[1])), assistant, folder, replace(USUAL, anew=True), told)
    assert (told.steps, list(run.outcomes)) == ([0, 1], ["q1"])
    assert not (folder / "scores.json").exists()
    assert (folder / "notes.txt").read_text() == "mine"


def test_two_processes_do_not_run_in_one_folder(assistant: Assistant, tmp_path: Path) -> None:
    with held(tmp_path / "base"), pytest.raises(EvaluationError, match="Another process is running in"):
        run_set(set_of(), assistant, tmp_path / "base", USUAL)


def test_a_place_that_cannot_be_a_folder_is_told(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvaluationError, match=r"file/base cannot be written: Not a directory.*--runs"):
        run_set(set_of(), assistant, tmp_path / "file" / "base", USUAL)


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", "before")
    with full_disk(3), pytest.raises(EvaluationError, match=r"a.json cannot be written"):
        write_whole(tmp_path / "a.json", "after all")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a.json": "before"}


def test_the_cure_makes_the_run_again_as_it_was_tuned(assistant: Assistant, tmp_path: Path) -> None:
    turned = replace(assistant, tuning=Tuning(3, Weights(wider=0.0)))
    info = run_set(set_of(), turned, tmp_path / "base", USUAL).info
    path = Path("sets/small.jsonl").resolve()
    assert run_again(info) == f"inspections evaluate run {path} --name base --set k=3 --set wider=0.0 --anew"
    usual = replace(info, settings=info.settings | {"k": 50, "wider": 0.75})
    assert go_on(usual) == f"inspections evaluate run {path} --name base"


def test_what_was_typed_for_a_run_is_how_to_go_on_with_it_and_what_makes_it_again(
    assistant: Assistant, tmp_path: Path
) -> None:
    """Whatever was turned, the sizes of passages too: with other words, what is there would be made anew."""
    typed = ("inspections", "evaluate", "run", "a set.jsonl", "--name", "base", "--set", "passage_size=128")
    made = run_set(set_of(), assistant, tmp_path / "base", replace(USUAL, command=typed))
    info = read_run(made.folder).info
    assert go_on(info) == "inspections evaluate run 'a set.jsonl' --name base --set passage_size=128"
    assert run_again(info) == f"{go_on(info)} --anew"


def test_questions_about_documents_that_are_not_held_are_told(assistant: Assistant) -> None:
    held_one, other = Gold(ILACS_2019, "", 2), Gold("nowhere.pdf", "", 2)
    golds: list[tuple[Gold, ...]] = [(held_one,), (other, held_one), ()]
    asked = [replace(item, gold=gold) for item, gold in zip(items(*QUESTIONS[:3]), golds, strict=True)]
    assert [item.id for item in not_held(set_of(*asked), assistant.index.catalogue)] == ["q2"]


# Reading damaged and foreign folders


@pytest.fixture
def made(assistant: Assistant, tmp_path: Path) -> Path:
    """The folder of a complete run."""
    return run_set(set_of(), assistant, tmp_path / "runs" / "base", USUAL).folder


def test_a_run_is_named_by_its_name_or_by_its_folder(made: Path) -> None:
    assert run_folder("base", made.parent) == made
    assert run_folder(str(made), Path("elsewhere")) == made
    below = made.parent / "sweep-small" / "keyword=0.2,k=40"
    made.rename(made.parent / "a_b")
    below.parent.mkdir()
    (made.parent / "a_b").rename(below)
    assert run_folder("sweep-small/keyword=0.2,k=40", made.parent) == below
    with pytest.raises(EvaluationError, match=r"are: sweep-small/keyword=0.2,k=40"):
        run_folder("base", made.parent)
    below.rename(made.parent / "a_b")
    assert run_folder("a  b", made.parent) == made.parent / run_name("a  b")


def test_a_run_that_is_not_there_is_told_with_those_that_are(made: Path) -> None:
    with pytest.raises(EvaluationError, match=r"There is no run bse in .*/runs. Those in .*/runs are: base."):
        read_run(run_folder("bse", made.parent))
    with pytest.raises(EvaluationError, match="Make one: inspections evaluate run"):
        read_run(run_folder("base", made.parent / "none"))
    for name in ("a/b", "..", " ", "x" * 300, "\0"):
        with pytest.raises(EvaluationError, match="There is no run"):
            run_folder(name, made.parent)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"name": "base"', '{"name": 3}', "\udcff"])
def test_a_folder_of_something_else_is_told(made: Path, text: str) -> None:
    (made / INFO).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(EvaluationError, match=r"run.json is damaged, or no run's: .*--anew"):
        read_run(made)


def changed(line: str, **told: Any) -> str:
    """A line of outcomes with parts of its answer changed."""
    said = json.loads(line)
    return json.dumps(said | {"answer": said["answer"] | told})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: [lines[0], "{", *lines[2:]], "outcomes.jsonl, line 2 is damaged"),
        (lambda lines: [*lines[:3], "{}"], "outcomes.jsonl, line 4 is damaged: id: Field required"),
        (lambda lines: [*lines[:3], ""], "outcomes.jsonl, line 4 is damaged"),
        (lambda lines: [*lines[:3], lines[0]], 'line 4: the question "q1" was answered before'),
        (lambda lines: lines[:3], "holds 3 of 4 questions"),
        (lambda lines: [*lines, lines[0].replace('"q1"', '"q9"')], "holds 5 of 4 questions"),
        (lambda lines: [*lines[:3], lines[3].replace(":", ";")], "line 4 is damaged"),
        (lambda _: [], "holds 0 of 4 questions"),
        (lambda lines: [changed(lines[0], citations=["x"])], "line 1 is damaged: citations.0: "),
        (lambda lines: [changed(lines[0], citations=[{"quote": "x"}])], "line 1 is damaged: citations.0.source: "),
        (lambda lines: [changed(lines[0], passages=[{"source": "x"}])], "line 1 is damaged: passages.0.text: "),
        (lambda lines: [changed(lines[0], passages={"1": "x"})], "line 1 is damaged: passages: "),
        (lambda lines: [changed(lines[0], answer=3)], "line 1 is damaged: answer: "),
        (lambda lines: [changed(lines[0], reading=[])], "line 1 is damaged: reading: "),
    ],
)
def test_a_damaged_line_is_named(made: Path, spoil: Callable[[list[str]], list[str]], said: str) -> None:
    lines = (made / OUTCOMES).read_text("utf-8").splitlines()
    (made / OUTCOMES).write_text("".join(f"{line}\n" for line in spoil(lines)), "utf-8")
    with pytest.raises(EvaluationError, match=rf"{said}.*inspections evaluate run .*--name base --anew"):
        read_run(made)


def test_a_complete_run_that_is_cut_off_is_damaged(made: Path) -> None:
    (made / OUTCOMES).write_bytes((made / OUTCOMES).read_bytes()[:-20])
    with pytest.raises(EvaluationError, match="line 4 is cut off"):
        read_run(made)


def test_a_damaged_run_is_not_gone_on_with_but_can_be_made_anew(assistant: Assistant, made: Path) -> None:
    (made / OUTCOMES).write_text("{\n")
    with pytest.raises(EvaluationError, match="line 1 is damaged"):
        run_set(set_of(), assistant, made, USUAL)
    assert len(run_set(set_of(), assistant, made, replace(USUAL, anew=True)).outcomes) == 4
