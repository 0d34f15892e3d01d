"""Pieces put together as messages: whether they fit into one, and the message that they make."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.slack.blocks.elements import context
from assistant.slack.blocks.limits import BARE, BLOCKS, BYTES, CHARACTERS, characters, count, size
from assistant.slack.blocks.records import Message, Piece

_MARK = 16  # characters kept free for "(2 of 3)"


def fits(pieces: Sequence[Piece]) -> bool:
    """Whether the pieces make one message within our goal, in each of its forms."""
    bare = sum(len(piece.bare) + 2 for piece in pieces)
    forms = ([b for p in pieces for b in p.blocks], [b for p in pieces for b in p.plain])
    return bare <= BARE - _MARK and all(
        characters(form) <= CHARACTERS - _MARK and size(form) <= BYTES - _MARK and count(form) < BLOCKS
        for form in forms
    )


def messages(parts: Sequence[Sequence[Piece]], texts: Sequence[str]) -> tuple[Message, ...]:
    """A message of each part, with its summary; those after the first say which they are."""
    made = []
    for number, (pieces, text) in enumerate(zip(parts, texts, strict=True), start=1):
        mark = f"({number} of {len(parts)})"
        every = pieces if number == 1 else [Piece((context(mark),), (context(mark),), mark), *pieces]
        made.append(
            Message(
                text if number == 1 else f"{mark} {text}",
                tuple(block for piece in every for block in piece.blocks),
                tuple(block for piece in every for block in piece.plain),
                "\n\n".join(piece.bare for piece in every if piece.bare),
            )
        )
    return tuple(made)
