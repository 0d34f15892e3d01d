"""Documents into passages, the unit that is embedded and ranked.

Passages follow the document's own paragraphs: tiny ones are merged with their neighbours under the same heading,
long ones are split at sentences.  Every span of a passage is a slice of its page; only the header is made up.
Change `sizes.RULES` whenever what comes out changes: an index made under other rules is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from index.quotations import MARKS
from index.records import BlockKind, Description, Document, Interval, Paragraph, Part, Passage, Sentence, Span, Voice
from index.sizes import RULES, TINY, USUAL, Sizes
from index.structure.sentences import sentences
from index.voices import Utterance, voices

__all__ = ["RULES", "TINY", "USUAL", "Sizes", "header", "made_from", "part_of", "passages"]

LIST = 120  # tokens: up to this, the items of a list stay with the sentence that leads in to them
SPECIAL = 2  # tokens that the embedder itself adds to each text
HEADER_SHARE = 0.35  # of the embedder's limit, at most, for the header

_CONTEXT = re.compile(
    r"what the inspection judge?ments mean|the inspection judge?ments and what they mean|"
    r"information about this (?:inspection|report)|^about this inspection|inspection team|"
    r"local area partnership details|contents|previous (?:ofsted )?inspections?",
    re.I,
)
_RECOMMENDATION = re.compile(
    r"needs? to (?:improve|do better)|areas? for (?:improvement|priority action|development)|recommendations?|"
    r"priority (?:and immediate )?action|next steps|priority areas",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SUMMARY = re.compile(r"summary|headline findings|overview|key findings", re.I)
_AREA = re.compile(r"information about (?:this|the) local a(?:uthority|rea)|in this area$|service information", re.I)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence with its voice, its cost in tokens, and the paragraph it comes from."""

    spans: tuple[Span, ...]
    voice: Voice
    tokens: int
    paragraph: Paragraph
    leads: bool  # it begins its paragraph, so the span of the passage may begin at the paragraph's own mark
    opens_list: bool  # it ends in a colon: the items after it are its own
    front: bool  # it stands on the cover: title, dates, names, grade table


def passages(
    document: Document,
    description: Description,
    count_tokens: Callable[[str], int],
    max_tokens: int,
    sizes: Sizes = USUAL,
) -> tuple[Passage, ...]:
    """The passages of a document in reading order.

    `max_tokens` is the embedder's limit for header and text together; a single sentence longer than that is
    kept whole, and the embedder cuts it.
    """
    most = max_tokens if sizes.most is None else min(sizes.most, max_tokens)
    found: list[Passage] = []
    all_pieces = _pieces(document, description, count_tokens)
    for (headings, _), group in groupby(all_pieces, key=lambda piece: (piece.paragraph.headings, piece.front)):
        above = _short_header(description, headings, count_tokens, int(HEADER_SHARE * most)) if sizes.headers else ""
        for pieces in _packed(group, most - SPECIAL - count_tokens(above), sizes.least):
            if _says_something(document, pieces):
                found.append(_passage(document, above, pieces, len(found)))
    return tuple(found)


def made_from(description: Description) -> tuple[object, ...]:
    """All that passages take from a description: where this is the same, so are the passages of the same document."""
    return (
        description.publisher,
        description.kind,
        description.authorities,
        description.inspected,
        description.published,
    )


def header(description: Description, headings: Sequence[str]) -> str:
    """One line that says what a passage comes from: publisher, kind, authorities, dates, headings."""
    when = description.inspected or description.published
    slots = [description.publisher, description.kind.value, ", ".join(description.authorities[:3]), _months(when)]
    return " | ".join(filter(None, [" ".join(filter(None, slots)), *headings[-2:]]))


def _short_header(description: Description, headings: Sequence[str], count: Callable[[str], int], most: int) -> str:
    """The header, with fewer headings where they would take more than `most` tokens."""
    inner = headings[-2:]
    while inner and count(header(description, inner)) > most:
        inner = inner[1:]
    return header(description, inner)


def _months(interval: Interval | None) -> str:
    def month(day: date) -> str:
        return f"{day:%B %Y}"

    if interval is None:
        return ""
    first, last = month(interval.start), month(interval.end)
    return first if first == last else f"{first} to {last}"


def part_of(headings: Sequence[str]) -> Part:
    """Which part of a document stands under these headings."""
    for heading in reversed(headings):
        if _CONTEXT.search(heading) or _AREA.search(heading):
            return Part.CONTEXT
        if _RECOMMENDATION.search(heading):
            return Part.RECOMMENDATION
        if _SUMMARY.search(heading):
            return Part.SUMMARY
    return Part.FINDING


