"""The nouns of evaluation, each declared once, as frozen records.  No behaviour lives here.

TestSet   questions (Item) with what is relevant to each: quoted spans (Gold), or whole documents
Problem   what is wrong with a line of a test set
Outcome   what a run has of one item: the answer in the form of the contract, its time, its confidence
RunInfo   what a run was made with
Run       a run as it is read from its folder
Scores    the measures of one item, by name; what a measure does not apply to it leaves out
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any


class Form(StrEnum):
    """How a test set says what is relevant."""

    QUOTES = "quotes"  # JSON lines: quoted spans of pages
    BEIR = "beir"  # a folder of its own corpus, queries and qrels
    TREC = "trec"  # topics and qrels over the index's documents


@dataclass(frozen=True, slots=True)
class Gold:
    """A span that answers a question, or helps to.  `grade`: 2 essential, 1 supporting; for BEIR and TREC any above 0.

    `source` is a path relative to the source folder, or as much of its end as the set gives; with an empty `quote`
    the whole document is meant.  `page` counts from 1; None: any.
    """

    source: str
    quote: str
    grade: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a test set.  `line` is where it stands in its file, from 1.

    `kind` is a free word such as "said"; "unanswerable" has no gold, and the right answer is to abstain.  `context`
    are the questions before it in the thread, oldest first.  `facts`: of each, one of the alternatives must stand in
    the answer.  `forbid` are documents that must not be cited.  `voice`: who is to speak in the citations (a part of
    the name, without case); `period`: the year, or first and last day, that cited documents must fit.  `slices` are
    further labels, such as authority and year, by name.  `draft`: nobody has looked it over.
    """

    id: str
    question: str
    kind: str
    line: int
    gold: tuple[Gold, ...] = ()
    context: tuple[str, ...] = ()
    as_of: date | None = None
    facts: tuple[tuple[str, ...], ...] = ()
    forbid: tuple[str, ...] = ()
    voice: str | None = None
    period: tuple[date, date] | None = None
    slices: dict[str, str] = field(default_factory=dict)
    draft: bool = False


@dataclass(frozen=True, slots=True)
class TestSet:
    """A test set.  `sha256` is that of its file, or of all its files in order; `path` the file or folder."""

    __test__ = False  # for pytest: this is no class of tests

    name: str
    form: Form
    path: Path
    sha256: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line of a test set, and the cure.

    `line` counts from 1 in `file` (a file's name), 0 where no line is meant; `id` is the item's, empty where there
    is none.
    """

    line: int
    id: str
    what: str
    cure: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has of one item.

    `answer` is the answer object of the contract (`assistant.render.as_json.answer_json`).  `confidence` is the score
    of the best passage, 0 where there is none.  `ranked` are (document or passage id, score), best first.  `seconds`
    are wall time.  `error` is set, and the answer empty, where the question could not be asked.
    """

    id: str
    answer: dict[str, Any]
    ranked: tuple[tuple[str, float], ...]
    confidence: float
    seconds: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a run was made with: the index's manifest, the settings that shape answers, the libraries' versions.

    `command` is what to type to go on with it, the set and the folders as whole paths; empty where it is not known.
    """

    name: str
    set_name: str
    set_path: str
    set_sha256: str
    form: Form
    started: datetime
    generation: str
    manifest: dict[str, Any]
    settings: dict[str, Any]
    versions: dict[str, str]
    items: int
    complete: bool
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is read from its folder.  `outcomes` by item id; an item that was not asked is not in it."""

    folder: Path
    info: RunInfo
    outcomes: dict[str, Outcome]


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one item, by name as they are written: "R@10", "nDCG@10", "cited_recall"."""

    id: str
    kind: str
    slices: dict[str, str]
    values: dict[str, float]
