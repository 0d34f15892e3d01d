"""The lines of an answer, as the terminal prints them, in blocks; cut over several messages where they are too long.

A cut falls between lines.  Only a line that no message holds is cut itself, after a mark, and our own words at the
end of one.  A quote is never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from assistant.answers.drafts import MORE, short_and_more
from assistant.records import Answer, Status
from assistant.slack.blocks.elements import (
    bullets,
    container,
    data_table,
    paragraph,
    plain_text,
    rich_text,
    run,
    section,
)
from assistant.slack.blocks.fit import fits
from assistant.slack.blocks.limits import (
    CONTAINER_CHILDREN,
    SECTION,
    TABLE_CHARACTERS,
    TABLE_COLUMNS,
    TABLE_ROWS,
    Block,
)
from assistant.slack.blocks.records import Piece
from assistant.slack.blocks.text import clip, escaped, literal, one_line, shorten

NO_ANSWER = "No answer."
PART = 2_000  # characters of a piece of a line that has to be cut and holds no quote


class LineKind(Enum):
    """How a line is drawn."""

    HEADING = auto()
    BULLET = auto()
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer without its bullet.  `bold`: how many of its first characters are bold."""

    kind: LineKind
    text: str
    bold: int = 0

    @property
    def printed(self) -> str:
        """The line as the terminal prints it."""
        return f"• {self.text}" if self.kind is LineKind.BULLET else self.text


def answer_lines(answer: Answer) -> tuple[Line, ...]:
    """The lines of an answer, or why there is none."""
    if answer.status is Status.ABSTAINED:
        return (Line(LineKind.PLAIN, f"{NO_ANSWER} {answer.reason}", len(NO_ANSWER)),)
    return tuple(_line(text) for text in answer.text.split("\n") if one_line(text))


def table_piece(answer: Answer) -> Piece | None:
    """The answer as a table: what is beside it, its caption, its rows.  None where no table can be drawn."""
    table = answer.table
    if table is None or len(table.columns) > TABLE_COLUMNS or len(table.rows) + 1 > TABLE_ROWS:
        return None
    rows = (table.columns, *table.rows)
    if sum(len(cell) for row in rows for cell in row) > TABLE_CHARACTERS:
        return None
    above = [_line(text) for text in table.beside.split("\n") if one_line(text)]
    lines = answer_lines(answer)
    headings = [line for line in lines if line.kind is LineKind.HEADING]
    # Where the text has several headings, each over some of the rows, the caption speaks for all.
    heading = headings[0] if len(headings) == 1 else _line(f"{table.caption.rstrip(':')}:")
    return replace(drawn(lines), blocks=(*_rich(above), *_rich([heading]), data_table(table.caption, rows)))


def folded(answer: Answer) -> list[Piece]:
    """The short answer, and what follows for who wants more folded away; nothing where there is no more of it.

    Nothing either where it is too much for one fold: then it is told openly.
    """
    if answer.status is Status.ABSTAINED or not short_and_more(answer.text)[1]:
        return []
    lines = answer_lines(answer)
    at = next(place for place, line in enumerate(lines) if line.text == MORE)
    short, rest = drawn(lines[:at]), drawn(lines[at + 1 :])
    if len(rest.plain) > CONTAINER_CHILDREN:
        return []
    quotes = sum(line.kind is LineKind.BULLET for line in lines[at + 1 :])
    below = drawn(lines[at:])  # where nothing can be folded, the line that parts it off is shown
    return [
        short,
        replace(below, blocks=(container(f"More: {quotes} more {_noun(quotes)}", rest.plain),)),
    ]  # Slack may refuse rich text there


def _noun(count: int) -> str:
    return "finding" if count == 1 else "findings"


def drawn(lines: Sequence[Line]) -> Piece:
    """Lines as blocks: one for each heading with what stands under it."""
    groups = list(_groups(lines))
    printed = ["\n".join(line.printed for line in group) for group in groups]
    return Piece(
        tuple(block for group in groups for block in _rich(group)),
        tuple(section(plain_text(part)) for text in printed for part in _parts(literal(text), SECTION)),
        "\n\n".join(escaped(text) for text in printed),
    )


