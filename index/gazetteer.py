"""The English authorities that answer for children's services, and who runs services for them.

Names, other names, successors and dates are in `data/authorities.csv`.  Source: the list of upper-tier local
authorities in England, Government Statistical Service codes; written for this project.  How names are found in
a text lives in `authorities`, not here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files


class AuthorityKind(StrEnum):
    """What sort of body it is."""

    COUNTY = "county"
    METROPOLITAN = "metropolitan"
    LONDON = "london"
    UNITARY = "unitary"
    PROVIDER = "provider"  # a children's trust or company that runs services for one or more authorities


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority, or one provider that runs services for authorities.

    `name` is the short canonical name, `formal` the body's own title.  `since` and `until` are the first and last
    day on which it answered for children's services; None: no boundary that matters here.  `serves` is empty but
    for a provider.  `predecessors` and `successors` are canonical names.
    """

    name: str
    formal: str
    kind: AuthorityKind
    region: str
    aliases: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    note: str = ""


@cache
def all_authorities() -> tuple[Authority, ...]:
    """Every authority of today, then the abolished ones.  Providers are not among them."""
    return tuple(a for a in _rows() if a.kind is not AuthorityKind.PROVIDER)


@cache
def all_providers() -> tuple[Authority, ...]:
    """Every trust or company that runs or ran children's services for an authority."""
    return tuple(a for a in _rows() if a.kind is AuthorityKind.PROVIDER)


def authority(name: str) -> Authority:
    """The authority or provider of that canonical name.  Raises KeyError if there is none."""
    return _by_name()[name]


def also_known(name: str) -> tuple[str, ...]:
    """The other names of an authority or provider: its title, its short names, and the providers that serve it.

    `name` is a canonical name; KeyError if there is none such.
    """
    one = authority(name)
    serving = (p.name for p in all_providers() if name in p.serves)
    return tuple(dict.fromkeys(n for n in (one.formal, *one.aliases, *serving) if n != name))


@cache
def _by_name() -> dict[str, Authority]:
    return {a.name: a for a in _rows()}


@cache
def _rows() -> tuple[Authority, ...]:
    text = (files("index") / "data" / "authorities.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    before: dict[str, list[str]] = {}
    for row in rows:
        for later in _many(row["successors"]):
            before.setdefault(later, []).append(row["name"])
    return tuple(_authority(row, tuple(before.get(row["name"], ()))) for row in rows)


def _authority(row: dict[str, str], predecessors: tuple[str, ...]) -> Authority:
    return Authority(
        name=row["name"],
        formal=row["formal"],
        kind=AuthorityKind(row["kind"]),
        region=row["region"],
        aliases=_many(row["aliases"]),
        successors=_many(row["successors"]),
        predecessors=predecessors,
        serves=_many(row["serves"]),
        since=_day(row["from"]),
        until=_day(row["until"]),
        note=row["note"],
    )


def _many(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None
