"""Pieces of text to one page with blocks, for formats without pages.  Finding the pieces is the readers' business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.reading.encoding import storable
from index.records import Block, BlockKind, Page, Properties, RawText, Span

_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text on its way to becoming a block.  `level` is 1-6 for headings, else 0."""

    text: str
    kind: BlockKind = BlockKind.TEXT
    level: int = 0


def compose(pieces: Iterable[Piece], properties: Properties) -> RawText:
    """One page without a number: the pieces in order, a blank line between them, a block for each."""
    parts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for piece in pieces:
        text = storable(piece.text).strip()
        if not text:
            continue
        at += len(_GAP) if parts else 0
        parts.append(text)
        blocks.append(Block(Span(0, at, at + len(text)), piece.kind, piece.level))
        at += len(text)
    return RawText((Page(None, _GAP.join(parts)),), tuple(blocks), properties)
