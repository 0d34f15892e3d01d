"""A folder of real documents: an index from nothing, a look at it unchanged, and one report added to it.

As admins do it: by the command line, with an app that serves the index beside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from assistant.live import LiveAssistant
from bench.making import Making, made
from bench.telling import tell
from index.audience import EVERYONE
from index.embedding import LocalEmbedder

PATIENCE = 120.0  # seconds for one document


@dataclass(frozen=True, slots=True)
class Beginning:
    """`made` from nothing; seconds of the whole command over the unchanged folder, and until one added was served."""

    made: Making
    unchanged: float
    added: float
    added_command: float


def beginning(corpus: Path, aside: Path, embedder: LocalEmbedder) -> Beginning:
    """Index a copy of `corpus` in the folder `aside`, take one document out, and put it in again."""
    root, index = aside / "documents", aside / "index"
    shutil.copytree(corpus, root)
    making = made(index, root)
    tell(f"  {making.documents} documents, {making.passages:,} passages in {making.seconds:.1f} s")
    unchanged = min(_command(index, root) for _ in range(3))
    tell(f"  unchanged: {unchanged:.2f} s")
    added, command = _added(root, index, embedder, aside)
    tell(f"  one added: served after {added:.2f} s")
    return Beginning(making, unchanged, added, command)


def _added(root: Path, index: Path, embedder: LocalEmbedder, aside: Path) -> tuple[float, float]:
    """Seconds from the moment a document lies in the folder until a running app serves it, and of the command."""
    one = sorted(path for path in root.rglob("*") if path.suffix == ".pdf")[-1]
    source = one.relative_to(root).as_posix()
    shutil.move(one, aside / "one")
    _command(index, root)
    with LiveAssistant(index, embedder) as live:
        if _served(live, source):
            raise SystemExit(f"{source} was taken out, and is served all the same.")
        shutil.move(aside / "one", one)
        began = time.perf_counter()
        with subprocess.Popen(_build(index, root), stderr=subprocess.DEVNULL) as process:
            while not _served(live, source):
                if time.perf_counter() - began > PATIENCE:
                    raise SystemExit(f"{source} was not served after {PATIENCE:.0f} s.")
                time.sleep(0.01)
            served = time.perf_counter() - began
            process.wait()
        return served, time.perf_counter() - began


def _served(live: LiveAssistant, source: str) -> bool:
    with live.current(EVERYONE) as assistant:
        return any(document.source == source for document in assistant.index.catalogue.documents())


def _command(index: Path, root: Path) -> float:
    began = time.perf_counter()
    done = subprocess.run(_build(index, root), check=False, env=os.environ)
    if done.returncode not in (0, 4):  # 4: some files were skipped
        raise SystemExit("The build failed; see above.")
    return time.perf_counter() - began


def _build(index: Path, root: Path) -> list[str]:
    run = "from assistant.cli.main import run; run()"
    return [sys.executable, "-c", run, "index", "build", "--quiet", "--index", str(index), "--source", str(root)]
