"""The life of an index on disk: generations, the pointer to the current one, and opening it.

    INDEX/CURRENT                 the name of the current generation; replaced in one step
    INDEX/generations/000007/     manifest.json, catalogue.sqlite, vectors.npy, chroma/: never altered once so named
    INDEX/building-1234/          what process 1234 is making, or left when it was killed
    INDEX/id                      which collections on a Chroma server are its own; see `collections`
    INDEX/standing.json           what holds for all of them; see `standing`
    INDEX/audit.jsonl             what was done to it; see `audit`
    INDEX/lock                    see `lock`

What goes into a generation is `build`; which are made current, kept and removed is `keeping`; what one says of itself
is `manifest`.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from index.audience import EVERYONE, PUBLIC, Audience, Clearance, View, stricter
from index.audit import last_current
from index.catalogue import Catalogue
from index.errors import IndexDamagedError, IndexUnusableError, ServerAwayError
from index.manifest import Manifest, check_files, read_manifest
from index.server import Server
from index.standing import read_standing
from index.vectors import VectorStore, stored_vectors

CATALOGUE, CHROMA = "catalogue.sqlite", "chroma"
VECTORS = "vectors.npy"  # as they were sent to Chroma, in the order of the catalogue's passages: for the next builder
_NAME = re.compile(r"[0-9]{6}")  # of a generation
CHEAP = 256 << 20  # bytes that are read through at every opening: a fifth of a second


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """An open generation.  Safe to use from several threads; to be closed by whoever opened it.

    `view` is what its catalogue shows; None: everything, as builders need it and no reader gets it.  `notice` says, in
    one line for a person, that this is not the generation that should be open; None: it is.  `later` are audiences
    that newer generations have, by SHA-256: every view is bound by them too, though standing.json be lost.
    """

    folder: Path
    manifest: Manifest
    catalogue: Catalogue
    vectors: VectorStore
    view: View | None = None
    notice: str | None = None
    later: frozenset[tuple[str, Audience]] = frozenset()

    def seen_with(self, view: View) -> OpenIndex:
        """The same generation as another reader sees it.  It shares the vectors: close its catalogue, not the whole.

        IndexUnusableError: the catalogue is gone or damaged.
        """
        return replace(self, catalogue=Catalogue(self.folder / CATALOGUE, _bound(view, self.later)), view=view)

    def public_sources(self) -> frozenset[str]:
        """The documents in sight that everybody may read, as it was decided last."""
        everybody = _bound(replace(self.view or View(), clearance=EVERYONE), self.later)
        held = self.catalogue.audiences().items()
        named = [(source, (number, sha256, audience)) for number, ((source, sha256), audience) in enumerate(held)]
        shown = frozenset(everybody.shown(document for _, document in named))
        return frozenset(source for source, (number, _, _) in named if number in shown)

    def warm(self, terms: Iterable[str] = ()) -> None:
        """Load every vector into memory, and what is known of these words: no question must wait for them.

        The vectors are also those of what this view does not show: other views of the generation share them.
        IndexUnusableError: it is damaged.
        """
        with closing(Catalogue(self.folder / CATALOGUE)) as everything:
            self.vectors.warm(everything.chosen())
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


def check_folder(index_dir: Path) -> None:
    """IndexUnusableError: there is no folder of this name, so nothing was ever done to it."""
    if index_dir.is_file():
        raise IndexUnusableError(f"{index_dir} is a file, and an index is a folder.", "Name a folder for --index.")
    if not index_dir.is_dir():
        raise IndexUnusableError(f"There is no index in {index_dir}.", build_command(index_dir))


def current_id(index_dir: Path) -> str:
    """The name of the current generation: cheap to ask again and again.

    IndexUnusableError: there is no index; IndexDamagedError: the pointer to it is damaged.
    """
    try:
        said = (index_dir / "CURRENT").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise IndexUnusableError(f"There is no index in {index_dir}.", build_command(index_dir)) from error
    except (OSError, ValueError) as error:
        if isinstance(error, NotADirectoryError):
            check_folder(index_dir)
        raise IndexDamagedError(f"{index_dir / 'CURRENT'} cannot be read.", build_command(index_dir)) from error
    if not (said.endswith("\n") and _NAME.fullmatch(said[:-1])):
        raise IndexDamagedError(f"{index_dir / 'CURRENT'} is damaged.", build_command(index_dir))
    return said.strip()


def pointer_signature(index_dir: Path) -> tuple[int, int] | None:
    """Changes whenever the pointer is replaced, be it by one of the same name; None where there is none."""
    try:
        found = (index_dir / "CURRENT").stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def is_current(index_dir: Path, manifest: Manifest) -> bool:
    """Whether this generation is the one that readers are given."""
    try:
        return current_id(index_dir) == manifest.generation
    except IndexUnusableError:
        return False


def current_manifest(index_dir: Path) -> tuple[Path, Manifest]:
    """The folder and the manifest of the current generation.

    IndexUnusableError: there is no index, or it is of another format; IndexDamagedError: it is damaged.
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
                raise IndexDamagedError(f"The index in {folder} is gone.", cure) from error


