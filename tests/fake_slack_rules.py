"""What Slack and we demand of an outgoing message or view: one table of shapes, and the rules over a whole message.

Pure: a payload goes in, breaches come out.  Which method may be called with what, and the little world that calls
change, live in `fake_slack_world`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

TEXT_MOST = 40_000
TEXT_AIM = 4_000
MARKDOWN_MOST = 12_000
BLOCK_TEXT_MOST = 13_200
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
METADATA_BYTES = 16_000
AIM_CHARACTERS, AIM_BYTES, AIM_BLOCKS = 3_000, 9_000, 40
TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing wrong with a call: `error` is what Slack answers, `where` a path into the payload."""

    error: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.error} at {self.where}: {self.what}"


Check = Callable[[object, str], Iterator[Breach]]


def _wrong(where: str, what: str) -> Breach:
    return Breach("invalid_blocks", where, what)


# ---------------------------------------------------------------- the words of the table


def string(most: int, least: int = 1) -> Check:
    def check(value: object, where: str) -> Iterator[Breach]:
        if not isinstance(value, str):
            yield _wrong(where, "must be a string")
        elif not least <= len(value) <= most:
            yield _wrong(where, f"{len(value)} characters, must be {least} to {most}")

    return check


def choice(*allowed: str) -> Check:
    def check(value: object, where: str) -> Iterator[Breach]:
        if value not in allowed:
            yield _wrong(where, f"{value!r} is none of {', '.join(allowed)}")

    return check


def number(least: float, most: float) -> Check:
    def check(value: object, where: str) -> Iterator[Breach]:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            yield _wrong(where, f"{value!r} is no number from {least} to {most}")

    return check


def flag(value: object, where: str) -> Iterator[Breach]:
    if not isinstance(value, bool):
        yield _wrong(where, f"{value!r} must be true or false")


def numeral(value: object, where: str) -> Iterator[Breach]:
    """A number written as a string, as number_input wants its bounds."""
    if not isinstance(value, str) or not re.fullmatch(r"-?\d+(\.\d+)?", value):
        yield _wrong(where, f"{value!r} is no number in a string")


def url(value: object, where: str) -> Iterator[Breach]:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s<>|]+", value):
        yield _wrong(where, f"{value!r} is no http(s) address")
    elif len(value) > 3_000:
        yield _wrong(where, "an address has at most 3000 characters")


