"""Plain text and Markdown to RawText.  The text is stored as it stands, markers included; blocks point into it."""

from __future__ import annotations

import re

from index.errors import ReadError
from index.reading.encoding import decode
from index.reading.front_matter import front_matter
from index.reading.markdown import markdown_blocks
from index.records import Page, RawText

_ATX = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)


def read_plain(data: bytes) -> RawText:
    """The text of a .txt file: without blocks, unless it has Markdown's "# headings": then as read_markdown.

    Raises ReadError where the bytes are no text, or there is none.
    """
    text = _text(data)
    if _ATX.search(text):
        return _marked_up(text)
    return RawText((Page(None, text),), (), front_matter(text)[1])


def read_markdown(data: bytes) -> RawText:
    """The text of a Markdown file, with blocks for its headings, paragraphs, list items and table rows.

    Raises ReadError where the bytes are no text, or there is none.
    """
    return _marked_up(_text(data))


def _text(data: bytes) -> str:
    text = decode(data)
    if not text.strip():
        raise ReadError("has no text", "check that it is the right file")
    return text


def _marked_up(text: str) -> RawText:
    end, properties = front_matter(text)
    return RawText((Page(None, text),), markdown_blocks(text, end), properties)
