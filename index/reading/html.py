"""HTML to RawText: the only importer of trafilatura.  Nothing is fetched.  The date of publication is page_date's."""

from __future__ import annotations

import re
from typing import Any, TypeAlias, cast

from trafilatura import bare_extraction
from trafilatura.metadata import extract_metadata
from trafilatura.utils import load_html

from index.errors import ReadError
from index.reading.compose import Piece, compose
from index.reading.encoding import decode, storable
from index.reading.markup import Node, pieces
from index.reading.page_date import published
from index.records import BlockKind, Properties, RawText

_Tree: TypeAlias = Any  # an lxml element; lxml carries no types

_CHARSET = re.compile(
    rb"""<meta[^>]+?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]+?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")  # the parser would stop at some of these
_NO_DATE_SEARCH = {"extensive_search": False, "original_date": True}


def read_html(data: bytes) -> RawText:
    """The main content of a page, with its headings, list items and table rows as blocks.

    Raises ReadError where the bytes are no text or the page has no content.
    """
    tree = _parse(decode(data, _declared(data)))
    properties = _properties(tree)  # first: the search for the content may alter the tree
    headlines = tuple(" ".join(" ".join(node.itertext()).split()) for node in tree.iter("h1"))
    found = _main_content(tree)
    raw = compose(_with_headline(found, headlines), properties)
    if not raw.blocks:
        raise ReadError("is an HTML page without text", "open it in a browser, print it as PDF and use that")
    return raw


def html_pieces(text: str) -> tuple[Piece, ...]:
    """All the visible text of HTML that has no frame around its content, such as the body of an e-mail.

    Raises ReadError where it is no HTML.
    """
    return pieces(_body(_parse(text)))


def _parse(text: str) -> _Tree:
    # wrapped, because load_html takes a lone paragraph for no HTML at all
    text = _CONTROL.sub("", text)
    tree = load_html(text if "<body" in text.lower() else f"<html><body>{text}</body></html>") if text.strip() else None
    if tree is None:
        raise ReadError("holds no HTML", "check that it is the right file, or print the page as PDF and use that")
    return tree


def _declared(data: bytes) -> str | None:
    match = _CHARSET.search(data[:4096])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def _main_content(tree: _Tree) -> tuple[Piece, ...]:
    document = bare_extraction(tree, include_comments=False)
    body = getattr(document, "body", None)
    found = pieces(cast(Node, body)) if body is not None else ()
    return found or pieces(_body(tree))


def _body(tree: _Tree) -> Node:
    body = tree.find(".//body")
    return cast(Node, tree if body is None else body)


def _with_headline(found: tuple[Piece, ...], headlines: tuple[str, ...]) -> tuple[Piece, ...]:
    """Pages often keep their headline outside the content; where there is one headline, it belongs to the text."""
    if len(headlines) != 1 or not found or any(piece.text == headlines[0] for piece in found):
        return found
    return (Piece(headlines[0], BlockKind.HEADING, 1), *found)


def _properties(tree: _Tree) -> Properties:
    stated = extract_metadata(tree, date_config=dict(_NO_DATE_SEARCH))  # its date is not used: see page_date
    url = stated.url if (stated.url or "").startswith(("http://", "https://")) else None
    return Properties(
        title=_line(stated.title),
        published=published(tree),
        url=_line(url),
        site=_line(stated.sitename),
        author=_line(stated.author),
    )


def _line(value: str | None) -> str | None:
    return " ".join(storable(value or "").split()) or None
