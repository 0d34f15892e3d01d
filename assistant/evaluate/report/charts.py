"""Curves, bars and histograms of numbers, for the pages and files of the evaluator.

    lines(frame, series) -> Chart             # Series of (x, y): curves
    bars(frame, groups, series) -> Chart      # lying bars: the points of a Series are those of each group in turn
    histogram(frame, values, marks) -> Chart  # marks: (label, value), upright lines

How a drawing is styled, described and written is `assistant.render.canvas`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.render.canvas import (
    DASHES,
    INK,
    MARKERS,
    PAPER,
    ROOM,
    SERIES,
    Artist,
    Chart,
    Figure,
    Frame,
    MaxNLocator,
    Patch,
    canvas,
    finished,
    number,
    short_label,
    styled,
)

_APART = 0.7  # of a bar, between groups


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that are drawn alike.

    `points` are (x, y); for bars, y alone counts and there is one point for each group, None where the group has
    none.  `spread` are (low, high) of each point in turn, such as its 95 % interval, or nothing.
    """

    label: str
    points: tuple[tuple[float, float | None], ...]
    spread: tuple[tuple[float, float] | None, ...] = ()


def lines(frame: Frame, series: Sequence[Series]) -> Chart:
    """Curves over numbers, told apart by colour, marker and dashes; the spread is a band behind each."""
    handles: list[Artist] = []
    all_x = sorted({x for one in series for x, _ in one.points})
    by_x = [dict(one.points) for one in series]
    rows = tuple((number(x), *(_written(points.get(x), frame.share) for points in by_x)) for x in all_x)
    head = (frame.across, *(one.label for one in series))
    says = frame.says or _first_and_last(series, frame)
    with styled():
        figure, axes = canvas(3.3)
        for at, one in enumerate(series):
            points = [(x, y) for x, y in one.points if y is not None]
            xs, ys = [x for x, _ in points], [y for _, y in points]
            colour = SERIES[at % len(SERIES)]
            handles += axes.plot(
                xs,
                ys,
                color=colour,
                marker=MARKERS[at % len(MARKERS)] if len(points) <= 30 else None,
                markersize=4,
                linestyle=DASHES[at % len(DASHES)],
                linewidth=1.8,
            )
            if one.spread:
                bands = [(x, band) for (x, _), band in zip(one.points, one.spread, strict=True) if band]
                low, high = [band[0] for _, band in bands], [band[1] for _, band in bands]
                axes.fill_between([x for x, _ in bands], low, high, color=colour, alpha=0.15, linewidth=0)
        axes.set_xlabel(short_label(frame.across, ROOM))
        axes.set_ylabel(short_label(frame.up))
        axes.xaxis.set_major_locator(
            MaxNLocator(8, steps=[1, 2, 5, 10], integer=all(float(x).is_integer() for x in all_x))
        )
        if frame.share:
            axes.set_ylim(-0.02, 1.02)
        else:
            axes.yaxis.set_major_locator(MaxNLocator(5))
        _legend(figure, handles, series)
        return finished(replace(frame, says=says), figure, head, rows)


def bars(frame: Frame, groups: Sequence[str], series: Sequence[Series]) -> Chart:
    """Lying bars, one for each group and series, with its number at the end and its spread as a whisker."""
    columns = [[_with_spread(one, at, frame.share) for at in range(len(groups))] for one in series]
    rows = tuple((group, *(column[at] for column in columns)) for at, group in enumerate(groups))
    says = frame.says or "; ".join(
        f"{group}: " + ", ".join(f"{one.label} {_written(one.points[at][1], frame.share)}" for one in series)
        for at, group in enumerate(groups)
    )
    drawn = [
        (group, at, y, one.spread[group] if one.spread else None)
        for group in range(len(groups))
        for at, one in enumerate(series)
        if (y := one.points[group][1]) is not None
    ]
    top = 1.0 if frame.share else max([0.0, *(band[1] if band else y for _, _, y, band in drawn)]) or 1.0
    middles: dict[int, list[float]] = {}
    with styled():
        figure, axes = canvas(0.9 + 0.19 * len(drawn) + 0.14 * len(groups))
        for row, (group, at, y, band) in enumerate(drawn):
            middle = row + _APART * group
            middles.setdefault(group, []).append(middle)
            axes.barh(middle, y, 0.84, color=SERIES[at % len(SERIES)])
            if band:
                axes.plot(band, (middle, middle), color=PAPER, linewidth=3.4, solid_capstyle="butt")
                axes.plot(band, (middle, middle), color=INK, linewidth=1.4, solid_capstyle="butt")
            end = max(y, band[1]) if band else y
            axes.text(end + top * 0.015, middle, _written(y, frame.share), va="center", fontsize=9)
        ticks = [(sum(rows) / len(rows), short_label(groups[group])) for group, rows in middles.items()]
        axes.set_yticks([tick for tick, _ in ticks], [label for _, label in ticks])
        axes.set_ylim(len(drawn) + _APART * (len(groups) - 1) - 0.3, -0.7)
        axes.set_xlim(0, top * 1.16)
        axes.set_xlabel(short_label(frame.across, ROOM))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        if frame.share:
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
        _legend(figure, [Patch(color=SERIES[at % len(SERIES)]) for at in range(len(series))], series)
        return finished(replace(frame, says=says), figure, ("", *(one.label for one in series)), rows)


