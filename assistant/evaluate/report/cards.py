"""One question of a run as the page shows it: words and pieces of text, no markup.

What a verdict is, `verdicts` decides; where gold words stand, `marking`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from assistant.evaluate.matching import Same, citation_holds, passage_holds, same_document
from assistant.evaluate.records import Gold, Item, Outcome, Scores
from assistant.evaluate.report.marking import Piece, Stretch, pieces, stretches
from assistant.evaluate.report.verdicts import ESSENTIAL, Kept, Verdict, Word

AROUND = 80  # letters of a passage beside the words that are marked
GLANCE = 80  # letters of a passage that holds nothing
SHOWN = 10  # passages
FLAGS = {
    "faithful": "a quote does not stand where its citation says",
    "no_forbidden_doc": "a document is cited that must not be",
    "right_speaker": "somebody else speaks in a citation",
    "right_period": "a citation is of another period",
    "facts": "a fact is not in the answer",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation: its place within its document, the gold spans that it holds, the quote unless the answer has it."""

    n: str
    place: str
    holds: str
    quote: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A cited document with its citations that follow each other."""

    title: str
    path: str
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A gold span and what became of it; what was found stands marked where it was, and is shortened here."""

    quote: tuple[Piece, ...]
    place: str
    grade: str
    fate: str
    held: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A ranked passage, shortened around what it holds."""

    score: str
    place: str
    holds: str
    text: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One question; `at` counts from 1 in the order of the set.  `values` are its measures."""

    at: int
    question: str
    kind: str
    authority: str
    word: str
    grade: str
    order: int
    says: str
    about: str
    seconds: str
    values: Mapping[str, float]
    context: tuple[str, ...]
    flags: tuple[str, ...]
    reading: tuple[tuple[str, str], ...]
    answer: tuple[Piece, ...]
    reason: str
    sources: tuple[Source, ...]
    gold: tuple[Span, ...]
    passages: tuple[Shown, ...]

    @property
    def measures(self) -> str:
        return " · ".join(f"{name} {written(name, value)}" for name, value in self.values.items())


def card(  # noqa: PLR0913  (all that is known of a question)
    at: int, item: Item, outcome: Outcome | None, scores: Scores, verdict: Verdict, *, same: Same = same_document
) -> Card:
    """What the page shows of one question.  `same` tells which documents the set's paths mean."""
    answer: Mapping[str, Any] = outcome.answer if outcome else {}
    seconds = outcome.seconds if outcome else 0.0
    authority = scores.slices.get("authority", "")
    about = (item.id, item.kind, *scores.slices.values(), f"{1000 * seconds:.0f} ms" if outcome else "")
    citations = answer.get("citations") or ()
    return Card(
        at=at,
        question=item.question,
        kind=item.kind,
        authority=authority,
        word=verdict.word.value,
        grade=verdict.grade.value,
        order=tuple(Word).index(verdict.word),
        says=verdict.says,
        about=" · ".join(dict.fromkeys(part for part in about if part)),
        seconds=f"{seconds:.4f}",
        values=scores.values,
        context=item.context,
        flags=tuple(says for name, says in FLAGS.items() if scores.values.get(name, 1.0) < 1 and citations),
        reading=_reading(answer.get("reading") or {}),
        answer=_answer(str(answer.get("answer") or ""), citations, item.gold, same),
        reason=str(answer.get("reason") or ""),
        sources=_sources(citations, item.gold, str(answer.get("answer") or ""), same),
        gold=_spans(verdict.kept),
        passages=_passages(answer, outcome, item.gold, same),
    )


def written(name: str, value: float) -> str:
    """A value as a person reads it; its unit is that of the measure."""
    if name.startswith("seconds"):
        return f"{1000 * value:.0f} ms" if value < 10 else f"{value:.1f} s"
    if name in ("answer_words", "tokens"):
        return f"{value:.0f}"
    return f"{value:.3f}" if value % 1 else f"{value:.0f}"


def _reading(reading: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    shown = (
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)) for name, value in reading.items()
    )
    return tuple((name, value) for name, value in shown if value and value != "None")


