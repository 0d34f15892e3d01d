"""The index may be replaced under a stream of questions: no question fails, and none mixes two generations."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from small_index import RULES, SmallEmbedder, build_small

from assistant.live import LiveAssistant
from assistant.records import Answer, Status
from index.audience import EVERYONE, Clearance, cleared_for
from index.errors import IndexUnusableError
from index.generation import current_id, current_manifest
from index.standing import FILE, Standing, Withdrawal, change_standing

EVERY = 0.02
QUESTION = "what did Ofsted say about caseloads in Leeds?"
FILES = ("a.txt", "b.txt", "c.txt")


def write(home: Path, version: int) -> str:
    """A generation whose every sentence says which version it is of; its name."""
    (home / "docs").mkdir(exist_ok=True)
    for name in FILES:
        text = f"Caseloads of social workers are high in {name[0]}, says version {version} of this text."
        (home / "docs" / name).write_text(text)
    return build_small(home / "index", home / "docs")[0].generation


def live_on(home: Path, every: float = EVERY) -> LiveAssistant:
    return LiveAssistant(home / "index", SmallEmbedder(), every=every, rules=RULES)


def ask(live: LiveAssistant) -> Answer:
    with live.current() as assistant:
        return assistant.ask(QUESTION)


def generation(live: LiveAssistant) -> str:
    with live.current() as assistant:
        return assistant.index.manifest.generation


def until(true: Callable[[], bool], seconds: float = 10) -> float:
    """Wait until something is true, and how long that took."""
    began, never = time.monotonic(), Event()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come true"
        never.wait(0.005)
    return time.monotonic() - began


def open_generations(home: Path) -> set[str]:
    """The generations of which this process has a file open, by name."""
    names = set()
    for handle in Path("/proc/self/fd").iterdir():
        try:
            path = Path(os.readlink(handle))
        except OSError:  # the handle of the listing itself
            continue
        if path.is_relative_to(home / "index" / "generations"):
            names.add(path.relative_to(home / "index" / "generations").parts[0])
    return names


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("live")
    assert write(home, 1) == "000001"
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A folder with `docs` and, built from it, `index`, at version 1."""
    return Path(shutil.copytree(built, tmp_path / "home"))


@pytest.fixture
def live(home: Path) -> Iterator[LiveAssistant]:
    with live_on(home) as opened:
        yield opened


def test_without_an_index_there_is_nothing_to_serve(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match="There is no index"):
        live_on(tmp_path)


def test_questions_asked_while_the_index_is_replaced_get_one_generation_each(home: Path) -> None:
    """Four threads at full rate over three swaps."""
    versions = {"000001": 1}
    answers: list[Answer] = []
    done = Event()

    def go_on(live: LiveAssistant) -> None:
        while not done.is_set():
            answers.append(ask(live))

    with live_on(home) as live, ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(go_on, live) for _ in range(4)]
        try:
            for version in (2, 3, 4):
                name = write(home, version)
                versions[name] = version
                until(lambda: answers[-1].generation == max(versions))
        finally:
            done.set()
        assert [one.result() for one in asking] == [None] * 4
        assert live.failed is None
        assert open_generations(home) == {"000004"}
    assert open_generations(home) == set()
    assert {answer.generation for answer in answers} == set(versions)
    for answer in answers:
        assert answer.status is Status.ANSWERED
        own = f"says version {versions[answer.generation]} of this text."
        assert {citation.quote.endswith(own) for citation in answer.citations} == {True}


def test_a_new_generation_serves_soon_after_it_is_published(home: Path, live: LiveAssistant) -> None:
    name = write(home, 2)
    assert until(lambda: generation(live) == name) < 5


def test_a_generation_stays_open_until_its_last_user_leaves(home: Path, live: LiveAssistant) -> None:
    with live.current() as first:
        with live.current() as second:
            name = write(home, 2)
            until(lambda: generation(live) == name)
            assert second.index is first.index
        assert open_generations(home) == {"000001", "000002"}
        assert "version 1 " in first.ask(QUESTION).citations[0].quote
    assert open_generations(home) == {"000002"}


def test_a_damaged_generation_does_not_serve_and_the_one_before_goes_on(home: Path, live: LiveAssistant) -> None:
    (home / "index" / "CURRENT").write_text("000007\n")
    until(lambda: live.failed is not None)
    assert "is gone" in str(live.failed)
    assert "version 1 " in ask(live).citations[0].quote
    (home / "index" / "CURRENT").write_text("000001\n")
    until(lambda: live.failed is None)
    name = write(home, 2)
    until(lambda: generation(live) == name)
    folder = home / "index" / "generations" / "000009"
    folder.mkdir()
    (folder / "manifest.json").write_text("{")
    (home / "index" / "CURRENT").write_text("000009\n")
    until(lambda: live.failed is not None)
    assert "cannot be read" in str(live.failed)
    assert "version 2 " in ask(live).citations[0].quote


def test_vectors_that_cannot_be_loaded_leave_nothing_open(home: Path, live: LiveAssistant) -> None:
    """The catalogue of the damaged generation is opened first, and must be closed again."""
    name = current_id(home / "index")
    newer = home / "index" / "generations" / "000002"
    (home / "docs" / "a.txt").write_text("Caseloads are other.")
    build_small(home / "other", home / "docs")
    (home / "other" / "generations" / "000001").rename(newer)
    for file in (newer / "chroma").rglob("*.sqlite3"):
        file.write_bytes(b"\0" * file.stat().st_size)
    (home / "index" / "CURRENT").write_text("000002\n")
    until(lambda: live.failed is not None)
    assert "chroma.sqlite3 is not what was written" in str(live.failed)
    assert generation(live) == name
    assert open_generations(home) == {name}


