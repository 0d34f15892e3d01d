"""Loading a test set: which form a path has, and what is done about lines that cannot be used."""

from __future__ import annotations

from pathlib import Path

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.records import Form, Problem, TestSet
from assistant.evaluate.sets.beir import is_beir, read_beir
from assistant.evaluate.sets.lines import Reading
from assistant.evaluate.sets.quotes import read_quotes
from assistant.evaluate.sets.trec import is_trec, read_trec

_CURE = (
    "Name a file of JSON lines, a folder in BEIR form (corpus.jsonl, queries.jsonl, qrels.tsv), or topics and qrels."
)


def read_set(path: Path, drafts: bool = False) -> tuple[TestSet, tuple[Problem, ...]]:
    """The usable items of the set at `path`, and what is wrong with its other lines, by file and line.

    `drafts`: rows of JSON lines that nobody has looked over, and rows without gold, are taken too.
    EvaluationError: there is no set there, a file cannot be read, or holds too much.
    """
    reading = Reading()
    form = _read(path, reading, drafts)
    problems = tuple(sorted(reading.problems, key=lambda problem: (problem.file, problem.line)))
    name = path.resolve().stem if path.is_file() else path.resolve().name
    return TestSet(name, form, path, reading.digest.hexdigest(), tuple(reading.items)), problems


def load_set(path: Path, drafts: bool = False) -> TestSet:
    """The test set at `path`: a file of JSON lines, a BEIR folder, or a folder of TREC topics and judgements.

    `drafts` is as for `read_set`: for those who label, and for the runs whose passages they judge.
    EvaluationError: there is none, it is empty, or a line cannot be used; the message names file, line and cure.
    """
    found, problems = read_set(path, drafts)
    if problems:
        first = problems[0]
        more = f" {len(problems) - 1:,} more such: type: inspections evaluate check '{path}'" if problems[1:] else ""
        about = f" ({first.id})" if first.id else ""
        raise EvaluationError(f"{first.file}, line {first.line}{about}: {first.what}.", f"{first.cure}{more}")
    if not found.items:
        raise EvaluationError(f"{path} has no questions.", _CURE)
    return found


def _read(path: Path, into: Reading, drafts: bool) -> Form:
    if path.is_dir() and is_beir(path):
        read_beir(path, into)
        return Form.BEIR
    if path.is_dir() and is_trec(path):
        read_trec(path, into)
        return Form.TREC
    if path.is_file():
        read_quotes(path, into, drafts)
        return Form.QUOTES
    what = "is in no form of a test set" if path.is_dir() else "is not there" if not path.exists() else "is no file"
    raise EvaluationError(f"{path} {what}.", _CURE)
