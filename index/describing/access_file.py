"""One `access.yaml`: who may read the documents of its folder and of those below.  Which of several counts is `access`.

audience: internal                    # or a list of names, or public, or restricted: nobody
files:
  minutes-2019.pdf: public            # the very file, by its path from here
  "*-exempt.docx": [legal, finance]   # any file of such a name, here and below
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import reduce
from pathlib import PurePosixPath
from typing import Any
from unicodedata import normalize

import yaml

from index.audience import PUBLIC, RESTRICTED, Audience, is_name, stricter
from index.describing.strict_yaml import load_yaml
from index.errors import ReadError

FILE = "access.yaml"
CURE = "write lines like 'audience: internal'; until then nobody reads what it governs"
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class AccessFile:
    """What one file says: of those `named` by path, of what fits `patterns`, of all else (None: nothing)."""

    audience: Audience | None
    named: Mapping[str, Audience]
    patterns: tuple[tuple[str, Audience], ...]

    def of_the_very_file(self, path: str) -> Audience | None:
        """What it says of a file, by its path below the folder of `access.yaml`; None where it does not name it."""
        return self.named.get(normalize("NFC", path))

    def of_folder(self, path: str) -> Audience | None:
        """What it says of a file that it does not name: the strictest pattern that fits, else its folder's audience."""
        fits = [said for pattern, said in self.patterns if _fits(pattern, normalize("NFC", path))]
        return reduce(stricter, fits) if fits else self.audience

    def nobody_named(self, paths: frozenset[str]) -> list[str]:
        """The files and patterns that it names and that none of `paths` is or fits: mostly slips of the pen.

        ReadError: it names a folder of `paths`.
        """
        held = {normalize("NFC", path) for path in paths}
        folders = {str(folder) for path in held for folder in PurePosixPath(path).parents}
        missing = [name for name in self.named if name not in held]
        for name in missing:
            if name in folders:
                raise ReadError(f"names {name}, which is a folder", f"put an {FILE} into that folder instead")
        return [name for name in missing if not is_pattern(name) or not any(_fits(name.casefold(), x) for x in held)]


def is_pattern(name: str) -> bool:
    """Whether a name stands for all that fit it."""
    return not _WILD.isdisjoint(name)


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern, in small letters, fits a path; one without a slash goes by the name alone."""
    return fnmatchcase((path if "/" in pattern else PurePosixPath(path).name).casefold(), pattern)


def read_access_file(data: bytes) -> AccessFile:
    """What the file says.  ReadError: it cannot be read, says nothing, or something that is not known."""
    try:
        said = load_yaml(data)
    except (RecursionError, ValueError, yaml.YAMLError) as error:
        raise ReadError("is not readable YAML", CURE) from error
    if not isinstance(said, dict) or not said:
        raise ReadError("does not say who may read", CURE)
    unknown = [str(name) for name in said if name not in ("audience", "files")]
    if unknown:
        raise ReadError(f"has {unknown[0]!r}, which is no field", "use audience and files")
    files = said.get("files", {})
    if not isinstance(files, dict):
        raise ReadError("has no list of names under 'files'", "write lines like '  minutes.pdf: public' below 'files:'")
    named = {normalize("NFC", str(name)): parse_audience(value) for name, value in files.items()}
    if len(named) < len(files):
        raise ReadError("names a file twice", "name it once")
    for name in named:
        if "\\" in name or not {"", ".", ".."}.isdisjoint(name.split("/")):
            cure = f"write its path from here, as in reports/minutes.pdf; for a whole folder put an {FILE} into it"
            raise ReadError(f"names {name!r:.60}, which can be no file", cure)
    patterns = tuple((name.casefold(), value) for name, value in named.items() if is_pattern(name))
    return AccessFile(parse_audience(said["audience"]) if "audience" in said else None, named, patterns)


def parse_audience(said: Any) -> Audience:
    """An audience as it is written: a name, or a list of names.  ReadError: it is neither."""
    names = said if isinstance(said, list) else [said]
    usable = names and all(isinstance(name, str) and is_name(name) for name in names)
    alone = len(names) == 1 or not {PUBLIC, RESTRICTED} & {*map(str, names)}  # together with others they say nothing
    if not usable or not alone:
        raise ReadError(f"has an audience that cannot be used: {said!r:.60}", "write a name like internal, or a list")
    return tuple(sorted(set(names)))
