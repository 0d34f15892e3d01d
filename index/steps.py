"""The steps that turn a folder into entries, as a record that tests and sweeps can exchange.  None is done here."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.fingerprint import read_by
from index.reading import folder
from index.records import Description, Document, Passage, RawText, Skipped
from index.sizes import USUAL, Sizes
from index.sources import Found, Sources

Outcomes = Generator[tuple[Path, RawText | Skipped], None, None]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps before embedding.

    `find` lists a folder; `read_all` reads files in order and hears of each that is done; `structure` gets a source,
    the SHA-256 and the text of its file; `describe` gets what lies in the folder, the document and the base of
    addresses, and raises ReadError where something that stands beside the document cannot be used; `passages` gets,
    beside the document and its description, how tokens are counted and how many a passage may have.

    `rules` names what `passages` does, `read_by` all that comes before it: whoever changes one changes the other.
    """

    find: Callable[[Path], Found]
    read_all: Callable[[Path, Sequence[Path], Callable[[str], None]], Outcomes]
    structure: Callable[[str, str, RawText], Document]
    describe: Callable[[Sources, Document, str | None], Description]
    passages: Callable[[Document, Description, Callable[[str], int], int], tuple[Passage, ...]]
    rules: str
    read_by: str


def usual_steps(worker_count: int = 2, seconds: float = 30.0, sizes: Sizes = USUAL) -> Steps:
    """The project's own steps, reading with so many worker processes, so many seconds for each file."""
    # ruff: noqa: PLC0415  (what is needed only where there is something to read is imported when it is: 0.2 s)

    def read_all(root: Path, paths: Sequence[Path], on_done: Callable[[str], None]) -> Outcomes:
        from index.reading import workers

        return workers.read_all(root, paths, workers=worker_count, seconds=seconds, on_done=on_done)

    def structure(source: str, sha256: str, raw: RawText) -> Document:
        from index import entry

        return entry.structure(source, sha256, raw)

    def describe(sources: Sources, document: Document, base_url: str | None) -> Description:
        from index import entry

        return entry.description_of(sources, document, base_url)

    def passages(
        document: Document, description: Description, count: Callable[[str], int], most: int
    ) -> tuple[Passage, ...]:
        from index import entry

        return entry.passages.passages(document, description, count, most, sizes)

    return Steps(folder.find, read_all, structure, describe, passages, sizes.rules, read_by())
