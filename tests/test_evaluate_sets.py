"""Test sets are read in their three forms, and every line that cannot be used is named with its cure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.records import Form, Gold, Item, TestSet
from assistant.evaluate.sets import load_set, read_set, write_set
from assistant.evaluate.sets.beir import CorpusDocument, corpus_documents
from assistant.evaluate.sets.lines import LONGEST_LINE
from index.errors import InspectionsError

OWN = Path(__file__).parent / "sets" / "source_docs.jsonl"
QUOTE = {"doc": "a.pdf", "quote": "Caseloads are high.", "grade": 2}
ROW = {"id": "1", "kind": "said", "question": "how high are caseloads?", "gold": [QUOTE]}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file: rows as JSON, texts as they are."""

    def write(*lines: object, name: str = "set.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
        return path

    return write


def row(**changes: Any) -> dict[str, Any]:
    """A good row with other values; None takes a key out."""
    return {key: value for key, value in (ROW | changes).items() if value is not None}


def refused(path: Path) -> EvaluationError:
    """The error of a set that cannot be loaded: one line, with file and cure."""
    with pytest.raises(EvaluationError) as caught:
        load_set(path)
    assert isinstance(caught.value, InspectionsError)
    assert "\n" not in str(caught.value)
    assert path.name in caught.value.what
    assert caught.value.cure
    return caught.value


# JSON lines with quotes


def test_a_full_row_is_read_into_an_item(write: Write) -> None:
    full = row(
        id=7,
        context=["before", "then"],
        pdf="leeds/2019.pdf",
        gold=[
            {"quote": "Caseloads are high.", "grade": 2, "page": 4, "para": 16},
            {"quote": "Staff leave.", "grade": 1, "doc": "b.txt", "page": None},
            {"doc": "c.txt", "whole": True, "grade": 1},
        ],
        facts=[["high", "too high"], ["staff"]],
        forbid_docs=["d.txt"],
        as_of="2021-04-19",
        voice="Ofsted",
        year=2019,
        authority="Leeds",
        share=0.5,
        easy=True,
        notes=["not", "plain"],
        empty="",
    )
    testset = load_set(write("", full, "  "))
    assert testset.items == (
        Item(
            id="7",
            question="how high are caseloads?",
            kind="said",
            line=2,
            gold=(
                Gold("leeds/2019.pdf", "Caseloads are high.", 2, 4),
                Gold("b.txt", "Staff leave.", 1),
                Gold("c.txt", "", 1),
            ),
            context=("before", "then"),
            as_of=date(2021, 4, 19),
            facts=(("high", "too high"), ("staff",)),
            forbid=("d.txt",),
            voice="Ofsted",
            period=(date(2019, 1, 1), date(2019, 12, 31)),
            slices={"year": "2019", "authority": "Leeds", "share": "0.5", "easy": "true"},
        ),
    )


def test_a_set_is_named_and_hashed_by_its_file(write: Write) -> None:
    path = write(ROW)
    testset = load_set(path)
    assert (testset.name, testset.form, testset.path) == ("set", Form.QUOTES, path)
    assert testset.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_unanswerable_question_needs_no_gold(write: Write) -> None:
    (item,) = load_set(write(row(kind="unanswerable", gold=[]))).items
    assert item.gold == ()


def test_context_may_be_one_question(write: Write) -> None:
    assert load_set(write(row(context="before"))).items[0].context == ("before",)


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ({"period": ["2019-04-01", "2020-03-31"], "year": 2018}, (date(2019, 4, 1), date(2020, 3, 31))),
        ({"period": 2019}, (date(2019, 1, 1), date(2019, 12, 31))),
        ({"year": "2019"}, (date(2019, 1, 1), date(2019, 12, 31))),
        ({"year": "2019-20"}, None),
        ({}, None),
    ],
)
def test_the_period_is_what_is_said_or_else_the_year(write: Write, said: dict[str, Any], period: object) -> None:
    assert load_set(write(row(**said))).items[0].period == period


