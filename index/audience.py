"""Who may read a document: the names of its audience, and what a reader is cleared for.

Where an audience comes from is `describing.access`; which documents a reader then sees is decided by `View`, once,
where a catalogue is opened.  Nothing here knows of Slack or of a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.errors import SettingsError

PUBLIC = "public"  # everybody is cleared for it
INTERNAL = "internal"  # an ordinary name, given to those whom an admin counts as the organisation's own
RESTRICTED = "restricted"  # nobody is cleared for it: a document that waits for an admin's decision
Audience = tuple[str, ...]  # sorted and distinct; whoever is cleared for one of the names may read
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Clearance:
    """The names that a reader is cleared for; PUBLIC is always one of them, RESTRICTED never."""

    names: frozenset[str] = frozenset({PUBLIC})

    def may_read(self, audience: Audience) -> bool:
        """Whether a document of this audience may be shown."""
        return not self.names.isdisjoint(audience)


EVERYONE = Clearance()


@dataclass(frozen=True, slots=True)
class View:
    """What one reader sees of any generation: hashable, so that what is remembered can be kept apart by it.

    `withdrawn` are the SHA-256 of documents that nobody sees any more.  `narrowed` are audiences decided since a
    generation was made, by SHA-256; the stricter of it and the generation's own counts.
    """

    clearance: Clearance = EVERYONE
    withdrawn: frozenset[str] = frozenset()
    narrowed: frozenset[tuple[str, Audience]] = field(default_factory=frozenset)

    def shown(self, documents: Iterable[tuple[int, str, Audience]]) -> list[int]:
        """Of documents (number, SHA-256, audience) the numbers of those that are seen."""
        decided = dict(self.narrowed)
        return [
            number
            for number, sha256, audience in documents
            if sha256 not in self.withdrawn
            and self.clearance.may_read(stricter(audience, decided[sha256]) if sha256 in decided else audience)
        ]


def cleared_for(names: Iterable[str]) -> Clearance:
    """A clearance for these names beside PUBLIC.  SettingsError: one of them is no name that can be held."""
    wanted = frozenset(names)
    for name in sorted(wanted):
        if name == RESTRICTED or not is_name(name):
            raise SettingsError(f"{name!r} is no audience that a reader can have.", "Name one such as internal.")
    return Clearance(wanted | {PUBLIC})


def is_name(text: str) -> bool:
    """Whether this can be an audience's name: lower case letters, digits, - and _, at most 40."""
    return _NAME.fullmatch(text) is not None


def lends(lender: Audience, borrower: Audience) -> bool:
    """Whether all who may read `borrower` may read `lender`, so that the one may tell what stands in the other."""
    return PUBLIC in lender or (PUBLIC not in borrower and set(borrower) <= set(lender))


def stricter(one: Audience, other: Audience) -> Audience:
    """The audience of those who may read under both: everybody counts as any; (RESTRICTED,) where nobody is left."""
    if PUBLIC in one:
        return other
    if PUBLIC in other:
        return one
    return tuple(sorted(set(one) & set(other))) or (RESTRICTED,)