def open_current(  # noqa: PLR0913  (what it must be made with, who reads, and how to look)
    index_dir: Path,
    embedder_id: str,
    rules: str,
    clearance: Clearance = EVERYONE,
    *,
    thorough: bool = False,
    server: Server | None = None,
) -> OpenIndex:
    """Open the current generation for a reader; it must be made with this embedder and these passage rules.

    Where it is damaged, the newest whole one from before it that was made alike is opened, and its `notice` says so.
    That every file holds what was written is looked at where this is cheap or, with `thorough`, always.  `server` is
    where its vectors are, if they are not in its folder; ServerAwayError: it cannot be asked.
    IndexUnusableError: there is no index, none is whole, or it was made otherwise; the message says what to type.
    """
    looked = _Look(read_standing(index_dir).view(clearance), thorough, server)
    try:
        folder, manifest = current_manifest(index_dir)
    except IndexDamagedError as error:
        return _earlier(index_dir, (embedder_id, rules), looked, error)
    check_made(index_dir, manifest, embedder_id, rules)
    try:
        return _open_whole(folder, manifest, looked)
    except ServerAwayError:
        raise  # that says nothing against the generation, and those before it are mostly there too
    except IndexUnusableError as error:
        if current_id(index_dir) != folder.name:  # it was replaced, and removed, meanwhile
            return open_current(index_dir, embedder_id, rules, clearance, thorough=thorough, server=server)
        return _earlier(index_dir, (embedder_id, rules), looked, error)


def check_made(index_dir: Path, manifest: Manifest, embedder_id: str, rules: str) -> None:
    """IndexUnusableError: a generation was made with another embedding model, or by other passage rules, than these."""
    for name, made, now in (
        ("embedding model", manifest.embedder, embedder_id),
        ("passage rules", manifest.rules, rules),
    ):
        if made != now:
            message = f"The index in {index_dir} was made with {name} {made}, and this program uses {now}."
            raise IndexUnusableError(message, build_command(index_dir))


def open_generation(
    folder: Path, manifest: Manifest, view: View | None = None, server: Server | None = None
) -> OpenIndex:
    """Open a generation whatever made it, as a reader with `view` sees it.  IndexUnusableError: it is damaged."""
    vectors = stored_vectors(folder / CHROMA, manifest.collection, server)
    return OpenIndex(folder, manifest, Catalogue(folder / CATALOGUE, view), vectors, view)


@contextmanager
def as_seen(index: OpenIndex, view: View) -> Iterator[OpenIndex]:
    """The same generation as a reader with `view` sees it, from a catalogue of its own; `index` stays open."""
    catalogue = Catalogue(index.folder / CATALOGUE, _bound(view, index.later))
    try:
        yield replace(index, catalogue=catalogue, view=view)
    finally:
        catalogue.close()


@dataclass(frozen=True, slots=True)
class _Look:
    """How a reader opens an index."""

    view: View
    thorough: bool
    server: Server | None


def _open_whole(folder: Path, manifest: Manifest, look: _Look) -> OpenIndex:
    """Open a generation whose files have been looked through, where that is cheap or `look` says so.

    Of vectors on a server their number is looked at.
    """
    cure = build_command(folder.parent.parent)
    if look.thorough or sum(manifest.files.values()) <= CHEAP:
        check_files(folder, manifest, cure)
    with contextlib.ExitStack() as stack:
        later = _later(folder)
        opened = stack.enter_context(open_generation(folder, manifest, _bound(look.view, later), look.server))
        if manifest.collection is not None and opened.vectors.count() != manifest.passages:
            message = f"The collection {manifest.collection} does not hold the {manifest.passages:,} vectors it should."
            raise IndexDamagedError(message, cure)
        stack.pop_all()  # whoever asked closes it
    return replace(opened, view=look.view, later=later)


