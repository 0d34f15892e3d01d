"""What a build has to do: which documents are read, described anew or taken over, from what lies there and what did.

Pure: nothing is opened here.  A build follows the plan, and `inspections index plan` shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from index.manifest import Manifest
from index.records import Skipped
from index.sources import Sources

ACCESS = "access.yaml"
PACE = 2.5  # seconds for each megabyte of documents, until a build has measured its own: two cores, reports as PDF
FIXED = 3.0  # seconds that a build takes whatever it does
DESCRIBING = 0.06  # seconds to describe a document that is not read
UNCHANGED = 1.0  # seconds to find that there is nothing to do


class How(StrEnum):
    """What is done with a file."""

    COPY = "taken over"  # with all that is known of it
    DESCRIBE = "described anew"  # from the text that the index before holds
    READ = "read"


@dataclass(frozen=True, slots=True)
class Step:
    """What is done with one file.  `old` is the document before whose text it has; "" where it is read."""

    source: str
    sha256: str
    how: How
    old: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What an index holds: its manifest, and the SHA-256 of the documents in its catalogue, by source."""

    manifest: Manifest
    held: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Now:
    """What an index is to be made from and by.  `withdrawn` are SHA-256 of documents that are left out."""

    sources: Sources
    withdrawn: frozenset[str]
    read_by: str
    base_url: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do, and what became of each file, by source.

    `groups` hold the files of the same bytes, in order of source: the first that can be used is taken, and the others
    are left out.  The other fields sort all files, each of which stands in one of them: `moved` and `duplicates` are
    pairs, the old name and the new, the name left out and the one taken; `retried` could not be used before, and may
    be now.  `closed` are the names and SHA-256 of those before that cannot be opened now.  `anew` says why everything
    is read, "" where it is not.  `stale`: the index before is not up to date.
    """

    groups: tuple[tuple[Step, ...], ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    described: tuple[str, ...]
    unchanged: tuple[str, ...]
    retried: tuple[str, ...]
    removed: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    withdrawn: tuple[str, ...]
    unreadable: tuple[Skipped, ...]
    closed: tuple[tuple[str, str], ...]
    anew: str
    stale: bool
    read_bytes: int
    seconds: float

    @property
    def read(self) -> tuple[str, ...]:
        """The files that are to be read."""
        return tuple(group[0].source for group in self.groups if group[0].how is How.READ)


def make_plan(now: Now, before: Before | None, *, force: bool = False) -> Plan:
    """What to do for an index of what lies there `now`, where there is one from `before`; `force`: read everything."""
    sources = now.sources
    anew = _why_anew(now, before, force)
    groups = tuple(_Steps(now, None if anew else before).groups())
    kinds = _Sorter(sources, before)
    for group in groups:
        kinds.put(group[0])
    read_bytes = sum(sources.sizes[group[0].source] for group in groups if group[0].how is How.READ)
    stale = bool(anew) or before is None or _differs(now, before)
    return Plan(
        groups=groups,
        added=tuple(kinds.added),
        changed=tuple(kinds.changed),
        moved=tuple(kinds.moved),
        described=tuple(kinds.described),
        unchanged=tuple(kinds.unchanged),
        retried=tuple(kinds.retried),
        removed=tuple(_removed(sources, before, {old for old, _ in kinds.moved})),
        duplicates=tuple((step.source, group[0].source) for group in groups for step in group[1:]),
        withdrawn=tuple(source for source, sha256 in sorted(sources.hashes.items()) if sha256 in now.withdrawn),
        unreadable=sources.skipped,
        closed=tuple(_closed(sources, before)),
        anew=anew,
        stale=stale,
        read_bytes=read_bytes,
        seconds=_seconds(before, read_bytes, len(kinds.described) + len(kinds.moved)) if stale else UNCHANGED,
    )


def _why_anew(now: Now, before: Before | None, force: bool) -> str:
    if before is None:
        return "there is no index yet"
    if force:
        return "asked for"
    if before.manifest.read_by != now.read_by:
        return "this program reads documents otherwise than the one that made the index"
    return ""


class _Steps:
    """Finds what is done with each file.  `before` is an index whose texts can be used, None: there is none."""

    def __init__(self, now: Now, before: Before | None) -> None:
        self._now = now
        self._before = before
        sources = now.sources
        self._beside = _Beside(sources.hashes, sources.sidecars, sources.access.hashes, sources.skipped)
        if before is not None:
            then = before.manifest
            self._was_beside = _Beside(then.sources, then.sidecars, then.access, then.skipped)
            self._failed = {skip.source for skip in then.skipped}
            self._holders = _by_hash(before.held)

    def groups(self) -> Iterator[tuple[Step, ...]]:
        """The files of the same bytes together, in order of their first; what is withdrawn is left out."""
        for sha256, names in _by_hash(self._now.sources.hashes).items():
            if sha256 not in self._now.withdrawn:
                yield tuple(self._step(source, sha256) for source in names)

    def _step(self, source: str, sha256: str) -> Step:
        old = self._holder(source, sha256)
        if self._before is None or not old:
            return Step(source, sha256, How.READ)
        then = self._before.manifest
        same = (
            old == source
            and then.sources.get(source) == sha256
            and source not in self._failed
            and then.base_url == self._now.base_url
            and self._was_beside.of(sha256) == self._beside.of(sha256)
        )
        return Step(source, sha256, How.COPY if same else How.DESCRIBE, old)

    def _holder(self, source: str, sha256: str) -> str:
        """The document that was read from these bytes as this kind of file: its own name, if it can be, or ""."""
        if self._before is None:
            return ""
        suffix = PurePosixPath(source).suffix.lower()
        alike = [one for one in self._holders.get(sha256, ()) if PurePosixPath(one).suffix.lower() == suffix]
        return source if source in alike else next(iter(alike), "")


class _Beside:
    """What lies, or lay, beside the documents and says something of them."""

    def __init__(
        self,
        hashes: Mapping[str, str],
        sidecars: Mapping[str, str],
        access: Mapping[str, str],
        skipped: Iterable[Skipped],
    ) -> None:
        self._names = _by_hash(hashes)
        self._sidecars, self._access = sidecars, access
        self._faulty = {skip.source for skip in skipped if PurePosixPath(skip.source).name == ACCESS}

    def of(self, sha256: str) -> list[tuple[str, str | None, list[tuple[str | None, bool]]]]:
        """Of each document of these bytes its name, its sidecar and the files above it, and whether they are sound."""
        return [(name, self._sidecars.get(name), self._above(name)) for name in self._names.get(sha256, ())]

    def _above(self, name: str) -> list[tuple[str | None, bool]]:
        files = [str(folder / ACCESS) for folder in PurePosixPath(name).parents]
        return [(self._access.get(file), file in self._faulty) for file in files]


def _by_hash(hashes: Mapping[str, str]) -> dict[str, list[str]]:
    """The sources of each SHA-256, and those in order of their first source."""
    found: dict[str, list[str]] = {}
    for source, sha256 in sorted(hashes.items()):
        found.setdefault(sha256, []).append(source)
    return found


class _Sorter:
    """Sorts what is taken into what a person tells apart."""

    def __init__(self, sources: Sources, before: Before | None) -> None:
        self.added: list[str] = []
        self.changed: list[str] = []
        self.moved: list[tuple[str, str]] = []
        self.described: list[str] = []
        self.unchanged: list[str] = []
        self.retried: list[str] = []
        self._then = {} if before is None else before.manifest.sources
        self._held = {} if before is None else before.held
        gone = {one: sha256 for one, sha256 in self._then.items() if sources.hashes.get(one) != sha256}
        self._gone = _by_hash({one: sha256 for one, sha256 in gone.items() if one not in sources.hashes})

    def put(self, step: Step) -> None:
        """Put a file where it belongs."""
        source, was = step.source, self._then.get(step.source)
        if was is None and self._gone.get(step.sha256):
            self.moved.append((self._gone[step.sha256].pop(0), source))
        elif was is None:
            self.added.append(source)
        elif was != step.sha256:
            self.changed.append(source)
        elif self._held.get(source) != was:
            self.retried.append(source)
        elif step.how is How.DESCRIBE:
            self.described.append(source)
        else:
            self.unchanged.append(source)


def _removed(sources: Sources, before: Before | None, moved: set[str]) -> Iterator[str]:
    """The documents before that lie there no more; what cannot be opened, or lies in a folder that cannot, is kept."""
    if before is None:
        return
    for source in sorted({*before.manifest.sources, *before.held}):
        if source not in sources.hashes and source not in moved and not sources.is_closed(source):
            yield source


def _closed(sources: Sources, before: Before | None) -> Iterator[tuple[str, str]]:
    if before is not None:
        held = {*before.manifest.sources.items(), *before.held.items()}
        yield from ((source, sha256) for source, sha256 in sorted(held) if sources.is_closed(source))


def _differs(now: Now, before: Before) -> bool:
    """Whether an index made of what lies there now would be another."""
    then, sources = before.manifest, now.sources
    decided = now.withdrawn.symmetric_difference(then.withdrawn)
    concerned = {*before.held.values(), *sources.hashes.values()}
    return then.base_url != now.base_url or sources.differ_from(then) or not decided.isdisjoint(concerned)


def _seconds(before: Before | None, read_bytes: int, described: int) -> float:
    pace = PACE if before is None or before.manifest.pace is None else before.manifest.pace
    return FIXED + described * DESCRIBING + read_bytes / 1e6 * pace
