"""The sources of an answer in blocks: each document once, with its marks and buttons that open its passages.

The first documents are seen at once, the others are folded away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from assistant.records import Citation, Nearest
from assistant.render.as_text import dates_words
from assistant.slack.blocks.elements import actions, button, compact, container, context
from assistant.slack.blocks.fit import fits
from assistant.slack.blocks.limits import ACTIONS, CONTAINER_CHILDREN, Block
from assistant.slack.blocks.records import Piece
from assistant.slack.blocks.text import address, clip, escaped, link, mrkdwn, one_line
from assistant.words import period_words

VISIBLE = 3  # documents that are not folded away
BUTTONS = 5  # buttons that are not folded away
TITLE = 200  # characters of a title


def first_sources(citations: Sequence[Citation]) -> frozenset[str]:
    """The documents that are shown at once: the first that are cited."""
    return frozenset(list(dict.fromkeys(citation.source for citation in citations))[:VISIBLE])


def source_pieces(citations: Sequence[Citation], after: Piece) -> list[Piece]:
    """The sources as the pieces of one message after another, each with room for `after`."""
    visible = first_sources(citations)
    parts: list[list[Citation]] = [[]]
    for own in _by_source(citations):
        for citation in own:
            if parts[-1] and not fits([sources([*parts[-1], citation], visible), after]):
                parts.append([])
            parts[-1].append(citation)
    return [sources(part, visible) for part in parts if part]


def sources(citations: Sequence[Citation], visible: Collection[str]) -> Piece:
    """Documents with their marks, those of `visible` open; citations of one document stand together."""
    documents = list(_by_source(citations))
    seen = [own for own in documents if own[0].source in visible]
    folded = [own for own in documents if own[0].source not in visible]
    shown, more = _open_buttons(seen)
    head = context("*Sources*")
    opened: list[Block] = [*(context(_told(own)) for own in seen), *_rows(shown)]
    hidden = [(own, [context(_told(own)), *_rows(own)]) for own in folded]
    containers = [
        *_folded([(part, [row]) for part, row in zip(_batches(more), _rows(more), strict=True)], "passage"),
        *_folded(hidden, "source"),
    ]
    return Piece(
        (head, *opened, *containers),
        (head, *opened, *_rows(more), *(block for _, blocks in hidden for block in blocks)),
        "\n\n".join(["Sources", *(_bare(own) for own in documents)]),
    )


def nearest_piece(found: Sequence[Nearest]) -> Piece:
    """Where to look instead of an answer, each document with its link; told apart from sources by what it is called."""
    head = context("*Nearest that is held* – no answer to the question")
    lines = [context(f"{link(one.url, one_line(one.title) or one.source, TITLE)} · {_when(one)}") for one in found]
    bare = [
        f"{clip(one_line(one.title) or one.source, TITLE)} · {_when(one)} {address(one.url) or ''}" for one in found
    ]
    blocks = (head, *lines)
    return Piece(blocks, blocks, "\n".join(["Nearest that is held:", *(escaped(line.strip()) for line in bare)]))


def _when(one: Nearest) -> str:
    return f"published {period_words(one.published)}" if one.published else "undated"


def passage_value(source: str, page: int | None, quote: str) -> str:
    """What a button says of a passage: where it stands and, as far as there is room, its words."""
    return compact({"s": source, "p": page}, quote)


def place_words(page: int | None, paragraph: str | None, heading: str | None) -> str:
    """Where a quote stands: page and paragraph, or the heading where there are no pages."""
    parts = [
        f"page {page}" if page is not None else "",
        f"paragraph {clip(paragraph, 20)}" if paragraph else "",
        f"under “{clip(one_line(heading), 120)}”" if heading and page is None else "",
    ]
    return ", ".join(filter(None, parts))


def _by_source(citations: Sequence[Citation]) -> Iterator[list[Citation]]:
    for source in dict.fromkeys(citation.source for citation in citations):
        yield [citation for citation in citations if citation.source == source]


def _open_buttons(seen: Sequence[Sequence[Citation]]) -> tuple[list[Citation], list[Citation]]:
    """The citations whose buttons are seen at once, one of each document at least, and the others."""
    every = sorted((citation for own in seen for citation in own), key=lambda citation: citation.n)
    firsts = [own[0].n for own in seen]
    chosen = {*firsts, *[c.n for c in every if c.n not in firsts][: max(0, BUTTONS - len(firsts))]}
    return [c for c in every if c.n in chosen], [c for c in every if c.n not in chosen]


def _rows(citations: Sequence[Citation]) -> list[Block]:
    return [actions(map(_button, part)) for part in _batches(citations)]


def _batches(citations: Sequence[Citation]) -> list[Sequence[Citation]]:
    return [citations[at : at + ACTIONS] for at in range(0, len(citations), ACTIONS)]


def _button(citation: Citation) -> Block:
    where = place_words(citation.page, citation.paragraph, citation.heading)
    return button(
        f"Show passage [{citation.n}]",
        f"passage:{citation.n}",
        passage_value(citation.source, citation.page, citation.quote),
        label=f"Show passage {citation.n}, {where}" if where else None,
    )


def _folded(groups: Sequence[tuple[Sequence[Citation], list[Block]]], noun: str) -> Iterator[Block]:
    """Containers of as many groups as they hold, each named by what is inside and its marks."""
    at = 0
    while at < len(groups):
        marks: list[int] = []
        first = at
        children: list[Block] = []
        while at < len(groups) and len(children) + len(groups[at][1]) <= CONTAINER_CHILDREN:
            marks += [citation.n for citation in groups[at][0]]
            children += groups[at][1]
            at += 1
        named = f"[{min(marks)}]" if len(marks) == 1 else f"[{min(marks)}] to [{max(marks)}]"
        number = len(marks) if noun == "passage" else at - first
        yield container(f"{number} more {noun}{'' if number == 1 else 's'}: {named}", children)


def _told(own: Sequence[Citation]) -> str:
    first = own[0]
    title = link(first.url, _title(first), TITLE)
    return f"*{title}*\n{' · '.join(mrkdwn(part) for part in (_what(first), *_places(own)))}"


def _bare(own: Sequence[Citation]) -> str:
    first = own[0]
    url = address(first.url) or ""
    lines = [clip(_title(first), TITLE), _what(first), " · ".join(_places(own)), url]
    return "\n".join(escaped(line) for line in lines if line)


def _title(citation: Citation) -> str:
    return one_line(citation.title) or one_line(citation.source)


def _what(citation: Citation) -> str:
    return f"{clip(one_line(citation.publisher), 100)}, {clip(one_line(citation.kind), 60)}, {dates_words(citation)}"


def _places(own: Sequence[Citation]) -> Iterator[str]:
    """The marks of a document by where they stand and, where it is not the publisher, who speaks there."""
    by_place: dict[str, list[int]] = {}
    for citation in own:
        voice = f"speaking: {clip(one_line(citation.voice), 100)}" if citation.voice != citation.publisher else ""
        where = place_words(citation.page, citation.paragraph, citation.heading)
        by_place.setdefault("; ".join(filter(None, [where, voice])), []).append(citation.n)
    for place, marks in by_place.items():
        yield " ".join(filter(None, [" ".join(f"[{n}]" for n in marks), place]))
