"""Questions about judgements, answered from the table of grades: one grade, who has a grade, a change, a history.

A sentence with the grade, or with how many have it, comes first; each grade is cited to where its report prints it.
How a grade is worded and drawn is `grade_lines`; whole timelines are `timeline`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answers.drafts import Draft, Line
from assistant.answers.grade_lines import (
    GRADE,
    INSPECTED,
    NONE_GIVEN,
    PUBLISHED,
    REPORT,
    about_words,
    area_words,
    capital,
    change,
    drawn,
    judged_quote,
    judged_row,
    sentence,
    stated,
    when_words,
    without_overall,
)
from assistant.answers.timeline import compared, history
from assistant.fitting import by_publication, in_words
from assistant.interpret.periods import Rank, Relation
from assistant.records import Intent, Missing, Reading, Selection
from assistant.timeline import Occasion, find
from assistant.words import about, join_words
from index.catalogue import Catalogue, StoredDocument
from index.records import Area, Kind
from index.voices import INSPECTORATES

_YES_OR_NO = re.compile(r"\W*(?:(?:and|so|ok|but)\s+)*(?:is|are|was|were|has|have|had|did|does|do)\b", re.I)


def graded(reading: Reading, selection: Selection, catalogue: Catalogue) -> Draft | Missing | None:
    """The draft of an answer from the table of grades; None where no chosen document has grades at all."""
    send = reading.areas[:1] == (Area.SEND_OUTCOME,)
    reports = [d for d in selection.documents if d.description.judgements]
    of_kind = sorted((d for d in reports if (d.description.kind is Kind.AREA_SEND) is send), key=by_publication)
    only_send = not of_kind and not send and not reading.areas
    reports = sorted(reports, key=by_publication) if only_send else of_kind
    if not reports:
        return _no_grades(reading, selection, send)
    areas = (Area.SEND_OUTCOME,) if only_send else reading.areas or (Area.OVERALL,)
    several = len({d.description.authorities for d in reports}) > 1  # side by side, not one after another
    if not (reading.areas or reading.grades or only_send) and not several:
        if reading.intent is Intent.HISTORY:
            return history(reading, reports)
        if reading.intent is Intent.CHANGE and len(reports) > 1:
            return compared(reading, reports, catalogue)
    if reading.intent is Intent.HISTORY:
        lines = _history(reading, reports, areas)
        return drawn(lines, "Judgements over time", (GRADE, REPORT, PUBLISHED, INSPECTED))
    told_from = len(reading.time.periods) > 1 or reading.time.rank is not Rank.NONE  # what changed, of each
    if reading.intent is Intent.CHANGE and (told_from or not several):
        lines = (
            line for one in _in_order(reading, reports) for line in _change(reading, _those_of(reports, one), areas)
        )
        return drawn(lines, "Judgements compared")
    return _points(reading, reports, areas, selection)


def _no_grades(reading: Reading, selection: Selection, send: bool) -> Missing | None:
    """Why the documents of an inspectorate hold no such grade; None where others may report one."""
    own = [d for d in selection.documents if d.description.publisher in INSPECTORATES]
    if not own or len(own) < len(selection.documents):
        return None
    if send:
        return Missing("kind", f"No area SEND inspection{about(reading.authorities, 'of')} is held for this.")
    kinds = join_words([d.description.kind.value for d in own])
    return Missing("grade", f"What is held{about(reading.authorities, 'of')} for this ({kinds}) gives no grades.")


def _points(
    reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area], selection: Selection
) -> Draft | Missing:
    """The grade of each report that the period leaves, or of the one that is current, previous or first."""
    chosen = [
        (report, series)
        for authorities in _in_order(reading, reports)
        for series in [sorted((d for d in selection.series if _of(d, authorities)), key=by_publication)]
        for report in _chosen(reading, _those_of(reports, authorities), areas)
    ]
    if _asks_which(reading):
        lines = list(_which(reading, chosen, areas))
    else:
        lines = [line for report, series in chosen for line in _told(reading, report, series, areas, len(chosen))]
    return drawn(lines, "Judgements") if lines else _none(reading, reports, areas)


def _those_of(reports: Sequence[StoredDocument], authorities: tuple[str, ...]) -> list[StoredDocument]:
    return [d for d in reports if _of(d, authorities)]


def _of(document: StoredDocument, authorities: tuple[str, ...]) -> bool:
    return document.description.authorities == authorities


def _in_order(reading: Reading, reports: Sequence[StoredDocument]) -> list[tuple[str, ...]]:
    """The authorities of the reports: in the order in which they were asked for, else by name."""
    asked = list(reading.authorities)
    return sorted(
        {d.description.authorities for d in reports},
        key=lambda names: (min((asked.index(n) for n in names if n in asked), default=len(asked)), names),
    )


def _none(reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Missing:
    """Why none of the reports gives what is asked."""
    held_of = about(reading.authorities, "of")
    if reading.time.rank is Rank.PREVIOUS:
        return Missing("period", f"Only one report with this judgement is held{held_of}, so there is none before it.")
    if reading.grades:
        grades = join_words(reading.grades, "or")
        return Missing("grade", f"None of the {len(reports)} reports found was judged {grades}{held_of}.")
    named = join_words([area_words(area) for area in areas], "or")
    return Missing("area", f"The reports found{held_of} give no grade for {named}.")


def _asks_which(reading: Reading) -> bool:
    """Whether it is asked who has a grade, or when it was first given, instead of what somebody's grade is."""
    return bool(reading.grades) and (not reading.authorities or reading.time.rank is Rank.FIRST)


