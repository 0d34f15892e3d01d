"""Twins of questions that state a year: the same question of another time, with what the right document now is.

This is where plain retrieval fails: the words of twin and original are nearly the same, and the documents of one
authority say much the same of each year.  `perturb` makes the twins, `moved` tells where an answer went.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assistant.evaluate.matching import documents_named, same_document
from assistant.evaluate.records import Form, Gold, Item, Outcome, TestSet
from assistant.evaluate.sets import item_row, rows_text
from assistant.evaluate.sets.quotes import UNANSWERABLE
from assistant.interpret.periods import Period, Rank, Relation, read_periods
from index.catalogue import Catalogue, StoredDocument
from index.records import Interval, Kind

TWIN, TWIN_OF = "twin", "twin_of"  # slices of a twin: which kind it is, and the id of its original
FULL = frozenset({Kind.ILACS, Kind.SIF, Kind.SIF_REINSPECTION})  # one framework follows the other
_YEAR = re.compile(r"(?<![\d/-])(?:19|20)\d\d(?![\d/])")
_OPENS = re.compile(
    r"(?:(?:way )?back )?(?:in|during|for|from|of|over|throughout|within) (?:the year )?$", re.IGNORECASE
)
_FARTHEST = 15  # years from the original's in which a year that is not held is looked for


class Twin(StrEnum):
    """How the time of a twin differs from its original's."""

    OTHER_YEAR = "another year"  # one that is held for the authority
    NOT_HELD = "year not held"  # the right answer is to abstain
    LATEST = "latest"
    PREVIOUS = "previous"
    MONTH = "month"  # of the publication of the original's document, which stays the right one


class Move(StrEnum):
    """Where the citations of a twin's answer went."""

    RIGHT = "right"  # all to documents that are right now; or abstained, where that is right
    MIXED = "mixed"  # some of them
    STAYED = "stayed"  # none, but some to the original's document
    ELSEWHERE = "elsewhere"
    ABSTAINED = "abstained"  # though there is a document
    MISSING = "missing"  # not asked, or it failed


@dataclass(frozen=True, slots=True)
class Moves:
    """How often the twins of one kind went where: `counts` by Move."""

    twin: str
    counts: dict[Move, int]

    @property
    def total(self) -> int:
        """How many twins there are."""
        return sum(self.counts.values())

    def share(self, move: Move) -> float:
        """The share of a Move, 0 to 1; 0 where there are no twins."""
        return self.counts.get(move, 0) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class _Ground:
    """What twins of one item are made from: the stated year, the document that is right, and its series."""

    item: Item
    period: Period
    year: int
    document: StoredDocument
    series: tuple[StoredDocument, ...]  # dated documents of the authority, oldest first
    today: date

    def kin(self) -> list[StoredDocument]:
        """Those of the series that are of the document's own kind."""
        return [one for one in self.series if _family(one) == _family(self.document)]


def perturb(testset: TestSet, catalogue: Catalogue) -> TestSet:
    """The twins of every item that stands alone, states one year, and has its essential gold in one document.

    A twin whose question would not be read as meant, or for which the original's document is right too (the month
    aside), is not made.  The set is not written yet: `path` is where it would go beside the original.
    """
    documents = catalogue.documents()
    items = [twin for item in testset.items if (ground := _ground(item, documents)) for twin in _twins(ground)]
    items = [replace(item, line=line) for line, item in enumerate(items, start=1)]
    text = rows_text(item_row(item) for item in items)
    return TestSet(
        name=f"{testset.name}-twins",
        form=Form.QUOTES,
        path=testset.path.with_name(f"{testset.name}-twins.jsonl"),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        items=tuple(items),
    )


def moved(original: Item, twin: Item, outcomes: Mapping[str, Outcome]) -> Move:
    """Where the answer to `twin` went; `outcomes` are those of a run of the twins, by id."""
    outcome = outcomes.get(twin.id)
    if outcome is None or outcome.error is not None:
        return Move.MISSING
    cited = [str(one.get("source")) for one in outcome.answer.get("citations") or ()]
    if outcome.answer.get("status") != "answered" or not cited:
        return Move.RIGHT if twin.kind == UNANSWERABLE else Move.ABSTAINED
    right = [_has_gold(twin, source) for source in cited]
    if all(right):
        return Move.RIGHT
    if any(right):
        return Move.MIXED
    return Move.STAYED if any(_has_gold(original, source) for source in cited) else Move.ELSEWHERE


def moves(originals: TestSet, twins: TestSet, outcomes: Mapping[str, Outcome]) -> tuple[Moves, ...]:
    """How often the answers went where, by kind of twin, in the order of Twin."""
    by_id = {item.id: item for item in originals.items}
    counted: dict[str, Counter[Move]] = {}
    for twin in twins.items:
        move = moved(by_id[twin.slices[TWIN_OF]], twin, outcomes)
        counted.setdefault(twin.slices[TWIN], Counter())[move] += 1
    return tuple(Moves(kind.value, dict(counted[kind.value])) for kind in Twin if kind.value in counted)


def _has_gold(item: Item, source: str) -> bool:
    return any(same_document(source, gold.source) for gold in item.gold)


