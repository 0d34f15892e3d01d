"""Labelling keeps every judgement and makes gold that stands in its page; exported feedback makes drafts only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evaluated import outcome_of, run_of

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.feedback_rows import draft_rows, import_feedback
from assistant.evaluate.label import DEPTH, HELP, Labelled, label, pool, span_of
from assistant.evaluate.records import Form, Gold, Item, Run, TestSet
from assistant.evaluate.sets import load_set, write_set
from index.records import Page

PAGES = {
    "leeds.pdf": (
        Page(1, "Caseloads are too high. Staff say that this has lasted for years.\nThey leave."),
        Page(2, "Managers visit children often. Caseloads are falling."),
    ),
    "york.txt": (Page(None, "York has low caseloads."),),
}
FIRST = {"source": "leeds.pdf", "page": 1, "text": PAGES["leeds.pdf"][0].text}
SECOND = {"source": "leeds.pdf", "page": 2, "text": PAGES["leeds.pdf"][1].text}
YORK = {"source": "york.txt", "page": None, "text": "York has low caseloads."}
HIGH = Item("high", "how high are caseloads?", "said", 1, (Gold("leeds.pdf", "Caseloads are too high.", 2, 1),))
VISITS = Item(
    "visits", "who visits?", "said", 2, (Gold("leeds.pdf", "Managers visit children often.", 2, 2),), ("so?",)
)


WRONG = '{"key": "a", "grade": 3, "quote": "York", "page": null, "narrowed": false}'


class Script:
    """A person at the terminal: what is typed, by what is shown; `seen` are the screens."""

    def __init__(self, *typed: str | type[BaseException], otherwise: str | None = None) -> None:
        self.typed, self.otherwise = list(typed), otherwise
        self.seen: list[str] = []

    def __call__(self, shown: str) -> str:
        self.seen.append(shown)
        typed = self.typed.pop(0) if self.typed else self.otherwise
        assert typed is not None, f"nothing is to be typed for:\n{shown}"
        if isinstance(typed, str):
            return typed
        raise typed


@pytest.fixture
def small(tmp_path: Path) -> TestSet:
    path = tmp_path / "small.jsonl"
    write_set(TestSet("small", Form.QUOTES, path, "", (HIGH, VISITS)), path)
    return load_set(path)


def found(testset: TestSet, passages: dict[str, list[dict[str, Any]]], name: str = "base") -> Run:
    """A run that found these passages for these questions."""
    run = run_of(*(outcome_of(one, passages=held) for one, held in passages.items()), name=name)
    return replace(run, info=replace(run.info, set_sha256=testset.sha256))


@pytest.fixture
def labelled(small: TestSet, tmp_path: Path) -> Callable[..., tuple[Labelled, dict[str, Item], Script]]:
    """Labels with what is typed: how far it came, the items written, and what was seen."""

    def labelled(
        *typed: str | type[BaseException], passages: Iterable[dict[str, Any]] = (YORK,), otherwise: str | None = None
    ) -> tuple[Labelled, dict[str, Item], Script]:
        script = Script(*typed, otherwise=otherwise)
        runs = (found(small, {"high": list(passages)}),)
        done = label(small, runs, script, tmp_path / "out.jsonl", PAGES.__getitem__)
        items = load_set(tmp_path / "out.jsonl", drafts=True).items
        return done, {item.id: item for item in items}, script

    return labelled


# The pool


def test_passages_of_several_runs_are_pooled_once_each(small: TestSet) -> None:
    """Those that hold no gold yet come first; case and white space make no difference."""
    again = YORK | {"text": "York  has low\ncaseloads."}
    runs = (found(small, {"high": [FIRST, YORK]}), found(small, {"high": [again, SECOND], "visits": [YORK]}, "new"))
    pooled = pool(small, runs)
    assert [one.item.id for one in pooled] == ["high", "high", "high", "visits"]
    assert {one.text for one in pooled[:2]} == {YORK["text"], SECOND["text"]}
    assert pooled[2].text == FIRST["text"]


def test_the_order_shows_neither_run_nor_rank(small: TestSet) -> None:
    passages = [{"source": "york.txt", "page": None, "text": f"text {n}"} for n in range(8)]
    one, other = found(small, {"high": passages[:4]}), found(small, {"high": passages[:3:-1]}, "new")
    assert pool(small, (one, other)) == pool(small, (other, one))


def test_only_the_first_passages_of_a_run_are_pooled(small: TestSet) -> None:
    passages = [{"source": "york.txt", "page": None, "text": f"text {n}"} for n in range(DEPTH + 5)]
    assert len(pool(small, (found(small, {"high": passages}),))) == DEPTH


# Judging


def test_what_is_shown_is_the_question_and_the_passage(small: TestSet, tmp_path: Path) -> None:
    script = Script("q")
    label(small, (found(small, {"visits": [SECOND]}),), script, tmp_path / "out.jsonl", PAGES.__getitem__)
    (shown,) = script.seen
    for words in (
        "[1 of 1] who visits?",
        "before: so?",
        "leeds.pdf, page 2 (holds gold already)",
        SECOND["text"],
        HELP,
    ):
        assert words in shown
    assert "base" not in shown


def test_a_graded_passage_becomes_gold(labelled: Callable[..., Any]) -> None:
    done, items, _ = labelled("2")
    assert done == Labelled(pooled=1, judged=1, now=1)
    assert items["high"].gold == (*HIGH.gold, Gold("york.txt", "York has low caseloads.", 2))
    assert items["visits"].gold == VISITS.gold


def test_a_span_is_named_by_its_first_and_last_words(labelled: Callable[..., Any]) -> None:
    _, items, _ = labelled("1 staff say ... for years.", passages=[FIRST])
    assert items["high"].gold[1:] == (Gold("leeds.pdf", "Staff say that this has lasted for years.", 1, 1),)


def test_a_span_is_of_the_page_that_it_stands_on(labelled: Callable[..., Any]) -> None:
    """Though its passage begins on the page before."""
    both = {"source": "leeds.pdf", "page": 1, "text": f"They leave.\n{PAGES['leeds.pdf'][1].text}"}
    _, items, _ = labelled("1 Caseloads are falling.", passages=[both])
    assert items["high"].gold[1:] == (Gold("leeds.pdf", "Caseloads are falling.", 1, 2),)


def test_nought_adds_nothing_and_is_remembered(labelled: Callable[..., Any]) -> None:
    done, items, _ = labelled("0")
    assert (done.judged, items["high"].gold) == (1, HIGH.gold)
    done, _, script = labelled()
    assert (done, script.seen) == (Labelled(1, 1, 0), [])


def test_a_judgement_of_a_passage_with_gold_grades_the_gold_anew(labelled: Callable[..., Any]) -> None:
    assert labelled("1", passages=[FIRST])[1]["high"].gold == (replace(HIGH.gold[0], grade=1),)


def test_gold_that_is_judged_not_to_help_leaves_a_draft(labelled: Callable[..., Any], tmp_path: Path) -> None:
    """A question with nothing left to find is no part of a set until somebody has looked at it."""
    assert labelled("0", passages=[FIRST])[1]["high"].gold == ()
    with pytest.raises(EvaluationError, match="draft"):
        load_set(tmp_path / "out.jsonl")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", HELP),
        ("3", HELP),
        ("yes", HELP),
        ("22", HELP),
        ("2 nobody wrote this", "do not stand in the passage"),
        ("2 caseloads ... York", "do not stand in the passage"),
        ("2 ...", "do not stand in the passage"),
        ("0 York has", "0 alone"),
    ],
)
def test_what_is_no_judgement_is_asked_for_again(labelled: Callable[..., Any], typed: str, told: str) -> None:
    done, _, script = labelled(typed, "q")
    assert done.judged == 0
    assert told in script.seen[1]


@pytest.mark.parametrize("passage", [YORK | {"text": "It was otherwise."}, YORK | {"source": "gone.txt"}])
def test_a_passage_that_the_index_does_not_hold_any_more_is_told(
    labelled: Callable[..., Any], passage: dict[str, Any]
) -> None:
    done, _, script = labelled("2", "s", passages=[passage])
    assert done.judged == 0
    assert "as it is indexed now" in script.seen[1]


def test_one_may_skip_go_back_and_go_on_with_the_next_question(small: TestSet, tmp_path: Path) -> None:
    runs = (found(small, {"high": [YORK, SECOND], "visits": [YORK]}),)
    script = Script("b", "s", "2", "b", "1", "b", "b", "n", "0")
    done = label(small, runs, script, tmp_path / "out.jsonl", PAGES.__getitem__)
    places = [shown.split("]")[0] for shown in script.seen]
    assert places == [f"[{n} of 3" for n in (1, 1, 2, 3, 2, 3, 2, 1, 3)]
    assert (done.judged, [gold.grade for gold in load_set(tmp_path / "out.jsonl").items[0].gold]) == (2, [2, 1])


# Keeping


@pytest.mark.parametrize("leave", ["q", EOFError, KeyboardInterrupt])
def test_leaving_keeps_what_was_done_and_the_next_time_goes_on(
    labelled: Callable[..., Any], leave: str | type[BaseException]
) -> None:
    done, items, _ = labelled("2", leave, passages=[YORK, SECOND])
    assert (done.judged, len(items["high"].gold)) == (1, 2)
    done, items, script = labelled("1", passages=[YORK, SECOND])
    assert done == Labelled(pooled=2, judged=2, now=1)
    assert "[1 of 1]" in script.seen[0]
    assert len(items["high"].gold) == 3


def test_a_judgement_is_on_the_disk_before_the_next_is_asked_for(labelled: Callable[..., Any], tmp_path: Path) -> None:
    """Whatever ends the program."""
    with pytest.raises(RuntimeError):
        labelled("2", RuntimeError, passages=[YORK, SECOND])
    assert (tmp_path / "out.jsonl.judgements").read_text().count('"grade": 2') == 1
    assert labelled("q", passages=[YORK, SECOND])[0].judged == 1


def test_a_line_that_was_cut_off_is_asked_for_again(labelled: Callable[..., Any], tmp_path: Path) -> None:
    labelled("2", "2", passages=[YORK, SECOND])
    (tmp_path / "out.jsonl").unlink()
    kept = tmp_path / "out.jsonl.judgements"
    judged, _, _ = kept.read_bytes().partition(b'{"written"')
    kept.write_bytes(judged[:-20])
    done, items, _ = labelled("1", passages=[YORK, SECOND])
    assert done == Labelled(2, 2, 1)
    assert sorted(gold.grade for gold in items["high"].gold) == [1, 2, 2]


@pytest.mark.parametrize("damage", ["no json", "[]", '{"key": "a"}', '{"key": "a", "grade": 2, "more": 1}', WRONG])
def test_damaged_judgements_are_named_with_their_line(
    labelled: Callable[..., Any], tmp_path: Path, damage: str
) -> None:
    labelled("2")
    with (tmp_path / "out.jsonl.judgements").open("a") as file:
        file.write(f"{damage}\n")
    with pytest.raises(EvaluationError, match=r"judgements, line 4 is damaged"):
        labelled("q")


def test_judgements_of_another_set_are_refused(labelled: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "out.jsonl.judgements").write_text(json.dumps({"set": "b" * 64}) + "\n")
    with pytest.raises(EvaluationError, match="another set"):
        labelled("q")


@pytest.mark.parametrize("typed", ["q", "2"])
def test_a_file_that_labelling_did_not_write_is_left_alone(
    labelled: Callable[..., Any], tmp_path: Path, typed: str
) -> None:
    (tmp_path / "out.jsonl").write_text("mine\n")
    with pytest.raises(EvaluationError, match="is there already, and was not made by labelling"):
        labelled(typed)
    assert (tmp_path / "out.jsonl").read_text() == "mine\n"
    assert not (tmp_path / "out.jsonl.judgements").exists()


def test_what_was_changed_by_hand_is_not_written_over_and_no_judgement_is_lost(
    labelled: Callable[..., Any], tmp_path: Path
) -> None:
    labelled("2", "q", passages=[YORK, SECOND])
    out = tmp_path / "out.jsonl"
    by_hand = out.read_text() + "\n"
    out.write_text(by_hand)
    with pytest.raises(EvaluationError, match=r"was changed since labelling wrote it\. Move it away"):
        labelled("1", passages=[YORK, SECOND])
    assert out.read_text() == by_hand
    out.rename(tmp_path / "away.jsonl")
    done, items, _ = labelled("1", passages=[YORK, SECOND])
    assert (done, len(items["high"].gold)) == (Labelled(2, 2, 1), 3)


def test_two_people_do_not_label_into_one_file(labelled: Callable[..., Any], tmp_path: Path, small: TestSet) -> None:
    def second(_: str) -> str:
        with pytest.raises(EvaluationError, match="Somebody else"):
            labelled("q")
        return "q"

    label(small, (found(small, {"high": [YORK]}),), second, tmp_path / "out.jsonl", PAGES.__getitem__)


def test_a_run_of_another_set_is_refused(small: TestSet, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="another set"):
        label(small, (run_of(outcome_of("high")),), Script(), tmp_path / "out.jsonl", PAGES.__getitem__)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.jsonl"]


@pytest.mark.parametrize("out", ["small.jsonl", "no/folder/out.jsonl"])
def test_the_set_itself_is_not_written_over(small: TestSet, tmp_path: Path, out: str) -> None:
    before = small.path.read_bytes()
    with pytest.raises(EvaluationError, match=r"is the set|cannot be written"):
        label(small, (), Script(), tmp_path / out, PAGES.__getitem__)
    assert small.path.read_bytes() == before


def test_drafts_are_what_labelling_is_for(tmp_path: Path) -> None:
    path = tmp_path / "drafts.jsonl"
    path.write_text(json.dumps({"id": "d", "kind": "feedback", "question": "q?", "draft": True, "gold": []}) + "\n")
    drafts = load_set(path, drafts=True)
    label(drafts, (found(drafts, {"d": [YORK]}),), Script("2"), tmp_path / "out.jsonl", PAGES.__getitem__)
    assert load_set(tmp_path / "out.jsonl").items[0].gold == (Gold("york.txt", "York has low caseloads.", 2),)


def test_a_draft_of_which_nothing_was_judged_stays_one(tmp_path: Path) -> None:
    """Its gold, if any, is what people clicked on: nobody has looked it over."""
    path = tmp_path / "drafts.jsonl"
    gold = [{"doc": "york.txt", "quote": "York has low caseloads.", "grade": 1}]
    rows = [{"id": name, "kind": "feedback", "question": "q?", "draft": True, "gold": gold} for name in "ab"]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    drafts = load_set(path, drafts=True)
    runs = (found(drafts, {"a": [YORK], "b": [YORK]}),)
    label(drafts, runs, Script("2", "q"), tmp_path / "out.jsonl", PAGES.__getitem__)
    assert [item.draft for item in load_set(tmp_path / "out.jsonl", drafts=True).items] == [False, True]
    with pytest.raises(EvaluationError, match=r"line 2 .*draft"):
        load_set(tmp_path / "out.jsonl")


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("caseloads are … HIGH", "Caseloads are too high"),
        ("high in 'some'", "high in ‘some’"),
        ("too   high", "too high"),
        ("high ... high", None),
        ("... high", None),
        ("too ...", None),
        ("(.*)", None),
    ],
)
def test_a_span_is_found_by_the_words_that_were_typed(typed: str, span: str | None) -> None:
    assert span_of("Caseloads are\n too high in ‘some’ teams.", typed) == span


# Feedback


def verdict(verdict: str = "good", question: str = "how high are caseloads?", **changes: Any) -> dict[str, Any]:
    """A line of an export."""
    return {
        "answer_id": "A1",
        "person": "U0SOMEBODY",
        "verdict": verdict,
        "reasons": [],
        "comment": "",
        "question": question,
        "status": "answered",
        "citations": [{"source": "leeds.pdf", "page": 1, "quote": "Caseloads are too high."}],
        "reading": {"carried": []},
    } | changes


def test_a_good_verdict_lends_its_quotes_as_supporting_gold() -> None:
    (row,) = draft_rows([verdict()])
    assert row["gold"] == [{"doc": "leeds.pdf", "quote": "Caseloads are too high.", "grade": 1, "page": 1}]
    assert (row["id"], row["kind"], row["draft"]) == ("feedback-1", "feedback", True)
    assert row["todo"]


def test_a_bad_verdict_leaves_a_question_to_be_answered() -> None:
    (row,) = draft_rows([verdict("bad", reasons=["wrong_period"], comment="that was 2018")])
    assert (row["gold"], row["reasons"], row["comments"]) == ([], ["wrong_period"], ["that was 2018"])
    assert "find the gold" in row["todo"]


def test_praise_for_abstaining_makes_a_question_that_nothing_answers() -> None:
    (row,) = draft_rows([verdict(status="abstained", citations=[])])
    assert (row["kind"], row["gold"]) == ("unanswerable", [])


def test_verdicts_on_one_question_make_one_row() -> None:
    """Whatever its case and marks; where people disagree it is told."""
    york = {"source": "york.txt", "page": None, "quote": "York has low caseloads."}
    lines = [
        verdict(),
        verdict("bad", "How high are caseloads"),
        verdict(citations=[york]),
        verdict(),
        verdict(question="who visits?"),
    ]
    one, other = draft_rows(lines)
    assert [gold["doc"] for gold in one["gold"]] == ["leeds.pdf", "york.txt"]
    assert "page" not in one["gold"][1]
    assert one["todo"].startswith("3 good and 1 bad")
    assert other["question"] == "who visits?"


def test_questions_that_followed_on_are_kept_apart_by_their_answers() -> None:
    """The words alone do not say what was asked."""
    carried = {"reading": {"carried": ["authority"]}}
    rows = draft_rows([verdict(**carried), verdict(**carried), verdict(answer_id="A2", **carried), verdict()])
    assert len(rows) == 3
    assert ["context" in row["todo"] for row in rows] == [True, True, False]


def test_nobody_is_named_in_a_row() -> None:
    assert "U0SOMEBODY" not in json.dumps(draft_rows([verdict(), verdict("bad")]))


def export(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "feedback.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_drafts_are_never_a_set_until_they_were_looked_over(tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    assert import_feedback(export(tmp_path, verdict(), verdict("bad", "who visits?")), out) == 2
    with pytest.raises(EvaluationError, match=r"rows\.jsonl, line 1 \(feedback-1\): this row is a draft"):
        load_set(out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    looked_over = [{key: value for key, value in row.items() if key != "draft"} for row in rows if row["gold"]]
    out.write_text("".join(json.dumps(row) + "\n" for row in looked_over))
    assert [item.question for item in load_set(out).items] == ["how high are caseloads?"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "no JSON"),
        (verdict("fine"), "neither good nor bad"),
        (verdict(question=" "), "question is missing"),
        (verdict(citations=None), "citations is missing"),
        (verdict(citations=[{"source": "a"}]), "citations is missing"),
    ],
)
def test_a_bad_line_of_an_export_is_named_and_nothing_written(tmp_path: Path, bad: object, said: str) -> None:
    with pytest.raises(EvaluationError, match=r"feedback\.jsonl, line 2") as refused:
        import_feedback(export(tmp_path, verdict(), bad), tmp_path / "rows.jsonl")
    assert said in refused.value.what
    assert not (tmp_path / "rows.jsonl").exists()


def test_an_empty_export_and_rows_that_are_there_already_are_refused(tmp_path: Path) -> None:
    """Rows that somebody has begun to look over are not written over."""
    with pytest.raises(EvaluationError, match="no verdicts"):
        import_feedback(export(tmp_path), tmp_path / "rows.jsonl")
    (tmp_path / "rows.jsonl").write_text("mine")
    with pytest.raises(EvaluationError, match="there already"):
        import_feedback(export(tmp_path, verdict()), tmp_path / "rows.jsonl")
    assert (tmp_path / "rows.jsonl").read_text() == "mine"
