"""Texts to unit vectors: what the rest of the project needs of an embedding model, and the one that it gets.

How a question is encoded is `query_encoder`, how passages are is `passage_encoder`, what is on disk `model_folder`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import EmbedderError
from index.model_folder import CHOOSE, ModelFolder, local_model, packaged_model
from index.passage_encoder import PassageEncoder
from index.query_encoder import QueryEncoder

# Up to so many passages go through numpy.  On two cores it encodes some 50 of a report's a second; torch encodes 130,
# but only after 4 s of importing and loading, so that it is ahead from about 320 on (by processor time, from 380).
FEW = 300


class Embedder(Protocol):
    """What turns texts into vectors.

    `id` is "name@sha256[:12]"; `width` the length of a vector; `max_tokens` the most tokens, special ones included,
    that count: what lies beyond is cut off before embedding.
    """

    @property
    def id(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...

    def count_tokens(self, text: str) -> int:
        """The tokens of a text, special ones included, nothing cut off."""
        ...

    def encode_passages(
        self, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), width), in order; `on_done` gets the number of texts just finished."""
        ...

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector, shape (width,), of a query."""
        ...


def indexed_text(header: str, text: str) -> str:
    """What is embedded for a passage, and what must fit into `max_tokens`: its header, a new line, its text."""
    return f"{header}\n{text}" if header else text


class LocalEmbedder:
    """A model folder on this machine.  Weights are loaded when first needed.  Safe to use from several threads."""

    def __init__(self, folder: ModelFolder) -> None:
        """EmbedderError: the folder's tokenizer cannot be used."""
        self.id, self.width, self.max_tokens = folder.id, folder.width, folder.max_tokens
        self._folder = folder
        try:
            self._tokenizer = Tokenizer.from_file(str(folder.tokenizer))
        except Exception as error:  # tokenizers raises nothing narrower
            raise EmbedderError(f"{folder.tokenizer} cannot be used: {error}.", CHOOSE) from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count_tokens(self, text: str) -> int:
        """The tokens of a text, special ones included, nothing cut off."""
        return len(self._tokenizer.encode(text))

    def encode_passages(
        self, texts: Sequence[str], on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), width).  EmbedderError: the model cannot be loaded."""
        if not texts:
            return np.zeros((0, self.width), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        if self._folder.plain_bert and len(texts) <= FEW and "_passages" not in vars(self):
            return self._query.encode_all([self._cut(encoding.ids) for encoding in encodings], on_done)
        return self._passages.encode_passages(texts, [len(encoding) for encoding in encodings], on_done)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector, shape (width,).  EmbedderError: the model cannot be loaded."""
        if not self._folder.plain_bert:
            return self._passages.encode_query(text)
        return self._query.encode(self._cut(self._tokenizer.encode(text).ids))

    def _cut(self, ids: list[int]) -> list[int]:
        """As many word pieces as count: the closing [SEP] stays, as sentence-transformers has it."""
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    @cached_property
    def _query(self) -> QueryEncoder:
        return QueryEncoder(self._folder.weights, self._folder.heads, self._folder.epsilon)

    @cached_property
    def _passages(self) -> PassageEncoder:
        return PassageEncoder(self._folder.path)


def load_embedder(folder: Path | None = None) -> LocalEmbedder:
    """The packaged model, or the one in `folder`.  Takes about 0.1 s; needs no torch.

    EmbedderError: the model is missing, altered or cannot be used.
    """
    return LocalEmbedder(packaged_model() if folder is None else local_model(folder))
