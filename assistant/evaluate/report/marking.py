"""Where the words of gold spans stand in a text, and a text cut down to them.

Whether a text holds a span is `assistant.evaluate.matching`'s to say; here are only the places, to show it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.evaluate.matching import words

_RUN = 3  # words in common that are marked, as they are counted in matching
_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = "'\u2019"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `marked` where it is a gold span's."""

    text: str
    marked: bool = False


Stretch = tuple[int, int]


def stretches(text: str, quotes: Iterable[str]) -> tuple[Stretch, ...]:
    """The places of the quotes' words in the text, in order and apart: (start, end) in letters."""
    placed = _placed(text)
    said = [word for word, _, _ in placed]
    found: list[Stretch] = []
    for quote in quotes:
        wanted = words(quote)
        blocks = difflib.SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks()
        found += [
            (placed[block.b][1], placed[block.b + block.size - 1][2])
            for block in blocks
            if block.size >= min(_RUN, max(len(wanted), 1))
        ]
    return _joined(found, text)


def pieces(text: str, marks: Sequence[Stretch], longest: int | None = None) -> tuple[Piece, ...]:
    """The text as pieces; with `longest`, what is not marked is cut to about so many letters near the marks."""
    out: list[Piece] = []
    at = 0
    for start, end in [*marks, (len(text), len(text))]:
        plain = text[at:start]
        if plain:
            out += _cut(plain, longest, first=at == 0, last=start == len(text), alone=not marks)
        if end > start:
            out.append(Piece(text[start:end], marked=True))
        at = end
    return tuple(out)


def _cut(plain: str, longest: int | None, *, first: bool, last: bool, alone: bool) -> list[Piece]:
    """The ends of an unmarked stretch that touch a mark; of a text without marks, its beginning."""
    if longest is None or len(plain) <= longest:
        return [Piece(plain)]
    half = longest if first or last else longest // 2
    head = [] if first and not alone else [Piece(_upto(plain, half))]
    tail = [] if last else [Piece(_upto(plain[::-1], half)[::-1])]
    return [*head, Piece("…"), *tail]


def _upto(text: str, length: int) -> str:
    """The beginning of a text, to the end of a word."""
    short = text[:length]
    space = short.rfind(" ")
    return short[: space + 1] if space > length // 2 else short


def _placed(text: str) -> list[tuple[str, int, int]]:
    """The words as matching sees them, each with where it starts and ends in the text."""
    letters = [(low, at) for at, letter in enumerate(text) if letter not in _APOSTROPHES for low in letter.lower()]
    flat = "".join(low for low, _ in letters)
    return [(one[0], letters[one.start()][1], letters[one.end() - 1][1] + 1) for one in _WORD.finditer(flat)]


def _joined(found: Iterable[Stretch], text: str) -> tuple[Stretch, ...]:
    """Overlapping stretches, and those with no word between them, become one."""
    out: list[Stretch] = []
    for start, end in sorted(found):
        if out and (start <= out[-1][1] or not _WORD.search(text[out[-1][1] : start].lower())):
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)