def _later(folder: Path) -> frozenset[tuple[str, Audience]]:
    """What newer generations have decided on the documents of this one: the newest that knows them counts.

    An earlier version of a document is read by no more than the one that took its place.
    """
    by_hash: dict[str, Audience] = {}
    by_source: dict[str, Audience] = {}
    for name in generation_names(folder.parent.parent):
        if name > folder.name:
            with contextlib.suppress(IndexUnusableError), closing(Catalogue(folder.parent / name / CATALOGUE)) as newer:
                for (source, sha256), audience in newer.audiences().items():
                    by_hash[sha256] = by_source[source] = audience
    if not by_hash:
        return frozenset()
    narrowed: dict[str, Audience] = {}
    with closing(Catalogue(folder / CATALOGUE)) as own:
        for source, sha256 in own.audiences():
            said = by_hash.get(sha256, by_source.get(source, (PUBLIC,)))
            narrowed[sha256] = stricter(narrowed.get(sha256, (PUBLIC,)), said)
    return frozenset((sha256, audience) for sha256, audience in narrowed.items() if PUBLIC not in audience)


def _bound(view: View, later: frozenset[tuple[str, Audience]]) -> View:
    """The view, narrowed by what newer generations have."""
    both = dict(view.narrowed)
    for sha256, audience in later:
        both[sha256] = stricter(both.get(sha256, (PUBLIC,)), audience)
    return replace(view, narrowed=frozenset(both.items()))


def _earlier(index_dir: Path, made: tuple[str, str], look: _Look, error: IndexUnusableError) -> OpenIndex:
    """The newest whole generation, made alike, from before the current one.  `error`, again, where there is none."""
    for name in _before_current(index_dir):
        with contextlib.suppress(IndexUnusableError, FileNotFoundError):
            folder = index_dir / "generations" / name
            manifest = read_manifest(folder, error.cure)
            if (manifest.embedder, manifest.rules) == made:
                opened = _open_whole(folder, manifest, look)
                instead = f"Generation {name}, built {manifest.built:%Y-%m-%d %H:%M} UTC, is used instead."
                return replace(opened, notice=f"{error.what} {instead} {error.cure}")
    raise error


def _before_current(index_dir: Path) -> list[str]:
    """The names of the generations from before the current one, the newest first.

    Those after it were taken out of use.  Where the pointer is damaged the log tells which was current, else the newest
    is taken to have been.
    """
    names = sorted(generation_names(index_dir), reverse=True)
    try:
        current = current_id(index_dir)
    except IndexUnusableError:
        last = last_current(index_dir)
        return [name for name in names if not last or name <= last]
    return [name for name in names if name < current]


def generation_names(index_dir: Path) -> list[str]:
    """The names of the generations that are kept, whole or not, the oldest first; whatever else lies there is none.

    IndexUnusableError: the folder cannot be listed.
    """
    folder = index_dir / "generations"
    try:
        with os.scandir(folder) as found:
            return sorted(one.name for one in found if _NAME.fullmatch(one.name) and one.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise IndexUnusableError(f"{folder} cannot be listed: {error.strerror}.", "Check its permissions.") from error


def previous_index(index_dir: Path, server: Server | None = None) -> OpenIndex | None:
    """What a builder may carry over: the current generation, else the newest whose every file is whole, else None."""
    names = generation_names(index_dir)[::-1]
    with contextlib.suppress(IndexUnusableError):  # a first build, or a damaged pointer, which publishing replaces
        names.insert(0, current_id(index_dir))
    for name in names:
        folder = index_dir / "generations" / name
        try:
            manifest = read_manifest(folder, "")
            check_files(folder, manifest, "")
            return open_generation(folder, manifest, server=server)
        except (IndexUnusableError, FileNotFoundError):
            continue
    return None


def manifest_before(index_dir: Path, name: str) -> Manifest:
    """The manifest of the generation that was made before the one of that name.

    IndexUnusableError: none is kept, or it is not whole.
    """
    earlier = [one for one in generation_names(index_dir) if one < name]
    cure = f"Correct the documents instead. {build_command(index_dir)}"
    if not earlier:
        raise IndexUnusableError(f"No index from before generation {name} is kept in {index_dir}.", cure)
    try:
        return read_manifest(index_dir / "generations" / earlier[-1], cure)
    except FileNotFoundError as error:  # a builder has just removed it
        raise IndexUnusableError(f"The index before generation {name} is gone.", cure) from error