def histogram(frame: Frame, values: Sequence[float], marks: Sequence[tuple[str, float]] = ()) -> Chart:
    """How many values lie in each step of equal width; marks are upright lines with their labels, the lowest first.

    The few values far above all others are one last bar, so that they do not press the rest together.
    """
    edges = _edges(values)
    counts = [0] * len(edges)  # the last: of what lies above
    width = edges[1] - edges[0]
    for value in values:
        counts[min(int((value - edges[0]) / width), len(edges) - 1)] += 1
    steps = [f"{number(low)} to {number(low + width)}" for low in edges[:-1]] + [f"above {number(edges[-1])}"]
    rows = tuple((step, str(count)) for step, count in zip(steps, counts, strict=True) if count)
    says = frame.says or f"{len(values)} values; " + ", ".join(label for label, _ in marks)
    across = f"{frame.across} (last bar: all above {number(edges[-1])})" if counts[-1] else frame.across
    with styled():
        figure, axes = canvas(3.3)
        axes.bar(edges[:-1], counts[:-1], width=width * 0.92, align="edge", color=SERIES[0])
        if counts[-1]:
            axes.bar(edges[-1] + width, counts[-1], width=width * 0.92, align="edge", color=SERIES[4])
        highest = max([*counts, 1])
        for at, (label, value) in enumerate(marks):
            colour, left = SERIES[1 + at % (len(SERIES) - 1)], at == 0
            axes.axvline(value, color=colour, linewidth=1.6, linestyle=DASHES[at % len(DASHES)])
            axes.annotate(
                label,
                (value, highest * (1.2 - 0.11 * max(at - 1, 0))),
                xytext=(-5 if left else 5, 0),
                textcoords="offset points",
                va="center",
                ha="right" if left else "left",
            )
        axes.set_xlim(edges[0] - 3 * width, edges[-1] + 3 * width)
        axes.set_ylim(0, highest * 1.28)
        axes.set_xlabel(short_label(across, ROOM))
        axes.set_ylabel("questions")
        axes.xaxis.set_major_locator(MaxNLocator(7))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(visible=False, axis="x")
        return finished(replace(frame, says=says), figure, (frame.across, "questions"), rows)


def _legend(figure: Figure, handles: Sequence[Artist], series: Sequence[Series]) -> None:
    """Above the axes, where it hides nothing; one series needs none."""
    if len(series) > 1:
        names = [short_label(one.label) for one in series]
        widths = sorted((len(name) + 6 for name in names), reverse=True)  # in letters, with what is drawn before each
        columns = next((count for count in (3, 2) if sum(widths[:count]) <= ROOM), 1)
        figure.legend(handles, names, loc="outside upper left", ncols=columns)


def _edges(values: Sequence[float]) -> list[float]:
    """Some 10 to 24 steps of a width that reads well: 1, 2 or 5 times a power of ten."""
    ordered = sorted(values) or [0.0, 1.0]
    low, common = ordered[0], ordered[int(0.95 * (len(ordered) - 1))]
    high = min(ordered[-1], common + (common - low) / 2)
    rough = max((high - low) / 24, abs(high) * 1e-6, 1e-9)
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(power * step for step in (1, 2, 5, 10) if power * step >= rough * 0.999)
    first, last = math.floor(low / width), math.floor(high / width)
    return [at * width for at in range(first, last + 2)]


def _first_and_last(series: Sequence[Series], frame: Frame) -> str:
    ends = [(one, [point for point in one.points if point[1] is not None]) for one in series]
    return "; ".join(
        f"{one.label}: {_written(points[0][1], frame.share)} at {frame.across} {number(points[0][0])}, "
        f"{_written(points[-1][1], frame.share)} at {number(points[-1][0])}"
        for one, points in ends
        if points
    )


def _with_spread(one: Series, at: int, share: bool) -> str:
    value = _written(one.points[at][1], share)
    band = one.spread[at] if one.spread else None
    return f"{value} ({_written(band[0], share)} to {_written(band[1], share)})" if band else value


def _written(value: float | None, share: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if share else number(value)
