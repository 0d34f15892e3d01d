"""Measures of one answer: whether it answers, what it cites, who speaks, whether every quote stands where it says.

What applies to which question:

    abstained_rightly   questions that have no answer
    answered, cited_recall, facts, answer_words             questions that have one; an abstention scores 0
    cited_precision, right_document, right_period, right_speaker, no_forbidden_doc     those that were answered
    faithful            every question that was answered (these six are `WHERE_ANSWERED`)
    seconds, tokens, cost                                   every question that was asked; the last two with a model

A question that was forgotten, or could not be asked, scores 0 in everything that an answer to it is measured by.
Measures of rankings are `retrieval`'s; means are `slices`'.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.evaluate.matching import Same, citation_holds, documents_named, same_among, words
from assistant.evaluate.records import Item, Outcome
from assistant.fitting import meets
from assistant.quotes import stands_in
from assistant.records import Status
from index.catalogue import Catalogue, StoredDocument
from index.records import Interval

UNANSWERABLE = "unanswerable"
COSTS = ("answer_words", "seconds", "tokens", "cost")  # less is better, if anything
QUALITIES = (
    "answered",
    "abstained_rightly",
    "cited_recall",
    "cited_precision",
    "faithful",
    "right_document",
    "right_period",
    "right_speaker",
    "no_forbidden_doc",
    "facts",
)
WHERE_ANSWERED = (  # said of questions that were answered, and of no others
    "cited_precision",
    "faithful",
    "right_document",
    "right_period",
    "right_speaker",
    "no_forbidden_doc",
)
# How `assistant.quotes.speaker_words` goes on where somebody else passes the words on.
_PASSED_ON = re.compile(r", as (?:reported|heard) by ")

Citations = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Both errors of abstention, 0 to 1, if answers of a confidence below `threshold` were kept back."""

    threshold: float
    wrongly_answered: float  # share of the questions that have no answer
    wrongly_abstained: float  # share of those that have one


class Held:
    """What the index holds, as far as answers are checked against it."""

    def __init__(self, catalogue: Catalogue) -> None:
        """`catalogue` is the one that the answers were made from: against another, a quote may well not stand."""
        self.documents: dict[str, StoredDocument] = {one.source: one for one in catalogue.documents()}
        self.same: Same = same_among(tuple(self.documents))
        self._pages = lru_cache(maxsize=512)(catalogue.pages)
        self._named: dict[str, tuple[StoredDocument, ...]] = {}

    def named(self, source: str) -> tuple[StoredDocument, ...]:
        """The documents that a set may mean by a path, or by the end of one (`matching.documents_named`)."""
        if source not in self._named:
            self._named[source] = tuple(self.documents[name] for name in documents_named(source, (*self.documents,)))
        return self._named[source]

    def stands(self, citation: Mapping[str, Any]) -> bool:
        """Whether the quote stands, token by token, on the page that the citation names."""
        source, number = citation.get("source"), citation.get("page")
        if source not in self.documents:
            return False
        pages = (page for page in self._pages(str(source)) if page.number == number)
        return any(stands_in(str(citation.get("quote") or ""), page.text) for page in pages)

    def fits(self, source: str, period: Interval) -> bool:
        """Whether a document was published, or what it tells of took place, in the period."""
        document = self.documents.get(source)
        if document is None:
            return False
        return meets(document.description.published, period) or meets(document.description.inspected, period)


def was_asked(outcome: Outcome | None) -> bool:
    """Whether there is anything to measure: the question was asked, and no error came."""
    return outcome is not None and outcome.error is None


def was_answered(outcome: Outcome | None) -> bool:
    """Whether the question was asked, and answered."""
    return outcome is not None and was_asked(outcome) and outcome.answer.get("status") == Status.ANSWERED.value


def answer_values(item: Item, outcome: Outcome | None, held: Held) -> dict[str, float]:
    """The measures of the answer to one question, by name; 0 to 1 but for costs.  None: it was forgotten."""
    if outcome is None or not was_asked(outcome):
        return dict.fromkeys(_applicable(item), 0.0)
    answered = was_answered(outcome)
    found = _costs(item, outcome)
    if item.kind == UNANSWERABLE:
        found["abstained_rightly"] = float(not answered)
    else:
        found["answered"] = float(answered)
    citations: Citations = outcome.answer.get("citations") or () if answered else ()
    if answered:
        found["faithful"] = float(bool(citations) and all(held.stands(one) for one in citations))
    found |= {name: of(item, citations, held) for name, of in _CITING.items() if answered and _applies(name, item)}
    if item.gold:
        found["cited_recall"] = _cited_recall(item, citations, held)
    if item.facts:
        found["facts"] = _facts(item, str(outcome.answer.get("answer") or "")) if answered else 0.0
    return found


