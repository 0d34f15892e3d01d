"""`python -m bench CORPUS OUT`: measure, and leave bench.json, bench.md and plots in the folder OUT."""

from __future__ import annotations

import argparse
import json
import pickle
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.asking import asked
from bench.beginning import beginning
from bench.encoding import encoding
from bench.machine import limits
from bench.making import REAL, made
from bench.report import written
from bench.scaled import Seeds, replicas, rows_of
from bench.telling import tell
from index.embedding import LocalEmbedder, indexed_text, load_embedder
from index.generation import current_manifest, open_generation
from index.model_folder import packaged_model
from index.reading import workers
from index.records import RawText

TURNED = 128  # passages of copies that are embedded for real, to tell how far copies lie from what they are copies of


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all that is asked for; what is done is written at once."""
    chosen = _parsed(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    embedder = load_embedder()
    with tempfile.TemporaryDirectory(prefix="inspections-bench-", dir=chosen.aside) as name:
        aside = Path(name)
        tell("limits of this machine")
        peaks = limits()
        said: dict[str, Any] = {"limits": asdict(peaks)}
        tell(f"from nothing: {chosen.corpus}")
        said["beginning"] = asdict(beginning(chosen.corpus, aside, embedder))
        seeds, texts = seeds_of(aside / "documents", aside / "index")
        tell("embedding, beside plain sentence-transformers")
        lot = np.random.default_rng(1).permutation(len(texts))[: chosen.texts]
        said["encoding"] = asdict(encoding(packaged_model(), embedder, [texts[at] for at in lot], peaks))
        said["cosine"] = None if chosen.real else _cosine(seeds, texts, embedder)
        (aside / "seeds").write_bytes(pickle.dumps(seeds))
        said["scaled"] = []
        for number in chosen.sizes:
            said["scaled"].append(_scaled(number, aside, said))
            _leave(said, chosen.out)
        said["seconds"] = time.perf_counter() - began
        _leave(said, chosen.out)
    tell(f"done in {said['seconds']:.0f} s: {chosen.out / 'bench.md'}")


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description="Measure how fast, how large and how exact the index is."
    )
    parser.add_argument("corpus", type=Path, help="a folder of documents")
    parser.add_argument("out", type=Path, help="where the results go")
    parser.add_argument("--sizes", type=_sizes, default=(200, 1000, 5000), help="documents, such as 200,1000,5000")
    parser.add_argument("--texts", type=int, default=768, help="passages that are embedded by both models")
    parser.add_argument("--real", action="store_true", help="embed the copies for real, which takes far longer")
    parser.add_argument("--aside", type=Path, help="where the indexes lie meanwhile; the system's temporary folder")
    return parser.parse_args(arguments)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split(",") if one)


def seeds_of(root: Path, index: Path) -> tuple[Seeds, list[str]]:
    """The documents of the index as they were read, with their vectors; and the texts that these are of."""
    folder, manifest = current_manifest(index)
    with open_generation(folder, manifest) as opened:
        rows = rows_of(opened.catalogue)
        ids = opened.catalogue.passage_ids()
        texts = [indexed_text(one.header, one.text) for one in opened.catalogue.passages(ids)]
        paths = [root / source for source in rows]
        read = workers.read_all(root, paths, workers=2, seconds=60.0, on_done=lambda _: None)
        raws = {path.relative_to(root).as_posix(): raw for path, raw in read if isinstance(raw, RawText)}
        return Seeds(raws, rows, opened.vectors.vectors(ids)), texts


def _cosine(seeds: Seeds, texts: Sequence[str], embedder: LocalEmbedder) -> float:
    """How near passages of copies are to those that they are copies of, where both are embedded for real."""
    copies = [one for one in replicas(seeds.raws, 2 * len(seeds.raws)) if one.copy]
    near = []
    lot = np.random.default_rng(2)
    for one in (copies[at] for at in lot.integers(len(copies), size=TURNED)):
        at = int(lot.choice(seeds.rows[one.seed]))
        altered = embedder.encode_passages([one.text_altered(texts[at])])[0]
        near.append(float(altered @ seeds.vectors[at]))
    return min(statistics.mean(near), 1.0)


def _scaled(number: int, aside: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Build an index of so many copies, ask it, and remove it."""
    tell(f"{number:,} documents: build")
    index, root = aside / f"index-{number}", aside / f"copies-{number}"
    cosine = REAL if said["cosine"] is None else said["cosine"]
    making = made(index, root, aside / "seeds", number, cosine)
    tell(f"{number:,} documents: ask")
    opened, asking = asked(index)
    shutil.rmtree(index)
    shutil.rmtree(root)
    embedding = making.stages["embedding"] if cosine == REAL else making.passages / said["encoding"]["own"]
    return {
        "made": asdict(making),
        "embedding": embedding,
        "opened": asdict(opened),
        "asking": [asdict(one) for one in asking],
    }


def _leave(said: dict[str, Any], out: Path) -> None:
    (out / "bench.json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    written(said, out)


if __name__ == "__main__":
    main()
