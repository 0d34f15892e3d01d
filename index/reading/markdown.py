"""The blocks of a Markdown text, as spans into the text as it stands.  A reader of lines, not a parser of all Markdown.

Spans leave out the markers "# ", "- " and the bold marks around a whole heading; a number ("12.") stays in, because
it may be the paragraph's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.records import Block, BlockKind, Span

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_BULLET = re.compile(r"[ \t]*[-*+•◼][ \t]+(?=\S)")
_NUMBERED = re.compile(r"[ \t]*(?=\d{1,3}[.)][ \t]+\S)")
_RULE = re.compile(r"[ \t]*([-*_])[ \t]*(\1[ \t]*){2,}$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_ROW_RULE = re.compile(r"[ \t]*\|[ \t|:-]+\|[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_BOLD = re.compile(r"\A(\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1\Z")


def markdown_blocks(text: str, start: int = 0) -> tuple[Block, ...]:
    """A block for every stretch of the text from `start` on that is not blank; what lies before it is furniture."""
    reader = _Lines(text)
    if start:
        reader.add(0, start, BlockKind.FURNITURE)
    for match in _LINE.finditer(text, start):
        reader.line(match.start(), match[0].rstrip("\n"))
    reader.close()
    return tuple(reader.blocks)


class _Lines:
    """One pass over the lines: paragraph and item lines gather in `_open` until something else begins."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self._text = text
        self._open: tuple[int, int, BlockKind] | None = None
        self._fenced = False

    def add(self, start: int, end: int, kind: BlockKind, level: int = 0) -> None:
        """Adds a block, its span narrowed to what is not blank."""
        while start < end and self._text[start].isspace():
            start += 1
        while end > start and self._text[end - 1].isspace():
            end -= 1
        if start < end:
            self.blocks.append(Block(Span(0, start, end), kind, level))

    def close(self) -> None:
        if self._open:
            self.add(*self._open)
        self._open = None

    def line(self, at: int, line: str) -> None:
        if _FENCE.match(line):
            self._fenced = not self._fenced
            self._gather(at, line)
        elif self._fenced:
            self._gather(at, line)
        elif not line.strip():
            self.close()
        elif not (self._underline(line) or self._marked(at, line)):
            self._gather(at, line)

    def _gather(self, at: int, line: str) -> None:
        start, _, kind = self._open or (at, at, BlockKind.TEXT)
        self._open = (start, at + len(line), kind)

    def _underline(self, line: str) -> bool:
        """A line of = or - under a paragraph makes a heading of it."""
        match = _UNDERLINE.match(line)
        if not match or not self._open or self._open[2] != BlockKind.TEXT:
            return False
        start, end, _ = self._open
        self._open = None
        self._heading(start, end, 1 if match[1].startswith("=") else 2)
        return True

    def _heading(self, start: int, end: int, level: int) -> None:
        for _ in range(2):  # bold, and italics inside
            if bold := _BOLD.match(self._text[start:end]):
                start, end = start + bold.start(2), start + bold.end(2)
        self.add(start, end, BlockKind.HEADING, level)

    def _marked(self, at: int, line: str) -> bool:
        for kind, start, end, level in _marks(line):
            self.close()
            if kind == BlockKind.HEADING:
                self._heading(at + start, at + end, level)
            elif kind == BlockKind.ITEM:
                self._open = (at + start, at + end, kind)  # its text may go on in the next lines
            else:
                self.add(at + start, at + end, kind)
            return True
        return False


def _marks(line: str) -> Iterator[tuple[BlockKind, int, int, int]]:
    """What the marker at the beginning of a line makes of it: kind, start, end, level; nothing where there is none."""
    if match := _HEADING.match(line):
        yield BlockKind.HEADING, match.end(), _heading_end(line), len(match[1])
    elif _RULE.match(line) or _ROW_RULE.match(line):
        yield BlockKind.FURNITURE, 0, len(line), 0
    elif _ROW.match(line):
        yield BlockKind.TABLE, line.index("|") + 1, line.rindex("|"), 0
    elif match := _BULLET.match(line) or _NUMBERED.match(line):
        yield BlockKind.ITEM, match.end(), len(line), 0


def _heading_end(line: str) -> int:
    """Where a heading's words end: "## Words ##" may close as it opens."""
    words = line.rstrip()
    open_end = words.rstrip("#")
    return len(open_end.rstrip()) if open_end.endswith((" ", "\t")) else len(words)