def test_a_byte_order_mark_windows_line_ends_and_odd_line_marks_do_no_harm(tmp_path: Path) -> None:
    line = json.dumps(row(question="how\u2028high?"), ensure_ascii=False).encode()
    (tmp_path / "set.jsonl").write_bytes(b"\xef\xbb\xbf" + line + b"\r\n\r\n")
    assert load_set(tmp_path / "set.jsonl").items[0].question == "how\u2028high?"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no JSON object"),
        ('{"id": 1' + "0" * 5000 + "}", "no JSON"),
        (row(id=None), "id is missing"),
        (row(id=True), "id is True"),
        (row(id=["2"]), "id is ['2']"),
        (row(id=" "), "id is empty"),
        (row(id="a b"), "has spaces"),
        (row(kind=None), "kind is missing"),
        (row(kind=3), "kind is 3"),
        (row(question=None), "question is missing"),
        (row(question=" "), "question is empty"),
        (row(question="caf\udce9s"), "lone surrogate"),
        (row(gold=None), "gold is missing"),
        (row(gold={}), "gold is {}"),
        (row(gold=[]), 'no gold, and the kind is "said"'),
        (row(kind="unanswerable"), "yet there is gold"),
        (row(gold=["Caseloads"]), "gold 1 is no object"),
        (row(gold=[QUOTE, QUOTE | {"quote": None}]), "gold 2: quote is missing"),
        (row(gold=[QUOTE | {"quote": ""}]), "gold 1: quote is empty"),
        (row(gold=[QUOTE | {"quote": "…"}]), "gold 1: the quote has no words"),
        (row(gold=[QUOTE | {"whole": True, "quote": 3}]), "gold 1: quote is 3"),
        (row(gold=[QUOTE | {"grade": 3}]), "grade is 3, not 1 or 2"),
        (row(gold=[QUOTE | {"grade": "2"}]), "grade is '2'"),
        (row(gold=[QUOTE | {"grade": True}]), "grade is True"),
        (row(gold=[QUOTE | {"grade": None}]), "grade is missing"),
        (row(gold=[QUOTE | {"grade": [2]}]), "grade is [2]"),
        (row(gold=[QUOTE | {"page": 0}]), "page is 0"),
        (row(gold=[QUOTE | {"page": "4"}]), "page is '4'"),
        (row(gold=[QUOTE | {"doc": None}]), "names no document"),
        (row(gold=[QUOTE | {"doc": 3}]), "names no document"),
        (row(facts=["high"]), "facts is no list of lists"),
        (row(facts=[[]]), "facts is no list of lists"),
        (row(facts=[["high", 3]]), "facts is no list of texts"),
        (row(facts=[["—"]]), "a fact has no words"),
        (row(forbid_docs="a.pdf"), "forbid_docs is no list"),
        (row(context=[1]), "context is no list"),
        (row(as_of="yesterday"), "as_of is 'yesterday'"),
        (row(as_of="2021-02-30"), "as_of is '2021-02-30'"),
        (row(as_of=2021), "as_of is 2021"),
        (row(voice=3), "voice is 3"),
        (row(period=["2019-01-01"]), "period is not first and last day"),
        (row(period=["2019-12-31", "2019-01-01"]), "ends before it begins"),
        (row(period="spring"), "period is 'spring'"),
        (row(draft=True, todo="look"), "draft"),
        (row(question="x" * LONGEST_LINE), "longer than"),
    ],
)
def test_a_bad_line_is_named_with_its_number(write: Write, bad: object, said: str) -> None:
    error = refused(write(row(id="0"), "", bad, row(id="9")))
    assert error.what.startswith("set.jsonl, line 3")
    assert said in error.what


def test_bytes_that_are_no_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_bytes(json.dumps(ROW).encode() + b'\n{"id": "caf\xe9"}\n')
    error = refused(tmp_path / "set.jsonl")
    assert "line 2" in error.what
    assert "UTF-8" in error.what


def test_an_id_that_stands_twice_is_named_with_both_lines(write: Write) -> None:
    error = refused(write(row(id=1), row(id="1")))
    assert "line 2 (1)" in error.what
    assert "line 1 already" in error.what


def test_all_bad_lines_are_told_at_once_to_whoever_asks(write: Write) -> None:
    path = write("{", ROW, row(id="2", kind=3), row(id="3"))
    testset, problems = read_set(path)
    assert [item.line for item in testset.items] == [2, 4]
    assert [(problem.file, problem.line, problem.id) for problem in problems] == [
        ("set.jsonl", 1, ""),
        ("set.jsonl", 3, "2"),
    ]
    assert "1 more" in refused(path).cure


def test_a_line_after_one_that_is_too_long_is_read(write: Write) -> None:
    testset, problems = read_set(write("x" * (3 * LONGEST_LINE), ROW))
    assert [item.line for item in testset.items] == [2]
    assert [problem.line for problem in problems] == [1]


