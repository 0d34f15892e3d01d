"""What comes out of a sweep: which rows are best, a table for spreadsheets and programs, and a plot."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from assistant.evaluate.answering import COSTS
from assistant.evaluate.folder import write_whole
from assistant.evaluate.records import TestSet
from assistant.evaluate.report.charts import Series, bars, lines
from assistant.evaluate.slices import PERCENTILES
from assistant.evaluate.sweep import Row
from assistant.render.canvas import Frame, document
from assistant.tuning import Tuning
from index.passages import USUAL

CSV, JSON, PLOT = "sweep.csv", "sweep.json", "sweep.svg"
LINES = 5  # curves of one plot, at most
DRAWN = ("R@10", "nDCG@10", "cited_recall", "cited_precision")  # where one setting alone is turned


def best(rows: Sequence[Row], measure: str) -> tuple[int, ...]:
    """The places of the best rows by a measure, all that are equal; none where no row has it."""
    sign = -1 if measure in COSTS or measure in PERCENTILES else 1
    values = {at: sign * row.summary.values[measure].value for at, row in enumerate(rows)
              if measure in row.summary.values}  # fmt: skip
    top = max(values.values(), default=0.0)
    return tuple(at for at, value in values.items() if value == top)


def usual_in(rows: Sequence[Row]) -> int | None:
    """The place of the one row that turned nothing from its usual value; None where there is none, or several."""
    places = [at for at, row in enumerate(rows) if (row.setting.tuning, row.setting.sizes) == (Tuning(), USUAL)]
    return places[0] if len(places) == 1 else None


def measures_of_rows(rows: Sequence[Row]) -> tuple[str, ...]:
    """The measures that any row has, in their usual order."""
    return tuple(dict.fromkeys(name for row in rows for name in row.summary.values))


def as_data(test_set: TestSet, rows: Sequence[Row], by: str) -> dict[str, object]:
    """The whole sweep as it is written as JSON."""
    measures = measures_of_rows(rows)
    return {
        "set": test_set.name,
        "set_sha256": test_set.sha256,
        "questions": len(test_set.items),
        "rows": [
            {
                "settings": dict(row.setting.turned),
                "run": str(row.run.folder),
                "generation": row.run.info.generation,
                "measures": {name: asdict(value) for name, value in row.summary.values.items()},
            }
            for row in rows
        ],
        "by": by,
        "best": {name: [rows[at].setting.label for at in best(rows, name)] for name in measures},
    }


def keep_sweep(folder: Path, test_set: TestSet, rows: Sequence[Row], by: str) -> tuple[Path, ...]:
    """Write table and plot, and say where.  EvaluationError: a file cannot be written."""
    write_whole(folder / CSV, _as_csv(rows))
    write_whole(folder / JSON, json.dumps(as_data(test_set, rows, by), ensure_ascii=False, indent=1) + "\n")
    write_whole(folder / PLOT, plot(test_set, rows, by))
    return folder / CSV, folder / JSON, folder / PLOT


def plot(test_set: TestSet, rows: Sequence[Row], by: str) -> str:
    """The sweep as an SVG file: curves over a number, else bars.

    One number turned: a curve for each of DRAWN that there is.  Two settings: `by` over the number, a curve for each
    value of the other.  All else: a bar of `by` for each combination.
    """
    values = {name: tuple(dict.fromkeys(dict(row.setting.turned)[name] for row in rows))
              for name, _ in rows[0].setting.turned}  # fmt: skip
    turned = sorted((name for name in values if len(values[name]) > 1), key=lambda name: -len(values[name]))
    numbers = [name for name in turned if name != "embedder"]
    frame = Frame("sweep", f"{test_set.name}: {by}", by, by, share=_is_share(by))
    if len(turned) == 1 and numbers:
        shown = [name for name in dict.fromkeys((by, *DRAWN)) if name in measures_of_rows(rows)]
        shown = [name for name in shown if _is_share(name) == _is_share(by)][:LINES]
        series = [_curve(name, numbers[0], rows, name, spread=True) for name in shown]
        whole = replace(frame, title=f"{test_set.name} by {numbers[0]}", across=numbers[0], up="" if shown[1:] else by)
        return document(lines(whole, series))
    if len(turned) == 2 and numbers:
        across = numbers[0]
        other = next(name for name in turned if name != across)
        if len(values[other]) <= LINES:
            series = [
                _curve(f"{other}={value}", across, [r for r in rows if dict(r.setting.turned)[other] == value], by)
                for value in values[other]
            ]
            return document(lines(replace(frame, across=across), series))
    estimates = [row.summary.values.get(by) for row in rows]
    points = tuple((float(at), one.value if one else None) for at, one in enumerate(estimates))
    spread = tuple((one.low, one.high) if one else None for one in estimates)
    return document(bars(frame, [row.setting.label for row in rows], [Series(by, points, spread)]))


def _curve(label: str, across: str, rows: Sequence[Row], measure: str, *, spread: bool = False) -> Series:
    """One measure over the number `across`."""
    ordered = sorted(rows, key=lambda row: float(dict(row.setting.turned)[across]))
    found = [(float(dict(row.setting.turned)[across]), row.summary.values.get(measure)) for row in ordered]
    points = tuple((x, one.value if one else None) for x, one in found)
    return Series(label, points, tuple((one.low, one.high) if one else None for _, one in found) if spread else ())


def _is_share(measure: str) -> bool:
    return measure not in COSTS and measure not in PERCENTILES


def _as_csv(rows: Sequence[Row]) -> str:
    """A row for each combination; of each measure its mean and its interval."""
    names, measures = [name for name, _ in rows[0].setting.turned], measures_of_rows(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [*names, "questions", *(part for name in measures for part in (name, f"{name} low", f"{name} high"))]
    )
    for row in rows:
        found = [row.summary.values.get(name) for name in measures]
        cells = [part for one in found for part in ((one.value, one.low, one.high) if one else ("", "", ""))]
        writer.writerow([*dict(row.setting.turned).values(), row.summary.items, *cells])
    return out.getvalue()
