"""The timeline as an answer: how all judgements went over the years, and what changed from one report to another.

The grades come from the reports' own tables and are cited there; the words about change are the later report's own.
A history or a change of one area is `grades`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answers.drafts import Draft, Line, Row
from assistant.answers.grade_lines import (
    INSPECTED,
    PUBLISHED,
    REPORT,
    about_words,
    capital,
    change,
    change_words,
    dates,
    graded_words,
    judged_quote,
    owned_by,
    short_words,
    when_words,
    without_overall,
)
from assistant.answers.said import quoted_line
from assistant.answers.sentences import own_sentences
from assistant.records import Reading
from assistant.timeline import OVERALL, Occasion, Strand, strands_of, timeline
from index.catalogue import Catalogue, StoredDocument
from index.records import Judgement

NOT_GIVEN = "none given"
WORDS = 3  # sentences of the later report about change
_SINCE = re.compile(
    r"\b(?:since|at the time of|from|than at) (?:the|its|their|that|our) (?:last|previous|first|earlier)\b|"
    r"\bsince (?:the )?(?:\w+ )?(?:inspection|judgement|20\d\d)|\b(?:last|previous) (?:\w+ ){0,3}inspect(?:ion|ed)\b",
    re.I,
)
_WENT = re.compile(
    r"\b(?:improv\w+|progress|declin\w+|deteriorat\w+|strengthened|weaken\w+|transform\w*|remain\w*|sustain\w*|"
    r"maintain\w*|slow\w*|better|worse\w*|changed?)\b",
    re.I,
)


def history(reading: Reading, reports: Sequence[StoredDocument]) -> Draft:
    """The grades of every report of each authority, the first first, after a sentence on the overall grade."""
    lines: list[Line] = []
    strands = strands_of(timeline(reports))
    several = len({d.description.authorities for d in reports}) > 1
    for authorities in dict.fromkeys(d.description.authorities for d in reports):
        series = timeline(d for d in reports if d.description.authorities == authorities)
        lines.append(_overall(reading, series))
        lines += [_line(one, strands) for one in series]
    whose = "" if several else f", {about_words(reports[0])}"
    columns = (*(["Authority"] * several), REPORT, PUBLISHED, INSPECTED, *(strand.name for strand in strands))
    return Draft(tuple(lines), f"Judgements over time{whose}", columns)


def _overall(reading: Reading, series: Sequence[Occasion]) -> Line:
    """How the overall grade went, in one sentence; how many reports there are first where that is asked."""
    told = [f"{_grade(one)} ({_year(one)})" for one in series if one.judgement(OVERALL) or one.without_overall]
    name = about_words(series[0].document)
    reports = "report" if len(series) == 1 else "reports"
    count = f"{len(series)} graded inspection {reports} on {name} held here. " if reading.counted else ""
    text = f"{count}{owned_by(name)} overall effectiveness, report by report: {', '.join(told)}."
    given = [judged_quote(one.document, _first(one)) for one in series]
    return Line(text, cited=tuple(given), whole=True)


def _line(one: Occasion, strands: Sequence[Strand]) -> Line:
    """One report with all its grades."""
    given = one.judgements()
    told = [graded_words(judgement) for _, judgement in given]
    missing = ["overall none given"] if one.without_overall else []
    text = f"• {capital(one.document.description.kind.value)}, {when_words(one.document)}: "
    published, inspected = dates(one.document)
    cells = {strand.name: _cell(one, strand) for strand in strands}
    facts = {
        "Authority": about_words(one.document),
        REPORT: one.document.description.kind.value,
        PUBLISHED: published or "undated",
        INSPECTED: inspected,
    }
    return Line(
        f"{text}{', '.join([*missing, *told])}.",
        cited=tuple(judged_quote(one.document, judgement) for _, judgement in given),
        rows=(Row(0, {**facts, **cells}),),
        whole=True,
    )


def _cell(one: Occasion, strand: Strand) -> str:
    judgement = one.judgement(strand)
    if judgement is None:
        return NOT_GIVEN if strand is OVERALL and one.without_overall else ""
    return capital(judgement.grade)


def _grade(one: Occasion) -> str:
    judgement = one.judgement(OVERALL)
    return judgement.grade if judgement else NOT_GIVEN


def _first(one: Occasion) -> Judgement:
    return one.judgement(OVERALL) or one.document.description.judgements[0]


def _year(one: Occasion) -> str:
    return str(one.published.year) if one.published else "undated"


def compared(reading: Reading, reports: Sequence[StoredDocument], catalogue: Catalogue) -> Draft:
    """What changed from one of `reports`, oldest first, to the last: overall, every area, and the report's own words.

    From the first of them where a period is asked about, else from the one before the last.
    """
    series = timeline(reports)
    old, new = series[0] if reading.time.periods else series[-2], series[-1]
    lines = [*_verdict(old, new, series), *_by_area(old, new)]
    words = list(_words_on_change(new.document, catalogue))
    if words:
        lines += [Line(f"In the words of the later report, {when_words(new.document)}:", heading=True), *words]
    return Draft(tuple(lines))


def _verdict(old: Occasion, new: Occasion, series: Sequence[Occasion]) -> Iterator[Line]:
    before, after = old.judgement(OVERALL), new.judgement(OVERALL)
    if after is None:
        yield without_overall(new.document, [one.document for one in series])
    elif before:
        yield change(old.document, before, new.document, after)


def _by_area(old: Occasion, new: Occasion) -> Iterator[Line]:
    """The areas that changed, then those that did not, then those that one of the two does not grade by itself."""
    both: list[tuple[str, Judgement, Judgement]] = []
    for strand, after in new.judgements():
        before = old.judgement(strand)
        if before and strand is not OVERALL:
            both.append((change_words(before.grade, after.grade), before, after))
    for verdict, before, after in sorted(both, key=lambda one: one[0] == "Stayed the same"):
        same = verdict == "Stayed the same"
        went = after.grade if same else f"{before.grade} to {after.grade}"
        joined = f" (judged then: {short_words(before.area)})" if before.area is not after.area else ""
        yield Line(
            f"• {verdict}: {went} – {short_words(after.area)}{joined}.",
            cited=(judged_quote(old.document, before), judged_quote(new.document, after)),
            whole=True,
        )
    compared_areas = {after.area for _, _, after in both}
    for strand, after in new.judgements():
        if strand is not OVERALL and after.area not in compared_areas:
            text = f"• {capital(after.grade)} – {short_words(after.area)}, which the earlier report does not grade."
            yield Line(text, cited=(judged_quote(new.document, after),))


def _words_on_change(report: StoredDocument, catalogue: Catalogue) -> Iterator[Line]:
    """The first sentences in which the inspectorate itself says what became of things since it came before."""
    told = 0
    for one in own_sentences(report, catalogue):
        if told < WORDS and _SINCE.search(one.text) and _WENT.search(one.text):
            told += 1
            yield quoted_line(report, one.passage, one.sentence)
