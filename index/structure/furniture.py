"""Recognises what is printed on pages but is no part of what a document says.

Running headers and footers, page numbers, an inspectorate's contact block and closing page, a letter's address
block, a table of contents.  Nothing is removed from the stored text: the lines are only marked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from index.structure.lines import Line

PAGE_NUMBER = re.compile(r"^(?:page\s*)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:of|/)\s*\d{1,4})?$", re.I)
CONTACT = re.compile(
    r"^(?:piccadilly gate|store st(?:reet)?|(?:store street,? )?manchester(?:,? m1 2wd)?|m1 2wd|aviation house|"
    r"125 kingsway|clive house|70 petty france|"
    r"(?:t|tel|telephone|textphone|fax|e|email|w|website)[:\s]\s*[\d(+@\w][\w\s().@:/+-]*|"
    r"(?:enquiries|psi)@\S+|(?:https?://)?www\.(?:gov\.uk/ofsted|ofsted\.gov\.uk)/?|"
    r"(?:https?://)?(?:reports\.ofsted\.gov\.uk)/?|(?:.{0,24})© crown copyright.*)$",
    re.I,
)
NAME = re.compile(r"^ofsted$", re.I)
# First words of the closing page that inspectorates append; everything after it is theirs too.
CLOSING = re.compile(
    r"^(?:any complaints about the inspection or the report|"
    r"the office for standards in education, children['’]s services and skills \(ofsted\)|"
    r"if you would like a copy of this document in a different format|"
    r"you may (?:re-?use|copy) (?:this information|all or parts))",
    re.I,
)
SALUTATION = re.compile(r"^dear\s+\S", re.I)
CONTENTS = re.compile(r"^(?:table of )?contents$", re.I)
CONTENTS_ENTRY = re.compile(r"\S.*[\s.…]+\d{1,3}$")
EDGE = 3  # running headers take at most this many lines at the top or the bottom of a page


def furniture(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """The lines of all pages that are furniture."""
    marked: set[Line] = set()
    for find in (_running, _numbers, _contacts, _closing, _addresses, _contents):
        marked |= find([[line for line in page if line not in marked] for page in pages])
    return marked


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.lower())


def _edges(page: Sequence[Line]) -> list[Line]:
    return list(dict.fromkeys([*page[:EDGE], *page[-EDGE:]]))


def _running(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """Lines at the edge of a page that stand, numbers apart, at the edge of at least three others or of half of all."""
    counts = Counter(shape for page in pages for shape in {_shape(line) for line in _edges(page)})
    enough = max(2, min(3, round(len(pages) / 2)))
    return {
        line
        for page in pages
        for line in _edges(page)
        if counts[_shape(line)] >= enough and len(pages) > 1 and not SALUTATION.match(line.text)
    }


def _numbers(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """A page number alone on the first or last line of a page (the closing page's may stand anywhere)."""
    return {line for page in pages for line in (*page[:1], *page[-1:]) if PAGE_NUMBER.match(line.text)}


def _contacts(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """The inspectorate's own contact block, wherever the page layout has put it, with the name that heads it."""
    found = {line for page in pages for line in page if CONTACT.match(line.text)}
    heads = {line for page in pages for line, below in pairwise(page) if below in found and NAME.match(line.text)}
    return found | heads


def _closing(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """The closing page: from its first words, in the last quarter of the document, to the end."""
    lines = [line for page in pages for line in page]
    for place, line in enumerate(lines):
        if CLOSING.match(line.text) and place >= 0.6 * len(lines) and line.span.page >= len(pages) - 3:
            return set(lines[place:])
    return set()


def _addresses(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """A letter's date and addressees: everything before the salutation on its first page, and the salutation."""
    first = pages[0] if pages else []
    for place, line in enumerate(first):
        if SALUTATION.match(line.text):
            return set(first[: place + 1]) if all(len(before.text) < 120 for before in first[:place]) else set()
    return set()


def _contents(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """A table of contents: its heading and the lines below it, as long as each third one ends in a page number."""
    marked: set[Line] = set()
    for page in pages[:4]:
        for place, line in enumerate(page):
            if CONTENTS.match(line.text):
                marked.update(page[place : _last_entry(page, place) + 1])
    return marked


def _last_entry(page: Sequence[Line], heading: int) -> int:
    last = heading
    for place in range(heading + 1, len(page)):
        if CONTENTS_ENTRY.match(page[place].text):
            last = place
        elif place - last > 3:
            break
    return last
