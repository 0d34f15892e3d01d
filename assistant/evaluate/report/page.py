"""The page of `inspections evaluate report`: one HTML file that needs nothing else, for the eye and the keyboard.

    report_page(whole, base=None) -> str

`whole` is a run with its set and scores; `base` another run of the same set, to compare it with.  The page loads
nothing, and its content policy allows its own style and script alone, by their hashes; what documents and questions
say is escaped by the template.  The same run gives the same bytes.  Nothing is scored here.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assistant.evaluate.answering import COSTS, UNANSWERABLE, abstention_curve
from assistant.evaluate.compare import EQUAL, Comparison, Uncompared, compare, p_text
from assistant.evaluate.intervals import Estimate
from assistant.evaluate.matching import Same, same_among
from assistant.evaluate.records import Form, RunInfo, Scores
from assistant.evaluate.report.cards import Card, card, written
from assistant.evaluate.report.charts import Series, bars, histogram, lines
from assistant.evaluate.report.verdicts import Kept, Verdict, Word, verdict, wanted
from assistant.evaluate.scoring import Scored
from assistant.evaluate.slices import SECONDS, macro, measures_of, micro, slice_names, summaries_by
from assistant.render.canvas import Chart, Frame

DEEPEST = 20  # of the recall curve
TILES = ("R@10", "nDCG@10", "cited_recall", "faithful", "abstained_rightly", "seconds_p50")
LEADING = ("cited_recall", "abstained_rightly", "faithful", "R@10", "RR@10")  # what a question won or lost by
MOST = 12  # questions that won, and that lost, with both results
BARS = ("R@10", "cited_recall", "abstained_rightly")
MEANINGS = {
    "R": "essential spans that the first {} passages hold",
    "Success": "questions with a span within the first {}",
    "RR": "one over the rank of the first span, within the first {}",
    "nDCG": "gain of the first {}, of the best order of these passages; not for comparing passage sizes",
    "AP": "precision at each span found, averaged; not for comparing passage sizes",
    "answered": "answerable questions that were answered",
    "abstained_rightly": "unanswerable questions that were not answered",
    "cited_recall": "essential spans that are cited",
    "cited_precision": "citations that hold a span",
    "faithful": "answers with every quote where it says",
    "right_document": "citations of a document that answers",
    "right_period": "citations of the period asked for",
    "right_speaker": "citations of the speaker asked for",
    "no_forbidden_doc": "answers that cite no forbidden document",
    "facts": "facts that the answer states",
    "answer_words": "words of an answer",
    "seconds_p50": "half of the questions took no longer",
    "seconds_p95": "19 of 20 questions took no longer",
    "tokens": "tokens of the model",
    "cost": "cost of the model",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `value` is what it is sorted by, where that is not its text."""

    text: str
    note: str = ""
    value: str | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A list to filter by; options with how many questions each has."""

    name: str
    label: str
    options: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question whose measures moved, with both results."""

    delta: str
    base: Card
    new: Card


@dataclass(frozen=True, slots=True)
class Moves:
    """The questions that lost, or won: those that moved most."""

    title: str
    tone: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The run that is compared with; `cards` as those of the page, question by question."""

    name: str
    table: Table
    parts: tuple[Moves, ...]
    cards: Sequence[Card]


def report_page(whole: Scored, base: Scored | None = None) -> str:
    """The page of a run, complete or not, as the text of an HTML file; with `base`, what changed comes first.

    EvaluationError: `base` is a run of other questions.
    """
    verdicts = _verdicts(whole)
    cards = _cards(whole, verdicts)
    measures = measures_of(whole.scores)
    style, script = _part("style.css"), _part("script.js")
    page: str = _template().render(
        style=Markup(style),  # noqa: S704  (our own files, allowed by these hashes)
        script=Markup(script),  # noqa: S704
        style_hash=_hash(style),
        script_hash=_hash(script),
        run=_run(whole, cards),
        beside=_beside(base, whole, cards) if base else None,
        tiles=_tiles(whole.scores),
        headline=_headline(whole.scores),
        charts=_charts(whole, verdicts),
        drawing=_drawing,
        numbers=_numbers,
        slices=_slices(whole.scores),
        fields=_fields(cards),
        measures=measures,
        cards=cards,
    )
    return page


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("assistant.evaluate.report", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_writable,
    )
    return environment.get_template("page.html")


@cache
def _part(name: str) -> str:
    return (files("assistant.evaluate.report") / "template" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _writable(value: object) -> object:
    """Letters that no HTML file may hold, controls and halves of letters, are replaced."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join("\ufffd" if _unfit(letter) else letter for letter in value)


