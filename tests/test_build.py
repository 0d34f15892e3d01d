"""Building takes over what has not changed, loses nothing that was indexed, and may be killed at any point."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import entry_of
from small_index import RULES, STEPS, SmallEmbedder, build_small

from index.build import build
from index.catalogue import CatalogueWriter
from index.chroma_folder import write_vectors
from index.errors import IndexBusyError, IndexUnusableError, SettingsError
from index.generation import CATALOGUE, CHROMA, VECTORS, OpenIndex, current_id, open_current
from index.passage_vectors import indexed_text
from index.progress import Silent
from index.sources import look
from index.verify import Verifier, find_fault

TEXTS = {"a.txt": "Caseloads are high.\nVisits are regular.", "b.txt": "Leaders are new."}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("build")
    (home / "docs").mkdir()
    for name, text in TEXTS.items():
        (home / "docs" / name).write_text(text)
    build_small(home / "index", home / "docs")
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A folder with `docs` and, built from it, `index`."""
    return Path(shutil.copytree(built, tmp_path / "home"))


def _open(home: Path) -> OpenIndex:
    return open_current(home / "index", SmallEmbedder.id, RULES)


def _check(home: Path) -> dict[str, list[str]]:
    """The texts of each document, after checking that every passage has the vector of its own text."""
    embedder = SmallEmbedder()
    with _open(home) as index:
        passages = index.catalogue.passages(index.catalogue.passage_ids())
        expected = [embedder.encode_query(indexed_text(passage.header, passage.text)) for passage in passages]
        assert np.allclose(index.vectors.vectors([passage.id for passage in passages]), expected, atol=1e-6)
        assert len(passages) == index.manifest.passages
        return {d.source: [p.text for p in index.catalogue.passages_of(d.source)] for d in index.catalogue.documents()}


def _texts() -> dict[str, list[str]]:
    return {name: text.splitlines() for name, text in TEXTS.items()}


