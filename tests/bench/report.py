"""What was measured, as tables in Markdown and as a plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.evaluate.report.charts import Series, lines
from assistant.render.canvas import Frame, document
from bench.asking import FILTERS

STAGES = ("reading", "describing", "embedding", "writing", "verifying")


def written(said: dict[str, Any], out: Path) -> None:
    """Write bench.md and, where there are several sizes, query.svg and build.svg into `out`."""
    (out / "bench.md").write_text("\n".join(_told(said)) + "\n", encoding="utf-8")
    scaled = said.get("scaled", [])
    if len(scaled) > 1:
        (out / "query.svg").write_text(_queries(scaled), encoding="utf-8")
        (out / "build.svg").write_text(_builds(scaled), encoding="utf-8")


def _told(said: dict[str, Any]) -> Iterable[str]:
    limits = said["limits"]
    yield "# Bench"
    yield ""
    yield (
        f"{limits['processor']}, {limits['cores']} cores; matrix products at most {limits['fp32']:,.0f} GFLOP/s in"
        f" float32, {limits['bf16']:,.0f} in bfloat16; memory read at {limits['memory'] / 1e9:.1f} GB/s."
    )
    if "beginning" in said:
        yield from _beginning(said["beginning"], said["encoding"])
    if said.get("scaled"):
        yield from _scaled(said)


def _beginning(found: dict[str, Any], encoding: dict[str, Any]) -> Iterable[str]:
    making = found["made"]
    stages = making["stages"]
    counts = {"reading": making["pages"], "describing": making["pages"]}
    yield from ("", "## From nothing", "")
    yield f"{making['documents']} documents, {making['pages']:,} pages, {making['passages']:,} passages"
    yield ""
    yield from _table(
        ("stage", "seconds", "rate"),
        [
            (name, f"{stages[name]:.1f}", _rate(name, counts.get(name, making["passages"]), stages[name]))
            for name in STAGES
            if name in stages
        ],
    )
    yield ""
    yield from _table(
        ("measure", "value", "demanded"),
        [
            ("all, from nothing", f"{making['seconds']:.1f} s", ""),
            ("reading", f"{making['pages'] / stages['reading']:,.0f} pages/s", "100"),
            ("most memory of all processes", f"{making['memory'] / 1e9:.2f} GB", "below 1.5"),
            ("on disk", f"{making['disk'] / 1e6:.0f} MB", ""),
            ("the same folder unchanged, whole command", f"{found['unchanged']:.2f} s", "below 1"),
            ("one report added, until served", f"{found['added']:.2f} s", "below 5"),
            (
                f"embedding, texts of {encoding['tokens']:.0f} tokens",
                f"{encoding['own']:.0f} a second; the processor's peak would allow {encoding['limit']:.0f}",
                "",
            ),
            ("plain sentence-transformers, float32, batch 32", f"{encoding['plain']:.0f} a second", ""),
            ("ratio", f"{encoding['ratio']:.2f}", "2.5"),
            ("least cosine between the two", f"{encoding['least_cosine']:.5f}", "0.999"),
        ],
    )


def _rate(name: str, count: int, seconds: float) -> str:
    unit = "pages" if name in ("reading", "describing") else "passages"
    return f"{count / max(seconds, 1e-9):,.0f} {unit}/s"


def _scaled(said: dict[str, Any]) -> Iterable[str]:
    yield from ("", "## More documents", "")
    if said["cosine"] is None:
        yield "Copies of the documents under other authorities' names and with other years, embedded for real."
    else:
        yield (
            "Copies of the documents under other authorities' names and with other years.  Their vectors are those of"
            f" the passages that they are copies of, turned by lot to a cosine of {said['cosine']:.3f}, which is what"
            " copies embedded for real have on average; the time that embedding would take is the measured rate times"
            " the passages.  All else is built, stored and asked for real."
        )
    yield ""
    yield from _table(
        ("documents", "passages", "build without embedding", "embedding", *STAGES[:2], "writing", "verifying",
         "disk", "memory of the build", "open: vectors, words", "memory of an app"),
        [_size(one) for one in said["scaled"]],
    )  # fmt: skip
    yield from ("", "Milliseconds of a question, each new to the process; recall of the ten best:", "")
    yield from _table(
        ("documents", "filter", "passages left", "search p50", "p95", "ask p50", "p95", "recall@10: vectors", "final"),
        [_asked(one, asking) for one in said["scaled"] for asking in one["asking"]],
    )


def _size(one: dict[str, Any]) -> tuple[str, ...]:
    making, opened, stages = one["made"], one["opened"], one["made"]["stages"]
    return (
        f"{making['documents']:,}",
        f"{making['passages']:,}",
        f"{making['seconds'] - stages['embedding']:.0f} s",
        f"{one['embedding']:,.0f} s",
        *(f"{stages.get(name, 0):.1f} s" for name in ("reading", "describing", "writing", "verifying")),
        f"{making['disk'] / 1e6:,.0f} MB",
        f"{making['memory'] / 1e9:.2f} GB",
        f"{opened['vectors']:.1f} s, {opened['words']:.1f} s",
        f"{opened['memory'] / 1e9:.2f} GB",
    )


def _asked(one: dict[str, Any], asking: dict[str, Any]) -> tuple[str, ...]:
    times = (f"{asking[name]:.0f}" for name in ("search_p50", "search_p95", "ask_p50", "ask_p95"))
    recalls = (f"{asking[name]:.4f}" for name in ("vector_recall", "final_recall"))
    return f"{one['made']['documents']:,}", asking["filter"], f"{asking['passages']:,}", *times, *recalls


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _queries(scaled: Sequence[dict[str, Any]]) -> str:
    def points(name: str) -> tuple[tuple[float, float], ...]:
        return tuple(
            (one["made"]["documents"], next(a["ask_p95"] for a in one["asking"] if a["filter"] == name))
            for one in scaled
        )

    frame = Frame("query", "Time of a question", "documents", "milliseconds, 95th percentile")
    return document(lines(frame, [Series(name, points(name)) for name in FILTERS]))


def _builds(scaled: Sequence[dict[str, Any]]) -> str:
    def points(name: str) -> tuple[tuple[float, float], ...]:
        return tuple((one["made"]["documents"], one["made"]["stages"].get(name, 0.0)) for one in scaled)

    frame = Frame("build", "Time of a build, embedding left aside", "documents", "seconds")
    return document(lines(frame, [Series(name, points(name)) for name in STAGES if name != "embedding"]))
