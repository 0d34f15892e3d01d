"""A generation looked through from end to end: every byte, record and vector, and whether they agree.

A build checks what it has just written (`verify`); this checks what has become of it, at any time, with memory for one
document and one batch of vectors.  Faults are told; nothing is mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from index.audience import PUBLIC, RESTRICTED, is_name
from index.audit import Did, read_log
from index.build_log import manifest_hash
from index.catalogue import Catalogue
from index.catalogue_check import database_faults
from index.chroma_folder import BATCH
from index.errors import IndexUnusableError, ServerAwayError
from index.generation import CATALOGUE, CHROMA
from index.manifest import Manifest, file_hash, file_sizes
from index.progress import Progress, Stages
from index.records import Document, Entry, Passage, Span
from index.server import Server
from index.vectors import stored_vectors

UNIT = 1e-3  # how far from 1 a vector's length may be
MOST = 200  # faults of one stage that are named


def faults(
    index_dir: Path, folder: Path, manifest: Manifest, progress: Progress, server: Server | None = None
) -> tuple[str, ...]:
    """Each thing that is wrong with the generation in `folder`, in words; nothing where it is whole.

    Its vectors are looked for on `server`, if they are not in the folder.

    IndexUnusableError: it cannot be looked at, for want of room, permission or the server.
    """
    stages = Stages(progress)
    try:
        files = _upto(_file_faults(index_dir, folder, manifest, stages))
        with stages.stage("database", 1):
            database = _upto(database_faults(folder / CATALOGUE)) if (folder / CATALOGUE).exists() else ()
            stages.advance(1)
        records = _upto(_record_faults(folder, manifest, stages))
        # A damaged store may take down whoever opens it.
        if any(fault.startswith(f"{CHROMA}/") for fault in files):
            vectors: tuple[str, ...] = ("the vectors were not looked at, their files being damaged",)
        else:
            vectors = _upto(_vector_faults(folder, manifest, stages, server))
    except OSError as error:
        message = f"The index in {folder} cannot be looked through: {error.strerror}."
        raise IndexUnusableError(message, "Make room in the temporary folder, or check permissions.") from error
    return (*files, *database, *records, *vectors)


def entry_faults(entry: Entry, audience: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with one document as it is stored; `audience` is the one that searches go by."""
    document, said = entry.document, entry.description
    names = said.audience
    if names != audience or not names or not all(name in (PUBLIC, RESTRICTED) or is_name(name) for name in names):
        yield f"its audience is {list(names)} where it is told and {list(audience)} where it is looked up"
    for judgement in said.judgements:
        if not _lies(judgement.span, document):
            yield f"the grade of {judgement.area.value} is printed nowhere"
    for paragraph in document.paragraphs:
        if not all(_lies(span, document) for span in paragraph.spans):
            yield f"paragraph {paragraph.number or 'without a number'} is not on its page"
    for place, passage in enumerate(entry.passages):
        fault = _passage_fault(passage, document, place)
        if fault:
            yield f"passage {passage.id} {fault}"


def _file_faults(index_dir: Path, folder: Path, manifest: Manifest, stages: Stages) -> Iterator[str]:
    there = file_sizes(folder)
    with stages.stage("files", len(manifest.files)):
        for name in sorted(manifest.files):
            if name not in there:
                yield f"{name} is gone"
            elif file_hash(folder / name) != manifest.hashes.get(name):
                yield f"{name} is not what was written"
            stages.advance(1)
    yield from (f"{name} is no part of it" for name in sorted(there.keys() - manifest.files.keys()))
    logged = [
        event.details.get("manifest")
        for event in read_log(index_dir).events
        if (event.did, event.generation) == (Did.BUILT, manifest.generation)
    ]
    if logged and manifest_hash(folder) not in logged:
        yield "the manifest is not what the log says was written"


