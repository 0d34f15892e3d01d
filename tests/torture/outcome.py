"""What came of torturing an index, as one row of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """`did` says what was done, and how often; `found` what came of it; `wrong` names each demand that was not met."""

    fault: str
    did: str
    found: str
    wrong: tuple[str, ...] = ()


def table(outcomes: list[Outcome]) -> str:
    """The outcomes as a Markdown table."""
    lines = ["| fault | done | found | demand |", "|---|---|---|---|"]
    for one in outcomes:
        met = "met" if not one.wrong else f"NOT met: {'; '.join(one.wrong)}"
        lines.append(f"| {one.fault} | {one.did} | {one.found} | {met} |")
    return "\n".join(lines)
