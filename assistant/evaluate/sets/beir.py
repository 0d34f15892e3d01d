"""Reading a folder in BEIR form: corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv, and its own corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.sets.lines import BadLine, Reading, json_object
from assistant.evaluate.sets.qrels import (
    Judged,
    Topic,
    grade_of,
    make_items,
    note_unknown,
    only,
    read_judgements,
)

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
_FORM = 'Write one object a line: {"_id": "1", "text": "..."}.'
_QRELS_FORM = "Write: query-id, corpus-id, score; with tabs between them."


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A document of a BEIR corpus; the title may be empty."""

    id: str
    title: str
    text: str


def is_beir(folder: Path) -> bool:
    """Whether a folder looks like BEIR's form."""
    return (folder / CORPUS).is_file() and (folder / QUERIES).is_file()


def qrels_file(folder: Path) -> Path:
    """The file of judgements: those of the test split where there are several.

    EvaluationError: there is none, or it is not clear which is meant.
    """
    split = folder / "qrels" / "test.tsv"
    try:
        found = split if split.is_file() else only(folder, (*folder.glob("qrels*.tsv"), *folder.glob("qrels/*.tsv")))
    except BadLine as bad:
        raise EvaluationError(f"{folder}: {bad.what}.", bad.cure) from bad
    if found is None:
        raise EvaluationError(f"{folder} has no judgements.", "Add qrels.tsv, or qrels/test.tsv.")
    return found


def corpus_documents(folder: Path) -> Iterator[CorpusDocument]:
    """The documents of the corpus in their order.

    EvaluationError: the file cannot be read, a line is no document, or an id stands twice.
    """
    reading, seen = Reading(), set()
    path = folder / CORPUS
    for document in reading.each(path, _document):
        if document.id in seen:
            raise EvaluationError(f"{path}: the id {document.id} stands there twice.", "Give every document its own.")
        seen.add(document.id)
        yield document
    if reading.problems:
        first = reading.problems[0]
        raise EvaluationError(f"{path}, line {first.line}: {first.what}.", first.cure)


def read_beir(folder: Path, into: Reading) -> None:
    """Read a folder into `into`.  EvaluationError: a file is missing or cannot be read, or holds too much."""
    corpus, queries, qrels = folder / CORPUS, folder / QUERIES, qrels_file(folder)
    documents = {document.id for document in into.each(corpus, _document)}
    topics = list(into.each(queries, _topic))
    judged = read_judgements(qrels, _judged, into)
    known = make_items(topics, judged, queries, "query", into)
    note_unknown(judged, known, qrels, into)
    for one in judged:
        if one.document not in documents:
            bad = BadLine(f"{one.document} is not in {CORPUS}", "Remove the line, or add the document.", one.topic)
            into.wrong(qrels, one.line, bad)


def _document(text: str, _: int) -> CorpusDocument:
    said = json_object(text, _FORM)
    title = said.get("title") or ""
    if not isinstance(title, str):
        raise BadLine("title is no text", _FORM)
    return CorpusDocument(_id(said), title, _said_text(said))


def _topic(text: str, number: int) -> Topic:
    said = json_object(text, _FORM)
    question = _said_text(said)
    if not question.strip():
        raise BadLine("text is empty", _FORM, _id(said))
    return Topic(_id(said), question, number)


def _judged(text: str, number: int) -> Judged | None:
    """A line of judgements; None for the head line."""
    columns = [column.strip() for column in text.split("\t")]
    if number == 1 and columns[-1] == "score":
        return None
    if len(columns) == 4:  # some folders carry TREC's four columns
        del columns[1]
    if len(columns) != 3 or not all(columns):
        raise BadLine("this has no three columns", _QRELS_FORM)
    return Judged(columns[0], columns[1], grade_of(columns[2], _QRELS_FORM), number)


def _id(said: dict[str, Any]) -> str:
    given = said.get("_id")
    if isinstance(given, bool) or not isinstance(given, str | int) or not str(given).strip():
        raise BadLine(f"_id is {json.dumps(given):.40}, not a text", _FORM)
    return str(given)


def _said_text(said: dict[str, Any]) -> str:
    if not isinstance(said.get("text"), str):
        raise BadLine("text is missing, or is no text", _FORM)
    return str(said["text"])
