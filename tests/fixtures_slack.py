"""The index of `source_docs/`, made once a session.  Test modules load this with `pytest_plugins`."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_once import made_once

from index.build import build
from index.embedding import LocalEmbedder

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def source_index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    """The folder of the index of the sample documents; tests that alter it take a copy."""

    def make(home: Path) -> None:
        build(home / "index", ROOT / "source_docs", embedder)

    return made_once(tmp_path_factory, "source", make) / "index"
