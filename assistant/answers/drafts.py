"""A draft of an answer: lines of our words with the quotes that carry them.  Turning it into text and citations.

A line whose quotes all fail the check against the stored page is dropped with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.quotes import Quote, cite
from assistant.records import Citation
from index.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer.  `before` is our words; `quotes` follow it, shown or only cited."""

    before: str
    quotes: tuple[Quote, ...] = ()
    shown: bool = True  # whether the quotes' words are printed; False: the line states them, the marks cite them
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of an answer, in order."""

    lines: tuple[Line, ...]


def finished(draft: Draft, catalogue: Catalogue, base: str | None) -> tuple[str, tuple[Citation, ...]]:
    """The text with its [n] marks, and the citations; both empty where no quote stood."""
    quotes = [quote for line in draft.lines for quote in line.quotes]
    cited = iter(cite(quotes, catalogue, base))
    lines: list[str] = []
    citations: list[Citation] = []
    for line in draft.lines:
        own = [citation for citation in (next(cited) for _ in line.quotes) if citation]
        if line.quotes and not own:
            continue
        citations += own
        lines.append(_text(line, own))
    return ("\n".join(_without_bare_headings(draft, lines)), tuple(citations)) if citations else ("", ())


def _text(line: Line, own: Sequence[Citation]) -> str:
    if line.heading:
        return line.before
    if not line.shown:
        return f"{line.before} {''.join(f'[{c.n}]' for c in own)}".strip()
    # The pieces of one sentence are shown side by side; the same sentence of another document only adds its mark.
    shown: list[str] = []
    parts: list[str] = []
    for citation in own:
        if citation.quote.casefold() in shown:
            parts.append(f"[{citation.n}]")
        else:
            shown.append(citation.quote.casefold())
            parts.append(f"“{citation.quote}” [{citation.n}]")
    return f"{line.before}{' '.join(parts)}"


def _without_bare_headings(draft: Draft, lines: Sequence[str]) -> list[str]:
    """The lines without a heading under which nothing is left."""
    headings = {line.before for line in draft.lines if line.heading}
    return [
        line
        for place, line in enumerate(lines)
        if line not in headings or (place + 1 < len(lines) and lines[place + 1] not in headings)
    ]
