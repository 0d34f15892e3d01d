"""Judgements in words, as lines and as rows: what every answer about grades is made of.

Which judgements an answer tells is decided by `grades` and `timeline`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.answers.drafts import Draft, Line, Row
from assistant.fitting import by_publication
from assistant.quotes import Quote
from assistant.timeline import NO_OVERALL, find
from assistant.words import join_words, period_words
from index.catalogue import StoredDocument
from index.records import Area, Judgement, Kind

ORDER = ("inadequate", "requires improvement", "good", "outstanding")
NONE_GIVEN = "no overall judgement given"
AUTHORITY, AREA, GRADE, REPORT, PUBLISHED, INSPECTED = (
    "Authority", "Area", "Judgement", "Report", "Published", "Inspected",
)  # fmt: skip
COLUMNS = (AUTHORITY, AREA, GRADE, REPORT, PUBLISHED, INSPECTED)
AREA_WORDS = {Area.OVERALL: "overall effectiveness", Area.SEND_OUTCOME: "area SEND inspection outcome"}
SHORT = {
    Area.OVERALL: "overall",
    Area.LEADERS: "leaders",
    Area.LEADERSHIP: "leadership",
    Area.HELP_PROTECTION: "help and protection",
    Area.IN_CARE: "children in care",
    Area.CARE_LEAVERS: "care leavers",
    Area.CARE_AND_CARE_LEAVERS: "children in care and care leavers",
    Area.LOOKED_AFTER: "children looked after",
    Area.ADOPTION: "adoption",
    Area.LSCB: "safeguarding children board",
    Area.SEND_OUTCOME: "area SEND outcome",
}


def stated(report: StoredDocument, judgement: Judgement) -> Line:
    """One judgement as a line, cited to where the report prints it."""
    text = f"{capital(judgement.grade)} – {area_words(judgement.area)}, {about_words(report)}, {when_words(report)}."
    return Line(text, cited=(judged_quote(report, judgement),), rows=(judged_row(report, judgement),))


def sentence(report: StoredDocument, judgement: Judgement, *, now: bool) -> Line:
    """One judgement as a sentence; `now`: it is the one that holds, else one that was given then."""
    verb = "is" if now else "was"
    if len(report.description.authorities) != 1:
        return stated(report, judgement)
    (name,) = report.description.authorities
    area = area_words(judgement.area)
    if judgement.area in AREA_WORDS:
        told = f"{owned_by(name)} {area} {verb} {judgement.grade}"
    else:
        told = f"{name} {verb} judged {judgement.grade} for {area}"
    dated = " " if report.description.published else ", "
    text = f"{told}, by the {report_words(report)}{dated}{when_words(report)}."
    return replace(stated(report, judgement), before=text)


def report_words(report: StoredDocument) -> str:
    """A report by its kind: "ILACS inspection report"."""
    kind = report.description.kind
    return kind.value if kind in (Kind.INSPECTION, Kind.LETTER, Kind.COMMITTEE_REPORT) else f"{kind.value} report"


def without_overall(report: StoredDocument, series: Sequence[StoredDocument]) -> Line:
    """That a report gives no overall grade, with the last one given before it in `series`, oldest first."""
    overall = (Area.OVERALL,)
    before = [(d, j) for d in series if by_publication(d) < by_publication(report) and (j := find(d, overall))]
    reason = " (reports have carried none since 17 June 2026)" if by_publication(report)[0] >= NO_OVERALL else ""
    last = f" The last one given was {before[-1][1].grade}, {when_words(before[-1][0])}." if before else ""
    return Line(
        f"The latest report on {about_words(report)}, {when_words(report)}, "
        f"gives no overall effectiveness judgement{reason}.{last}",
        cited=tuple(judged_quote(d, j) for d, j in [(report, report.description.judgements[0]), *before[-1:]]),
    )


def change(first: StoredDocument, old: Judgement, last: StoredDocument, new: Judgement, place: int = 1) -> Line:
    """Two judgements set against each other; `place` is the second one's in a table of all."""
    return Line(
        f"{change_words(old.grade, new.grade)}: {old.grade} ({when_words(first)}) to {new.grade} "
        f"({when_words(last)}) – {area_words(new.area)}, {about_words(last)}.",
        cited=(judged_quote(first, old), judged_quote(last, new)),
        rows=(judged_row(first, old), judged_row(last, new, place=place)),
    )


def change_words(old: str, new: str) -> str:
    """Improved, Declined or Stayed the same; Changed where a grade has no place in the order."""
    if old == new:
        return "Stayed the same"
    if old not in ORDER or new not in ORDER:
        return "Changed"
    return "Improved" if ORDER.index(new) > ORDER.index(old) else "Declined"


def area_words(area: Area) -> str:
    """An area of judgement in a sentence."""
    return AREA_WORDS.get(area, area.value)


def about_words(report: StoredDocument) -> str:
    """Whom a report is about: its authorities, else its title."""
    return join_words(report.description.authorities) or report.description.title


def short_words(area: Area) -> str:
    """An area of judgement in a list of several."""
    return SHORT[area]


def graded_words(judgement: Judgement) -> str:
    """A judgement in a list of several: "help and protection good"."""
    outcome = judgement.area is Area.SEND_OUTCOME  # a clause of its own and no grade
    return f"{short_words(judgement.area)}{':' if outcome else ''} {judgement.grade}"


def owned_by(name: str) -> str:
    """A name in the possessive: Bradford's, St Helens'."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def when_words(report: StoredDocument) -> str:
    """When a report was published and when its inspection was, in words."""
    published, inspected = dates(report)
    told = f"published {published}" if published else "undated"
    return f"{told}, inspected {inspected}" if inspected else told


def dates(report: StoredDocument) -> tuple[str, str]:
    """When a report was published and when its inspection was, in words; empty where it does not say."""
    said = report.description
    published = period_words(said.published) if said.published else ""
    return published, period_words(said.inspected) if said.inspected else ""


def judged_row(report: StoredDocument, judgement: Judgement | None, place: int = 0) -> Row:
    """A judgement as the row of a table; None: the overall one, which the report does not give."""
    published, inspected = dates(report)
    return Row(
        place,
        {
            AUTHORITY: about_words(report),
            AREA: capital(area_words(judgement.area if judgement else Area.OVERALL)),
            GRADE: capital(judgement.grade if judgement else NONE_GIVEN),
            REPORT: report.description.kind.value,
            PUBLISHED: published or "undated",
            INSPECTED: inspected,
        },
    )


def drawn(lines: Iterable[Line], words: str, facts: Sequence[str] = (GRADE, PUBLISHED, INSPECTED)) -> Draft:
    """The lines, with the columns of their table: `facts`, and authority and area unless all rows share them.

    What they share goes into the caption, after `words`.
    """
    told = tuple(lines)
    held = {column: list(dict.fromkeys(one.cells[column] for line in told for one in line.rows)) for column in COLUMNS}
    shared = [held[column][0] for column in (AREA, AUTHORITY) if len(held[column]) == 1]
    columns = (c for c in COLUMNS if (c in facts and any(held[c])) or (c in (AUTHORITY, AREA) and len(held[c]) > 1))
    return Draft(told, " – ".join(filter(None, [words, ", ".join(shared)])), tuple(columns))


def capital(words: str) -> str:
    """Words as a sentence begins."""
    return f"{words[:1].upper()}{words[1:]}"


def judged_quote(report: StoredDocument, judgement: Judgement) -> Quote:
    """Where a report prints a judgement."""
    return Quote(report, judgement.span, report.description.publisher)
