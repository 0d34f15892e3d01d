"""The index that is tortured: its folders, how it is built in a process of its own, and what it answers.

Two kinds: one of stand-ins for reading and embedding, quick; and one of real documents, built by the project's own
command with its own model.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from small_index import RULES as SMALL_RULES
from small_index import SmallEmbedder

from assistant.ask import Assistant
from assistant.render.as_json import answer_json
from index.embedding import Embedder, load_embedder
from index.entry import RULES
from index.generation import OpenIndex, open_current

TESTS = Path(__file__).resolve().parent.parent
SAMPLES = TESTS.parent / "source_docs"
TODAY = date(2026, 11, 21)
VERSIONED = "versioned.txt"
QUESTIONS = (
    "what did Ofsted say about caseloads in Leeds?",
    "what did Ofsted say about caseloads in 2019",
    "what did the council say about recruitment?",
    "what inspections has Leeds had?",
    "who chairs the Improvement Board?",
    "what did Ofsted say about visits last year?",
)


@dataclass(frozen=True)
class Subject:
    """`home` holds `docs` and `index`.  `command` is what builds the index there, as a process."""

    home: Path
    embedder: Embedder
    rules: str
    command: Callable[[Path, Path], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def docs(self) -> Path:
        return self.home / "docs"

    @property
    def index(self) -> Path:
        return self.home / "index"

    def write(self, version: int) -> None:
        """Let one document say which version it is of."""
        text = (
            "Inspection of Leeds children's social care services\n\nInspection dates: 14 to 25 January 2019\n\n"
            f"1. Caseloads of social workers are too high, says version {version} of this text.\n"
        )
        (self.docs / VERSIONED).write_text(text, encoding="utf-8")

    def builder(
        self, index: Path | None = None, *, preexec: Callable[[], None] | None = None, **environment: str
    ) -> subprocess.Popen[str]:
        """A process that builds, in a group of its own."""
        return subprocess.Popen(
            self.command(index or self.index, self.docs),
            env=os.environ | {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"} | dict(self.environment) | environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=preexec,  # noqa: PLW1509  (it calls the C library alone)
        )

    def build(self, index: Path | None = None, **environment: str) -> None:
        """Build, which must succeed."""
        process = self.builder(index, **environment)
        out, err = process.communicate()
        assert process.returncode in {0, 4}, out + err

    def opened(self, index: Path | None = None) -> OpenIndex:
        return open_current(index or self.index, self.embedder.id, self.rules)

    def answers(self, index: Path | None = None) -> str:
        """What the index answers to the questions, to the letter."""
        with self.opened(index) as opened:
            return self.answers_of(Assistant(opened, self.embedder))

    def answers_of(self, assistant: Assistant) -> str:
        found = [answer_json(assistant.ask(question, today=TODAY)) for question in QUESTIONS]
        return json.dumps([one | {"seconds": 0} for one in found], indent=1, sort_keys=True)

    def from_nothing(self, name: str) -> str:
        """What a fresh index of the documents as they are answers."""
        self.build(self.home / name)
        return self.answers(self.home / name)

    def leftovers(self) -> list[str]:
        """What builders leave while they work, and should not when they are done."""
        return sorted(path.name for path in self.index.glob("building-*"))


def small(home: Path) -> Subject:
    """A subject of a few lines of text."""
    (home / "docs").mkdir(parents=True)
    for name in ("a", "b", "c"):
        text = f"Caseloads in {name} are high.\nLeaders of {name} know what must change.\nVisits in {name} are regular."
        (home / "docs" / f"{name}.txt").write_text(text)
    program = str(TESTS / "small_index.py")
    subject = Subject(
        home, SmallEmbedder(), SMALL_RULES, lambda index, docs: [sys.executable, program, str(index), str(docs)]
    )
    subject.write(0)
    return subject


def real(home: Path, documents: Path = SAMPLES, most: int = 40) -> Subject:
    """A subject of real documents: at most so many of those in a folder."""
    (home / "docs").mkdir(parents=True)
    found = [
        path
        for path in sorted(documents.rglob("*"))
        if path.suffix in {".pdf", ".docx", ".html", ".eml", ".md", ".txt"}
    ]
    for path in found[:: max(1, len(found) // most)][:most]:
        shutil.copy(path, home / "docs" / path.name)
    program = str(Path(sys.executable).parent / "inspections")
    subject = Subject(
        home,
        load_embedder(),
        RULES,
        lambda index, docs: [program, "index", "build", "--index", str(index), "--source", str(docs)],
        {"INSPECTIONS_TODAY": TODAY.isoformat()},
    )
    subject.write(0)
    return subject
