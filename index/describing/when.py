"""When a document was published, and when what it reports took place.

A date printed as the date of publication wins over the file's name, and that over the file's creation date, which
is only an inference.  Dates that disagree are kept beside the one chosen.  Nothing is ever dated "today".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.dates import FoundDate, find_dates
from index.records import Evidence, How, Interval, Kind, Page, Properties

_PUBLISHED = re.compile(
    r"(?:\b|(?<=[a-z])(?=P))(?<!last )(?<!previous )(?<!was )(?<!were )(?:report\s+)?(?:first\s+)?published"
    r"(?:\s+(?:on|in|by\s+[A-Z][\w ]{2,40}(?:\s+on|\s+in)))?\s*:?\s*$",
    re.I,
)
_HELD = re.compile(
    r"\b(?:to be held|meeting|(?:panel|committee|cabinet|board)(?: report)?|dated?)\s*(?:on|of|for|:)?\s*(?:the\s+)?$",
    re.I,
)
_PROBATION_COVER = re.compile(r"\binspectorate of probation[,\s]+$", re.I)
_SALUTATION = re.compile(r"^\s*dear\s+\S", re.I | re.M)
_ISSUE = re.compile(r"^[^\n]{0,80}?(?:newsletter|update|bulletin|edition|issue)[^\n]{0,20}$", re.I | re.M)
# What stands before the days of an inspection, likeliest first: a label, a sentence about this visit, a bare word.
_CUES = tuple(
    re.compile(rf"(?:{cue})\s*$", re.I)
    for cue in (
        r"(?<!previous )inspection\s+dates?\s*:|dates?\s+of\s+(?:this\s+)?inspection\s*:",
        r"(?:this\s+)?(?:inspection|visit)\s+took\s+place\s+(?:from|on|between)?|"
        r"(?:which|that)\s+took\s+place\s+(?:on|from|between|in)?|"
        r"(?:focused|monitoring|assurance)\s+(?:assurance\s+)?visit\s+(?:to|of)\s+[^.]{3,140}?\s"
        r"(?:on|from|between|which took place on)\s+(?:the\s+)?|"
        r"carried\s+out\s+[^.]{0,120}?\b(?:in|on|between|from)\s+|"
        r"inspectors\s+visited[^.]{0,80}?\b(?:in|on)\s+|inspection\s+(?:in|on|between)\s+|"
        r"looked\s+at\s+the\s+services\s+between\s+|"
        r"\b(?:fieldwork|on-?site)[^.]{0,60}?\b(?:between|from|on|in)\s+",
        r"\bbetween\s+",
    )
)
_BARE = 2  # the place of the bare word among the cues
_FURTHEST = 220  # characters before a date in which its cue may stand
LETTERS = frozenset({Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT, Kind.JTAI, Kind.LETTER, Kind.AREA_SEND})
_OTHERS_WORDS = frozenset({Kind.COMMITTEE_REPORT, Kind.NEWSLETTER, Kind.NEWS_ITEM, Kind.PRESS, Kind.OTHER, Kind.LETTER})


@dataclass(frozen=True, slots=True)
class Dated:
    """A period with the evidence for it."""

    interval: Interval
    evidence: Evidence


def published(
    kind: Kind, pages: Sequence[Page], properties: Properties, name_hint: str, period: Interval | None
) -> tuple[Dated | None, tuple[Evidence, ...]]:
    """The publication date and the evidence of dates that disagree with it; None where nothing dates the document.

    An inspectorate does not publish a report before the inspection: such a date, of `period`, is another report's.
    """
    candidates = [*_stated(kind, pages), *_hinted(properties, name_hint)]
    if period and kind not in _OTHERS_WORDS:
        candidates = [date for date in candidates if date.interval.end >= period.start]
    if not candidates:
        return None, ()
    chosen = candidates[0]
    firm = (date for date in candidates[1:] if date.evidence.how in (How.STATED, How.FILE_NAME))
    others = dict.fromkeys(date.evidence for date in firm if not _agree(date, chosen))
    return chosen, tuple(others)


def inspected(kind: Kind, pages: Sequence[Page]) -> tuple[Dated | None, tuple[Evidence, ...]]:
    """The days of the inspection, visit or event, and the evidence of a running header that states others."""
    chosen = _inspection(kind, pages[:1]) or _inspection(kind, pages[:3])
    if chosen is None or kind in _OTHERS_WORDS:
        return chosen, ()
    header = next((header for header in _running_dates(pages[1:]) if header.interval != chosen.interval), None)
    return chosen, (header.evidence,) if header else ()


def _agree(one: Dated, other: Dated) -> bool:
    return one.interval.start <= other.interval.end and other.interval.start <= one.interval.end


def _stated(kind: Kind, pages: Sequence[Page]) -> Iterator[Dated]:
    yield from _after_cue(pages[:2] if pages and pages[0].number else pages, _PUBLISHED)
    if kind in LETTERS:
        yield from _letter_date(pages[:1])
    if kind is Kind.YOUTH_JUSTICE:
        yield from islice(_after_cue(pages[:1], _PROBATION_COVER), 1)
    if kind is Kind.COMMITTEE_REPORT:
        yield from islice(_after_cue(pages[:1], _HELD), 1)
    if kind is Kind.NEWSLETTER:
        yield from islice(_issue_date(pages[:1]), 1)


def _dated(date: FoundDate, page: Page) -> Iterator[Dated]:
    """The date as printed; nothing where it states no year."""
    if date.interval:
        yield Dated(date.interval, Evidence(How.STATED, date.words, page.number))


def _letter_date(pages: Sequence[Page]) -> Iterator[Dated]:
    """The date above the salutation of a letter, alone on its line."""
    for page in pages:
        salutation = _SALUTATION.search(page.text)
        for date in find_dates(page.text[: salutation.start()] if salutation else ""):
            line = page.text[page.text.rfind("\n", 0, date.start) + 1 : date.start].strip()
            if date.interval and not line:
                yield from _dated(date, page)
                return


def _after_cue(pages: Sequence[Page], cue: re.Pattern[str]) -> Iterator[Dated]:
    for page in pages:
        for date in find_dates(page.text):
            if cue.search(page.text[max(0, date.start - 60) : date.start]):
                yield from _dated(date, page)


def _issue_date(pages: Sequence[Page]) -> Iterator[Dated]:
    """The month in a newsletter's own heading: "Update - February 2020"."""
    for page in pages:
        for line in _ISSUE.finditer(page.text[:600]):
            for date in find_dates(line.group()):
                yield from _dated(date, page)


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


