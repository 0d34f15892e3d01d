"""Charts as inline SVG: the only module that imports matplotlib.

    lines(frame, series) -> Chart             # Series of (x, y): curves
    bars(frame, groups, series) -> Chart      # lying bars: the points of a Series are those of each group in turn
    histogram(frame, values, marks) -> Chart  # marks: (label, value), upright lines
    document(chart) -> str                    # a chart as a file of its own

The same numbers give the same bytes.  Colours are CSS variables of the page with colours of their own to fall back
on, so that the page may change them in the dark; text is text and takes the page's font; nothing in a chart needs a
style sheet or a style attribute, which the page's content policy would refuse.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree as Xml

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator


@dataclass(frozen=True, slots=True)
class Frame:
    """What a chart is called and measured in.

    `name` becomes part of the ids within: letters, digits and hyphens, and one name for one chart of a page.  `across`
    and `up` label the axes.  With `share`, values lie from 0 to 1 and are drawn on that scale.
    `says` is one sentence for a person who does not see the chart; without it, one is made of the numbers.
    """

    name: str
    title: str
    across: str
    up: str = ""
    share: bool = False
    says: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers that are drawn alike.

    `points` are (x, y); for bars, y alone counts and there is one point for each group, None where the group has
    none.  `spread` are (low, high) of each point in turn, such as its 95 % interval, or nothing.
    """

    label: str
    points: tuple[tuple[float, float | None], ...]
    spread: tuple[tuple[float, float] | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and its numbers: `head` names the columns, `rows` are written as a person reads them."""

    frame: Frame
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


# Drawn with these, replaced by variables of the page afterwards.  Told apart without colour vision, and 3:1 on white.
_COLOURS = {
    "#0072b2": "var(--chart-1,#0072b2)",
    "#d55e00": "var(--chart-2,#d55e00)",
    "#00805e": "var(--chart-3,#00805e)",
    "#a2478a": "var(--chart-4,#a2478a)",
    "#6b6b6b": "var(--chart-5,#6b6b6b)",
    "#010203": "var(--chart-ink,#222222)",
    "#d0d1d2": "var(--chart-grid,#d0d1d2)",
    "#fefdfc": "var(--paper,#ffffff)",
}
_INK, _GRID, _PAPER = "#010203", "#d0d1d2", "#fefdfc"
_SERIES = tuple(_COLOURS)[:5]
_MARKERS = ("o", "s", "^", "D", "v")
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)))
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "inspections",
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
    "font.size": 10.0,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
    "path.simplify": True,
    "text.parse_math": False,
}
_KEPT = (
    *("fill", "fill-opacity", "font-size", "opacity", "text-anchor"),
    *("stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "stroke-width"),
)
_ROOT = {"role": "img", "stroke-linejoin": "round", "stroke-linecap": "butt", "font-family": "sans-serif"}
_ROOM = 64  # letters across a chart
_APART = 0.7  # of a bar, between groups
_WIDTH = 5.6  # inches of 72 points: near a phone's width, so that text stays readable there


def lines(frame: Frame, series: Sequence[Series]) -> Chart:
    """Curves over numbers, told apart by colour, marker and dashes; the spread is a band behind each."""
    handles: list[Artist] = []
    all_x = sorted({x for one in series for x, _ in one.points})
    by_x = [dict(one.points) for one in series]
    rows = tuple((_number(x), *(_written(points.get(x), frame.share) for points in by_x)) for x in all_x)
    head = (frame.across, *(one.label for one in series))
    says = frame.says or _first_and_last(series, frame)
    with rc_context(_STYLE):
        figure, axes = _axes(3.3)
        for at, one in enumerate(series):
            points = [(x, y) for x, y in one.points if y is not None]
            xs, ys = [x for x, _ in points], [y for _, y in points]
            colour = _SERIES[at % len(_SERIES)]
            handles += axes.plot(
                xs,
                ys,
                color=colour,
                marker=_MARKERS[at % len(_MARKERS)] if len(points) <= 30 else None,
                markersize=4,
                linestyle=_DASHES[at % len(_DASHES)],
                linewidth=1.8,
            )
            if one.spread:
                bands = [(x, band) for (x, _), band in zip(one.points, one.spread, strict=True) if band]
                low, high = [band[0] for _, band in bands], [band[1] for _, band in bands]
                axes.fill_between([x for x, _ in bands], low, high, color=colour, alpha=0.15, linewidth=0)
        axes.set_xlabel(_short_label(frame.across, _ROOM))
        axes.set_ylabel(_short_label(frame.up))
        axes.xaxis.set_major_locator(
            MaxNLocator(8, steps=[1, 2, 5, 10], integer=all(float(x).is_integer() for x in all_x))
        )
        if frame.share:
            axes.set_ylim(-0.02, 1.02)
        else:
            axes.yaxis.set_major_locator(MaxNLocator(5))
        _legend(figure, handles, series)
        return _chart(replace(frame, says=says), figure, head, rows)


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
    with rc_context(_STYLE):
        figure, axes = _axes(0.9 + 0.19 * len(drawn) + 0.14 * len(groups))
        for row, (group, at, y, band) in enumerate(drawn):
            middle = row + _APART * group
            middles.setdefault(group, []).append(middle)
            axes.barh(middle, y, 0.84, color=_SERIES[at % len(_SERIES)])
            if band:
                axes.plot(band, (middle, middle), color=_PAPER, linewidth=3.4, solid_capstyle="butt")
                axes.plot(band, (middle, middle), color=_INK, linewidth=1.4, solid_capstyle="butt")
            end = max(y, band[1]) if band else y
            axes.text(end + top * 0.015, middle, _written(y, frame.share), va="center", fontsize=9)
        ticks = [(sum(rows) / len(rows), _short_label(groups[group])) for group, rows in middles.items()]
        axes.set_yticks([tick for tick, _ in ticks], [label for _, label in ticks])
        axes.set_ylim(len(drawn) + _APART * (len(groups) - 1) - 0.3, -0.7)
        axes.set_xlim(0, top * 1.16)
        axes.set_xlabel(_short_label(frame.across, _ROOM))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        if frame.share:
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0])
        _legend(figure, [Patch(color=_SERIES[at % len(_SERIES)]) for at in range(len(series))], series)
        return _chart(replace(frame, says=says), figure, ("", *(one.label for one in series)), rows)


def histogram(frame: Frame, values: Sequence[float], marks: Sequence[tuple[str, float]] = ()) -> Chart:
    """How many values lie in each step of equal width; marks are upright lines with their labels, the lowest first.

    The few values far above all others are one last bar, so that they do not press the rest together.
    """
    edges = _edges(values)
    counts = [0] * len(edges)  # the last: of what lies above
    width = edges[1] - edges[0]
    for value in values:
        counts[min(int((value - edges[0]) / width), len(edges) - 1)] += 1
    steps = [f"{_number(low)} to {_number(low + width)}" for low in edges[:-1]] + [f"above {_number(edges[-1])}"]
    rows = tuple((step, str(count)) for step, count in zip(steps, counts, strict=True) if count)
    says = frame.says or f"{len(values)} values; " + ", ".join(label for label, _ in marks)
    across = f"{frame.across} (last bar: all above {_number(edges[-1])})" if counts[-1] else frame.across
    with rc_context(_STYLE):
        figure, axes = _axes(3.3)
        axes.bar(edges[:-1], counts[:-1], width=width * 0.92, align="edge", color=_SERIES[0])
        if counts[-1]:
            axes.bar(edges[-1] + width, counts[-1], width=width * 0.92, align="edge", color=_SERIES[4])
        highest = max([*counts, 1])
        for at, (label, value) in enumerate(marks):
            colour, left = _SERIES[1 + at % (len(_SERIES) - 1)], at == 0
            axes.axvline(value, color=colour, linewidth=1.6, linestyle=_DASHES[at % len(_DASHES)])
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
        axes.set_xlabel(_short_label(across, _ROOM))
        axes.set_ylabel("questions")
        axes.xaxis.set_major_locator(MaxNLocator(7))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(visible=False, axis="x")
        return _chart(replace(frame, says=says), figure, (frame.across, "questions"), rows)


def document(chart: Chart) -> str:
    """The chart as the text of an SVG file, on white."""
    head, inside = chart.svg.split(">", 1)
    white = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head} xmlns="{_SVG}">{white}{inside}\n'


def _axes(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    figure.patch.set_visible(False)
    axes = figure.add_subplot()
    axes.patch.set_visible(False)
    return figure, axes


def _legend(figure: Figure, handles: Sequence[Artist], series: Sequence[Series]) -> None:
    """Above the axes, where it hides nothing; one series needs none."""
    if len(series) > 1:
        names = [_short_label(one.label) for one in series]
        widths = sorted((len(name) + 6 for name in names), reverse=True)  # in letters, with what is drawn before each
        columns = next((count for count in (3, 2) if sum(widths[:count]) <= _ROOM), 1)
        figure.legend(handles, names, loc="outside upper left", ncols=columns)


def _chart(frame: Frame, figure: Figure, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Chart:
    out = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # the reader's fonts draw the text, not the one measured with here
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return Chart(frame, _clean(out.getvalue(), frame), head, rows)


def _clean(svg: str, frame: Frame) -> str:
    """Matplotlib's drawing made fit for a page: described within, no styles, ids of its own, colours as variables."""
    root = Xml.fromstring(svg[svg.index("<svg") :])  # noqa: S314  (matplotlib wrote it; the DOCTYPE is cut off)
    used = set(re.findall(r"#(\w+)", " ".join(value for one in root.iter() for value in one.attrib.values())))
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in (f"{{{_SVG}}}style", f"{{{_SVG}}}metadata")]:
            parent.remove(child)
    for one in root.iter():
        _plain_attributes(one, frame.name, used)
    _hoist(root)
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(_ROOT, viewBox=box, **{"aria-labelledby": f"{frame.name}-title {frame.name}-says"})
    for at, (tag, words) in enumerate((("title", frame.title), ("desc", frame.says))):
        child = Xml.Element(f"{{{_SVG}}}{tag}", {"id": f"{frame.name}-{'says' if at else 'title'}"})
        child.text = _plain(words)
        root.insert(at, child)
    for one in root.iter():
        one.tag = one.tag.removeprefix(f"{{{_SVG}}}")
        if one.tag not in ("text", "title", "desc"):
            one.text = None
        one.tail = None
    return Xml.tostring(root, encoding="unicode")


