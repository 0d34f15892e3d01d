"""What the evaluators' commands print for a person: plain tables that fit a terminal.  Nothing is worked out here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from assistant.evaluate.ablate import Arm
from assistant.evaluate.answering import COSTS, QUALITIES
from assistant.evaluate.bench import Bench
from assistant.evaluate.compare import Comparison, Difference, Moved, p_text
from assistant.evaluate.gate import Verdict
from assistant.evaluate.intervals import Estimate
from assistant.evaluate.perturb import Move, Moves
from assistant.evaluate.records import Outcome, Problem, RunInfo, Scores
from assistant.evaluate.retrieval import RETRIEVAL
from assistant.evaluate.running import differences
from assistant.evaluate.slices import PERCENTILES, Summary, macro, measures_of, micro, slice_names, summaries_by
from assistant.evaluate.sweep import Row
from assistant.evaluate.sweep_files import best, measures_of_rows, usual_in

NONE = "–"
SHOWN = ("R@5", "R@10", "RR@10", "nDCG@10", "cited_recall", "cited_precision", "faithful", "facts", "answered",
         "abstained_rightly", "seconds_p95")  # fmt: skip
SLICED = (*SHOWN[:-1], "right_document", "right_period", "right_speaker", SHOWN[-1])
ABLATED = ("R@5", "R@10", "RR@10", "cited_recall", "cited_precision", "facts", "abstained_rightly", "answer_words")
ASIDE = 56  # characters of a column where two results stand side by side
LINES = 6  # of an answer there


def table(rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Rows as columns that line up, the first `left` of them to the left and the others to the right."""
    cells = [list(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip_longest(*cells, fillvalue="")]
    lines = [
        "  ".join(cell.ljust(width) if at < left else cell.rjust(width)
                  for at, (cell, width) in enumerate(zip(row, widths, strict=False)))
        for row in cells
    ]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)


def summary_text(info: RunInfo, scores: Sequence[Scores]) -> str:
    """The measures of a run, over all questions with their intervals, and by kind."""
    whole, kinds = micro(scores), summaries_by(scores, "kind")
    columns = [macro(scores), *kinds] if len(kinds) > 1 else []
    head = ["", "all", "95 % interval", "n", *(one.label for one in columns)]
    counts = [
        "questions",
        str(whole.items),
        "",
        "",
        *("" if one.label == "macro" else str(one.items) for one in columns),
    ]
    rows = [head, counts]
    for name, estimate in whole.values.items():
        own = (one.values.get(name) for one in columns)
        rows.append([name, _number(name, estimate), _interval(name, estimate), str(estimate.count),
                     *(_number(name, one) for one in own)])  # fmt: skip
    return (
        f"{info.name}: {info.set_name}, index generation {info.generation}{_unfinished(info, scores)}\n\n{table(rows)}"
    )


def slices_text(scores: Sequence[Scores], name: str) -> str:
    """The measures for each value of a slice, a row each."""
    parts = [micro(scores), *summaries_by(scores, name)]
    shown = [measure for measure in SLICED if measure in parts[0].values]
    shown += [measure for measure in measures_of(scores) if measure not in (*RETRIEVAL, *QUALITIES, *COSTS)]
    rows = [[name, "questions", *shown]]
    rows += [
        [one.label, str(one.items), *(_number(measure, one.values.get(measure)) for measure in shown)] for one in parts
    ]
    return table(rows)


def known_slices(scores: Sequence[Scores]) -> str:
    """The names that the scores may be sliced by."""
    return ", ".join(slice_names(scores))


def problems_text(problems: Sequence[Problem], set_name: str) -> str:
    """What is wrong with a set, a line each."""
    return "\n".join(
        f"{one.file or set_name}, line {one.line}{f' ({one.id})' if one.id else ''}: {one.what.rstrip('.')}. {one.cure}"
        for one in problems
    )


def comparison_text(found: Comparison, on: Difference | None, most: int) -> str:
    """In what two runs differ, measure by measure what came of it, and of one measure who lost and won most."""
    other = differences(found.base, found.new)
    made = (
        f"{found.base.name} was made with other {', '.join(other)}."
        if other
        else "Both were made alike: with one index, one program and the same settings."
    )
    head = ["", found.base.name, found.new.name, "change", "95 % interval", "p", "", "won", "lost", "same"]
    rows = [head]
    rows += [
        [
            one.measure,
            _digits(one.measure, one.base),
            _digits(one.measure, one.new),
            f"{one.change.value:+.3f}",
            f"{one.change.low:+.3f} to {one.change.high:+.3f}",
            p_text(one.p),
            "*" if one.significant else "",
            str(len(one.won)),
            str(len(one.lost)),
            str(one.ties),
        ]
        for one in found.differences
    ]
    apart = [f"{one.measure} ({found.base.name}: {one.base}, {found.new.name}: {one.new})" for one in found.uncompared]
    parts = [made, table(rows), "* chance is an unlikely reason (p below 0.05, paired randomisation)"]
    if apart:
        parts.append(
            f"No question in both runs has, by the number of questions that have it in each: {', '.join(apart)}"
        )
    if on is not None and most:
        for title, moved in (("Lost most", on.lost), ("Won most", on.won)):
            if moved:
                parts += [f"{title} by {on.measure} ({len(moved)})", *(_beside(one, found) for one in moved[:most])]
    return "\n\n".join(parts)


def gate_text(verdicts: Sequence[Verdict]) -> str:
    """Every requirement with what was found, those that are not met last, where they are seen."""
    ordered = sorted(verdicts, key=lambda one: not one.met)
    return table([["ok" if one.met else "FAILED", one.requirement, one.why] for one in ordered], left=3)


