"""A draft of an answer: lines of our words with the quotes that carry them.  Turning it into text and citations.

A line whose quotes all fail the check against the stored page is dropped with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant.quotes import Quote, cite
from assistant.records import Citation
from index.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: our words, then the words of the quotes with their marks, then marks alone.

    `cited` are quotes whose words are not printed: they say the same as the line does.
    """

    before: str
    quotes: tuple[Quote, ...] = ()
    cited: tuple[Quote, ...] = ()
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of an answer, in order."""

    lines: tuple[Line, ...]


def finished(draft: Draft, catalogue: Catalogue, base: str | None) -> tuple[str, tuple[Citation, ...]]:
    """The text with its [n] marks, and the citations; both empty where no quote stood."""
    told: list[tuple[Line, str]] = []
    citations: list[Citation] = []
    for line in draft.lines:
        shown = _standing(line.quotes, catalogue, base, len(citations) + 1)
        # Where nothing of a line is left to print, it falls, and with it the marks of those that say the same.
        cited = line.cited if shown or not line.quotes else ()
        marked = _standing(cited, catalogue, base, len(citations) + len(shown) + 1)
        if shown or marked or not (line.quotes or line.cited):
            told.append((line, _text(line, shown, marked)))
            citations += [*shown, *marked]
    return ("\n".join(_without_bare_headings(told)), tuple(citations)) if citations else ("", ())


def _standing(quotes: Sequence[Quote], catalogue: Catalogue, base: str | None, first: int) -> list[Citation]:
    return [citation for citation in cite(quotes, catalogue, base, first) if citation]


def _text(line: Line, shown: Sequence[Citation], marked: Sequence[Citation]) -> str:
    quoted = " ".join(f"“{citation.quote}” [{citation.n}]" for citation in shown)
    marks = "".join(f"[{citation.n}]" for citation in marked)
    return " ".join(filter(None, [line.before, quoted, marks]))


def _without_bare_headings(told: Sequence[tuple[Line, str]]) -> list[str]:
    """The lines without a heading under which nothing is left."""
    following = [line for line, _ in told[1:]]
    bare = [
        line.heading and (after is None or after.heading or not (after.quotes or after.cited))
        for (line, _), after in zip_longest(told, following)
    ]
    return [text for (_, text), empty in zip(told, bare, strict=True) if not empty]
