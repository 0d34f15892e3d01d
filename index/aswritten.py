"""Terms as they are written, against the stems that a keyword search goes by: "adoption" is not "adopt an approach".

Which passages to look at, and what follows from it, is the catalogue's and the asker's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_PLURAL = re.compile(r"(?<=[^\W\d]{3})(?<![si])s$", re.I)  # not the end of "access" or "crisis"


@lru_cache(maxsize=2_000)
def as_written(terms: Sequence[str]) -> re.Pattern[str]:
    """What finds any of `terms` in a text with straight apostrophes: each word whole, plurals and hyphens aside."""
    return re.compile("|".join(map(_phrase, terms)) or r"(?!)", re.I)


def plain(text: str) -> str:
    """`text` with straight apostrophes."""
    return text.replace("’", "'")


def _phrase(term: str) -> str:
    words = (re.escape(_PLURAL.sub("", word)) for word in re.split(r"[\s-]+", plain(term).strip()) if word)
    return r"\b" + r"[\s-]+".join(rf"{word}(?:e?s|'s|s')?" for word in words) + r"(?!\w)"
