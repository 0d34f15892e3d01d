"""When a document was published, and when what it reports took place.

A date printed as the date of publication wins over the file's name, and that over the file's creation date, which
is only an inference.  Dates that disagree are kept beside the one chosen.  Nothing is ever dated "today".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.dates import FoundDate, find_dates
from index.records import Evidence, How, Interval, Kind, Page, Properties

_PUBLISHED = re.compile(r"(?:\b|(?<=[a-z])(?=P))(?:report\s+)?(?:first\s+)?published(?:\s+(?:on|in|by\s+[A-Z][\w ]{2,40}(?:\s+on|\s+in)))?\s*:?\s*$", re.I)
_HELD = re.compile(r"\b(?:to be held|meeting|(?:panel|committee|cabinet|board)(?: report)?|dated)\s*(?:on|of|for|:)?\s*(?:the\s+)?$", re.I)
_SALUTATION = re.compile(r"^\s*dear\s+\S", re.I | re.M)
_ISSUE = re.compile(r"^[^\n]{0,80}?(?:newsletter|update|bulletin|edition|issue)[^\n]{0,20}$", re.I | re.M)
_INSPECTED = re.compile(
    r"(?:(?<!previous )inspection\s+dates?\s*:|date\s+of\s+inspection\s*:|(?:this\s+)?(?:inspection|visit)\s+took\s+place\s+(?:from|on|between)?|"
    r"(?:which|that)\s+took\s+place\s+(?:on|from|between|in)?|"
    r"(?:focused|monitoring|assurance)\s+(?:assurance\s+)?visit\s+(?:to|of)\s+[^.]{3,140}?\s(?:on|from|between|which took place on)\s+(?:the\s+)?|"
    r"carried\s+out\s+[^.]{0,120}?\b(?:in|on|between|from)\s+|"
    r"\bbetween\s+|inspectors\s+visited[^.]{0,80}?\b(?:in|on)\s+|inspection\s+(?:in|on)\s+|looked\s+at\s+the\s+services\s+between\s+)\s*$",
    re.I,
)
_FURTHEST = 220  # characters before a date in which its cue may stand
LETTERS = frozenset({Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT, Kind.JTAI, Kind.LETTER, Kind.AREA_SEND})


@dataclass(frozen=True, slots=True)
class Dated:
    """A period with the evidence for it."""

    interval: Interval
    evidence: Evidence


def published(
    kind: Kind, pages: Sequence[Page], properties: Properties, name_hint: str
) -> tuple[Dated | None, tuple[Evidence, ...]]:
    """The publication date and the evidence of dates that disagree with it; None where nothing dates the document."""
    candidates = [*_stated(kind, pages), *_hinted(properties, name_hint)]
    if not candidates:
        return None, ()
    chosen = candidates[0]
    others = [c.evidence for c in candidates[1:] if c.evidence.how in (How.STATED, How.FILE_NAME) and not _agree(c, chosen)]
    return chosen, tuple(others)


def inspected(kind: Kind, pages: Sequence[Page]) -> tuple[Dated | None, tuple[Evidence, ...]]:
    """The days of the inspection, visit or event, and the evidence of printed dates that disagree."""
    found = list(_inspections(pages[:1])) or list(_inspections(pages[:3]))
    if not found:
        return None, ()
    chosen = found[0]
    headers = [header for header in _running_dates(pages[1:]) if header.interval != chosen.interval] if kind is not Kind.PRESS else []
    return chosen, tuple(header.evidence for header in headers[:1])


def _agree(one: Dated, other: Dated) -> bool:
    return one.interval.start <= other.interval.end and other.interval.start <= one.interval.end


def _stated(kind: Kind, pages: Sequence[Page]) -> Iterator[Dated]:
    for page in pages[:2] if pages and pages[0].number else pages:
        for date in find_dates(page.text):
            if date.interval and _PUBLISHED.search(page.text[max(0, date.start - 60) : date.start]):
                yield _dated(date, How.STATED, page)
    if kind in LETTERS:
        yield from _letter_date(pages[:1])
    if kind is Kind.COMMITTEE_REPORT:
        yield from _after_cue(pages[:1], _HELD)
    if kind is Kind.NEWSLETTER:
        yield from _issue_date(pages[:1])


def _dated(date: FoundDate, how: How, page: Page) -> Dated:
    assert date.interval is not None
    return Dated(date.interval, Evidence(how, date.words, page.number))


def _letter_date(pages: Sequence[Page]) -> Iterator[Dated]:
    """The date above the salutation of a letter, alone on its line."""
    for page in pages:
        salutation = _SALUTATION.search(page.text)
        for date in find_dates(page.text[: salutation.start()] if salutation else ""):
            line = page.text[page.text.rfind("\n", 0, date.start) + 1 : date.start].strip()
            if date.interval and not line:
                yield _dated(date, How.STATED, page)
                return


def _after_cue(pages: Sequence[Page], cue: re.Pattern[str]) -> Iterator[Dated]:
    for page in pages:
        for date in find_dates(page.text):
            if date.interval and cue.search(page.text[max(0, date.start - 60) : date.start]):
                yield _dated(date, How.STATED, page)
                return


def _issue_date(pages: Sequence[Page]) -> Iterator[Dated]:
    """The month in a newsletter's own heading: "Update - February 2020"."""
    for page in pages:
        for line in _ISSUE.finditer(page.text[:600]):
            for date in find_dates(line.group()):
                if date.interval:
                    yield _dated(date, How.STATED, page)
                    return


def _hinted(properties: Properties, name_hint: str) -> Iterator[Dated]:
    if properties.published:
        day = properties.published
        yield Dated(Interval(day, day), Evidence(How.STATED, f"the file's own publication date, {day:%-d %B %Y}"))
    for date in find_dates(re.sub(r"[_,]+", " ", name_hint)):
        if date.interval:
            yield Dated(date.interval, Evidence(How.FILE_NAME, date.words))
    if properties.created:
        day = properties.created
        yield Dated(Interval(day, day), Evidence(How.INFERRED, f"the file was created on {day:%-d %B %Y}"))


def _inspections(pages: Sequence[Page]) -> Iterator[Dated]:
    for page in pages:
        for date in find_dates(page.text):
            before = page.text[max(0, date.start - _FURTHEST) : date.start]
            if date.interval and _INSPECTED.search(re.sub(r"\s+", " ", before)):
                yield _dated(date, How.STATED, page)


def _running_dates(pages: Sequence[Page]) -> Iterator[Dated]:
    """Inspection dates that the running header repeats: a date range alone on one of the first three lines."""
    for page in pages:
        for line in page.text.strip().split("\n")[:3]:
            for date in find_dates(line):
                alone = re.fullmatch(r"\W*\d{0,3}\W*", (line[: date.start] + line[date.end :]))
                if date.interval and date.interval.start != date.interval.end and alone:
                    yield _dated(date, How.STATED, page)
