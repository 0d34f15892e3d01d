"""Damaged documents among good ones: the good ones are indexed, and each bad one is named."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from index.catalogue import Catalogue
from index.generation import CATALOGUE, current_manifest
from torture.outcome import Outcome
from torture.subject import Subject

WAYS = ("truncated", "flipped", "foreign")


def damaged_documents(subject: Subject, times: int, seed: int = 6) -> Outcome:
    """Put `times` damaged copies of the documents among them, and build."""
    good = sorted(path for path in subject.docs.iterdir())
    draw = random.Random(seed)  # noqa: S311
    for turn in range(times):
        original, way = good[draw.randrange(len(good))], WAYS[turn % len(WAYS)]
        (subject.docs / f"bad-{turn:03d}-{way}{original.suffix}").write_bytes(_damaged(original, way, draw, good))
    builder = subject.builder()
    _, told = builder.communicate()
    folder, manifest = current_manifest(subject.index)
    with closing(Catalogue(folder / CATALOGUE)) as catalogue:
        held = {document.source for document in catalogue.documents()}
    named = {skip.source for skip in manifest.skipped}
    bad = {path.name for path in subject.docs.glob("bad-*")}
    wrong = [f"{path.name} is not indexed" for path in good if path.name not in held]
    wrong += [f"{name} is neither indexed nor named" for name in sorted(bad - held - named)]
    wrong += [f"{name} was left out without being told" for name in sorted(named) if f"{name}: " not in told]
    wrong += (
        []
        if builder.returncode == (4 if named else 0)
        else [f"the build ended with {builder.returncode}: {told[-300:]}"]
    )
    kinds = ", ".join(f"{_share(bad & named, way)} of {_share(bad, way)} {way}" for way in WAYS)
    found = (
        f"{len(good)} of {len(good)} good ones indexed; {len(bad & named)} bad ones named ({kinds}); the other "
        f"{len(bad & held)} could be read all the same"
    )
    return Outcome("damaged files among good ones", f"{times} among {len(good)}", found, tuple(wrong))


def _share(names: set[str], way: str) -> int:
    return sum(way in name for name in names)


def _damaged(original: Path, way: str, draw: random.Random, all_files: Sequence[Path]) -> bytes:
    """The bytes of a document, cut short, with bits turned over, or those of a file of another kind."""
    content = bytearray(original.read_bytes())
    if way == "truncated":
        return bytes(content[: draw.randrange(0, max(1, len(content) * 3 // 4))])
    if way == "flipped":
        for _ in range(max(20, len(content) // 200)):
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        return bytes(content)
    others = [path for path in all_files if path.suffix != original.suffix]
    if others and draw.random() < 0.5:
        return others[draw.randrange(len(others))].read_bytes() + bytes([draw.randrange(256)])
    return draw.randbytes(4000)
