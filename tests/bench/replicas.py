"""More documents than there are: copies of real ones under another authority's name and with other years.

A copy's file holds no more than what it is a copy of; its text is made when it is "read".  From there on everything is
the project's own: structure, description, passages, catalogue, Chroma and their check.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice

from index.authorities import all_authorities, main_authority
from index.gazetteer import authority
from index.records import Page, RawText, Span

YEAR = re.compile(r"(?<!\d)20[0-3]\d(?!\d)")
YEARS = 6  # copies are dated 0 to 5 years before what they are copies of
STEP = 7  # between the authorities of one copy and the next, in the list of all: no divisor of its length


@dataclass(frozen=True, slots=True)
class Replica:
    """The `copy`th copy of the document `seed`, both as named below their folders; copy 0 is the document itself.

    `names` are the authority that it is about and the one whose name takes its place.
    """

    source: str
    seed: str
    copy: int
    names: tuple[str, str] | None

    def altered(self, raw: RawText) -> RawText:
        """The text of the copy."""
        changes = [self._change(page.text) for page in raw.pages]
        pages = tuple(Page(page.number, text) for page, (text, _) in zip(raw.pages, changes, strict=True))
        blocks = tuple(replace(block, span=_moved(block.span, changes[block.span.page][1])) for block in raw.blocks)
        return RawText(pages, blocks, raw.properties if not self.copy else replace(raw.properties, title=None))

    def text_altered(self, text: str) -> str:
        """Any text as the copy has it."""
        return self._change(text)[0]

    def _change(self, text: str) -> tuple[str, list[tuple[int, int]]]:
        """A text as the copy has it, and from which offset on what comes after lies by how much later."""
        if not self.copy:
            return text, []
        parts: list[str] = []
        shifts: list[tuple[int, int]] = []
        at = shift = 0
        for found in _pattern(self.names).finditer(text):
            new = self._in_place_of(found[0])
            parts += [text[at : found.start()], new]
            at, shift = found.end(), shift + len(new) - len(found[0])
            shifts.append((at, shift))
        return "".join([*parts, text[at:]]), shifts

    def _in_place_of(self, words: str) -> str:
        if YEAR.fullmatch(words):
            return str(int(words) - self.copy % YEARS)
        new = self.names[1] if self.names else words
        return new.lower() if words.islower() else new.upper() if words.isupper() else new


def replicas(seeds: Mapping[str, RawText], number: int) -> Iterator[Replica]:
    """`number` documents, by their sources: the seeds in their order, then a copy of each, and so on."""
    everyone = [one.name for one in all_authorities() if one.until is None]
    about = {source: main_authority(f"{source}\n{raw.pages[0].text}") for source, raw in seeds.items()}
    endless = ((copy, source) for copy in count() for source in seeds)
    for copy, source in islice(endless, number):
        name = about[source]
        other = _other(name, copy, everyone) if name else None
        names = (name, other) if name and other else None
        one = Replica("", source, copy, names)
        yield replace(one, source=f"{copy:03}/{one.text_altered(source)}")


def _other(name: str, copy: int, everyone: Sequence[str]) -> str:
    start = everyone.index(name) if name in everyone else 0
    return everyone[(start + STEP * copy) % len(everyone)]


def _pattern(names: tuple[str, str] | None) -> re.Pattern[str]:
    if names is None:
        return YEAR
    held = sorted({names[0], *authority(names[0]).aliases}, key=len, reverse=True)
    return re.compile(rf"{YEAR.pattern}|(?<!\w)(?:{'|'.join(map(re.escape, held))})(?!\w)", re.I)


def _moved(span: Span, shifts: Sequence[tuple[int, int]]) -> Span:
    return replace(span, start=_place(span.start, shifts), end=_place(span.end, shifts))


def _place(offset: int, shifts: Sequence[tuple[int, int]]) -> int:
    at = bisect_right(shifts, offset, key=lambda one: one[0])
    return offset + (shifts[at - 1][1] if at else 0)
