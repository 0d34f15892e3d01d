"""An index of many copies: the project's own build, with texts from `replicas` and vectors that are made up, or not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.replicas import Replica, replicas
from index.catalogue import Catalogue
from index.embedding import Embedder, indexed_text
from index.records import Description, Document, Passage, RawText, Skipped
from index.steps import Outcomes, Steps, usual_steps

STAFF, TEAM, GUESTS = "staff", "team", "guests"
FEW = 10  # documents that guests may read
EVERY = 50  # of so many documents one is the team's own: staff may read 98 %


@dataclass(frozen=True, slots=True)
class Seeds:
    """Real documents, read, with their vectors: `rows` are those of `vectors`, shape (passages, width), by source."""

    raws: Mapping[str, RawText]
    rows: Mapping[str, range]
    vectors: NDArray[np.float32]


@dataclass(slots=True)
class TurnedEmbedder:
    """The vector of a copy's passage is that of the passage it was copied from, turned by lot until `cosine` to it.

    How far is measured by embedding some copies for real.  Questions are encoded for real.
    """

    real: Embedder
    seeds: Seeds
    cosine: float
    origins: dict[bytes, int] = field(default_factory=dict)  # by the digest of what is embedded: a row of the vectors

    @property
    def id(self) -> str:
        return f"turned-{self.real.id}"

    @property
    def width(self) -> int:
        return self.real.width

    @property
    def max_tokens(self) -> int:
        return self.real.max_tokens

    def count_tokens(self, text: str) -> int:
        return self.real.count_tokens(text)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        return self.real.encode_query(text)

    def encode_passages(
        self, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        digests = [digest(text) for text in texts]
        straight = self.seeds.vectors[[self.origins[one] for one in digests]]
        lot = np.random.default_rng(int.from_bytes(digests[0][:8], "big"))
        aside = lot.standard_normal(straight.shape).astype(np.float32)
        aside -= straight * (aside * straight).sum(axis=1, keepdims=True)
        aside /= np.linalg.norm(aside, axis=1, keepdims=True)
        turned = np.float32(self.cosine) * straight + np.float32((1 - self.cosine**2) ** 0.5) * aside
        if on_done is not None:
            on_done(len(texts))
        return np.asarray(turned / np.linalg.norm(turned, axis=1, keepdims=True), dtype=np.float32)


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def lay_out(root: Path, seeds: Mapping[str, RawText], number: int) -> dict[str, Replica]:
    """Make the folder of `number` documents with its `access.yaml`, and return what each is, by its source."""
    made = {one.source: one for one in replicas(seeds, number)}
    for source in made:
        path = root / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"a copy of another document: {source}", encoding="utf-8")
    named = {source: audience for at, source in enumerate(made) if (audience := _audience(at)) != STAFF}
    (root / "access.yaml").write_text(json.dumps({"audience": STAFF, "files": named}), encoding="utf-8")  # JSON is YAML
    return made


def scaled_steps(made: Mapping[str, Replica], seeds: Seeds, origins: dict[bytes, int]) -> Steps:
    """The project's steps, but for reading; `origins` is filled for a `TurnedEmbedder`."""
    usual = usual_steps()

    def find(root: Path) -> tuple[tuple[Path, ...], tuple[Skipped, ...]]:
        return tuple(sorted(root / source for source in made)), ()

    def read_all(root: Path, paths: Sequence[Path], on_done: Callable[[str], None]) -> Outcomes:
        for path in paths:
            source = path.relative_to(root).as_posix()
            on_done(source)
            yield path, made[source].altered(seeds.raws[made[source].seed])

    def passages(
        document: Document, description: Description, count: Callable[[str], int], most: int
    ) -> tuple[Passage, ...]:
        found = usual.passages(document, description, count, most)
        _remember(found, seeds.rows[made[document.source].seed], origins)
        return found

    return replace(usual, find=find, read_all=read_all, passages=passages)


def _audience(at: int) -> str:
    if at < FEW * 7 and at % 7 == 0:
        return GUESTS
    return TEAM if at % EVERY == 1 else STAFF


def _remember(passages: Sequence[Passage], rows: range, origins: dict[bytes, int]) -> None:
    """A passage comes from the one at its place in the seed; another authority's name may move places by one or two."""
    for passage in passages:
        row = rows[passage.ordinal * len(rows) // len(passages)]
        origins[digest(indexed_text(passage.header, passage.text))] = row


def rows_of(catalogue: Catalogue) -> dict[str, range]:
    """The places of each document's passages in `catalogue.passage_ids()`."""
    rows: dict[str, range] = {}
    at = 0
    for document in catalogue.documents():
        rows[document.source] = range(at, at + document.passages)
        at += document.passages
    return rows
