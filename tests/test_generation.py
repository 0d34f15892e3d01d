"""The pointer, the manifest and the lock: what is damaged or made otherwise is refused with what to type."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_index import RULES, SmallEmbedder, build_small

from index.errors import IndexUnusableError
from index.generation import current_id, current_manifest, open_current, previous_index
from index.manifest import FORMAT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("generation")
    (home / "docs").mkdir()
    (home / "docs" / "a.txt").write_text("Caseloads are high.\nVisits are regular.")
    build_small(home / "index", home / "docs", base_url="https://example.org/")
    return home / "index"


@pytest.fixture
def index_dir(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "in dex"))


def _open(index_dir: Path) -> None:
    open_current(index_dir, SmallEmbedder.id, RULES).close()


def test_an_index_opens_with_all_that_it_says_of_itself(index_dir: Path) -> None:
    with open_current(index_dir, SmallEmbedder.id, RULES) as index:
        manifest = index.manifest
        assert current_id(index_dir) == manifest.generation == index.folder.name == "000001"
        assert (manifest.format, manifest.embedder, manifest.width) == (FORMAT, SmallEmbedder.id, 8)
        assert (manifest.normalised, manifest.rules, manifest.base_url) == (True, RULES, "https://example.org/")
        assert (manifest.documents, manifest.pages, manifest.passages) == (1, 2, 2)
        assert list(manifest.sources) == ["a.txt"]
        assert set(manifest.versions) >= {"chromadb", "torch"}
        ids = index.catalogue.passage_ids()
        query = SmallEmbedder().encode_query("Leeds, January 2019\nCaseloads are high.")
        assert index.vectors.scores(query, ids)[0] == pytest.approx(1, abs=1e-5)


def test_there_is_nothing_but_the_generation_the_pointer_and_the_lock(index_dir: Path) -> None:
    assert sorted(path.name for path in index_dir.iterdir()) == ["CURRENT", "generations", "lock"]
    names = {path.name for path in (index_dir / "generations" / "000001").iterdir()}
    assert names == {"manifest.json", "catalogue.sqlite", "chroma"}


def _manifest(change: Callable[[dict[str, object]], object]) -> Callable[[Path], object]:
    def alter(index_dir: Path) -> None:
        file = index_dir / "generations" / "000001" / "manifest.json"
        said = json.loads(file.read_text())
        change(said)
        file.write_text(json.dumps(said))

    return alter


def _cut(name: str) -> Callable[[Path], object]:
    def alter(index_dir: Path) -> None:
        (file,) = (index_dir / "generations").rglob(name)
        file.write_bytes(file.read_bytes()[:-100])

    return alter


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (shutil.rmtree, "There is no index in"),
        (lambda index_dir: (index_dir / "CURRENT").unlink(), "There is no index in"),
        (lambda index_dir: (index_dir / "CURRENT").write_bytes(b""), "CURRENT is damaged"),
        (lambda index_dir: (index_dir / "CURRENT").write_bytes(b"0000"), "CURRENT is damaged"),
        (lambda index_dir: (index_dir / "CURRENT").write_bytes(b"000001"), "CURRENT is damaged"),
        (lambda index_dir: (index_dir / "CURRENT").write_bytes(b"\xff\x00"), "CURRENT cannot be read"),
        (lambda index_dir: (index_dir / "CURRENT").write_bytes(b"../../x\n"), "CURRENT is damaged"),
        (lambda index_dir: (index_dir / "CURRENT").write_bytes(b"000009\n"), "is gone"),
        (lambda index_dir: (index_dir / "generations/000001/manifest.json").unlink(), "manifest .* cannot be read"),
        (lambda index_dir: (index_dir / "generations/000001/manifest.json").write_text("{"), "cannot be read"),
        (_manifest(lambda said: said.pop("rules")), "cannot be read"),
        (_manifest(lambda said: said.update(format=FORMAT + 1)), f"this program reads format {FORMAT}"),
        (
            _manifest(lambda said: said.update(embedder="other@1")),
            "embedding model other@1, and this program uses small@",
        ),
        (_manifest(lambda said: said.update(rules="old")), "passage rules old, and this program uses small 1"),
        (_cut("catalogue.sqlite"), "catalogue.sqlite is not whole"),
        (_cut("data_level0.bin"), "data_level0.bin is not whole"),
    ],
)
def test_what_is_damaged_or_made_otherwise_is_refused(
    index_dir: Path, damage: Callable[[Path], object], told: str
) -> None:
    damage(index_dir)
    with pytest.raises(IndexUnusableError, match=told) as refusal:
        _open(index_dir)
    assert refusal.value.cure == f"Type: inspections index build --index '{index_dir}'"


def test_a_name_without_its_generation_is_asked_for_again(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that read the pointer just before two builders replaced it finds the newest index."""
    names = iter(["000000", "000001"])
    monkeypatch.setattr("index.generation.current_id", lambda _: next(names))
    assert current_manifest(index_dir)[0].name == "000001"


def test_a_builder_falls_back_to_a_generation_that_is_whole(index_dir: Path) -> None:
    (index_dir / "CURRENT").write_text("torn")
    (index_dir / "generations" / "000002").mkdir()
    found = previous_index(index_dir)
    assert found is not None
    assert found.manifest.generation == "000001"
    found.close()
    _cut("catalogue.sqlite")(index_dir)
    assert previous_index(index_dir) is None
