"""`make torture`: everything, many times, and the table.  It ends with status 1 where a demand is not met."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from torture.clocks import clocks
from torture.damaged_files import damaged_documents
from torture.damaged_index import damaged_index
from torture.full_disk import ROOM, no_permission, no_room, read_only, small_disk
from torture.kills import killed_builds
from torture.outcome import Outcome, table
from torture.subject import SAMPLES, real, small
from torture.swaps import swapped_under_questions

ROOMS = tuple(ROOM * share // 1000 for share in (0, 1, 2, 5, 8, 10, 15, 20, 30, 40, 60))


def main() -> None:
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--documents", type=Path, default=SAMPLES, help="folder of documents; default: the samples")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--damaged", type=int, default=300)
    parser.add_argument("--rebuilds", type=int, default=20)
    parser.add_argument("--only", default="", help="part of the name of what to do")
    said = parser.parse_args()
    parts: dict[str, Callable[[Path], Iterator[Outcome]]] = {
        "kills": lambda home: iter([killed_builds(real(home, said.documents, 12), said.kills)]),
        "disk": _disk,
        "permission": lambda home: iter([_built(no_permission, home)]),
        "files": lambda home: iter([damaged_documents(real(home, said.documents), said.damaged)]),
        "swaps": lambda home: iter([swapped_under_questions(real(home, said.documents), said.rebuilds, idle=20)]),
        "clocks": lambda home: iter([clocks(small(home))]),
        "index": lambda home: iter([damaged_index(real(home, said.documents, 10))]),
    }
    outcomes: list[Outcome] = []
    for name, part in parts.items():
        if said.only in name:
            began = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="torture-") as home:
                outcomes += part(Path(home) / "home")
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(outcomes))
    sys.exit(any(one.wrong for one in outcomes))


def _built(act, home: Path) -> Outcome:  # type: ignore[no-untyped-def]
    subject = real(home)
    subject.build()
    return act(subject)  # type: ignore[no-any-return]


def _disk(home: Path) -> Iterator[Outcome]:
    with small_disk(home) as mounted:
        if not mounted:
            yield Outcome(
                "disk full, read-only folder", "nothing", "a small disk cannot be mounted here: it takes root"
            )
            return
        subject = real(home)
        subject.build()
        yield no_room(subject, ROOMS)
        yield read_only(subject)


if __name__ == "__main__":
    main()
