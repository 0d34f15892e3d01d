"""Gives every paragraph the path of headings above it.  What a heading is was decided before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.records import BlockKind, Page, Paragraph, Span

# Headings that open a chapter of an inspection report in any framework; all others stand below them.
CHAPTER = re.compile(
    r"^(?:section \d|part \d|"
    r"the (?:experiences and progress|impact of leaders|local authority|effectiveness of the local)|"
    r"(?:key )?findings|main findings|headline findings|overview|summary|executive summary|what needs to improve|"
    r"areas? for (?:improvement|priority action)|recommendations?|inspection judgements|information about|"
    r"what (?:does|is|are|the inspection)|leadership|adoption|care leavers|leaders|practice|strengths|key strengths|"
    r"children (?:looked after|who need)|local safeguarding children board|next steps|case study)",
    re.I,
)


def with_headings(pages: Sequence[Page], paragraphs: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The same paragraphs, each with its `headings`; a heading's own path ends above itself.

    Headings before the first text are the title of the document, not the heading of a part of it.
    """
    path: list[tuple[int, str]] = []
    found = []
    title = True
    for paragraph in paragraphs:
        title = title and paragraph.kind in (BlockKind.HEADING, BlockKind.FURNITURE)
        if paragraph.kind is BlockKind.HEADING and not title:
            text = heading_text(pages, paragraph.spans)
            level = paragraph.level or (1 if CHAPTER.match(text) else 2)
            path = [entry for entry in path if entry[0] < level]
            found.append(replace(paragraph, headings=tuple(text for _, text in path)))
            path.append((level, text))
        else:
            found.append(replace(paragraph, headings=tuple(text for _, text in path)))
    return tuple(found)


def heading_text(pages: Sequence[Page], spans: Sequence[Span]) -> str:
    """A heading on one line, without Markdown's markers."""
    text = " ".join(pages[span.page].text[span.start : span.end] for span in spans)
    return re.sub(r"\s+", " ", text).strip("#* ").strip()