def listing(item: Check, least: int, most: int) -> Check:
    def check(value: object, where: str) -> Iterator[Breach]:
        if not isinstance(value, list):
            yield _wrong(where, "must be a list")
            return
        if not least <= len(value) <= most:
            yield _wrong(where, f"{len(value)} items, must be {least} to {most}")
        for index, each in enumerate(value):
            yield from item(each, f"{where}[{index}]")

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of an object: those it must have, those it may have, and one of those of `any_of`."""

    must: dict[str, Check]
    may: dict[str, Check]
    any_of: tuple[str, ...] = ()
    also: Check | None = None

    def __call__(self, value: object, where: str) -> Iterator[Breach]:
        if not isinstance(value, dict):
            yield _wrong(where, "must be an object")
            return
        for name in self.must:
            if value.get(name) is None:
                yield _wrong(where, f"missing required field: {name}")
        if self.any_of and not any(value.get(name) for name in self.any_of):
            yield _wrong(where, f"one of {', '.join(self.any_of)} is required")
        checks = self.must | self.may
        for name, each in value.items():
            if name == "type":
                continue
            if name not in checks:
                yield _wrong(where, f"invalid additional property: {name}")
            elif each is not None:
                yield from checks[name](each, f"{where}.{name}")
        if self.also:
            yield from self.also(value, where)


def shape(
    may: dict[str, Check] | None = None, any_of: tuple[str, ...] = (), also: Check | None = None, **must: Check
) -> Shape:
    return Shape(must, may or {}, any_of, also)


def one_of(table: dict[str, Shape], *types: str) -> Check:
    """An object of one of `types` (all of the table's by default), checked by its own row of the table."""

    def check(value: object, where: str) -> Iterator[Breach]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in table:
            yield _wrong(where, f"unsupported type: {kind}")
        elif types and kind not in types:
            yield _wrong(where, f"{kind} is not allowed here, only {', '.join(types)}")
        else:
            yield from table[kind](value, f"{where}<{kind}>")

    return check


def text(most: int, *kinds: str) -> Check:
    """A text object; Slack refuses an empty one."""
    kinds = kinds or ("plain_text", "mrkdwn")
    row = {
        "plain_text": shape(text=string(most), may={"emoji": flag}),
        "mrkdwn": shape(text=string(most), may={"verbatim": flag}),
    }
    inner = one_of(row, *kinds)

    def check(value: object, where: str) -> Iterator[Breach]:
        yield from inner(value, where)
        if (
            isinstance(value, dict)
            and isinstance(value.get("text"), str)
            and value["text"]
            and not value["text"].strip()
        ):
            yield _wrong(where, "a text of blanks only")

    return check


def plain(most: int) -> Check:
    return text(most, "plain_text")


# ---------------------------------------------------------------- rules that a shape alone cannot say


def _default_is_an_option(value: object, where: str) -> Iterator[Breach]:
    assert isinstance(value, dict)
    options = [option for group in value.get("option_groups") or [value] for option in group.get("options") or []]
    chosen = [value["initial_option"]] if value.get("initial_option") else value.get("initial_options") or []
    for option in chosen:
        if option not in options:
            yield _wrong(where, "an initial option must be one of the options, to the letter")
    for what, count in Counter(str(option.get("value")) for option in options if isinstance(option, dict)).items():
        if count > 1:
            yield _wrong(where, f"{count} options have the value {what!r}")


def _bounds(value: object, where: str) -> Iterator[Breach]:
    assert isinstance(value, dict)
    least, most = value.get("min_length", 0), value.get("max_length", 3_000)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield _wrong(where, "min_length is above max_length")
    if isinstance(value.get("initial_value"), str) and isinstance(most, int) and len(value["initial_value"]) > most:
        yield _wrong(where, "the initial value is longer than max_length")


def _cells(row: object) -> list[object]:
    return row if isinstance(row, list) else []


def _table(value: object, where: str) -> Iterator[Breach]:
    assert isinstance(value, dict)
    rows = [_cells(row) for row in _cells(value.get("rows"))]
    if len({len(row) for row in rows}) > 1:
        yield _wrong(where, "all rows must have the same number of cells")
    if (count := sum(len(said.text) for said in spoken(rows))) > TABLE_CHARACTERS:
        yield _wrong(where, f"{count} characters in the cells, at most {TABLE_CHARACTERS}")


def _data_table(value: object, where: str) -> Iterator[Breach]:
    assert isinstance(value, dict)
    yield from _table(value, where)
    rows = [_cells(row) for row in _cells(value.get("rows"))]
    if rows and any(isinstance(cell, dict) and cell.get("type") == "rich_text" for cell in rows[0]):
        yield _wrong(f"{where}.rows[0]", "rich_text is not allowed in the header row")
    column = value.get("row_header_column_index", 0)
    if rows and isinstance(column, int) and column >= max(1, len(rows[0])):
        yield _wrong(where, "row_header_column_index names no column")


def _collapsed(value: object, where: str) -> Iterator[Breach]:
    assert isinstance(value, dict)
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield _wrong(where, "default_collapsed needs is_collapsible")


# ---------------------------------------------------------------- the table

ID = string(255)
CONFIRM = shape(
    title=plain(100), text=text(300), confirm=plain(30), deny=plain(30), may={"style": choice("primary", "danger")}
)
OPTION = shape(text=text(75, "plain_text"), value=string(150), may={"description": plain(75)})
MARKED_OPTION = shape(text=text(75), value=string(150), may={"description": text(75)})
MENU_OPTION = shape(text=plain(75), value=string(150), may={"description": plain(75), "url": url})
GROUP = shape(label=plain(75), options=listing(OPTION, 1, 100))
FEEDBACK_BUTTON = shape(text=plain(75), value=string(2_000), may={"accessibility_label": string(75)})
ACTION: dict[str, Check] = {"action_id": ID, "focus_on_load": flag}
PICKER: dict[str, Check] = ACTION | {"placeholder": plain(150), "confirm": CONFIRM}
SELECT: dict[str, Check] = PICKER | {"options": listing(OPTION, 1, 100), "option_groups": listing(GROUP, 1, 100)}
BUTTON = shape(
    text=plain(75),
    may=ACTION
    | {
        "url": url,
        "value": string(2_000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4_000),
    },
)
IMAGE = shape(image_url=url, alt_text=string(2_000))

ELEMENTS: dict[str, Shape] = {
    "button": BUTTON,
    "static_select": shape(
        may=SELECT | {"initial_option": OPTION}, any_of=("options", "option_groups"), also=_default_is_an_option
    ),
    "multi_static_select": shape(
        may=SELECT | {"initial_options": listing(OPTION, 1, 100), "max_selected_items": number(1, 100)},
        any_of=("options", "option_groups"),
        also=_default_is_an_option,
    ),
    "overflow": shape(options=listing(MENU_OPTION, 1, 5), may={"action_id": ID, "confirm": CONFIRM}),
    "radio_buttons": shape(
        options=listing(MARKED_OPTION, 1, 10),
        may=ACTION | {"initial_option": MARKED_OPTION, "confirm": CONFIRM},
        also=_default_is_an_option,
    ),
    "checkboxes": shape(
        options=listing(MARKED_OPTION, 1, 10),
        may=ACTION | {"initial_options": listing(MARKED_OPTION, 1, 10), "confirm": CONFIRM},
        also=_default_is_an_option,
    ),
    "plain_text_input": shape(
        may=ACTION
        | {
            "placeholder": plain(150),
            "initial_value": string(3_000),
            "multiline": flag,
            "min_length": number(0, 3_000),
            "max_length": number(1, 3_000),
            "dispatch_action_config": shape(
                trigger_actions_on=listing(choice("on_enter_pressed", "on_character_entered"), 1, 2)
            ),
        },
        also=_bounds,
    ),
    "number_input": shape(
        is_decimal_allowed=flag,
        may=ACTION | {"placeholder": plain(150), "initial_value": numeral, "min_value": numeral, "max_value": numeral},
    ),
    "datepicker": shape(may=PICKER | {"initial_date": string(10, 10)}),
    "users_select": shape(may=PICKER | {"initial_user": string(20)}),
    "multi_users_select": shape(
        may=PICKER | {"initial_users": listing(string(20), 1, 100), "max_selected_items": number(1, 100)}
    ),
    "conversations_select": shape(
        may=PICKER
        | {
            "initial_conversation": string(20),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": shape(
                may={
                    "include": listing(choice("im", "mpim", "private", "public"), 1, 4),
                    "exclude_external_shared_channels": flag,
                    "exclude_bot_users": flag,
                }
            ),
        }
    ),
    "image": IMAGE,
    "feedback_buttons": shape(positive_button=FEEDBACK_BUTTON, negative_button=FEEDBACK_BUTTON, may={"action_id": ID}),
    "icon_button": shape(
        icon=choice("trash"),
        text=plain(75),
        may={
            "action_id": ID,
            "value": string(2_000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": listing(string(20), 1, 100),
        },
    ),
}
MENUS = ("static_select", "multi_static_select", "users_select", "multi_users_select", "conversations_select")
CHOICES = (*MENUS, "radio_buttons", "checkboxes", "datepicker")

STYLE = shape(may=dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), flag))
RICH_INLINE: dict[str, Shape] = {
    "text": shape(text=string(TEXT_MOST), may={"style": STYLE}),
    "link": shape(url=url, may={"text": string(TEXT_MOST), "style": STYLE, "unsafe": flag}),
    "emoji": shape(name=string(100), may={"unicode": string(50), "skin_tone": number(1, 6), "style": STYLE}),
    "user": shape(user_id=string(20), may={"style": STYLE}),
}
INLINE = listing(one_of(RICH_INLINE), 1, 1_000)
RICH: dict[str, Shape] = {
    "rich_text_section": shape(elements=INLINE),
    "rich_text_quote": shape(elements=INLINE, may={"border": number(0, 1)}),
    "rich_text_preformatted": shape(
        elements=listing(one_of(RICH_INLINE, "text", "link"), 1, 1_000),
        may={"border": number(0, 1), "language": string(50)},
    ),
}
RICH["rich_text_list"] = shape(
    elements=listing(one_of(RICH, "rich_text_section"), 1, 500),
    style=choice("bullet", "ordered"),
    may={"indent": number(0, 8), "offset": number(0, 10_000), "border": number(0, 1)},
)
RICH_TEXT = shape(elements=listing(one_of(RICH), 1, 1_000), may={"block_id": ID})
CELLS: dict[str, Shape] = {
    "raw_text": shape(text=string(TABLE_CHARACTERS)),
    "raw_number": shape(value=number(float("-inf"), float("inf")), text=string(100)),
    "rich_text": RICH_TEXT,
}
CONTEXT_PARTS: dict[str, Shape] = {
    "image": IMAGE,
    "plain_text": shape(text=string(3_000), may={"emoji": flag}),
    "mrkdwn": shape(text=string(3_000), may={"verbatim": flag}),
}