def _stated_period(reading: Reading) -> bool:
    return any(p.relation is not Relation.AS_OF for p in reading.time.periods)


def _chosen(reading: Reading, series: Sequence[StoredDocument], areas: Sequence[Area]) -> Sequence[StoredDocument]:
    """Those of one authority's reports, oldest first, that are asked for."""
    rank, stated_period, asks_which = reading.time.rank, _stated_period(reading), _asks_which(reading)
    if asks_which:
        latest = series if stated_period or rank is Rank.FIRST else [d for d in series if find(d, areas)][-1:]
        series = [d for d in latest if (given := find(d, areas)) and given.grade in reading.grades]
    elif areas[0] is not Area.OVERALL:  # a report without the area says nothing about it; the one before may
        series = [d for d in series if find(d, areas)]
    if rank is Rank.FIRST:
        return series[:1]
    if rank is Rank.PREVIOUS:
        return series[-2:-1]
    return series if (stated_period or asks_which) and rank is Rank.NONE else series[-1:]


def _told(
    reading: Reading, report: StoredDocument, series: Sequence[StoredDocument], areas: Sequence[Area], reports: int
) -> Iterator[Line]:
    """What one report gives: all its grades, or the one asked for, in a sentence where it is the only report."""
    if reading.every_area:
        yield from (stated(report, judgement) for judgement in report.description.judgements)
        return
    judgement = find(report, areas)
    if judgement is None:
        yield from _without_overall(report, series, areas)
    elif reports > 1:
        yield stated(report, judgement)
    else:
        line = sentence(report, judgement, now=not _stated_period(reading) and _latest(reading.time.rank))
        if reading.grades and _YES_OR_NO.match(reading.question):
            line = replace(line, before=f"{'Yes' if judgement.grade in reading.grades else 'No'}: {line.before}")
        yield line


def _latest(rank: Rank) -> bool:
    return rank in (Rank.NONE, Rank.LATEST)


