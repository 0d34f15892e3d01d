"""Texts through a BERT encoder with mean pooling, in numpy alone: no torch, so that a question starts at once.

Importing torch and sentence-transformers takes seconds; a question of some ten word pieces takes milliseconds, and so
few passages as a new document has take less than that import.  Which models qualify is `ModelFolder.plain_bert`; many
passages at a time are `passage_encoder`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from threadpoolctl import ThreadpoolController

from index.errors import EmbedderError

Array = NDArray[np.float32]
Pieces = Sequence[int]  # one text as word piece ids, special tokens included
WORDS = "embeddings.word_embeddings.weight"
BATCH = 1024  # word pieces that go through the layers together: more gain nothing, and leave the processor's cache
BLOCK = 16384  # values of which gelu is taken at a time: they stay in the processor's nearest cache
ROOT_HALF = np.float32(math.sqrt(0.5))
# Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: erfc(x) is t (a1 + t (a2 + ...)) exp(-x²) with
# t = 1 / (1 + px), for x of 0 or more, to 1.5e-7.
ERFC_P = np.float32(0.3275911)
ERFC_A = tuple(np.float32(a) for a in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))


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

    def encode(self, ids: Pieces) -> Array:
        """The unit vector, shape (width,), of one text."""
        vector: Array = self.encode_all([ids])[0]
        return vector

    def encode_all(self, texts: Sequence[Pieces], on_done: Callable[[int], None] | None = None) -> Array:
        """The unit vectors, shape (len(texts), width), in order; `on_done` gets the number of texts just finished.

        Batches of texts are shared out over threads, one for each processor that this process may use.
        """
        batches = list(_batches(texts))
        threads = min(len(batches), len(os.sched_getaffinity(0)))
        # Matrices this small gain nothing from BLAS's own threads, and on a busy machine lose a lot by waiting.
        with _threads().limit(limits=1, user_api="blas"):
            if threads < 2:
                return np.concatenate([self._told(batch, on_done) for batch in batches])
            with ThreadPoolExecutor(threads) as pool:
                found = []
                for batch, vectors in zip(batches, pool.map(self._encoded, batches), strict=True):
                    found.append(vectors)
                    if on_done is not None:
                        on_done(len(batch))
                return np.concatenate(found)

    def _encoded(self, texts: Sequence[Pieces]) -> Array:
        """The texts' word pieces go through the layers in one matrix; each text attends to its own alone."""
        weights, lengths = self._weights, [len(text) for text in texts]
        ends = np.cumsum(lengths)
        texts_rows = [slice(end - length, end) for end, length in zip(ends, lengths, strict=True)]
        hidden: Array = np.concatenate([self._words[one : one + 1] for text in texts for one in text])
        positions = weights["embeddings.position_embeddings.weight"]
        hidden += np.concatenate([positions[:length] for length in lengths])
        hidden += weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normed("embeddings.LayerNorm", hidden)
        for layer in range(self._layers):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, texts_rows)
        pooled = np.stack([hidden[rows].mean(axis=0) for rows in texts_rows])
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)

    def _layer(self, name: str, hidden: Array, texts: Sequence[slice]) -> Array:
        """One transformer layer: shape (pieces, width) in and out."""
        mixed = self._attend(f"{name}.attention.self", hidden, texts)
        hidden = hidden + self._linear(f"{name}.attention.output.dense", mixed)
        hidden = self._normed(f"{name}.attention.output.LayerNorm", hidden)
        wide = gelu(self._linear(f"{name}.intermediate.dense", hidden))
        hidden += self._linear(f"{name}.output.dense", wide)
        return self._normed(f"{name}.output.LayerNorm", hidden)

    def _attend(self, name: str, hidden: Array, texts: Sequence[slice]) -> Array:
        """Scaled dot-product attention over all heads, text by text; so there is no padding, and no mask."""
        query, key, value = (self._linear(f"{name}.{part}", hidden) for part in ("query", "key", "value"))
        query *= np.float32(math.sqrt(self._heads / hidden.shape[1]))
        mixed = np.empty_like(hidden)
        for rows in texts:
            mixed[rows] = self._mixed(query[rows], key[rows], value[rows])
        return mixed

    def _mixed(self, query: Array, key: Array, value: Array) -> Array:
        """The attention of one text: shape (pieces, width) in and out."""
        pieces, width = query.shape
        query, key, value = (part.reshape(pieces, self._heads, -1).transpose(1, 0, 2) for part in (query, key, value))
        scores: Array = query @ key.transpose(0, 2, 1)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed: Array = scores @ value
        return mixed.transpose(1, 0, 2).reshape(pieces, width)

    def _linear(self, name: str, values: Array) -> Array:
        made: Array = values @ self._weights[f"{name}.weight"].T
        made += self._weights[f"{name}.bias"]
        return made

    def _normed(self, name: str, values: Array) -> Array:
        """The rows of `values` brought to mean 0 and spread 1, then scaled and shifted; `values` is overwritten."""
        values -= values.mean(axis=-1, keepdims=True)
        spread = np.einsum("ij,ij->i", values, values) / np.float32(values.shape[1])
        values /= np.sqrt(spread + np.float32(self._epsilon))[:, None]
        values *= self._weights[f"{name}.weight"]
        values += self._weights[f"{name}.bias"]
        return values

    def _told(self, texts: Sequence[Pieces], on_done: Callable[[int], None] | None) -> Array:
        vectors = self._encoded(texts)
        if on_done is not None:
            on_done(len(texts))
        return vectors


def _batches(texts: Sequence[Pieces]) -> Iterator[list[Pieces]]:
    """Texts in order, as many at a time as have `BATCH` word pieces, and at least one."""
    batch: list[Pieces] = []
    for text in texts:
        if batch and sum(map(len, batch)) + len(text) > BATCH:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def gelu(values: Array) -> Array:
    """The gelu, x/2 (1 + erf(x/√2)), of every element, to 1e-6.  `values` is overwritten.

    numpy has no erf, importing scipy's takes longer than a question, and mapping math.erf takes half of the encoder's
    time.
    """
    flat = values.reshape(-1)
    room: Array = np.empty((3, min(BLOCK, flat.size)), dtype=np.float32)
    for start in range(0, flat.size, BLOCK):
        block = flat[start : start + BLOCK]
        _gelu(block, *room[:, : block.size])
    return values


def _gelu(block: Array, away: Array, tail: Array, power: Array) -> None:
    """Overwrite `block` with max(x, 0) - |x|/2 erfc(|x|/√2), which is the same; the other three are room to work in."""
    np.abs(block, out=away)
    away *= ROOT_HALF
    np.multiply(away, ERFC_P, out=tail)
    tail += 1
    np.reciprocal(tail, out=tail)
    np.multiply(tail, ERFC_A[0], out=power)
    for a in ERFC_A[1:]:
        power += a
        power *= tail
    np.multiply(away, away, out=tail)
    np.negative(tail, out=tail)
    np.exp(tail, out=tail)
    power *= tail
    power *= away
    power *= ROOT_HALF  # |x|/2 is |x|/√2 times √½
    np.maximum(block, 0, out=block)
    block -= power
