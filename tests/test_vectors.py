"""Vectors come back as they went in, scores are exact, and no reader touches the store itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.chroma_folder import write_vectors
from index.errors import IndexUnusableError
from index.order import Chosen, Numbers
from index.private_copy import PREFIX, PrivateCopy, sweep
from index.vectors import VectorStore

IDS = [f"doc-{n}" for n in range(1200)]


def _unit(rows: int, width: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(rows).standard_normal((rows, width)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


VECTORS = _unit(len(IDS), 16)


def _chosen(rows: Sequence[int]) -> Chosen:
    """Passages whose numbers are the rows of VECTORS, counted from 1 as a catalogue does."""

    def ids(numbers: Numbers) -> list[str]:
        return [IDS[number - 1] if number <= len(IDS) else "no such" for number in numbers]

    return Chosen(np.array(rows, dtype=np.int64) + 1, ids)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors") / "chroma"
    told: list[int] = []
    write_vectors(folder, IDS, VECTORS, [{"source": "a.pdf", "published": 20190101}] * len(IDS), told.append)
    assert sum(told) == len(IDS)
    return folder


@pytest.fixture
def store(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VectorStore]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    store = VectorStore(folder)
    yield store
    store.close()


def test_every_vector_comes_back_as_it_went_in(store: VectorStore) -> None:
    assert sorted(store.ids()) == sorted(IDS)
    assert np.abs(store.vectors(IDS) - VECTORS).max() < 1e-6


@pytest.mark.parametrize("rows", [[], [0], [7, 3, 3, 1199], list(range(1200)), list(range(0, 1200, 7))])
@pytest.mark.parametrize("warm", [True, False])
def test_scores_are_the_exact_cosines_in_the_order_asked_for(store: VectorStore, rows: list[int], warm: bool) -> None:
    query = _unit(1, 16)[0]
    if warm:
        store.warm(_chosen(range(len(IDS))))
    scores = store.scores(query, _chosen(rows))
    assert scores.dtype == np.float32
    assert scores.shape == (len(rows),)
    assert np.allclose(scores, VECTORS[rows] @ query, atol=1e-6)


def test_an_unknown_id_and_a_wrong_width_are_refused(store: VectorStore) -> None:
    with pytest.raises(IndexUnusableError, match="lack"):
        store.scores(_unit(1, 16)[0], _chosen([0, len(IDS)]))
    with pytest.raises(IndexUnusableError, match="width 16"):
        store.scores(_unit(1, 8)[0], _chosen([0]))


def test_threads_score_at_once(store: VectorStore) -> None:
    query = _unit(1, 16)[0]

    def score(start: int) -> bool:
        rows = range(start, start + 100)
        return np.allclose(store.scores(query, _chosen(rows)), VECTORS[rows] @ query, atol=1e-6)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(score, range(0, 1100, 11)))


def test_a_reader_leaves_the_store_alone_and_its_copy_goes(folder: Path, store: VectorStore, tmp_path: Path) -> None:
    before = _contents(folder)
    store.scores(VECTORS[0], _chosen([0]))
    assert list(tmp_path.glob(f"{PREFIX}*"))
    store.close()
    assert _contents(folder) == before
    assert not list(tmp_path.glob(f"{PREFIX}*"))
    assert len(store.ids()) == len(IDS)  # and it can be opened again


def test_a_missing_or_damaged_store_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match="inspections index build"):
        VectorStore(tmp_path / "none").ids()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "chroma.sqlite3").write_bytes((folder / "chroma.sqlite3").read_bytes()[:5000])
    with pytest.raises(IndexUnusableError, match="inspections index build"):
        VectorStore(tmp_path / "damaged").ids()


def test_a_second_collection_is_not_mixed_in(folder: Path) -> None:
    with pytest.raises(IndexUnusableError, match="could not be written"):
        write_vectors(folder, ["x"], _unit(1, 16), [{"source": "b.pdf"}])


def test_the_copy_of_a_killed_process_is_swept_and_a_living_one_is_not(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "import sys, pathlib; from index.private_copy import PrivateCopy;"
        "copy = PrivateCopy(pathlib.Path(sys.argv[1])); print(copy.path, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(folder)]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as other:
        assert other.stdout is not None
        copy = Path(other.stdout.readline().strip())
        sweep()
        assert copy.is_dir()
        other.send_signal(signal.SIGKILL)
    assert copy.is_dir()
    mine = PrivateCopy(folder)  # sweeps first
    assert not copy.exists()
    sweep()
    assert mine.path.is_dir()
    mine.remove()


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_store_is_let_go_once_its_vectors_are_loaded_and_opened_again_for_others(
    store: VectorStore, tmp_path: Path
) -> None:
    store.warm(_chosen(range(1000)))
    assert not list(tmp_path.glob(f"{PREFIX}*"))
    assert store.scores(VECTORS[1], _chosen([1]))[0] == pytest.approx(1, abs=1e-6)
    assert not list(tmp_path.glob(f"{PREFIX}*"))
    assert store.scores(VECTORS[1100], _chosen([1, 1100]))[1] == pytest.approx(1, abs=1e-6)
    assert list(tmp_path.glob(f"{PREFIX}*"))
