"""Why a grade was given: the grade first, cited, then what the report that gave it says for it.

The report is the latest that gave one of the grades asked about, or those of the period; a question whose premise
does not hold is told the grade that was given.  What a report finds good or bad on the whole is told the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answers.brevity import BRIEF, parted
from assistant.answers.drafts import Draft, Line
from assistant.answers.grade_lines import about_words, area_words, judged_quote, sentence, when_words, without_overall
from assistant.answers.said import document_words, quoted_line
from assistant.answers.sentences import Told, own_sentences
from assistant.fitting import by_publication
from assistant.interpret.slots import FULL
from assistant.leaning import leaning_sign
from assistant.quotes import pieces
from assistant.records import Leaning, Missing, Reading, Selection
from assistant.timeline import Occasion, find
from assistant.words import join_words
from index.catalogue import Catalogue, StoredDocument
from index.records import Area, Judgement, Kind, Part

# What was found before is no reason of the grade that is asked about.
_PAST = re.compile(
    r"\b(?:last inspected|(?:was|were) (?:also )?judged|previous (?:\w+ )?(?:inspection|judgement))\b", re.I
)
_DENIED = re.compile(r"\bnot\b|\bnever\b|n['’]t\b", re.I)
_COMMON = frozenset({"the", "and", "of", "who", "with", "on", "experiences", "progress", "children"})
OVERVIEW = 4  # sentences of the summary
OPENING = 2  # sentences of each area
REPORTS = 2  # reports of a period, at most

Graded = tuple[StoredDocument, Judgement]


def reasons(
    reading: Reading, selection: Selection, catalogue: Catalogue, words: float = BRIEF
) -> Draft | Missing | None:
    """The draft; None where no chosen document has grades, so that others' words may say why."""
    if not reading.authorities:
        return Missing("authority", "The question asks for the reasons of a grade but names no authority; name one.")
    areas = reading.areas or (Area.OVERALL,)
    given = [
        (report, judgement)
        for report in sorted(selection.documents, key=by_publication)
        if (report.description.kind is Kind.AREA_SEND) is (areas[0] is Area.SEND_OUTCOME)
        and (judgement := find(report, areas))
    ]
    if not given:
        return None
    if _DENIED.search(reading.question) and given[-1][1].grade not in reading.grades:  # "why isn't it outstanding?"
        reading = replace(reading, grades=(given[-1][1].grade,), leaning=Leaning.CRITICISM)
    meant = [one for one in given if one[1].grade in reading.grades]
    if not meant:
        return _no_such_grade(reading, given, areas)
    chosen = meant[-REPORTS:] if reading.time.periods else meant[-1:]
    since = [] if reading.time.periods else list(_since(chosen[-1], given, selection))
    now = not since and not reading.time.periods
    lines = [line for one in chosen for line in _lines(reading, *one, catalogue, now=now)]
    lines[1:1] = since
    short, more = parted(lines, words)
    return Draft(short, more=more)


def _no_such_grade(reading: Reading, given: Sequence[Graded], areas: Sequence[Area]) -> Draft:
    """That the grade asked about was not given, and which was."""
    asked = join_words(reading.grades, "or")
    where = "the reports of that time" if reading.time.periods else "the reports held"
    named = about_words(given[-1][0])
    told = f"None of {where} judged {named} {asked} for {area_words(areas[0])}."
    shown = given if reading.time.periods else given[-1:]
    return Draft((Line(told), *(sentence(*one, now=False) for one in shown)))


def _since(meant: Graded, given: Sequence[Graded], selection: Selection) -> Iterator[Line]:
    """That the grade is not the latest where another, or a report without one, came after it."""
    last, judgement = given[-1]
    after = sorted((d for d in selection.documents if by_publication(d) > by_publication(last)), key=by_publication)
    silent = [d for d in after if Occasion(d).without_overall]
    if silent and judgement.area is Area.OVERALL:
        yield without_overall(silent[-1], [d for d, _ in given])
    elif last is not meant[0]:
        text = f"(The latest grade is {judgement.grade}, {when_words(last)}.)"
        yield Line(text, cited=(judged_quote(last, judgement),))


def _lines(
    reading: Reading, report: StoredDocument, judgement: Judgement, catalogue: Catalogue, *, now: bool
) -> Iterator[Line]:
    """The grade, which is the one that holds `now` or was given then, and its reasons."""
    yield sentence(report, judgement, now=now)
    yield Line(document_words(report), heading=True)
    for one in _reasons(list(own_sentences(report, catalogue)), reading, report, judgement):
        yield quoted_line(report, one.passage, one.sentence)


def _reasons(told: Sequence[Told], reading: Reading, report: StoredDocument, judgement: Judgement) -> list[Told]:
    """The sentences of the overview that lean the way of the grade, then the first such of the areas that got it."""
    overview, parts = _leaning(told, reading)
    graded: list[Area] = [j.area for j in report.description.judgements if j.grade in reading.grades]
    areas = graded if judgement.area is Area.OVERALL else [judgement.area]
    if judgement.area is not Area.OVERALL:
        overview = []
    wanted = [found for heading, found in parts.items() if any(_heads(heading, area) for area in areas)]
    each = OPENING if overview else OVERVIEW
    opening = [one for found in wanted or list(parts.values()) for one in found[:each]]
    return [*overview[:OVERVIEW], *opening] or list(told[:OVERVIEW])


def _leaning(told: Sequence[Told], reading: Reading) -> tuple[list[Told], dict[str, list[Told]]]:
    """The sentences that lean the way asked about: those of the overview, and those of each part by its heading."""
    leaning = [one for one in told if leaning_sign(reading.leaning, one.text, one.passage.part) > 0]
    leaning = [one for one in leaning if not _PAST.search(one.text)]
    summed_up = any(one.passage.part is Part.SUMMARY for one in told)
    overview = [one for one in leaning if (one.passage.part is Part.SUMMARY if summed_up else not one.passage.headings)]
    parts: dict[str, list[Told]] = {}
    for one in leaning:
        if one.passage.part is Part.FINDING and one.passage.headings:
            parts.setdefault(one.passage.headings[0], []).append(one)
    return overview, parts


def one_sided(reading: Reading, selection: Selection, catalogue: Catalogue, words: float = BRIEF) -> Draft | None:
    """What the reports chosen find good, or bad, on the whole: the overview first, then each part; None: nothing."""
    lines: list[Line] = []
    full = [d for d in selection.documents if d.description.kind in FULL]
    for report in sorted(full or selection.documents, key=by_publication)[-REPORTS:]:
        overview, parts = _leaning(list(own_sentences(report, catalogue)), reading)
        found = [*overview[:OVERVIEW], *(one for part in parts.values() for one in part[:OPENING])]
        if found:
            lines.append(Line(document_words(report), heading=True))
        lines += [Line("•", tuple(pieces(report, one.sentence, one.passage))) for one in found]
    short, more = parted(lines, words)
    return Draft(short, more=more) if lines else None


def _heads(heading: str, area: Area) -> bool:
    """Whether a part of a report is the one on an area of judgement."""
    words = set(area.value.lower().split()) - _COMMON
    return len(words & set(re.findall(r"[a-z]+", heading.lower()))) * 2 > len(words)
