"""Where quotations begin and end in the sentences of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence

OPENING = ("“", '"')
MARKS = ("“", "”", "‘", '"')  # those that may stand alone before or after a sentence
_DOUBLE = re.compile(r"[“”\"]")
_SINGLE = re.compile(r"(?:^|(?<=[:,]\s))‘|(?<=[.,!?])’(?=\W|$)")


def opens_with_mark(text: str) -> bool:
    """Whether a text begins with a quotation mark, emphasis left aside."""
    return text.lstrip("*_ ")[:1] in OPENING


def doubled(texts: Sequence[str]) -> list[str]:
    """The sentences of a paragraph with double marks where it quotes in single ones; an apostrophe is none."""
    if any(_DOUBLE.search(text) for text in texts):
        return list(texts)
    return [_SINGLE.sub(lambda mark: "“" if mark[0] == "‘" else "”", text) for text in texts]


def outside(text: str, is_open: bool) -> str:
    """What of a sentence stands outside double marks; `is_open`: it begins within them."""
    kept = []
    for piece in re.split(r"([“”\"])", text):
        if _DOUBLE.fullmatch(piece):
            is_open = _opens(piece, is_open)
        elif not is_open:
            kept.append(piece)
    return "".join(kept)


def stays_open(text: str, is_open: bool) -> bool:
    """Whether a quotation is open after the sentence; `is_open`: one is before it."""
    for mark in _DOUBLE.findall(text):
        is_open = _opens(mark, is_open)
    return is_open


def _opens(mark: str, is_open: bool) -> bool:
    return mark == "“" or (mark == '"' and not is_open)
