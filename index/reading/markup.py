"""A tree of marked-up text to pieces: headings, paragraphs, list items and table rows, in document order.

It reads HTML's names and trafilatura's own (head, item, row, cell, lb).  It parses nothing and imports no library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from index.reading.compose import Piece
from index.records import BlockKind

_SPACE = re.compile(r"[ \t\r\n\f\v]+")  # not \s: a no-break space is the document's own character
_AROUND_BREAK = re.compile(r" *\n *")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SKIPPED = frozenset({"script", "style", "noscript", "template", "title", "meta", "link", "svg", "button", "select"})
_ITEMS = frozenset({"li", "item", "dd", "dt"})
_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})
# fmt: off - forty lines for a list of names help nobody
_PARAGRAPHS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "li",
        "item",
        "list",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "quote",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "cell",
        "row",
    }
)
# fmt: on
_INSIDE_LAYOUT = frozenset({"table", "tr", "row", "ul", "ol", "list", "head", "h1", "h2", "h3", "h4", "h5", "h6"})


class Node(Protocol):
    """What is needed of an element; ElementTree's and lxml's both have it."""

    @property
    def tag(self) -> object: ...  # lxml's comments have a function here
    @property
    def text(self) -> str | None: ...
    @property
    def tail(self) -> str | None: ...
    def get(self, key: str, /) -> str | None: ...
    def __iter__(self) -> Iterator[Node]: ...


def pieces(root: Node) -> tuple[Piece, ...]:
    """The text of the tree, block by block; a table row is one piece, its cells joined by " | "."""
    walk = _Walk()
    walk.into(root, BlockKind.TEXT, 0)
    walk.flush(BlockKind.TEXT, 0)
    return tuple(walk.found)


class _Walk:
    """One pass over a tree: inline text gathers in `_line` until a block begins or ends."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self._line: list[str] = []

    def flush(self, kind: BlockKind, level: int) -> None:
        text = _AROUND_BREAK.sub("\n", re.sub(" +", " ", "".join(self._line)))
        self._line.clear()
        for part in text.split("\n\n"):  # two breaks in a row are how many writers begin a paragraph
            if part.strip():
                self.found.append(Piece(part.strip(), kind, level))

    def into(self, node: Node, kind: BlockKind, level: int) -> None:
        self._line.append(_SPACE.sub(" ", node.text or ""))
        for child in node:
            self._visit(child, kind, level)
            self._line.append(_SPACE.sub(" ", child.tail or ""))

    def _visit(self, node: Node, kind: BlockKind, level: int) -> None:
        tag = node.tag
        if not isinstance(tag, str) or tag in _SKIPPED or _HIDDEN.search(node.get("style") or ""):
            return
        if tag in _BREAKS:
            self._line.append("\n")
        elif heading := _heading_level(node):
            self._block(node, kind, level, BlockKind.HEADING, heading)
        elif tag in _ROWS and _is_data(node):
            self.flush(kind, level)
            cells = [" ".join(" ".join(p.text for p in pieces(cell)).split()) for cell in node]
            self.found.append(Piece(" | ".join(cells) if any(cells) else "", BlockKind.TABLE))
        elif tag in _ITEMS:
            self._block(node, kind, level, BlockKind.ITEM, 0)
        elif tag in _PARAGRAPHS:
            self._block(node, kind, level, kind, level)
        else:
            self.into(node, kind, level)

    def _block(self, node: Node, around: BlockKind, around_level: int, kind: BlockKind, level: int) -> None:
        self.flush(around, around_level)
        self.into(node, kind, level)
        self.flush(kind, level)


def _heading_level(node: Node) -> int:
    """1-6, or 0 where the element is no heading."""
    name = node.get("rend") or "h2" if node.tag == "head" else str(node.tag)
    return int(name[1]) if re.fullmatch("h[1-6]", name) else 0


def _is_data(row: Node) -> bool:
    """Whether a row holds data: one with a single cell, or with lists and tables inside, only lays out the page."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    return len(cells) > 1 and not any(_lays_out(cell) for cell in cells)


def _lays_out(node: Node) -> bool:
    return any(child.tag in _INSIDE_LAYOUT or _lays_out(child) for child in node)
