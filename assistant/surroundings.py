"""A quote in its place: the passage that it stands in, the words highlighted, and the passages before and after.

Reads a catalogue alone.  How it is drawn is for the faces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.catalogue import Catalogue, StoredDocument
from index.errors import InspectionsError
from index.records import Page, Passage, Span
from index.structure.lines import BULLET, NUMBER

AROUND = 300  # characters of the page on either side of a quote that stands in no passage
Parts = tuple[tuple[str, bool], ...]


class GoneError(InspectionsError):
    """A document, passage or quote is not in the index any more."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a quote stands, or a passage next to it.

    `parts` are stretches of text, each with whether it is the quote.  Together they are the text of `passage`, or of
    the page around the quote where no passage holds it (a heading, a line about the inspection itself: `passage` is
    then None), with printed lines run together and list items on lines of their own.  `before` and `after` are the
    neighbours in the document, None at its ends; `page` is as numbered in the file, None where it has no pages.
    """

    document: StoredDocument
    before: Passage | None
    passage: Passage | None
    after: Passage | None
    page: int | None
    parts: Parts


def find_passage(catalogue: Catalogue, source: str, quote: str, page: int | None) -> Surroundings:
    """The surroundings of `quote` on the page of that number; its white space may differ from the page's.

    GoneError: the document is no longer held, or the quote does not stand on that page.
    """
    document = _document(catalogue, source)
    pages, passages = catalogue.pages(source), catalogue.passages_of(source)
    places = [place for index, one in enumerate(pages) if one.number == page for place in _places(quote, index, one)]
    if not places:
        raise GoneError("This quote no longer stands on its page.", "Ask the question again.")
    at, place = max(
        ((at, place) for place in places for at in range(len(passages))),
        key=lambda one: _shared(passages[one[0]], one[1]),
    )
    if _shared(passages[at], place):
        return _around(document, passages, at, pages, place)
    before = [p for p in passages if p.spans[0] < place]
    after = passages[len(before) :]
    text, begins = _stretch(pages[place.page], place)
    parts = _parts(text, place.start - begins, place.end - begins)
    return Surroundings(document, before[-1] if before else None, None, after[0] if after else None, page, parts)


def step(catalogue: Catalogue, source: str, ordinal: int, quote: str = "") -> Surroundings:
    """The passage that is number `ordinal` of its document, from 0; `quote` is highlighted if it stands there.

    GoneError: the document is no longer held, or has no such passage.
    """
    document = _document(catalogue, source)
    pages, passages = catalogue.pages(source), catalogue.passages_of(source)
    if not 0 <= ordinal < len(passages):
        raise GoneError("The document has no further passage there.", "Ask the question again.")
    own = passages[ordinal]
    places = (
        place for index in dict.fromkeys(s.page for s in own.spans) for place in _places(quote, index, pages[index])
    )
    place = next((place for place in places if _shared(own, place)), None)
    return _around(document, passages, ordinal, pages, place)


def _document(catalogue: Catalogue, source: str) -> StoredDocument:
    found = next((one for one in catalogue.documents() if one.source == source), None)
    if found is None:
        raise GoneError("This document is no longer held.", "Ask the question again.")
    return found


def _around(
    document: StoredDocument, passages: Sequence[Passage], at: int, pages: Sequence[Page], place: Span | None
) -> Surroundings:
    passage = passages[at]
    start, end = _within(passage, place) if place else (0, 0)
    return Surroundings(
        document=document,
        before=passages[at - 1] if at else None,
        passage=passage,
        after=passages[at + 1] if at + 1 < len(passages) else None,
        page=pages[place.page if place else passage.spans[0].page].number,
        parts=_parts(passage.text, start, end),
    )


def _places(quote: str, index: int, page: Page) -> Iterator[Span]:
    """Every place where the characters of the quote stand one after another on the page, white space left aside."""
    printed = [at for at, mark in enumerate(page.text) if not mark.isspace()]
    held, wanted = "".join(page.text[at] for at in printed), "".join(quote.split())
    at = held.find(wanted) if wanted else -1
    while at >= 0:
        yield Span(index, printed[at], printed[at + len(wanted) - 1] + 1)
        at = held.find(wanted, at + 1)


def _shared(passage: Passage, place: Span) -> int:
    """How many characters of a place a passage holds."""
    own = (s for s in passage.spans if s.page == place.page)
    return max((0, *(min(s.end, place.end) - max(s.start, place.start) for s in own)))


def _within(passage: Passage, place: Span) -> tuple[int, int]:
    """The offsets in the passage's text of what it holds of a place: spans follow each other with one line break."""
    found: list[int] = []
    begins = 0
    for span in passage.spans:
        if span.page == place.page and span.start < place.end and place.start < span.end:
            found += [
                begins + max(span.start, place.start) - span.start,
                begins + min(span.end, place.end) - span.start,
            ]
        begins += span.end - span.start + 1
    return found[0], found[-1]


def _stretch(page: Page, place: Span) -> tuple[str, int]:
    """The whole lines of a page around a place, and the offset at which they begin."""
    begins = page.text.rfind("\n", 0, max(0, place.start - AROUND)) + 1
    ends = page.text.find("\n", min(len(page.text), place.end + AROUND))
    return page.text[begins : len(page.text) if ends < 0 else ends], begins


def _parts(text: str, start: int, end: int) -> Parts:
    """`text` cut at the quote, which is `text[start:end]`, without printed line breaks."""
    flowing = re.sub(r"\s", _flow, text)
    cut = ((flowing[:start].lstrip(), False), (flowing[start:end], True), (flowing[end:].rstrip(), False))
    return tuple((re.sub(r" *\n[ \n]*|  +", _one, part), quoted) for part, quoted in cut if part)


def _flow(space: re.Match[str]) -> str:
    """A space for every character of white space, but a line break before a list item or a numbered paragraph."""
    rest = space.string[space.end() : space.end() + 12]
    return "\n" if space[0] == "\n" and (BULLET.match(rest) or _numbered(rest)) else " "


def _numbered(text: str) -> bool:
    match = NUMBER.match(text)
    return match is not None and bool(match[2])  # a number without a stop may be any of the sentence's own


def _one(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "
