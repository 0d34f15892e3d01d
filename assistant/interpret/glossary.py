"""The field's vocabulary: which subjects a text is about, and the words that reports use for them.

The table is `data/glossary.yaml`.  Matching is by word stems, so that "caseloads" finds "caseload".  The only
importer of snowballstemmer; ranking and absence are decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import snowballstemmer
import yaml

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_ANY_WORD = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)?")


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the field: `terms` as reports put it, `related` what goes with it, `asked` as people put it."""

    name: str
    terms: tuple[str, ...]
    related: tuple[str, ...]
    asked: tuple[str, ...]


@cache
def subjects() -> tuple[Subject, ...]:
    """All subjects of the glossary, in its order."""
    table = yaml.safe_load(files("assistant.interpret").joinpath("data/glossary.yaml").read_text(encoding="utf-8"))
    return tuple(
        Subject(row["subject"], *(tuple(map(str, row.get(key) or ())) for key in ("terms", "related", "asked")))
        for row in table
    )


def find_subjects(text: str) -> tuple[Subject, ...]:
    """The subjects that `text` names, those named by the longest phrase first.

    A phrase inside a longer phrase of another subject does not count.
    """
    words = _words(text)
    hits = sorted(
        (-len(phrase), at, place)
        for place, phrases in enumerate(_phrases())
        for phrase in phrases
        for at in _places(words, phrase)
    )
    taken = [0] * len(words)
    found: dict[int, None] = {}
    for negative, at, place in hits:
        run = range(at, at - negative)
        if any(taken[position] <= -negative for position in run):
            found[place] = None
            for position in run:
                taken[position] = max(taken[position], -negative)
    return tuple(subjects()[place] for place in found)


def stems(text: str) -> tuple[str, ...]:
    """The stems of the words of `text`, lower case, in order."""
    return tuple(_stem(word) for word in _WORD.findall(_plain(text).lower()))


def _plain(text: str) -> str:
    return text.replace("’", "'")


def _words(text: str) -> tuple[tuple[str, str], ...]:
    """Each word as it is written and as its stem."""
    written = _ANY_WORD.findall(_plain(text))
    return tuple((word.removesuffix("'s"), _stem(word.lower())) for word in written)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word.removesuffix("'s")))


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("porter")


@cache
def _phrases() -> tuple[tuple[tuple[tuple[str, str], ...], ...], ...]:
    return tuple(
        tuple(phrase for phrase in dict.fromkeys(map(_words, (s.name, *s.terms, *s.asked))) if phrase)
        for s in subjects()
    )


def _places(words: tuple[tuple[str, str], ...], phrase: tuple[tuple[str, str], ...]) -> list[int]:
    length = len(phrase)
    return [
        at
        for at in range(len(words) - length + 1)
        if all(_same(word, wanted) for word, wanted in zip(words[at : at + length], phrase, strict=True))
    ]


def _same(word: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """An entry written with a capital is compared as written, all others by stem."""
    return word[0] == wanted[0] if wanted[0] != wanted[0].lower() else word[1] == wanted[1]
