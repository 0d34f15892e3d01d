"""The lines between two "---" at the very top of a text file, as properties.  They are no YAML: key: value only."""

from __future__ import annotations

import re
from datetime import date

from index.records import Properties

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:[A-Za-z][\w -]*:.*\n|[ \t]*\n)+)---[ \t]*(?:\n|\Z)")


def front_matter(text: str) -> tuple[int, Properties]:
    """Where the front matter ends (0: there is none), and what it states."""
    match = _FRONT_MATTER.match(text)
    if not match:
        return 0, Properties()
    stated: dict[str, str] = {}
    for line in match[1].splitlines():
        key, _, value = line.partition(":")
        stated.setdefault(key.strip().lower(), value.strip().strip("\"'"))
    return match.end(), Properties(
        title=stated.get("title") or None,
        published=_day(stated.get("published") or stated.get("date") or ""),
        url=stated.get("url") or None,
        site=stated.get("publisher") or None,
        author=stated.get("author") or None,
    )


def _day(stated: str) -> date | None:
    """The day where it is written as 2019-06-11; None for anything else, which could be read in two ways."""
    try:
        return date.fromisoformat(stated[:10]) if len(stated) >= 10 else None
    except ValueError:
        return None
