"""How long questions of a scaled index take under each filter, and how many of the true ten best are found.

A process of its own, whose memory is that of one running app: `python -m bench.asking INDEX` prints one JSON object.
What is timed is the whole path of `Assistant.search` and `Assistant.ask`, each question new to the process.  The truth
is worked out beside it: every vector as Chroma has it, in double precision, and filters in plain SQL.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

import index.search
from assistant.ask import Assistant
from assistant.interpret.glossary import all_terms, subjects
from bench.machine import resident
from bench.scaled import GUESTS, STAFF, TEAM
from bench.telling import tell
from index.audience import Clearance, View, cleared_for
from index.embedding import Embedder, load_embedder
from index.generation import OpenIndex, current_manifest, open_generation
from index.search import Query

TODAY = date(2026, 11, 1)
YEAR = 2019
ASKED = 60  # questions for each filter
TRUE = 10  # best passages that are to be found
EQUAL = 1e-6  # scores that differ by less are equal: of copies of one passage any will do
EVERYBODY = cleared_for({STAFF, TEAM, GUESTS})
FILTERS = ("none", "period", "authority", "audience, 98 %", "audience, few")


@dataclass(frozen=True, slots=True)
class Asking:
    """One filter: milliseconds of `search` and of `ask` (median and 95th percentile), and recall of the ten best.

    `vector_recall` is that of the vectors alone, against the truth; `final_recall` that of the ranking with keywords
    and all, against scoring every passage exactly.  `documents` and `passages` are those that the filter leaves.
    """

    filter: str
    documents: int
    passages: int
    questions: int
    answered: int
    search_p50: float
    search_p95: float
    ask_p50: float
    ask_p95: float
    vector_recall: float
    final_recall: float


@dataclass(frozen=True, slots=True)
class Opened:
    """What a running app needs before it answers: seconds for vectors and for words, then bytes of memory."""

    vectors: float
    words: float
    memory: int


def asked(folder: Path) -> tuple[Opened, list[Asking]]:
    """What a new process says of the index in `folder`."""
    command = [sys.executable, "-m", "bench.asking", str(folder)]
    said = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return Opened(**said["opened"]), [Asking(**one) for one in said["asking"]]


def main(folder: str) -> None:
    """Open the index as a running app does, ask it, and print what came of it."""
    where, manifest = current_manifest(Path(folder))
    embedder = load_embedder()
    with open_generation(where, manifest, View(EVERYBODY)) as whole:
        opened = _opened(whole)
        tell(f"  open: vectors {opened.vectors:.1f} s, words {opened.words:.1f} s, {opened.memory / 1e9:.2f} GB")
        asking = []
        for name in FILTERS:
            asking.append(_measured(name, whole, embedder))
            one = asking[-1]
            tell(
                f"  {name}: ask p50 {one.ask_p50:.0f} ms, p95 {one.ask_p95:.0f} ms, search p95 {one.search_p95:.0f} ms"
            )
        truth = _Truth(whole)
        asking = [_with_recall(one, whole, embedder, truth) for one in asking]
    print(json.dumps({"opened": asdict(opened), "asking": [asdict(one) for one in asking]}))


def _opened(whole: OpenIndex) -> Opened:
    began = time.perf_counter()
    whole.vectors.warm(whole.catalogue.chosen())
    loaded = time.perf_counter()
    whole.catalogue.warm(all_terms())
    return Opened(loaded - began, time.perf_counter() - loaded, resident(os.getpid()))


def questions(name: str, authorities: Sequence[str]) -> list[str]:
    """ASKED questions, no two alike, that the filter of that name applies to."""
    known = subjects()
    made = []
    for at in range(ASKED):
        about = known[at * 7 % len(known)].terms[0]
        of = f" in {authorities[at % len(authorities)]}" if name == "authority" else ""
        made.append(f"What did inspectors say about {about}{of}{f' in {YEAR}' if name == 'period' else ''}?")
    return made


def _clearance(name: str) -> Clearance:
    if name == "audience, 98 %":
        return cleared_for({STAFF})
    return cleared_for({GUESTS}) if name == "audience, few" else EVERYBODY


def _seen(name: str, whole: OpenIndex) -> OpenIndex:
    return whole.seen_with(View(_clearance(name)))


def _measured(name: str, whole: OpenIndex, embedder: Embedder) -> Asking:
    seen = _seen(name, whole)
    with closing(seen.catalogue):
        seen.catalogue.warm(all_terms())
        assistant = Assistant(seen, embedder)
        wanted = questions(name, _authorities(seen))
        assistant.ask("What did inspectors find?", today=TODAY)  # what is done once is done
        searches, asks = [], []
        answered = documents = passages = 0
        for at, question in enumerate(wanted):  # each question is new to the one that meets it first
            for timed in (searches, asks)[:: 1 if at % 2 else -1]:
                began = time.perf_counter()
                if timed is searches:
                    _, chosen, _ = assistant.search(question, TRUE, TODAY)
                else:
                    answered += bool(assistant.ask(question, today=TODAY).citations)
                timed.append(1000 * (time.perf_counter() - began))
            if not documents and hasattr(chosen, "documents"):
                documents = len(chosen.documents)
                passages = sum(one.passages for one in chosen.documents)
        told = [float(np.percentile(one, at)) for one in (searches, asks) for at in (50, 95)]
        return Asking(name, documents, passages, len(wanted), answered, *told, vector_recall=0.0, final_recall=0.0)


def _with_recall(one: Asking, whole: OpenIndex, embedder: Embedder, truth: _Truth) -> Asking:
    """The same with its recalls."""
    seen = _seen(one.filter, whole)
    with closing(seen.catalogue):
        assistant = Assistant(seen, embedder)
        wanted = questions(one.filter, _authorities(seen))
        vectors, allowed, found = [], [], []
        for question in wanted:
            reading = assistant.read(question, today=TODAY)
            sources = truth.sources(one.filter, reading.authorities)
            query = Query(embedder.encode_query(reading.topic), (), frame=True)
            hits = index.search.search(seen.catalogue, seen.vectors, query, sources, TRUE)
            vectors.append(query.vector)
            allowed.append(truth.allowed(one.filter, sources))
            found.append([hit.passage.id for hit in hits])
        final = float(np.mean([_share_of_exact(assistant, question) for question in wanted]))
    return Asking(**(asdict(one) | {"vector_recall": truth.recall(vectors, allowed, found), "final_recall": final}))


def _share_of_exact(assistant: Assistant, question: str) -> float:
    """How many of the hits are as good as those that scoring every passage exactly gives."""
    _, _, hits = assistant.search(question, TRUE, TODAY)
    many = index.search.MANY
    index.search.MANY = sys.maxsize
    try:
        _, _, exact = assistant.search(question, TRUE, TODAY)
    finally:
        index.search.MANY = many
    return sum(hit.score >= exact[-1].score - EQUAL for hit in hits) / len(exact) if exact else 1.0


def _authorities(seen: OpenIndex) -> list[str]:
    """Authorities that documents are held about, from many to few."""
    names = [name for one in seen.catalogue.documents() for name in one.description.authorities[:1]]
    return sorted(set(names), key=lambda name: (-names.count(name), name))[:20]


class _Truth:
    """Every vector and what each document is, read past the code that is measured."""

    def __init__(self, whole: OpenIndex) -> None:
        self._connection = sqlite3.connect(f"file:{whole.folder / 'catalogue.sqlite'}?mode=ro", uri=True)
        rows = self._connection.execute("SELECT id, source FROM passages JOIN documents USING (document)").fetchall()
        ids = [row[0] for row in rows]
        self._place = {one: at for at, one in enumerate(ids)}
        self._number = {source: at for at, source in enumerate(sorted({row[1] for row in rows}))}
        self._document = np.array([self._number[row[1]] for row in rows])
        self._vectors = whole.vectors.vectors(ids)

    def sources(self, name: str, authorities: Sequence[str]) -> list[str] | None:
        """The documents that a period or an authority leaves; None: all."""
        if name == "period":
            first, last = YEAR * 10000 + 101, YEAR * 10000 + 1231
            sql = (
                "SELECT source FROM documents WHERE published_start <= ?2 AND published_end >= ?1"
                " OR inspected_start <= ?2 AND inspected_end >= ?1"
            )
            return [row[0] for row in self._connection.execute(sql, (first, last))]
        if name == "authority":
            sql = "SELECT source FROM documents JOIN authorities USING (document) WHERE authority = ?"
            return [row[0] for row in self._connection.execute(sql, authorities[:1])]
        return None

    def allowed(self, name: str, sources: Sequence[str] | None) -> np.ndarray:
        """By document: whether the filter leaves it, and this reader may read it."""
        marks = ", ".join("?" * len(_clearance(name).names))
        sql = f"SELECT source FROM documents JOIN audiences USING (document) WHERE name IN ({marks})"  # noqa: S608
        readable = {row[0] for row in self._connection.execute(sql, sorted(_clearance(name).names))}
        left = readable if sources is None else readable & set(sources)
        return np.array([source in left for source in self._number])

    def recall(
        self, queries: Sequence[np.ndarray], allowed: Sequence[np.ndarray], found: Sequence[Sequence[str]]
    ) -> float:
        """Over all queries, how many of the ids found are as near as the ten nearest that are allowed."""
        wide = np.array(queries, dtype=np.float64).T
        scores = np.concatenate([part.astype(np.float64) @ wide for part in self._parts()])
        return float(np.mean([self._share(scores[:, at], allowed[at], found[at]) for at in range(len(queries))]))

    def _share(self, scores: np.ndarray, allowed: np.ndarray, found: Sequence[str]) -> float:
        left = allowed[self._document]
        wanted = min(TRUE, int(left.sum()))
        if not wanted:
            return 1.0
        last = np.partition(scores[left], -wanted)[-wanted]
        places = [self._place[one] for one in found]
        return sum(bool(left[at]) and scores[at] >= last - EQUAL for at in places) / wanted

    def _parts(self) -> Iterator[np.ndarray]:
        for start in range(0, len(self._vectors), 10_000):
            yield self._vectors[start : start + 10_000]


if __name__ == "__main__":
    main(sys.argv[1])