def abstention_curve(items: Sequence[Item], outcomes: Mapping[str, Outcome]) -> tuple[CurvePoint, ...]:
    """Both error rates for every threshold of confidence that makes a difference, the lowest first.

    The first is the run as it is, the last abstains from everything.  An answer that the run kept back stays so: there
    is nothing that it could have said.  A question without a result counts as kept back.
    """
    sure: dict[bool, list[float]] = {True: [], False: []}  # of the questions that have no answer, and the others
    for item in items:
        outcome = outcomes.get(item.id)
        if outcome is not None and was_answered(outcome):
            sure[item.kind == UNANSWERABLE].append(outcome.confidence)
    without, having = sorted(sure[True]), sorted(sure[False])
    asked = sum(item.kind == UNANSWERABLE for item in items)
    every = [0.0, *without, *having]
    thresholds = sorted({min(every), *without, *having, math.nextafter(max(every), math.inf)})
    return tuple(
        CurvePoint(
            threshold,
            _part(len(without) - bisect_left(without, threshold), asked),
            _part(len(items) - asked - len(having) + bisect_left(having, threshold), len(items) - asked),
        )
        for threshold in thresholds
    )


def _applicable(item: Item) -> list[str]:
    """The measures that an answer to this question would be given, costs aside."""
    if item.kind == UNANSWERABLE:
        return ["abstained_rightly"]
    always = ["answered", "faithful", *(["cited_recall"] if item.gold else []), *(["facts"] if item.facts else [])]
    return always + [name for name in _CITING if _applies(name, item)]


def _applies(name: str, item: Item) -> bool:
    needed = {"right_period": item.period, "right_speaker": item.voice, "no_forbidden_doc": item.forbid}
    return item.kind != UNANSWERABLE and bool(needed.get(name, item.gold))


def _costs(item: Item, outcome: Outcome) -> dict[str, float]:
    """Words are counted where there is something to say; tokens and cost where the answer tells them."""
    costs = {"seconds": outcome.seconds}
    if item.kind != UNANSWERABLE:
        costs["answer_words"] = float(len(words(str(outcome.answer.get("answer") or ""))))
    told = {name: outcome.answer.get(name) for name in ("tokens", "cost")}
    return costs | {name: float(value) for name, value in told.items() if isinstance(value, int | float)}


def _cited_recall(item: Item, citations: Citations, held: Held) -> float:
    """The share of the essential spans that a citation holds."""
    essential = [gold for gold in item.gold if gold.grade >= 2] or item.gold
    return _share([any(citation_holds(*_cited(one), gold, held.same) for one in citations) for gold in essential])


def _cited_precision(item: Item, citations: Citations, held: Held) -> float:
    return _share([any(citation_holds(*_cited(one), gold, held.same) for gold in item.gold) for one in citations])


def _right_document(item: Item, citations: Citations, held: Held) -> float:
    return _share([any(held.same(_cited(one)[1], gold.source) for gold in item.gold) for one in citations])


def _right_period(item: Item, citations: Citations, held: Held) -> float:
    return _share([item.period is not None and held.fits(_cited(one)[1], Interval(*item.period)) for one in citations])


def _right_speaker(item: Item, citations: Citations, _: Held) -> float:
    """Whose words they are, not who passes them on: "Ofsted, as reported by Leeds City Council" is Ofsted."""
    speakers = [_PASSED_ON.split(str(one.get("voice") or ""))[0].casefold() for one in citations]
    return _share([(item.voice or "").casefold() in speaker for speaker in speakers])


def _no_forbidden_doc(item: Item, citations: Citations, held: Held) -> float:
    return float(not any(held.same(_cited(one)[1], name) for one in citations for name in item.forbid))


_CITING: dict[str, Callable[[Item, Citations, Held], float]] = {
    "cited_precision": _cited_precision,
    "right_document": _right_document,
    "right_period": _right_period,
    "right_speaker": _right_speaker,
    "no_forbidden_doc": _no_forbidden_doc,
}


def _facts(item: Item, answer: str) -> float:
    """The share of the facts of which a wording stands in the answer.

    A wording begins where a word does, and may end within one: "co-locat" is in "co-located", "PLO" is not in
    "Employment".
    """
    text = f" {' '.join(words(answer))}"
    return _share([any(f" {' '.join(words(wording))}" in text for wording in fact) for fact in item.facts])


def _cited(citation: Mapping[str, Any]) -> tuple[str, str]:
    """Quote and source of a citation, as `citation_holds` takes them."""
    return str(citation.get("quote") or ""), str(citation.get("source") or "")


def _share(verdicts: Sequence[bool]) -> float:
    """The share that is true; 0 where there is none."""
    return _part(sum(verdicts), len(verdicts))


def _part(some: int, whole: int) -> float:
    return some / whole if whole else 0.0
