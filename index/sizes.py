"""How long passages are to be, whether a header says where they come from, and the name of the rules of making them.

Making them is `passages`; these stand apart because whoever only asks whether an index is up to date needs no more.
"""

from __future__ import annotations

from dataclasses import dataclass

RULES = "1"  # to be changed whenever the passages that come out change: an index made under other rules is refused
TINY = 40  # tokens: a passage below this takes its next neighbour in


@dataclass(frozen=True, slots=True)
class Sizes:
    """How long passages are to be, in tokens, and whether their `headers` are indexed with them.

    One with fewer than `least` takes its next neighbour in; none is made longer than `most`, header included (None:
    the embedder's limit, which is never passed).
    """

    least: int = TINY
    most: int | None = None
    headers: bool = True

    @property
    def rules(self) -> str:
        """The name of the rules that make passages of these sizes: `RULES` alone for the usual ones."""
        named = [f"{self.least} tokens or more"] if self.least != TINY else []
        named += [f"{self.most} tokens at most"] if self.most is not None else []
        named += [] if self.headers else ["no headers"]
        return ", ".join([RULES, *named])


USUAL = Sizes()