def _unfit(letter: str) -> bool:
    return (letter < " " and letter not in "\t\n") or "\x7f" <= letter < "\xa0" or "\ud800" <= letter <= "\udfff"


def _verdicts(whole: Scored) -> list[Verdict]:
    form, outcomes, same = whole.test_set.form, whole.run.outcomes, _same(whole)
    return [
        verdict(item, outcomes.get(item.id), scores.values, form, same)
        for item, scores in zip(whole.test_set.items, whole.scores, strict=True)
    ]


def _cards(whole: Scored, verdicts: Sequence[Verdict]) -> list[Card]:
    asked = zip(whole.test_set.items, whole.scores, verdicts, strict=True)
    outcomes, same = whole.run.outcomes, _same(whole)
    return [
        card(at, item, outcomes.get(item.id), scores, found, same=same)
        for at, (item, scores, found) in enumerate(asked, start=1)
    ]


def _same(whole: Scored) -> Same:
    """Which documents the set's paths mean, among those that the run's index was made from."""
    return same_among(tuple(whole.run.info.manifest.get("sources") or ()))


def _run(whole: Scored, cards: Sequence[Card]) -> dict[str, Any]:
    """What is said of the run at the top."""
    info = whole.run.info
    counts = Counter(one.grade for one in cards)
    good = f"{counts['good']} went well, {counts['part']} in part, {counts['bad']} not"
    missing = [one for one in cards if one.word == Word.NOT_ASKED]
    return {
        "name": info.name,
        "line": f"{_counted(len(cards))} of {info.set_name}, asked on {_day(info)}: {good}.",
        "warning": f"Not asked yet, and so scoring 0: {_counted(len(missing))}." if missing else "",
        "made": _made(info),
    }


def _counted(count: int) -> str:
    return f"{count} question{'s' * (count != 1)}"


def _day(info: RunInfo) -> str:
    return f"{info.started.day} {info.started:%B %Y}"


def _made(info: RunInfo) -> list[tuple[str, str]]:
    plain = {name: value for name, value in info.manifest.items() if isinstance(value, str | int | float | bool)}
    return [
        ("test set", f"{info.set_path} ({info.form.value}, SHA-256 {info.set_sha256[:12]})"),
        ("started", f"{info.started:%Y-%m-%d %H:%M} UTC"),
        ("settings", _listed(info.settings)),
        ("index", _listed({"generation": info.generation} | plain)),
        ("versions", _listed(info.versions)),
    ]


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items() if value is not None)


def _tiles(scores: Sequence[Scores]) -> list[dict[str, str]]:
    values = micro(scores).values
    return [{"name": name, "text": _fixed(name, values[name].value)} for name in TILES if name in values]


def _headline(scores: Sequence[Scores]) -> Table:
    whole, by_kind = micro(scores).values, macro(scores).values
    rows = [
        (Cell(name, _meaning(name)), *_estimated(name, one), *_estimated(name, by_kind.get(name)), Cell(str(one.count)))
        for name, one in whole.items()
    ]
    head = ("Measure", "All", "95 % interval", "Kinds alike", "95 % interval", "Questions")
    return Table("Means over all questions, and over the means of the kinds", head, tuple(rows))


def _estimated(name: str, one: Estimate | None) -> tuple[Cell, Cell]:
    if one is None:
        return Cell("–"), Cell("–")
    return Cell(_fixed(name, one.value)), Cell(_interval(name, one))


def _interval(name: str, one: Estimate) -> str:
    return f"{_fixed(name, one.low)} to {_fixed(name, one.high)}"


def _fixed(name: str, value: float) -> str:
    """Shares with the same digits everywhere, so that they stand under each other."""
    return written(name, value) if name in COSTS or name.startswith(SECONDS) else f"{value:.3f}"


def _meaning(name: str) -> str:
    """What a measure is, in a few words; none for those of ir-measures that are seldom asked for."""
    measure, _, cutoff = name.partition("@")
    return MEANINGS.get(measure, "").replace("{}", cutoff) if cutoff or "{}" not in MEANINGS.get(measure, "{}") else ""


