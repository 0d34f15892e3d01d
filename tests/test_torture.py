"""A little of what `make torture` does, with quick stand-ins: the demands are the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from torture.clocks import FEW, clocks
from torture.damaged_files import damaged_documents
from torture.damaged_index import damaged_index
from torture.full_disk import ROOM, no_permission, no_room, read_only, small_disk
from torture.kills import killed_builds
from torture.outcome import Outcome, table
from torture.subject import real, small
from torture.swaps import swapped_under_questions

from index.passage_vectors import vectors_file

LONGER = pytest.mark.skipif(
    "INSPECTIONS_TEST_TORTURE" not in os.environ,
    reason="half a minute: set INSPECTIONS_TEST_TORTURE, or type make torture",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@LONGER
def test_killed_builders_lose_no_answer(home: Path) -> None:
    assert killed_builds(small(home), 2).wrong == ()


@LONGER
def test_a_full_or_read_only_disk_leaves_the_index(home: Path) -> None:
    with small_disk(home) as mounted:
        if not mounted:
            pytest.skip("a small disk cannot be mounted here: it takes root")
        subject = small(home)
        subject.build()
        assert no_room(subject, (300_000,)).wrong == ()
        assert read_only(subject).wrong == ()


def test_vectors_that_a_disk_has_no_room_for_are_an_error(home: Path) -> None:
    """Written to as they come, they would end the process without a word."""
    with small_disk(home) as mounted:
        if not mounted:
            pytest.skip("a small disk cannot be mounted here: it takes root")
        with pytest.raises(OSError, match="No space left"):
            vectors_file(home / "vectors.npy", ROOM // 1000, 384)
        assert vectors_file(home / "fewer.npy", 100, 384).shape == (100, 384)


@LONGER
def test_missing_permission_leaves_the_index(home: Path) -> None:
    subject = small(home)
    subject.build()
    assert no_permission(subject).wrong == ()


@LONGER
def test_damaged_documents_are_named_and_good_ones_indexed(home: Path) -> None:
    assert damaged_documents(real(home), 6).wrong == ()


@LONGER
def test_answers_during_swaps_are_of_one_generation(home: Path) -> None:
    outcome = swapped_under_questions(small(home), 2, idle=0.3)
    assert [fault for fault in outcome.wrong if "p95" not in fault] == []  # that is measured by `make torture`


@LONGER
def test_clocks_decide_nothing(home: Path) -> None:
    assert clocks(small(home), FEW).wrong == ()


@LONGER
def test_a_damaged_index_is_seen_and_the_earlier_one_answers(home: Path) -> None:
    assert damaged_index(small(home)).wrong == ()


def test_the_table_says_what_was_not_met() -> None:
    rows = table([Outcome("rain", "twice", "wet", ("it should be dry",)), Outcome("sun", "once", "warm")]).splitlines()
    assert rows[2:] == ["| rain | twice | wet | NOT met: it should be dry |", "| sun | once | warm | met |"]
