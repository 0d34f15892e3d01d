"""The folder of a run: what is in it, and reading and writing it.  Asking is `running`.

RUNS/NAME/run.json         what the run was made with, and whether it is complete
RUNS/NAME/outcomes.jsonl   one Outcome a line, in the order of the set, each on the disk as soon as it is there
RUNS/NAME/run.trec         the ranking of every question in the form of TREC, once the run is complete
RUNS/NAME/lock             held by the process that is asking
"""

from __future__ import annotations

import fcntl
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from pydantic import StrictInt, TypeAdapter, ValidationError

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.grid import as_typed
from assistant.evaluate.records import Outcome, Run, RunInfo
from assistant.tuning import Tuning

INFO, OUTCOMES, RANKED, LOCK = "run.json", "outcomes.jsonl", "run.trec", "lock"
MADE_LATER = ("scores.json", "report.html")  # from a run; gone with what it was made from
LONGEST_NAME = 100  # characters
MOST_NAMED = 50  # runs that are told where one is not found


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A citation, as far as it is used here; what else it has may be anything."""

    source: str
    quote: str | None = None
    page: StrictInt | None = None
    voice: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A passage, as far as it is used."""

    source: str
    text: str
    page: StrictInt | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer, as far as it is used; that of a question that could not be asked is empty."""

    status: str = ""
    answer: str | None = None
    reason: str | None = None
    citations: list[_Quoted] = field(default_factory=list)
    passages: list[_Shown] = field(default_factory=list)
    reading: dict[str, Any] = field(default_factory=dict)


_INFO = TypeAdapter(RunInfo)
_OUTCOME = TypeAdapter(Outcome)
_ANSWER = TypeAdapter(_Answer)
_GO_ON = "Make room, or check permissions; the same command then goes on where this one stopped."


def run_name(given: str) -> str:
    """The name of a folder that a run of this name gets: white space is written as "_".

    EvaluationError: no folder can be called so.
    """
    name = "_".join(given.split())
    if not name or name.startswith((".", "-")) or re.search(r"[/\x00-\x1f\x7f]", name) or len(name) > LONGEST_NAME:
        cure = (
            f"Give a short --name, up to {LONGEST_NAME} characters, that has no slash and begins with no dot or dash."
        )
        raise EvaluationError(f"A run cannot be called {given!r:.200}.", cure)
    return name


def run_folder(named: str, runs: Path) -> Path:
    """The folder that a person means by the name of a run, by its path, or by its path below `runs`.

    EvaluationError: there is no run so named; those that there are are told.
    """
    for folder in (Path(named), runs / named, runs / "_".join(named.split())):
        if named.strip() and _is_run(folder):
            return folder
    raise EvaluationError(f"There is no run {named} in {runs}.", _which(runs))


def _is_run(folder: Path) -> bool:
    try:
        return (folder / INFO).is_file()
    except (OSError, ValueError):  # what was typed can be no path
        return False


def read_run(folder: Path) -> Run:
    """The run in `folder`, complete or not; a last line that was cut off is left out where it is not complete.

    EvaluationError: there is no run, or it is damaged; the message names file and line.
    """
    info = read_info(folder)
    found: dict[str, Outcome] = {}
    file = folder / OUTCOMES
    for number, line in enumerate(_whole_lines(file, info), start=1):
        outcome = _outcome(line, f"{file}, line {number}", info)
        if outcome.id in found:
            raise _damaged(f'{file}, line {number}: the question "{outcome.id}" was answered before.', info)
        found[outcome.id] = outcome
    if len(found) > info.items or (info.complete and len(found) != info.items):
        raise _damaged(f"{file} holds {len(found)} of {info.items} questions.", info)
    return Run(folder, info, found)


def read_info(folder: Path) -> RunInfo:
    """What the run in `folder` was made with.  EvaluationError: there is no run, or it is damaged."""
    file = folder / INFO
    try:
        return _INFO.validate_json(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EvaluationError(f"There is no run in {folder}.", _which(folder.parent)) from error
    except OSError as error:
        raise EvaluationError(f"{file} cannot be read: {error.strerror}.", "Check its permissions.") from error
    except ValidationError as error:
        cure = "Name the folder of a run, or make it again: inspections evaluate run SET --name NAME --anew"
        raise EvaluationError(f"{file} is damaged, or no run's: {_first(error)}.", cure) from error


def write_info(folder: Path, info: RunInfo) -> None:
    """Write what the run is made with.  EvaluationError: it cannot be written."""
    write_whole(folder / INFO, _INFO.dump_json(info, indent=2).decode() + "\n")


def write_ranked(run: Run, order: tuple[str, ...]) -> None:
    """Write `run.trec` with the questions in `order`.

    White space and % in the name of a document are written as %20 and the like: a field of TREC has none.
    EvaluationError: it cannot be written.
    """
    lines = [
        f"{item} Q0 {quote(name, safe=_SAFE)} {rank} {score!r} {run.info.name}\n"
        for item in order
        for rank, (name, score) in enumerate(run.outcomes[item].ranked, start=1)
    ]
    write_whole(run.folder / RANKED, "".join(lines))


_SAFE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")


def write_whole(file: Path, text: str) -> None:
    """Write a file aside, then rename it: it is there whole or as it was.  EvaluationError: it cannot be written."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(file)
    except OSError as error:
        raise EvaluationError(f"{file} cannot be written: {error.strerror}.", _GO_ON) from error
    finally:
        _remove(aside)


