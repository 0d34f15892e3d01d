"""What turns files into entries, named by one fingerprint: this project's own code and the libraries that read.

Where it is another than that of the index before, every document is read anew: an entry made by older code may differ
from what a build from nothing would make.  Vectors depend on the embedder alone, and are not meant here.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

# Below `index`, folders and modules.  Whatever `index.entry` and `index.reading` import is among them.
CODE = (
    "audience.py",
    "authorities.py",
    "data",
    "date_pieces.py",
    "dates.py",
    "describing",
    "entry.py",
    "errors.py",
    "gazetteer.py",
    "passages.py",
    "placewords.py",
    "quotations.py",
    "reading",
    "records.py",
    "sizes.py",
    "structure",
    "voices.py",
    "voicewords.py",
    "told.py",
    "toldwords.py",
)
LIBRARIES = (
    "htmldate",
    "lxml",
    "lxml_html_clean",
    "mammoth",
    "pydantic",
    "pypdf",
    "pypdfium2",
    "python-docx",
    "pyyaml",
    "syntok",
    "trafilatura",
)


@cache
def read_by() -> str:
    """The fingerprint, 16 hex digits.  Takes about 10 ms, once."""
    digest = hashlib.sha256(f"python {platform.python_version()}\n".encode())
    for name in LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for path in code_files():
        digest.update(f"{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def code_files() -> list[Path]:
    """The files that the fingerprint is taken of, in the order of their paths."""
    root = Path(__file__).parent
    found = [path for name in CODE for path in ((root / name).rglob("*") if (root / name).is_dir() else [root / name])]
    return sorted(path for path in found if path.is_file() and path.suffix != ".pyc")
