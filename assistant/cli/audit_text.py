"""The log of what was done to an index, for a person, for a spreadsheet and for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from index.audit import EVENT, Event

COLUMNS = ("when", "who", "via", "did", "generation", "details", "before")


def as_table(events: Sequence[Event]) -> str:
    """A line for each, the oldest first."""
    if not events:
        return "Nothing was done."
    return "\n".join(
        f"{one.when:%Y-%m-%d %H:%M:%S} UTC  {one.who} ({one.via})  {one.did} {one.generation}  {_details(one)}".rstrip()
        for one in events
    )


def as_csv(events: Sequence[Event]) -> str:
    """With a row of names; details are JSON.  A cell never begins with what a spreadsheet would take for a formula."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in events:
        data = EVENT.dump_python(one, mode="json")
        data["details"] = json.dumps(data["details"], ensure_ascii=False)
        rows.writerow(_harmless(str(data[name])) for name in COLUMNS)
    return out.getvalue()


def as_lines(events: Sequence[Event]) -> str:
    """One JSON object a line, as in the log itself."""
    return "".join(f"{EVENT.dump_json(one).decode()}\n" for one in events)


def _details(event: Event) -> str:
    """What is worth reading of the details: no hashes, nothing that is empty."""
    told = {name: value for name, value in event.details.items() if value and name not in ("sha256", "manifest")}
    return ", ".join(f"{name} {_value(value)}" for name, value in told.items())


def _value(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
