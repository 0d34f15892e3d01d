"""A history as a drawing: a lane for each area of judgement, the grade rising and falling in steps over the years.

Full inspections are points, visits are ticks at the foot; a report without an overall grade is a hollow diamond.
The height of a point tells its grade: colour tells nothing that height and shape do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answers.grade_lines import ORDER, capital, owned_by
from assistant.history import Event, History
from assistant.render.canvas import INK, SERIES, Axes, Chart, Frame, MaxNLocator, finished, lanes, short_label, styled
from assistant.timeline import OVERALL, STRANDS, Strand, strands_of
from assistant.words import day_words
from index.errors import QuestionError

LANE = 1.05  # inches
FOOT = 0.9  # inches for the years and the visits
WIDTH = 7.2  # inches: wider than a curve, for the years and the names of grades
MARGIN = 0.6  # years before the first event and after the last
BELOW = -1.0  # where a report stands that gives no overall grade, below the lowest grade
_SEND = STRANDS[-1]  # outcomes of area SEND inspections are no grades of this order


def history_chart(history: History) -> Chart:
    """The drawing, with a row for each event.  An undated document is in the rows alone.

    QuestionError: no event has a date.
    """
    dated = [event for event in history.events if event.occasion.published]
    if not dated:
        raise QuestionError(f"No report held about {history.authority} has a date.", "Leave out --plot.")
    strands = [one for one in strands_of(event.occasion for event in dated) if one is not _SEND]
    graded = [one for one in strands if any(event.grade(one) in ORDER for event in dated)]
    frame = Frame(
        "history", f"Judgements of {owned_by(history.authority)} children's services", "", says=_says(history, graded)
    )
    rows = tuple((_day(event), event.citation.kind, *(event.grade(one) for one in strands)) for event in history.events)
    with styled():
        figure, axes = lanes([LANE] * len(graded) + [FOOT], WIDTH)
        figure.suptitle(short_label(frame.title, 80), x=0.01, ha="left", fontsize=12)
        for axis, strand in zip(axes, graded, strict=False):
            _lane(axis, strand, dated)
        _visits(axes[-1], dated)
        return finished(frame, figure, ("Published", "Kind", *(one.name for one in strands)), rows)


def _lane(axes: Axes, strand: Strand, events: Sequence[Event]) -> None:
    """The steps of one area, each grade holding until the next graded report, whether that grades the area or not."""
    reports = [event for event in events if any(event.grade(one) in ORDER for one in STRANDS)]
    ends = [*(_year(event) for event in reports[1:]), max(map(_year, events))]
    levels = [float(ORDER.index(grade)) if (grade := event.grade(strand)) in ORDER else None for event in reports]
    for event, end, level, after in zip(reports, ends, levels, [*levels[1:], None], strict=True):
        if level is None:
            continue
        step = [level] if after is None else [level, after]
        axes.plot([_year(event), *[end] * len(step)], [level, *step], color=SERIES[0], linewidth=1.6)
        axes.plot([_year(event)], [level], linestyle="none", marker="o", markersize=7, color=SERIES[0])
    without = [_year(event) for event in reports if strand is OVERALL and event.occasion.without_overall]
    axes.plot(
        without,
        [BELOW] * len(without),
        linestyle="none",
        marker="D",
        markersize=7,
        markerfacecolor="none",
        markeredgecolor=INK,
    )
    names = [*(["None given"] if without else []), *map(capital, ORDER)]
    axes.set_yticks([*([BELOW] if without else []), *range(len(ORDER))], names, fontsize=8)
    axes.set_ylim((BELOW if without else 0) - 0.45, len(ORDER) - 0.55)
    axes.set_title(strand.name, loc="left", fontsize=10)
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _visits(axes: Axes, events: Sequence[Event]) -> None:
    """All that grades nothing of this order, one row for each kind, over the years."""
    others = [event for event in events if not any(event.grade(one) in ORDER for one in STRANDS)]
    kinds = list(dict.fromkeys(event.citation.kind for event in others))
    for place, kind in enumerate(kinds):
        xs = [_year(event) for event in others if event.citation.kind == kind]
        axes.plot(
            xs, [float(-place)] * len(xs), linestyle="none", marker="|", markersize=12, markeredgewidth=2, color=INK
        )
    axes.set_yticks(
        [float(-place) for place in range(len(kinds))], [short_label(kind, 34) for kind in kinds], fontsize=8
    )
    axes.set_ylim(-max(len(kinds), 1) + 0.3, 0.7)
    years = [_year(event) for event in events]
    axes.set_xlim(min(years) - MARGIN, max(years) + MARGIN)
    axes.xaxis.set_major_locator(MaxNLocator(9, integer=True, min_n_ticks=1))
    axes.set_xlabel("Year of publication")


def _year(event: Event) -> float:
    """A day as a year and its part, so that an axis of years holds it."""
    day = event.occasion.published or date.min
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _day(event: Event) -> str:
    return day_words(event.occasion.published) if event.occasion.published else "undated"


def _says(history: History, strands: Sequence[Strand]) -> str:
    """The drawing in words, for a person who does not see it."""
    told = []
    for strand in strands:
        steps = [
            f"{event.grade(strand) or 'none given'} in {int(_year(event))}"
            for event in history.events
            if event.occasion.published
            and (event.grade(strand) or (strand is OVERALL and event.occasion.without_overall))
        ]
        told.append(f"{strand.name}: {', '.join(steps)}")
    visits = sum(not event.grades for event in history.events)
    return "; ".join([*told, f"{visits} visits and other inspections without these grades"]) + "."
