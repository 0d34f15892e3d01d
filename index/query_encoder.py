"""One text through a BERT encoder with mean pooling, in numpy alone: no torch, so that a question starts at once.

Importing torch and sentence-transformers takes seconds; a question of some ten word pieces takes milliseconds.
Which models qualify is `ModelFolder.plain_bert`; many passages at a time are `passage_encoder`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from threadpoolctl import ThreadpoolController

from index.errors import EmbedderError

Array = NDArray[np.float32]
WORDS = "embeddings.word_embeddings.weight"
ROOT_HALF = np.float32(math.sqrt(0.5))


class QueryEncoder:
    """The weights of one encoder, held as float32.  Safe to use from several threads."""

    def __init__(self, weights: Path, heads: int, epsilon: float) -> None:
        """Read the weights.

        EmbedderError: the file cannot be read, or is not laid out as a bare BERT encoder in float32.
        """
        self._path, self._heads, self._epsilon = weights, heads, epsilon
        try:
            with safe_open(weights, framework="np") as file:
                self._weights: dict[str, Array] = {
                    name: file.get_tensor(name)
                    for name in file.keys()  # noqa: SIM118  (a safetensors handle is no mapping)
                    if name.startswith(("embeddings.", "encoder.")) and name not in (WORDS, "embeddings.position_ids")
                }
                self._words = file.get_slice(WORDS)  # half of the file: rows are read as they are needed
        except (OSError, SafetensorError, TypeError) as error:
            raise EmbedderError(f"{weights} cannot be read as a BERT encoder: {error}.", "Choose another.") from error
        self._layers = sum(name.endswith(".attention.self.query.weight") for name in self._weights)

    def encode(self, ids: Sequence[int]) -> Array:
        """The unit vector, shape (width,), of one text given as word piece ids, special tokens included."""
        # Matrices this small gain nothing from threads, and on a busy machine lose a lot by waiting for them.
        with _threads().limit(limits=1, user_api="blas"):
            return self._encoded(ids)

    def _encoded(self, ids: Sequence[int]) -> Array:
        weights = self._weights
        hidden: Array = np.concatenate([self._words[one : one + 1] for one in ids])
        hidden = hidden + weights["embeddings.position_embeddings.weight"][: len(ids)]
        hidden = self._normed("embeddings.LayerNorm", hidden + weights["embeddings.token_type_embeddings.weight"][0])
        for layer in range(self._layers):
            hidden = self._layer(f"encoder.layer.{layer}", hidden)
        pooled = hidden.mean(axis=0)
        return np.asarray(pooled / np.linalg.norm(pooled), dtype=np.float32)

    def _layer(self, name: str, hidden: Array) -> Array:
        """One transformer layer: shape (pieces, width) in and out."""
        attended = self._linear(f"{name}.attention.output.dense", self._attend(f"{name}.attention.self", hidden))
        hidden = self._normed(f"{name}.attention.output.LayerNorm", hidden + attended)
        wide = gelu(self._linear(f"{name}.intermediate.dense", hidden))
        return self._normed(f"{name}.output.LayerNorm", hidden + self._linear(f"{name}.output.dense", wide))

    def _attend(self, name: str, hidden: Array) -> Array:
        """Scaled dot-product attention over all heads; one text has no padding, so there is no mask."""
        pieces, width = hidden.shape
        query, key, value = (
            self._linear(f"{name}.{part}", hidden).reshape(pieces, self._heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(width / self._heads))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed: Array = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        return np.asarray(mixed.transpose(1, 0, 2).reshape(pieces, width))

    def _linear(self, name: str, values: Array) -> Array:
        return values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, name: str, values: Array) -> Array:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        normed: Array = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return normed


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def gelu(values: Array) -> Array:
    """The exact gelu, x/2 (1 + erf(x/√2)), of every element.

    numpy has no erf, and importing scipy's costs more than mapping math.erf over a question's values (6 ms).
    """
    erf = np.fromiter(map(math.erf, (values * ROOT_HALF).ravel().tolist()), np.float32, values.size)
    return np.asarray(values * np.float32(0.5) * (1 + erf.reshape(values.shape)), dtype=np.float32)