def _answer(text: str, citations: Sequence[Mapping[str, Any]], gold: Sequence[Gold], same: Same) -> tuple[Piece, ...]:
    """The answer, the gold words of its quotes marked."""
    marks: list[Stretch] = []
    for one in citations:
        quote = str(one.get("quote") or "")
        start = text.find(quote) if quote else -1
        if start >= 0:
            marks += [(start + first, start + last) for first, last in _marks(quote, _held(one, gold, same))]
    return pieces(text, sorted(set(marks)))


def _sources(
    citations: Sequence[Mapping[str, Any]], gold: Sequence[Gold], answer: str, same: Same
) -> tuple[Source, ...]:
    def one_cited(one: Mapping[str, Any]) -> Cited:
        held = _held(one, gold, same)
        quote = str(one.get("quote") or "")
        shown = () if quote in answer else pieces(quote, _marks(quote, held))
        voice = f"in the words of {one['voice']}" if one.get("voice") not in (None, "", one.get("publisher")) else ""
        return Cited(str(one.get("n")), _place(one, voice), _numbers(held, gold), shown)

    grouped = groupby(citations, key=lambda one: (str(one.get("title") or ""), str(one.get("source") or "")))
    return tuple(Source(*document, tuple(map(one_cited, group))) for document, group in grouped)


def _held(citation: Mapping[str, Any], gold: Sequence[Gold], same: Same) -> list[Gold]:
    quote, source = str(citation.get("quote") or ""), str(citation.get("source") or "")
    return [one for one in gold if citation_holds(quote, source, one, same)]


def _place(one: Mapping[str, Any], *more: str) -> str:
    """Page and paragraph."""
    page = f"page {one['page']}" if one.get("page") else ""
    paragraph = f"paragraph {one['paragraph']}" if one.get("paragraph") else ""
    return ", ".join(part for part in (page, paragraph, *more) if part)


def _spans(kept: Sequence[Kept]) -> tuple[Span, ...]:
    before = ["", *(one.gold.source for one in kept)]
    return tuple(_span(number, *pair) for number, pair in enumerate(zip(kept, before, strict=False), 1))


def _span(number: int, kept: Kept, last: str) -> Span:
    ways = [f"cited {''.join(f'[{n}]' for n in kept.cited)}"] if kept.cited else []
    if kept.rank is not None:
        ways.append(f"found at rank {kept.rank}")
    fate = ", ".join(ways) or "missed"
    source, page = kept.gold.source, f"page {kept.gold.page}" if kept.gold.page else ""
    place = ", ".join(part for part in ("" if source == last else source, page) if part)
    grade = "essential" if kept.gold.grade >= ESSENTIAL else "supporting"
    quote = pieces(kept.gold.quote, (), GLANCE if ways else None) or (Piece("the whole document"),)
    return Span(quote, place, grade, f"G{number} {fate}", bool(ways))


def _passages(
    answer: Mapping[str, Any], outcome: Outcome | None, gold: Sequence[Gold], same: Same
) -> tuple[Shown, ...]:
    found = answer.get("passages") or ()
    if not found and outcome:
        names = [
            (name, score, [one for one in gold if passage_holds("", name, one, same)]) for name, score in outcome.ranked
        ]
        return tuple(Shown(f"{score:.4g}", name, _numbers(held, gold), ()) for name, score, held in names[:SHOWN])
    before = ["", *(str(one.get("source") or "") for one in found)]
    return tuple(_passage(one, gold, last, same) for one, last in zip(found[:SHOWN], before, strict=False))


def _passage(one: Mapping[str, Any], gold: Sequence[Gold], last: str, same: Same) -> Shown:
    """A passage; `last` is the document of the one before."""
    text, source = " ".join(str(one.get("text") or "").split()), str(one.get("source") or "")
    held = [span for span in gold if passage_holds(text, source, span, same)]
    marks = _marks(text, held)
    score = one.get("score")
    return Shown(
        f"{score:.3f}" if isinstance(score, int | float) else "",
        ", ".join(part for part in ("" if source == last else source, _place(one)) if part),
        _numbers(held, gold),
        pieces(text, marks, AROUND if marks else GLANCE),
    )


def _marks(text: str, held: Sequence[Gold]) -> tuple[Stretch, ...]:
    return stretches(text, [one.quote for one in held if one.quote])


def _numbers(held: Sequence[Gold], gold: Sequence[Gold]) -> str:
    return ", ".join(f"G{number}" for number, one in enumerate(gold, 1) if any(one is other for other in held))
