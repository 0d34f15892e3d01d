"""The modal that shows a passage in its place: where it comes from, the quote in bold, what stands around it.

Its buttons go to the neighbours: `passage_step:-1` and `passage_step:+1`, with a value of compact JSON
{"s": source, "o": number of the passage to show, "q": quote}.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.answers.said import dates_words
from assistant.slack.blocks.elements import (
    actions,
    button,
    compact,
    context,
    divider,
    mrkdwn_text,
    paragraph,
    rich_text,
    run,
    section,
)
from assistant.slack.blocks.limits import Block
from assistant.slack.blocks.text import address, clip, link, mrkdwn, one_line
from assistant.slack.blocks.views import modal
from assistant.surroundings import Surroundings
from index.records import Passage

TITLE = 500  # characters of a document's title
AROUND = 350  # characters of a neighbour
PART = 2_500  # characters of one block of text
PARTS = 60  # blocks of text


def passage_view(found: Surroundings, quote: str, kept: str = "") -> Block:
    """The modal of a passage.

    `quote` goes with the buttons, so that it is found again on the way back; `kept` comes back with each of them.
    """
    text = list(_text(found))
    blocks = [
        section(mrkdwn_text(_document(found))),
        *_around("Before", found.before, last=True),
        divider(),
        *text[:PARTS],
        divider(),
        *_around("After", found.after, last=False),
        *_steps(found, quote),
    ]
    return modal("Passage", blocks, "passage", kept)


def _document(found: Surroundings) -> str:
    description = found.document.description
    title = one_line(description.title) or one_line(found.document.source)
    what = f"{clip(one_line(description.publisher), 100)}, {description.kind.value} ({dates_words(found.document)})"
    opened = [link(description.url, "Open the document")] if address(description.url) else []
    lines = [f"*{mrkdwn(title, TITLE)}*", mrkdwn(what, TITLE), mrkdwn(_place(found), TITLE), *opened]
    return "\n".join(filter(None, lines))


def _place(found: Surroundings) -> str:
    passage = found.passage
    parts = [
        f"Page {found.page}" if found.page is not None else "",
        f"paragraph {clip(passage.number, 20)}" if passage and passage.number else "",
        f"under “{clip(one_line(' – '.join(passage.headings)), 300)}”" if passage and passage.headings else "",
    ]
    told = ", ".join(filter(None, parts))
    return told[:1].upper() + told[1:]


def _text(found: Surroundings) -> Iterator[Block]:
    """The passage with its quote in bold, in as many blocks as it takes."""
    runs: list[Block] = []
    room = PART
    for text, quoted in found.parts:
        left = text
        while left:
            if room < min(len(left), 40):
                yield rich_text(paragraph(*runs))
                runs, room = [], PART
            piece = left if len(left) <= room else left[: len(clip(left, room)) - 1]
            runs.append(run(piece, bold=True) if quoted else run(piece))
            left, room = left[len(piece) :], room - len(piece)
    yield rich_text(paragraph(*(runs or [run("")])))


def _around(name: str, passage: Passage | None, last: bool) -> list[Block]:
    """The end of the passage before, or the beginning of the one after, small and grey."""
    words = one_line(passage.text) if passage else ""
    if not words:
        return []
    shown = f"…{clip(words[::-1], AROUND)[:-1][::-1]}" if last and len(words) > AROUND else clip(words, AROUND)
    return [context(f"*{name}*\n{mrkdwn(shown)}")]


def _steps(found: Surroundings, quote: str) -> list[Block]:
    ways = (("Earlier passage", "-1", found.before), ("Later passage", "+1", found.after))
    buttons = [
        button(text, f"passage_step:{way}", step_value(found.document.source, passage.ordinal, quote))
        for text, way, passage in ways
        if passage
    ]
    return [actions(buttons)] if buttons else []


def step_value(source: str, ordinal: int, quote: str) -> str:
    """What a button says of a neighbour: which passage it is and, as far as there is room, the quote's words."""
    return compact({"s": source, "o": ordinal}, quote)