def _start(home: Path, *how: str, **options: object) -> subprocess.Popen[str]:
    """Build in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("small_index.py")), str(home / "index"), str(home / "docs")]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*command, *how], stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment, **options
    )  # type: ignore[call-overload,no-any-return]  # options as given


def test_nothing_changed_makes_nothing(home: Path) -> None:
    result, embedded = build_small(home / "index", home / "docs")
    assert (result.changed, result.generation, result.embedded, embedded) == (False, "000001", 0, [])
    assert (result.documents, result.pages, result.passages, result.skipped) == (2, 3, 3, ())
    assert _check(home) == _texts()


def test_only_new_texts_are_embedded_and_what_is_gone_is_dropped(home: Path) -> None:
    (home / "docs" / "a.txt").write_text("Caseloads are high.\nVisits are rare.")
    (home / "docs" / "b.txt").unlink()
    (home / "docs" / "c.txt").write_text("Leaders are new.")
    result, embedded = build_small(home / "index", home / "docs")
    assert embedded == ["Leeds, January 2019\nVisits are rare."]
    assert (result.changed, result.generation, result.embedded, result.passages) == (True, "000002", 1, 3)
    assert _check(home) == {"a.txt": ["Caseloads are high.", "Visits are rare."], "c.txt": ["Leaders are new."]}
    assert list(result.seconds) == ["reading", "describing", "embedding", "writing", "verifying"]


def test_whatever_shapes_an_index_makes_a_new_one(home: Path) -> None:
    with _open(home) as index:
        manifest = index.manifest
    for change in ({"base_url": "https://example.org/"}, {"base_url": None}, {"steps": replace(STEPS, read_by="new")}):
        result, embedded = build_small(home / "index", home / "docs", **change)
        assert (result.changed, embedded) == (True, [])
    assert not look(home / "docs", STEPS.find).differ_from(manifest)
    (home / "docs" / "a.txt.meta.yaml").write_text("title: Another")
    assert look(home / "docs", STEPS.find).differ_from(manifest)
    result, embedded = build_small(home / "index", home / "docs")
    assert (result.changed, embedded) == (True, [])  # the vectors are taken over all the same


def test_a_torn_pointer_is_mended(home: Path) -> None:
    (home / "index" / "CURRENT").write_text("torn")
    result, embedded = build_small(home / "index", home / "docs")
    assert (result.changed, embedded) == (True, [])
    assert _check(home) == _texts()


class Heard(Silent):
    """What a progress was told: the total of each stage, and the steps that were told of."""

    def __init__(self) -> None:
        self.stages: dict[str, list[int]] = {}

    def start(self, stage: str, total: int) -> None:
        self.stages[stage] = [total, 0]

    def advance(self, steps: int) -> None:
        self.stages[list(self.stages)[-1]][1] += steps


def test_force_embeds_everything_anew_and_two_generations_are_kept(home: Path) -> None:
    for _ in range(2):
        heard = Heard()
        result, embedded = build_small(home / "index", home / "docs", force=True, progress=heard, keep=2)
        assert result.embedded == len(embedded) == 3
    assert sorted(path.name for path in (home / "index" / "generations").iterdir()) == ["000002", "000003"]
    assert heard.stages == {
        "reading": [2, 2],
        "describing": [0, 0],
        "embedding": [3, 3],
        "writing": [3, 3],
        "verifying": [1, 1],
    }


def test_another_model_takes_no_vectors_over(home: Path) -> None:
    class Other(SmallEmbedder):
        id, width = "other@111111111111", 12

    embedder = Other()
    with pytest.raises(IndexUnusableError, match=r"small@0+, and this program uses other@1+\. Type: .* --force"):
        build(home / "index", home / "docs", embedder, steps=STEPS)
    with pytest.raises(IndexUnusableError, match="passage rules small 1, and this program uses small 2"):
        build(home / "index", home / "docs", SmallEmbedder(), steps=replace(STEPS, rules="small 2"))
    assert _check(home) == _texts()
    result = build(home / "index", home / "docs", embedder, steps=STEPS, force=True)
    assert result.embedded == len(embedder.embedded) == 3
    with pytest.raises(IndexUnusableError, match="other@111111111111"):
        _open(home)


def test_a_document_that_cannot_be_read_any_more_is_kept_until_it_is_gone(home: Path) -> None:
    (home / "docs" / "a.txt").write_text("BAD")
    (home / "docs" / "new.txt").write_text("BAD")
    result, embedded = build_small(home / "index", home / "docs")
    assert [(s.source, s.reason) for s in result.skipped] == [
        ("a.txt", "is damaged; its text as indexed before is kept"),
        ("new.txt", "is damaged"),
    ]
    assert embedded == []
    assert _check(home) == _texts()
    again, _ = build_small(home / "index", home / "docs")
    assert (again.changed, again.skipped) == (False, result.skipped)
    (home / "docs" / "b.txt").write_text("Other.")  # kept again, over a second generation
    result, embedded = build_small(home / "index", home / "docs")
    assert _check(home)["a.txt"] == _texts()["a.txt"]
    (home / "docs" / "a.txt").unlink()
    result, _ = build_small(home / "index", home / "docs")
    assert list(_check(home)) == ["b.txt"]


def test_the_same_file_under_two_names_is_taken_once(home: Path) -> None:
    shutil.copy(home / "docs" / "a.txt", home / "docs" / "z.txt")
    result, _ = build_small(home / "index", home / "docs")
    assert [(s.source, s.reason) for s in result.skipped] == [("z.txt", "is the same file as a.txt")]
    assert _check(home) == _texts()


def test_an_empty_folder_does_not_empty_the_index(home: Path) -> None:
    (home / "none").mkdir()
    with pytest.raises(SettingsError, match="no documents"):
        build_small(home / "index", home / "none")
    (home / "none" / "a.txt").write_text("BAD")
    with pytest.raises(IndexUnusableError, match="has text that can be read"):
        build_small(home / "fresh", home / "none")
    assert current_id(home / "index") == "000001"


def test_a_builder_killed_at_any_point_leaves_the_index_and_the_next_one_cleans_up(home: Path) -> None:
    (home / "docs" / "c.txt").write_text("Something new.")
    stages = ["reading", "embedding", "verifying"]
    syncs = ["sync building-", "sync generations$", "sync CURRENT.new$"]
    for point in stages + syncs:
        with _start(home, "kill-at", point) as builder:
            builder.communicate()
        assert builder.returncode == -signal.SIGKILL, point
        assert current_id(home / "index") == "000001"
        assert _check(home) == _texts()
    result, _ = build_small(home / "index", home / "docs")
    assert result.changed
    assert _check(home) == {**_texts(), "c.txt": ["Something new."]}
    generations = sorted(path.name for path in (home / "index" / "generations").iterdir())
    assert generations == ["000001", result.generation]
    assert sorted(path.name for path in (home / "index").iterdir()) == ["CURRENT", "audit.jsonl", "generations", "lock"]


def test_a_rival_is_refused_and_told_who_is_building(home: Path) -> None:
    (home / "docs" / "c.txt").write_text("Something new.")
    with _start(home, "wait-at", "describing") as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "waiting\n"
        with pytest.raises(IndexBusyError, match=rf"\(terminal, process {builder.pid} on .*, since 20\d\d-"):
            build_small(home / "index", home / "docs")
        assert _check(home) == _texts()  # and readers go on reading
        assert builder.communicate("") == ("", "")
    assert builder.returncode == 0
    assert "c.txt" in _check(home)


def test_readers_see_one_index_or_the_other_while_builders_swap(home: Path) -> None:
    """Every opening during a build gives a whole index: the old documents, or the new."""
    seen = []
    (home / "docs" / "c.txt").write_text("Something new.")
    with _start(home) as builder:
        while builder.poll() is None:
            seen.append("c.txt" in _check(home))
        assert builder.communicate() == ("", "")
    seen.append("c.txt" in _check(home))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (False, True)


def test_a_full_disk_leaves_the_index_and_says_so(home: Path) -> None:
    (home / "docs" / "c.txt").write_text("Something new.\n" * 50000)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    with _start(home, preexec_fn=limit) as builder:
        _, complaint = builder.communicate()
    assert complaint.startswith("IndexUnusableError: ")
    assert complaint.count("\n") == 1
    assert _check(home) == _texts()
    assert sorted(path.name for path in (home / "index").iterdir()) == ["CURRENT", "audit.jsonl", "generations", "lock"]


def test_what_was_written_otherwise_does_not_pass(tmp_path: Path) -> None:
    entry = entry_of("a.txt", ("One.", "Two.", "Three."))
    ids = [passage.id for passage in entry.passages]
    vectors = np.stack([SmallEmbedder().encode_query(text) for text in "123"])
    faults = {
        "sound": (ids, vectors, vectors, None),
        "mixed up": (ids[::-1], vectors, vectors, "not the one that was written"),
        "lost": (ids[:2], vectors[:2], vectors, "not those of the catalogue"),
        "foreign": ([*ids[:2], "x"], vectors, vectors, "not those of the catalogue"),
        "short": (ids, vectors, vectors[:2], "holds 3 passages, 2 were embedded"),
        "zero": (ids, vectors, vectors * 0, "not of length 1"),
    }
    for name, (sent_ids, sent, expected, told) in faults.items():
        folder = tmp_path / name
        folder.mkdir()
        with CatalogueWriter(folder / CATALOGUE) as writer:
            writer.add(entry)
        write_vectors(folder / CHROMA, sent_ids, sent, [{"source": "a.txt"}] * len(sent_ids))
        np.save(folder / VECTORS, expected)
        fault = find_fault(folder)
        assert fault is None if told is None else fault is not None and told in fault, name


def test_a_store_grown_out_of_all_size_or_broken_does_not_pass(tmp_path: Path) -> None:
    (tmp_path / CHROMA).mkdir()
    with CatalogueWriter(tmp_path / CATALOGUE) as writer:
        writer.add(entry_of())
    np.save(tmp_path / VECTORS, np.ones((1, 8), dtype=np.float32))
    with Verifier() as verifier:
        verifier.begin(tmp_path)  # in its own process: there is no collection
        with pytest.raises(IndexUnusableError, match=r"did not pass its check.*index in use is unchanged"):
            verifier.end()
    with Verifier() as verifier:
        verifier.__exit__()
        with pytest.raises(IndexUnusableError, match="The process that checked the new index died"):
            verifier.end()
    with (tmp_path / CHROMA / "link_lists.bin").open("wb") as sparse:
        sparse.truncate(1 << 40)
    assert "far larger" in str(find_fault(tmp_path))
