"""Between two folders, each document was added, changed, moved, removed, or stayed: exactly one of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.changes import Changes, changes

FOLDERS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["1", "2", "3", "4"]))


def test_each_kind_of_change() -> None:
    before = {"same": "1", "old": "2", "gone": "3", "other": "4"}
    after = {"same": "1", "new": "2", "more": "5", "other": "6"}
    found = changes(before, after)
    assert found == Changes(added=("more",), changed=("other",), moved=(("old", "new"),), removed=("gone",))
    assert found.counts == {"added": 1, "changed": 1, "moved": 1, "removed": 1}


def test_a_copy_is_added_and_of_two_names_gone_one_moved() -> None:
    assert changes({"a": "1"}, {"a": "1", "b": "1"}) == Changes(added=("b",))
    assert changes({"a": "1", "b": "1"}, {"c": "1"}) == Changes(moved=(("a", "c"),), removed=("b",))


@given(FOLDERS, FOLDERS)
def test_every_document_is_told_of_once(before: dict[str, str], after: dict[str, str]) -> None:
    found = changes(before, after)
    olds, news = [old for old, _ in found.moved], [new for _, new in found.moved]
    gone, come = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    assert sorted([*olds, *found.removed]) == gone
    assert sorted([*news, *found.added]) == come
    assert all(before[old] == after[new] for old, new in found.moved)
    assert set(found.changed) == {name for name in before.keys() & after.keys() if before[name] != after[name]}


@given(FOLDERS, FOLDERS)
def test_the_way_back_undoes_the_way_there(before: dict[str, str], after: dict[str, str]) -> None:
    there, back = changes(before, after), changes(after, before)
    assert len(there.moved) == len(back.moved)
    assert (len(there.added), len(there.removed)) == (len(back.removed), len(back.added))
    assert there.changed == back.changed
