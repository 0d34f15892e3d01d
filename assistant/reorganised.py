"""Councils that were reorganised: whose documents count where one is asked for that is gone, or was not there yet.

Northamptonshire was divided in 2021, Cumbria in 2023, Bournemouth and Poole were joined in 2019: who asks for one of
these names mostly means the services of the area.  Which council followed which is `index.gazetteer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from assistant.fitting import meets, published_by
from assistant.interpret.periods import Relation
from assistant.records import Intent, Reading
from assistant.words import day_words, join_words
from index.authorities import Authority, authority
from index.catalogue import Catalogue, StoredDocument

DAY = timedelta(days=1)
_OF_ALL_TIME = (Intent.HISTORY, Intent.LIST)


def reorganised(reading: Reading, catalogue: Catalogue) -> Reading:
    """`reading` with the authorities before or after those asked for, where their documents belong to the answer.

    `notes` says so.  Unchanged where the documents of those asked for are what is meant.
    """
    held = [d for d in catalogue.documents() if not reading.as_of or published_by(d, reading.as_of)]
    names: list[str] = []
    notes: list[str] = []
    for name in reading.authorities:
        others, note = _others(name, reading, held)
        names += others or [name]
        notes += [note] if note else []
    if not notes:
        return reading
    return replace(reading, authorities=tuple(dict.fromkeys(names)), notes=(*reading.notes, *notes))


def _others(name: str, reading: Reading, held: Sequence[StoredDocument]) -> tuple[list[str], str]:
    """The authorities to look at for `name`, with a sentence that says why; ([], "") where it is `name` alone."""
    one = authority(name)
    related = [r for r in (*one.predecessors, *one.successors) if _of(r, held)]
    own = _of(name, held)
    if not related:
        return [], ""
    periods = [p for p in reading.time.periods if p.relation is not Relation.AS_OF]
    if not own:
        return related, f"Nothing is held about {name} itself: {_why(one, related)}."
    then = [d for r in related for d in _of(r, held) if _fits(d, reading)]
    if periods and then and not any(_fits(d, reading) for d in own):
        return related, f"Nothing about {name} itself is held of that time: {_why(one, related)}."
    if reading.intent in _OF_ALL_TIME or (one.until and not periods):
        return [name, *related], f"Told with it: {_why(one, related)}."
    return [], ""


def _why(one: Authority, related: Sequence[str]) -> str:
    before = [name for name in related if name in one.predecessors]
    after = [name for name in related if name in one.successors]
    told = []
    if before:
        last = authority(before[0]).until
        until = f" until {day_words(last)}" if last else ""
        told.append(f"{join_words(before)} answered for its area{until}")
    if after:
        first = one.until + DAY if one.until else authority(after[0]).since
        since = f" since {day_words(first)}" if first else ""
        told.append(f"{join_words(after)} {'have' if len(after) > 1 else 'has'} answered for its area{since}")
    return " and ".join(told)


def _of(name: str, held: Sequence[StoredDocument]) -> list[StoredDocument]:
    return [d for d in held if name in d.description.authorities]


def _fits(document: StoredDocument, reading: Reading) -> bool:
    said = document.description
    return any(meets(said.published, p.interval) or meets(said.inspected, p.interval) for p in reading.time.periods)
