"""What a generation says of itself: how it was made, from what, and what was left out.  Its file is `manifest.json`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from pydantic import TypeAdapter

from index.errors import IndexUnusableError
from index.records import Skipped

FORMAT = 2  # raise it whenever a file of a generation changes its layout
FILE = "manifest.json"
LIBRARIES = ("chromadb", "numpy", "sentence-transformers", "torch", "tokenizers")


@dataclass(frozen=True, slots=True)
class Manifest:
    """How one generation was made.

    `built` is in UTC; `embedder`, `width` and `max_tokens` are the embedder's, whose vectors are all of length 1;
    `rules` names the passage rules; `base_url` went into the documents' addresses.  `sources` and `sidecars` hold the
    SHA-256 of every document found and of every sidecar, by source, readable or not; `access` those of the access.yaml
    files, by path.  `skipped` are the files that
    were left out, or whose earlier text was kept.  `files` are the sizes, in bytes, of the generation's other files.
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


MANIFEST = TypeAdapter(Manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a generation's folder.  OSError: it cannot be written."""
    (folder / FILE).write_bytes(MANIFEST.dump_json(manifest, indent=2))


def read_manifest(folder: Path, cure: str) -> Manifest:
    """The manifest of a generation, whose files have been looked for.

    IndexUnusableError, with `cure`: it is missing or damaged, of another format, or a file has another size than it
    had when it was made.  FileNotFoundError: the whole folder is not there.
    """
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    try:
        manifest = MANIFEST.validate_json((folder / FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise IndexUnusableError(f"The manifest {folder / FILE} cannot be read.", cure) from error
    if manifest.format != FORMAT:
        message = f"The index in {folder} has format {manifest.format}, this program reads format {FORMAT}."
        raise IndexUnusableError(message, cure)
    sizes = file_sizes(folder)
    wrong = [name for name, size in manifest.files.items() if sizes.get(name) != size]
    if wrong:
        raise IndexUnusableError(f"The index in {folder} is damaged: {', '.join(wrong)} is not whole.", cure)
    return manifest


def file_sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of every file below `folder` but the manifest, by its path below it."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.stat().st_size for name, path in found.items() if name != FILE}


def library_versions() -> dict[str, str]:
    """The installed versions of the libraries that shape an index."""
    return {name: metadata.version(name) for name in LIBRARIES}
