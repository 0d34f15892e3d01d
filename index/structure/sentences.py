"""Sentences of a paragraph, as spans of its pages.  The only importer of syntok."""

from __future__ import annotations

import re
from collections.abc import Sequence

from syntok import segmenter

from index.records import Page, Span
from index.structure.lines import BULLET, NUMBER

# "12." or a bullet before the first sentence is the paragraph's mark, not a sentence.
MARKS = (NUMBER, BULLET)
PAIRS = (("“", "”"), ('"', '"'))
MARKDOWN = re.compile(r"[#>*_\s]*(?=\S)")


def sentences(pages: Sequence[Page], spans: tuple[Span, ...]) -> tuple[tuple[Span, ...], ...]:
    """The sentences of the text of `spans`, each as spans: more than one where a sentence runs over a page."""
    text = "\n".join(pages[span.page].text[span.start : span.end] for span in spans)
    return tuple(_back(spans, start, end) for start, end in offsets(text))


def offsets(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences of a paragraph's text, its number or bullet left out."""
    begin = _after_mark(text)
    body = text[begin:]
    found: list[tuple[int, int]] = []
    for paragraph in segmenter.analyze(body):
        for tokens in paragraph:
            words = list(tokens)
            if words:
                last = words[-1]
                found.append((begin + words[0].offset, begin + last.offset + len(last.value)))
    return _trimmed(text, _joined(text, found))


def _after_mark(text: str) -> int:
    begin = 0
    for mark in MARKS:
        match = mark.match(text[begin:])
        if match and match.end() < len(text) - begin:
            begin += match.end()
    match = MARKDOWN.match(text[begin:])
    return begin + match.end() if match else begin


def _joined(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins a piece without two words to the sentence before it: a footnote digit, a stray bracket."""
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and len(re.findall(r"[A-Za-z]{2,}", text[start:end])) < 2:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _trimmed(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same pieces without white space and lone quotation marks at their ends; none is empty."""
    trimmed = []
    for start, end in found:
        piece = text[start:end]
        first, last = start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
        trimmed.append(_unquoted(text, first, last))
    return [(start, end) for start, end in trimmed if end > start]


def _unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Leaves out a quotation mark at one end that has no partner in the sentence: the quotation runs on."""
    for opening, closing in PAIRS:
        opened, closed = text.count(opening, start, end), text.count(closing, start, end)
        lone = opened % 2 if opening == closing else opened - closed
        if lone and text[start : start + 1] == opening and (opening == closing or lone > 0):
            start += 1
        elif lone and text[end - 1 : end] == closing and (opening == closing or lone < 0):
            end -= 1
    return start, end


def _back(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """Offsets in the joined text as spans of the pages."""
    found = []
    at = 0
    for span in spans:
        length = span.end - span.start
        low, high = max(start - at, 0), min(end - at, length)
        if low < high:
            found.append(Span(span.page, span.start + low, span.start + high))
        at += length + 1
    return tuple(found)
