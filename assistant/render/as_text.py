"""Answers and search results as plain text for a person at a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answers.drafts import short_and_more
from assistant.records import GRADED, Answer, Citation, Found, Intent, Nearest, Reading, Status
from assistant.words import day_words, period_words
from index.search import Hit

# Everything but the line end: C0, DEL, C1, and the marks that turn the direction of writing.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text without control characters: what a document holds must not steer a terminal."""
    return _CONTROL.sub("\ufffd", text)


def answer_text(answer: Answer, *, more: bool = True, how: str = "ask again with --more") -> str:
    """The answer with its numbered sources, or why there is none; without `more`, only what is said first and `how` to have it."""
    if answer.status is Status.ABSTAINED:
        parts = [f"No answer. {answer.reason}", _nearest(answer.nearest), reading_text(answer.reading)]
        return "\n\n".join(filter(None, parts))
    short, rest = short_and_more(answer.text)
    text = short if rest and not more else answer.text
    cited = {int(n) for n in re.findall(r"\[(\d+)\]", text)}
    sources = "\n".join(_sources([citation for citation in answer.citations if citation.n in cited]))
    offer = f"\n\n{_offer(answer, len(cited), how)}" if text != answer.text else ""
    return f"{text}{offer}\n\nSources\n{sources}\n\n{reading_text(answer.reading)}"


def _offer(answer: Answer, told: int, how: str) -> str:
    """That there is more, and how to have it."""
    left = len(answer.citations) - told
    return f"There {'is 1 more quote' if left == 1 else f'are {left} more quotes'}: {how}."


def _nearest(found: Sequence[Nearest]) -> str:
    """Where to look instead, clearly no answer; empty where nothing is near."""
    lines = [f"    {nearest_words(one)} – {one.url or one.source}" for one in found]
    return "\n".join(["Nearest that is held:", *lines]) if lines else ""


def nearest_words(one: Nearest) -> str:
    """A document with its date."""
    return f"{one.title} ({f'published {period_words(one.published)}' if one.published else 'undated'})"


def reading_text(reading: Reading) -> str:
    """One line that says what the question was taken to mean."""
    parts = [
        ("authority", ", ".join(reading.authorities)),
        ("publisher", ", ".join(reading.publishers)),
        ("period", ", ".join(period.shown for period in reading.time.periods)),
        ("of the inspections", reading.time.rank.value if reading.time.rank.value != "none" else ""),
        ("kind", ", ".join(kind.value for kind in reading.kinds)),
        ("judgement", ", ".join(area.value for area in reading.areas[:1]) if reading.intent in GRADED else ""),
        ("topic", "" if reading.intent in (*GRADED, Intent.DETAILS) else reading.topic),
    ]
    told = "; ".join(f"{name}: {value}" for name, value in parts if value)
    carried = f" (from before: {', '.join(reading.carried)})" if reading.carried else ""
    return f"Read as {reading.intent.value} – {told or 'any document'}{carried}"


def hits_text(hits: tuple[Hit, ...], pages: tuple[int | None, ...]) -> str:
    """Ranked passages, each with where it stands and what its score is made of."""
    lines = []
    for rank, (hit, page) in enumerate(zip(hits, pages, strict=True), start=1):
        keyword = hit.score - hit.dense - hit.prior - hit.reranked
        made = f"{hit.score:.3f} = dense {hit.dense:.3f} + keyword {keyword:.3f} + filters {hit.prior:+.3f}"
        made += f" + re-ranker {hit.reranked:+.3f}" if hit.reranked else ""
        place = _place(hit.passage.source, page, hit.passage.number)
        lines += [f"{rank}. {place}  [{made}]", f"   {' '.join(hit.passage.text.split())}"]
    return "\n".join(lines)


def passages_text(passages: Sequence[Found]) -> str:
    """The passages that were found for a question, best first, each with where it stands."""
    lines = []
    for found in passages:
        place = _place(found.source, found.page, found.paragraph)
        lines += [f"{found.rank}. {place}", f"   {' '.join(found.text.split())}"]
    return "\n".join(lines)


def _sources(citations: Sequence[Citation]) -> list[str]:
    """One block a document: what it is, then where each of its citations stands and who speaks there."""
    blocks = []
    for source in dict.fromkeys(citation.source for citation in citations):
        own = [citation for citation in citations if citation.source == source]
        lines = [f"{own[0].title} – {own[0].publisher}, {own[0].kind}, {dates_words(own[0])}", f"    {source}"]
        blocks.append("\n".join([*lines, *(f"    [{c.n}] {_where(c)}" for c in own)]))
    return blocks


def dates_words(citation: Citation) -> str:
    """When the document was published and what it reports on; "undated" where neither is known."""
    dates = [day_words(citation.published)] if citation.published else []
    if citation.period:
        dates.append(f"{'reports on' if dates else 'about'} {period_words(citation.period)}")
    return ", ".join(dates) or "undated"


def _where(citation: Citation) -> str:
    heading = f"under “{citation.heading}”" if citation.heading and citation.page is None else ""
    place = _listed(*_position(citation.page, citation.paragraph), heading)
    return "; ".join(filter(None, [place, f"speaking: {citation.voice}", citation.url]))


def _place(source: str, page: int | None, paragraph: str | None) -> str:
    return _listed(source, *_position(page, paragraph))


def _position(page: int | None, paragraph: str | None) -> tuple[str, str]:
    """Page and paragraph in words; empty where there is none."""
    return (f"page {page}" if page is not None else "", f"paragraph {paragraph}" if paragraph else "")


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))
