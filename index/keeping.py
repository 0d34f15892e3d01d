"""Which generations are current, kept and removed: publishing, rolling back, pruning, erasing.

What lies where is `generation`; everything here but `begin` and `publish`, whose caller holds it, takes the lock.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from index.audit import Actor, Did, here, record
from index.catalogue import Catalogue
from index.collections import tidy
from index.errors import IndexUnusableError, SettingsError
from index.generation import (
    CATALOGUE,
    build_command,
    check_made,
    current_id,
    generation_names,
    manifest_before,
)
from index.lock import build_lock
from index.manifest import Manifest, check_files, read_manifest
from index.server import Server

KEEP, LEAST = 3, 2  # generations kept, the current one among them: usually, and at least
ROOM = "Make room, or check permissions."


@dataclass(frozen=True, slots=True)
class Pruned:
    """The generations that were removed, and the bytes that this and what killed builds had left took on disk."""

    names: tuple[str, ...]
    freed: int


def begin(index_dir: Path) -> tuple[Path, str]:
    """An empty folder to build in, and the name that its generation is to have.  The caller holds the lock.

    What killed builders left is removed first.  OSError: the folder cannot be written to.
    """
    clear(index_dir)
    (index_dir / "generations").mkdir(exist_ok=True)
    building = index_dir / f"building-{os.getpid()}"
    building.mkdir()
    number = max(map(int, generation_names(index_dir)), default=0) + 1
    while (index_dir / "generations" / f"{number:06d}").exists():  # a file that somebody put there
        number += 1
    return building, f"{number:06d}"


def publish(index_dir: Path, building: Path, name: str, keep: int = KEEP) -> None:
    """Make what was built the current generation, in one step, and keep `keep` in all, those before it that are newest.

    The one that was current is kept whatever `keep` is: readers may just be opening it.  Those that it was rolled back
    from are removed.  Everything is on the disk before the pointer names it: a crash at any point leaves the old index
    or the new one.  OSError: the folder cannot be written to; the pointer then still names the old one.
    """
    before = [one for one in generation_names(index_dir) if one <= _current_or(index_dir, name)]
    _sync_tree(building)
    generations = index_dir / "generations"
    building.rename(generations / name)
    _sync(generations)
    _point_to(index_dir, name)
    with contextlib.suppress(OSError):  # it is published all the same; what cannot be removed now is tried again
        _remove_but(index_dir, {name, *before[-max(keep - 1, 1) :]})


def roll_back(
    index_dir: Path,
    to: str | None = None,
    *,
    by: Actor | None = None,
    embedder_id: str | None = None,
    rules: str | None = None,
) -> str:
    """Make the generation `to` (None: the one made before the current one) current, and return its name.

    Only the pointer changes, in one step: nothing is copied, made or removed, and readers follow as after a build.
    Without `to` it goes back, never forth: a second time there may be nothing before it, which is an error and not a
    way back to what the admin has just taken out of use.  A build afterwards starts from the generation gone back to,
    gives the new one a name of its own and removes those taken out of use; until the documents differ from those gone
    back to, it finds nothing to do.  With `embedder_id` and `rules`, the generation must be made with them: whoever
    reads has to be able to open it.  It is entered in the log.

    IndexUnusableError: there is no index, no such generation is kept, it is not whole or made otherwise, or the
    pointer cannot be written.  IndexBusyError: another process is building; threads of one process keep themselves
    apart.
    """
    if to is None:
        current_id(index_dir)  # where there is no index there is no lock to take, and none to leave behind
    elif to not in generation_names(index_dir):
        kept = ", ".join(generation_names(index_dir)) or "none"
        raise IndexUnusableError(f"No generation {to} is kept in {index_dir}.", f"Kept are: {kept}.")
    with build_lock(index_dir, by):
        was = _current_or(index_dir, "")
        target = manifest_before(index_dir, current_id(index_dir)) if to is None else _manifest(index_dir, to)
        _check(index_dir, target, embedder_id, rules)
        try:
            _point_to(index_dir, target.generation)
        except OSError as error:
            message = f"{index_dir / 'CURRENT'} cannot be written: {error.strerror}."
            raise IndexUnusableError(message, ROOM) from error
        record(index_dir, by or here(), Did.ROLLED_BACK, target.generation, {"from": was})
    return target.generation


def prune(index_dir: Path, keep: int, by: Actor | None = None, server: Server | None = None) -> Pruned:
    """Keep the `keep` newest generations and the current one; remove the others, and what killed builds left.

    Their collections on `server` go with them.  It is entered in the log, if anything was removed.  SettingsError:
    `keep` is below 1.  IndexUnusableError: there is no index, or the folder cannot be written to.  IndexBusyError:
    another process is building.
    """
    if keep < 1:
        raise SettingsError(f"{keep} generations cannot be kept.", "Keep 1 or more.")
    current_id(index_dir)
    with build_lock(index_dir, by):
        names = generation_names(index_dir)
        pruned = _removed(index_dir, names[: max(0, len(names) - keep)], by or here())
        tidy(index_dir, server)
        return pruned


def erase(index_dir: Path, hashes: Collection[str], by: Actor | None = None, server: Server | None = None) -> Pruned:
    """Remove every generation that holds one of these documents (SHA-256), and what killed builds left.

    The current one stays, for readers: build first.  One whose documents cannot be told is removed.  It is entered in
    the log, if anything was removed.  Errors as for `prune`.
    """
    current_id(index_dir)
    with build_lock(index_dir, by):
        pruned = erase_locked(index_dir, hashes, by or here())
        tidy(index_dir, server)
        return pruned


def erase_locked(index_dir: Path, hashes: Collection[str], by: Actor) -> Pruned:
    """As `erase`, for who holds the lock already.  IndexUnusableError: the folder cannot be written to."""
    names = [name for name in generation_names(index_dir) if holds(index_dir, name, hashes)]
    return _removed(index_dir, names, by)


def holds(index_dir: Path, name: str, hashes: Collection[str]) -> bool:
    """Whether a generation holds one of these documents, or cannot tell."""
    file = index_dir / "generations" / name / CATALOGUE
    try:
        catalogue = Catalogue(file)
    except IndexUnusableError:
        return True
    try:
        return any(sha256 in hashes for _, sha256 in catalogue.audiences())
    except IndexUnusableError:
        return True
    finally:
        catalogue.close()


def size_on_disk(folder: Path) -> int:
    """The bytes of all files below a folder; one that goes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _removed(index_dir: Path, names: Collection[str], by: Actor) -> Pruned:
    gone = tuple(name for name in names if name != current_id(index_dir))
    left = list(index_dir.glob("building-*"))
    freed = sum(map(size_on_disk, [*left, *(index_dir / "generations" / name for name in gone)]))
    try:
        _remove_but(index_dir, set(generation_names(index_dir)) - set(gone))
        clear(index_dir)
    except OSError as error:
        message = f"Not everything in {index_dir} could be removed: {error.strerror}."
        raise IndexUnusableError(message, "Check permissions, then type the same again.") from error
    if gone or left:
        record(index_dir, by, Did.PRUNED, "", {"removed": list(gone), "freed": freed})
    return Pruned(gone, freed)


