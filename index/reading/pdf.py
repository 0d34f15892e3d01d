"""PDF to RawText by page: the only importer of pypdfium2 and pypdf.

PDFium is tried first: it is sixteen times faster.  pypdf stands in where PDFium fails, and where it killed its
process (`careful`).  Nothing here guards against that death: the worker processes do.
"""

from __future__ import annotations

import io
import re
from datetime import date

import pypdf
import pypdf.errors
import pypdfium2  # type: ignore[import-untyped]  # the package carries no types

from index.errors import ReadError
from index.reading.encoding import storable
from index.records import Page, Properties, RawText

MAX_PAGES = 2000

_DATE = re.compile(r"\s*(?:D:)?(\d{4})[-/]?(\d{2})[-/]?(\d{2})")
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})  # PDFium's marks for a hyphen at the end of a line


def read_pdf(data: bytes, *, careful: bool = False) -> RawText:
    """The text of a PDF, page by page, numbered from 1; `careful` leaves PDFium out.

    Raises ReadError where the file is truncated, damaged or locked with a password, has more than MAX_PAGES pages,
    or has no text on any page.
    """
    _refuse_truncated(data)
    raw = None if careful else _with_pdfium(data)
    raw = raw or _with_pypdf(data)
    if not any(page.text.strip() for page in raw.pages):
        count = len(raw.pages)
        raise ReadError(
            f"has no text on any of its {count} pages: it is probably a scan" if count > 1 else "has no text",
            "run it through text recognition (OCR) and replace the file",
        )
    return raw


def _refuse_truncated(data: bytes) -> None:
    """A PDF ends with the place of its table of contents.  A cut one loses pages without a word if it is let in.

    A file made for the web has one such place near its beginning too: objects follow it.
    """
    end = data.rfind(b"startxref")
    if end < 0 or _OBJECT.search(data, end):
        raise ReadError("is cut off before its end", "download the report again and replace the file")


def _with_pdfium(data: bytes) -> RawText | None:
    """None where PDFium cannot read it and pypdf should try."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _WRONG_PASSWORD:
            raise _locked() from error
        return None
    try:
        _refuse_long(len(document))
        pages = tuple(Page(n + 1, _pdfium_page(document, n)) for n in range(len(document)))
        return RawText(pages, properties=_properties(document.get_metadata_dict()))
    except (pypdfium2.PdfiumError, AssertionError):  # pypdfium2 asserts the sizes of the texts that PDFium gives it
        return None
    finally:
        document.close()


def _pdfium_page(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    try:
        text = page.get_textpage()
        try:
            # the range, not the bounded text: the latter loses some line ends and so glues words together
            return _clean(text.get_text_range())
        finally:
            text.close()
    finally:
        page.close()


def _with_pypdf(data: bytes) -> RawText:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        _unlock(reader)
        _refuse_long(len(reader.pages))
        pages = tuple(Page(n, _clean(page.extract_text())) for n, page in enumerate(reader.pages, 1))
        return RawText(pages, properties=_properties(_pypdf_metadata(reader)))
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # on damaged files pypdf raises errors of every kind, not only its own
        raise ReadError("is damaged and cannot be opened", "download the report again and replace the file") from error


def _unlock(reader: pypdf.PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise _locked()


def _pypdf_metadata(reader: pypdf.PdfReader) -> dict[str, str]:
    return {str(key).lstrip("/"): str(value) for key, value in (reader.metadata or {}).items()}


def _refuse_long(count: int) -> None:
    if count > MAX_PAGES:
        raise ReadError(
            f"has {count:,} pages, more than the {MAX_PAGES:,} that are read",
            "split it into its reports and put each in a file of its own",
        )
    if count == 0:
        raise ReadError("is a PDF without pages", "download the report again and replace the file")


def _locked() -> ReadError:
    return ReadError("is locked with a password", "open it, save a copy without a password and replace the file")


def _clean(text: str) -> str:
    return storable(text).translate(_HYPHENS)


def _properties(metadata: dict[str, str]) -> Properties:
    return Properties(
        title=_line(metadata.get("Title")),
        created=creation_date(metadata.get("CreationDate") or ""),
        author=_line(metadata.get("Author")),
    )


def _line(value: str | None) -> str | None:
    return " ".join(storable(value or "").split()) or None


def creation_date(stated: str) -> date | None:
    """The day of a PDF date ("D:20191029143000Z"); None where the file states none that could be true."""
    match = _DATE.match(stated)
    if not match:
        return None
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return day if day.year >= 1990 else None  # PDF is of 1993: older dates are clocks that were never set