def _slices(scores: Sequence[Scores]) -> list[Table]:
    return [one for name in slice_names(scores) if len((one := _slice(scores, name)).rows) > 1]


def _slice(scores: Sequence[Scores], name: str) -> Table:
    found = summaries_by(scores, name)
    measures = tuple(dict.fromkeys(measure for one in found for measure in one.values))
    rows = tuple(
        (
            Cell(one.label),
            Cell(str(one.items), value=str(one.items)),
            *(_sliced(measure, one.values.get(measure), with_interval=name == "kind") for measure in measures),
        )
        for one in found
    )
    words = name.replace("_", " ")
    caption = f"Means by {words}" + (", with their 95 % intervals" if name == "kind" else "")
    return Table(caption, (words, "questions", *measures), rows)


def _sliced(name: str, one: Estimate | None, *, with_interval: bool) -> Cell:
    if one is None:
        return Cell("–", value="")
    return Cell(_fixed(name, one.value), _interval(name, one) if with_interval else "", f"{one.value:.6g}")


def _beside(base: Scored, new: Scored, cards: Sequence[Card]) -> Beside:
    comparison = compare(base, new)
    before = _cards(base, _verdicts(base))
    return Beside(
        base.run.info.name,
        _differences(comparison),
        _moves(comparison, {item.id: pair for item, *pair in zip(new.test_set.items, before, cards, strict=True)}),
        before,
    )


def _differences(comparison: Comparison) -> Table:
    rows = []
    for one in comparison.differences:
        name = one.measure
        worse = (one.change.value < 0) != (name in COSTS)
        tone = ("bad" if worse else "good") if one.significant else ""
        change = Cell(_signed(name, one.change.value), value=f"{one.change.value:.6g}", tone=tone)
        interval = Cell(f"{_signed(name, one.change.low)} to {_signed(name, one.change.high)}")
        counts = [Cell(str(count), value=str(count)) for count in (len(one.won), len(one.lost), one.ties)]
        p = Cell(p_text(one.p), value=f"{one.p:.6g}")
        over = Cell(str(one.change.count), "where both answered" if one.where_answered else "", str(one.change.count))
        means = [Cell(_fixed(name, value), value=f"{value:.6g}") for value in (one.base, one.new)]
        rows.append((Cell(name, _meaning(name)), *means, change, interval, p, over, *counts))
    rows += [_apart(one) for one in comparison.uncompared]
    head = (
        "Measure",
        comparison.base.name,
        comparison.new.name,
        "Change",
        "95 % interval",
        "p",
        "Questions",
        "Won",
        "Lost",
        "Alike",
    )
    caption = "Differences of the means; p by paired randomisation, in colour where below 0.05, times aside"
    return Table(caption, head, tuple(rows))


def _apart(one: Uncompared) -> tuple[Cell, ...]:
    """The row of a measure that no question has in both runs: how many have it in each."""
    why = f"no question in both runs: {one.base} before, {one.new} now"
    return (Cell(one.measure, why), *(Cell("–", value="") for _ in range(5)), Cell("0"), *(Cell("–", value=""),) * 3)


def _moves(comparison: Comparison, cards: Mapping[str, Sequence[Card]]) -> tuple[Moves, ...]:
    """The questions that lost and won, by the sum of what they lost and won in the leading measures."""
    changes: dict[str, float] = {}
    deltas: dict[str, list[str]] = {}
    for one in comparison.differences:
        if one.measure in COSTS:
            continue
        for moved in (*one.won, *one.lost):
            own = deltas.setdefault(moved.item.id, [])
            own.append(f"{one.measure} {written(one.measure, moved.before)} → {written(one.measure, moved.after)}")
            lead = moved.change if one.measure in LEADING else 0.0
            changes[moved.item.id] = changes.get(moved.item.id, 0.0) + lead
    parts = []
    for title, tone, sign in (("Lost", "bad", -1), ("Won", "good", 1)):
        ids = sorted(
            (one for one, change in changes.items() if sign * change > EQUAL), key=lambda one: -abs(changes[one])
        )
        pairs = tuple(Pair(", ".join(deltas[one]), *cards[one]) for one in ids[:MOST])
        more = _counted(len(ids)) if len(ids) <= MOST else f"the {MOST} of {_counted(len(ids))} that moved most"
        parts.append(Moves(f"{title}: {more}", tone, pairs))
    return tuple(parts)