def _inspection(kind: Kind, pages: Sequence[Page]) -> Dated | None:
    """The date with the likeliest cue; in the words of others a bare "between" says nothing of an inspection."""
    best: tuple[int, Dated] | None = None
    for page in pages:
        for date in find_dates(page.text):
            before = re.sub(r"\s+", " ", page.text[max(0, date.start - _FURTHEST) : date.start])
            rank = next((rank for rank, cue in enumerate(_CUES) if cue.search(before)), None)
            if rank is None or (rank == _BARE and kind in _OTHERS_WORDS) or (best and best[0] <= rank):
                continue
            for dated in _dated(date, page):
                best = (rank, dated)
    return best[1] if best else None


def _running_dates(pages: Sequence[Page]) -> Iterator[Dated]:
    """Inspection dates that the running header repeats: days alone on one of the first three lines of two pages."""
    found = [dated for page in pages for line in page.text.strip().split("\n")[:3] for dated in _alone(line, page)]
    often = Counter(dated.interval for dated in found)
    return (dated for dated in found if often[dated.interval] >= min(2, len(pages)))


def _alone(line: str, page: Page) -> Iterator[Dated]:
    """The range of days that is all that a line says, a page number apart."""
    for date in find_dates(line):
        rest = line[: date.start] + line[date.end :]
        if date.words[0].isdigit() and date.first != date.last and re.fullmatch(r"\W*\d{0,3}\W*", rest):
            yield from _dated(date, page)
