"""Passages as a model is given them: numbered sentences between marks that no document can write, within a budget.

Which passages, and in what order, is decided before; what the model makes of them is `reply` and `checking`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counting

from assistant.answers.said import dates_words
from assistant.evidence import SHORTEST, may_speak, sentence_texts
from assistant.llm.records import Given
from assistant.quotes import speaker_words
from assistant.records import Reading, Selection
from index.catalogue import StoredDocument
from index.generation import OpenIndex
from index.records import Part
from index.search import Hit

# Marks of ours that a document could otherwise write, each with a mark that looks alike and means nothing.
_HARMLESS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "`": "'"})
_UNSEEN = ("Cc", "Cf", "Co", "Cn", "Cs")  # control, zero-width and direction marks; private use; unassigned


@dataclass(frozen=True, slots=True)
class Context:
    """`text` is what the model reads; `given` are the sentences that it may name, by id."""

    text: str
    given: dict[str, Given]


def pack(  # noqa: PLR0913, PLR0917  (what to pack, from where, and how much of it)
    reading: Reading,
    selection: Selection,
    hits: Sequence[Hit],
    index: OpenIndex,
    budget: int,
    count: Callable[[str], int],
) -> Context:
    """Whole passages, in the order of `hits`, until the next one would bring the tokens above `budget`.

    A sentence in which the one asked for is not heard is shown, so that the others make sense, but has no id.
    """
    documents = {d.source: d for d in selection.documents}
    ids = (f"s{n}" for n in counting(1))
    parts: list[str] = []
    given: dict[str, Given] = {}
    left = budget
    for hit in hits:
        if hit.passage.part is Part.FRONT:  # covers and tables: grades are told from what was read out of them
            continue
        text, own = _passage(reading, documents[hit.passage.source], hit, index, ids)
        if not own:
            continue
        left -= count(text)
        if left < 0:
            break
        parts.append(text)
        given |= {one.id: one for one in own}
    return Context("\n\n".join(parts), given)


def harmless(text: str) -> str:
    """`text` on one line, without marks that cannot be seen and without those that have a meaning here."""
    seen = (c if c.isspace() else "" if unicodedata.category(c) in _UNSEEN else c for c in text)
    return re.sub(r"\s+", " ", "".join(seen)).strip().translate(_HARMLESS)


def _passage(
    reading: Reading, document: StoredDocument, hit: Hit, index: OpenIndex, ids: Iterator[str]
) -> tuple[str, list[Given]]:
    """One passage between its marks, and the sentences of it that may be named."""
    description = document.description
    about = ", ".join(description.authorities)
    head = harmless(" – ".join(filter(None, [description.publisher, description.kind.value, about])))
    lines = [f'<passage from="{head.replace(chr(34), chr(39))}" dates="{harmless(dates_words(document))}">']
    own: list[Given] = []
    for sentence, text in sentence_texts(hit.passage, index):
        who = harmless(speaker_words(sentence.voice, description.publisher))
        if len(text.split()) >= SHORTEST and may_speak(reading, sentence.voice, document):
            own.append(Given(next(ids), document, hit.passage, sentence, text))
            lines.append(f"[{own[-1].id}] ({who}) {harmless(text)}")
        else:
            lines.append(f"({who}) {harmless(text)}")
    return "\n".join([*lines, "</passage>"]), own