def _plain_attributes(one: Xml.Element, name: str, used: set[str]) -> None:
    """Styles become attributes; ids carry the chart's name, and those that nothing points to go."""
    for key, value in _declarations(one.attrib.pop("style", "")):
        if key in _KEPT:
            one.set(key, _COLOURS.get(value, value))
    if one.get("id") in used:
        one.set("id", f"{name}-{one.get('id')}")
    else:
        one.attrib.pop("id", None)
    if (target := one.attrib.pop(_XLINK, None)) is not None:
        one.set("href", f"#{name}-{target[1:]}")
    if (clip := one.get("clip-path")) is not None:
        one.set("clip-path", clip.replace("#", f"#{name}-"))
    for key, value in one.attrib.items():
        if key in ("x", "y", "width", "height", "d", "transform", "font-size"):
            one.set(key, _short(value))
    if one.get("transform", "").startswith("rotate(0 "):
        del one.attrib["transform"]


def _hoist(root: Xml.Element) -> None:
    """Groups that say nothing are dropped for what they hold: half of matplotlib's bytes."""
    for parent in list(root.iter()):
        at = 0
        while at < len(parent):
            child = parent[at]
            if child.tag == f"{{{_SVG}}}g" and not child.attrib:
                parent[at : at + 1] = list(child)
            else:
                at += 1


def _declarations(style: str) -> list[tuple[str, str]]:
    return [(key.strip(), value.strip()) for key, _, value in (part.partition(":") for part in style.split(";")) if key]


def _short(text: str) -> str:
    """Numbers to a tenth of a point, which no eye tells apart."""
    text = re.sub(r"-?\d+\.\d+", lambda found: _number(round(float(found[0]), 1)), text)
    return " ".join(text.split()).replace("rotate(-0 ", "rotate(0 ")


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


def _plain(text: str) -> str:
    """What may stand in XML, on one line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _short_label(text: str, longest: int = 30) -> str:
    """A label that leaves room for the drawing; the table has all of it."""
    plain = _plain(text)
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def _first_and_last(series: Sequence[Series], frame: Frame) -> str:
    ends = [(one, [point for point in one.points if point[1] is not None]) for one in series]
    return "; ".join(
        f"{one.label}: {_written(points[0][1], frame.share)} at {frame.across} {_number(points[0][0])}, "
        f"{_written(points[-1][1], frame.share)} at {_number(points[-1][0])}"
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
    return f"{value:.3f}" if share else _number(value)


def _number(value: float) -> str:
    text = f"{value:.4g}"
    return "0" if text == "-0" else text
