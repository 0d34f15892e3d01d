"""Quotes as citations, and the last check before they leave: every one must stand in its page, token by token."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.records import Citation
from index.catalogue import Catalogue, StoredDocument
from index.records import Passage, Sentence, Span, Voice, VoiceKind

_TOKEN = re.compile(r"\w+|[^\w\s]")
STRAY = 16  # characters: a piece of a sentence below this is not worth a citation of its own
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of one page to be cited, who is speaking, the paragraph's number as printed and the heading above."""

    document: StoredDocument
    span: Span
    voice: str
    paragraph: str | None = None
    heading: str | None = None


def stands_in(quote: str, page: str) -> bool:
    """Whether the tokens of `quote` stand in `page` one after another; white space is left aside."""
    wanted, held = _TOKEN.findall(quote), _TOKEN.findall(page)
    if not wanted:
        return False
    length = len(wanted)
    return any(held[at : at + length] == wanted for at in range(len(held) - length + 1) if held[at] == wanted[0])


def cite(
    quotes: Iterable[Quote], catalogue: Catalogue, base: str | None, first: int = 1
) -> tuple[Citation | None, ...]:
    """The citation of each quote, numbered from `first`.

    None, and a line in the log, for a quote that does not stand in its page.
    """
    found: list[Citation | None] = []
    n = first
    for quote in quotes:
        citation = _citation(quote, catalogue, n, base)
        n += citation is not None
        found.append(citation)
    return tuple(found)


def speaker_words(voice: Voice, publisher: str) -> str:
    """Who is speaking, as a person is told."""
    if voice.kind is VoiceKind.INSPECTORATE_REPORTED:
        return f"{voice.name}, as reported by {publisher}"
    if voice.kind is VoiceKind.REPORTED_TO_INSPECTORATE:
        return f"{voice.name}, as heard by {publisher}"
    return voice.name


def _citation(quote: Quote, catalogue: Catalogue, n: int, base: str | None) -> Citation | None:
    document, description = quote.document, quote.document.description
    page = catalogue.page(document.source, quote.span.page)
    # The span is where the sentence was read; the check is against the text that is stored now.
    text = re.sub(r"\s+", " ", page.text[quote.span.start : quote.span.end]).strip()
    if not stands_in(text, page.text):
        # Not its name, which not everybody who reads the log may know.
        _log.error("dropped a quote that does not stand in document %s, page %s", document.sha256[:12], page.number)
        return None
    published = description.published
    exact = published is not None and published.start == published.end
    return Citation(
        n=n,
        source=document.source,
        title=description.title,
        publisher=description.publisher,
        kind=description.kind.value,
        published=published.start if published and exact else None,
        period=description.inspected or (None if exact else published),
        page=page.number,
        paragraph=quote.paragraph,
        heading=quote.heading,
        url=_url(description.url, page.number, base, document.source),
        voice=quote.voice,
        quote=text,
    )


def _url(url: str | None, page: int | None, base: str | None, source: str) -> str | None:
    if url is None:
        return None
    return f"{url}#page={page}" if page and base and url.startswith(base) and source.lower().endswith(".pdf") else url


def pieces(document: StoredDocument, sentence: Sentence, passage: Passage) -> Iterator[Quote]:
    """The quotes of a sentence: one for each page that it runs over, a stray word or two left out."""
    who = speaker_words(sentence.voice, document.description.publisher)
    heading = passage.headings[-1] if passage.headings else None
    longest = max(span.end - span.start for span in sentence.spans)
    for span in sentence.spans:
        if span.end - span.start >= min(STRAY, longest):
            yield Quote(document, span, who, passage.number, heading)
