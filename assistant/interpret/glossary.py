"""The field's vocabulary: which subjects a text is about, and the words that reports use for them.

The table is read by `vocabulary`.  Matching is by word stems, so that "caseloads" finds "caseload".  The only importer
of snowballstemmer; ranking and absence are decided elsewhere.
"""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer

from assistant.interpret.vocabulary import Subject, Vocabulary, vocabulary

__all__ = ["Subject", "all_terms", "find_subjects", "stems", "subjects"]

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_ARTICLE = re.compile(r"^(?:the|an?)\s+", re.IGNORECASE)
_ANY_WORD = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z]+)?")


def subjects() -> tuple[Subject, ...]:
    """All subjects of the vocabulary in use, in its order."""
    return vocabulary().subjects


def all_terms() -> tuple[str, ...]:
    """Every word and phrase that a search may be widened by."""
    return tuple(dict.fromkeys(term for one in subjects() for term in (*one.terms, *one.related)))


def find_subjects(text: str) -> tuple[Subject, ...]:
    """The subjects that `text` names, those named by the longest phrase first.

    A phrase inside a longer phrase of another subject does not count.
    """
    table, capitals, longest = _phrases(vocabulary())
    keys = [_key(word, capitals) for word in _ANY_WORD.findall(_plain(text))]
    taken = [0] * len(keys)
    found: dict[int, None] = {}
    for length in range(min(longest, len(keys)), 0, -1):
        for at in range(len(keys) - length + 1):
            places = table.get(tuple(keys[at : at + length]), ())
            if places and any(covered <= length for covered in taken[at : at + length]):
                found |= dict.fromkeys(places)
                taken[at : at + length] = [max(covered, length) for covered in taken[at : at + length]]
    return tuple(subjects()[place] for place in found)


def stems(text: str) -> tuple[str, ...]:
    """The stems of the words of `text`, lower case, in order."""
    return tuple(_stem(word) for word in _WORD.findall(_plain(text).lower()))


def _plain(text: str) -> str:
    return text.replace("’", "'")


def _key(word: str, capitals: frozenset[str]) -> str:
    """What a word is compared by: itself where the glossary has it with a capital, else its stem."""
    bare = word.removesuffix("'s")
    return bare if bare in capitals else _stem(word.lower())


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    # A stemmer works on a word inside itself, so that two threads need two; making one takes microseconds.
    return str(snowballstemmer.stemmer("porter").stemWord(word.removesuffix("'s")))


@lru_cache(maxsize=2)
def _phrases(known: Vocabulary) -> tuple[dict[tuple[str, ...], tuple[int, ...]], frozenset[str], int]:
    """Each phrase with the places of its subjects, the entries written with a capital, and the longest phrase."""
    entries = [(place, entry) for place, s in enumerate(known.subjects) for entry in (s.name, *s.terms, *s.asked)]
    # A topic begins without an article, and so does what it is compared with.
    words = [(place, _ANY_WORD.findall(_ARTICLE.sub("", _plain(entry)))) for place, entry in entries]
    capitals = frozenset(word for _, found in words for word in found if word != word.lower())
    table: dict[tuple[str, ...], tuple[int, ...]] = {}
    for place, found in words:
        phrase = tuple(_key(word, capitals) for word in found)
        table[phrase] = tuple(dict.fromkeys((*table.get(phrase, ()), place)))
    return table, capitals, max(map(len, table))
