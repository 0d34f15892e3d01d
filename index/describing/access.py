"""Who may read a document, and why: from its sidecar, from `access.yaml` of its folders, or from its own marking.

The first of these that says anything counts:

    1. the sidecar's `audience`
    2. an `access.yaml`, the nearest first, that names the very file
    3. a marking of the document itself (`marking`): it is restricted, and waits for an admin
    4. the nearest `access.yaml` that says something of the folder, or by a pattern
    5. nobody said anything: it is public

What cannot be read might have said anything: what it governs is restricted.  Copies of the same bytes are read by
those who may read all of them.  All files are read once, by `read_access`; what is asked afterwards touches no disk but
for sidecars.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from index.audience import PUBLIC, RESTRICTED, Audience, stricter
from index.describing.access_file import CURE, FILE, AccessFile, is_pattern, read_access_file
from index.describing.marking import marking_of
from index.describing.sidecar import sidecar_audience, sidecar_path
from index.errors import ReadError
from index.records import Description, Document, Evidence, How, Skipped

Decision = tuple[Audience, Evidence | None]  # None: nobody said anything
_CLOSED, _AND = "the same file cannot be opened now as ", " and as "


@dataclass(frozen=True, slots=True)
class Access:
    """What the `access.yaml` files below `root` say, and which documents are copies of one another.

    `files` are by folder ("." is the root); None: it cannot be read.  `hashes` are the SHA-256 of those that can be
    opened, by path: whenever they, or the sidecars, change, so may audiences.  `faults` are to be told to the admin.
    `copies` are the documents of the same bytes, by SHA-256.  `closed` are those that were held and cannot be opened
    now, by SHA-256: who might read them then, and their names.  They count as copies do.
    """

    root: Path
    files: Mapping[str, AccessFile | None] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Skipped, ...] = ()
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closed: Mapping[str, tuple[Audience, tuple[str, ...]]] = field(default_factory=dict)

    def also_above(self, sources: Iterable[str]) -> Access:
        """The same, with what is said above documents that lie there no more; faults in that are not told."""
        return replace(self, files={**_looked_above(self.root, sources), **self.files})

    def decided(self, document: Document) -> Decision:
        """Who may read a document under all of its names, with the evidence."""
        marking = marking_of(document)
        return self._decided(document.source, document.sha256, marking)

    def decided_by_name(self, source: str, sha256: str) -> Decision:
        """The same of a document that cannot be looked into: what its marking says is left out."""
        return self._decided(source, sha256, None)

    def _decided(self, source: str, sha256: str, marking: Evidence | None) -> Decision:
        audience, evidence = self._of_name(source, marking)
        for copy in self.copies.get(sha256, ()):
            other, why = self._of_name(copy, marking)
            if stricter(audience, other) != audience:
                audience, evidence = stricter(audience, other), why
        was, names = self.closed.get(sha256, ((PUBLIC,), ()))
        if PUBLIC not in was:  # told even if it makes no odds: `closed_names` goes by it
            return stricter(audience, was), Evidence(How.SIDECAR, _CLOSED + _AND.join(names))
        return audience, evidence

    def _of_name(self, source: str, marking: Evidence | None) -> Decision:
        """Who may read a document as far as this one of its names says."""
        beside = self.root / source
        try:
            beside = sidecar_path(beside)
            told = sidecar_audience(beside)
        except (ReadError, OSError):
            return (RESTRICTED,), Evidence(How.SIDECAR, f"{beside.name} cannot be used")
        if told is not None:
            return told, Evidence(How.SIDECAR, beside.name)
        for folder, file in self._above(source):
            if file is None:
                return (RESTRICTED,), Evidence(How.SIDECAR, f"{_path(folder)} cannot be used")
            audience = file.of_the_very_file(_below(folder, source))
            if audience is not None:
                return audience, Evidence(How.SIDECAR, _path(folder))
        if marking is not None:
            return (RESTRICTED,), marking
        for folder, file in self._above(source):
            audience = None if file is None else file.of_folder(_below(folder, source))
            if audience is not None:
                return audience, Evidence(How.SIDECAR, _path(folder))
        return (PUBLIC,), None

    def _above(self, source: str) -> Iterator[tuple[str, AccessFile | None]]:
        """The `access.yaml` that govern a document, the nearest first, each with its folder."""
        for folder in PurePosixPath(source).parents:
            if str(folder) in self.files:
                yield str(folder), self.files[str(folder)]


def closed_names(description: Description) -> tuple[str, ...]:
    """The names that counted for a document's readers though they could not be opened (`Access.closed`)."""
    evidence = description.evidence.get("audience")
    if evidence is None or evidence.how is not How.SIDECAR or not evidence.words.startswith(_CLOSED):
        return ()
    return tuple(evidence.words.removeprefix(_CLOSED).split(_AND))


def read_access(root: Path, hashes: Mapping[str, str], closed: Iterable[str] = ()) -> Access:
    """What the folders of documents, and those above them, say of their readers.

    The documents are those in `hashes`, SHA-256 by source, and those `closed`, which cannot be opened.
    """
    sources = frozenset((*hashes, *closed))
    looked: dict[str, AccessFile | None] = {}
    found: dict[str, str] = {}
    faults: list[Skipped] = []
    for folder in sorted({str(folder) for source in sources for folder in PurePosixPath(source).parents}):
        try:
            data = _bytes(root / folder)
            if data is None:
                continue
            looked[folder] = None
            found[_path(folder)] = hashlib.sha256(data).hexdigest()
            file = read_access_file(data)
            below = frozenset(_below(folder, source) for source in sources if _is_below(folder, source))
            faults += [Skipped(_path(folder), *_missing(name)) for name in file.nobody_named(below)]
            looked[folder] = file
        except ReadError as error:
            looked[folder] = None
            faults.append(Skipped(_path(folder), error.what, error.cure))
    return Access(root, looked, found, tuple(faults), _copies(hashes))


def _looked_above(root: Path, sources: Iterable[str]) -> dict[str, AccessFile | None]:
    looked: dict[str, AccessFile | None] = {}
    for folder in {str(folder) for source in sources for folder in PurePosixPath(source).parents}:
        try:
            data = _bytes(root / folder)
            if data is not None:
                looked[folder] = read_access_file(data)
        except ReadError:
            looked[folder] = None
    return looked


def _bytes(folder: Path) -> bytes | None:
    """The `access.yaml` of a folder, None where there is none.  ReadError: it cannot be opened, or is misnamed."""
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ReadError(f"is in a folder that cannot be opened ({error.strerror})", "check its permissions") from error
    try:
        if FILE in names:
            return (folder / FILE).read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", f"check its permissions. {CURE}") from error
    alike = [name for name in names if name.casefold() in (FILE, "access.yml")]
    if alike:
        raise ReadError(f"is there as {alike[0]}", f"rename it to {FILE}; until then nobody reads what it governs")
    return None


def _copies(hashes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    by_hash: dict[str, list[str]] = {}
    for source, sha256 in hashes.items():
        by_hash.setdefault(sha256, []).append(source)
    return {sha256: tuple(sources) for sha256, sources in by_hash.items() if len(sources) > 1}


def _missing(name: str) -> tuple[str, str]:
    said = "fits no file" if is_pattern(name) else "is not there"
    return f"names {name}, which {said}", "correct the name, or take the line out"


def _path(folder: str) -> str:
    return (PurePosixPath(folder) / FILE).as_posix()


def _below(folder: str, source: str) -> str:
    return PurePosixPath(source).relative_to(folder).as_posix()


def _is_below(folder: str, source: str) -> bool:
    return folder == "." or source.startswith(f"{folder}/")
