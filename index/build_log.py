"""What the log is told of a build: how much of what changed, and whose access did.  The log itself is `audit`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

from index.audit import Actor, Did, read_log, record
from index.catalogue import Catalogue
from index.changes import changes
from index.generation import CATALOGUE, OpenIndex
from index.manifest import FILE, Manifest, read_manifest

Details = dict[str, JsonValue]


def log_build(index_dir: Path, before: OpenIndex | None, manifest: Manifest, by: Actor, seconds: float) -> None:
    """Enter that the generation of `manifest` was built and published, and whose audience is not what it was `before`.

    IndexUnusableError: the log cannot be written.
    """
    details: Details = dict(_counted(before, manifest))
    details |= {"documents": manifest.documents, "passages": manifest.passages, "seconds": round(seconds, 1)}
    details["manifest"] = manifest_hash(index_dir / "generations" / manifest.generation)
    record(index_dir, by, Did.BUILT, manifest.generation, details)
    for change in _access(index_dir, before, manifest):
        record(index_dir, by, Did.CHANGED_ACCESS, manifest.generation, change)


def log_unlogged(index_dir: Path, name: str) -> None:
    """Enter that the generation of this name was built, if a build was killed between publishing it and saying so."""
    logged = any(one.generation == name and one.did is Did.BUILT for one in read_log(index_dir).events)
    if not logged:
        manifest = read_manifest(index_dir / "generations" / name, "")
        details: Details = {"documents": manifest.documents, "passages": manifest.passages, "entered": "afterwards"}
        details["manifest"] = manifest_hash(index_dir / "generations" / name)
        record(index_dir, Actor(manifest.built_by), Did.BUILT, name, details)


def manifest_hash(folder: Path) -> str:
    """The SHA-256 of a generation's manifest, which itself holds those of the other files."""
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()


def _counted(before: OpenIndex | None, manifest: Manifest) -> dict[str, int]:
    return changes({} if before is None else before.manifest.used, manifest.used).counts


def _access(index_dir: Path, before: OpenIndex | None, manifest: Manifest) -> Iterator[Details]:
    """Each document that both generations hold under one name, or as the same bytes, and whose audience differs."""
    if before is None:
        return
    catalogue = Catalogue(index_dir / "generations" / manifest.generation / CATALOGUE)
    try:
        was, now = before.catalogue.audiences(), catalogue.audiences()
        by_hash = {sha256: audience for (_, sha256), audience in was.items()}
        by_source = {source: audience for (source, _), audience in was.items()}
        differing = {
            source: (old, audience)
            for (source, sha256), audience in now.items()
            if (old := by_source.get(source, by_hash.get(sha256, audience))) != audience
        }
        reasons = _reasons(catalogue) if differing else {}
    finally:
        catalogue.close()
    for source, (old, audience) in differing.items():
        yield {"source": source, "from": list(old), "to": list(audience), "why": reasons.get(source, "")}


def _reasons(catalogue: Catalogue) -> dict[str, str]:
    """What the audience of each document was decided by, as far as its description says."""
    told = ((one.source, one.description.evidence.get("audience")) for one in catalogue.documents())
    return {source: f"{evidence.how.value}: {evidence.words}" for source, evidence in told if evidence}
