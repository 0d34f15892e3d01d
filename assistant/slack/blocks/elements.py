"""Blocks and their parts as Slack writes them, each by a function.  What they say is decided elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from assistant.slack.blocks.limits import (
    BUTTON_TEXT,
    BUTTON_VALUE,
    CONFIRM_TEXT,
    CONFIRM_TITLE,
    HEADER,
    SECTION,
    Block,
)
from assistant.slack.blocks.text import clip, literal, one_line

EMPTY = "–"  # where nothing is left to show: Slack refuses empty texts


def plain_text(text: str, most: int = SECTION) -> Block:
    """A text object in which Slack reads nothing."""
    return {"type": "plain_text", "text": _some(clip(literal(text), most)), "emoji": False}


def mrkdwn_text(text: str) -> Block:
    """A text object of mrkdwn that is safe already; names and addresses in it are not looked up."""
    return {"type": "mrkdwn", "text": _some(text), "verbatim": True}


def section(text: Block, accessory: Block | None = None) -> Block:
    """A paragraph, with a button beside it if there is one."""
    return {"type": "section", "text": text} | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """Small grey text: mrkdwn that is safe already."""
    return {"type": "context", "elements": [mrkdwn_text(text) for text in texts]}


def header(text: str) -> Block:
    """A large heading."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(buttons: Iterable[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(text: str, action: str, value: str, label: str | None = None, confirm: Block | None = None) -> Block:
    """A button.  `label` is what a screen reader says, `confirm` what is asked before it is pressed."""
    said = {"accessibility_label": clip(literal(one_line(label)), BUTTON_TEXT)} if label else {}
    return {
        "type": "button",
        "text": plain_text(one_line(text), BUTTON_TEXT),
        "action_id": action,
        "value": value[:BUTTON_VALUE],
        **said,
        **({"confirm": confirm} if confirm else {}),
    }


def confirmation(title: str, text: str, yes: str) -> Block:
    """A question before a button does what it says."""
    return {
        "title": plain_text(title, CONFIRM_TITLE),
        "text": plain_text(text, CONFIRM_TEXT),
        "confirm": plain_text(yes, 30),
        "deny": plain_text("Cancel", 30),
    }


def rich_text(*elements: Block) -> Block:
    """Text in which Slack reads no markup: its formatting is said beside it."""
    return {"type": "rich_text", "elements": list(elements)}


def run(text: str, **style: bool) -> Block:
    """A stretch of rich text.  `style`: bold, italic, strike, code."""
    return {"type": "text", "text": literal(text) or EMPTY} | ({"style": style} if style else {})


def paragraph(*runs: Block) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(runs)}


def quotation(*runs: Block) -> Block:
    """An indented quotation in rich text."""
    return {"type": "rich_text_quote", "elements": list(runs)}


def preformatted(text: str) -> Block:
    """Rich text in letters of one width."""
    return {"type": "rich_text_preformatted", "elements": [run(text)]}


def bullets(items: Iterable[Block]) -> Block:
    """A list in rich text; each item is a paragraph."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def data_table(caption: str, rows: Sequence[Sequence[str]]) -> Block:
    """A table on one page; the first of `rows` are the headings."""
    return {
        "type": "data_table",
        "caption": literal(caption),
        "page_size": max(1, len(rows) - 1),
        "rows": [[{"type": "raw_text", "text": literal(cell) or EMPTY} for cell in row] for row in rows],
    }


def container(title: str, children: Sequence[Block]) -> Block:
    """Blocks that are folded away under a title."""
    return {
        "type": "container",
        "title": plain_text(title, HEADER),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": list(children),
    }


def compact(values: Mapping[str, object], quote: str) -> str:
    """JSON for a button's value: `values`, and as much of the quote, as "q", as there is room for.

    A < of a document is written so that no mention can stand there.
    """
    while True:
        said = json.dumps({**values, "q": quote}, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        over = len(said) - BUTTON_VALUE
        if over <= 0 or not quote:
            return said
        # One character of the quote may have taken six of the JSON.
        quote = quote[: -max(1, over // 6)]


def _some(text: str) -> str:
    return text if text.strip() else EMPTY
