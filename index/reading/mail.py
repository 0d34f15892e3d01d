"""E-mails (.eml) to RawText, with the standard library.  Attachments and forwarded messages are not read."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime

from index.errors import ReadError
from index.reading.compose import Piece, compose
from index.reading.encoding import decode, storable
from index.records import BlockKind, Properties, RawText

_BULLETS = ("- ", "* ", "• ", "◼ ", "· ")


def read_mail(data: bytes) -> RawText:
    """The subject as a heading, then the body: the plain text where there is any, else the HTML.

    Attachments are ignored: save those that matter beside the e-mail.
    Raises ReadError where it is no e-mail or has no text.
    """
    message = message_from_bytes(data, policy=policy.default)
    if not any(_header(message, name) for name in ("From", "Date", "Subject")):
        raise ReadError("is not an e-mail: it has no From, Date or Subject", "save the message again as .eml")
    body = _body(message)
    if not any(piece.text.strip() for piece in body):
        raise ReadError(
            "is an e-mail without text", "save what it carries (its attachments) as files of their own instead"
        )
    subject = _header(message, "Subject")
    heading = (Piece(subject, BlockKind.HEADING, 1),) if subject else ()
    return compose((*heading, *body), _properties(message, subject))


def _header(message: EmailMessage, name: str) -> str:
    """The header in one line; empty where it is missing or too damaged for the parser."""
    try:
        return " ".join(storable(str(message.get(name, ""))).split())
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):  # all seen from damaged headers
        return ""


def _body(message: EmailMessage) -> tuple[Piece, ...]:
    plain = message.get_body(("plain",))
    found = _paragraphs(_content(plain)) if plain is not None else ()
    if found:
        return found
    rich = message.get_body(("html",))
    if rich is None:
        return ()
    from index.reading.html import html_pieces  # noqa: PLC0415 - heavy, and most messages have plain text

    return html_pieces(_content(rich))


def _content(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    return decode(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""


def _paragraphs(text: str) -> tuple[Piece, ...]:
    """Paragraphs as blank lines part them; lines that begin with a bullet are items."""
    found: list[Piece] = []
    for paragraph in text.split("\n\n"):
        lines: list[str] = []
        for line in paragraph.split("\n"):
            if line.lstrip().startswith(_BULLETS) and lines:
                found.append(_piece(lines))
                lines = []
            lines.append(line)
        found.append(_piece(lines))
    return tuple(piece for piece in found if piece.text.strip())


def _piece(lines: list[str]) -> Piece:
    text = "\n".join(lines).strip()
    return Piece(text, BlockKind.ITEM if text.startswith(_BULLETS) else BlockKind.TEXT)


def _properties(message: EmailMessage, subject: str) -> Properties:
    name, address = parseaddr(_header(message, "From"))
    return Properties(
        title=subject or None,
        published=_day(_header(message, "Date")),
        site=address.rpartition("@")[2].lower() or None,
        author=name or address or None,
    )


def _day(stated: str) -> date | None:
    """The day as the sender's clock had it."""
    try:
        return parsedate_to_datetime(stated).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
