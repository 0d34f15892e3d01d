"""The field's vocabulary: the project's own two tables, and the file that a deployment may add to them.

The tables are `data/glossary.yaml` (subjects, and the words for them) and `data/meanings.yaml` (what words stand for).
Finding subjects in a text is `glossary`, explaining words is `meanings`.  The vocabulary is used when questions are
read, never when documents are indexed: a change to it needs no new index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from index.errors import SettingsError

_SUBJECT_LISTS = ("terms", "related", "asked")
_KEYS = {
    "subject": frozenset({"subject", "loose", *_SUBJECT_LISTS}),
    "word": frozenset({"word", "long", "also", "means"}),
}
_FIX = (
    'Write a list of entries such as "- subject: front door" with "  terms: [MASH]", or "- word: MASH" with "means:".'
)


_IN_USE: list[Vocabulary] = []  # one, once it has been asked for


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the field: `terms` as reports put it, `related` what goes with it, `asked` as people put it.

    `loose`: reports speak of it in so many ways that a document without its terms may be about it all the same.
    """

    name: str
    terms: tuple[str, ...]
    related: tuple[str, ...]
    asked: tuple[str, ...]
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """A word of the field: `long` is what it is short for (or empty), `also` how else it is written."""

    word: str
    long: str
    also: tuple[str, ...]
    means: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every way of writing it."""
        return tuple(filter(None, (self.word, self.long, *self.also)))

    @property
    def is_abbreviation(self) -> bool:
        return bool(self.long) and " " not in self.word


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The subjects and the words that are known, each table in its order.  Two are never equal: what is worked out
    from one can be kept under it."""

    subjects: tuple[Subject, ...]
    meanings: tuple[Meaning, ...]


def vocabulary() -> Vocabulary:
    """The vocabulary in use: the project's own and, after `extend`, what was added."""
    if not _IN_USE:
        extend(None)
    return _IN_USE[0]


def extend(file: Path | None) -> None:
    """Use the project's own vocabulary with the entries of `file` for the rest of this process; None: without any.

    An entry for a subject that is known adds its words to it; one for a word that is known replaces it.
    SettingsError: the file cannot be read, or an entry of it is not as it must be; the message names both.
    """
    _IN_USE[:] = [_own() if file is None else _merged(_own(), _added(file))]


def _own() -> Vocabulary:
    data = files("assistant.interpret").joinpath("data")
    rows = [
        row
        for name in ("glossary.yaml", "meanings.yaml")
        for row in yaml.load(data.joinpath(name).read_text(encoding="utf-8"), _LOADER)  # noqa: S506  (a SafeLoader)
    ]
    return _vocabulary(rows)


# The C loader reads the tables ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _vocabulary(rows: Iterable[Mapping[str, Any]]) -> Vocabulary:
    listed = list(rows)
    return Vocabulary(
        tuple(_subject(row) for row in listed if "subject" in row),
        tuple(_meaning(row) for row in listed if "word" in row),
    )


def _subject(row: Mapping[str, Any]) -> Subject:
    terms, related, asked = (tuple(map(str, row.get(key) or ())) for key in _SUBJECT_LISTS)
    return Subject(str(row["subject"]), terms, related, asked, bool(row.get("loose")))


def _meaning(row: Mapping[str, Any]) -> Meaning:
    also = tuple(map(str, row.get("also") or ()))
    return Meaning(str(row["word"]), str(row.get("long") or ""), also, str(row["means"]).rstrip(" ."))


def _added(file: Path) -> Vocabulary:
    try:
        rows = yaml.load(file.read_text(encoding="utf-8"), _LOADER)  # noqa: S506  (a SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The glossary {file} cannot be read: {error}.", "Correct INSPECTIONS_GLOSSARY.") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"The glossary {file} is not YAML: {_on_one_line(error)}.", _FIX) from error
    if not isinstance(rows, list):
        raise SettingsError(f"The glossary {file} holds no list of entries.", _FIX)
    for place, row in enumerate(rows, start=1):
        fault = _fault(row)
        if fault:
            raise SettingsError(f"Entry {place} of the glossary {file} {fault}.", _FIX)
    return _vocabulary(rows)


def _fault(row: object) -> str:
    """What is wrong with an entry, as the end of a sentence; empty where nothing is."""
    if not isinstance(row, Mapping):
        return "is no mapping of keys to values"
    kind = next((key for key in _KEYS if key in row), None)
    if kind is None:
        return "has neither “subject” nor “word”"
    name = row[kind]
    if not isinstance(name, str) or not name.strip():
        return f"has no text under “{kind}”"
    unknown = sorted(str(key) for key in row if key not in _KEYS[kind])
    if unknown:
        return f"({name}) has the key “{unknown[0]}”, which is none of {', '.join(sorted(_KEYS[kind]))}"
    return _fault_of_values(row, kind, name)


def _fault_of_values(row: Mapping[str, object], kind: str, name: str) -> str:
    for key in (*_SUBJECT_LISTS, "also"):
        value = row.get(key)
        if value is not None and not (isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)):
            return f"({name}) needs a list of words under “{key}”; put those that YAML takes for numbers in quotes"
    if not isinstance(row.get("loose", False), bool):
        return f"({name}) needs true or false under “loose”"
    for key in ("long", "means"):
        if row.get(key) is not None and not isinstance(row[key], str):
            return f"({name}) needs a text under “{key}”"
    if kind == "word" and not str(row.get("means") or "").strip():
        return f"({name}) says nothing under “means”"
    if kind == "subject" and not any(row.get(key) for key in _SUBJECT_LISTS):
        return f"({name}) has no words under “terms”, “related” or “asked”"
    return ""


def _merged(own: Vocabulary, added: Vocabulary) -> Vocabulary:
    subjects = {subject.name.casefold(): subject for subject in own.subjects}
    for new in added.subjects:
        old = subjects.get(new.name.casefold(), Subject(new.name, (), (), ()))
        terms, related, asked = (_both(getattr(old, key), getattr(new, key)) for key in _SUBJECT_LISTS)
        subjects[new.name.casefold()] = Subject(old.name, terms, related, asked, old.loose or new.loose)
    replaced = {meaning.word.casefold() for meaning in added.meanings}
    kept = (meaning for meaning in own.meanings if meaning.word.casefold() not in replaced)
    return Vocabulary(tuple(subjects.values()), (*added.meanings, *kept))


def _both(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _on_one_line(error: yaml.YAMLError) -> str:
    return " ".join(str(error).split())
