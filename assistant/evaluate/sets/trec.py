"""Reading a folder in TREC form: topics* (`<top>` or tab-separated) and qrels*, over the index's own documents.

Documents are named by their paths in the source folder, or by as much of their ends as is unique.
"""

from __future__ import annotations

import re
from pathlib import Path

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.sets.lines import BadLine, Reading
from assistant.evaluate.sets.qrels import Topic, make_items, note_unknown, only, read_judgements, trec_line

_FORM = "Write: topic, tab, question; or <top> <num> 1 <title> question </top>."
_TAG = re.compile(r"<\s*(/?)\s*(top|num|title|desc|narr)\s*>", re.IGNORECASE)
_LABEL = re.compile(r"^\s*(?:Number|Topic|Title|Description|Narrative)\s*:\s*", re.IGNORECASE)


def is_trec(folder: Path) -> bool:
    """Whether a folder looks like TREC's form."""
    return any(path.is_file() for path in folder.glob("topics*"))


def read_trec(folder: Path, into: Reading) -> None:
    """Read a folder into `into`.  EvaluationError: a file is missing or cannot be read, or holds too much."""
    topics_file, qrels = _file(folder, "topics"), _file(folder, "qrels")
    topics = _topics(topics_file, into)
    judged = read_judgements(qrels, trec_line, into)
    known = make_items(topics, judged, topics_file, "topic", into)
    note_unknown(judged, known, qrels, into)


def _file(folder: Path, name: str) -> Path:
    try:
        found = only(folder, folder.glob(f"{name}*"))
    except BadLine as bad:
        raise EvaluationError(f"{folder}: {bad.what}.", bad.cure) from bad
    if found is None:
        raise EvaluationError(f"{folder} has no {name}.", f"Add a file whose name begins with {name}.")
    return found


def _topics(path: Path, into: Reading) -> list[Topic]:
    lines = list(into.each(path, lambda text, number: (number, text.rstrip("\r\n"))))
    if any((tag := _TAG.match(text.lstrip())) and tag[2].lower() == "top" for _, text in lines):
        found = _tagged(path, lines, into)
    else:
        found = _tabbed(path, lines, into)
    for topic in found:
        if not topic.text:
            into.wrong(path, topic.line, BadLine("the topic has no words", _FORM, topic.id))
    return [topic for topic in found if topic.text]


def _tabbed(path: Path, lines: list[tuple[int, str]], into: Reading) -> list[Topic]:
    found = []
    for number, text in lines:
        id_, tab, question = text.partition("\t")
        if not tab or not id_.strip() or re.search(r"\s", id_.strip()):
            into.wrong(path, number, BadLine("there is no tab between topic and question", _FORM))
        else:
            found.append(Topic(id_.strip(), question.strip(), number))
    return found


def _tagged(path: Path, lines: list[tuple[int, str]], into: Reading) -> list[Topic]:
    """Topics between <top> and </top>; the question is the title, else the description."""
    found: list[Topic] = []
    fields: dict[str, str] = {}
    begun = 0  # the line of the <top> that is open
    field = ""

    def finish() -> None:
        id_ = _clean(fields.get("num", ""))
        if not id_ or re.search(r"\s", id_):
            into.wrong(path, begun, BadLine("the topic has no number", _FORM))
        else:
            found.append(Topic(id_, _clean(fields.get("title", "")) or _clean(fields.get("desc", "")), begun))

    for number, text in lines:
        at = 0
        for tag in _TAG.finditer(text):
            fields[field] = f"{fields.get(field, '')} {text[at : tag.start()]}"
            at, name, closes = tag.end(), tag[2].lower(), bool(tag[1])
            if name == "top" and begun:
                finish()
            if name == "top":
                fields, begun = {}, 0 if closes else number
            field = "" if closes or name == "top" else name
        fields[field] = f"{fields.get(field, '')} {text[at:]}"
    if begun:
        finish()
    return found


def _clean(text: str) -> str:
    return _LABEL.sub("", " ".join(text.split())).strip()
