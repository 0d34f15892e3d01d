"""A folder is built from when it has changed and come to rest, and what fails does not end the watching."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.watch import Settling, Snapshot, snapshot, watch

EMPTY: Snapshot = {}
ONE: Snapshot = {"a": (1, 1, 1)}
MORE: Snapshot = {"a": (2, 2, 1)}


def _settling() -> Settling:
    return Settling(settle=10, retry=60)


def _built(settling: Settling, seen: Snapshot, now: float) -> None:
    settling.due(seen, now)
    assert settling.due(seen, now + 10)
    settling.ended(seen, now + 11, failed=False)


def test_a_folder_at_rest_is_built_from_once() -> None:
    settling = _settling()
    _built(settling, ONE, 0)
    assert not any(settling.due(ONE, now) for now in (11, 20, 1000))


def test_what_is_still_being_written_is_waited_for() -> None:
    settling = _settling()
    _built(settling, ONE, 0)
    for now in range(20, 60, 5):  # a file that grows every five seconds
        assert not settling.due({"a": (now, now, 1)}, now)
    last = {"a": (55, 55, 1)}
    assert not settling.due(last, 64.9)
    assert settling.due(last, 65)


def test_what_changes_while_a_build_goes_on_is_built_afterwards() -> None:
    settling = _settling()
    settling.due(ONE, 0)
    assert settling.due(ONE, 10)
    settling.ended(ONE, 30, failed=False)
    assert not settling.due(MORE, 30)
    assert settling.due(MORE, 40)


def test_a_change_that_was_taken_back_needs_no_build() -> None:
    settling = _settling()
    _built(settling, ONE, 0)
    assert not settling.due(MORE, 20)
    assert not settling.due(ONE, 25)
    assert not settling.due(ONE, 100)


def test_what_failed_is_tried_again_later_or_when_something_changes() -> None:
    settling = _settling()
    settling.due(ONE, 0)
    settling.due(ONE, 10)
    settling.ended(ONE, 11, failed=True)
    assert not settling.due(ONE, 70)
    assert settling.due(ONE, 71)
    settling.ended(ONE, 72, failed=True)
    assert not settling.due(MORE, 73)
    assert settling.due(MORE, 83)


def test_a_snapshot_tells_every_change_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "a.pdf"
    file.write_bytes(b"one")
    first = snapshot(tmp_path)
    assert list(first) == [str(file)]
    assert snapshot(tmp_path) == first
    for change in (
        lambda: file.write_bytes(b"longer"),
        lambda: (file.rename(tmp_path / "b.pdf"), (tmp_path / "b.pdf").rename(file), (tmp_path / "n").write_text("")),
        lambda: (tmp_path / "access.yaml").write_text("audience: internal"),
        file.unlink,
    ):
        before = snapshot(tmp_path)
        change()
        assert snapshot(tmp_path) != before


def test_another_file_of_the_same_size_and_time_is_another(tmp_path: Path) -> None:
    file, other = tmp_path / "a.txt", tmp_path / "b"
    file.write_bytes(b"one")
    other.write_bytes(b"two")
    os.utime(file, ns=(5, 5))
    os.utime(other, ns=(5, 5))
    before = snapshot(tmp_path)[str(file)]
    other.replace(file)
    assert snapshot(tmp_path)[str(file)] != before


def test_hidden_files_links_to_nothing_and_a_folder_that_is_gone_are_nothing(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert snapshot(tmp_path) == {} == snapshot(tmp_path / "gone")


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_watching_builds_at_once_and_again_after_each_change_failures_or_not(
    tmp_path: Path, stop: threading.Event
) -> None:
    built: list[int] = []
    called = threading.Condition()

    def build() -> bool:
        with called:
            built.append(len(list(tmp_path.iterdir())))
            called.notify_all()
        return len(built) != 2

    def wait_for(count: int) -> None:
        with called:
            assert called.wait_for(lambda: len(built) >= count, timeout=60)

    watcher = threading.Thread(target=watch, args=(tmp_path, build, stop, Settling(0.05, 0.1), 0.01))
    watcher.start()
    wait_for(1)
    (tmp_path / "a.txt").write_text("")
    wait_for(3)  # the second fails, and is done again
    (tmp_path / "b.txt").write_text("")
    wait_for(4)
    stop.set()
    watcher.join(60)
    assert not watcher.is_alive()
    assert built == [0, 1, 1, 2]
