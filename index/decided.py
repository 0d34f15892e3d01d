"""What a build has decided about readers, for every generation that is kept: put into standing.json as it publishes.

Narrowed before the pointer moves and widened after it, so that at no moment more is shown than was decided, and none
that is gone back to shows more than the latest decision.  Where audiences come from is `describing.access`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from index.audience import PUBLIC, Audience, stricter
from index.catalogue import Catalogue
from index.describing.access import Access
from index.errors import IndexUnusableError
from index.generation import CATALOGUE, generation_names
from index.manifest import read_manifest
from index.standing import Standing, change_standing, read_standing

EVERYBODY: Audience = (PUBLIC,)


@dataclass(frozen=True, slots=True)
class Decided:
    """By SHA-256, who may read the documents of a generation (`held`), and those that only earlier ones hold.

    `whole`: all generations that are kept could be asked, so that no other document is held by any.
    """

    held: Mapping[str, Audience]
    earlier: Mapping[str, Audience]
    whole: bool


def decide(index_dir: Path, catalogue: Catalogue, access: Access) -> Decided:
    """What is decided by the documents in `catalogue`, and by `access` for what was held under their names before.

    IndexUnusableError: the catalogue is damaged.
    """
    known = catalogue.audiences()
    held = {sha256: audience for (_, sha256), audience in known.items()}
    audiences = {source: audience for (source, _), audience in known.items()}
    earlier: dict[str, Audience] = {}
    before, whole = _held_before(index_dir)
    access = access.also_above(source for source, _, _ in before)
    for source, sha256, then in sorted(before):
        if sha256 not in held:
            said = (earlier.get(sha256, EVERYBODY), audiences.get(source, EVERYBODY), then)
            earlier[sha256] = reduce(stricter, (*said, access.decided_by_name(source, sha256)[0]))
    return Decided(held, earlier, whole)


def narrow(index_dir: Path, decided: Decided) -> None:
    """Let what is narrower than before count at once.  IndexUnusableError: standing.json cannot be written."""
    _change(index_dir, {**decided.earlier, **decided.held}, {}, keep=True)


def settle(index_dir: Path, decided: Decided) -> None:
    """Let all that was decided count, also what is wider than before.  IndexUnusableError: as for `narrow`."""
    if decided.whole:
        _change(index_dir, {}, {**decided.earlier, **decided.held}, keep=False)
    else:
        _change(index_dir, decided.earlier, decided.held, keep=True)


def _change(index_dir: Path, narrower: Mapping[str, Audience], anyway: Mapping[str, Audience], *, keep: bool) -> None:
    """Take over `narrower` where it is, and `anyway`; `keep` also what holds of other documents."""

    def changed(now: Standing) -> Standing:
        both = {sha256: stricter(now.audiences.get(sha256, EVERYBODY), one) for sha256, one in narrower.items()}
        merged = {**(now.audiences if keep else {}), **both, **anyway}
        return replace(
            now, audiences={sha256: merged[sha256] for sha256 in sorted(merged) if PUBLIC not in merged[sha256]}
        )

    now = read_standing(index_dir)
    if changed(now) != now:  # an index of which all is public has no such file
        change_standing(index_dir, changed)


def _held_before(index_dir: Path) -> tuple[set[tuple[str, str, Audience]], bool]:
    """All that the generations held that are kept: source, SHA-256, who might read it.  False: one cannot be asked."""
    found: set[tuple[str, str, Audience]] = set()
    whole = True
    for generation in generation_names(index_dir):
        folder = index_dir / "generations" / generation
        try:
            sources = read_manifest(folder, "").sources
            found.update((source, sha256, EVERYBODY) for source, sha256 in sources.items())
            with closing(Catalogue(folder / CATALOGUE)) as catalogue:
                found.update((*name, audience) for name, audience in catalogue.audiences().items())
        except (IndexUnusableError, FileNotFoundError):  # one that nobody can open
            whole = False
    return found, whole
