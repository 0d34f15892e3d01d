"""Which files below a folder are documents.  Nothing is opened here but directories."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path

from index.errors import SettingsError
from index.reading.read import is_document
from index.records import Skipped


def find(root: Path) -> tuple[tuple[Path, ...], tuple[Skipped, ...]]:
    """All documents below `root`, and what had to be left out, both sorted by their path below `root`.

    Links that stay inside the folder are followed, but no file is listed twice; links that lead out are left out.
    Hidden files and directories are passed over in silence, like every file that is_document does not know.
    Raises SettingsError where `root` is not a directory that can be opened.
    """
    try:
        real = root.resolve(strict=True)
        os.scandir(real).close()
    except OSError as error:
        raise SettingsError(
            f"The folder of documents {root} cannot be opened ({error.strerror}).",
            "Create it and put the documents into it, or name another folder.",
        ) from error
    search = _Search(root, real)
    search.run()
    return tuple(sorted(search.found, key=search.name)), tuple(sorted(search.skipped, key=lambda s: s.source))


class _Search:
    """One pass: first all that is really there, then the links, so that a link never takes the place of its file."""

    def __init__(self, root: Path, real: Path) -> None:
        self.found: list[Path] = []
        self.skipped: list[Skipped] = []
        self._root, self._real = root, real
        self._listed: set[Path] = set()
        self._entered: set[Path] = set()
        self._folders = [root]
        self._links: deque[Path] = deque()

    def name(self, path: Path) -> str:
        """The path below the root, with forward slashes."""
        return path.relative_to(self._root).as_posix()

    def run(self) -> None:
        while self._folders or self._links:
            if self._folders:
                self._enter(self._folders.pop())
            else:
                self._follow(self._links.popleft())

    def _skip(self, path: Path, reason: str, cure: str) -> None:
        readable = self.name(path).encode("utf-8", "replace").decode("utf-8")
        self.skipped.append(Skipped(readable, reason, cure))

    def _enter(self, folder: Path) -> None:
        real = folder.resolve()
        if real in self._entered:
            return
        self._entered.add(real)
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._skip(folder, f"is a folder that cannot be opened ({error.strerror})", "check its permissions")
            return
        for entry in ordered:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                self._links.append(path)
            elif entry.is_dir(follow_symlinks=False):
                self._folders.append(path)
            elif is_document(path):
                self._list(path)

    def _list(self, path: Path) -> None:
        real = path.resolve()
        if real in self._listed:
            return
        if not _is_utf8(self.name(path)):
            self._skip(path, "has a name that is not valid UTF-8", "rename the file")
        elif not os.access(path, os.R_OK):  # first: without permission not even its kind can be asked
            self._skip(path, "cannot be opened (Permission denied)", "check its permissions")
        elif not path.is_file():
            self._skip(path, "is not a regular file", "put the document itself in its place")
        else:
            self._listed.add(real)
            self.found.append(path)

    def _follow(self, link: Path) -> None:
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: a link that leads to itself
            if is_document(link):
                self._skip(link, "is a link to nothing", "remove it, or put the document itself in its place")
            return
        if target != self._real and self._real not in target.parents:
            if target.is_dir() or is_document(link):
                self._skip(link, "is a link that leads out of the folder", "copy what it leads to into the folder")
        elif target.is_dir():
            self._folders.append(link)
        elif is_document(link):
            self._list(link)


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
