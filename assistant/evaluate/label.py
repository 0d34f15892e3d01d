"""Labelling in a terminal: an evaluator judges the passages that several runs found, and the judgements become gold.

Each judgement is kept as it is made, in a file beside the set to be, so that leaving, Ctrl-C or a crash loses none.
How a line is asked for is the caller's: here it is a function from the text that is shown to the line that was typed.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.evaluate.check import pages_with
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.folder import write_whole
from assistant.evaluate.judgements import Judgement, Kept
from assistant.evaluate.matching import passage_holds, words
from assistant.evaluate.records import Form, Gold, Item, Run, TestSet
from assistant.evaluate.sets import item_row, rows_text
from assistant.evaluate.sets.quotes import UNANSWERABLE
from index.records import Page

DEPTH = 10  # passages of each run
_WIDTH = 100
HELP = (
    "2 essential · 1 helps · 0 does not help\n"
    "2 first words ... last words   grade only the span between them\n"
    "s skip it · n next question · b back · q leave (all judgements are kept)"
)
_GRADE = re.compile(r"([012])(?:\s+(.+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A passage to be judged for a question.  `page` is where it begins, None where there are no pages."""

    item: Item
    source: str
    page: int | None
    text: str

    @property
    def key(self) -> str:
        """The same for the same question and words of one document, whatever run found them."""
        said = "\0".join((self.item.id, self.source, *words(self.text)))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Labelled:
    """How far labelling has come: passages pooled, judged in all, and judged in this sitting."""

    pooled: int
    judged: int
    now: int


def pool(testset: TestSet, runs: Sequence[Run], depth: int = DEPTH) -> tuple[Pooled, ...]:
    """The passages to judge, question by question: those that hold no gold yet first, without telling whose they are.

    Within a question the order is by the passages' hash: neither run nor rank shows.
    """
    found = []
    for item in testset.items:
        passages: dict[str, Pooled] = {}
        for run in runs:
            outcome = run.outcomes.get(item.id)
            for one in (outcome.answer.get("passages") or ())[:depth] if outcome else ():
                pooled = Pooled(item, one["source"], one.get("page"), one["text"])
                passages.setdefault(pooled.key, pooled)
        found += sorted(passages.values(), key=lambda one: (bool(_held(one)), one.key))
    return tuple(found)


def label(
    testset: TestSet,
    runs: Sequence[Run],
    ask: Callable[[str], str],
    out: Path,
    pages: Callable[[str], Sequence[Page]],
) -> Labelled:
    """Ask for the grade of every pooled passage that has none yet, and write the set with the new gold to `out`.

    `ask` shows a text and returns the line typed; EOFError and KeyboardInterrupt out of it leave, as "q" does.
    `pages` are those of a document (`Catalogue.pages`): a span must stand in them.  Judgements are kept in
    `out`.judgements and taken up again by the next call.  A judgement of a whole passage that holds gold grades that
    gold anew (0: it is gold no more).  A question that is left without gold becomes a draft again.

    A draft of which nothing was judged stays one.

    EvaluationError: the set is not one of quotes, a run is of another set, the judgements are of another one, damaged
    or in use, `out` is not as labelling left it, or a file cannot be written.
    """
    if testset.form is not Form.QUOTES:
        raise EvaluationError(f"{testset.path} is no set of quotes.", "Label a file of JSON lines.")
    for run in runs:
        if run.info.set_sha256 != testset.sha256:
            what = f"{run.folder} is a run of another set, or of {testset.path.name} before it was changed."
            raise EvaluationError(what, f"Make it again: inspections evaluate run '{testset.path}' --name NAME")
    if out.resolve() == testset.path.resolve():
        raise EvaluationError(f"{out} is the set that is being labelled.", "Name another file with --out.")
    pooled = pool(testset, runs)
    file = out.with_name(f"{out.name}.judgements")
    if out.exists() and not file.exists():
        raise EvaluationError(
            f"{out} is there already, and was not made by labelling.", "Name another file with --out."
        )
    with Kept(file, testset) as kept:
        if out.exists() and _digest(_bytes_of(out)) not in kept.written:
            cure = f"Move it away and type the same again: the judgements in {file} are made into a new one."
            raise EvaluationError(f"{out} was changed since labelling wrote it.", cure)
        before = len(kept.judgements)
        try:
            _walk(pooled, kept, ask, pages)
        finally:
            text = rows_text(_rows(testset, pooled, kept.judgements))
            kept.note_written(_digest(text.encode()))
            write_whole(out, text)
    known = {one.key for one in pooled}
    return Labelled(len(pooled), sum(key in known for key in kept.judgements), len(kept.judgements) - before)


def span_of(text: str, typed: str) -> str | None:
    """The stretch of `text` from the first words typed to the last ("caseloads are ... too high"), white space made
    one space; without dots, the words themselves.  None: they do not stand there in that order."""
    plain = " ".join(text.split())
    first, dots, last = (part.strip() for part in _parts(typed))
    starts = _find(first, plain, 0)
    if starts is None:
        return None
    ends = _find(last, plain, starts[1]) if dots else starts
    return None if ends is None else plain[starts[0] : ends[1]]


