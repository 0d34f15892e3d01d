"""A plan says of every file what is done with it, and why; what a build from nothing would make differs in no case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.describing.access import Access
from index.manifest import FORMAT, Manifest
from index.plan import FIXED, PACE, UNCHANGED, Before, How, Now, Plan, make_plan
from index.records import Skipped
from index.sources import Sources

ROOT = Path("docs")


def sources(hashes: dict[str, str], *skipped: str, **changes: object) -> Sources:
    paths = tuple(ROOT / source for source in hashes)
    failed = tuple(Skipped(source, "cannot be opened", "check it") for source in skipped)
    made = Sources(ROOT, paths, hashes, dict.fromkeys(hashes, 1_000_000), {}, Access(ROOT), failed)
    return replace(made, **changes)  # type: ignore[arg-type]  # a test may change any field


def now(hashes: dict[str, str], *skipped: str, withdrawn: str = "", read_by: str = "me", **changes: object) -> Now:
    return Now(sources(hashes, *skipped, **changes), frozenset(withdrawn.split()), read_by, None)


def before(hashes: dict[str, str], held: dict[str, str] | None = None, **changes: object) -> Before:
    manifest = Manifest(
        format=FORMAT,
        generation="000001",
        built=datetime(2026, 1, 1, tzinfo=UTC),
        embedder="small@0",
        width=8,
        max_tokens=256,
        normalised=True,
        rules="1",
        base_url=None,
        documents=len(hashes),
        pages=1,
        passages=1,
        sources=hashes,
        sidecars={},
        access={},
        skipped=(),
        versions={},
        files={},
        read_by="me",
    )
    return Before(replace(manifest, **changes), hashes if held is None else held)  # type: ignore[arg-type]  # as above


def hows(plan: Plan) -> dict[str, How]:
    return {group[0].source: group[0].how for group in plan.groups}


THEN = before({"a.txt": "A", "b.txt": "B", "c.txt": "C"})


def test_without_an_index_everything_is_read() -> None:
    plan = make_plan(now({"a.txt": "A", "b.txt": "B"}), None)
    assert (plan.added, plan.read, plan.stale) == (("a.txt", "b.txt"), ("a.txt", "b.txt"), True)
    assert plan.read_bytes == 2_000_000
    assert plan.seconds == FIXED + 2 * PACE


def test_an_unchanged_folder_needs_nothing() -> None:
    plan = make_plan(now({"a.txt": "A", "b.txt": "B", "c.txt": "C"}), THEN)
    assert (plan.stale, plan.read, plan.unchanged) == (False, (), ("a.txt", "b.txt", "c.txt"))
    assert plan.seconds == UNCHANGED


def test_each_file_is_sorted_by_what_became_of_it() -> None:
    plan = make_plan(now({"a.txt": "A", "b.txt": "B2", "d.txt": "C", "e.txt": "E", "z.txt": "A"}), THEN)
    assert (plan.added, plan.changed, plan.moved) == (("e.txt",), ("b.txt",), (("c.txt", "d.txt"),))
    assert (plan.removed, plan.duplicates) == ((), (("z.txt", "a.txt"),))
    assert plan.read == ("b.txt", "e.txt")
    assert hows(plan)["d.txt"] is How.DESCRIBE
    assert next(group[0].old for group in plan.groups if group[0].source == "d.txt") == "c.txt"
    assert plan.stale


def test_the_same_bytes_as_another_kind_of_file_are_read() -> None:
    plan = make_plan(now({"a.md": "A", "b.txt": "B", "c.txt": "C"}), THEN)
    assert (plan.moved, plan.read) == ((("a.txt", "a.md"),), ("a.md",))


def test_a_removed_file_is_named_and_one_that_cannot_be_opened_is_kept() -> None:
    plan = make_plan(now({"a.txt": "A"}, "b.txt"), THEN)
    assert (plan.removed, [skip.source for skip in plan.unreadable]) == (("c.txt",), ["b.txt"])
    folder = make_plan(now({"a.txt": "A"}, "closed"), before({"a.txt": "A", "closed/b.txt": "B"}))
    assert folder.removed == ()


def test_whatever_lies_beside_a_document_has_it_described_anew() -> None:
    hashes = {"a.txt": "A", "x/b.txt": "B"}
    then = before(hashes)
    same = make_plan(now(hashes), then)
    assert same.unchanged == ("a.txt", "x/b.txt")
    sidecar = make_plan(now(hashes, sidecars={"a.txt": "S"}), then)
    assert (sidecar.described, sidecar.read, sidecar.stale) == (("a.txt",), (), True)
    below = make_plan(now(hashes, access=Access(ROOT, {}, {"x/access.yaml": "Y"})), then)
    assert (below.described, below.unchanged) == (("x/b.txt",), ("a.txt",))
    above = make_plan(now(hashes, access=Access(ROOT, {}, {"access.yaml": "Y"})), then)
    assert above.described == ("a.txt", "x/b.txt")


def test_an_access_file_that_cannot_be_opened_counts_as_a_change() -> None:
    """It has no hash, as one that is not there: but what it governs is restricted."""
    plan = make_plan(now({"x/b.txt": "B"}, "x/access.yaml"), before({"x/b.txt": "B"}))
    assert (plan.described, plan.stale) == (("x/b.txt",), True)


def test_what_copies_say_of_a_document_counts_too() -> None:
    """Copies are read by those who may read all of them, so that one more, or one less, may change who may."""
    more = make_plan(now({"a.txt": "A", "x/z.txt": "A"}), before({"a.txt": "A"}))
    assert more.described == ("a.txt",)
    less = make_plan(now({"a.txt": "A"}), before({"a.txt": "A", "x/z.txt": "A"}, {"a.txt": "A"}))
    assert less.described == ("a.txt",)


def test_another_address_has_everything_described_anew() -> None:
    hashes = {"a.txt": "A"}
    plan = make_plan(replace(now(hashes), base_url="https://files.example/"), before(hashes))
    assert (plan.described, plan.read, plan.stale) == (("a.txt",), (), True)


@pytest.mark.parametrize(("read_by", "force"), [("other", False), ("me", True)])
def test_other_code_or_being_asked_to_has_everything_read(read_by: str, force: bool) -> None:
    plan = make_plan(now({"a.txt": "A", "b.txt": "B", "c.txt": "C"}, read_by=read_by), THEN, force=force)
    assert (plan.read, plan.stale, bool(plan.anew)) == (("a.txt", "b.txt", "c.txt"), True, True)


def test_what_failed_before_is_tried_again_but_is_no_reason_to_build() -> None:
    failed = Skipped("b.txt", "is damaged", "replace it")
    kept = before({"a.txt": "A", "b.txt": "B2"}, {"a.txt": "A", "b.txt": "B"}, skipped=(failed,))
    plan = make_plan(now({"a.txt": "A", "b.txt": "B2"}), kept)
    assert (plan.retried, plan.read, plan.stale) == (("b.txt",), ("b.txt",), False)
    bad_sidecar = before({"b.txt": "B"}, skipped=(failed,))
    assert hows(make_plan(now({"b.txt": "B"}), bad_sidecar)) == {"b.txt": How.DESCRIBE}
    back = make_plan(now({"a.txt": "A", "b.txt": "B"}), kept)  # the bytes whose text was kept
    assert hows(back)["b.txt"] is How.DESCRIBE


def test_what_is_withdrawn_is_left_out_and_what_is_no_longer_is_read() -> None:
    hashes = {"a.txt": "A", "b.txt": "B"}
    plan = make_plan(now(hashes, withdrawn="A other"), before(hashes))
    assert (plan.withdrawn, plan.stale, list(hows(plan))) == (("a.txt",), True, ["b.txt"])
    done = before(hashes, {"b.txt": "B"}, withdrawn=("A", "other"))
    assert not make_plan(now(hashes, withdrawn="A other"), done).stale
    assert not make_plan(now(hashes, withdrawn="A other another"), done).stale  # none of those lies here
    lifted = make_plan(now(hashes), done)
    assert (lifted.read, lifted.stale) == (("a.txt",), True)


def test_the_pace_of_the_last_build_tells_how_long_the_next_will_take() -> None:
    hashes = {"a.txt": "A", "b.txt": "B"}
    assert make_plan(now(hashes), before({"a.txt": "A"}, pace=0.5)).seconds == FIXED + 0.5
