"""Blocks that the format itself marks (DOCX, HTML, e-mail, Markdown) into paragraphs."""

from __future__ import annotations

import re
from itertools import pairwise

from index.records import Block, BlockKind, Page, Paragraph, RawText, Span
from index.structure.lines import NUMBER


def paragraphs_of_blocks(raw: RawText) -> tuple[Paragraph, ...]:
    """The blocks as paragraphs; so that nothing is lost, text that no block covers is text if it has words."""
    found = [_paragraph(raw.pages[block.span.page], block) for block in raw.blocks]
    gaps = [Paragraph((span,), _kind(raw, span)) for span in _gaps(raw)]
    return tuple(sorted([*found, *gaps], key=lambda paragraph: paragraph.spans))


def _paragraph(page: Page, block: Block) -> Paragraph:
    match = NUMBER.match(page.text[block.span.start : block.span.end])
    number = match.group(1) if match and (match.group(2) or "." in match.group(1)) else None
    return Paragraph((block.span,), block.kind, number, level=block.level)


def _kind(raw: RawText, span: Span) -> BlockKind:
    words = re.search(r"[A-Za-z]{2}", raw.pages[span.page].text[span.start : span.end])
    return BlockKind.TEXT if words else BlockKind.FURNITURE


def _gaps(raw: RawText) -> list[Span]:
    gaps = []
    for index, page in enumerate(raw.pages):
        spans = sorted(block.span for block in raw.blocks if block.span.page == index)
        edges = [Span(index, 0, 0), *spans, Span(index, len(page.text), len(page.text))]
        for before, after in pairwise(edges):
            text = page.text[before.end : after.start]
            if text.strip():
                start = before.end + len(text) - len(text.lstrip())
                gaps.append(Span(index, start, start + len(text.strip())))
    return gaps
