"""Builds one index in a process of its own, so that its memory can be told, and says how that went as one JSON object.

python -m bench.making INDEX ROOT                        the project's own build of a folder
python -m bench.making INDEX ROOT SEEDS NUMBER COSINE    of NUMBER copies of the documents in the file SEEDS;
                                                         COSINE "real": their passages are embedded, not turned
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.machine import peak
from bench.scaled import Seeds, TurnedEmbedder, lay_out, scaled_steps
from bench.telling import Telling
from index.build import build
from index.embedding import load_embedder

REAL = "real"


@dataclass(frozen=True, slots=True)
class Making:
    """A build: what it made, the seconds of each stage and of all, bytes on disk, and the most bytes of memory."""

    documents: int
    pages: int
    passages: int
    embedded: int
    stages: dict[str, float]
    seconds: float
    disk: int
    memory: int


def made(*arguments: object) -> Making:
    """Build as `python -m bench.making` does with these arguments."""
    command = [sys.executable, "-m", "bench.making", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, peak(process) as memory:
        said, _ = process.communicate()
    if process.returncode:
        raise SystemExit("The build failed; see above.")
    folder = Path(str(arguments[0])) / "generations"
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Making(**json.loads(said), disk=disk, memory=memory[-1])


def main(index: str, root: str, *scaled: str) -> None:
    """Build, and print what `Making` has but for disk and memory."""
    embedder, steps = load_embedder(), None
    if scaled:
        seeds: Seeds = pickle.loads(Path(scaled[0]).read_bytes())  # noqa: S301  (the bench has just written it)
        copies = lay_out(Path(root), seeds.raws, int(scaled[1]))
        turned = TurnedEmbedder(embedder, seeds, 1.0 if scaled[2] == REAL else float(scaled[2]))
        steps = scaled_steps(copies, seeds, turned.origins)
        embedder = embedder if scaled[2] == REAL else turned
    began = time.perf_counter()
    result = build(Path(index), Path(root), embedder, steps=steps, progress=Telling())
    said = {
        "documents": result.documents,
        "pages": result.pages,
        "passages": result.passages,
        "embedded": result.embedded,
        "stages": result.seconds,
        "seconds": time.perf_counter() - began,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