def test_an_index_made_from_scratch_under_the_same_name_is_seen(home: Path, live: LiveAssistant) -> None:
    (home / "index").rename(home / "old")
    until(lambda: live.failed is not None)
    assert write(home, 5) == "000001"
    until(lambda: "version 5 " in ask(live).citations[0].quote)
    assert live.failed is None


def test_what_is_closed_serves_no_more_and_closing_twice_does_no_harm(home: Path) -> None:
    live = live_on(home)
    with live.current() as assistant:
        live.close()
        assert assistant.ask(QUESTION).citations  # whoever is in stays in
    live.close()
    assert open_generations(home) == set()
    with pytest.raises(RuntimeError), live.current():
        pass


INTERNAL = cleared_for(["internal"])


def hashes(home: Path) -> dict[str, str]:
    return current_manifest(home / "index")[1].sources


def seen(live: LiveAssistant, clearance: Clearance = EVERYONE) -> set[str]:
    with live.current(clearance) as assistant:
        assert assistant.index.view is not None
        assert assistant.index.view.clearance == clearance
        return set(assistant.index.catalogue.hashes())


def decide(home: Path, **audiences: str) -> None:
    held = hashes(home)
    found = {held[f"{name}.txt"]: (audience,) for name, audience in audiences.items()}
    change_standing(home / "index", lambda now: replace(now, audiences=found))


def test_each_clearance_sees_its_own_and_all_share_one_copy_of_the_vectors(home: Path) -> None:
    decide(home, a="internal", b="legal")
    with live_on(home) as live:
        assert (seen(live), seen(live, INTERNAL)) == ({"c.txt"}, {"a.txt", "c.txt"})
        assert seen(live, cleared_for(["internal", "legal"])) == set(FILES)
        with live.current() as one, live.current(INTERNAL) as other:
            assert one.index.vectors is other.index.vectors
            assert "a.txt" not in {found.source for found in one.ask(QUESTION).passages}
            assert "a.txt" in {found.source for found in other.ask(QUESTION).passages}
        with live.current(INTERNAL) as again:
            assert again.index.catalogue is other.index.catalogue
    assert open_generations(home) == set()


def test_what_is_decided_counts_for_the_very_next_question(home: Path) -> None:
    """With a follower that never looks."""
    with live_on(home, every=3600) as live:
        assert seen(live) == set(FILES)
        with live.current() as before:
            gone = Withdrawal("b.txt", hashes(home)["b.txt"], datetime.now(UTC), "admin", "")
            change_standing(home / "index", lambda _now: Standing(withdrawn=(gone,)))
            assert (seen(live), seen(live, INTERNAL)) == ({"a.txt", "c.txt"}, {"a.txt", "c.txt"})
            assert before.ask(QUESTION).citations  # whoever is in stays in
        decide(home, a="internal")
        assert (seen(live), seen(live, INTERNAL)) == ({"c.txt"}, {"a.txt", "c.txt"})
        with live.current() as assistant:
            assert assistant.index.vectors is before.index.vectors
    assert open_generations(home) == set()


def test_while_nobody_can_tell_what_holds_nothing_is_shown(home: Path, live: LiveAssistant) -> None:
    assert seen(live) == set(FILES)
    (home / "index" / FILE).write_text("{")
    for _ in range(2):
        with pytest.raises(IndexUnusableError, match="standing"), live.current():
            pass
    (home / "index" / FILE).unlink()
    assert seen(live) == set(FILES)


def test_no_view_is_opened_of_another_index_in_the_place_of_the_one_that_serves(home: Path) -> None:
    with live_on(home, every=3600) as live:
        (home / "index").rename(home / "old")
        write(home, 5)
        assert "version 1 " in ask(live).citations[0].quote
        with live.current(INTERNAL) as assistant:  # of the new index altogether, not the old vectors under new texts
            assert "version 5 " in assistant.ask(QUESTION).citations[0].quote


def test_standing_that_changes_under_a_stream_of_questions_fails_none(home: Path) -> None:
    done = Event()

    def go_on(live: LiveAssistant) -> int:
        asked = 0
        while not done.is_set():
            assert "c.txt" in seen(live, INTERNAL)
            assert ask(live).status is Status.ANSWERED
            asked += 1
        return asked

    with live_on(home) as live, ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(go_on, live) for _ in range(3)]
        try:
            for number in range(20):
                decide(home, a="internal" if number % 2 else "legal")
                assert "a.txt" not in seen(live)
        finally:
            done.set()
        assert all(one.result() > 0 for one in asking)
    assert open_generations(home) == set()


def test_a_reader_met_between_erasing_and_following_is_answered_by_the_next_generation(home: Path) -> None:
    """The generation that serves is gone, and its views have to be opened anew."""
    with live_on(home, every=3600) as live:
        write(home, 2)
        shutil.rmtree(home / "index" / "generations" / "000001")
        with live.current(cleared_for(["internal"])) as assistant:
            assert "version 2 " in assistant.ask(QUESTION).citations[0].quote
