"""Several answers as one: each side of a comparison under its heading, the side that has nothing saying so."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers.drafts import Draft, Line
from assistant.records import Missing

SideDraft = tuple[str, Draft | Missing]  # a side's name with what was found for it


def side_by_side(found: Sequence[SideDraft]) -> Draft | Missing:
    """The sides in their order; Missing where none of them has anything."""
    drafts = [draft for _, draft in found if isinstance(draft, Draft)]
    if not drafts:
        return Missing(
            "sides", " ".join(f"{name}: {draft.reason}" for name, draft in found if isinstance(draft, Missing))
        )
    short: list[Line] = []
    more: list[Line] = []
    for name, draft in found:
        heading = Line(f"{name}:", heading=True, part=True)
        if isinstance(draft, Missing):
            short += [heading, Line(draft.reason)]
            continue
        short += [heading, *draft.lines]
        if draft.more:
            more += [heading, *draft.more]
    return Draft(tuple(short), more=tuple(more))
