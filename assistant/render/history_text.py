"""A history as a table for a terminal, and as plain lines for a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.history import Event, History
from assistant.render.as_text import printable
from assistant.timeline import OVERALL, strands_of
from assistant.words import day_words, period_words

NOT_GIVEN = "none given"


def history_rows(history: History) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The heads of the columns, and a row for each event; areas that nothing grades have no column."""
    strands = strands_of(event.occasion for event in history.events)
    inspectorates = {event.citation.publisher for event in history.events}
    by = ("Inspectorate",) if len(inspectorates) > 1 else ()
    heads = ("", "Published", "Inspected", "Kind", *by, *(strand.name for strand in strands))
    rows = tuple(
        (
            f"[{n}]",
            *_dates(event),
            event.citation.kind,
            *([event.citation.publisher] if by else []),
            *(event.grade(strand) or (NOT_GIVEN if _left_out(event, strand is OVERALL) else "") for strand in strands),
        )
        for n, event in enumerate(history.events, start=1)
    )
    return heads, rows


def history_title(history: History) -> str:
    """What the table shows, in a line."""
    count = len(history.events)
    told = f"{count} {'report or letter' if count == 1 else 'reports and letters'} held"
    then = f", published by {day_words(history.as_of)}" if history.as_of else ""
    return f"{history.authority}: {told}{then}"


def source_lines(history: History) -> list[str]:
    """Where each event stands: its number, title, source and link, and the words that say so."""
    return [
        printable(
            f"[{n}] {event.citation.title} – {event.citation.url or event.citation.source}"
            f"{f', page {event.citation.page}' if event.citation.page else ''}: “{event.citation.quote}”"
        )
        for n, event in enumerate(history.events, start=1)
    ]


def plain_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns in line, two spaces apart, nothing cut: for a pipe or a file."""
    every = [tuple(map(printable, row)) for row in (heads, *rows)]
    widths = [max(len(row[at]) for row in every) for at in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in every
    )


def _dates(event: Event) -> tuple[str, str]:
    said = event.occasion.document.description
    published = period_words(said.published) if said.published else "undated"
    return published, period_words(said.inspected) if said.inspected else ""


def _left_out(event: Event, overall: bool) -> bool:
    return overall and event.occasion.without_overall