def _rows(least: int) -> Check:
    return listing(listing(one_of(CELLS), 1, TABLE_COLUMNS), least, TABLE_ROWS)


ANY: dict[str, Check] = {"block_id": ID}
BLOCKS: dict[str, Shape] = {
    "section": shape(
        may=ANY
        | {
            "text": text(3_000),
            "fields": listing(text(2_000), 1, 10),
            "accessory": one_of(ELEMENTS, "button", "overflow", "image", *CHOICES),
            "expand": flag,
        },
        any_of=("text", "fields"),
    ),
    "header": shape(text=plain(150), may=ANY | {"level": number(1, 4)}),
    "divider": shape(may=ANY),
    "image": shape(image_url=url, alt_text=string(2_000), may=ANY | {"title": plain(2_000)}),
    "context": shape(elements=listing(one_of(CONTEXT_PARTS), 1, 10), may=ANY),
    "actions": shape(elements=listing(one_of(ELEMENTS, "button", "overflow", *CHOICES), 1, 25), may=ANY),
    "context_actions": shape(elements=listing(one_of(ELEMENTS, "feedback_buttons", "icon_button"), 1, 5), may=ANY),
    "input": shape(
        label=plain(2_000),
        element=one_of(ELEMENTS, "plain_text_input", "number_input", *CHOICES),
        may=ANY | {"hint": plain(2_000), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": shape(text=string(MARKDOWN_MOST), may=ANY),
    "rich_text": RICH_TEXT,
    "table": shape(
        rows=_rows(1),
        may=ANY
        | {
            "column_settings": listing(
                shape(may={"align": choice("left", "center", "right"), "is_wrapped": flag}), 1, TABLE_COLUMNS
            )
        },
        also=_table,
    ),
    "data_table": shape(
        rows=_rows(2),
        caption=string(2_000),
        may=ANY | {"page_size": number(1, 100), "row_header_column_index": number(0, TABLE_COLUMNS - 1)},
        also=_data_table,
    ),
}
IN_CONTAINERS = ("actions", "context", "divider", "header", "image", "rich_text", "section", "table")
BLOCKS["container"] = shape(
    child_blocks=listing(one_of(BLOCKS, *IN_CONTAINERS), 1, 10),
    may=ANY
    | {
        "title": plain(150),
        "rich_text_title": RICH_TEXT,
        "subtitle": text(150),
        "icon": IMAGE,
        "width": choice("narrow", "standard", "wide", "full"),
        "is_collapsible": flag,
        "default_collapsed": flag,
        "has_header_divider": flag,
    },
    any_of=("title", "rich_text_title"),
    also=_collapsed,
)
TABLES = ("table", "data_table")
ONLY_IN_MESSAGES = ("context_actions", "markdown", *TABLES)
IN_VIEWS = tuple(kind for kind in BLOCKS if kind not in ONLY_IN_MESSAGES)

VIEW_FIELDS: dict[str, Check] = {
    "private_metadata": string(3_000, 0),
    "callback_id": string(255, 0),
    "external_id": ID,
}
VIEWS: dict[str, Shape] = {
    "modal": shape(
        title=plain(24),
        blocks=listing(one_of(BLOCKS, *IN_VIEWS), 0, VIEW_BLOCKS),
        may=VIEW_FIELDS
        | {"close": plain(24), "submit": plain(24)}
        | dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), flag),
    ),
    "home": shape(blocks=listing(one_of(BLOCKS, *IN_VIEWS), 0, VIEW_BLOCKS), may=VIEW_FIELDS),
}
VIEW = one_of(VIEWS)
MESSAGE_BLOCK_LIST = listing(one_of(BLOCKS), 0, MESSAGE_BLOCKS)


