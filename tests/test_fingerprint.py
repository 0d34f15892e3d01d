"""The fingerprint leaves out nothing that turns files into entries."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from index import fingerprint
from index.fingerprint import LIBRARIES, code_files, read_by

# What those modules import of `index` and what does not bear upon what comes out.
ASIDE = {"__init__.py", "sources.py", "manifest.py"}  # which files there are; what an index says of itself


def test_all_that_reading_and_describing_import_is_in_it() -> None:
    code = (
        "import sys, index.entry, index.reading.worker, index.reading.pdf, index.reading.docx, index.reading.html,"
        " index.reading.mail, index.reading.plain;"
        "print(*(m.__file__ for n, m in sys.modules.items() if n == 'index' or n.startswith('index.')), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = {Path(line) for line in done.stdout.splitlines()}
    assert {path.name for path in imported - set(code_files())} <= ASIDE
    assert any(path.name == "authorities.csv" for path in code_files())


def test_it_changes_with_the_code_and_with_the_libraries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = read_by.__wrapped__
    assert made() == read_by() == made()
    first = made()
    monkeypatch.setattr(metadata, "version", lambda name: "0" if name == LIBRARIES[0] else "1")
    assert made() != first
    monkeypatch.undo()
    (tmp_path / "entry.py").write_text("other")
    monkeypatch.setattr(fingerprint, "code_files", lambda: [tmp_path / "entry.py"])
    assert made() != first
