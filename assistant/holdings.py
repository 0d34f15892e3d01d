"""What an index holds, counted: documents by kind, authority and year, the newest of them, and how old the index is.

Only what its reader sees is counted: from the catalogue, never from the manifest, which knows of all.
For people who ask what they may ask about, and for those who look after the index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from assistant.fitting import by_publication
from index.catalogue import Catalogue, StoredDocument
from index.errors import IndexUnusableError
from index.generation import CATALOGUE, OpenIndex, manifest_before
from index.records import Interval

LATEST = 5  # documents named as the latest
Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Latest:
    """A document that came lately.  `published` is None for an undated one."""

    source: str
    title: str
    published: Interval | None


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a generation holds.

    `built` is in UTC; `newest` is the last day on which a document of it was published, None if all are undated.
    Counts are in the order of their names; a document of several authorities counts for each.  `latest` are up to
    LATEST documents, the newest first: those that the generation before did not hold (`added`), else of all.
    """

    built: datetime
    generation: str
    documents: int
    passages: int
    newest: date | None
    by_kind: Counts
    by_authority: Counts
    by_year: Counts
    latest: tuple[Latest, ...]
    added: bool


def holdings(index: OpenIndex, index_dir: Path) -> Holdings:
    """What `index`, a generation of `index_dir`, holds.  IndexUnusableError: its catalogue is damaged."""
    documents = index.catalogue.documents()
    by_kind, by_authority, by_year = counts(documents)
    new = _new(documents, index, index_dir)
    return Holdings(
        built=index.manifest.built,
        generation=index.manifest.generation,
        documents=len(documents),
        passages=sum(document.passages for document in documents),
        newest=newest(documents),
        by_kind=by_kind,
        by_authority=by_authority,
        by_year=by_year,
        latest=tuple(map(_latest, sorted(new or documents, key=by_publication, reverse=True)[:LATEST])),
        added=bool(new),
    )


def newest(documents: Iterable[StoredDocument]) -> date | None:
    """The last day on which one of them was published; None where all are undated."""
    return max((d.description.published.end for d in documents if d.description.published), default=None)


def counts(documents: Iterable[StoredDocument]) -> tuple[Counts, Counts, Counts]:
    """Documents by kind, by authority ("none" where they name none) and by year of publication ("undated")."""
    said = [document.description for document in documents]
    return (
        _counted(one.kind.value for one in said),
        _counted(name for one in said for name in (one.authorities or ("none",))),
        _counted(str(one.published.start.year) if one.published else "undated" for one in said),
    )


def _counted(values: Iterable[str]) -> Counts:
    return tuple(sorted(Counter(values).items()))


def _new(documents: Sequence[StoredDocument], index: OpenIndex, index_dir: Path) -> list[StoredDocument]:
    """The documents that the generation before showed neither under their name nor under another."""
    try:
        name = manifest_before(index_dir, index.manifest.generation).generation
        before = Catalogue(index_dir / "generations" / name / CATALOGUE, index.view)
    except IndexUnusableError:  # a first index: all of it is new, which tells nobody anything
        return []
    try:
        hashes = before.hashes()
    finally:
        before.close()
    known = set(hashes.values())
    return [d for d in documents if d.source not in hashes and d.sha256 not in known]


def _latest(document: StoredDocument) -> Latest:
    return Latest(document.source, document.description.title, document.description.published)
