"""From raw text to a Document: lines, furniture, paragraphs, headings and sentences are told apart here.

Pure functions of the text; what a document *is* (its kind, dates, grades) is read in `index.describing`.
"""

from __future__ import annotations

from index.records import BlockKind, Document, RawText
from index.structure.blocks import paragraphs_of_blocks
from index.structure.headings import with_headings
from index.structure.paragraphs import paragraphs_of_pages


def structure(source: str, sha256: str, raw: RawText) -> Document:
    """The Document of a file: every character of its pages that is not white space is in exactly one paragraph."""
    formatted = any(block.kind is BlockKind.HEADING for block in raw.blocks) or len(raw.blocks) > 1
    paragraphs = paragraphs_of_blocks(raw) if formatted else paragraphs_of_pages(raw.pages)
    return Document(source, sha256, raw.pages, with_headings(raw.pages, paragraphs), raw.properties)