def _signed(name: str, value: float) -> str:
    text = _fixed(name, abs(value))
    return f"{'−' if value < 0 else '+'}{text}" if any(digit in text for digit in "123456789") else text


def _fields(cards: Sequence[Card]) -> list[Field]:
    def counted(values: Sequence[str]) -> tuple[tuple[str, int], ...]:
        return tuple((value, count) for value, count in Counter(values).items() if value)

    order = {word.value: at for at, word in enumerate(Word)}
    fields = [
        Field("kind", "Kind", counted([one.kind for one in cards])),
        Field("verdict", "Verdict", counted(sorted((one.word for one in cards), key=order.__getitem__))),
        Field("authority", "Authority", counted(sorted(one.authority for one in cards))),
    ]
    return [field for field in fields if field.options]


def _charts(whole: Scored, verdicts: Sequence[Verdict]) -> list[Chart]:
    scores, run = whole.scores, whole.run
    charts = [_kinds(scores), _recall(whole, verdicts)]
    outcomes = [run.outcomes[item.id] for item in whole.test_set.items if item.id in run.outcomes]
    times = [1000 * one.seconds for one in outcomes if one.error is None]
    if times:
        values = micro(scores).values
        marks = [
            (f"{name.removeprefix('seconds_')} {written(name, values[name].value)}", 1000 * values[name].value)
            for name in ("seconds_p50", "seconds_p95")
            if name in values
        ]
        charts.append(histogram(Frame("latency", "Time of an answer", "milliseconds"), times, marks))
    if any(one.kind == UNANSWERABLE for one in scores) and any("status" in one.answer for one in outcomes):
        charts.append(_abstention(whole))
    return [chart for chart in charts if chart.rows]


def _kinds(scores: Sequence[Scores]) -> Chart:
    kinds = summaries_by(scores, "kind")
    names = [name for name in BARS if any(name in kind.values for kind in kinds)]
    series = [
        Series(
            name,
            tuple((at, kind.values[name].value if name in kind.values else None) for at, kind in enumerate(kinds)),
            tuple((kind.values[name].low, kind.values[name].high) if name in kind.values else None for kind in kinds),
        )
        for name in names
    ]
    frame = Frame("kinds", "By kind of question", "mean, with its 95 % interval", share=True)
    return bars(frame, [f"{kind.label} ({kind.items})" for kind in kinds], series)


def _recall(whole: Scored, verdicts: Sequence[Verdict]) -> Chart:
    """How much is found within the first k passages: of what is essential, and anything at all."""
    judged = [one.kept for item, one in zip(whole.test_set.items, verdicts, strict=True) if item.gold]
    if whole.test_set.form is Form.QUOTES:
        judged_essential: list[Sequence[Kept]] = [wanted(kept) for kept in judged]
    else:
        judged_essential = list(judged)
    kept_passages = [len(one.answer.get("passages") or one.ranked) for one in whole.run.outcomes.values()]
    steps = range(1, min(DEEPEST, max(kept_passages, default=0)) + 1) if judged else range(0)

    def share(kept: Sequence[Kept], k: int) -> float:
        return sum(one.rank is not None and one.rank <= k for one in kept) / len(kept)

    essential = tuple((k, sum(share(kept, k) for kept in judged_essential) / len(judged)) for k in steps)
    any_of = tuple((k, sum(share(kept, k) > 0 for kept in judged) / len(judged)) for k in steps)
    frame = Frame("recall", "Found within the first k passages", "k", "share", share=True)
    return lines(frame, [Series("essential spans (R@k)", essential), Series("any span (Success@k)", any_of)])


def _abstention(whole: Scored) -> Chart:
    curve = abstention_curve(whole.test_set.items, whole.run.outcomes)
    frame = Frame("abstention", "Errors of abstention", "least confidence of an answer", "share", share=True)
    return lines(
        frame,
        [
            Series("answered wrongly", tuple((point.threshold, point.wrongly_answered) for point in curve)),
            Series("abstained wrongly", tuple((point.threshold, point.wrongly_abstained) for point in curve)),
        ],
    )


def _drawing(chart: Chart) -> Markup:
    return Markup(chart.svg)  # noqa: S704  (charts escape what they are given)


def _numbers(chart: Chart) -> Table:
    rows = tuple(tuple(Cell(text) for text in row) for row in chart.rows)
    return Table(chart.frame.title, chart.head, rows)
