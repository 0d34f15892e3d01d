"""A draft of an answer: lines of our words with the quotes that carry them.  Turning it into text, citations, table.

A line whose quotes all fail the check against the stored page is dropped with them, and so is its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant.quotes import Quote, cite
from assistant.records import Citation, Table
from index.catalogue import Catalogue

MARKS = "Source"  # the heading of the last column
FEWEST = 2  # rows that make a table


@dataclass(frozen=True, slots=True)
class Row:
    """A fact as a row of a table: its cells by the heading of their column.  `place` orders the rows."""

    place: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: our words, then the words of the quotes with their marks, then marks alone.

    `cited` are quotes whose words are not printed: they say the same as the line does.  `rows` are the facts of the
    line, one for each of `cited`, with which it stands or falls.  A line of one row says no more than its row; one
    of several sets them against each other.
    """

    before: str
    quotes: tuple[Quote, ...] = ()
    cited: tuple[Quote, ...] = ()
    heading: bool = False
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of an answer, in order.  `columns`: those in which its rows are worth drawing, if any are."""

    lines: tuple[Line, ...]
    caption: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """A line that stood, as it is printed, with the citations of its `quotes` and its `cited` (None: it fell)."""

    line: Line
    shown: tuple[Citation, ...]
    marked: tuple[Citation | None, ...]

    @property
    def text(self) -> str:
        quoted = " ".join(f"“{citation.quote}” {_mark(citation)}" for citation in self.shown)
        return " ".join(filter(None, [self.line.before, quoted, "".join(map(_mark, self.marked))]))

    @property
    def rows(self) -> Iterator[tuple[Row, str]]:
        """Each row that stood with its mark; a line without a quote of its own has rows without marks."""
        for row, citation in zip_longest(self.line.rows, self.marked):
            if row and (citation or not self.line.cited):
                yield row, _mark(citation)


def finished(draft: Draft, catalogue: Catalogue, base: str | None) -> tuple[str, tuple[Citation, ...], Table | None]:
    """The text with its [n] marks, the citations and the table; all empty where no quote stood."""
    told: list[_Told] = []
    citations: list[Citation] = []
    for line in draft.lines:
        shown = tuple(filter(None, cite(line.quotes, catalogue, base, len(citations) + 1)))
        # Where nothing of a line is left to print, it falls, and with it the marks of those that say the same.
        cited = line.cited if shown or not line.quotes else ()
        marked = cite(cited, catalogue, base, len(citations) + len(shown) + 1)
        standing = [*shown, *filter(None, marked)]
        if standing or not (line.quotes or line.cited):
            told.append(_Told(line, shown, marked))
            citations += standing
    if not citations:
        return "", (), None
    left = _without_bare_headings(told)
    return "\n".join(one.text for one in left), tuple(citations), _table(draft, left)


def _mark(citation: Citation | None) -> str:
    return f"[{citation.n}]" if citation else ""


def _without_bare_headings(told: Sequence[_Told]) -> list[_Told]:
    """The lines without a heading under which nothing is left."""
    following = [one.line for one in told[1:]]
    bare = [
        one.line.heading and (after is None or after.heading or not (after.quotes or after.cited))
        for one, after in zip_longest(told, following)
    ]
    return [one for one, empty in zip(told, bare, strict=True) if not empty]


def _table(draft: Draft, told: Sequence[_Told]) -> Table | None:
    """The rows that stood, in their order; None where they are too few."""
    rows = sorted((pair for one in told for pair in one.rows), key=lambda pair: pair[0].place)
    if not draft.columns or len(rows) < FEWEST:
        return None
    cells = tuple((*(row.cells.get(column, "") for column in draft.columns), mark) for row, mark in rows)
    beside = "\n".join(one.text for one in told if not one.line.heading and len(one.line.rows) != 1)
    return Table(draft.caption, (*draft.columns, MARKS), cells, beside)
