"""Word documents to RawText: the only importer of mammoth and python-docx.  No pages: Word keeps none in the file.

mammoth finds the text: unlike python-docx it keeps accepted changes, text boxes and content controls.  python-docx
reads the properties.  Headers, footers and watermarks are taken from their parts, beside the text: they may say whom a
paper is for.  Pictures and comments are left out; footnotes follow the text, without their marks.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import cast
from xml.etree import ElementTree

import mammoth  # type: ignore[import-untyped]  # the package carries no types
from docx.opc.coreprops import CoreProperties
from docx.oxml import parse_xml
from docx.oxml.coreprops import CT_CoreProperties

from index.errors import ReadError
from index.reading.compose import compose
from index.reading.markup import Node, pieces
from index.records import Properties, RawText

MAX_UNPACKED = 200_000_000
_MAX_PARTS = 5_000
_CHUNK = 1 << 20
_TYPES = "[Content_Types].xml"  # the main part may have any name, but its type stands here
_WORD = b"wordprocessingml.document.main"
_CORE = "docProps/core.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
_RUNNING = re.compile(r"word/(?:header|footer)\d*\.xml")
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
_NOTE_LINKS = ("#footnote-", "#endnote-")
_SAVE_AGAIN = "open it in Word, save it again as .docx and replace the file"


def read_docx(data: bytes) -> RawText:
    """The text of a Word document as one page, with its headings, list items and table rows as blocks.

    Raises ReadError where the file is no Word document, is damaged, unpacks to more than MAX_UNPACKED bytes,
    or has no text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive)
            _refuse_other(archive)
            properties = replace(_properties(archive), running=_running(archive))
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise ReadError("is a damaged Word document", "download it again and replace the file") from error
    raw = compose(pieces(_markup(data)), properties)
    if not raw.blocks:
        raise ReadError("has no text", "check that it is the right file; a scan needs text recognition (OCR)")
    return raw


def _refuse_bomb(archive: zipfile.ZipFile) -> None:
    """Counts what the parts declare, then what they really unpack to: a bomb may lie about the first."""
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _bomb()
    total = 0
    for part in parts:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise _bomb()


def _bomb() -> ReadError:
    return ReadError(
        f"unpacks to more than {MAX_UNPACKED // 1_000_000} MB, so it is damaged or harmful",
        "ask its sender for a PDF of it",
    )


def _refuse_other(archive: zipfile.ZipFile) -> None:
    if _TYPES not in archive.namelist() or _WORD not in archive.read(_TYPES):
        raise ReadError("is a ZIP archive, not a Word document", _SAVE_AGAIN)


def _markup(data: bytes) -> Node:
    html = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        include_embedded_style_map=False,  # the file must not choose what becomes a heading
        convert_image=mammoth.images.img_element(lambda _image: {}),  # opens no picture
    ).value
    tree = ElementTree.fromstring(f"<div>{html}</div>")  # noqa: S314 - mammoth wrote this markup, not the file
    _drop_note_marks(tree)
    return cast(Node, tree)


def _drop_note_marks(tree: ElementTree.Element) -> None:
    """A note's mark ("[1]") is no word of the sentence that it stands in."""
    for link in tree.iter("a"):
        if (link.get("href") or "").startswith(_NOTE_LINKS):
            tail = link.tail
            link.clear()
            link.tail = tail


def _properties(archive: zipfile.ZipFile) -> Properties:
    if _CORE not in archive.namelist():
        return Properties()
    try:
        core = CoreProperties(cast(CT_CoreProperties, parse_xml(archive.read(_CORE))))
        created: datetime | None = core.created
        return Properties(_line(core.title), created.date() if created else None, author=_line(core.author))
    except (ValueError, SyntaxError, AttributeError):  # lxml's parse error is a SyntaxError
        return Properties()  # a hint only: the text counts


def _running(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """The distinct lines of headers, footers and watermarks, which are no part of the text."""
    found: dict[str, None] = {}
    for name in sorted(filter(_RUNNING.fullmatch, archive.namelist())):
        try:
            root = parse_xml(archive.read(name))
        except (ValueError, SyntaxError):  # lxml's parse error is a SyntaxError
            continue
        for paragraph in root.iter(f"{_W}p"):
            texts = (part.text or "" for part in paragraph.iter(f"{_W}t"))
            found[" ".join("".join(texts).split())] = None
        found |= dict.fromkeys(mark.get("string") or "" for mark in root.iter(_WATERMARK))
    return tuple(line for line in found if line)


def _line(value: str) -> str | None:
    return " ".join(value.split()) or None
