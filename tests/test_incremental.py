"""Whatever was done to a folder since, a build gives what a build from nothing gives: every row, every vector."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_index import SmallEmbedder

from index import intake
from index.build import BuildResult, build
from index.generation import CATALOGUE, VECTORS, current_manifest, open_generation
from index.manifest import Manifest
from index.reading.read import read
from index.records import Skipped
from index.standing import Standing, Withdrawal, change_standing
from index.steps import Outcomes, usual_steps
from index.verify import find_fault

ROUNDS = 8
PLACES = ("Leeds", "Bradford")
SHARED = (
    "The council accepts that the pace of change has been too slow and is working to reduce caseloads now.",
    "Every social worker is to have fewer than twenty children to look after before the end of the year.",
    "Managers will look at each plan once in a month and will tell the family what has been decided and why.",
)


class Plain(SmallEmbedder):
    """Vectors by lot; nothing need be remembered."""

    max_tokens = 64


def read_all(root: Path, paths: Sequence[Path], on_done: Callable[[str], None]) -> Outcomes:
    """The project's readers in this process: a worker for each small text would take most of the time."""
    for path in paths:
        source = path.relative_to(root).as_posix()
        READ.append(source)
        on_done(source)
        if path.read_bytes().startswith(b"BAD"):
            yield path, Skipped(source, "is damaged", "replace it")
        else:
            yield path, read(path)


READ: list[str] = []
STEPS = replace(usual_steps(), read_all=read_all)


class Here:
    """Looks a generation over in this process: starting another takes longer than all else that is done here."""

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None: ...

    def begin(self, folder: Path, place: object = None) -> None:
        assert find_fault(folder, place) is None

    def end(self) -> None: ...


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.build.Verifier", Here)


class Folder:
    """A folder of documents to which things are done by lot."""

    def __init__(self, root: Path, lot: random.Random) -> None:
        self.root, self._lot, self._made = root, lot, 0
        root.mkdir()
        for _ in range(6):
            self.add()

    def step(self) -> None:
        """Do one thing."""
        names = [self.add, self.add, self.change, self.rename, self.remove, self.copy, self.correct, self.close]
        self._lot.choice(names)()

    def add(self) -> None:
        self._made += 1
        folder = self._lot.choice(("", "east/", "west/"))
        path = self.root / f"{folder}{self._lot.choice('abcxyz')}{self._made}.{self._lot.choice(('txt', 'md'))}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(self._text())

    def change(self) -> None:
        self._any().write_text(self._text())

    def rename(self) -> None:
        path = self._any()
        self._made += 1
        path.rename(path.with_name(f"{self._lot.choice('abcxyz')}{self._made}{path.suffix}"))

    def remove(self) -> None:
        if len(self._all()) > 3:
            self._any().unlink()

    def copy(self) -> None:
        path = self._any()
        self._made += 1
        shutil.copy(path, self.root / f"{self._lot.choice('aqz')}{self._made}{path.suffix}")

    def correct(self) -> None:
        """Write, rewrite or remove a sidecar."""
        path = self._any()
        sidecar = path.with_name(f"{path.name}.meta.yaml")
        said = ("title: Other", "published: 2021-05-04", "publisher: Ofsted", "authorities: [York]", "audience: board")
        if sidecar.exists() and self._lot.random() < 0.5:
            sidecar.unlink()
        else:
            sidecar.write_text(self._lot.choice(said))

    def close(self) -> None:
        """Write, or remove, an access.yaml."""
        path = self.root / self._lot.choice(("", "east/", "west/")) / "access.yaml"
        if path.exists():
            path.unlink()
        elif path.parent.is_dir():
            path.write_text(self._lot.choice(("audience: internal", "audience: [board, internal]", "audience: public")))

    def _all(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.suffix in {".txt", ".md"})

    def _any(self) -> Path:
        return self._lot.choice(self._all())

    def _text(self) -> str:
        """Dated and undated ones, about one authority or both, that share sentences and days."""
        self._made += 1
        place = self._lot.choice(PLACES)
        day = f"{self._lot.randint(1, 28)} {self._lot.choice(('June', 'July'))}"
        lines = [
            f"{place} City Council news item {self._made}",
            f"Published {day} {self._lot.randint(2017, 2023)}" if self._lot.random() < 0.5 else "",
            *(self._lot.choice(SHARED) for _ in range(self._lot.randint(0, 2))),
            f"{place} social workers, number {self._made}, meet on {day} to speak of their work with all families.",
        ]
        return "\n\n".join(line for line in lines if line) + "\n"


