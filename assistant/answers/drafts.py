"""A draft of an answer: lines of our words with the quotes that carry them.  Turning it into text, citations, table.

A line whose quotes all fail the check against the stored page is dropped with them, and so is its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from assistant.quotes import Quote, cite
from assistant.records import Citation, Table
from index.catalogue import Catalogue

MARKS = "Source"  # the heading of the last column
MORE = "More:"  # the line after which comes what only those read who want more than the short answer
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
    line, one for each of `cited`, with which it stands or falls.  A line of one row says no more than its row, and all
    of `cited` are its marks; one of several sets them against each other.  A line that is `whole` says what all its
    quotes together bear out: it falls where one of them does.  A `part` is a heading of several headings.
    """

    before: str
    quotes: tuple[Quote, ...] = ()
    cited: tuple[Quote, ...] = ()
    heading: bool = False
    rows: tuple[Row, ...] = ()
    whole: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of an answer, in order, and those that only follow for who wants `more`.

    `columns`: those in which its rows are worth drawing, if any are.
    """

    lines: tuple[Line, ...]
    caption: str = ""
    columns: tuple[str, ...] = ()
    more: tuple[Line, ...] = ()

    @property
    def every(self) -> tuple[Line, ...]:
        """All lines, with the one that parts the short answer from the rest."""
        return (*self.lines, Line(MORE, heading=True, part=True), *self.more) if self.more else self.lines


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
        if len(self.line.rows) == 1:
            marks = "".join(map(_mark, self.marked))
            yield from [(self.line.rows[0], marks)] if marks or not self.line.cited else []
            return
        for row, citation in zip_longest(self.line.rows, self.marked):
            if row and (citation or not self.line.cited):
                yield row, _mark(citation)


def finished(draft: Draft, catalogue: Catalogue, base: str | None) -> tuple[str, tuple[Citation, ...], Table | None]:
    """The text with its [n] marks, the citations and the table; all empty where no quote stood.

    What is cited twice keeps its number.
    """
    told: list[_Told] = []
    numbers = _Numbers(catalogue, base)
    for line in draft.every:
        before = len(numbers.citations)
        shown = tuple(filter(None, numbers.of(line.quotes)))
        # Where nothing of a line is left to print, it falls, and with it the marks of those that say the same.
        marked = numbers.of(line.cited if shown or not line.quotes else ())
        standing = [*shown, *filter(None, marked)]
        if line.whole and len(standing) < len(line.quotes) + len(line.cited):
            numbers.forget(before)
        elif standing or not (line.quotes or line.cited):
            told.append(_Told(line, shown, marked))
    if not numbers.citations:
        return "", (), None
    left = _without_bare_headings(told)
    return "\n".join(one.text for one in left), tuple(numbers.citations), _table(draft, left)


class _Numbers:
    """The citations of an answer as they are numbered, from 1."""

    def __init__(self, catalogue: Catalogue, base: str | None) -> None:
        self._catalogue, self._base = catalogue, base
        self.citations: list[Citation] = []

    def of(self, quotes: Sequence[Quote]) -> tuple[Citation | None, ...]:
        """The citation of each quote, an earlier one where it is the same; None where a quote does not stand."""
        return tuple(map(self._one, quotes))

    def forget(self, kept: int) -> None:
        """Take back all but the first `kept`."""
        del self.citations[kept:]

    def _one(self, quote: Quote) -> Citation | None:
        (new,) = cite((quote,), self._catalogue, self._base, len(self.citations) + 1)
        if new is None:
            return None
        same = next((one for one in self.citations if replace(new, n=one.n) == one), None)
        if same is None:
            self.citations.append(new)
        return same or new


def short_and_more(text: str) -> tuple[str, str]:
    """The text of an answer before the line MORE, and what stands after it; "" where nothing does."""
    short, _, rest = text.partition(f"\n{MORE}\n")
    return short, rest


def _mark(citation: Citation | None) -> str:
    return f"[{citation.n}]" if citation else ""


def _without_bare_headings(told: Sequence[_Told]) -> list[_Told]:
    """The lines without a heading under which nothing is left: our words alone are not what it stands for.

    Under the heading of a part they are enough: a side of a comparison that has nothing says so.
    """
    kept: list[_Told] = []  # the last first
    for one in reversed(told):
        after = kept[-1].line if kept else None
        quoted = after is not None and bool(after.quotes or after.cited)
        parting = one.line.part and one.line.before == MORE  # what it parts off may have parts
        bare = after is None or (after.part and not parting) or (not one.line.part and (after.heading or not quoted))
        if not (one.line.heading and bare):
            kept.append(one)
    return kept[::-1]


def _table(draft: Draft, told: Sequence[_Told]) -> Table | None:
    """The rows that stood, in their order; None where they are too few."""
    rows = sorted((pair for one in told for pair in one.rows), key=lambda pair: pair[0].place)
    if not draft.columns or len(rows) < FEWEST:
        return None
    cells = tuple((*(row.cells.get(column, "") for column in draft.columns), mark) for row, mark in rows)
    beside = "\n".join(one.text for one in told if not one.line.heading and len(one.line.rows) != 1)
    return Table(draft.caption, (*draft.columns, MARKS), cells, beside)
