"""A build in a process of its own: followed, refused while another goes on, and ended when it is told to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.building import Aside
from assistant.settings import Settings
from index.audit import Actor, Via, read_log
from index.generation import generation_names

ADMIN = Actor("UADMIN", Via.SLACK)
PROGRAM = Path(__file__).with_name("small_index.py")


class Heard:
    """Progress that says when a stage begins, and may wait there."""

    def __init__(self) -> None:
        self.stages: dict[str, list[int]] = {}
        self.begun = threading.Event()

    def start(self, stage: str, total: int) -> None:
        self.stages[stage] = [total, 0]
        self.begun.set()

    def advance(self, steps: int) -> None:
        self.stages[list(self.stages)[-1]][1] += steps

    def done(self) -> None: ...


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("The council said on 4 June 2020 that nothing had been found in the town.")
    return Settings(index=tmp_path / "index", source=tmp_path / "docs", workers=1)


def test_a_build_is_followed_to_its_end_and_entered_for_who_asked_for_it(settings: Settings) -> None:
    heard = Heard()
    ended = Aside(settings, ADMIN).run(heard)
    assert (ended.said, ended.failed, ended.changed) == (
        "Built: 1 documents, 1 passages, 1 of them embedded now.", False, True)  # fmt: skip
    assert list(heard.stages) == ["reading", "describing", "embedding", "writing", "verifying"]
    assert all(total == done for total, done in heard.stages.values())
    (event,) = read_log(settings.index).events
    assert (event.who, event.via) == ("UADMIN", Via.SLACK)


def test_while_another_builds_it_is_said_who_and_since_when(settings: Settings) -> None:
    command = [sys.executable, str(PROGRAM), str(settings.index), str(settings.source), "wait-at", "embedding"]
    environment = os.environ | {"PYTHONPATH": str(PROGRAM.parent.parent)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "waiting\n"
        ended = Aside(settings, ADMIN).run(Heard())
        builder.communicate("")
    assert ended.failed
    assert f"(terminal, process {builder.pid} on " in ended.said
    assert " UTC) is at work on the index in " in ended.said


def test_a_build_that_is_told_to_end_leaves_nothing(settings: Settings) -> None:
    aside, heard, ended = Aside(settings, ADMIN), Heard(), []
    runner = threading.Thread(target=lambda: ended.append(aside.run(heard)))
    runner.start()
    assert heard.begun.wait(120)
    aside.stop()
    runner.join(120)
    assert [(one.failed, one.said) for one in ended] == [
        (True, "The build ended without a word. The index is as it was.")
    ]
    assert generation_names(settings.index) == []
    assert not list(settings.index.glob("building-*"))  # it was told, not killed


def test_one_that_is_stopped_before_it_began_never_begins(settings: Settings) -> None:
    aside = Aside(settings, ADMIN)
    aside.stop()
    assert aside.run(Heard()).failed
    assert not settings.index.exists()