class Log:
    """The outcomes of a run as they are added to its folder."""

    def __init__(self, folder: Path) -> None:
        """Go on after the last whole line.  EvaluationError: the file cannot be written."""
        self._path = folder / OUTCOMES
        try:
            self._file: IO[bytes] = self._path.open("ab")
            with self._path.open("rb+") as file:
                file.truncate(file.read().rfind(b"\n") + 1)
        except OSError as error:
            raise self._failed(error) from error

    def add(self, outcome: Outcome) -> None:
        """Write an outcome; it is out of this process's hands when this returns.  EvaluationError: as above."""
        try:
            self._file.write(_OUTCOME.dump_json(outcome) + b"\n")
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._file.close()
        except OSError as error:  # what was not written before cannot be written now
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> EvaluationError:
        return EvaluationError(f"{self._path} cannot be written: {error.strerror}.", _GO_ON)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder and keep other processes from running in it until the block ends.

    EvaluationError: it cannot be made, or another process is running in it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a")
    except OSError as error:
        raise EvaluationError(f"{folder} cannot be written: {error.strerror}.", "Name another with --runs.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            cure = "Wait until it is done, or give this run another --name."
            raise EvaluationError(f"Another process is running in {folder}.", cure) from error
        yield


def emptied(folder: Path) -> None:
    """Remove what a run, and what was made from it, left in `folder`; nothing else in it is touched."""
    try:
        for name in (INFO, OUTCOMES, RANKED, *MADE_LATER):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise EvaluationError(f"{error.filename} cannot be removed: {error.strerror}.", "Name another run.") from error


def _whole_lines(file: Path, info: RunInfo) -> list[bytes]:
    try:
        *lines, rest = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EvaluationError(f"{file} cannot be read: {error.strerror}.", "Check its permissions.") from error
    if rest and info.complete:
        raise _damaged(f"{file}, line {len(lines) + 1} is cut off.", info)
    return lines


def _outcome(line: bytes, where: str, info: RunInfo) -> Outcome:
    try:
        outcome = _OUTCOME.validate_json(line)
        _ANSWER.validate_python(outcome.answer)
    except ValidationError as error:
        raise _damaged(f"{where} is damaged: {_first(error)}.", info) from error
    return outcome


def run_again(info: RunInfo) -> str:
    """What to type to make a run again from nothing."""
    return " ".join([go_on(info), "--anew"])


def go_on(info: RunInfo) -> str:
    """What to type to go on with a run: what was typed for it, else the set, its name, and what was
    turned."""
    if info.command:
        return shlex.join(info.command)
    usual = as_typed(Tuning())
    turned = [(name, info.settings.get(name, value)) for name, value in usual.items()]
    options = [word for name, value in turned if value != usual[name] for word in ("--set", f"{name}={value}")]
    return shlex.join(["inspections", "evaluate", "run", info.set_path, "--name", info.name, *options])


def _damaged(what: str, info: RunInfo) -> EvaluationError:
    return EvaluationError(what, f"Make the run again: {run_again(info)}")


def _first(error: ValidationError) -> str:
    """What pydantic found wrong first, in its words."""
    first: Any = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def _which(runs: Path) -> str:
    """The runs that there are, for whoever named one that is not."""
    found = (file.parent for depth in ("*", "*/*") for file in runs.glob(f"{depth}/{INFO}")) if runs.is_dir() else ()
    names = sorted(folder.relative_to(runs).as_posix() for folder in found)
    if not names:
        return "Make one: inspections evaluate run SET --name NAME"
    more = f", and {len(names) - MOST_NAMED} more" if names[MOST_NAMED:] else ""
    return f"Those in {runs} are: {', '.join(map(shlex.quote, names[:MOST_NAMED]))}{more}."


def _remove(aside: Path) -> None:
    """Remove what was left aside, if anything, and if the disk lets us."""
    try:
        aside.unlink(missing_ok=True)
    except OSError:
        return
