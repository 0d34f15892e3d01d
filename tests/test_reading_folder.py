"""Which files below a folder are found, in which order, and what is left out with which words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.errors import SettingsError
from index.reading.folder import find


def make(root: Path, *names: str) -> None:
    """Small files with the given names below root."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")


def names(root: Path) -> list[str]:
    """The sources of what is found."""
    return [path.relative_to(root).as_posix() for path in find(root)[0]]


def test_documents_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    """Everything that is no document is passed over in silence."""
    make(tmp_path, "b.pdf", "a/z.TXT", "a/b.docx", "a.md", "ä.eml", "B.html")
    make(tmp_path, "b.pdf.meta.yaml", "access.yaml", ".hidden.pdf", ".git/x.txt", "~$b.docx", "table.xlsx", "noname")
    assert names(tmp_path) == ["B.html", "a.md", "a/b.docx", "a/z.TXT", "b.pdf", "ä.eml"]
    assert find(tmp_path)[1] == ()


def test_names_with_odd_characters_are_names(tmp_path: Path) -> None:
    """A line break in a name is the folder's business."""
    odd = ["a\nb.txt", "c'd\"e;$(f).txt", "  .txt", "%s{}.txt", "\u202egpj.txt"]
    make(tmp_path, *odd)
    assert names(tmp_path) == sorted(odd)


def test_a_name_that_cannot_be_stored_is_skipped(tmp_path: Path) -> None:
    """File systems take any bytes; JSON and SQLite do not."""
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("text")
    except OSError:
        pytest.skip("this file system takes valid UTF-8 only")
    found, (skipped,) = find(tmp_path)
    assert found == ()
    assert (skipped.source, skipped.cure) == ("caf?.txt", "rename the file")


def test_links_that_lead_out_are_skipped(tmp_path: Path) -> None:
    """A link must not bring a file of another folder into the index."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    make(outside, "secret.txt", "more/secret.txt")
    make(inside, "a.txt")
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside, target_is_directory=True)
    (inside / "up").symlink_to("..", target_is_directory=True)
    (inside / "nothing.txt").symlink_to("gone.txt")
    (inside / "circle.txt").symlink_to("circle.txt")
    (inside / "picture.png").symlink_to(outside / "secret.txt")
    found, skipped = find(inside)
    assert [path.name for path in found] == ["a.txt"]
    assert [(s.source, s.reason) for s in skipped] == [
        ("circle.txt", "is a link to nothing"),
        ("file.txt", "is a link that leads out of the folder"),
        ("folder", "is a link that leads out of the folder"),
        ("nothing.txt", "is a link to nothing"),
        ("up", "is a link that leads out of the folder"),
    ]


def test_links_that_stay_inside_never_list_a_file_twice(tmp_path: Path) -> None:
    """The file itself is listed, not the link to it, and links in circles end."""
    make(tmp_path, "z/a.txt", ".store/b.txt", ".store/c/d.txt")
    (tmp_path / "a.txt").symlink_to("z/a.txt")
    (tmp_path / "again").symlink_to("z", target_is_directory=True)
    (tmp_path / "z" / "root").symlink_to("..", target_is_directory=True)
    (tmp_path / "b.txt").symlink_to(".store/b.txt")
    (tmp_path / "store").symlink_to(".store", target_is_directory=True)
    found, skipped = find(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["b.txt", "store/c/d.txt", "z/a.txt"]
    assert skipped == ()


def test_a_root_that_is_itself_a_link_is_followed(tmp_path: Path) -> None:
    """The person who named it meant it."""
    make(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert names(tmp_path / "link") == ["a.txt"]


def test_a_pipe_named_like_a_document_is_skipped(tmp_path: Path) -> None:
    """Opening it would wait for ever."""
    os.mkfifo(tmp_path / "a.txt")
    found, (skipped,) = find(tmp_path)
    assert found == ()
    assert skipped.reason == "is not a regular file"


def test_what_may_not_be_read_is_skipped(tmp_path: Path) -> None:
    """A folder and a file without permission; the rest is found."""
    make(tmp_path, "a.txt", "b.txt", "c/d.txt")
    (tmp_path / "b.txt").chmod(0)
    if os.access(tmp_path / "b.txt", os.R_OK):
        pytest.skip("this user may read everything")
    make(tmp_path, "e/f.txt")
    (tmp_path / "c").chmod(0)
    (tmp_path / "e").chmod(0o400)  # its names can be listed, but nothing more
    try:
        found, skipped = find(tmp_path)
    finally:
        (tmp_path / "c").chmod(0o700)
        (tmp_path / "e").chmod(0o700)
    assert [path.name for path in found] == ["a.txt"]
    assert [(s.source, s.reason) for s in skipped] == [
        ("b.txt", "cannot be opened (Permission denied)"),
        ("c", "is a folder that cannot be opened (Permission denied)"),
        ("e/f.txt", "cannot be opened (Permission denied)"),
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A wrong setting, not an empty index."""
    with pytest.raises(SettingsError, match="cannot be opened"):
        find(tmp_path / "nowhere")