# ---------------------------------------------------------------- what a payload says


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text as it stands in a payload.  `how`: mrkdwn, plain_text, markdown or literal."""

    how: str
    text: str
    where: str


LITERAL = {"raw_text": "text", "text": "text", "link": "text", "emoji": "name", "raw_number": "text"}


def spoken(value: object, where: str = "blocks") -> Iterator[Said]:
    """Every piece of text that a reader sees in blocks, in their order."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from spoken(each, f"{where}[{index}]")
    elif isinstance(value, dict):
        kind = value.get("type")
        if kind in {"mrkdwn", "plain_text", "markdown"}:
            yield Said(str(kind), str(value.get("text", "")), where)
            return
        if kind in LITERAL:
            yield Said("literal", str(value.get(LITERAL[kind]) or value.get("url") or value.get("value") or ""), where)
            return
        if kind == "data_table":
            yield Said("literal", str(value.get("caption", "")), where)
        if kind == "image":
            yield Said("literal", str(value.get("alt_text", "")), where)
        for name, each in value.items():
            yield from spoken(each, f"{where}.{name}")


def unescaped(words: str) -> str:
    """Text as a reader sees it: entities resolved, links reduced to their labels."""
    words = re.sub(r"<([^<>|]+)\|([^<>]*)>", r"\2", words)
    words = re.sub(r"<([^<>|]+)>", r"\1", words)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def visible(message: dict[str, object]) -> str:
    """All that a reader of the message sees: its blocks, or its text where it has none."""
    if not message.get("blocks"):
        return unescaped(str(message.get("text", "")))
    return "\n".join(said.text if said.how == "literal" else unescaped(said.text) for said in spoken(message["blocks"]))