@pytest.mark.parametrize("lines", [(), ("", " ")])
def test_an_empty_set_is_refused(write: Write, lines: tuple[str, ...]) -> None:
    assert "no questions" in refused(write(*lines)).what


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    assert "not there" in refused(tmp_path / "none.jsonl").what
    (tmp_path / "empty").mkdir()
    assert "in no form" in refused(tmp_path / "empty").what


def test_drafts_are_read_by_those_who_ask_for_them(write: Write) -> None:
    path = write(row(draft=True, gold=[], todo="find it"))
    assert "draft" in refused(path).what
    (item,) = load_set(path, drafts=True).items
    assert item.draft
    without = write(json.dumps({"id": "1", "kind": "said", "question": "how high?"}))
    assert "gold is missing" in refused(without).what
    assert not load_set(without, drafts=True).items[0].draft
    assert (item.gold, item.slices) == ((), {})


# Writing

SHORT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
WORDS = SHORT.map(lambda text: f"a {text}")
GOLD = st.builds(Gold, SHORT, st.one_of(st.just(""), WORDS), st.sampled_from([1, 2]), st.none() | st.integers(1, 99))
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
ITEM = st.builds(
    Item,
    id=st.uuids().map(str),
    question=SHORT,
    kind=st.just("said"),
    line=st.just(0),
    gold=st.lists(GOLD, min_size=1, max_size=3).map(tuple),
    context=st.lists(SHORT, max_size=2).map(tuple),
    as_of=st.none() | DAYS,
    facts=st.lists(st.lists(WORDS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    forbid=st.lists(SHORT, max_size=2).map(tuple),
    voice=st.none() | SHORT,
    period=st.none() | st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days))),
    slices=st.dictionaries(st.sampled_from(["authority", "twin"]), SHORT.map(str.strip)),
)


@given(st.lists(ITEM, min_size=1, max_size=3))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, items: list[Item]) -> None:
    path = tmp_path_factory.mktemp("sets") / "made.jsonl"
    write_set(TestSet("made", Form.QUOTES, path, "", tuple(items)), path)
    read = load_set(path).items
    assert [{**_fields(one), "line": 0} for one in read] == [_fields(one) for one in items]


def _fields(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in Item.__slots__}


# BEIR

CORPUS = ({"_id": "d1", "title": "T", "text": "One."}, {"_id": "d2", "title": "", "text": "Two."})
QUERIES = ({"_id": "q1", "text": "which one?"}, {"_id": "q2", "text": "two?"}, {"_id": "q3", "text": "nobody judged"})


def beir(write: Write, qrels: tuple[str, ...], name: str = "beir/qrels.tsv") -> Path:
    write(*CORPUS, name="beir/corpus.jsonl")
    write(*QUERIES, name="beir/queries.jsonl")
    return write("query-id\tcorpus-id\tscore", *qrels, name=name).parents[name.count("/") - 1]


@pytest.mark.parametrize("name", ["beir/qrels.tsv", "beir/qrels/test.tsv"])
def test_a_beir_folder_asks_the_queries_that_have_something_relevant(write: Write, name: str) -> None:
    testset = load_set(beir(write, ("q1\td1\t2", "q1\td2\t0", "q2\td1\t0"), name))
    assert (testset.name, testset.form) == ("beir", Form.BEIR)
    assert testset.items == (Item("q1", "which one?", "query", 1, (Gold("d1", "", 2),)),)


def test_a_beir_corpus_is_read_in_its_order(write: Write) -> None:
    folder = beir(write, ("q1\td1\t1",))
    assert list(corpus_documents(folder)) == [CorpusDocument("d1", "T", "One."), CorpusDocument("d2", "", "Two.")]
    write(*CORPUS, CORPUS[0], name="beir/corpus.jsonl")
    with pytest.raises(EvaluationError, match="twice"):
        list(corpus_documents(folder))


def test_the_test_split_is_meant_where_there_are_several(write: Write) -> None:
    write("q2\td2\t1", name="beir/qrels/train.tsv")
    assert [item.id for item in load_set(beir(write, ("q1\td1\t1",), "beir/qrels/test.tsv")).items] == ["q1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("q1\td1", "no three columns"),
        ("q1\td1\tgood", "no whole number"),
        ("q9\td1\t1", "no topic q9"),
        ("q1\td9\t1", "d9 is not in corpus.jsonl"),
        ("q2\td1\t1", "another here"),
    ],
)
def test_a_bad_judgement_is_named_with_its_line(write: Write, line: str, said: str) -> None:
    folder = beir(write, ("q1\td1\t1", "q2\td1\t2", line))
    with pytest.raises(EvaluationError, match=r"qrels\.tsv, line 4") as caught:
        load_set(folder)
    assert said in caught.value.what