def _which(
    reading: Reading, chosen: Sequence[tuple[StoredDocument, Sequence[StoredDocument]]], areas: Sequence[Area]
) -> Iterator[Line]:
    """How many have the grade and who, then each with its report, by name."""
    given = [(report, judgement, series) for report, series in chosen if (judgement := find(report, areas))]
    names = list(dict.fromkeys(about_words(report) for report, _, _ in given))
    if not names:
        return
    asked = join_words(reading.grades, "or")
    then = f" {join_words([in_words(p) for p in reading.time.periods])}" if _stated_period(reading) else ""
    by = "" if then else ", by the latest report that grades it"
    one = len(names) == 1
    verb = ("was" if one else "were") if then else ("is" if one else "are")
    told = f"{len(names)} {'authority' if one else 'authorities'} held here {verb} judged {asked} for"
    yield Line(
        f"{told} {area_words(given[0][1].area)}{then}{by}: {join_words(names)}.",
        cited=tuple(judged_quote(report, judgement) for report, judgement, _ in given),
        whole=True,
    )
    for report, judgement, series in given:
        line = stated(report, judgement)
        later = [d for d in series if Occasion(d).without_overall and by_publication(d) > by_publication(report)]
        if not then and later and areas[0] is Area.OVERALL:
            line = replace(line, before=f"{line.before} The report since, {when_words(later[-1])}, gives none.")
        yield replace(line, before=f"• {line.before}")


def _without_overall(report: StoredDocument, series: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    """That a report gives no overall grade, the last one given before, and the grades that it does give."""
    if areas[0] is not Area.OVERALL:
        return
    yield without_overall(report, series)
    for other in report.description.judgements:
        yield stated(report, other)


def _change(reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    """The first and the last grade of the span asked about, and whether they rose, fell or stayed the same."""
    with_grade = [(report, judgement) for report in reports if (judgement := find(report, areas))]
    if not with_grade:
        return
    since = [d for d in reports if by_publication(d) > by_publication(with_grade[-1][0])]
    if areas[0] is Area.OVERALL and since:  # an old pair of grades alone would pass for the present state
        yield without_overall(since[-1], reports)
    if len(with_grade) == 1:
        yield stated(*with_grade[0])
        yield Line("Only one report with this judgement is held for the time asked about, so nothing can be compared.")
        return
    limited = bool(reading.time.periods)
    (first, old), (last, new) = (with_grade[0] if limited else with_grade[-2]), with_grade[-1]
    yield change(first, old, last, new, place=len(with_grade))
    for place, (report, judgement) in enumerate(with_grade[1:-1] if limited else (), start=1):
        text = f"In between: {judgement.grade} ({when_words(report)})."
        yield Line(text, cited=(judged_quote(report, judgement),), rows=(judged_row(report, judgement, place=place),))


def _history(reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    for authorities in _in_order(reading, reports):
        series = [d for d in reports if d.description.authorities == authorities]
        if reading.grades:
            yield _how_often(reading, series, areas)
        yield Line(f"{capital(area_words(areas[0]))}, {join_words(authorities)}, over time:", heading=True)
        for report in series:
            judgement = find(report, areas)
            if judgement and (not reading.grades or judgement.grade in reading.grades):
                text = f"• {judgement.grade} – {report.description.kind.value}, {when_words(report)}"
                yield Line(text, cited=(judged_quote(report, judgement),), rows=(judged_row(report, judgement),))
            elif areas[0] is Area.OVERALL and not judgement and not reading.grades:
                text = f"• {NONE_GIVEN} – {report.description.kind.value}, {when_words(report)}"
                first = report.description.judgements[0]
                yield Line(text, cited=(judged_quote(report, first),), rows=(judged_row(report, None),))


def _how_often(reading: Reading, series: Sequence[StoredDocument], areas: Sequence[Area]) -> Line:
    """How many of one authority's reports gave the grades asked about; all that grade the area bear it out."""
    given = [(d, judgement) for d in series if (judgement := find(d, areas))]
    times = sum(judgement.grade in reading.grades for _, judgement in given)
    often = {0: "Never", 1: "Once", 2: "Twice"}.get(times, f"{times} times")
    reports = "report" if len(given) == 1 else "reports"
    return Line(
        f"{often} judged {join_words(reading.grades, 'or')} for {area_words(areas[0])}, by the {len(given)} {reports} "
        f"held here that grade it{about(series[0].description.authorities, 'for')}.",
        cited=tuple(judged_quote(*pair) for pair in given),
        whole=True,
    )
