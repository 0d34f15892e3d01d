"""What the first bytes of a file say it is, whatever its name says.  Parsing is the readers' business."""

from __future__ import annotations

from index.errors import ReadError

PDF = "a PDF"
HTML = "an HTML page"
ZIP = "a Word document or another ZIP archive"
OLE = "an old or password-protected Office document"
IMAGE = "a picture"

_MAGIC = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"\x89PNG\r\n", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"GIF8", IMAGE),
    (b"II*\x00", IMAGE),
    (b"MM\x00*", IMAGE),
)
_WANTED = {
    ".pdf": (PDF, "a PDF"),
    ".docx": (ZIP, "a Word document"),
    ".html": (HTML, "an HTML page"),
    ".htm": (HTML, "an HTML page"),
    ".eml": (None, "an e-mail"),
    ".md": (None, "plain text"),
    ".markdown": (None, "plain text"),
    ".txt": (None, "plain text"),
}
_RIGHT_SUFFIX = {PDF: ".pdf", HTML: ".html"}
_DOWNLOAD_AGAIN = "download the report again and replace the file"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def kind(data: bytes) -> str | None:
    """What the bytes are: one of the names above, or None where they do not say."""
    if b"%PDF-" in data[:1024]:  # PDF readers allow other bytes before the header
        return PDF
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and (b"<html" in start or b"<!doctype html" in start):
        return HTML
    return None


def check(data: bytes, suffix: str) -> None:
    """Raises ReadError where the bytes are not what the suffix of the file's name promises."""
    wanted, name = _WANTED[suffix]
    found = kind(data)
    if found == wanted or (found is None and wanted == HTML):  # a page need not begin like one
        return
    if found == OLE and _ENCRYPTED_PACKAGE in data:
        raise ReadError("is protected with a password", "open it, save a copy without a password and replace the file")
    if found in (None, HTML) and suffix in (".pdf", ".docx"):
        raise ReadError(f"is {found or 'damaged or another kind of file'}, not {name}", _DOWNLOAD_AGAIN)
    if found in _RIGHT_SUFFIX:
        ending = _RIGHT_SUFFIX[found]
        raise ReadError(f"is {found}, not {name}", f"rename the file so that its name ends in {ending}")
    raise ReadError(f"is {found}, not {name}", "save it as PDF or .docx and replace the file")
