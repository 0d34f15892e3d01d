"""README.md is true: its make targets, its commands and its settings are those that exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.llm.settings import ModelSettings
from assistant.settings import Settings, SlackSettings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
INSPECTIONS = Path(sys.executable).parent / "inspections"

CODE = re.findall(r"^ {4,8}(\S.*)$", README, re.M)  # the lines of README's indented blocks
COMMANDS = [line for line in CODE if line.startswith("inspections ")]
MAKES = [line for line in CODE if line.startswith("make ")] + re.findall(r"`(make [a-z][^`]*)`", README)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's root, apart from any make that runs these tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)


def words_of(line: str) -> list[str]:
    """The words of a command line after the command, without where its output goes."""
    words = shlex.split(line)[1:]
    return words[: words.index(">")] if ">" in words else words


def test_readme_shows_the_two_commands() -> None:
    """`make ask` and `make test` are what a newcomer is told to type."""
    assert {"make ask", "make test"} <= set(MAKES)


@pytest.mark.parametrize("line", sorted(set(MAKES)))
def test_a_make_command_of_readme_has_its_target(line: str) -> None:
    """`make -n` says what it would do and finds no target missing."""
    result = run(*shlex.split(line), "-n")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "question",
    ["what's new?", "costs $5, $(HOME) or $$?", 'who said "enough"?', "`x` \\ #1 %", "-dash", "$(shell echo no)"],
)
def test_make_hands_over_a_question_to_the_letter(question: str, tmp_path: Path) -> None:
    """Whatever characters it holds: neither make nor the shell reads it."""
    (tmp_path / "show.mk").write_text("include Makefile\nshow: ; @printf '%s' \"$$Q\"\n", encoding="utf-8")
    result = run("make", "-s", "-f", str(tmp_path / "show.mk"), "show", f"Q={question}")
    assert result.stdout == question


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_readme_parses(line: str) -> None:
    """With --help added it is understood: the sub-command and all its options exist."""
    result = run(str(INSPECTIONS), *words_of(line), "--help")
    assert result.returncode == 0, result.stderr
    assert "Usage" in result.stdout


def test_readme_has_a_command_for_each_kind_of_user() -> None:
    """Staff ask and search, administrators build and look, evaluators ask in batches."""
    shown = {" ".join(shlex.split(line)[1:3]) if " index " in line else shlex.split(line)[1] for line in COMMANDS}
    assert {"ask", "search", "index build", "index status", "slack"} <= shown
    assert any("--batch" in line for line in COMMANDS)


def test_readme_lists_exactly_the_settings_that_exist() -> None:
    """No setting is undocumented, and none is promised that is not there."""
    existing = {
        str(field.validation_alias or f"{kind.model_config.get('env_prefix')}{name.upper()}")
        for kind in (Settings, SlackSettings, ModelSettings)
        for name, field in kind.model_fields.items()
    }
    assert set(re.findall(r"^\| `([A-Z]+_[A-Z_]+)` \|", README, re.M)) == existing
    assert set(re.findall(r"(?:INSPECTIONS|SLACK)_[A-Z_]+", README)) == existing
