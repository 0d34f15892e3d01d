"""The numbers that Slack holds us to, the smaller ones that we hold ourselves to, and how blocks are measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Block = dict[str, Any]  # plain dicts: slack_sdk's own classes drop blocks that they do not know

# What Slack allows.
MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 13_200  # of all blocks together; found by trial, Slack does not tell it
VIEW_BLOCKS = 100  # in a modal or the Home tab
VIEW_BYTES = 250_000  # of a view's JSON
SECTION = 3_000  # characters of one text object
HEADER = 150
ACTIONS = 25  # elements of one actions block
CONTAINER_CHILDREN = 10
CONTAINER_TITLE = 150
TABLE_ROWS = 100  # with the row of headings
TABLE_COLUMNS = 20
TABLE_CHARACTERS = 10_000
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
OPTIONS = 10  # of checkboxes and radio buttons
OPTION_TEXT = 75
VIEW_TITLE = 24  # of a modal; its submit and close buttons too
PRIVATE_METADATA = 3_000
LINK = 1_000  # characters of an address; Slack allows more, but they count as characters of the message
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300

# What we aim at: a message that a person reads, well below what Slack cuts.
CHARACTERS = 3_000
BYTES = 9_000
BLOCKS = 40
BARE = 3_900  # characters of a message without blocks; Slack cuts one near 4,000
SUMMARY = 300  # characters of a notification


def texts(value: object) -> Iterator[str]:
    """Every text of blocks that a person may come to see, in reading order; link addresses of mrkdwn included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("text", "caption", "alt_text") and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def characters(blocks: Sequence[Block]) -> int:
    """How many characters the visible text of the blocks has, each on a line, what is folded away included."""
    return sum(len(text) + 1 for text in texts(blocks))


def size(blocks: Sequence[Block]) -> int:
    """How many bytes of UTF-8 the visible text of the blocks has, each on a line."""
    return sum(len(text.encode("utf-8", "replace")) + 1 for text in texts(blocks))


def count(blocks: Sequence[Block]) -> int:
    """How many blocks there are, those inside containers included."""
    return sum(1 + len(block.get("child_blocks", ())) for block in blocks)


def within_goal(blocks: Sequence[Block]) -> bool:
    """Whether the blocks are few and short enough for one message."""
    return characters(blocks) <= CHARACTERS and size(blocks) <= BYTES and count(blocks) <= BLOCKS
