"""The external check: a collection in BEIR form, ranked by the project's own parts and scored by its own measures.

Every document of the collection's corpus becomes one document of one passage in an index that lasts as long as the
check: the real catalogue with its keyword search, the real vector store, the real ranking.  What is left out is what
collections have nothing for: reading files, splitting them into passages, interpreting questions.  So the keyword
figure can be held against published ones of BM25, and the dense one against published ones of the embedding model,
which sees the beginning of a long document only, as it did there.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.evaluate.errors import EvaluationError
from assistant.evaluate.records import Form, Item, Scores, TestSet
from assistant.evaluate.retrieval import RETRIEVAL, Ranked, by_document, document_values
from assistant.evaluate.sets import load_set
from assistant.evaluate.sets.beir import CorpusDocument, corpus_documents
from assistant.evaluate.slices import Summary, micro
from index.catalogue import Catalogue, CatalogueWriter
from index.chroma_folder import write_vectors
from index.embedding import Embedder
from index.generation import CATALOGUE, CHROMA
from index.passage_vectors import embed_all
from index.progress import Progress, Silent, Stages
from index.records import Description, Document, Entry, Kind, Page, Part, Passage, Properties, Span
from index.search import Query, search
from index.vectors import VectorStore

RANKINGS = ("BM25", "dense", "fused")
DEEP = 100  # documents of a ranking
MEASURES = (*RETRIEVAL, "R@100")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Bench:
    """How the rankings did on one collection, in the order of RANKINGS.

    `seconds` are those of each stage and of each ranking, by name; `embedder` is the id of the model.
    """

    name: str
    documents: int
    queries: int
    embedder: str
    rankings: tuple[Summary, ...]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Index:
    """What a ranking needs."""

    catalogue: Catalogue
    vectors: VectorStore
    embedder: Embedder
    documents: dict[str, str]  # by the ids of their passages


def bench(folder: Path, embedder: Embedder, progress: Progress | None = None, only: Sequence[str] = RANKINGS) -> Bench:
    """Rank and score the collection in `folder` by keywords alone, by meaning alone, and by both, or by some of these.

    The index is made in the system's folder for temporary files and removed.  EvaluationError: `folder` is no BEIR
    folder, a line of it cannot be used, or `only` names what is no ranking.  EmbedderError: the model cannot be loaded.
    """
    unknown = [name for name in only if name not in RANKINGS]
    if unknown:
        raise EvaluationError(f"There is no ranking {unknown[0]}.", f"Rankings are {', '.join(RANKINGS)}.")
    test_set = load_set(folder)
    if test_set.form is not Form.BEIR:
        cure = "Name a folder in BEIR form: corpus.jsonl, queries.jsonl and qrels.tsv."
        raise EvaluationError(f"{folder} brings no documents of its own.", cure)
    stages = Stages(progress or Silent())
    dense = set(only) - {RANKINGS[0]} != set()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as aside,
        _made(folder, Path(aside), embedder, stages, dense) as made,
    ):
        summaries = tuple(_summary(name, test_set, made, stages) for name in RANKINGS if name in only)
        documents = len(made.documents)
    return Bench(test_set.name, documents, len(test_set.items), embedder.id, summaries, stages.seconds)


def _summary(name: str, test_set: TestSet, index: _Index, stages: Stages) -> Summary:
    """One ranking of every query, scored."""
    rankings = {}
    with stages.stage(name, len(test_set.items)):
        for item in test_set.items:
            rankings[item.id] = _ranked(name, item, index)
            stages.advance(1)
    qrels = {item.id: {gold.source: gold.grade for gold in item.gold} for item in test_set.items}
    values = document_values(qrels, rankings, MEASURES)
    return micro([Scores(item.id, item.kind, item.slices, values[item.id]) for item in test_set.items], name)


@contextmanager
def _made(folder: Path, aside: Path, embedder: Embedder, stages: Stages, dense: bool) -> Iterator[_Index]:
    """The index of a collection, for as long as the context lasts; without `dense` it has no vectors."""
    catalogue_file = aside / CATALOGUE
    with stages.stage("reading", 1), CatalogueWriter(catalogue_file) as writer:
        for document in corpus_documents(folder):
            writer.add(_entry(document))
        stages.advance(1)
    catalogue, vectors = Catalogue(catalogue_file), VectorStore(aside / CHROMA)
    try:
        ids = catalogue.passage_ids()
        if dense:
            with stages.stage("embedding", len(ids)):
                embedded = embed_all(catalogue, embedder, None, aside / "vectors.npy", stages.advance)
            with stages.stage("writing", len(ids)):
                write_vectors(aside / CHROMA, ids, embedded.vectors, [{"source": one} for one in ids], stages.advance)
                vectors.warm(catalogue.chosen())
        sources = (document.source for document in catalogue.documents())  # both are by source
        yield _Index(catalogue, vectors, embedder, dict(zip(ids, sources, strict=True)))
    finally:
        vectors.close()
        catalogue.close()


def _entry(document: CorpusDocument) -> Entry:
    """A document of one page and one passage; the title stands where passages have their header."""
    sha256 = hashlib.sha256(f"{document.id}\n{document.title}\n{document.text}".encode()).hexdigest()
    whole = (Span(0, 0, len(document.text)),)
    passage = Passage(
        id=f"{sha256[:16]}-0",
        source=document.id,
        ordinal=0,
        spans=whole,
        number=None,
        headings=(),
        part=Part.FINDING,
        header=document.title,
        text=document.text,
        sentences=(),
    )
    page = Page(None, document.text)
    description = Description(document.title or document.id, "", Kind.OTHER)
    return Entry(Document(document.id, sha256, (page,), (), Properties()), description, (passage,))


def _terms(item: Item) -> tuple[str, ...]:
    """All words of the query: none is left out, and none is looked for in a phrase."""
    return tuple(_WORD.findall(item.question))


def _ranked(name: str, item: Item, index: _Index) -> Ranked:
    """The documents of one query, best first."""
    if name == "BM25":
        scores = index.catalogue.keyword_scores(_terms(item))
        return by_document(scores.items(), index.documents.__getitem__)[:DEEP]
    query = Query(index.embedder.encode_query(item.question), _terms(item) if name == "fused" else ())
    return [(hit.passage.source, hit.score) for hit in search(index.catalogue, index.vectors, query, None, DEEP)]
