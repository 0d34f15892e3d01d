"""What a generation says of itself: how it was made, from what, and what was left out.  Its file is `manifest.json`."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path

from pydantic import TypeAdapter

from index.errors import IndexDamagedError, IndexUnusableError
from index.records import Skipped

FORMAT = 3  # raise it whenever a file of a generation changes its layout
FILE = "manifest.json"
LIBRARIES = ("chromadb", "numpy", "sentence-transformers", "torch", "tokenizers")


@dataclass(frozen=True, slots=True)
class Manifest:
    """How one generation was made.

    `built` is in UTC; `embedder`, `width` and `max_tokens` are the embedder's, whose vectors are all of length 1;
    `rules` names the passage rules; `base_url` went into the documents' addresses.  `sources` and `sidecars` hold the
    SHA-256 of every document found and of every sidecar, by source, readable or not; `access` those of the access.yaml
    files, by path.  `skipped` are the files that were left out, or whose earlier text was kept.  `files` are the sizes,
    in bytes, of the generation's other files, and `hashes` their SHA-256.  `built_by` is who built it; `withdrawn` are
    the SHA-256 of documents that had been withdrawn, and were left out.  `read_by` is the fingerprint of what made
    entries of files (`fingerprint`).  `pace` are the seconds that each megabyte of documents took in the last build
    that read and embedded many (None: none did).  `collection` is the name under which the vectors are kept on a Chroma
    server; None: they are in the folder.
    """

    format: int
    generation: str
    built: datetime
    embedder: str
    width: int
    max_tokens: int
    normalised: bool
    rules: str
    base_url: str | None
    documents: int
    pages: int
    passages: int
    sources: dict[str, str]
    sidecars: dict[str, str]
    access: dict[str, str]
    skipped: tuple[Skipped, ...]
    versions: dict[str, str]
    files: dict[str, int]
    hashes: dict[str, str] = field(default_factory=dict)
    collection: str | None = None
    built_by: str = ""
    withdrawn: tuple[str, ...] = ()
    read_by: str = ""
    pace: float | None = None

    @property
    def used(self) -> dict[str, str]:
        """The SHA-256 by source of the documents that were found and not withdrawn."""
        return {source: sha256 for source, sha256 in self.sources.items() if sha256 not in self.withdrawn}


MANIFEST = TypeAdapter(Manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a generation's folder.  OSError: it cannot be written."""
    (folder / FILE).write_bytes(MANIFEST.dump_json(manifest, indent=2))


def read_manifest(folder: Path, cure: str) -> Manifest:
    """The manifest of a generation, whose files have been looked for.

    IndexDamagedError, with `cure`: it is missing or damaged, or a file has another size than it had when it was made;
    IndexUnusableError: it is of another format, or we may not look.  FileNotFoundError: the whole folder is not there.
    """
    manifest = parse_manifest(folder, cure)
    with _looking(folder):
        sizes = file_sizes(folder)
    wrong = [name for name, size in manifest.files.items() if sizes.get(name) != size]
    if wrong:
        raise IndexDamagedError(f"The index in {folder} is damaged: {', '.join(wrong)} is not whole.", cure)
    return manifest


def parse_manifest(folder: Path, cure: str) -> Manifest:
    """The manifest of a generation, whatever has become of its files.  Errors as for `read_manifest`."""
    with _looking(folder):
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise FileNotFoundError(folder)
    try:
        manifest = MANIFEST.validate_json((folder / FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"The manifest {folder / FILE} cannot be read.", cure) from error
    if manifest.format != FORMAT:
        message = f"The index in {folder} has format {manifest.format}, this program reads format {FORMAT}."
        raise IndexUnusableError(message, cure)
    return manifest


@contextmanager
def _looking(folder: Path) -> Iterator[None]:
    """FileNotFoundError: there is no such folder; IndexUnusableError: it cannot be told."""
    try:
        yield
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:
        raise FileNotFoundError(folder) from error
    except OSError as error:
        raise IndexUnusableError(f"{folder} cannot be read: {error.strerror}.", "Check its permissions.") from error


def file_sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of every file below `folder` but the manifest, by its path below it."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.stat().st_size for name, path in found.items() if name != FILE}


def file_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each of those files.  OSError: one cannot be read."""
    return {name: file_hash(folder / name) for name in file_sizes(folder)}


def check_files(folder: Path, manifest: Manifest, cure: str, on_done: Callable[[int], None] = lambda _: None) -> None:
    """See that every file of a generation holds what was written; `on_done` gets the bytes of each.

    Reads all of them: some 1,000 MB a second.  IndexDamagedError, with `cure`: one is damaged; the first is named.
    """
    for name in sorted(manifest.files):
        try:
            found = file_hash(folder / name)
        except OSError as error:
            raise IndexDamagedError(f"{folder / name} cannot be read: {error.strerror}.", cure) from error
        if found != manifest.hashes.get(name):
            message = f"The index in {folder} is damaged: {name} is not what was written."
            raise IndexDamagedError(message, cure)
        on_done(manifest.files[name])


def file_hash(file: Path) -> str:
    """The SHA-256 of one file.  OSError: it cannot be read."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def library_versions() -> dict[str, str]:
    """The installed versions of the libraries that shape an index."""
    return {name: metadata.version(name) for name in LIBRARIES}
