"""Text that is safe in Slack: nothing of a document, a question or an answer may steer what Slack does.

literal    for plain_text, rich_text and table cells, where Slack reads no markup
escaped    for message text, where Slack reads & < >
mrkdwn     for mrkdwn objects, where it reads formatting and emoji codes too
link       a link in mrkdwn, to http(s) addresses only
shorten    to a length, at the end of a word, with every quote and mark whole
clip       to a length, at the end of a word; for text that is no answer
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from assistant.slack.blocks.limits import LINK

# Controls but for the line end, DEL, C1, marks that turn the direction of writing, halves of surrogates, tags.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"[\t\r\x85\u2028\u2029]")
_COMMAND = re.compile(r"<(?=[!@#])")  # how Slack writes mentions
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_ITALIC = re.compile(r"(?<!\w)_|_(?!\w)")
# Signs that format, and signs that look like them and do not.
_LOOKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_ELLIPSIS = "…"


def cleaned(text: str) -> str:
    """The text without characters that cannot be seen or that turn the text around; line ends stay."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text))


def one_line(text: str) -> str:
    """The cleaned text on one line."""
    return " ".join(cleaned(text).split())


def literal(text: str) -> str:
    """For where Slack reads no markup: a mention is broken all the same, in case something reads it after all."""
    return _COMMAND.sub("<\u2060", cleaned(text))


def escaped(text: str, most: int | None = None) -> str:
    """For message text.  `most`: characters of the result, which is shortened as by `shorten`."""
    return _within(cleaned(text), most, _escape)


def mrkdwn(text: str, most: int | None = None) -> str:
    """For mrkdwn: shown as it is, with no formatting, emoji or mention of its own.  `most`: as for `escaped`."""
    plain = _ITALIC.sub("ˍ", _EMOJI.sub("∶", cleaned(text))).translate(_LOOKS)
    return _within(plain, most, _escape)


def link(url: str | None, text: str, most: int | None = None) -> str:
    """A link in mrkdwn; the text alone where the address is none that a person may be sent to."""
    safe = address(url)
    return f"<{safe}|{mrkdwn(text, most)}>" if safe else mrkdwn(text, most)


def address(url: str | None) -> str | None:
    """The address with everything escaped that could end it early; None if it is not http(s), or is very long."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    safe = quote(url, safe="%/:?#[]@!$&'()+,;=~-._", errors="replace")
    return safe if parts.scheme in ("http", "https") and parts.hostname and len(safe) <= LINK else None


def shorten(text: str, most: int) -> str:
    """At most `most` (1 or more) characters, cut at the end of a word, never inside “a quote” or a mark like [1]."""
    return _cut(text, most, _whole(text))


def clip(text: str, most: int) -> str:
    """At most `most` (1 or more) characters, cut at the end of a word."""
    return _cut(text, most, [True] * (len(text) + 1))


def _cut(text: str, most: int, allowed: list[bool]) -> str:
    if len(text) <= most:
        return text
    places = [at for at in range(1, most) if allowed[at]]
    ends = [at for at in places if text[at].isspace() and not text[at - 1].isspace()]
    at = ends[-1] if ends else places[-1] if places else 0
    return text[:at].rstrip() + _ELLIPSIS


def _whole(text: str) -> list[bool]:
    """For each place between two characters, whether a cut there leaves every quote and every mark whole.

    A quote and the marks that follow it are one: a quote must not lose its source.
    """
    allowed, depth = [True], 0
    for sign in text:
        depth = depth + 1 if sign == "“" else max(0, depth - 1) if sign == "”" else depth
        allowed.append(depth == 0)
    for match in re.finditer(r"(?:(?<=”)\s*)?\[\d+\](?:\s*\[\d+\])*", text):
        allowed[match.start() : match.end()] = [False] * (match.end() - match.start())
    return allowed


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _within(text: str, most: int | None, grow: Callable[[str], str]) -> str:
    """The text after `grow`, which lengthens single characters, shortened beforehand where that would be too long."""
    grown = grow(text)
    if most is None or len(grown) <= most:
        return grown
    length = room = 0
    while length < len(text) and (room := room + len(grow(text[length]))) <= most:
        length += 1
    return grow(shorten(text, max(1, length)))
