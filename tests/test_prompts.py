"""The prompts: text with a version that goes up with every change, and places that code and text agree on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assistant.llm import prompts
from assistant.llm.prompts import FOLDER, load_prompt
from index.errors import SettingsError

# The first digits of each text's SHA-256.  Whoever changes a text raises its version, and puts both here.
TEXTS = {"answer_system@2": "c6a3c30e0612", "answer_user@1": "9759a949cc55"}
PLACES = {"answer_system": frozenset[str](), "answer_user": frozenset({"question", "reading", "passages"})}


def digest(name: str) -> str:
    return hashlib.sha256((FOLDER / f"{name}.txt").read_bytes()).hexdigest()[:12]


def test_no_prompt_was_changed_without_a_new_version() -> None:
    """Answers and evaluation runs name the version: of one version there is one text."""
    found = {load_prompt(name, PLACES[name]).id: digest(name) for name in PLACES}
    assert found == TEXTS
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(PLACES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"Answer.\n", "does not begin with a line 'version: N'"),
        (b"version: x\nAnswer.\n", "does not begin with a line 'version: N'"),
        (b"version: 1\nAnswer.\n", r"must have \$question"),
        (b"version: 1\n$question $other\n", r"must have \$question"),
        (b"version: 1\n$question costs $5\n", r"must have \$question"),
    ],
)
def test_a_prompt_that_cannot_be_used_is_told(
    text: bytes | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    if text is not None:
        (tmp_path / "mine.txt").write_bytes(text)
    load_prompt.cache_clear()
    with pytest.raises(SettingsError, match=message):
        load_prompt("mine", frozenset({"question"}))
    load_prompt.cache_clear()


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    filled = load_prompt("answer_user", PLACES["answer_user"]).filled(
        question="$passages ${reading}", reading="$question", passages="$x $$"
    )
    assert "$passages ${reading}" in filled
    assert "$x $$" in filled
