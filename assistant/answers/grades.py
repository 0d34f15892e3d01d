"""Questions about judgements, answered from the table of grades: one grade, a change, or the whole history.

The grade comes first, then the area, the report and its dates; each is cited to the place where the report prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from assistant.answers.drafts import Draft, Line, Row
from assistant.fitting import by_publication
from assistant.interpret.periods import Rank, Relation
from assistant.quotes import Quote
from assistant.records import Intent, Missing, Reading, Selection
from assistant.words import about, join_words, period_words
from index.catalogue import StoredDocument
from index.records import Area, Judgement, Kind
from index.voices import INSPECTORATES

ORDER = ("inadequate", "requires improvement", "good", "outstanding")
NO_OVERALL = date(2026, 6, 17)  # reports published from this day on carry no overall grade (Ofsted's ILACS framework)
NONE_GIVEN = "no overall judgement given"
AUTHORITY, AREA, GRADE, REPORT, PUBLISHED, INSPECTED = (
    "Authority", "Area", "Judgement", "Report", "Published", "Inspected",
)  # fmt: skip
COLUMNS = (AUTHORITY, AREA, GRADE, REPORT, PUBLISHED, INSPECTED)
AREA_WORDS = {Area.OVERALL: "overall effectiveness", Area.SEND_OUTCOME: "area SEND inspection outcome"}


def graded(reading: Reading, selection: Selection) -> Draft | Missing | None:
    """The draft of an answer from the table of grades; None where no chosen document has grades at all."""
    send = reading.areas[:1] == (Area.SEND_OUTCOME,)
    reports = [d for d in selection.documents if d.description.judgements]
    of_kind = sorted((d for d in reports if (d.description.kind is Kind.AREA_SEND) is send), key=by_publication)
    only_send = not of_kind and not send and not reading.areas
    reports = sorted(reports, key=by_publication) if only_send else of_kind
    if not reports:
        return _no_grades(reading, selection, send)
    areas = (Area.SEND_OUTCOME,) if only_send else reading.areas or (Area.OVERALL,)
    if reading.intent is Intent.HISTORY:
        return _drawn(_history(reading, reports, areas), "Judgements over time", (GRADE, REPORT, PUBLISHED, INSPECTED))
    several = len(reading.authorities) > 1 and not reading.time.periods  # side by side, not one after another
    if reading.intent is Intent.CHANGE and not several:
        return _drawn(_change(reading, reports, areas), "Judgements compared")
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


def find(document: StoredDocument, areas: Sequence[Area]) -> Judgement | None:
    """The judgement of the first of `areas` that the report grades."""
    given = {judgement.area: judgement for judgement in document.description.judgements}
    return next((given[area] for area in areas if area in given), None)


def _points(
    reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area], selection: Selection
) -> Draft | Missing:
    """The grade of each report that the period leaves, or of the one that is current, previous or first."""
    lines: list[Line] = []
    for authorities in dict.fromkeys(d.description.authorities for d in reports):
        held = sorted((d for d in selection.series if d.description.authorities == authorities), key=by_publication)
        for report in _chosen(reading, [d for d in reports if d.description.authorities == authorities], areas):
            lines += _every(report) if reading.every_area else _point(report, held, areas)
    if lines:
        return _drawn(lines, "Judgements")
    if reading.time.rank is Rank.PREVIOUS:
        held_of = about(reading.authorities, "of")
        return Missing("period", f"Only one report with this judgement is held{held_of}, so there is none before it.")
    if reading.grades:
        grades = join_words(reading.grades, "or")
        return Missing(
            "grade", f"None of the {len(reports)} reports found was judged {grades}{about(reading.authorities, 'of')}."
        )
    named = join_words([area_words(area) for area in areas], "or")
    return Missing("area", f"The reports found{about(reading.authorities, 'of')} give no grade for {named}.")


def _every(report: StoredDocument) -> list[Line]:
    return [stated(report, judgement) for judgement in report.description.judgements]


def _chosen(reading: Reading, series: Sequence[StoredDocument], areas: Sequence[Area]) -> Sequence[StoredDocument]:
    """Those of one authority's reports, oldest first, that are asked for."""
    rank = reading.time.rank
    stated_period = any(p.relation is not Relation.AS_OF for p in reading.time.periods)
    asks_which = bool(reading.grades) and (not reading.authorities or rank is Rank.FIRST)
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


