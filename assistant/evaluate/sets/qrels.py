"""Judgements of whole documents: the lines of BEIR's and TREC's qrels, and which topics they make into items."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluate.records import Gold, Item
from assistant.evaluate.sets.lines import BadLine, Reading

_WHOLE = re.compile(r"-?\d{1,4}")


@dataclass(frozen=True, slots=True)
class Topic:
    """A query as it stands in its file."""

    id: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of judgements: a grade above 0 means relevant."""

    topic: str
    document: str
    grade: int
    line: int


def trec_line(text: str, number: int) -> Judged:
    """A line of four columns.  By tabs where there are any, so that documents may have spaces in their names.

    BadLine: it has other columns, or its grade is no whole number.
    """
    cure = "Write: topic, 0, document, grade; with tabs between them."
    if "\t" in text:
        columns = [column.strip() for column in text.rstrip("\r\n").split("\t")]
    else:
        columns = text.split(maxsplit=2)
        columns = [*columns[:2], *(columns[2].rstrip().rsplit(maxsplit=1) if len(columns) == 3 else ())]
    if len(columns) != 4 or not all(columns):
        raise BadLine("this has no four columns", cure)
    topic, _, document, grade = columns
    return Judged(topic, document, grade_of(grade, cure), number)


def grade_of(text: str, cure: str) -> int:
    """A grade.  BadLine: it is no whole number."""
    if not _WHOLE.fullmatch(text):
        raise BadLine(f"the grade {text!r:.40} is no whole number", cure)
    return int(text)


def read_judgements(path: Path, parse: Callable[[str, int], Judged | None], into: Reading) -> list[Judged]:
    """The judgements of a file, without those said twice; a second one with another grade is noted as wrong."""
    found: dict[tuple[str, str], Judged] = {}
    for judged in into.each(path, parse):
        if judged is None:
            continue
        before = found.setdefault((judged.topic, judged.document), judged)
        if before.grade != judged.grade:
            what = f"{judged.document} has grade {before.grade} for this topic in line {before.line}, and another here"
            into.wrong(path, judged.line, BadLine(what, "Keep one of the two.", judged.topic))
    return list(found.values())


def make_items(topics: Iterable[Topic], judged: Iterable[Judged], file: Path, kind: str, into: Reading) -> set[str]:
    """Add an item for every topic that has something relevant, as is usual for these collections.

    Returns the ids of all topics.
    """
    relevant: dict[str, list[Gold]] = {}
    for one in judged:
        if one.grade > 0:
            relevant.setdefault(one.topic, []).append(Gold(one.document, "", one.grade))
    seen: dict[str, int] = {}
    known = set()
    for topic in topics:
        known.add(topic.id)
        if topic.id in relevant:
            into.add(file, Item(topic.id, topic.text, kind, topic.line, tuple(relevant[topic.id])), seen)
    return known


def note_unknown(judged: Iterable[Judged], topics: set[str], file: Path, into: Reading) -> None:
    """Note the judgements of topics that nobody asks."""
    for one in judged:
        if one.topic not in topics:
            bad = BadLine(f"there is no topic {one.topic}", "Remove the line, or add the topic.", one.topic)
            into.wrong(file, one.line, bad)


def only(folder: Path, found: Iterable[Path]) -> Path | None:
    """The one file of several that may be meant: None where there is none.  BadLine: there are several."""
    files = sorted(path for path in found if path.is_file())
    if len(files) > 1:
        names = " and ".join(path.relative_to(folder).as_posix() for path in files)
        raise BadLine(f"it is not clear which is meant: {names}", "Keep one of them in the folder.")
    return files[0] if files else None
