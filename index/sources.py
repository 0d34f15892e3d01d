"""What lies in the folder of documents now, and whether that is what an index was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index.describing.access import Access, read_access
from index.describing.sidecar import is_sound, is_there, sidecar_path
from index.errors import SettingsError
from index.manifest import Manifest
from index.reading import folder
from index.records import Skipped

UNSOUND = ""  # in the place of the SHA-256 of a sidecar that is misnamed, or no file
Found = tuple[tuple[Path, ...], tuple[Skipped, ...]]


@dataclass(frozen=True, slots=True)
class Sources:
    """The documents below `root`: their paths, and by source their SHA-256, bytes, sidecars' SHA-256; and who may read.

    `skipped` cannot be opened, or says who may read and cannot be used; documents that can be opened but not read are
    found out later.
    """

    root: Path
    paths: tuple[Path, ...]
    hashes: dict[str, str]
    sizes: dict[str, int]
    sidecars: dict[str, str]
    access: Access
    skipped: tuple[Skipped, ...]

    def is_closed(self, source: str) -> bool:
        """Whether a document that was here once, or a folder above it, is among what cannot be opened now."""
        above = {source, *(str(folder) for folder in PurePosixPath(source).parents)}
        return source not in self.hashes and any(skip.source in above for skip in self.skipped)

    def differ_from(self, manifest: Manifest) -> bool:
        """Whether a document, a sidecar or an access.yaml was added, altered or removed since the index was made."""
        now_out = {skip.source for skip in self.skipped}
        then_out = {skip.source for skip in manifest.skipped} - set(manifest.sources)
        now = (self.hashes, self.sidecars, self.access.hashes, now_out)
        return now != (manifest.sources, manifest.sidecars, manifest.access, then_out)


def look(root: Path, find: Callable[[Path], Found] = folder.find) -> Sources:
    """What lies below `root`; every file is hashed.  SettingsError: it cannot be opened, or holds no documents."""
    paths, skipped = find(root)
    hashes: dict[str, str] = {}
    sizes: dict[str, int] = {}
    sidecars: dict[str, str] = {}
    late = []
    for path in paths:
        source = path.relative_to(root).as_posix()
        try:
            beside = sidecar_path(path)
            if is_there(beside):
                sidecars[source] = _sha256(beside) if is_sound(beside) else UNSOUND
            sizes[source] = path.stat().st_size
            hashes[source] = _sha256(path)
        except OSError as error:
            late.append(Skipped(source, f"cannot be opened ({error.strerror})", "check its permissions"))
    if not hashes:
        cure = "Put the documents into it, or name another folder with --source."
        raise SettingsError(f"There are no documents that can be opened in {root}.", cure)
    opened = tuple(path for path in paths if path.relative_to(root).as_posix() in hashes)
    access = read_access(root, hashes, [skip.source for skip in (*skipped, *late)])
    return Sources(root, opened, hashes, sizes, sidecars, access, (*skipped, *late, *access.faults))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