def _walk(
    pooled: Sequence[Pooled], kept: Kept, ask: Callable[[str], str], pages: Callable[[str], Sequence[Page]]
) -> None:
    """Ask for one passage after the other, as the answers lead."""
    todo = [one for one in pooled if one.key not in kept.judgements]
    at, note = 0, ""
    while at < len(todo):
        one = todo[at]
        try:
            typed = ask(_shown(one, at + 1, len(todo), note)).strip()
        except (EOFError, KeyboardInterrupt):
            return
        note = ""
        if typed == "q":
            return
        if typed == "b":
            at = max(0, at - 1)
        elif typed == "s":
            at += 1
        elif typed == "n":
            at = next((n for n in range(at, len(todo)) if todo[n].item is not one.item), len(todo))
        elif isinstance(judged := _judged(one, typed, pages), Judgement):
            kept.add(judged)
            at += 1
        else:
            note = judged


def _judged(one: Pooled, typed: str, pages: Callable[[str], Sequence[Page]]) -> Judgement | str:
    """The judgement that was typed, or why it is none."""
    graded = _GRADE.fullmatch(typed)
    if graded is None:
        return HELP
    grade, narrowed = int(graded[1]), graded[2]
    if grade == 0 and narrowed:
        return "A grade of 0 is for the passage as a whole: type 0 alone."
    quote = span_of(one.text, narrowed) if narrowed else " ".join(one.text.split())
    if not quote or not words(quote):
        return "These words do not stand in the passage in that order."
    try:
        standing = pages_with(quote, pages(one.source))
    except KeyError:  # the run was made with another index
        standing = []
    if not standing:
        return f"This does not stand in {one.source} as it is indexed now: type s to skip it."
    page = one.page if one.page in standing else standing[0]
    return Judgement(one.key, grade, quote, page, narrowed=bool(narrowed))


def _rows(testset: TestSet, pooled: Sequence[Pooled], judgements: dict[str, Judgement]) -> Iterable[dict[str, Any]]:
    """The rows of the set with the judgements made into gold."""
    by_item: dict[str, list[tuple[Pooled, Judgement]]] = {}
    for one in pooled:
        if one.key in judgements:
            by_item.setdefault(one.item.id, []).append((one, judgements[one.key]))
    for item in testset.items:
        judged = by_item.get(item.id, [])
        labelled = replace(_with_gold(item, judged), draft=item.draft and not judged)
        row = item_row(labelled)
        if labelled.draft:
            row |= {"todo": 'Nobody has looked it over: do so, then remove "todo" and "draft".'}
        elif not labelled.gold and labelled.kind != UNANSWERABLE:
            row |= {"draft": True, "todo": 'No passage was judged to answer this: find one, or make it "unanswerable".'}
        yield row


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise EvaluationError(f"{file} cannot be read: {error.strerror}.", "Name another file with --out.") from error


def _with_gold(item: Item, judged: Iterable[tuple[Pooled, Judgement]]) -> Item:
    gold = list(item.gold)
    for one, judgement in judged:
        held = [] if judgement.narrowed else _held(one)
        if held:
            gold = [replace(each, grade=judgement.grade) if each in held else each for each in gold]
        elif judgement.grade:
            gold.append(Gold(one.source, judgement.quote, judgement.grade, judgement.page))
    kind = "labelled" if item.kind == UNANSWERABLE and gold else item.kind
    return replace(item, kind=kind, gold=tuple(each for each in dict.fromkeys(gold) if each.grade))


def _held(one: Pooled) -> list[Gold]:
    """The gold that the question has already and that the passage holds."""
    return [gold for gold in one.item.gold if passage_holds(one.text, one.source, gold)]


def _shown(one: Pooled, number: int, total: int, note: str) -> str:
    """What the evaluator sees: the question, where the passage stands, the passage, and what may be typed."""
    before = [f"before: {question}" for question in one.item.context]
    place = one.source if one.page is None else f"{one.source}, page {one.page}"
    known = " (holds gold already)" if _held(one) else ""
    paragraphs = [textwrap.fill(part, _WIDTH) for part in one.text.splitlines() if part.strip()]
    parts = (
        f"[{number} of {total}] {one.item.question}",
        *before,
        "",
        f"{place}{known}",
        *paragraphs,
        "",
        note or HELP,
    )
    return "\n".join(parts) + "\n> "


def _parts(typed: str) -> tuple[str, str, str]:
    found = re.search(r"\s*(\.\.\.|…)\s*", typed)
    return (typed[: found.start()], found[1], typed[found.end() :]) if found else (typed, "", "")


def _find(wanted: str, text: str, start: int) -> tuple[int, int] | None:
    """Where words stand in a text, from `start` on; case, white space and kinds of quotation marks are left aside."""
    if not wanted:
        return None
    pattern = r"\s+".join(re.escape(word).replace("'", "['‘’]").replace('"', '["“”]') for word in wanted.split())
    found = re.compile(pattern, re.IGNORECASE).search(text, start)
    return found.span() if found else None
