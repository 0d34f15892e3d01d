"""Making one generation: catalogue, vectors, Chroma's store.  Which is made, and what for, is `build`."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from index.catalogue import Catalogue, CatalogueWriter, StoredDocument
from index.catalogue_rows import day_number
from index.chroma_folder import Metadata, prepare, write_vectors
from index.collections import write_collection
from index.errors import IndexUnusableError
from index.generation import CATALOGUE, CHROMA, VECTORS, OpenIndex
from index.intake import Intake, Making, Taken
from index.passage_vectors import Embedded, embed_all
from index.plan import Plan
from index.progress import Stages
from index.server import Place
from index.sources import Sources


@dataclass(frozen=True, slots=True)
class Made:
    """What a new generation holds, and how many of its passages were embedded now."""

    taken: Taken
    passages: int
    embedded: int
    collection: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """What to make a generation of.  `before` is the index that it follows, `vectors` one whose vectors are used.

    `place` is where its vectors are put; None: into its folder.
    """

    sources: Sources
    plan: Plan
    withdrawn: frozenset[str]
    making: Making
    before: OpenIndex | None
    vectors: OpenIndex | None
    place: Place | None


def make(building: Path, task: Task, stages: Stages) -> Made:
    """Make a generation in the folder `building`: all but its manifest.

    IndexUnusableError: it cannot be written, or no document has text.  EmbedderError: the model cannot be loaded.
    """
    threading.Thread(target=prepare, daemon=True).start()  # beside what SQLite and the readers do
    taken = _write_catalogue(building / CATALOGUE, task, stages)
    catalogue = Catalogue(building / CATALOGUE)
    try:
        embedded = _embed(catalogue, building / VECTORS, task, stages)
        _write_vectors(catalogue, building / CHROMA, embedded, task, stages)
    finally:
        catalogue.close()
    return Made(taken, len(embedded.ids), embedded.anew, None if task.place is None else task.place.collection)


def _write_catalogue(file: Path, task: Task, stages: Stages) -> Taken:
    before = task.before
    copied = None if before is None else before.folder / CATALOGUE
    with CatalogueWriter(file, copied) as writer:
        intake = Intake(writer, stages, task.making, None if before is None else before.catalogue)
        taken = intake.run(task.sources, task.plan, task.withdrawn)
        with stages.counted_as("describing"):
            writer.finish()
    return taken


def _embed(catalogue: Catalogue, file: Path, task: Task, stages: Stages) -> Embedded:
    _, _, total = catalogue.counts()
    if not total:
        message = f"None of the documents in {task.sources.root} has text that can be read."
        raise IndexUnusableError(message, "Replace them by readable ones, or name another folder with --source.")
    with stages.stage("embedding", total):
        return embed_all(catalogue, task.making.embedder, task.vectors, file, stages.advance)


def _write_vectors(catalogue: Catalogue, folder: Path, embedded: Embedded, task: Task, stages: Stages) -> None:
    """Write Chroma's store: on a server afresh; in a folder to a copy of the one before where that loses nothing.

    What is deleted from a store stays on the disk, so nothing ever is.
    """
    documents = catalogue.documents()
    metadatas = [_metadata(document) for document in documents for _ in range(document.passages)]
    if task.place is not None:
        with stages.stage("writing", len(embedded.ids)):
            write_collection(task.place, embedded.ids, embedded.vectors, metadatas, stages.advance)
        return
    before = task.before if task.before is not None and task.before.manifest.collection is None else None
    adding = embedded.added and before is not None and before is task.vectors and _are_among(before, documents)
    with stages.stage("writing", len(embedded.ids)):
        begun = before.folder / CHROMA if adding and before is not None else None
        write_vectors(folder, embedded.ids, embedded.vectors, metadatas, stages.advance, begun=begun)


def _are_among(before: OpenIndex, documents: tuple[StoredDocument, ...]) -> bool:
    """Whether whatever Chroma keeps of the documents before, beside their vectors, is the same of these."""
    now = {document.source: _metadata(document) for document in documents}
    return all(now.get(document.source) == _metadata(document) for document in before.catalogue.documents())


def _metadata(document: StoredDocument) -> Metadata:
    """What Chroma keeps beside a vector, for whoever looks into it: days are yyyymmdd, unknown ones left out."""
    said = document.description
    days: dict[str, int] = {}
    for name, interval in (("published", said.published), ("inspected", said.inspected)):
        if interval is not None:
            days |= {f"{name}_start": day_number(interval.start), f"{name}_end": day_number(interval.end)}
    return {"source": document.source, "kind": said.kind.value, "publisher": said.publisher, **days}