def _record_faults(folder: Path, manifest: Manifest, stages: Stages) -> Iterator[str]:
    try:
        catalogue = Catalogue(folder / CATALOGUE)
    except IndexUnusableError as error:
        yield error.what
        return
    try:
        audiences = {source: audience for (source, _), audience in catalogue.audiences().items()}
        pages = passages = 0
        with stages.stage("documents", len(audiences)):
            for source, audience in audiences.items():
                try:
                    entry = catalogue.entry(source)
                except (IndexUnusableError, KeyError, IndexError) as error:
                    yield f"{source}: {error.what if isinstance(error, IndexUnusableError) else 'it lacks a part'}"
                else:
                    pages, passages = pages + len(entry.document.pages), passages + len(entry.passages)
                    yield from (f"{source}: {fault}" for fault in entry_faults(entry, audience))
                stages.advance(1)
        found, said = (len(audiences), pages, passages), (manifest.documents, manifest.pages, manifest.passages)
        if found != said:
            yield f"it holds {found} documents, pages and passages, and its manifest says {said}"
    except IndexUnusableError as error:
        yield error.what
    finally:
        catalogue.close()


def _passage_fault(passage: Passage, document: Document, place: int) -> str:
    """What is wrong with a passage, the `place`th of its document; empty where nothing is."""
    if (passage.id, passage.ordinal) != (f"{document.sha256[:16]}-{place}", place):
        return "is out of its place"
    if not passage.spans or not all(_lies(span, document) for span in passage.spans):
        return "is not on its page"
    if document.text(passage.spans) != passage.text:
        return "is no slice of its page"
    inside = all(_within(span, passage.spans) for sentence in passage.sentences for span in sentence.spans)
    all_there = passage.sentences and all(sentence.spans for sentence in passage.sentences)
    return "" if inside and all_there else "lacks one of its sentences"


def _vector_faults(folder: Path, manifest: Manifest, stages: Stages, server: Server | None) -> Iterator[str]:
    try:
        catalogue = Catalogue(folder / CATALOGUE)
        try:
            ids = catalogue.passage_ids()
        finally:
            catalogue.close()
    except IndexUnusableError:
        yield "the vectors were not looked at, the catalogue being damaged"
        return
    store = stored_vectors(folder / CHROMA, manifest.collection, server)
    try:
        with stages.stage("vectors", len(ids)):
            held, wanted = set(store.ids()), set(ids)
            yield from (f"passage {name} has no vector" for name in sorted(wanted - held))
            yield from (f"the vector {name} is of no passage" for name in sorted(held - wanted))
            there = [name for name in ids if name in held]
            for start, vectors in zip(range(0, len(there), BATCH), store.in_batches(there), strict=True):
                if vectors.shape[1] != manifest.width:
                    yield f"the vectors have width {vectors.shape[1]}, and the manifest says {manifest.width}"
                    return
                wrong = np.flatnonzero(~(np.abs(np.linalg.norm(vectors, axis=1) - 1) <= UNIT))  # NaN, too
                yield from (f"the vector {there[start + row]} is not of length 1" for row in wrong)
                stages.advance(len(vectors))
    except ServerAwayError:
        raise  # that is no fault of the generation
    except IndexUnusableError as error:
        yield error.what
    finally:
        store.close()


def _lies(span: Span, document: Document) -> bool:
    """Whether a span is a stretch of a page that there is."""
    if not 0 <= span.page < len(document.pages):
        return False
    return 0 <= span.start < span.end <= len(document.pages[span.page].text)


def _within(span: Span, spans: Iterable[Span]) -> bool:
    return any(one.page == span.page and one.start <= span.start and span.end <= one.end for one in spans)


def _upto(found: Iterator[str]) -> tuple[str, ...]:
    """The first MOST of what was found, and how many more there are."""
    named = [fault for _, fault in zip(range(MOST), found, strict=False)]
    more = sum(1 for _ in found)
    return (*named, *([f"and {more:,} more of this sort"] if more else []))