def nested(blocks: object) -> Iterator[dict[str, object]]:
    """Every block, those inside containers too."""
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, dict):
            yield block
            yield from nested(block.get("child_blocks"))


def elements(blocks: object) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """(block, element) for everything in blocks that a person can work."""
    for block in nested(blocks):
        inside = block.get("elements")
        candidates = [block.get("accessory"), block.get("element"), *(inside if isinstance(inside, list) else [])]
        for each in candidates:
            if isinstance(each, dict) and each.get("type") in ELEMENTS and each.get("type") != "image":
                yield block, each


# ---------------------------------------------------------------- rules over the whole

MENTION = re.compile(r"<!(?:channel|here|everyone)\b[^>]*>|<!subteam\b[^>]*>|<@[^>\s]*>?")
LINK = re.compile(r"<(?:https?://[^<>|\s]+|mailto:[^<>|\s]+)(?:\|[^<>]+)?>|<#C\w+(?:\|[^<>]*)?>|<!date\^[^<>]+>")
ENTITY = re.compile(r"&(?:amp|lt|gt);")
QUOTE = re.compile(r"^\s*>{1,3}", re.MULTILINE)  # a quotation mark of mrkdwn, not a stray character


def _mentions(said: Said, allowed: Iterable[str]) -> Iterator[Breach]:
    for found in MENTION.findall(said.text):
        if said.how != "literal" and not any(name in found for name in allowed):
            yield Breach("mention_not_allowed", said.where, f"{found} calls people")


def _escapes(said: Said) -> Iterator[Breach]:
    if said.how != "mrkdwn":
        return
    rest = re.sub(r"<[@!][^<>]*>", "", said.text)  # mentions are judged on their own
    rest = QUOTE.sub("", ENTITY.sub("", LINK.sub("", rest)))
    if bare := sorted(set(rest) & set("&<>")):
        yield Breach("not_escaped", said.where, f"a bare {' '.join(bare)} in {rest[:80]!r}")


def _twice(names: Iterable[object], where: str, what: str) -> Iterator[Breach]:
    for name, count in Counter(str(name) for name in names if name).items():
        if count > 1:
            yield _wrong(where, f"{what} {name!r} occurs {count} times")


def _block_rules(blocks: object, allowed: Iterable[str]) -> Iterator[Breach]:
    said = list(spoken(blocks))
    for each in said:
        yield from _mentions(each, allowed)
        yield from _escapes(each)
    every = list(nested(blocks))
    yield from _twice((block.get("block_id") for block in every), "blocks", "block_id")
    for block in every:
        yield from _twice(
            (element.get("action_id") for owner, element in elements([block]) if owner is block), "blocks", "action_id"
        )


def judge_message(args: dict[str, object], allowed: Iterable[str] = ()) -> list[Breach]:
    """The breaches of a message with text and perhaps blocks."""
    return list(_message(args, tuple(allowed)))