def _ground(item: Item, documents: tuple[StoredDocument, ...]) -> _Ground | None:
    """What twins are made from; None: the item does not state one year, or its document is not clear."""
    essential = [gold for gold in item.gold if gold.grade == max(one.grade for one in item.gold)]
    meant = {document.source: document for gold in essential for document in _meant(gold.source, documents)}
    dated = [document for document in documents if document.description.published]
    if item.context or item.as_of or len(meant) != 1:
        return None
    (document,) = meant.values()
    authorities = document.description.authorities
    if len(authorities) != 1 or document not in dated:
        return None
    today = max(_published(one).end for one in dated)
    reading = read_periods(item.question, today)
    if len(reading.periods) != 1 or reading.rank is not Rank.NONE:
        return None
    (period,) = reading.periods
    first, last = period.interval.start, period.interval.end
    whole_year = (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
    years = _YEAR.findall(item.question)
    if not whole_year or period.relation is not Relation.IN or period.inferred or years != [str(first.year)]:
        return None
    series = sorted(
        (one for one in dated if authorities[0] in one.description.authorities),
        key=lambda one: (_published(one).start, one.source),
    )
    return _Ground(item, period, first.year, document, tuple(series), today)


def _twins(ground: _Ground) -> Iterator[Item]:
    makers: tuple[tuple[Twin, Callable[[_Ground], tuple[str, list[StoredDocument]] | None]], ...] = (
        (Twin.OTHER_YEAR, _other_year),
        (Twin.NOT_HELD, _not_held),
        (Twin.LATEST, lambda on: _ranked(on, Rank.LATEST, 1)),
        (Twin.PREVIOUS, lambda on: _ranked(on, Rank.PREVIOUS, 2)),
        (Twin.MONTH, _month),
    )
    for kind, make in makers:
        if made := make(ground):
            question, right = made
            yield Item(
                id=f"{ground.item.id}~{kind.value.replace(' ', '-')}",
                question=question,
                kind=kind.value if right else UNANSWERABLE,
                line=0,
                gold=tuple(Gold(document.source, "", 2) for document in right),
                slices={TWIN: kind.value, TWIN_OF: ground.item.id, "original_kind": ground.item.kind}
                | {name: value for name, value in ground.item.slices.items() if name == "authority"},
            )


def _other_year(ground: _Ground) -> tuple[str, list[StoredDocument]] | None:
    """The nearest other year in which one of the same kind came out, and the document with it."""
    own = _years_of(ground.document)
    years = {_published(one).start.year for one in ground.kin()} - own - {ground.year}
    for year in sorted(years, key=lambda year: (abs(year - ground.year), -year)):
        question = _with_year(ground, str(year))
        if _states(question, year, ground.today):
            return question, [one for one in ground.series if year in _years_of(one)]
    return None


def _not_held(ground: _Ground) -> tuple[str, list[StoredDocument]] | None:
    """The nearest year, up to the last one held, from which nothing of the authority is held."""
    held = {year for one in ground.series for year in _years_of(one)}
    last = max(held)
    for away in range(1, _FARTHEST):
        for year in (ground.year + away, ground.year - away):
            question = _with_year(ground, str(year))
            if year not in held and year <= last and _states(question, year, ground.today):
                return question, []
    return None


def _ranked(ground: _Ground, rank: Rank, back: int) -> tuple[str, list[StoredDocument]] | None:
    """The same of the latest inspection, or the one before: of the document's kind, or of all that is held."""
    right = [held[-back] for held in (ground.kin(), ground.series) if len(held) >= back]
    question = _with_rank(ground, rank)
    reading = read_periods(question, ground.today)
    if len(right) < 2 or ground.document in right or reading.periods or reading.rank is not rank:
        return None
    return question, list({one.source: one for one in right}.values())


def _month(ground: _Ground) -> tuple[str, list[StoredDocument]] | None:
    """The month in which the document came out instead of the year; what else came out in it is right too."""
    published = _published(ground.document)
    month = _month_of(ground.document)
    question = _with_year(ground, month)
    reading = read_periods(question, ground.today)
    within = [one.interval.start <= published.start and published.end <= one.interval.end for one in reading.periods]
    if within != [True]:
        return None
    return question, [one for one in ground.series if _month_of(one) == month]


def _with_year(ground: _Ground, words: str) -> str:
    return _YEAR.sub(words, ground.item.question)


def _with_rank(ground: _Ground, rank: Rank) -> str:
    """The question with its year put as a rank: "in the latest inspection", or "latest" before a noun."""
    question = ground.item.question
    (year,) = _YEAR.finditer(question)
    before, after = question[: year.start()], question[year.end() :]
    opens = _OPENS.search(before)
    if opens is None:
        return f"{before}{rank.value}{after}"
    noun = "visit" if ground.document.description.kind in {Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT} else "inspection"
    return f"{before[: opens.start()]}at the {rank.value} {noun}{after}"


def _states(question: str, year: int, today: date) -> bool:
    """Whether a question is read as one of that year."""
    periods = read_periods(question, today).periods
    return [one.interval for one in periods] == [Interval(date(year, 1, 1), date(year, 12, 31))]


def _meant(name: str, documents: tuple[StoredDocument, ...]) -> list[StoredDocument]:
    names = set(documents_named(name, [document.source for document in documents]))
    return [document for document in documents if document.source in names]


def _published(document: StoredDocument) -> Interval:
    published = document.description.published
    if published is None:
        raise ValueError(document.source)
    return published


def _month_of(document: StoredDocument) -> str:
    """The month in which it came out, at the latest."""
    return f"{_published(document).end:%B %Y}"


def _years_of(document: StoredDocument) -> set[int]:
    """The years of which a document may be said to be: of its publication, and of the inspection it tells of."""
    spans = (document.description.published, document.description.inspected)
    return {year for span in spans if span for year in range(span.start.year, span.end.year + 1)}


def _family(document: StoredDocument) -> object:
    kind = document.description.kind
    return FULL if kind in FULL else kind
