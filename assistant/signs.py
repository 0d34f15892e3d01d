"""The signs by which a sentence of a ranked passage is told to be worth quoting, each a plain number.

What each sign counts for is learned (`assistant.worth`); which sentences are looked at, and who may speak in them, is
`assistant.evidence`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.interpret.glossary import stems
from assistant.leaning import leaning_sign
from assistant.records import Reading
from assistant.wanted import wanted_sign
from index.search import Hit

TELLING = 7  # sentences that look best at first: others gain by being like one of them
ALIKE = 0.4  # sentences more alike than this are copies of one another, which says no more for them
LEXICAL = 0.4  # at that first look: what a sentence's own words count against the score of its passage
ON_TOPIC = 0.1  # share of the topic's words, below which a sentence is about something else
HARDLY = 0.05  # share of the topic's words below which a sentence has none that count
WHOLE = 3  # words of the topic, the rarest, that make the share of its words full
_GOES_ON = re.compile(
    r"(?:They|Their|This|These|Those|It|Its|He|She|Such|As a result|However|Consequently|Therefore|For example|"
    r"In addition|Furthermore|Despite this|Although this|While this|Both|Some of these|Following this|Others|Also)\b"
)
Weights = Mapping[str, float]  # by stem


@dataclass(frozen=True, slots=True)
class Looked:
    """A sentence that may be quoted: its passage, the place of that among the ranked ones (from 0), its text."""

    hit: Hit
    rank: int
    text: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What is seen of a sentence.  Each is a number of about -1 to 4; 0 where there is nothing to see.

    behind     how much lower its passage scores than the best one
    later      the logarithm of 1 and its passage's place among the ranked ones
    words      the share of the topic's words that it has, the rare ones counting more
    phrase     whether a whole term of the topic, or of what reports call it, stands in it
    length     the logarithm of 1 and its words
    early      whether its passage comes to the topic only after it
    goes_on    whether it goes on from the sentence before it ("They ...", "However, ...")
    leaning    whether it is of the side that is asked for: 1, or -1
    wanted     whether it holds the sort of fact that is asked for: 1, or -1; 0 where that is of something else
    elsewhere  how like it is to the most alike of the sentences in other passages that look best
    """

    behind: float
    later: float
    words: float
    phrase: float
    length: float
    early: float
    goes_on: float
    leaning: float
    wanted: float
    elsewhere: float


def signs_of(reading: Reading, hits: Sequence[Hit], looked: Sequence[Looked]) -> tuple[Signs, ...]:
    """The signs of each of `looked`, sentences of some of `hits`: all that was ranked tells how rare a word is."""
    if not looked:
        return ()
    bags = [frozenset(stems(hit.passage.text)) for hit in hits]
    rarity = _Rarity(bags)
    topic = _topic(reading, rarity)
    phrases = _phrases(reading)
    own = [stems(one.text) for one in looked]
    spelled = [_spelled(words) for words in own]
    full = sum(sorted(topic.values(), reverse=True)[:WHOLE]) or 1.0
    shares = [min(1.0, sum(topic.get(stem, 0.0) for stem in set(words)) / full) for words in own]
    phrased = [any(phrase in text for phrase in phrases) for text in spelled]
    early = _early(looked, [named or share >= HARDLY for named, share in zip(phrased, shares, strict=True)])
    first = [one.hit.score + LEXICAL * share for one, share in zip(looked, shares, strict=True)]
    elsewhere = _elsewhere(looked, [rarity.vector(words) for words in own], first)
    best = max(hit.score for hit in hits)
    return tuple(
        Signs(
            behind=best - one.hit.score,
            later=math.log1p(one.rank),
            words=shares[at],
            phrase=float(phrased[at]),
            length=math.log1p(len(own[at])),
            early=float(early[at]),
            goes_on=float(bool(_GOES_ON.match(one.text))),
            leaning=leaning_sign(reading.leaning, one.text, one.hit.passage.part),
            wanted=_wanted(reading.question, one.text, shares[at]),
            elsewhere=elsewhere[at],
        )
        for at, one in enumerate(looked)
    )


def _early(looked: Sequence[Looked], about: Sequence[bool]) -> list[bool]:
    """Whether each sentence comes before the first of its passage that is about the topic, where one is."""
    opens: dict[int, int] = {}
    for at, one in enumerate(looked):
        if about[at]:
            opens.setdefault(one.rank, at)
    return [at < opens.get(one.rank, at) for at, one in enumerate(looked)]


class _Rarity:
    """How rare stems are among the ranked passages."""

    def __init__(self, bags: Sequence[frozenset[str]]) -> None:
        self._count = len(bags)
        self._held = Counter(stem for bag in bags for stem in bag)

    def of(self, stem: str) -> float:
        """0 for a stem that nearly all have, up to about 3.5 for one that none of fifty has."""
        return max(0.0, math.log((self._count + 1) / (self._held[stem] + 0.5)))

    def vector(self, words: Iterable[str]) -> dict[str, float]:
        """The stems with their rarity, of length 1."""
        rare = {stem: self.of(stem) for stem in dict.fromkeys(words)}
        length = math.sqrt(sum(weight * weight for weight in rare.values())) or 1.0
        return {stem: weight / length for stem, weight in rare.items() if weight}


def _topic(reading: Reading, rarity: _Rarity) -> Weights:
    """Each stem of the topic with how rare it is; what only the glossary brought in counts half."""
    weights: dict[str, float] = {}
    for terms, worth in ((reading.terms, 1.0), (reading.wider, 0.5)):
        for stem in (stem for term in terms for stem in stems(term)):
            weights.setdefault(stem, worth * rarity.of(stem))
    return weights


def _phrases(reading: Reading) -> set[str]:
    """What reports call the topic, and the topic's own terms of several words, in stems."""
    terms = (*reading.wider, *(term for term in reading.terms if " " in term))
    return {_spelled(stems(term)) for term in terms} - {_spelled(())}


def _wanted(question: str, text: str, share: float) -> int:
    """Whether the sort of fact asked for is there; in a sentence of its own about something else it is another one."""
    sign = wanted_sign(question, text)
    return 0 if sign > 0 and share < ON_TOPIC and not _GOES_ON.match(text) else sign


def _spelled(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _elsewhere(looked: Sequence[Looked], vectors: Sequence[Weights], first: Sequence[float]) -> list[float]:
    """For each sentence the greatest likeness, 0 to ALIKE, to one of the TELLING best ones in another passage."""
    best = sorted(range(len(looked)), key=lambda at: -first[at])[:TELLING]
    telling: dict[str, list[tuple[int, float]]] = {}
    for place, at in enumerate(best):
        for stem, weight in vectors[at].items():
            telling.setdefault(stem, []).append((place, weight))
    return [_most_alike(vectors[at], telling, _apart(looked[at], [looked[other] for other in best]))
            for at in range(len(looked))]  # fmt: skip


def _most_alike(own: Weights, telling: Mapping[str, Sequence[tuple[int, float]]], apart: Sequence[bool]) -> float:
    """The greatest likeness to one of the telling sentences that stand `apart`, up to ALIKE; 0 where none does."""
    likeness = [0.0] * len(apart)
    for stem, weight in own.items():
        for place, other in telling.get(stem, ()):
            likeness[place] += weight * other
    return max((min(value, ALIKE) for value, counts in zip(likeness, apart, strict=True) if counts), default=0.0)


def _apart(one: Looked, others: Sequence[Looked]) -> list[bool]:
    return [one.hit.passage.id != other.hit.passage.id for other in others]
