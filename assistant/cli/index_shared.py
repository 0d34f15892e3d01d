"""What the commands of `inspections index` have in common: the settings, sizes, and what changed, in words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

# What takes long to import is imported by the command that needs it.
if TYPE_CHECKING:
    from assistant.settings import Settings
    from index.changes import Changes


def settings_of(index: Path | None, source: Path | None = None) -> Settings:
    """The settings, with what the command line says instead."""
    from assistant.settings import load_settings  # noqa: PLC0415

    given = {"index": index, "source": source}
    return load_settings().model_copy(update={name: value for name, value in given.items() if value is not None})


def size_words(size: int) -> str:
    """Bytes as a person reads them: "512 kB", "78.1 MB"."""
    for unit, whole in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= whole:
            return f"{size / whole:.1f} {unit}"
    return f"{size} bytes"


def changes_words(changes: Changes) -> str:
    """How many documents were added, changed, moved and removed: only those that were."""
    told = [f"{count:,} {name}" for name, count in changes.counts.items() if count]
    return ", ".join(told) or "no document changed"


def on_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
