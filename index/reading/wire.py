"""What goes over the pipe between a worker and its parent, as lines of JSON.

Not pickle: a parser that a hostile file has taken over could run code in the parent with it.  For the same reason the
parent checks every type and every span of an answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.errors import ReadError
from index.records import Block, BlockKind, Page, Properties, RawText, Span

MAX_TEXT = 20_000_000
MAX_REPLY = 8 * MAX_TEXT  # bytes: the longest UTF-8, and room for blocks
READY = b'{"ready": true}\n'

_STRINGS = ("title", "url", "site", "author")
_DATES = ("created", "published")


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read; `careful` as in read."""

    path: str
    careful: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file cannot be read, and what to do: a ReadError that has come over the pipe."""

    what: str
    cure: str


class WireError(Exception):
    """An answer that no honest worker gives."""


def request_line(request: Request) -> bytes:
    """The request as a line; pure ASCII, so that file names of any bytes pass."""
    return json.dumps([request.path, request.careful]).encode("ascii") + b"\n"


def parse_request(line: bytes) -> Request:
    """The request of a line; the parent is trusted."""
    path, careful = json.loads(line)
    return Request(path, careful)


def reply_line(answer: RawText | ReadError) -> bytes:
    """The answer as a line.  A text of more than MAX_TEXT characters becomes a refusal."""
    if isinstance(answer, RawText) and sum(len(page.text) for page in answer.pages) > MAX_TEXT:
        answer = ReadError(
            f"holds more than {MAX_TEXT // 1_000_000} million characters of text",
            "split it into its documents and put each in a file of its own",
        )
    value = [answer.what, answer.cure] if isinstance(answer, ReadError) else _from_raw(answer)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def parse_reply(line: bytes) -> RawText | Refusal:
    """The answer of a line.  Raises WireError where it is anything but a well-formed one."""
    try:
        value = json.loads(line)
        if isinstance(value, list):
            what, cure = (_string(part) for part in value)
            return Refusal(what, cure)
        return _to_raw(value)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WireError(str(error)) from error


def _from_raw(raw: RawText) -> dict[str, Any]:
    stated = {name: getattr(raw.properties, name) for name in _STRINGS}
    days = {name: getattr(raw.properties, name) for name in _DATES}
    return {
        "pages": [[page.number, page.text] for page in raw.pages],
        "blocks": [[b.span.page, b.span.start, b.span.end, b.kind.value, b.level] for b in raw.blocks],
        "properties": stated | {name: day.isoformat() if day else None for name, day in days.items()},
        "running": raw.properties.running,
    }


def _to_raw(value: dict[str, Any]) -> RawText:
    pages = tuple(Page(None if number is None else _count(number), _string(text)) for number, text in value["pages"])
    blocks = tuple(_block(pages, fields) for fields in value["blocks"])
    stated = value["properties"]
    strings = {name: None if stated[name] is None else _string(stated[name]) for name in _STRINGS}
    days = {name: None if stated[name] is None else date.fromisoformat(stated[name]) for name in _DATES}
    running = tuple(_string(line) for line in value["running"])
    hints = Properties(strings["title"], days["created"], days["published"], strings["url"], strings["site"])
    return RawText(pages, blocks, replace(hints, author=strings["author"], running=running))


def _block(pages: tuple[Page, ...], fields: Any) -> Block:
    page, start, end, kind, level = fields
    if not _count(page) < len(pages) or not _count(start) <= _count(end) <= len(pages[page].text):
        raise ValueError("a block outside the text")
    if _count(level) > 6:
        raise ValueError("no such level")
    return Block(Span(page, start, end), BlockKind(kind), level)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    value.encode("utf-8")  # a lone surrogate raises ValueError here, and not later in the catalogue
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:  # bool is an int to isinstance
        raise TypeError("not a count")
    return value