def _check(index_dir: Path, target: Manifest, embedder_id: str | None, rules: str | None) -> None:
    cure = f"Roll back to another one, or correct the documents. {build_command(index_dir)}"
    if embedder_id is not None and rules is not None:
        check_made(index_dir, target, embedder_id, rules)
    check_files(index_dir / "generations" / target.generation, target, cure)


def _manifest(index_dir: Path, name: str) -> Manifest:
    cure = f"Roll back to another one, or correct the documents. {build_command(index_dir)}"
    try:
        return read_manifest(index_dir / "generations" / name, cure)
    except FileNotFoundError as error:  # it has just been removed
        raise IndexUnusableError(f"Generation {name} is gone.", cure) from error


def _current_or(index_dir: Path, instead: str) -> str:
    """The current generation's name; `instead` where there is none, or the pointer is damaged."""
    try:
        return current_id(index_dir)
    except IndexUnusableError:
        return instead


def _point_to(index_dir: Path, name: str) -> None:
    """Let the pointer name a generation, in one step, and wait until that is on the disk."""
    pointer = index_dir / "CURRENT.new"
    pointer.write_text(f"{name}\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(index_dir / "CURRENT")
    _sync(index_dir)


def _remove_but(index_dir: Path, keep: Collection[str]) -> None:
    """Remove every generation but these.  What is none of ours is left where it is."""
    for name in generation_names(index_dir):
        if name not in keep:
            # Renamed first: a generation under its own name is always whole.
            doomed = index_dir / f"building-old-{name}"
            (index_dir / "generations" / name).rename(doomed)
            _remove(doomed)


def clear(index_dir: Path) -> None:
    """Remove what killed builders left."""
    for left in index_dir.glob("building-*"):
        _remove(left)


def _remove(path: Path) -> None:
    """A folder with all that is in it, or whatever else has that name."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Wait until a file or a directory is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
