"""One file to RawText: chooses the reader by the file's name, after checking what the bytes are.

A ReadError from here reads on from the file's name, because the caller knows best what to call the file:
f"{name}: {error.what}; {error.cure}" is the line to print, as with a Skipped.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from index.errors import ReadError
from index.reading import magic
from index.records import RawText

MAX_BYTES = 100_000_000
SUFFIXES = frozenset({".pdf", ".docx", ".html", ".htm", ".eml", ".md", ".markdown", ".txt"})


def is_document(path: Path) -> bool:
    """Whether the file's name is that of a document; hidden files, Word's lock files and settings are none."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$"))


def read(path: Path, *, careful: bool = False) -> RawText:
    """The text of one file, whose name must be that of a document.

    `careful` reads a PDF with the slower reader only, for one that has killed the faster one.
    Raises ReadError where the file cannot be opened, is empty or too large, is not what its name says, is damaged,
    or has no text; MemoryError passes through.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ReadError("is of a kind that is not read", f"use one of {', '.join(sorted(SUFFIXES))}")
    data = _bytes(path)
    magic.check(data, suffix)
    reader = _reader(suffix, careful)
    try:
        return reader(data)
    except (ReadError, MemoryError, ImportError):
        raise
    except Exception as error:  # a damaged file can raise anything from a parser; the rest of the folder must be read
        raise ReadError(
            f"cannot be read: its parser stopped with {type(error).__name__}",
            "open it in its own program, save it again and replace the file",
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):  # a pipe would keep the reader waiting for ever
            raise ReadError("is not a regular file", "put the document itself in its place")
        if state.st_size > MAX_BYTES:
            raise ReadError(
                f"has {state.st_size // 1_000_000:,} MB, more than the {MAX_BYTES // 1_000_000} MB that are read",
                "split it, or save it with smaller pictures",
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", "check its permissions, or copy it again") from error
    if not data:
        raise ReadError("is empty (0 bytes)", "download or copy it again and replace the file")
    return data


def _reader(suffix: str, careful: bool) -> Callable[[bytes], RawText]:
    """The reader of a format, loaded only now: a worker that meets no Word document never loads Word's reader."""
    # ruff: noqa: PLC0415 - that is why the imports stand here
    if suffix == ".pdf":
        from index.reading.pdf import read_pdf

        return lambda data: read_pdf(data, careful=careful)
    if suffix == ".docx":
        from index.reading.docx import read_docx

        return read_docx
    if suffix in (".html", ".htm"):
        from index.reading.html import read_html

        return read_html
    if suffix == ".eml":
        from index.reading.mail import read_mail

        return read_mail
    from index.reading.plain import read_markdown, read_plain

    return read_plain if suffix == ".txt" else read_markdown
