"""Which passages hold a word, and what that is worth to each, kept in memory once it was asked for.

The scores are FTS5's own BM25, in single precision, but for single words they are worked out here: FTS5 looks up
the length of every passage by itself, which takes ten times as long.  Words that stand in half of all passages weigh a
millionth there (their rarity is cut off from below), and are left out unless nothing else is found.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache, partial
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = Callable[..., list[Any]]  # runs one statement of SQL with its parameters
Numbers = NDArray[np.int32]
Scores = NDArray[np.float64]
K1, B, LEAST = 1.2, 0.75, 1e-6  # FTS5's constants
KEPT = 128 << 20  # bytes of numbers and scores in memory
_SCRATCH = (
    "CREATE VIRTUAL TABLE temp.typed USING fts5 (words, content='', tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE temp.typed_stems USING fts5vocab (temp, typed, instance)",
    "CREATE VIRTUAL TABLE temp.standing USING fts5vocab (main, {words}, instance)",
    "CREATE VIRTUAL TABLE temp.frequent USING fts5vocab (main, {words}, row)",
)


class Postings:
    """The words of one table of FTS5, for one reader.  Safe to use from several threads.

    Numbers are those of passages, ascending.  Any text may be a term; several words are a phrase.
    """

    def __init__(self, words: str, rows: Rows) -> None:
        """`words` is the table; `rows` raises what is to be raised where the file is damaged."""
        self._words, self._rows = words, rows
        self._lock = RLock()
        self._kept = _Memory()
        self._known: dict[str, tuple[str, ...]] = {}
        self._frequencies: dict[str, int] = {}
        for sql in _SCRATCH:
            rows(sql.format(words=words))

    def scores(self, terms: Sequence[str], size: int, *, everywhere: bool) -> Scores:
        """The BM25 score of each passage for `terms`, any of them, by its number; all numbers are below `size`.

        Without `everywhere`, words that stand in half of all passages are left out.
        """
        lengths, count, _ = self._sizes
        scores = np.zeros(max(size, len(lengths)), dtype=np.float64)
        for term in terms:
            stems = self._stems(term)
            if everywhere or len(stems) != 1 or 2 * self._frequency(stems[0]) < count:
                numbers, own = self._kept.get(("scores", *stems), partial(self._scored, term))
                scores[numbers] += own
        return scores[:size]

    def in_text(self, term: str) -> Numbers:
        """The numbers of the passages whose text, the header left aside, has the term."""
        stems = self._stems(term)
        numbers: Numbers
        (numbers,) = self._kept.get(("text", *stems), lambda: (self._matched(f"text : {_quoted(term)}"),))
        return numbers

    def warm(self, terms: Iterable[str]) -> None:
        """Look up `terms`, and the words that many passages have, beforehand: at first they take a while."""
        for term in terms:
            self.scores([term], 0, everywhere=False)
            self.in_text(term)
        _, count, _ = self._sizes
        common = self._rows("SELECT term FROM temp.frequent WHERE 10 * doc > ? AND 2 * doc < ?", count, count)
        for (stem,) in common:
            self._kept.get(("scores", stem), partial(self._of_word, stem))

    def _scored(self, term: str) -> tuple[Numbers, NDArray[np.float32]]:
        stems = self._stems(term)
        if len(stems) == 1:
            return self._of_word(stems[0])
        sql = f"SELECT rowid, -bm25({self._words}) FROM {self._words} WHERE {self._words} MATCH ?"  # noqa: S608  (a fixed name)
        rows = self._rows(sql, _quoted(term))
        return np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.float32)

    def _of_word(self, stem: str) -> tuple[Numbers, NDArray[np.float32]]:
        """The passages that have a stem, and FTS5's score of each for it."""
        every = _parsed(self._rows("SELECT group_concat(doc) FROM temp.standing WHERE term = ?", stem))
        first = np.flatnonzero(np.diff(every, prepend=-1))  # the same passage stands there once for each place
        numbers, times = every[first], np.diff(first, append=len(every)).astype(np.float64)
        lengths, count, mean = self._sizes
        rarity = math.log((count - len(numbers) + 0.5) / (len(numbers) + 0.5))
        long = K1 * (1 - B + B * lengths[numbers] / mean)
        own = (rarity if rarity > 0 else LEAST) * (times * (K1 + 1.0) / (times + long))
        return numbers, own.astype(np.float32)

    def _matched(self, query: str) -> Numbers:
        sql = f"SELECT group_concat(rowid) FROM {self._words} WHERE {self._words} MATCH ?"  # noqa: S608  (a fixed name)
        return _parsed(self._rows(sql, query))

    def _frequency(self, stem: str) -> int:
        """In how many passages a stem stands."""
        with self._lock:
            if stem not in self._frequencies:
                rows = self._rows("SELECT doc FROM temp.frequent WHERE term = ?", stem)
                self._frequencies[stem] = rows[0][0] if rows else 0
            return self._frequencies[stem]

    def _stems(self, term: str) -> tuple[str, ...]:
        """The words of a term as FTS5 itself takes them."""
        with self._lock:
            if term not in self._known:
                self._rows("INSERT INTO temp.typed (typed) VALUES ('delete-all')")
                self._rows("INSERT INTO temp.typed (rowid, words) VALUES (1, ?)", storable(term))
                rows = self._rows("SELECT term FROM temp.typed_stems ORDER BY offset")
                self._known[term] = tuple(row[0] for row in rows)
            return self._known[term]

    @cached_property
    def _sizes(self) -> tuple[Scores, int, float]:
        """How many words each passage has, header and text, by its number; how many passages; their mean."""
        rows = self._rows(f"SELECT id, sz FROM {self._words}_docsize")  # noqa: S608  (a fixed name)
        lengths = np.zeros(max((row[0] for row in rows), default=0) + 1, dtype=np.float64)
        lengths[[row[0] for row in rows]] = [_total(row[1]) for row in rows]
        return lengths, len(rows), float(lengths.sum()) / max(len(rows), 1)


class _Memory:
    """Arrays by name, those used last, KEPT bytes of them at most.  Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._held: OrderedDict[tuple[str, ...], tuple[NDArray[Any], ...]] = OrderedDict()
        self._bytes = 0

    def get(self, name: tuple[str, ...], make: Callable[[], tuple[NDArray[Any], ...]]) -> Any:
        """What is held by that name, made now if it is not held."""
        with self._lock:
            if name not in self._held:
                self._held[name] = make()
                self._bytes += sum(one.nbytes for one in self._held[name])
            self._held.move_to_end(name)
            found = self._held[name]
            while self._bytes > KEPT and len(self._held) > 1:
                _, gone = self._held.popitem(last=False)
                self._bytes -= sum(one.nbytes for one in gone)
            return found


def storable(term: str) -> str:
    """A term as SQLite takes it: FTS5 stops at U+0000, SQLite takes no lone surrogates; neither is part of a word."""
    return "".join(" " if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in term)


def _quoted(term: str) -> str:
    """A term as one phrase of FTS5's query language."""
    return '"' + storable(term).replace('"', '""') + '"'


def _parsed(rows: list[Any]) -> Numbers:
    """Numbers that SQLite wrote one after the other, which is far quicker than a row for each."""
    return np.fromstring(rows[0][0] or "", dtype=np.int32, sep=",")


@lru_cache(maxsize=10_000)
def _total(sizes: bytes) -> int:
    """The sum of numbers written seven bits to a byte, as FTS5 keeps the length of each column."""
    total = value = 0
    for byte in sizes:
        value = value << 7 | byte & 127
        if byte < 128:
            total, value = total + value, 0
    return total