def built(home: Path, folder: Folder, name: str, **options: object) -> BuildResult:
    return build(home / name, folder.root, Plain(), **({"steps": STEPS} | options))  # type: ignore[arg-type]


def manifest_of(index_dir: Path) -> tuple[Path, Manifest]:
    return current_manifest(index_dir)


def dump(index_dir: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, those of the words included, and every vector with its metadata, by name."""
    folder, manifest = manifest_of(index_dir)
    with closing(sqlite3.connect(folder / CATALOGUE)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in tables}  # noqa: S608
    with open_generation(folder, manifest) as index:
        ids = index.catalogue.passage_ids()
        assert sorted(index.vectors.ids()) == sorted(ids)
        stored = index.vectors.vectors(ids)
        assert np.allclose(stored, np.load(folder / VECTORS), atol=1e-6)
        found["vectors"] = [(one, *vector) for one, vector in zip(ids, np.load(folder / VECTORS), strict=True)]
    found["skipped"] = [(skip.source, skip.reason, skip.cure) for skip in manifest.skipped]
    found["sources"] = sorted(manifest.sources.items())
    return found


def assert_as_from_nothing(home: Path, folder: Folder, **options: object) -> None:
    shutil.rmtree(home / "fresh", ignore_errors=True)
    built(home, folder, "fresh", **options)
    one, other = dump(home / "index"), dump(home / "fresh")
    assert {name for name in one if one[name] != other.get(name)} == set()


@pytest.mark.parametrize("seed", range(3 if "INSPECTIONS_TEST_TORTURE" in os.environ else 1))
def test_a_build_equals_one_from_nothing_whatever_was_done(tmp_path: Path, seed: int) -> None:
    lot = random.Random(seed)  # noqa: S311  (what happens is drawn by lot, but the same in every run)
    folder = Folder(tmp_path / "docs", lot)
    built(tmp_path, folder, "index")
    dated = 0
    for _ in range(ROUNDS):
        for _ in range(lot.randint(1, 4)):
            folder.step()
        built(tmp_path, folder, "index")
        assert_as_from_nothing(tmp_path, folder)
        dated += "shares its words" in str(dump(tmp_path / "index")["documents"])
    assert dated  # undated documents did take dates from others


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "docs", random.Random(7))  # noqa: S311  (as above)


def test_only_what_changed_is_read(tmp_path: Path, folder: Folder) -> None:
    built(tmp_path, folder, "index")
    moved = next(folder.root.rglob("*.txt"))
    moved.rename(moved.with_name("moved.txt"))
    (folder.root / "new.txt").write_text("Leeds City Council says that it has something new to say.\n")
    READ.clear()
    result = built(tmp_path, folder, "index")
    assert READ == ["new.txt"]
    assert (result.added, result.changed_sources, result.removed) == (("new.txt",), (), ())
    assert [Path(source).name for source in result.moved] == ["moved.txt"]
    assert result.embedded == 1
    READ.clear()
    built(tmp_path, folder, "index", base_url="https://files.example/")
    assert READ == []
    assert_as_from_nothing(tmp_path, folder, base_url="https://files.example/")


def _store(index_dir: Path) -> set[str]:
    """What is in Chroma's folder: a name drawn by lot for each collection among it."""
    return {path.name for path in (manifest_of(index_dir)[0] / "chroma").iterdir()}


def test_vectors_are_added_to_a_copy_only_where_none_goes_away(tmp_path: Path, folder: Folder) -> None:
    """Chroma leaves on the disk what is deleted, so that nothing may be: then the store is written afresh."""
    built(tmp_path, folder, "index")
    first = _store(tmp_path / "index")
    new = folder.root / "new.txt"
    new.write_text("Leeds City Council says that it has something new to say.\n")
    built(tmp_path, folder, "index")
    assert _store(tmp_path / "index") == first
    new.write_text("Leeds City Council says that it has said something else.\n")
    built(tmp_path, folder, "index")
    assert not _store(tmp_path / "index") & (first - {"chroma.sqlite3"})
    assert_as_from_nothing(tmp_path, folder)


def test_what_other_code_made_is_read_anew_and_its_vectors_are_kept(tmp_path: Path, folder: Folder) -> None:
    built(tmp_path, folder, "index")
    READ.clear()
    result = built(tmp_path, folder, "index", steps=replace(STEPS, read_by="another"))
    assert len(READ) == result.documents
    assert (result.changed, result.embedded) == (True, 0)


def test_few_undated_documents_at_a_time_are_dated_as_all_are(
    tmp_path: Path, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        folder.add()
    built(tmp_path, folder, "index")
    monkeypatch.setattr(intake, "BATCH", 1)
    assert_as_from_nothing(tmp_path, folder)


@pytest.mark.parametrize("name", [CATALOGUE, VECTORS])
def test_nothing_is_taken_over_from_a_damaged_index(tmp_path: Path, folder: Folder, name: str) -> None:
    built(tmp_path, folder, "index")
    file = manifest_of(tmp_path / "index")[0] / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    READ.clear()
    result = built(tmp_path, folder, "index")
    assert len(READ) == result.documents
    assert result.embedded == result.passages
    assert_as_from_nothing(tmp_path, folder)


def test_a_copy_takes_the_place_of_a_file_that_cannot_be_used(tmp_path: Path, folder: Folder) -> None:
    """Of two files with the same bytes the first has a sidecar that cannot be used: the other is taken."""
    (folder.root / "aa.txt").write_text("Leeds City Council has one thing to say, and says it here.\n")
    (folder.root / "aa.txt.meta.yaml").write_text("titel: Wrong")
    shutil.copy(folder.root / "aa.txt", folder.root / "zz.txt")
    result = built(tmp_path, folder, "index")
    assert "zz.txt" in dict(dump(tmp_path / "index")["sources"])
    assert [skip.source for skip in result.skipped] == ["aa.txt"]
    (folder.root / "new.txt").write_text("Leeds City Council says that it has something new to say.\n")
    built(tmp_path, folder, "index")
    assert_as_from_nothing(tmp_path, folder)
    (folder.root / "aa.txt.meta.yaml").unlink()
    result = built(tmp_path, folder, "index")
    assert [skip.source for skip in result.skipped] == ["zz.txt"]
    assert_as_from_nothing(tmp_path, folder)


def _withdraw(index_dir: Path, manifest: Manifest, source: str) -> None:
    sha256 = manifest.sources[source]
    gone = Withdrawal(source, sha256, manifest.built, "an admin", "asked for")
    change_standing(index_dir, lambda standing: replace(standing, withdrawn=(*standing.withdrawn, gone)))


def test_what_is_withdrawn_is_left_out_and_comes_back_when_it_is_not(tmp_path: Path, folder: Folder) -> None:
    built(tmp_path, folder, "index")
    _, manifest = manifest_of(tmp_path / "index")
    source = next(iter(manifest.sources))
    _withdraw(tmp_path / "index", manifest, source)
    result = built(tmp_path, folder, "index")
    assert [(skip.source, skip.reason) for skip in result.skipped] == [(source, "was withdrawn")]
    assert source not in {row[1] for row in dump(tmp_path / "index")["documents"]}
    assert not built(tmp_path, folder, "index").changed
    change_standing(tmp_path / "index", lambda _: Standing())
    assert built(tmp_path, folder, "index").changed
    assert_as_from_nothing(tmp_path, folder)


def test_what_is_withdrawn_while_it_is_built_is_not_published(tmp_path: Path, folder: Folder) -> None:
    """The check stands for whatever happens between taking documents in and publishing them."""
    built(tmp_path, folder, "index")
    _, manifest = manifest_of(tmp_path / "index")
    source = next(iter(manifest.sources))
    seen: list[set[str]] = []

    def check(index: object) -> None:
        seen.append(set(index.catalogue.hashes()))  # type: ignore[attr-defined]
        if len(seen) == 1:
            _withdraw(tmp_path / "index", manifest, source)

    (folder.root / "new.txt").write_text("Leeds City Council says that it has something new to say.\n")
    built(tmp_path, folder, "index", checks=(check,))
    assert [source in names for names in seen] == [True, False]
    assert source not in {row[1] for row in dump(tmp_path / "index")["documents"]}