def sweep_text(rows: Sequence[Row], by: str, measures: Sequence[str]) -> str:
    """The measures by setting; the best of each column is marked, and that of `by` has its interval."""
    held = measures_of_rows(rows)
    shown = [name for name in dict.fromkeys((by, *measures)) if name in held]
    tops = {name: best(rows, name) for name in shown}
    usual = usual_in(rows)
    lines = [["setting", "", *shown]]
    for at, row in enumerate(rows):
        cells = [_number(name, row.summary.values.get(name)) + ("*" if at in tops[name] else " ") for name in shown]
        lines.append([row.setting.label, "usual" if at == usual else "", *cells])
    first = rows[tops[by][0]]
    found = first.summary.values[by]
    equal = f", {len(tops[by])} alike" if tops[by][1:] else ""
    best_text = (
        f"Best by {by}: {first.setting.label}, {_number(by, found)}, 95 % interval {_interval(by, found)}{equal}."
    )
    return f"{table(lines, left=2)}\n\n* best of its column\n{best_text}"


def ablation_text(arms: Sequence[Arm]) -> str:
    """What each measure is with everything, and by how much it changes without each part."""
    shown = [name for name in ABLATED if name in arms[0].summary.values]
    rows = [["", *shown]]
    for arm in arms:
        changes = {one.measure: one for one in arm.differences}
        values = [_number(name, arm.summary.values.get(name)) for name in shown]
        rows.append([arm.name if not arm.differences else f"without {arm.name}", *values])
        if arm.differences:
            rows.append(["", *(_change(changes.get(name)) for name in shown)])
    return f"{table(rows)}\n\n* chance is an unlikely reason (p below 0.05, paired randomisation)"


def _change(one: Difference | None) -> str:
    return NONE if one is None else f"{one.change.value:+.3f}{'*' if one.significant else ' '}"


def moves_text(found: Sequence[Moves]) -> str:
    """How often the answers to twins went to the right document."""
    rows = [["twin", "questions", *(move.value for move in Move)]]
    for one in found:
        counts = [
            f"{one.counts.get(move, 0)} ({one.share(move):.0%})" if one.counts.get(move) else NONE for move in Move
        ]
        rows.append([one.twin, str(one.total), *counts])
    return table(rows)


def bench_text(found: Bench) -> str:
    """The three rankings of a collection."""
    names = list(dict.fromkeys(name for ranking in found.rankings for name in ranking.values))
    rows = [["", *names]]
    rows += [[one.label, *(_number(name, one.values.get(name)) for name in names)] for one in found.rankings]
    head = f"{found.name}: {found.documents:,} documents, {found.queries:,} queries, {found.embedder}"
    return f"{head}\n\n{table(rows)}"


def estimate_data(summary: Summary) -> dict[str, object]:
    """A summary as it is printed as JSON."""
    values = {
        name: {"value": one.value, "low": one.low, "high": one.high, "n": one.count}
        for name, one in summary.values.items()
    }
    return {"label": summary.label, "questions": summary.items, "measures": values}


def _beside(moved: Moved, found: Comparison) -> str:
    item = moved.item
    head = f"{item.id} ({item.kind}, {moved.before:.3f} → {moved.after:.3f})\n  {item.question}"
    columns = [[name, *_result(outcome)] for name, outcome in
               ((found.base.name, moved.base), (found.new.name, moved.new))]  # fmt: skip
    return head + "\n" + "\n".join(
        f"  {one:<{ASIDE}}  {other}".rstrip() for one, other in zip_longest(*columns, fillvalue="")
    )  # fmt: skip


def _result(outcome: Outcome | None) -> list[str]:
    """The beginning of an answer with what it cites, in lines of a column."""
    if outcome is None:
        return ["(not asked)"]
    if outcome.error is not None:
        return textwrap.wrap(f"(failed: {outcome.error})", ASIDE)[:LINES]
    answer = outcome.answer
    said = str(answer.get("answer") or f"No answer. {answer.get('reason') or ''}")
    lines = [part for line in said.splitlines() for part in textwrap.wrap(line, ASIDE)]
    pages: dict[str, list[str]] = {}
    for one in answer.get("citations") or ():
        pages.setdefault(str(one["source"]), []).append(str(one.get("page") or ""))
    cited = [f"· {_short_name(source, [page for page in own if page])}" for source, own in pages.items()]
    return [*lines[:LINES], *(["…"] if lines[LINES:] else []), *cited[:LINES]]


def _short_name(source: str, pages: Sequence[str]) -> str:
    """The end of a path, which tells most, and the pages, in one line of a column."""
    own = f", page {', '.join(dict.fromkeys(pages))}" if pages else ""
    room = ASIDE - 2 - len(own)
    return (source if len(source) <= room else f"…{source[1 - max(room, 2) :]}") + own


def _unfinished(info: RunInfo, scores: Sequence[Scores]) -> str:
    return "" if info.complete else f" (not complete: what was not asked of {len(scores)} questions scores 0)"


def _number(measure: str, estimate: Estimate | None) -> str:
    return NONE if estimate is None else _digits(measure, estimate.value)


def _interval(measure: str, estimate: Estimate) -> str:
    return f"{_digits(measure, estimate.low)} to {_digits(measure, estimate.high)}"


def _digits(measure: str, value: float) -> str:
    """Shares and seconds to three digits; counts, such as words, to one."""
    return f"{value:.3f}" if measure in PERCENTILES or abs(value) <= 1 else f"{value:.1f}"
