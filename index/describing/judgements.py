"""The graded judgements that an inspection report gives, in every framework, with the place where each is printed.

Reads the grade table of an ILACS report, the numbered table and the overall sentence of a SIF report, the headings
that repeat a grade, and the outcome of an area SEND inspection.  What others say of grades is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.records import Area, Judgement, Kind, Page, Span

_GRADES = {
    "requires improvement": r"\brequires?\s+improvement(?:\s+to\s+be\s+good)?",
    "inadequate": r"\binadequate",
    "outstanding": r"\boutstanding",
    "adequate": r"\badequate",
    "not judged": r"\bnot\s+judged",
    "good": r"\bgood\b",
}
_ANY = "|".join(_GRADES.values())
_GRADE = re.compile(_ANY, re.I)
_SPACE = r"\s+"
# Between two words of an area's name: a line break and, where its cell is wrapped, perhaps the grade of its row.
_GAP = rf"\s+(?:(?:{_ANY})\s+)?"
_AREAS: tuple[tuple[Area, str], ...] = (
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


def _any_area(gap: str) -> str:
    return "|".join(f"(?P<{area.name}>{pattern.replace(' ', gap)})" for area, pattern in _AREAS)


_AREA = re.compile(_any_area(_GAP), re.I)
_TABLE_START = re.compile(
    r"judge?ments?\s+grades?\b|"
    r"1\.?\s+children\s+who\s+need\s+help\s+and\s+protection\s+(?=requires?|good|inadequate|outstanding)",
    re.I,
)
_TABLE_LENGTH = 900  # characters: the longest table, of five wrapped rows, has some 420
_FAR = 60  # characters between an area and its grade, at most
# Only of a report that gives its overall grade in a sentence; "were" and "was" speak of an earlier inspection.
_OVERALL_SENTENCE = re.compile(
    r"(?:overall\s+judge?ment\s+is\s+(?:that\s+)?(?:children['’]s\s+services\s+(?:are|is)?\s*)?(?:it\s+)?|"
    r"children['’]s\s+services\s+(?:in|for|at)\s+(?:(?!\b(?:were|was|judged|previous)\b)[^.]|(?<=St)\.){2,80}?\s+"
    r"(?:are\s+|is\s+)?|"
    r"overall\s+effectiveness(?:\s+of\s+[^.:]{0,80})?\s*(?:is|:)?\s+(?:judged\s+to\s+be\s+)?)"
    rf"(?={_ANY})",
    re.I,
)
_LSCB = re.compile(
    r"(?:effectiveness\s+of\s+the\s+)?local\s+safeguarding\s+children\s+board\s*(?:\(LSCB\))?\s*(?:is\s+)?"
    r"(?=requires?\s+improvement|inadequate|outstanding|good\b)",
    re.I,
)
_HEADING = re.compile(
    rf"^\s*(?:the\s+)?(?:{_any_area(_SPACE)})\s*(?:is|are|:|[–-])?\s*(?={_ANY})",
    re.I | re.M,
)
_OUTCOMES = {
    "inconsistent experiences and outcomes": r"lead\s+to\s+inconsistent\s+experiences\s+and\s+outcomes",
    "typically positive experiences and outcomes": (
        r"(?:typically\s+lead\s+to\s+positive|lead\s+to\s+typically\s+positive)\s+experiences\s+and\s+outcomes"
    ),
    "widespread and/or systemic failings": r"widespread\s+and/or\s+systemic\s+failings",
}
_NUMBERED = frozenset({Kind.SIF, Kind.SIF_REINSPECTION})
GRADED = _NUMBERED | {Kind.ILACS, Kind.LAC_2013}


def judgements(kind: Kind, pages: Sequence[Page]) -> tuple[Judgement, ...]:
    """The grades that a report of this kind gives, one for each area, in the order of the areas; () for letters."""
    if kind is Kind.AREA_SEND:
        return _send(pages)
    if kind not in GRADED:
        return ()
    found: dict[Area, Judgement] = {}
    for judgement in (*_table(pages), *_in_sentences(kind, pages), *_headings(kind, pages)):
        found.setdefault(judgement.area, judgement)
    return tuple(found[area] for area in Area if area in found)


def _grade(match: re.Match[str]) -> str:
    """The grade's name in lower case, the same in all frameworks."""
    return next(name for name, pattern in _GRADES.items() if re.fullmatch(pattern, match[0], re.I))


def _table(pages: Sequence[Page]) -> Iterator[Judgement]:
    """Rows of the table of the first pages: each area takes the first grade printed in it or after it."""
    for index, page in enumerate(pages[:2]):
        start = _TABLE_START.search(page.text)
        if start:
            yield from _rows(index, page.text, start.start(), start.start() + _TABLE_LENGTH)
            return


def _rows(index: int, text: str, start: int, end: int) -> Iterator[Judgement]:
    """Areas and their grades, until an area without a grade close by: there the table has ended."""
    areas = list(_AREA.finditer(text, start, end))
    ends = [*(area.start() for area in areas[1:]), end]
    for area, until in zip(areas, ends, strict=True):
        grade = _GRADE.search(text, area.start(), min(until, area.end() + _FAR))
        if grade is None:
            return
        yield Judgement(_area(area), _grade(grade), Span(index, area.start(), max(area.end(), grade.end())))


def _area(match: re.Match[str]) -> Area:
    return next(Area[name] for name, words in match.groupdict().items() if words)


def _in_sentences(kind: Kind, pages: Sequence[Page]) -> Iterator[Judgement]:
    """The overall grade, where the framework gives it in a sentence, and that of the safeguarding board."""
    if kind is not Kind.ILACS:
        yield from _first(_OVERALL_SENTENCE, Area.OVERALL, pages[:2])
    if kind in _NUMBERED:
        yield from _first(_LSCB, Area.LSCB, pages)


def _first(pattern: re.Pattern[str], area: Area, pages: Sequence[Page]) -> Iterator[Judgement]:
    for index, page in enumerate(pages):
        sentence = pattern.search(page.text)
        grade = _GRADE.match(page.text, sentence.end()) if sentence else None
        if sentence and grade:
            yield Judgement(area, _grade(grade), Span(index, sentence.start(), grade.end()))
            return


def _headings(kind: Kind, pages: Sequence[Page]) -> Iterator[Judgement]:
    """Grades that the chapter headings repeat: "The experiences and progress of children in care: good"."""
    if kind is Kind.LAC_2013:
        return
    for index, page in enumerate(pages):
        for heading in _HEADING.finditer(page.text):
            grade = _GRADE.match(page.text, heading.end())
            if grade and _area(heading) is not Area.OVERALL:
                yield Judgement(_area(heading), _grade(grade), Span(index, heading.start(), grade.end()))


def _send(pages: Sequence[Page]) -> tuple[Judgement, ...]:
    """The outcome; letters of before 2023 give none, but may require a written statement of action."""
    for index, page in enumerate(pages[:2]):
        for outcome, pattern in _OUTCOMES.items():
            match = re.search(pattern, page.text, re.I)
            if match:
                return (Judgement(Area.SEND_OUTCOME, outcome, Span(index, match.start(), match.end())),)
    return ()
