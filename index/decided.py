"""What a build has decided about readers, for every generation that is kept: put into standing.json as it publishes.

Narrowed before the pointer moves and widened after it, so that at no moment more is shown than was decided, and none
that is gone back to shows more than the latest decision.  Where audiences come from is `describing.access`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from index.audience import PUBLIC, Audience, stricter
from index.catalogue import Catalogue
from index.describing.access import Access
from index.errors import IndexUnusableError
from index.generation import generation_names
from index.manifest import read_manifest
from index.standing import Standing, change_standing, read_standing

EVERYBODY: Audience = (PUBLIC,)


@dataclass(frozen=True, slots=True)
class Decided:
    """By SHA-256, who may read the documents of a generation (`held`), and those that only earlier ones hold."""

    held: Mapping[str, Audience]
    earlier: Mapping[str, Audience]


def decide(index_dir: Path, catalogue: Catalogue, access: Access) -> Decided:
    """What is decided by the documents in `catalogue`, and by `access` for what was held under their names before.

    IndexUnusableError: the catalogue is damaged.
    """
    known = catalogue.audiences()
    held = {sha256: audience for (_, sha256), audience in known.items()}
    audiences = {source: audience for (source, _), audience in known.items()}
    earlier: dict[str, Audience] = {}
    before = {*_held_before(index_dir)}
    access = access.also_above(source for source, _ in before)
    for source, sha256 in sorted(before):
        if sha256 not in held:
            said = (earlier.get(sha256, EVERYBODY), audiences.get(source, EVERYBODY))
            earlier[sha256] = reduce(stricter, (*said, access.decided_by_name(source, sha256)[0]))
    return Decided(held, earlier)


def narrow(index_dir: Path, decided: Decided) -> None:
    """Let what is narrower than before count at once.  IndexUnusableError: standing.json cannot be written."""
    _change(index_dir, {**decided.earlier, **decided.held}, {})


def settle(index_dir: Path, decided: Decided) -> None:
    """Let all that was decided count, also what is wider than before.  IndexUnusableError: as for `narrow`."""
    _change(index_dir, decided.earlier, decided.held)


def _change(index_dir: Path, narrower: Mapping[str, Audience], anyway: Mapping[str, Audience]) -> None:
    def changed(now: Standing) -> Standing:
        both = {sha256: stricter(now.audiences.get(sha256, EVERYBODY), one) for sha256, one in narrower.items()}
        merged = {**now.audiences, **both, **anyway}
        return replace(
            now, audiences={sha256: merged[sha256] for sha256 in sorted(merged) if PUBLIC not in merged[sha256]}
        )

    now = read_standing(index_dir)
    if changed(now) != now:  # an index of which all is public has no such file
        change_standing(index_dir, changed)


def _held_before(index_dir: Path) -> Iterator[tuple[str, str]]:
    """The source and SHA-256 of all that the generations held that are kept."""
    for name in generation_names(index_dir):
        try:
            yield from read_manifest(index_dir / "generations" / name, "").sources.items()
        except (IndexUnusableError, FileNotFoundError):  # one that nobody can open
            continue