def _message(args: dict[str, object], allowed: tuple[str, ...]) -> Iterator[Breach]:
    words, blocks, markdown = args.get("text"), args.get("blocks"), args.get("markdown_text")
    if markdown is not None:
        if words or blocks:
            yield Breach("markdown_text_conflict", "markdown_text", "goes with neither text nor blocks")
        if not isinstance(markdown, str) or not 0 < len(markdown) <= MARKDOWN_MOST:
            yield Breach("msg_too_long", "markdown_text", f"must be 1 to {MARKDOWN_MOST} characters")
        yield from _mentions(Said("markdown", str(markdown), "markdown_text"), allowed)
        return
    if not isinstance(words, str) or not words.strip():
        yield Breach("no_text", "text", "missing or empty; notifications and screen readers have only this")
    else:
        if len(words) > TEXT_MOST:
            yield Breach("msg_too_long", "text", f"{len(words)} characters, at most {TEXT_MOST}")
        said = Said("mrkdwn", words, "text")
        yield from _mentions(said, allowed)
        yield from _escapes(said)
    if blocks is None:
        return
    yield from MESSAGE_BLOCK_LIST(blocks, "blocks")
    yield from _block_rules(blocks, allowed)
    every = list(nested(blocks))
    pieces = list(spoken(blocks))
    if sum(block.get("type") in TABLES for block in every) > 1:
        yield Breach("only_one_table_allowed", "blocks", "more than one table")
    if (count := sum(len(piece.text) for piece in pieces if piece.how == "markdown")) > MARKDOWN_MOST:
        yield Breach("msg_blocks_too_long", "blocks", f"{count} characters of markdown, at most {MARKDOWN_MOST}")
    if (count := sum(len(piece.text) for piece in pieces)) > BLOCK_TEXT_MOST:
        yield Breach("msg_blocks_too_long", "blocks", f"{count} characters in all blocks, at most {BLOCK_TEXT_MOST}")


def judge_metadata(metadata: object) -> list[Breach]:
    """The breaches of message metadata: an event type and a flat payload of at most 16 kB."""
    if metadata is None or metadata == {}:
        return []
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not metadata["event_type"]
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        return [Breach("invalid_metadata_format", "metadata", "needs event_type and event_payload")]
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        return [Breach("metadata_too_large", "metadata", f"more than {METADATA_BYTES} bytes")]
    return []


def judge_view(view: object, kind: str, allowed: Iterable[str] = ()) -> list[Breach]:
    """The breaches of a view of the kind "modal" or "home"; Slack calls them all invalid arguments."""
    if not isinstance(view, dict) or view.get("type") != kind:
        return [Breach("invalid_arguments", "view.type", f"must be {kind}")]
    found = [*VIEW(view, "view"), *_block_rules(view.get("blocks"), tuple(allowed))]
    if kind == "modal":
        for name in ("title", "submit", "close"):
            if isinstance(part := view.get(name), dict):
                found += _mentions(Said("plain_text", str(part.get("text")), f"view.{name}"), allowed)
        if any(block.get("type") == "input" for block in nested(view.get("blocks"))) and not view.get("submit"):
            found.append(_wrong("view", "a modal with inputs needs submit"))
    renamed = [
        Breach("invalid_arguments" if each.error == "invalid_blocks" else each.error, each.where, each.what)
        for each in found
    ]
    if (size := len(json.dumps(view).encode())) > VIEW_BYTES:
        renamed.append(Breach("view_too_large", "view", f"{size} bytes, at most {VIEW_BYTES}"))
    return renamed


def missed_aims(args: dict[str, object]) -> list[str]:
    """Where a message is over our own goals, which Slack would still accept."""
    words, blocks = str(args.get("text") or ""), args.get("blocks")
    shown = visible(args)
    actions = Counter(str(element["action_id"]) for _, element in elements(blocks) if element.get("action_id"))
    aims = (
        (len(words) > TEXT_AIM, f"text of {len(words)} characters, aim is {TEXT_AIM}"),
        (len(shown) > AIM_CHARACTERS, f"{len(shown)} characters, aim is {AIM_CHARACTERS}"),
        (len(shown.encode()) > AIM_BYTES, f"{len(shown.encode())} bytes, aim is {AIM_BYTES}"),
        ((count := len(list(nested(blocks)))) > AIM_BLOCKS, f"{count} blocks, aim is {AIM_BLOCKS}"),
        (any(n > 1 for n in actions.values()), f"action ids used in several blocks: {dict(actions)}"),
    )
    return [what for missed, what in aims if missed]
