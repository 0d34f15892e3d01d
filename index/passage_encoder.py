"""Many texts through a sentence-transformers model.  The one door to sentence_transformers and torch.

Importing this module is cheap: both libraries (6 s together) are imported when the first model is opened.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbedderError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import CrossEncoder, SentenceTransformer

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
TRIM = 10  # batches, after which memory is given back: else a build of 200 reports grows to 2 GB, where 1 GB will do
BATCH = 64  # texts of like length; larger batches were no faster on two cores


class PassageEncoder:
    """A loaded sentence-transformers model."""

    def __init__(self, folder: Path, *, full_precision: bool = False) -> None:
        """Load the model, with bfloat16 weights where the processor multiplies them natively (about twice as fast).

        `full_precision` keeps float32 whatever the processor.  EmbedderError: the library is missing, or it cannot
        load the folder.
        """
        try:
            with _offline():
                self._model = _load(folder, full_precision)
        except (ImportError, OSError, ValueError, KeyError, RuntimeError) as error:
            message = f"sentence-transformers cannot load the embedding model in {folder}: {error}."
            raise EmbedderError(message, "Type: pip install --force-reinstall sentence-transformers") from error

    def encode_passages(
        self, texts: Sequence[str], lengths: Sequence[int], on_done: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), width), in the order of `texts`.

        `lengths` are the texts' token counts: texts of like length share a batch, which wastes no work on padding.
        `on_done` is called after each batch with the number of texts in it.
        """
        vectors = np.zeros((len(texts), self._width()), dtype=np.float32)
        order = np.argsort(np.asarray(lengths), kind="stable")[::-1]  # longest first, so that the rate only rises
        with _offline():
            for count, start in enumerate(range(0, len(order), BATCH), start=1):
                rows = order[start : start + BATCH]
                vectors[rows] = self._model.encode_document(
                    [texts[row] for row in rows], batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True
                )
                if count % TRIM == 0 or start + BATCH >= len(order):
                    _give_back()
                if on_done is not None:
                    on_done(len(rows))
        return unit(vectors)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector, shape (width,), of one query, with the model's query prompt where it has one."""
        with _offline():
            vector = self._model.encode_query(text, show_progress_bar=False, convert_to_numpy=True)
        return unit(np.asarray(vector, dtype=np.float32)[None]).reshape(-1)

    def _width(self) -> int:
        width = self._model.get_embedding_dimension()
        if width is None:
            raise EmbedderError("The embedding model does not say how wide its vectors are.", "Choose another.")
        return width


class PairEncoder:
    """A loaded sentence-transformers cross-encoder, for `reranking`.  Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Load the model from the folder, never from anywhere else.

        EmbedderError: the library is missing, or the folder holds no cross-encoder that tells one number of a pair.
        """
        try:
            with _offline():
                self._model = _load_pairs(folder)
        except (ImportError, OSError, ValueError, KeyError, RuntimeError) as error:
            message = f"sentence-transformers cannot load a cross-encoder from {folder}: {error}."
            raise EmbedderError(message, "Set INSPECTIONS_RERANKER to another folder, or leave it out.") from error
        if self._model.num_labels != 1:
            message = f"The model in {folder} tells {self._model.num_labels} numbers of a pair, not one."
            raise EmbedderError(message, "Set INSPECTIONS_RERANKER to a cross-encoder made for ranking.")

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, the more the better."""
        with _offline():
            told = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(one) for one in told]


def _give_back() -> None:
    """Let the C library give back the memory that batches of ever other sizes have left in pieces."""
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows of `vectors`, shape (n, width), scaled to length 1; a row of zeros stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def _load_pairs(folder: Path) -> CrossEncoder:
    from sentence_transformers import CrossEncoder  # noqa: PLC0415  (imported here as in `_load`)

    model: CrossEncoder = CrossEncoder(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": _fastest()}
    )
    return model


def _fastest() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively, else float32."""
    import torch  # noqa: PLC0415  (imported here as in `_load`)

    native = {"avx512_bf16", "amx_bf16"} & {name for name, has in torch.cpu.get_capabilities().items() if has}
    return torch.bfloat16 if native else torch.float32


def _load(folder: Path, full_precision: bool) -> SentenceTransformer:
    # torch keeps what it made for each shape of a batch, and each shape comes but once; it reads this when imported.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
    # Imported here because together they take 6 s, which no question should wait for.
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the only progress bars are ours
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # (the library leaves both untyped)
    dtype = torch.float32 if full_precision else _fastest()
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype})


@contextmanager
def _offline() -> Iterator[None]:
    """Keep the Hugging Face libraries off the network while we use them, and leave the environment as it was."""
    before = {name: os.environ.get(name) for name in OFFLINE}
    os.environ.update(OFFLINE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
