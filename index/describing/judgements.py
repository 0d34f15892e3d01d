"""The graded judgements that an inspection report gives, in every framework, with the place where each is printed.

Reads the grade table of an ILACS report, the numbered table and the overall sentence of a SIF report, the headings
that repeat a grade, and the outcome of an area SEND inspection.  What others say of grades is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.records import Area, Judgement, Kind, Page, Span

_GRADE = re.compile(
    r"\b(?P<ri>requires?\s+improvement(?:\s+to\s+be\s+good)?)|(?P<in>inadequate)|(?P<out>outstanding)|(?P<ad>adequate)|(?P<nj>not\s+judged)|\b(?P<good>good)\b",
    re.I,
)
_NAMES = {
    "ri": "requires improvement",
    "in": "inadequate",
    "out": "outstanding",
    "ad": "adequate",
    "nj": "not judged",
    "good": "good",
}
_S = r"\s+"
_TABLE_AREAS: tuple[tuple[Area, str], ...] = (
    (Area.LEADERS, r"impact of leaders on social work practice(?: with children and families)?"),
    (Area.HELP_PROTECTION, r"(?:experiences and progress of )?children who need help and protection"),
    (Area.CARE_AND_CARE_LEAVERS, r"experiences and progress of children in care and care leavers"),
    (Area.IN_CARE, r"experiences and progress of children in care(?! and)"),
    (Area.CARE_LEAVERS, r"experiences and progress of care leavers"),
    (Area.LOOKED_AFTER, r"(?:experiences and progress of )?children looked after and achieving permanence"),
    (Area.ADOPTION, r"(?:graded judgement for )?adoption(?: performance)?(?! support)"),
    (Area.LEADERSHIP, r"leadership, management and governance"),
    (Area.OVERALL, r"overall effectiveness"),
)
_AREA = re.compile("|".join(f"(?P<{area.name}>{pattern.replace(' ', _S)})" for area, pattern in _TABLE_AREAS), re.I)
_TABLE_START = re.compile(
    r"judgements?\s+grade\b|1\.?\s+children\s+who\s+need\s+help\s+and\s+protection\s+(?=requires?|good|inadequate|outstanding)", re.I
)
_TABLE_LENGTH = 900  # characters: the longest table, of five wrapped rows, has some 420
_OVERALL_SENTENCE = re.compile(
    r"(?:overall\s+judge?ment\s+is\s+(?:that\s+)?(?:children['’]s\s+services\s+(?:are|is)?\s*)?(?:it\s+)?|"
    r"children['’]s\s+services\s+(?:in|for|at)\s+[^.]{2,80}?\s+(?:are\s+|is\s+)?|"
    r"overall\s+effectiveness(?:\s+of\s+[^.:]{0,80})?\s*(?:is|:)?\s+)(?=requires?\s+improvement|inadequate|outstanding|good\b|adequate)",
    re.I,
)
_LSCB = re.compile(
    r"(?:effectiveness\s+of\s+the\s+local\s+safeguarding\s+children\s+board\s*(?:\(LSCB\))?\s*(?:is\s+)?|"
    r"local\s+safeguarding\s+children\s+board\s*(?:\(LSCB\))?\s*(?:is\s+)?)(?=requires?\s+improvement|inadequate|outstanding|good\b)",
    re.I,
)
_HEADING = re.compile(
    rf"^\s*(?:the\s+)?(?:{_AREA.pattern})\s*(?:is|are|:|[–-])?\s*(?={_GRADE.pattern.replace('?P<', '?P<h_')})", re.I | re.M
)
_SEND = (
    (re.compile(r"lead\s+to\s+(inconsistent\s+experiences\s+and\s+outcomes)", re.I), "inconsistent experiences and outcomes"),
    (
        re.compile(r"(?:typically\s+lead\s+to\s+positive|lead\s+to\s+typically\s+positive)\s+experiences\s+and\s+outcomes", re.I),
        "typically positive experiences and outcomes",
    ),
    (re.compile(r"widespread\s+and/or\s+systemic\s+failings", re.I), "widespread and/or systemic failings"),
)
GRADED = frozenset({Kind.ILACS, Kind.SIF, Kind.SIF_REINSPECTION, Kind.LAC_2013})


def judgements(kind: Kind, pages: Sequence[Page]) -> tuple[Judgement, ...]:
    """The grades that a report of this kind gives, one for each area, in the order of the areas; () for letters."""
    if kind is Kind.AREA_SEND:
        return _send(pages)
    if kind not in GRADED:
        return ()
    found: dict[Area, Judgement] = {}
    for judgement in (*_table(pages), *_overall(pages), *_lscb(pages), *_headings(kind, pages)):
        found.setdefault(judgement.area, judgement)
    return tuple(found[area] for area in Area if area in found)


def normal_grade(match: re.Match[str]) -> str:
    """The grade's name in lower case, the same in all frameworks."""
    return next(name for group, name in _NAMES.items() if match.group(group))


def _table(pages: Sequence[Page]) -> Iterator[Judgement]:
    """Rows of the table of the first pages: each area takes the first grade printed after it."""
    for index, page in enumerate(pages[:2]):
        start = _TABLE_START.search(page.text)
        if start:
            yield from _rows(index, page.text, start.start(), start.start() + _TABLE_LENGTH)
            return


def _rows(index: int, text: str, start: int, end: int) -> Iterator[Judgement]:
    """Areas and the grades after them, until an area without a grade close by: there the table has ended."""
    areas = list(_AREA.finditer(text, start, end))
    for place, area in enumerate(areas):
        until = areas[place + 1].start() if place + 1 < len(areas) else min(end, area.end() + 60)
        grade = _GRADE.search(text, area.end(), until)
        if grade is None or grade.start() - area.end() > 60:
            return
        assert area.lastgroup is not None
        yield Judgement(Area[area.lastgroup], normal_grade(grade), Span(index, area.start(), grade.end()))


def _first(pattern: re.Pattern[str], area: Area, pages: Sequence[Page], most: int) -> Iterator[Judgement]:
    for index, page in enumerate(pages[:most]):
        sentence = pattern.search(page.text)
        grade = _GRADE.match(page.text, sentence.end()) if sentence else None
        if sentence and grade:
            yield Judgement(area, normal_grade(grade), Span(index, sentence.start(), grade.end()))
            return


def _overall(pages: Sequence[Page]) -> Iterator[Judgement]:
    return _first(_OVERALL_SENTENCE, Area.OVERALL, pages, 2)


def _lscb(pages: Sequence[Page]) -> Iterator[Judgement]:
    return _first(_LSCB, Area.LSCB, pages, len(pages))


def _headings(kind: Kind, pages: Sequence[Page]) -> Iterator[Judgement]:
    """Grades that the chapter headings repeat: "The experiences and progress of children in care: good"."""
    if kind is Kind.LAC_2013:
        return
    for index, page in enumerate(pages):
        for heading in _HEADING.finditer(page.text):
            grade = _GRADE.match(page.text, heading.end())
            area = next((name for name in Area.__members__ if name in heading.groupdict() and heading.group(name)), None)
            if grade and area and area != Area.OVERALL.name:
                yield Judgement(Area[area], normal_grade(grade), Span(index, heading.start(), grade.end()))


def _send(pages: Sequence[Page]) -> tuple[Judgement, ...]:
    for index, page in enumerate(pages[:2]):
        for pattern, outcome in _SEND:
            match = pattern.search(page.text)
            if match:
                return (Judgement(Area.SEND_OUTCOME, outcome, Span(index, match.start(), match.end())),)
    return ()
