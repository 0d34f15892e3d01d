"""One real index a session, built from the corpus of `answers_index`, and an assistant to ask it.

Test modules load this with `pytest_plugins`, so that all of them share one index.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers_index import write_documents
from made_once import made_once

from assistant.ask import Assistant
from index.build import build
from index.catalogue import Catalogue
from index.embedding import LocalEmbedder
from index.entry import RULES
from index.generation import open_current


@pytest.fixture(scope="session")
def answers_index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    """The folder of an index that the real build made with the real embedder; nobody alters it."""

    def make(home: Path) -> None:
        write_documents(home / "docs")
        assert build(home / "index", home / "docs", embedder).skipped == ()

    return made_once(tmp_path_factory, "answers", make) / "index"


@pytest.fixture(scope="session")
def assistant(answers_index: Path, embedder: LocalEmbedder) -> Iterator[Assistant]:
    """An assistant on that index."""
    with open_current(answers_index, embedder.id, RULES) as index:
        yield Assistant(index, embedder)


@pytest.fixture(scope="session")
def catalogue(assistant: Assistant) -> Catalogue:
    """The catalogue of that index."""
    return assistant.index.catalogue
