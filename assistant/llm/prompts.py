"""The prompts in `prompts/`, each with its version in the first line; their placeholders are checked here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from index.errors import SettingsError

FOLDER = Path(__file__).parents[2] / "prompts"  # beside this package, in the project as where it is installed
_VERSION = re.compile(r"version: ([0-9]+)\n")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with its name and version, such as "answer_user@1", and places to fill."""

    id: str
    template: Template

    def filled(self, **values: str) -> str:
        """The text with all places filled; KeyError: one was left out.  What is filled in is not looked at again."""
        return self.template.substitute(values)


@cache
def load_prompt(name: str, places: frozenset[str] = frozenset()) -> Prompt:
    """The prompt `prompts/NAME.txt`, which has just these places to fill.

    SettingsError: it is missing, says no version, or has other places.
    """
    cure = "Restore it from the project."
    try:
        text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SettingsError(f"The prompt prompts/{name}.txt cannot be read.", cure) from error
    version = _VERSION.match(text)
    if version is None:
        raise SettingsError(f"The prompt prompts/{name}.txt does not begin with a line 'version: N'.", cure)
    template = Template(text[version.end() :])
    if not template.is_valid() or set(template.get_identifiers()) != places:
        wanted = ", ".join(f"${place}" for place in sorted(places)) or "no places to fill"
        raise SettingsError(f"The prompt prompts/{name}.txt must have {wanted}.", cure)
    return Prompt(f"{name}@{version[1]}", template)