def portions(answer: Answer, first: Sequence[Piece]) -> list[Piece]:
    """The lines as the pieces of one message after another; `first` stands before those of the first message."""
    made: list[list[Line]] = [[]]
    heading: Line | None = None
    for line in _atoms(answer):
        before = first if len(made) == 1 else ()
        if made[-1] and not fits([*before, drawn([*made[-1], line])]):
            last = made[-1]
            # A heading goes with what stands under it.
            carried = [last.pop()] if last[-1].kind is LineKind.HEADING and len(last) > 1 else []
            if not carried and heading and line.kind is LineKind.BULLET:
                carried = [_continued(heading)]
            made.append(carried)
        made[-1].append(line)
        heading = line if line.kind is LineKind.HEADING else heading
    return [drawn(lines) for lines in made if lines]


def _line(text: str) -> Line:
    if text.startswith("• "):
        return Line(LineKind.BULLET, text[2:])
    if text.endswith(":"):
        dates = _dates(text)
        return Line(LineKind.HEADING, text, dates if dates > 0 else len(text))
    return Line(LineKind.PLAIN, text)


def _continued(heading: Line) -> Line:
    text = shorten(heading.text.removesuffix(":"), 300)
    return Line(LineKind.HEADING, f"{text} – continued:", min(heading.bold, len(text)))


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        if line.kind is LineKind.HEADING and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _rich(group: Sequence[Line]) -> list[Block]:
    elements: list[Block] = []
    items: list[Block] = []
    for line in group:
        if line.kind is LineKind.BULLET:
            items.append(_paragraph(line))
            continue
        if items:
            elements.append(bullets(items))
            items = []
        elements.append(_paragraph(line))
    return [rich_text(*elements, *([bullets(items)] if items else []))] if elements or items else []


def _paragraph(line: Line) -> Block:
    bold, rest = line.text[: line.bold], line.text[line.bold :]
    return paragraph(*([run(bold, bold=True)] if bold else []), *([run(rest)] if rest or not bold else []))


def _atoms(answer: Answer) -> Iterator[Line]:
    """The lines, those that no message holds cut into several."""
    for line in answer_lines(answer):
        if fits([drawn([line])]):
            yield line
        else:
            yield from _cut(line, answer)


def _cut(line: Line, answer: Answer) -> Iterator[Line]:
    bold = line.bold
    for words in _segments(line.text, answer):
        quoted = any(c.quote in words for c in answer.citations)
        for part in [words] if quoted else _parts(words, PART):
            yield replace(line, text=part, bold=min(bold, len(part)))
            bold = max(0, bold - len(part))


def _segments(text: str, answer: Answer) -> Iterator[str]:
    """The text, cut after each quote with its marks and before it."""
    at = 0
    for citation in answer.citations:
        quoted = f"“{citation.quote}” [{citation.n}]"
        found = text.find(quoted, at)
        if found < 0:
            continue
        end = found + len(quoted)
        marks = re.match(r"(?:\s?\[\d+\])*", text[end:])
        end += marks.end() if marks else 0
        if text[at:found].strip():
            yield text[at:found].strip()
        yield text[found:end]
        at = end
    if text[at:].strip():
        yield text[at:].strip()


def _dates(heading: str) -> int:
    """Where the brackets begin that a heading ends with; -1 where it ends with none."""
    depth = 0
    for at in range(len(heading) - 2, 0, -1) if heading.endswith("):") else ():
        depth += (heading[at] == ")") - (heading[at] == "(")
        if depth == 0:
            return at - 1
    return -1


def _parts(text: str, most: int) -> Iterator[str]:
    """The whole text in parts of at most `most` characters, each ending at the end of a word."""
    while len(text) > most:
        end = len(clip(text, most)) - 1
        yield text[:end]
        text = text[end:].lstrip()
    if text:
        yield text
