"""The lines of a test set's file: bounded, decoded, numbered, and hashed as they are read.  No form is known here.

What is wrong with a line is raised as BadLine where it is found and collected with its number by `each`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.records import Item, Problem

LONGEST_LINE = 1_000_000  # bytes
MOST_LINES = 10_000_000  # a BEIR corpus may be large
MOST_ITEMS = 100_000
_BOM = b"\xef\xbb\xbf"
Record = TypeVar("Record")


class BadLine(Exception):  # noqa: N818  (never leaves this package)
    """A line that cannot be used: what is wrong with it, the cure, and the item's id where it has one."""

    def __init__(self, what: str, cure: str, about: str = "") -> None:
        super().__init__(what)
        self.what, self.cure, self.about = what, cure, about


@dataclass(slots=True)
class Reading:
    """What has been read of a set so far: its items, what is wrong with it, and the hash of all bytes read."""

    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)

    def wrong(self, file: Path, line: int, bad: BadLine) -> None:
        """Note what is wrong with a line."""
        self.problems.append(Problem(line, bad.about, bad.what, bad.cure, file.name))

    def add(self, file: Path, item: Item, seen: dict[str, int]) -> None:
        """Take an item in, unless its id stands in `seen` (id to line) already, or there are too many."""
        if item.id in seen:
            what = f'the id "{item.id}" stands in line {seen[item.id]} already'
            self.wrong(file, item.line, BadLine(what, "Give every question an id of its own.", item.id))
        elif len(seen) >= MOST_ITEMS:
            what = f"there are more than {MOST_ITEMS:,} questions"
            raise EvaluationError(f"{file}, line {item.line}: {what}.", "Split the set.")
        else:
            seen[item.id] = item.line
            self.items.append(item)

    def each(self, file: Path, parse: Callable[[str, int], Record]) -> Iterator[Record]:
        """`parse(text, number)` of every line that is not blank; those that it cannot use are noted.

        EvaluationError: the file cannot be read, or has too many lines.
        """
        for number, raw in self._numbered(file):
            try:
                text = decoded(raw)
                if not text.strip():
                    continue
                record = parse(text, number)
            except BadLine as bad:
                self.wrong(file, number, bad)
            else:
                yield record

    def _numbered(self, file: Path) -> Iterator[tuple[int, bytes]]:
        """The lines with their numbers, cut one byte after the longest that is allowed."""
        try:
            with file.open("rb") as opened:
                number = 0
                while raw := opened.readline(LONGEST_LINE + 1):
                    number += 1
                    if number > MOST_LINES:
                        raise EvaluationError(f"{file} has more than {MOST_LINES:,} lines.", "Split the set.")
                    self.digest.update(raw)
                    yield number, raw.removeprefix(_BOM) if number == 1 else raw
                    while len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
                        raw = opened.readline(LONGEST_LINE + 1)
                        self.digest.update(raw)
                        if not raw:
                            break
        except OSError as error:
            raise EvaluationError(
                f"{file} cannot be read: {error.strerror}.", "Name a test set that is there."
            ) from error


def decoded(raw: bytes) -> str:
    """The text of a line.  BadLine: it is too long, or no UTF-8."""
    if len(raw) > LONGEST_LINE:
        raise BadLine(f"the line is longer than {LONGEST_LINE:,} bytes", "Write one question a line.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1} of the line is no UTF-8"
        raise BadLine(what, "Save the file as UTF-8.") from error


def json_object(text: str, form: str) -> dict[str, Any]:
    """The JSON object that a line is.  BadLine: it is none, or holds half of a character; `form` is the cure."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"this is no JSON: {error}", form) from error
    if not isinstance(said, dict):
        raise BadLine("this is no JSON object", form)
    try:
        json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadLine("the text holds half of a character (a lone surrogate)", "Write it whole.") from error
    return said
