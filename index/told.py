"""Who is heard in an inspectorate's own report: its own finding, or what others told inspectors.

"They" and "many" are followed to the group that the sentence before speaks of, and a quotation that inspectors print is
its speaker's.  Only the report's own text is looked at; how others report an inspectorate is `voices`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index import toldwords as words
from index.records import Voice, VoiceKind

SOMEBODY = "those who spoke to inspectors"


def told(texts: Iterable[tuple[str, bool]], publisher: str) -> Iterator[Voice]:
    """The voice of each sentence, in the order given: its text, and whether it is the first of its paragraph."""
    group = ""  # the one that the paragraph spoke of last
    quoted = ""  # whose quotation goes on
    for text, opens_paragraph in texts:
        plain = " ".join(text.split())
        if opens_paragraph:
            group = quoted = ""
        goes_on = quoted if words.FIRST_PERSON.search(plain) else ""
        heard = _heard(plain, group) or goes_on
        quoted = heard if words.OPENS.search(plain) else "" if words.ENDS.search(plain) else quoted
        group = heard if heard not in ("", SOMEBODY) else _subject(plain) or group
        yield Voice(VoiceKind.REPORTED_TO_INSPECTORATE, heard) if heard else Voice(VoiceKind.INSPECTORATE, publisher)


def _heard(text: str, before: str) -> str:
    """Who is heard in a sentence, "" for nobody else; `before` is whom the sentences before it are about."""
    if not words.SIGNS.search(text):
        return ""
    for pattern in words.HEARD:
        for match in pattern.finditer(text):
            if not words.POINTER.fullmatch(match["who"]):
                return _named(match["who"])
            meant = _last_group(match[0]) or _last_group(text[: match.start("who")]) or before
            if meant or words.TOLD.search(match[0]):
                return meant or SOMEBODY
    return ""


def _subject(text: str) -> str:
    """The group that a sentence is about: the first that it names."""
    match = words.GROUP.search(text)
    return _named(match["who"]) if match else ""


def _last_group(text: str) -> str:
    found = [match["who"] for match in words.GROUP.finditer(text)]
    return _named(found[-1]) if found else ""


def _named(who: str) -> str:
    """A group as it is written within a sentence: "PAs" keeps its capitals."""
    return who if any(letter.isupper() for letter in who[1:]) else who.lower()
