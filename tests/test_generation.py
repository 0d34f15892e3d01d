"""The pointer, the manifest and the lock: what is damaged or made otherwise is refused with what to type."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_index import RULES, SmallEmbedder, build_small

from index.errors import IndexBusyError, IndexDamagedError, IndexUnusableError
from index.generation import current_id, current_manifest, open_current, previous_index
from index.keeping import roll_back
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
        query = SmallEmbedder().encode_query("Leeds, January 2019\nCaseloads are high.")
        assert index.vectors.scores(query, index.catalogue.chosen())[0] == pytest.approx(1, abs=1e-5)


def test_there_is_nothing_but_the_generation_the_pointer_the_log_and_the_lock(index_dir: Path) -> None:
    assert sorted(path.name for path in index_dir.iterdir()) == ["CURRENT", "audit.jsonl", "generations", "lock"]
    names = {path.name for path in (index_dir / "generations" / "000001").iterdir()}
    assert names == {"manifest.json", "catalogue.sqlite", "vectors.npy", "chroma"}


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


@pytest.mark.parametrize(
    ("pointer", "told"),
    [
        (b"", "CURRENT is damaged"),
        (b"0000", "CURRENT is damaged"),
        (b"000001", "CURRENT is damaged"),
        (b"\xff\x00", "CURRENT cannot be read"),
        (b"../../x\n", "CURRENT is damaged"),
        (b"000009\n", "is gone"),
    ],
)
def test_a_damaged_pointer_gives_readers_a_whole_index_and_the_next_build_mends_it(
    index_dir: Path, pointer: bytes, told: str
) -> None:
    (index_dir / "CURRENT").write_bytes(pointer)
    with pytest.raises(IndexDamagedError, match=told):
        current_manifest(index_dir)
    with open_current(index_dir, SmallEmbedder.id, RULES) as index:
        assert index.manifest.generation == "000001"
        assert index.notice is not None
        assert re.search(rf"{told}.* Generation 000001, built .* is used instead\. Type: inspections ind", index.notice)
    shutil.rmtree(index_dir / "generations")
    with pytest.raises(IndexDamagedError, match=told):
        _open(index_dir)


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


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `docs` as they are and `index`, whose two generations say so in their only sentence."""
    home = tmp_path_factory.mktemp("twice")
    (home / "docs").mkdir()
    for words in ("The first text.", "The second text."):
        (home / "docs" / "a.txt").write_text(words)
        build_small(home / "index", home / "docs")
    return home


@pytest.fixture
def home(twice: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(twice, tmp_path / "home"))


def _text(home: Path) -> str:
    with open_current(home / "index", SmallEmbedder.id, RULES) as index:
        (passage,) = index.catalogue.passages(index.catalogue.passage_ids())
        assert index.vectors.vectors([passage.id]).shape == (1, 8)
        return passage.text


def _names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "index" / "generations").iterdir())


def test_rolling_back_gives_readers_the_index_before(home: Path) -> None:
    assert _text(home) == "The second text."
    assert roll_back(home / "index") == current_id(home / "index") == "000001"
    assert _text(home) == "The first text."
    assert _names(home) == ["000001", "000002"]
    assert sorted(path.name for path in (home / "index").iterdir()) == ["CURRENT", "audit.jsonl", "generations", "lock"]


def test_rolling_back_twice_does_not_bring_back_what_was_taken_out_of_use(home: Path) -> None:
    roll_back(home / "index")
    with pytest.raises(IndexUnusableError, match="No index from before generation 000001 is kept") as refusal:
        roll_back(home / "index")
    assert "inspections index build" in refusal.value.cure
    assert current_id(home / "index") == "000001"


def test_building_after_rolling_back_makes_a_new_whole_index(home: Path) -> None:
    """Under a name that was never used, beside the one gone back to; the one taken out of use is removed."""
    roll_back(home / "index")
    result, embedded = build_small(home / "index", home / "docs")
    assert (result.changed, result.generation, len(embedded)) == (True, "000003", 1)
    assert _text(home) == "The second text."
    assert _names(home) == ["000001", "000003"]
    assert roll_back(home / "index") == "000001"


def test_after_rolling_back_the_documents_of_that_index_are_up_to_date(home: Path) -> None:
    roll_back(home / "index")
    (home / "docs" / "a.txt").write_text("The first text.")
    result, _ = build_small(home / "index", home / "docs")
    assert (result.changed, result.generation) == (False, "000001")


def test_an_index_that_is_not_whole_is_not_gone_back_to(home: Path) -> None:
    catalogue = home / "index" / "generations" / "000001" / "catalogue.sqlite"
    catalogue.write_bytes(catalogue.read_bytes()[:-100])
    with pytest.raises(IndexUnusableError, match=r"catalogue\.sqlite is not whole"):
        roll_back(home / "index")
    assert _text(home) == "The second text."


def test_where_there_is_no_index_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match="There is no index"):
        roll_back(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_nobody_rolls_back_while_another_process_builds(home: Path) -> None:
    (home / "docs" / "a.txt").write_text("The third text.")
    program = [sys.executable, str(Path(__file__).with_name("small_index.py")), str(home / "index"), str(home / "docs")]
    environment = {"PYTHONPATH": str(Path(__file__).parent.parent), "PATH": ""}
    with subprocess.Popen(
        [*program, "wait-at", "embedding"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == b"waiting\n"
        with pytest.raises(IndexBusyError, match=str(builder.pid)):
            roll_back(home / "index")
        builder.communicate()
    assert _text(home) == "The third text."
    assert roll_back(home / "index") == "000002"
