"""Whether a passage or a citation holds a gold span, and which documents a set means by a path.

The same file, and at least 60 % of the span's words in order; for a citation that is shorter than the span, 80 % of
its own words.  Words in order are counted in runs of three or more, as difflib finds them.  Which passages and spans
are looked at, and what is made of the verdicts, is decided elsewhere.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from assistant.evaluate.records import Gold

ENOUGH = 0.6  # of the span's words
ENOUGH_OF_CITATION = 0.8  # of the citation's own words
SHORTEST_CITATION = 6  # words, for a citation to be judged by its own
_RUN = 3  # words that must stand together to count
_WORD = re.compile(r"[a-z0-9]+")

Same = Callable[[str, str], bool]  # whether a document's path is meant by a set's, in this order


@lru_cache(maxsize=16_384)
def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: lower case, no apostrophes, hyphens taken as spaces."""
    return tuple(_WORD.findall(text.lower().replace("\u2019", "").replace("'", "")))


def same_document(source: str, wanted: str) -> bool:
    """Whether the path `wanted`, of a set, may mean the document `source`: all its parts are the last of the source's.

    Without case.  "letter.pdf" may mean leeds/letter.pdf; "leeds/letter.pdf" does not mean letter.pdf.
    """
    one, other = _parts(source), _parts(wanted)
    return bool(other) and one[-len(other) :] == other


def documents_named(wanted: str, sources: Sequence[str]) -> list[str]:
    """The held documents that a set's path may mean.  Where one is equal whole, only it is meant; then without case."""
    if wanted in sources:
        return [wanted]
    ending = [source for source in sources if same_document(source, wanted)]
    return [source for source in ending if same_document(wanted, source)] or ending


def same_among(sources: Sequence[str]) -> Same:
    """`same_document` where it is known which documents are held: what `documents_named` does not name is not meant.

    Of a path that means none of them nothing is known, so it is compared as it is.
    """
    named = lru_cache(maxsize=None)(lambda wanted: frozenset(documents_named(wanted, sources)))
    return lambda source, wanted: source in named(wanted) if named(wanted) else same_document(source, wanted)


def passage_holds(text: str, source: str, gold: Gold, same: Same = same_document) -> bool:
    """Whether a passage of `source` holds the span; with an empty quote, any passage of the document does."""
    if not same(source, gold.source):
        return False
    if not gold.quote:
        return True
    wanted, held = words(gold.quote), words(text)
    return bool(held) and _shares(wanted, held, ENOUGH * len(wanted))


def citation_holds(quote: str, source: str, gold: Gold, same: Same = same_document) -> bool:
    """Whether a citation of `source` holds the span, or lies within it and is not too short to tell."""
    if passage_holds(quote, source, gold, same):
        return True
    wanted, held = words(gold.quote), words(quote)
    if len(held) < SHORTEST_CITATION or not same(source, gold.source):
        return False
    return _shares(wanted, held, ENOUGH_OF_CITATION * len(held))


def share_in_order(quote: str, text: str) -> float:
    """The share, 0 to 1, of a quote's words that stand in a text in order.  A quote without words has none."""
    wanted, held = words(quote), words(text)
    if not wanted or _most(wanted, held) == 0:
        return 0.0
    return 1.0 if _stands_in(wanted, held) else _in_order(wanted, held) / len(wanted)


def _parts(path: str) -> list[str]:
    return [part for part in path.lower().split("/") if part not in {"", "."}]


def _shares(wanted: tuple[str, ...], held: tuple[str, ...], least: float) -> bool:
    """Whether `wanted` and `held` share at least `least` words in order.

    difflib is slow, so it is asked only where neither bound settles it: what stands in the other whole is its longest
    run, and no run can hold a word that is in no run of three that both have.
    """
    if _most(wanted, held) < least:
        return False
    short, long = sorted((wanted, held), key=len)
    if len(short) >= least and (len(short) >= _RUN or short is wanted) and _stands_in(short, long):
        return True
    return _in_order(wanted, held) >= least


def _in_order(wanted: Sequence[str], held: Sequence[str]) -> int:
    """How many words of `wanted` stand in `held` in order, in runs of three or more (or all of `wanted`)."""
    blocks = difflib.SequenceMatcher(None, wanted, held, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= _RUN or block.size == len(wanted))


def _most(wanted: tuple[str, ...], held: tuple[str, ...]) -> int:
    """A bound on `_in_order`: the words of `wanted` that lie in a run of three (or all of it) that `held` has."""
    length = min(_RUN, len(wanted))
    runs = {held[at : at + length] for at in range(len(held) - length + 1)}
    covered: set[int] = set()
    for at in range(len(wanted) - length + 1):
        if wanted[at : at + length] in runs:
            covered.update(range(at, at + length))
    return len(covered)


def _stands_in(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    return f" {' '.join(short)} " in f" {' '.join(long)} "
