"""What became of one question, in words: where its gold spans were found and cited, and whether that is right.

The numbers are scored elsewhere; these are the words that a person filters by and reads first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.evaluate.answering import UNANSWERABLE
from assistant.evaluate.matching import Same, citation_holds, passage_holds, same_document
from assistant.evaluate.records import Form, Gold, Item, Outcome

ESSENTIAL = 2
Ranked = Sequence[tuple[str, float]]


class Grade(StrEnum):
    """How well a question went."""

    GOOD = "good"
    PART = "part"
    BAD = "bad"


class Word(StrEnum):
    """The verdicts, from best to worst, as they are written."""

    CITED_ALL = "cited all"
    ABSTAINED_RIGHTLY = "abstained rightly"
    FOUND = "found"
    CITED_SOME = "cited some"
    UNFAITHFUL = "unfaithful quote"
    WRONG_PASSAGE = "wrong passage"
    WRONG_DOCUMENT = "wrong document"
    NOT_FOUND = "not found"
    ABSTAINED_WRONGLY = "abstained wrongly"
    ANSWERED_WRONGLY = "answered wrongly"
    FAILED = "failed"
    NOT_ASKED = "not asked"


GRADES = {
    Word.CITED_ALL: Grade.GOOD,
    Word.ABSTAINED_RIGHTLY: Grade.GOOD,
    Word.FOUND: Grade.GOOD,
    Word.CITED_SOME: Grade.PART,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one gold span: the rank of the first passage that holds it, the numbers of such citations."""

    gold: Gold
    rank: int | None
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word to filter by, the words to read after it, and what became of each gold span."""

    word: Word
    says: str
    kept: tuple[Kept, ...]

    @property
    def grade(self) -> Grade:
        return GRADES.get(self.word, Grade.BAD)


def verdict(
    item: Item, outcome: Outcome | None, values: Mapping[str, float], form: Form, same: Same = same_document
) -> Verdict:
    """The verdict on one question; without an outcome it was not asked.  `values` are its scores.

    `same` tells which documents the set's paths mean.
    """
    if outcome is None:
        return Verdict(Word.NOT_ASKED, "the run has no answer to it, so it scores 0", _kept(item, {}, (), form, same))
    kept = _kept(item, outcome.answer, outcome.ranked, form, same)
    if outcome.error:
        return Verdict(Word.FAILED, outcome.error, kept)
    status = outcome.answer.get("status")
    if item.kind == UNANSWERABLE:
        right = status == "abstained"
        word = Word.ABSTAINED_RIGHTLY if right else Word.ANSWERED_WRONGLY
        return Verdict(word, "nothing answers it", kept)
    if status != "answered":
        found = any(one.rank for one in kept)
        ranked_only = Word.FOUND if found else Word.NOT_FOUND
        return Verdict(ranked_only if status is None else Word.ABSTAINED_WRONGLY, _found(kept), kept)
    essential = wanted(kept)
    cited = sum(bool(one.cited) for one in essential)
    says = f"cited {cited} of {len(essential)} span{'s' * (len(essential) != 1)}, {_found(kept)}"
    if values.get("faithful", 1.0) < 1:
        return Verdict(Word.UNFAITHFUL, says, kept)
    if cited:
        return Verdict(Word.CITED_ALL if cited == len(essential) else Word.CITED_SOME, says, kept)
    sources = [str(citation.get("source")) for citation in outcome.answer.get("citations") or ()]
    right = any(same(source, one.gold.source) for source in sources for one in kept)
    return Verdict(Word.WRONG_PASSAGE if right else Word.WRONG_DOCUMENT, says, kept)


def wanted(kept: Sequence[Kept]) -> Sequence[Kept]:
    """The essential spans; all of them where none is."""
    return [one for one in kept if one.gold.grade >= ESSENTIAL] or kept


def _found(kept: Sequence[Kept]) -> str:
    ranks = [one.rank for one in kept if one.rank is not None]
    return f"first found at rank {min(ranks)}" if ranks else "not among the passages"


def _kept(item: Item, answer: Mapping[str, Any], ranked: Ranked, form: Form, same: Same) -> tuple[Kept, ...]:
    passages = [(str(one.get("text") or ""), str(one.get("source") or "")) for one in answer.get("passages") or ()]
    if form is not Form.QUOTES:  # whole documents: each counts once, at its best
        names = [source for _, source in passages] or [name for name, _ in ranked]
        passages = [("", name) for name in dict.fromkeys(names)]
    citations = [
        (one.get("n"), str(one.get("quote") or ""), str(one.get("source") or ""))
        for one in answer.get("citations") or ()
    ]
    return tuple(
        Kept(
            gold,
            next((rank for rank, passage in enumerate(passages, 1) if passage_holds(*passage, gold, same)), None),
            tuple(n for n, quote, source in citations if citation_holds(quote, source, gold, same)),
        )
        for gold in item.gold
    )