def _point(report: StoredDocument, series: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    judgement = find(report, areas)
    if judgement:
        yield stated(report, judgement)
        return
    if areas[0] is not Area.OVERALL:
        return
    before = [(d, j) for d in series if by_publication(d) < by_publication(report) and (j := find(d, areas))]
    reason = " (reports have carried none since 17 June 2026)" if by_publication(report)[0] >= NO_OVERALL else ""
    last = f" The last one given was {before[-1][1].grade}, {_when(before[-1][0])}." if before else ""
    yield Line(
        f"The latest report on {about_words(report)}, {_when(report)}, "
        f"gives no overall effectiveness judgement{reason}.{last}",
        cited=tuple(_quote(d, j) for d, j in [(report, report.description.judgements[0]), *before[-1:]]),
    )
    for other in report.description.judgements:
        yield stated(report, other)


def stated(report: StoredDocument, judgement: Judgement) -> Line:
    """One judgement as a line, cited to where the report prints it."""
    text = f"{_capital(judgement.grade)} – {area_words(judgement.area)}, {about_words(report)}, {_when(report)}."
    return Line(text, cited=(_quote(report, judgement),), rows=(_row(report, judgement),))


def _change(reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    """The first and the last grade of the span asked about, and whether they rose, fell or stayed the same."""
    with_grade = [(report, judgement) for report in reports if (judgement := find(report, areas))]
    if not with_grade:
        return
    if len(with_grade) == 1:
        yield stated(*with_grade[0])
        yield Line("Only one report with this judgement is held for the time asked about, so nothing can be compared.")
        return
    limited = bool(reading.time.periods)
    (first, old), (last, new) = (with_grade[0] if limited else with_grade[-2]), with_grade[-1]
    verdict = change_words(old.grade, new.grade)
    yield Line(
        f"{verdict}: {old.grade} ({_when(first)}) to {new.grade} ({_when(last)}) – "
        f"{area_words(new.area)}, {about_words(last)}.",
        cited=(_quote(first, old), _quote(last, new)),
        rows=(_row(first, old), _row(last, new, place=len(with_grade))),
    )
    for place, (report, judgement) in enumerate(with_grade[1:-1] if limited else (), start=1):
        text = f"In between: {judgement.grade} ({_when(report)})."
        yield Line(text, cited=(_quote(report, judgement),), rows=(_row(report, judgement, place=place),))


def change_words(old: str, new: str) -> str:
    """Improved, Declined or Stayed the same; Changed where a grade has no place in the order."""
    if old == new:
        return "Stayed the same"
    if old not in ORDER or new not in ORDER:
        return "Changed"
    return "Improved" if ORDER.index(new) > ORDER.index(old) else "Declined"


def _history(reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    for authorities in dict.fromkeys(d.description.authorities for d in reports):
        named = join_words(authorities)
        yield Line(f"{_capital(area_words(areas[0]))}, {named}, over time:", heading=True)
        for report in (d for d in reports if d.description.authorities == authorities):
            judgement = find(report, areas)
            if judgement and (not reading.grades or judgement.grade in reading.grades):
                text = f"• {judgement.grade} – {report.description.kind.value}, {_when(report)}"
                yield Line(text, cited=(_quote(report, judgement),), rows=(_row(report, judgement),))
            elif areas[0] is Area.OVERALL and not judgement and not reading.grades:
                text = f"• {NONE_GIVEN} – {report.description.kind.value}, {_when(report)}"
                first = report.description.judgements[0]
                yield Line(text, cited=(_quote(report, first),), rows=(_row(report, None),))


def area_words(area: Area) -> str:
    """An area of judgement in a sentence."""
    return AREA_WORDS.get(area, area.value)


def about_words(report: StoredDocument) -> str:
    """Whom a report is about: its authorities, else its title."""
    return join_words(report.description.authorities) or report.description.title


def _when(report: StoredDocument) -> str:
    published, inspected = dates(report)
    told = f"published {published}" if published else "undated"
    return f"{told}, inspected {inspected}" if inspected else told


def dates(report: StoredDocument) -> tuple[str, str]:
    """When a report was published and when its inspection was, in words; empty where it does not say."""
    said = report.description
    published = period_words(said.published) if said.published else ""
    return published, period_words(said.inspected) if said.inspected else ""


def _row(report: StoredDocument, judgement: Judgement | None, place: int = 0) -> Row:
    """A judgement as the row of a table; None: the overall one, which the report does not give."""
    published, inspected = dates(report)
    return Row(
        place,
        {
            AUTHORITY: about_words(report),
            AREA: _capital(area_words(judgement.area if judgement else Area.OVERALL)),
            GRADE: _capital(judgement.grade if judgement else NONE_GIVEN),
            REPORT: report.description.kind.value,
            PUBLISHED: published or "undated",
            INSPECTED: inspected,
        },
    )


def _drawn(lines: Iterable[Line], words: str, facts: Sequence[str] = (GRADE, PUBLISHED, INSPECTED)) -> Draft:
    """The lines, with the columns of their table: `facts`, and authority and area unless all rows share them.

    What they share goes into the caption, after `words`.
    """
    told = tuple(lines)
    held = {column: list(dict.fromkeys(row.cells[column] for line in told for row in line.rows)) for column in COLUMNS}
    shared = [held[column][0] for column in (AREA, AUTHORITY) if len(held[column]) == 1]
    columns = (c for c in COLUMNS if (c in facts and any(held[c])) or (c in (AUTHORITY, AREA) and len(held[c]) > 1))
    return Draft(told, " – ".join(filter(None, [words, ", ".join(shared)])), tuple(columns))


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _quote(report: StoredDocument, judgement: Judgement) -> Quote:
    return Quote(report, judgement.span, report.description.publisher)
