"""What differs between two folders of documents, or two generations made from them: pure, by content and by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """Documents by source.  `moved`: the same bytes under another name, as (from, to); they count nowhere else."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, by its name."""
        return {name: len(getattr(self, name)) for name in ("added", "changed", "moved", "removed")}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    """What became of the documents `before`, to be those `after`; both are SHA-256 by source."""
    gone = sorted(source for source in before if source not in after)
    come = sorted(source for source in after if source not in before)
    moved = _moved({source: before[source] for source in gone}, {source: after[source] for source in come})
    old, new = {one for one, _ in moved}, {other for _, other in moved}
    return Changes(
        added=tuple(source for source in come if source not in new),
        changed=tuple(sorted(source for source in after if before.get(source, after[source]) != after[source])),
        moved=moved,
        removed=tuple(source for source in gone if source not in old),
    )


def _moved(gone: Mapping[str, str], come: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Names that bytes lost and names that they got, paired in the order of the names."""
    free: dict[str, list[str]] = {}
    for source, sha256 in gone.items():
        free.setdefault(sha256, []).append(source)
    return tuple((free[sha256].pop(0), source) for source, sha256 in come.items() if free.get(sha256))