def _pieces(document: Document, description: Description, count: Callable[[str], int]) -> list[_Piece]:
    drafts = [
        (spans, paragraph, place == 0)
        for paragraph in _quotable(document)
        for place, spans in enumerate(_units(document, paragraph))
    ]
    texts = [document.text(spans) for spans, _, _ in drafts]
    utterances = [
        Utterance(
            text=_with_marks(document, spans),
            opens_paragraph=first,
            is_item=paragraph.kind is BlockKind.ITEM,
            heading=paragraph.headings[-1] if paragraph.headings else "",
        )
        for spans, paragraph, first in drafts
    ]
    council = description.authorities[0] if description.authorities else None
    spoken = voices(utterances, description.publisher, description.kind, council)
    return [
        _Piece(spans, voice, count(text), paragraph, first, text.endswith(":"), _is_front(document, paragraph))
        for text, voice, (spans, paragraph, first) in zip(texts, spoken, drafts, strict=True)
    ]


def _quotable(document: Document) -> Iterator[Paragraph]:
    """Text, items and tables, and the headings of a cover page: dates and names are printed there."""
    cover = document.pages[0].number is not None if document.pages else False
    for paragraph in document.paragraphs:
        if paragraph.kind in (BlockKind.TEXT, BlockKind.ITEM, BlockKind.TABLE):
            cover = False
            yield paragraph
        elif cover and paragraph.kind is BlockKind.HEADING:
            yield paragraph


def _is_front(document: Document, paragraph: Paragraph) -> bool:
    first = paragraph.spans[0].page
    return (
        first == 0 and document.pages[0].number is not None and paragraph.kind in (BlockKind.HEADING, BlockKind.TABLE)
    )


def _with_marks(document: Document, spans: tuple[Span, ...]) -> str:
    """A sentence with the lone quotation marks that were left out of it: they tell where a quotation ends."""
    first, last = document.pages[spans[0].page].text, document.pages[spans[-1].page].text
    before = first[max(0, spans[0].start - 1) : spans[0].start]
    after = last[spans[-1].end : spans[-1].end + 1]
    return f"{before if before in MARKS else ''}{document.text(spans)}{after if after in MARKS else ''}"


def _units(document: Document, paragraph: Paragraph) -> tuple[tuple[Span, ...], ...]:
    """The sentences of a paragraph; a table row and a heading stay whole."""
    if paragraph.kind in (BlockKind.TABLE, BlockKind.HEADING):
        return (paragraph.spans,)
    return sentences(document.pages, paragraph.spans)


def _packed(group: Iterable[_Piece], budget: int, least: int) -> Iterator[list[_Piece]]:
    """Cuts a group at paragraphs, and within a paragraph only where the budget asks for it."""
    packed: list[_Piece] = []
    for run in (list(run) for _, run in groupby(group, key=lambda piece: piece.paragraph)):
        used, more = sum(piece.tokens for piece in packed), sum(piece.tokens for piece in run)
        listed = run[0].paragraph.kind is BlockKind.ITEM and any(piece.opens_list for piece in packed)
        if packed and (used >= (max(LIST, least) if listed else least) or used + more > budget):
            yield packed
            packed = []
        for piece in run:
            if packed and sum(held.tokens for held in packed) + piece.tokens > budget:
                yield packed
                packed = []
            packed.append(piece)
    if packed:
        yield packed


def _says_something(document: Document, pieces: Sequence[_Piece]) -> bool:
    """Whether there are three words: "8.1 None." says nothing that could be found or quoted."""
    return sum(len(_WORD.findall(document.text(piece.spans))) for piece in pieces) >= 3


def _passage(document: Document, above: str, pieces: Sequence[_Piece], ordinal: int) -> Passage:
    spans = _hull(document, pieces)
    headings = pieces[0].paragraph.headings
    return Passage(
        id=f"{document.sha256[:16]}-{ordinal}",
        source=document.source,
        ordinal=ordinal,
        spans=spans,
        number=next((piece.paragraph.number for piece in pieces if piece.paragraph.number), None),
        headings=headings,
        part=Part.FRONT if pieces[0].front else part_of(headings),
        header=above,
        text=document.text(spans),
        sentences=tuple(Sentence(piece.spans, piece.voice) for piece in pieces),
    )


def _hull(document: Document, pieces: Sequence[_Piece]) -> tuple[Span, ...]:
    """One span for each run of sentences on a page; whole paragraphs keep their number or bullet."""
    spans: list[Span] = []
    for piece in pieces:
        first = piece.paragraph.spans[0]
        own = list(piece.spans)
        if piece.leads and own[0].page == first.page:
            begins_in_first = own[0].start < first.end
            own = [Span(first.page, first.start, own[0].end), *own[1:]] if begins_in_first else [first, *own]
        for span in own:
            if spans and _adjoin(document, spans[-1], span):
                spans[-1] = Span(span.page, spans[-1].start, span.end)
            else:
                spans.append(span)
    return tuple(spans)


def _adjoin(document: Document, one: Span, other: Span) -> bool:
    """Whether only white space and the quotation marks of their own ends part two spans, and no furniture."""
    between = document.pages[one.page].text[one.end : other.start]
    return one.page == other.page and not between.strip("".join(MARKS)).strip()
