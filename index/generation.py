"""The life of an index on disk: generations, the pointer to the current one, and opening it.

    INDEX/CURRENT                 the name of the current generation; replaced in one step
    INDEX/generations/000007/     manifest.json, catalogue.sqlite, chroma/: never altered once it has this name
    INDEX/building-1234/          what process 1234 is making, or left when it was killed
    INDEX/standing.json           what holds for all of them; see `standing`
    INDEX/lock                    see `lock`

What goes into a generation is `build`; what it says of itself is `manifest`.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.audience import EVERYONE, Clearance, View
from index.catalogue import Catalogue
from index.errors import IndexUnusableError
from index.lock import build_lock
from index.manifest import Manifest, read_manifest
from index.standing import read_standing
from index.vectors import VectorStore

CATALOGUE, CHROMA = "catalogue.sqlite", "chroma"


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """An open generation.  Safe to use from several threads; to be closed by whoever opened it.

    `view` is what its catalogue shows; None: everything, as builders need it and no reader gets it.
    """

    folder: Path
    manifest: Manifest
    catalogue: Catalogue
    vectors: VectorStore
    view: View | None = None

    def warm(self, terms: Iterable[str] = ()) -> None:
        """Load every vector into memory, and what is known of these words: no question must wait for them.

        IndexUnusableError: it is damaged.
        """
        self.vectors.warm(self.catalogue.chosen())
        self.catalogue.warm(terms)

    def close(self) -> None:
        """Close both stores."""
        self.catalogue.close()
        self.vectors.close()

    def __enter__(self) -> OpenIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def build_command(index_dir: Path) -> str:
    """What to type to make or remake this index."""
    return f"Type: inspections index build --index {shlex.quote(str(index_dir))}"


def current_id(index_dir: Path) -> str:
    """The name of the current generation: cheap to ask again and again.

    IndexUnusableError: there is no index, or the pointer to it is damaged.
    """
    try:
        said = (index_dir / "CURRENT").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise IndexUnusableError(f"There is no index in {index_dir}.", build_command(index_dir)) from error
    except (OSError, ValueError) as error:
        raise IndexUnusableError(f"{index_dir / 'CURRENT'} cannot be read.", build_command(index_dir)) from error
    if not re.fullmatch(r"\d{6}\n", said):
        raise IndexUnusableError(f"{index_dir / 'CURRENT'} is damaged.", build_command(index_dir))
    return said.strip()


def is_current(index_dir: Path, manifest: Manifest) -> bool:
    """Whether this generation is the one that readers are given."""
    try:
        return current_id(index_dir) == manifest.generation
    except IndexUnusableError:
        return False


def current_manifest(index_dir: Path) -> tuple[Path, Manifest]:
    """The folder and the manifest of the current generation.

    IndexUnusableError: there is no index, or it is damaged or of another format.
    """
    cure = build_command(index_dir)
    name = current_id(index_dir)
    while True:
        folder = index_dir / "generations" / name
        try:
            return folder, read_manifest(folder, cure)
        except FileNotFoundError as error:
            # Builders may have replaced it, and removed it, since its name was read.
            before, name = name, current_id(index_dir)
            if name == before:
                raise IndexUnusableError(f"The index in {folder} is gone.", cure) from error


def open_current(index_dir: Path, embedder_id: str, rules: str, clearance: Clearance = EVERYONE) -> OpenIndex:
    """Open the current generation for a reader; it must be made with this embedder and these passage rules.

    IndexUnusableError: there is no index, it is damaged, or made otherwise; the message says what to type.
    """
    folder, manifest = current_manifest(index_dir)
    for name, made, now in (
        ("embedding model", manifest.embedder, embedder_id),
        ("passage rules", manifest.rules, rules),
    ):
        if made != now:
            message = f"The index in {index_dir} was made with {name} {made}, and this program uses {now}."
            raise IndexUnusableError(message, build_command(index_dir))
    return open_generation(folder, manifest, read_standing(index_dir).view(clearance))


def open_generation(folder: Path, manifest: Manifest, view: View | None = None) -> OpenIndex:
    """Open a generation whatever made it, as a reader with `view` sees it.  IndexUnusableError: it is damaged."""
    return OpenIndex(folder, manifest, Catalogue(folder / CATALOGUE, view), VectorStore(folder / CHROMA), view)


def previous_index(index_dir: Path) -> OpenIndex | None:
    """What a builder may carry over: the current generation, else the newest that is whole, else None."""
    names = sorted((path.name for path in (index_dir / "generations").glob("[0-9]*")), reverse=True)
    with contextlib.suppress(IndexUnusableError):  # a first build, or a damaged pointer, which publishing replaces
        names.insert(0, current_id(index_dir))
    for name in names:
        folder = index_dir / "generations" / name
        try:
            return open_generation(folder, read_manifest(folder, ""))
        except (IndexUnusableError, FileNotFoundError):
            continue
    return None


def manifest_before(index_dir: Path, name: str) -> Manifest:
    """The manifest of the generation that was made before the one of that name.

    IndexUnusableError: none is kept, or it is not whole.
    """
    earlier = sorted(path.name for path in (index_dir / "generations").glob("[0-9]*") if path.name < name)
    cure = f"Correct the documents instead. {build_command(index_dir)}"
    if not earlier:
        raise IndexUnusableError(f"No index from before generation {name} is kept in {index_dir}.", cure)
    try:
        return read_manifest(index_dir / "generations" / earlier[-1], cure)
    except FileNotFoundError as error:  # a builder has just removed it
        raise IndexUnusableError(f"The index before generation {name} is gone.", cure) from error


def roll_back(index_dir: Path) -> str:
    """Make the generation made before the current one current again, and return its name.

    Only the pointer changes, in one step: nothing is copied, made or removed, and readers follow as after a build.
    It goes back, never forth: a second time there is mostly nothing before it, which is an error and not a way back to
    what the admin has just taken out of use.  The way forth is to build: that starts from the generation gone back to,
    gives the new one a name of its own and removes the one taken out of use; until the documents differ from those
    gone back to, it finds nothing to do.  Whoever reads must be able to open the generation: its embedding model and
    passage rules are not looked at.

    IndexUnusableError: there is no index, none before it is kept, it is not whole, or the pointer cannot be written.
    IndexBusyError: another process is building; threads of one process keep themselves apart.
    """
    current_id(index_dir)  # where there is no index there is no lock to take, and none to leave behind
    with build_lock(index_dir):
        name = manifest_before(index_dir, current_id(index_dir)).generation
        try:
            _point_to(index_dir, name)
        except OSError as error:
            message = f"{index_dir / 'CURRENT'} cannot be written: {error.strerror}."
            raise IndexUnusableError(message, "Make room, or check permissions.") from error
    return name


def begin(index_dir: Path) -> tuple[Path, str]:
    """An empty folder to build in, and the name that its generation is to have.  The caller holds the lock.

    What killed builders left is removed first.  OSError: the folder cannot be written to.
    """
    for left in index_dir.glob("building-*"):
        shutil.rmtree(left)
    (index_dir / "generations").mkdir(exist_ok=True)
    taken = [int(path.name) for path in (index_dir / "generations").glob("[0-9]*")]
    building = index_dir / f"building-{os.getpid()}"
    building.mkdir()
    return building, f"{max(taken, default=0) + 1:06d}"


def publish(index_dir: Path, building: Path, name: str) -> None:
    """Make what was built the current generation, in one step, and keep only the one before it beside it.

    Everything is on the disk before the pointer names it: a crash at any point leaves the old index or the new one.
    OSError: the folder cannot be written to; the pointer then still names the old one.
    """
    keep = {name}
    with contextlib.suppress(IndexUnusableError):  # there was none
        keep.add(current_id(index_dir))  # for readers that are just opening it
    _sync_tree(building)
    generations = index_dir / "generations"
    building.rename(generations / name)
    _sync(generations)
    _point_to(index_dir, name)
    _prune(generations, keep)


def _point_to(index_dir: Path, name: str) -> None:
    """Let the pointer name a generation, in one step, and wait until that is on the disk."""
    pointer = index_dir / "CURRENT.new"
    pointer.write_text(f"{name}\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(index_dir / "CURRENT")
    _sync(index_dir)


def _prune(generations: Path, keep: set[str]) -> None:
    for old in generations.iterdir():
        if old.name not in keep:
            # Renamed first: a generation under its own name is always whole.
            doomed = generations.parent / f"building-old-{old.name}"
            old.rename(doomed)
            shutil.rmtree(doomed)


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
