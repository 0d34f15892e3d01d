"""Whether a test set fits the index: documents that are held, quotes that stand on their pages, nothing said twice.

What is wrong with a file's form is found where it is read (`sets`); `check_path` tells both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from rapidfuzz import fuzz, process

from assistant.ask import LONGEST
from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.matching import documents_named, share_in_order, words
from assistant.evaluate.records import Form, Gold, Item, Problem, TestSet
from assistant.evaluate.sets import read_set
from index.catalogue import Catalogue
from index.records import Page

__all__ = ["check", "check_path", "documents_named", "pages_with"]

NEAR = 0.9  # of a quote's words in order: it stands there
_HINT = 60  # of 100, how like a held name must be to be hinted at


def check(testset: TestSet, catalogue: Catalogue) -> tuple[Problem, ...]:
    """What is wrong with a set when it is used with this index, by line.

    A BEIR set brings its documents along, so nothing of it can be wrong here.
    """
    if testset.form is Form.BEIR:
        return ()
    held = _Held(catalogue)
    file = testset.path.name if testset.form is Form.QUOTES else ""
    seen: dict[str, Item] = {}
    found: list[Problem] = []
    for item in testset.items:
        faults = list(_faults(item, held))
        if item.id in seen:
            what = f"the id stands in line {seen[item.id].line} already"
            faults.append((what, "Give every question an id of its own."))
        seen.setdefault(item.id, item)
        found += [Problem(item.line, item.id, what, cure, file) for what, cure in faults]
    return tuple(sorted(found, key=lambda problem: problem.line))


def check_path(path: Path, catalogue: Catalogue) -> tuple[Problem, ...]:
    """All that is wrong with the set at `path`: lines that cannot be used, and what does not fit the index.

    EvaluationError: there is no set, or it has no questions at all.
    """
    testset, unusable = read_set(path)
    if not testset.items and not unusable:
        raise EvaluationError(f"{path} has no questions.", "Name a test set that has some.")
    found = (*unusable, *check(testset, catalogue))
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line)))


def pages_with(quote: str, pages: Sequence[Page]) -> list[int | None]:
    """The numbers of the pages that a quote stands on, both where it runs over to the next one; empty: on none."""
    found = [page.number for page in pages if _stands_in(quote, page.text)]
    if found:
        return found
    for one, other in pairwise(pages):
        if _stands_in(quote, f"{one.text}\n{other.text}"):
            return [one.number, other.number]
    return []


def _stands_in(quote: str, text: str) -> bool:
    """Whether a quote stands in a text, a footnote's mark or words cut at the ends of lines left aside."""
    wanted = words(quote)
    return share_in_order(quote, text) >= NEAR or (len(wanted) >= 3 and "".join(wanted) in "".join(words(text)))


class _Held:
    """What is looked up in the catalogue again and again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.sources = tuple(document.source for document in catalogue.documents())
        self.pages = lru_cache(maxsize=256)(catalogue.pages)
        self.named = lru_cache(maxsize=None)(lambda wanted: documents_named(wanted, self.sources))

    def nearest(self, wanted: str) -> str | None:
        """The held name most like one that is not held."""
        best = process.extractOne(wanted, self.sources, scorer=fuzz.ratio, score_cutoff=_HINT)
        return None if best is None else str(best[0])


def _faults(item: Item, held: _Held) -> Iterator[tuple[str, str]]:
    """What is wrong with an item, each with its cure."""
    if len(item.question) > LONGEST:
        yield f"the question is longer than {LONGEST:,} characters", "Shorten it."
    for n, gold in enumerate(item.gold, start=1):
        where = f"gold {n}" if gold.quote else "a judgement"
        if unknown := _unknown(gold.source, held):
            yield f"{where} names {gold.source!r}, {unknown[0]}", unknown[1]
        elif gold.quote:
            yield from _misplaced(gold, where, held.pages(held.named(gold.source)[0]))
        if gold in item.gold[: n - 1]:
            yield f"{where} is there twice", "Remove one of the two."
    for name in item.forbid:
        if unknown := _unknown(name, held):
            yield f"forbid_docs names {name!r}, {unknown[0]}", unknown[1]
        elif any(held.named(gold.source) == held.named(name) for gold in item.gold):
            yield f"forbid_docs names {name!r}, which has gold too", "Remove it from one of the two."


def _unknown(wanted: str, held: _Held) -> tuple[str, str] | None:
    """Why a name does not mean one held document, and the cure; None: it does."""
    meant = held.named(wanted)
    if len(meant) > 1:
        return f"which {len(meant)} documents are named", f"Write the path, such as {meant[0]!r}."
    if meant:
        return None
    near = held.nearest(wanted)
    return "which is not in the index", f"Did you mean {near!r}?" if near else "Add the document, or correct the name."


def _misplaced(gold: Gold, where: str, pages: Sequence[Page]) -> Iterator[tuple[str, str]]:
    """A quote that does not stand in its document, or not on the page that is named."""
    start = " ".join(gold.quote.split())
    told = f"{where} (“{start if len(start) <= 40 else start[:39] + '…'}”)"
    numbers = [page.number for page in pages]
    if gold.page is not None and gold.page not in numbers:
        if not any(numbers):
            yield f"{told} names page {gold.page} of a document without pages", "Leave the page out."
            return
        yield f"{told} names page {gold.page}, and the last one is {max(filter(None, numbers))}", _place(gold, pages)
        return
    standing = pages_with(gold.quote, pages)
    if not standing:
        yield f"{told} stands nowhere in the document", "Quote its exact words."
    elif gold.page is not None and gold.page not in standing:
        yield f"{told} is not on page {gold.page}", _place(gold, pages)


def _place(gold: Gold, pages: Sequence[Page]) -> str:
    standing = [number for number in pages_with(gold.quote, pages) if number]
    if not standing:
        return "It stands nowhere in the document: quote its exact words."
    return f"Write page {standing[0]}" + "".join(f" or {number}" for number in standing[1:]) + "."
