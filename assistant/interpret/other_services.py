"""Services that inspections of children's services do not judge, and names of things, as a question names them.

The services are in `data/other_services.yaml`.  Whether a document speaks of one is for `assistant.abstain`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml

from assistant.interpret.glossary import stems

# A name: words with a capital that follow each other, the first of them not the first of a sentence.
_NAME = re.compile(r"(?<=[a-z,;] )(?:St\.? )?[A-Z][a-z]+(?:['’]s)?(?: (?:(?:of|the|and|for) )?[A-Z][a-z]+(?:['’]s)?)*")
# What kind of thing a name is of, where the question says so.
_INSTITUTION = re.compile(
    r"\b(?:school|academy|college|university|hospital|nursery|church|club|league|prison|hospice|surgery|centre)\b", re.I
)
# Words that make it one of the field's own: the Virtual School, a Family Centre, a Youth Justice Centre.
_OF_THE_FIELD = re.compile(r"\b(?:virtual|famil\w+|child\w*|youth|young|secure|contact|assessment)\b", re.I)


def other_services(question: str) -> tuple[tuple[str, ...], ...]:
    """The services that a question names, each with all its names."""
    words = stems(question)
    return tuple(names for names in _services() if any(_stands(_stemmed(name), words) for name in names))


def named_institutions(question: str) -> tuple[str, ...]:
    """The schools, hospitals, clubs and the like that a question names by their own name: "St Mary's School"."""
    names = (name for name in _NAME.findall(question) if " " in name)
    return tuple(name for name in names if _INSTITUTION.search(name) and not _OF_THE_FIELD.search(name))


def _stands(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))


@cache
def _stemmed(name: str) -> tuple[str, ...]:
    return stems(name)


@cache
def _services() -> tuple[tuple[str, ...], ...]:
    text = files("assistant.interpret").joinpath("data/other_services.yaml").read_text(encoding="utf-8")
    return tuple(tuple(name.strip() for name in line.split(",")) for line in yaml.safe_load(text))
