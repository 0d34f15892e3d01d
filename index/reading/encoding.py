"""Bytes to text, and text that can be stored.  What the text means (markup, headings) is the readers' business."""

from __future__ import annotations

import codecs
import contextlib
import re

from index.errors import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # SQLite, JSON and UTF-8 refuse these
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_LATIN = frozenset({"ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin-1", "latin1"})

_NOT_TEXT = "is not text: it holds binary data or an unknown encoding"
_SAVE_AS_UTF8 = "open it in the program that made it and save it as plain text in the encoding UTF-8"


def storable(text: str) -> str:
    """The text with line ends as \\n and without the characters that cannot be stored (NUL, lone surrogates)."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n"))


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`, with every line end as \\n.

    A byte order mark wins, then UTF-8 where the bytes are UTF-8, then the encoding that the file declares,
    then Windows-1252.  Raises ReadError where the bytes are no text.
    """
    text = storable(_decode(data, declared)).replace("\r", "\n")
    if len(_CONTROL.findall(text)) * 50 > len(text):
        raise ReadError(_NOT_TEXT, _SAVE_AS_UTF8)
    return text


def _decode(data: bytes, declared: str | None) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    if b"\x00" in data:  # no 8-bit text holds NUL, and UTF-16 without a mark cannot be told from binary data
        raise ReadError(_NOT_TEXT, _SAVE_AS_UTF8)
    text = data.decode("utf-8", errors="replace")
    if "\ufffd" not in text or _mostly_utf8(text):
        return text
    if declared:
        name = declared.strip().lower().replace("_", "-")
        # browsers read all of these as Windows-1252, so the writers of pages mean that
        name = "cp1252" if name in _LATIN else name
        if name not in {"utf-8", "utf8"}:
            with contextlib.suppress(LookupError, UnicodeError):
                return data.decode(name, errors="replace")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ReadError(_NOT_TEXT, _SAVE_AS_UTF8) from error


def _mostly_utf8(text: str) -> bool:
    """UTF-8 with a few damaged bytes: read as Windows-1252, every apostrophe of it would turn to three letters."""
    damaged = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - damaged > damaged
