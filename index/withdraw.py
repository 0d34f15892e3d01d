"""Taking a document out of use: at once for every reader, and then from every generation on disk.

That it is not shown is `standing`, that it is built no more is `intake`, which generations go is `keeping`.  The file
itself in the folder of documents is its owner's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from index.audit import Actor, Did, record
from index.catalogue import Catalogue
from index.errors import IndexDamagedError, IndexUnusableError, SettingsError
from index.generation import CATALOGUE, current_id, generation_names
from index.keeping import holds
from index.manifest import file_hash, parse_manifest
from index.standing import Standing, Withdrawal, change_standing, read_standing

SHORTEST = 8  # hexadecimal digits by which a SHA-256 may be named
MOST_NAMED = 10
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Named:
    """What somebody named: one document, and the SHA-256 of every version of it that is or was there.

    `sources` are all names of it, `source` the first of them.
    """

    source: str
    hashes: tuple[str, ...]
    sources: tuple[str, ...]


def find(index_dir: Path, root: Path, named: str) -> Named:
    """The document of this source, name or SHA-256, in any generation that is kept or in the folder of documents.

    What lies in the folder under its name is one of its versions, built or not: the next build would take it in.
    IndexUnusableError: there is no index.  SettingsError: there is no such document, or several; they are listed.
    """
    try:
        current_id(index_dir)
    except IndexDamagedError:  # readers go on with an earlier generation, from which it must be possible to withdraw
        if not generation_names(index_dir):
            raise
    known = _known(index_dir)
    for path in (root / named, Path(named)):
        source = _below(root, path)
        if source is not None:
            return _one(known | _now(source, path), source, "")
    found = _one(known, named, "Name it as it is listed by: inspections index status")
    lying = [_now(source, root / source) for source in found.sources if _below(root, root / source)]
    return replace(found, hashes=tuple(sorted({*found.hashes, *(sha256 for one in lying for _, sha256 in one)})))


def find_withdrawn(index_dir: Path, named: str) -> Named:
    """The withdrawn document of this source, name or SHA-256.  SettingsError: there is none, or several."""
    known = frozenset((one.source, one.sha256) for one in read_standing(index_dir).withdrawn)
    return _one(known, named, "Type: inspections index withdraw --list")


def withdraw(index_dir: Path, named: Named, why: str, by: Actor) -> tuple[Withdrawal, ...]:
    """Show it to nobody from now on, in any generation.  It is on the disk, and in the log, when this returns.

    What is withdrawn already stays so, and is not told again.  IndexUnusableError: it cannot be written.
    """
    now = datetime.now(UTC)
    new: list[Withdrawal] = []

    def change(standing: Standing) -> Standing:
        new[:] = [Withdrawal(named.source, one, now, by.who, why) for one in named.hashes if one not in standing.hashes]
        return replace(standing, withdrawn=(*standing.withdrawn, *new))

    change_standing(index_dir, change)
    for one in new:
        record(index_dir, by, Did.WITHDREW, "", {"source": one.source, "sha256": one.sha256, "why": why})
    return tuple(new)


def restore(index_dir: Path, named: Named, by: Actor) -> None:
    """Let it be shown and built again.  It is in the log when this returns.  IndexUnusableError: cannot be written."""

    def change(standing: Standing) -> Standing:
        return replace(standing, withdrawn=tuple(o for o in standing.withdrawn if o.sha256 not in named.hashes))

    change_standing(index_dir, change)
    for sha256 in named.hashes:
        record(index_dir, by, Did.RESTORED, "", {"source": named.source, "sha256": sha256})


def still_held(index_dir: Path, hashes: Iterable[str]) -> tuple[str, ...]:
    """The generations that still have one of these documents (SHA-256) on disk."""
    wanted = frozenset(hashes)
    return tuple(name for name in generation_names(index_dir) if holds(index_dir, name, wanted))


def _known(index_dir: Path) -> Pairs:
    """Source and SHA-256 of every document that any generation holds or was made from."""
    found: set[tuple[str, str]] = set()
    for name in generation_names(index_dir):
        folder = index_dir / "generations" / name
        for look in (_of_manifest, _of_catalogue):
            try:
                found |= look(folder)
            except (IndexUnusableError, FileNotFoundError):
                continue
    return frozenset(found)


def _below(root: Path, path: Path) -> str | None:
    """The source that a path is, typed as below `root` or from where somebody stands; None: it is no file there."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix() if path.is_file() else None
    except (OSError, ValueError):
        return None


def _now(source: str, path: Path) -> Pairs:
    """What lies there now, which no generation need have seen.  SettingsError: it cannot be read."""
    try:
        return frozenset({(source, file_hash(path))})
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error


def _of_manifest(folder: Path) -> Pairs:
    return frozenset(parse_manifest(folder, "").sources.items())


def _of_catalogue(folder: Path) -> Pairs:
    catalogue = Catalogue(folder / CATALOGUE)
    try:
        return frozenset(catalogue.audiences())
    finally:
        catalogue.close()


def _one(known: Pairs, named: str, cure: str) -> Named:
    """The one document that is meant: by its source, else by its SHA-256, else by its name."""
    ways: tuple[Callable[[str, str], bool], ...] = (
        lambda source, _: source == named,
        lambda _, sha256: re.fullmatch(rf"[0-9a-f]{{{SHORTEST},64}}", named) is not None and sha256.startswith(named),
        lambda source, _: PurePosixPath(source).name == named,
    )
    for way in ways:
        fitting = {(source, sha256) for source, sha256 in known if way(source, sha256)}
        if fitting:
            return _single(fitting, known, named)
    raise SettingsError(f"There is no document {named}.", cure)


def _single(fitting: set[tuple[str, str]], known: Pairs, named: str) -> Named:
    sources = sorted({source for source, _ in fitting})
    if len({sha256 for _, sha256 in fitting}) > 1 and len(sources) > 1:
        more = f", and {len(sources) - MOST_NAMED} more" if sources[MOST_NAMED:] else ""
        listed = ", ".join(sources[:MOST_NAMED])
        raise SettingsError(f"{named} may be {len(sources)} documents: {listed}{more}.", "Name one of them whole.")
    hashes = {sha256 for source, sha256 in known if source in sources}
    return Named(sources[0], tuple(sorted(hashes)), tuple(sources))
