"""The generations that an index keeps: how each was made, what it changed, and whether it is whole.  Read only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.changes import Changes, changes
from index.errors import IndexUnusableError
from index.generation import current_id, generation_names
from index.keeping import size_on_disk
from index.manifest import Manifest, check_files, parse_manifest, read_manifest


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation that is kept.

    `manifest` is None where it cannot be read; `damage` says what is wrong, empty where every file is what was written.
    `changes` are those against the generation kept before it, None where there is none, or none that can be read.
    """

    name: str
    current: bool
    manifest: Manifest | None
    damage: str
    changes: Changes | None
    bytes: int


def history(index_dir: Path) -> tuple[Kept, ...]:
    """Every generation that is kept, the oldest first.  All their files are read through.

    IndexUnusableError: there is no index.
    """
    names = generation_names(index_dir)
    try:
        current = current_id(index_dir)
    except IndexUnusableError:
        if not names:
            raise
        current = ""  # the pointer is damaged or gone
    kept: list[Kept] = []
    before: Manifest | None = None
    for name in names:
        kept.append(_kept(index_dir / "generations" / name, name == current, before))
        before = kept[-1].manifest
    return tuple(kept)


def _kept(folder: Path, current: bool, before: Manifest | None) -> Kept:
    manifest: Manifest | None = None
    damage = ""
    try:
        manifest = parse_manifest(folder, "")
        check_files(folder, read_manifest(folder, ""), "")
    except IndexUnusableError as error:
        damage = error.what
    except FileNotFoundError:  # a builder has just removed it
        damage = f"The index in {folder} is gone."
    differing = None if before is None or manifest is None else changes(before.used, manifest.used)
    return Kept(folder.name, current, manifest, damage, differing, size_on_disk(folder))
