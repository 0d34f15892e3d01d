"""The judgements of whoever labels, kept one by one in a file of their own.  What is judged, and how, is `label`."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.records import TestSet


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade, 0 to 2, of a passage, or of the span of it that is `quote`."""

    key: str
    grade: int
    quote: str
    page: int | None
    narrowed: bool


class Kept:
    """The judgements so far: read from their file, and added to it one by one.  The last one of a passage counts.

    The file is held while it is open: two people who label into one file would lose judgements.  `written` are the
    hashes of the sets that were made of them.
    """

    def __init__(self, path: Path, testset: TestSet) -> None:
        """Open the file, or begin it.

        EvaluationError: it cannot be read or written, is damaged, in use, or of another set.
        """
        self._path = path
        self.judgements: dict[str, Judgement] = {}
        self.written: set[str] = set()
        with self._told():
            self._file = path.open("ab+")
        with ExitStack() as undo:
            undo.callback(self._file.close)
            self._lock()
            with self._told():
                self._file.seek(0)
                whole, _, rest = self._file.read().rpartition(b"\n")
                if rest:  # cut off when it was written: that judgement was never told to be kept
                    self._file.truncate(len(whole) + 1 if whole else 0)
            for number, line in enumerate(whole.split(b"\n") if whole else [], start=1):
                self._read(line, number, testset)
            if not whole:
                self._append({"set": testset.sha256})
            undo.pop_all()

    def add(self, judgement: Judgement) -> None:
        """Keep a judgement; it is in the file when this returns."""
        self._append({name: getattr(judgement, name) for name in Judgement.__slots__})
        self.judgements[judgement.key] = judgement

    def note_written(self, digest: str) -> None:
        """Note the hash of the set that is about to be written of the judgements: it may be written over later."""
        if digest not in self.written:
            self._append({"written": digest})
            self.written.add(digest)

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: object) -> None:
        with self._told():  # what was not written before cannot be written now
            self._file.close()

    def _append(self, row: dict[str, Any]) -> None:
        with self._told():
            self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            self._file.flush()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EvaluationError(f"Somebody else is labelling into {self._path}.", "Name another --out.") from error

    def _read(self, line: bytes, number: int, testset: TestSet) -> None:
        where = f"{self._path}, line {number}"
        try:
            said = json.loads(line)
            of = said["set"] if number == 1 else testset.sha256
            if number > 1 and isinstance(said, dict) and said.keys() == {"written"}:
                self.written.add(str(said["written"]))
            elif number > 1:
                self.judgements[said["key"]] = _checked(Judgement(**said))
        except (ValueError, TypeError, KeyError) as error:
            raise EvaluationError(f"{where} is damaged.", "Remove the line, or name another --out.") from error
        if of != testset.sha256:
            what = f"{self._path} holds judgements of another set, or of {testset.path.name} before it was changed."
            raise EvaluationError(what, "Name another file with --out.")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = f"{self._path} cannot be written: {error.strerror}."
            raise EvaluationError(what, "Make room, or check permissions, and type the same again.") from error


def _checked(judgement: Judgement) -> Judgement:
    """The same.  ValueError: it is none that could have been made."""
    if judgement.grade not in {0, 1, 2} or not judgement.quote:
        raise ValueError(judgement)
    return judgement
