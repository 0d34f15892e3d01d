"""Questions about judgements, answered from the table of grades: one grade, a change, or the whole history.

The grade comes first, then the area, the report and its dates; each is cited to the place where the report prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.answers.drafts import Draft, Line
from assistant.interpret.periods import Rank, Relation
from assistant.quotes import Quote
from assistant.records import Intent, Missing, Reading, Selection
from assistant.words import join_words, period_words
from index.catalogue import StoredDocument
from index.records import Area, Judgement, Kind

ORDER = ("inadequate", "requires improvement", "good", "outstanding")
NO_OVERALL = date(2026, 6, 17)  # reports published from this day on carry no overall grade (Ofsted's ILACS framework)
AREA_WORDS = {Area.OVERALL: "overall effectiveness", Area.SEND_OUTCOME: "area SEND inspection outcome"}


def graded(reading: Reading, selection: Selection) -> Draft | Missing | None:
    """The draft of an answer from the table of grades; None where no chosen document has grades at all."""
    reports = sorted((d for d in selection.documents if d.description.judgements), key=_published)
    areas = reading.areas or (Area.OVERALL,)
    if Area.SEND_OUTCOME not in areas:
        reports = [d for d in reports if d.description.kind is not Kind.AREA_SEND] or ([] if reading.areas else reports)
    else:
        reports = [d for d in reports if d.description.kind is Kind.AREA_SEND]
    if not reports:
        return None
    if reports[-1].description.kind is Kind.AREA_SEND:
        areas = (Area.SEND_OUTCOME,)
    if reading.intent is Intent.HISTORY:
        return Draft(tuple(_history(reports, areas)))
    if reading.intent is Intent.CHANGE:
        return Draft(tuple(_change(reading, reports, areas)))
    return _points(reading, reports, areas)


def find(document: StoredDocument, areas: Sequence[Area]) -> Judgement | None:
    """The judgement of the first of `areas` that the report grades."""
    given = {judgement.area: judgement for judgement in document.description.judgements}
    return next((given[area] for area in areas if area in given), None)


def _published(document: StoredDocument) -> tuple[date, str]:
    published = document.description.published
    return (published.start if published else date.min, document.source)


def _points(reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Draft | Missing:
    """The grade of each report that the period leaves, or of the one that is current, previous or first."""
    by_authority: dict[tuple[str, ...], list[StoredDocument]] = {}
    for report in reports:
        by_authority.setdefault(report.description.authorities, []).append(report)
    lines: list[Line] = []
    for series in by_authority.values():
        chosen = _chosen(reading, series)
        for report in chosen:
            if reading.authorities or not reading.grades or _has_grade(report, areas, reading.grades):
                lines += _point(report, series, areas)
    if not lines:
        if reading.grades:
            return Missing(
                "grade", f"None of the {len(reports)} reports found was judged {join_words(reading.grades, 'or')}."
            )
        return Missing("area", f"The reports found grade no {join_words([area_words(area) for area in areas], 'or')}.")
    return Draft(tuple(lines))


def _has_grade(report: StoredDocument, areas: Sequence[Area], grades: Sequence[str]) -> bool:
    judgement = find(report, areas)
    return judgement is not None and judgement.grade in grades


def _chosen(reading: Reading, series: Sequence[StoredDocument]) -> Sequence[StoredDocument]:
    rank = reading.time.rank
    if rank is Rank.FIRST:
        return series[:1]
    if rank is Rank.PREVIOUS:
        return series[-2:-1]
    stated = [p for p in reading.time.periods if p.relation is not Relation.AS_OF]
    return series if stated and rank is Rank.NONE else series[-1:]


def _point(report: StoredDocument, series: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    judgement = find(report, areas)
    if judgement:
        yield _stated(report, judgement)
        return
    if areas[0] is not Area.OVERALL:
        return
    before = [(d, j) for d in series if _published(d) < _published(report) and (j := find(d, areas))]
    reason = " (reports have carried none since 17 June 2026)" if _published(report)[0] >= NO_OVERALL else ""
    about = _about(report)
    last = f" The last one given was {before[-1][1].grade}, {_when(before[-1][0])}." if before else ""
    yield Line(
        f"The latest report on {about}, {_when(report)}, gives no overall effectiveness judgement{reason}.{last}",
        cited=tuple(_quote(d, j) for d, j in [(report, report.description.judgements[0]), *before[-1:]]),
    )
    for other in report.description.judgements:
        yield _stated(report, other)


def _stated(report: StoredDocument, judgement: Judgement) -> Line:
    grade = f"{judgement.grade[:1].upper()}{judgement.grade[1:]}"
    text = f"{grade} – {area_words(judgement.area)}, {_about(report)}, {_when(report)}."
    return Line(text, cited=(_quote(report, judgement),))


def _change(reading: Reading, reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    """The first and the last grade of the span asked about, and whether they rose, fell or stayed the same."""
    with_grade = [(report, judgement) for report in reports if (judgement := find(report, areas))]
    if not with_grade:
        return
    if len(with_grade) == 1:
        yield _stated(*with_grade[0])
        yield Line("Only one report with this judgement is held for the time asked about, so nothing can be compared.")
        return
    stated = bool(reading.time.periods)
    (first, old), (last, new) = (with_grade[0] if stated else with_grade[-2]), with_grade[-1]
    verdict = change_words(old.grade, new.grade)
    yield Line(
        f"{verdict}: {old.grade} ({_when(first)}) to {new.grade} ({_when(last)}) – "
        f"{area_words(new.area)}, {_about(last)}.",
        cited=(_quote(first, old), _quote(last, new)),
    )
    for report, judgement in with_grade[1:-1] if stated else ():
        yield Line(f"In between: {judgement.grade} ({_when(report)}).", cited=(_quote(report, judgement),))


def change_words(old: str, new: str) -> str:
    """Improved, Declined or Stayed the same; Changed where a grade has no place in the order."""
    if old == new:
        return "Stayed the same"
    if old not in ORDER or new not in ORDER:
        return "Changed"
    return "Improved" if ORDER.index(new) > ORDER.index(old) else "Declined"


def _history(reports: Sequence[StoredDocument], areas: Sequence[Area]) -> Iterator[Line]:
    for authorities in dict.fromkeys(d.description.authorities for d in reports):
        yield Line(f"{area_words(areas[0]).capitalize()} of {join_words(authorities)} over time:", heading=True)
        for report in (d for d in reports if d.description.authorities == authorities):
            judgement = find(report, areas)
            if judgement:
                text = f"• {judgement.grade} – {report.description.kind.value}, {_when(report)}"
                yield Line(text, cited=(_quote(report, judgement),))
            elif areas[0] is Area.OVERALL:
                first = report.description.judgements[0]
                yield Line(
                    f"• no overall judgement given – {report.description.kind.value}, {_when(report)}",
                    cited=(_quote(report, first),),
                )


def area_words(area: Area) -> str:
    """An area of judgement in a sentence."""
    return AREA_WORDS.get(area, area.value)


def _about(report: StoredDocument) -> str:
    return join_words(report.description.authorities) or report.description.title


def _when(report: StoredDocument) -> str:
    published = report.description.published
    inspected = report.description.inspected
    told = [f"published {period_words(published)}"] if published else ["undated"]
    return ", ".join([*told, *([f"inspected {period_words(inspected)}"] if inspected else [])])


def _quote(report: StoredDocument, judgement: Judgement) -> Quote:
    return Quote(report, judgement.span, report.description.publisher)
