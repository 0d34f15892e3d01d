"""Embedding beside plain sentence-transformers: float32, batches of 32, the same texts in turn in one process."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.machine import Limits
from bench.telling import tell
from index.embedding import LocalEmbedder
from index.model_folder import ModelFolder

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Encoding:
    """Texts a second of both, by the median of the rounds, their ratio, and the least and mean cosine of each pair.

    `tokens` is how many a text has on average; `limit` how many texts a second the machine's peak would allow.
    """

    texts: int
    tokens: float
    plain: float
    own: float
    ratio: float
    least_cosine: float
    mean_cosine: float
    limit: float


def encoding(folder: ModelFolder, embedder: LocalEmbedder, texts: Sequence[str], limits: Limits) -> Encoding:
    """Embed `texts` by both, ROUNDS times in turn."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  (takes seconds)

    plain = SentenceTransformer(str(folder.path), device="cpu", local_files_only=True)

    def by_plain() -> np.ndarray:
        return np.asarray(plain.encode(list(texts), batch_size=32, show_progress_bar=False))

    def by_own() -> np.ndarray:
        return embedder.encode_passages(texts)

    plain.encode(list(texts[:32])), embedder.encode_passages(texts[:32])
    seconds: dict[str, list[float]] = {"plain": [], "own": []}
    for round_ in range(ROUNDS):
        for name, work in (("plain", by_plain), ("own", by_own))[:: 1 if round_ % 2 == 0 else -1]:
            seconds[name].append(_timed(work))
            tell(f"  {name}: {len(texts) / seconds[name][-1]:.0f} texts a second")
    cosines = _cosines(by_plain(), by_own())
    rates = {name: len(texts) / statistics.median(of) for name, of in seconds.items()}
    tokens = [min(embedder.count_tokens(text), embedder.max_tokens) for text in texts]
    limit = max(limits.bf16, limits.fp32) * 1e9 / statistics.mean(_operations(folder, one) for one in tokens)
    return Encoding(
        texts=len(texts),
        tokens=statistics.mean(tokens),
        plain=rates["plain"],
        own=rates["own"],
        ratio=rates["own"] / rates["plain"],
        least_cosine=float(cosines.min()),
        mean_cosine=float(cosines.mean()),
        limit=limit,
    )


def _operations(folder: ModelFolder, tokens: int) -> float:
    """What one text of so many tokens costs a BERT encoder: its products with weights, and attention."""
    said = json.loads((folder.path / "config.json").read_text(encoding="utf-8"))
    layers, width, inner = said["num_hidden_layers"], said["hidden_size"], said["intermediate_size"]
    return float(tokens * layers * (2 * (4 * width**2 + 2 * width * inner) + 4 * tokens * width))


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one.astype(np.float64) * other).sum(axis=1) / lengths)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