def test_a_beir_folder_without_clear_judgements_is_refused(write: Write) -> None:
    folder = beir(write, ("q1\td1\t1",))
    write("q1\td1\t1", name="beir/qrels-2.tsv")
    with pytest.raises(EvaluationError, match="not clear which"):
        load_set(folder)
    for path in folder.glob("qrels*"):
        path.unlink()
    with pytest.raises(EvaluationError, match="no judgements"):
        load_set(folder)


# TREC

TOPICS = """<top>
<num> Number: 301
<title> caseloads
in Leeds
<desc> Description:
How high are they?
</top>

<top> <num> 302 </num> <title></title> <desc>What of staff?</desc> </top>"""


def trec(write: Write, topics: str, *qrels: str) -> Path:
    write(topics, name="trec/topics.txt")
    return write(*qrels, name="trec/qrels.txt").parent


def test_trec_topics_are_read_between_their_tags(write: Write) -> None:
    testset = load_set(trec(write, TOPICS, "301 0 leeds/2019.pdf 2", "302 0 a.pdf 1"))
    assert (testset.name, testset.form) == ("trec", Form.TREC)
    assert testset.items == (
        Item("301", "caseloads in Leeds", "topic", 1, (Gold("leeds/2019.pdf", "", 2),)),
        Item("302", "What of staff?", "topic", 9, (Gold("a.pdf", "", 1),)),
    )


def test_trec_topics_may_be_one_a_line(write: Write) -> None:
    testset = load_set(trec(write, "1\thow high?\n2\tanother", "1 0 a.pdf 1", "2 0 a.pdf 1"))
    assert [(item.id, item.question, item.line) for item in testset.items] == [
        ("1", "how high?", 1),
        ("2", "another", 2),
    ]


@pytest.mark.parametrize("line", ["1 0 leeds city/report of 2019.pdf 2", "1\t0\tleeds city/report of 2019.pdf\t2"])
def test_a_document_may_have_spaces_in_its_name(write: Write, line: str) -> None:
    assert load_set(trec(write, "1\thow high?", line)).items[0].gold == (Gold("leeds city/report of 2019.pdf", "", 2),)


@pytest.mark.parametrize(
    ("topics", "qrel", "said"),
    [
        ("1 how high?", "1 0 a.pdf 1", r"topics\.txt, line 1.*no tab"),
        ("<top>\n<title> x\n</top>", "1 0 a.pdf 1", r"topics\.txt, line 1.*no number"),
        ("<top>\n<num> 1\n</top>", "1 0 a.pdf 1", r"topics\.txt, line 1.*no words"),
        ("1\thow high?", "1 0 1", r"qrels\.txt, line 1.*four columns"),
        ("1\thow high?", "1 0 a.pdf x", r"qrels\.txt, line 1.*no whole number"),
        ("1\thow high?\n1\tagain", "1 0 a.pdf 1", r"topics\.txt, line 2.*line 1 already"),
    ],
)
def test_a_bad_line_of_trec_is_named(write: Write, topics: str, qrel: str, said: str) -> None:
    folder = trec(write, topics, qrel)
    problems = read_set(folder)[1]
    with pytest.raises(EvaluationError):
        load_set(folder)
    assert any(re.search(said, f"{one.file}, line {one.line}: {one.what}") for one in problems)


def test_topics_alone_are_no_set(write: Write) -> None:
    folder = write("1\thow high?", name="trec/topics.txt").parent
    with pytest.raises(EvaluationError, match="has no qrels"):
        load_set(folder)


# The set that ships


def test_the_projects_own_set_has_every_kind() -> None:
    items = load_set(OWN).items
    kinds = {item.kind for item in items}
    assert kinds == {"said", "fact", "history", "comparison", "followup", "attribution", "undated", "unanswerable"}
    assert 35 <= len(items) <= 45
    assert all(bool(item.context) == (item.kind == "followup") for item in items)
    assert {"Ofsted", "council"} <= {item.voice for item in items}
