"""Drawings as inline SVG, and the only module that imports matplotlib.

    with styled():
        figure, axes = canvas(height)   # inches; what is drawn on them is up to the caller
        finished(frame, figure, head, rows) -> Chart
    document(chart) -> str              # a chart as a file of its own

The same numbers give the same bytes.  Colours are CSS variables of the page with colours of their own to fall back
on, so that the page may change them in the dark; text is text and takes the page's font; nothing in a chart needs a
style sheet or a style attribute, which the page's content policy would refuse.  What is drawn is decided elsewhere.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as Xml

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

__all__ = ["Artist", "Axes", "Figure", "MaxNLocator", "Patch"]


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
INK, _GRID, PAPER = "#010203", "#d0d1d2", "#fefdfc"
SERIES = tuple(_COLOURS)[:5]
MARKERS = ("o", "s", "^", "D", "v")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1, 1, 1)))
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "inspections",
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
    "font.size": 10.0,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "path.simplify": True,
    "text.parse_math": False,
}
_KEPT = (
    *("fill", "fill-opacity", "font-size", "opacity", "text-anchor"),
    *("stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "stroke-width"),
)
_ROOT = {"role": "img", "stroke-linejoin": "round", "stroke-linecap": "butt", "font-family": "sans-serif"}
ROOM = 64  # letters across a chart
WIDTH = 5.6  # inches of 72 points: near a phone's width, so that text stays readable there


def styled() -> AbstractContextManager[None]:
    """The style that everything is drawn in; it holds within the block."""
    return rc_context(_STYLE)


def document(chart: Chart) -> str:
    """The chart as the text of an SVG file, on white."""
    head, inside = chart.svg.split(">", 1)
    white = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head} xmlns="{_SVG}">{white}{inside}\n'


def canvas(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """An empty drawing, in inches of 72 points."""
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.patch.set_visible(False)
    axes = figure.add_subplot()
    axes.patch.set_visible(False)
    return figure, axes


def lanes(heights: Sequence[float], width: float = WIDTH) -> tuple[Figure, tuple[Axes, ...]]:
    """Empty drawings one below the other, in inches, that share what runs across."""
    figure = Figure(figsize=(width, sum(heights) + 0.5), layout="constrained")
    figure.patch.set_visible(False)
    axes = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=list(heights))[:, 0]
    for one in axes:
        one.patch.set_visible(False)
    return figure, tuple(axes)


def finished(frame: Frame, figure: Figure, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Chart:
    """The drawing with its numbers."""
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
    text = re.sub(r"-?\d+\.\d+", lambda found: number(round(float(found[0]), 1)), text)
    return " ".join(text.split()).replace("rotate(-0 ", "rotate(0 ")


def _plain(text: str) -> str:
    """What may stand in XML, on one line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def short_label(text: str, longest: int = 30) -> str:
    """A label that leaves room for the drawing; the table has all of it."""
    plain = _plain(text)
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def number(value: float) -> str:
    """A number in four digits at most."""
    text = f"{value:.4g}"
    return "0" if text == "-0" else text
