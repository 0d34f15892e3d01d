"""Modals as Slack writes them: the view around the blocks, and the fields of a form."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.slack.blocks.elements import plain_text
from assistant.slack.blocks.limits import OPTION_TEXT, OPTIONS, PRIVATE_METADATA, VIEW_BLOCKS, VIEW_TITLE, Block
from assistant.slack.blocks.text import one_line


def modal(
    title: str, blocks: Sequence[Block], callback: str | None = None, kept: str = "", submit: str | None = None
) -> Block:
    """A modal.  `kept` comes back with what is sent.

    ValueError: `kept` is longer than Slack allows; it is never cut, since half of it would mean something else.
    """
    if len(kept) > PRIVATE_METADATA:
        raise ValueError(f"{len(kept)} characters cannot be kept with a view; {PRIVATE_METADATA} can")
    return {
        "type": "modal",
        "title": plain_text(title, VIEW_TITLE),
        "close": plain_text("Cancel" if submit else "Close", VIEW_TITLE),
        "blocks": list(blocks[:VIEW_BLOCKS]),
        "private_metadata": kept,
        **({"callback_id": callback} if callback else {}),
        **({"submit": plain_text(submit, VIEW_TITLE)} if submit else {}),
    }


def field(name: str, label: str, element: Block, optional: bool = False, hint: str | None = None) -> Block:
    """A field of a form; its block and its element both have the name."""
    return {
        "type": "input",
        "block_id": name,
        "label": plain_text(label),
        "element": element | {"action_id": name},
        "optional": optional,
        **({"hint": plain_text(hint)} if hint else {}),
    }


def options(labels: Sequence[tuple[str, str]]) -> list[Block]:
    """The choices of checkboxes or radio buttons: value and label of each; the first of them where they are many."""
    return [{"text": plain_text(one_line(label), OPTION_TEXT), "value": value} for value, label in labels[:OPTIONS]]


def text_input(most: int, initial: str = "", multiline: bool = False) -> Block:
    """A field for text of at most `most` characters."""
    element: Block = {"type": "plain_text_input", "max_length": most, "multiline": multiline}
    return element | ({"initial_value": initial[:most]} if initial else {})
