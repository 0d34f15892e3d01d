"""Files of an index damaged on the disk: seen when it is opened or verified, and an earlier index answers instead."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from index.check_generation import faults
from index.errors import InspectionsError
from index.generation import current_id, current_manifest
from index.manifest import FILE, file_sizes
from index.progress import Silent
from torture.outcome import Outcome
from torture.subject import Subject

Damage = Callable[[Path], object]


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    if content:
        content[len(content) // 2] ^= 0x10
    file.write_bytes(content)


WAYS: dict[str, Damage] = {
    "one bit turned over": _flip,
    "cut short": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "zeroes": lambda file: file.write_bytes(b"\0" * file.stat().st_size),
    "removed": Path.unlink,
}


def damaged_index(subject: Subject) -> Outcome:
    """Damage each file of the current generation in each way, with one whole generation before it."""
    subject.build()
    earlier, before = current_id(subject.index), subject.answers()
    subject.write(1)
    subject.build()
    folder, manifest = current_manifest(subject.index)
    files = [*file_sizes(folder), FILE]
    spare = Path(shutil.copytree(folder, subject.home / "spare"))
    wrong, tried, fell, verified = [], 0, 0, 0
    for name in files:
        for way, damage in WAYS.items():
            damage(folder / name)
            if way == "removed" or (folder / name).read_bytes() != (spare / name).read_bytes():
                fault = _found(subject, earlier, before)
                # Without a manifest there is nothing to verify by; one that still reads is held against the log.
                told = bool(faults(subject.index, folder, manifest, Silent())) if fault or name != FILE else None
                tried, fell, verified = tried + 1, fell + (not fault), verified + (told is not False)
                wrong += [f"{name} ({way}): {fault}"] if fault and not (name == FILE and told) else []
            shutil.copy(spare / name, folder / name)
    wrong += [f"{tried - verified} were seen neither at opening nor by verify"] if verified != tried else []
    found = (
        f"{fell} of {tried} seen at opening, and the earlier index answered; {verified} seen at opening or by verify"
    )
    return Outcome("catalogue or vector file damaged", f"{len(files)} files, {len(WAYS)} ways", found, tuple(wrong))


def _found(subject: Subject, earlier: str, before: str) -> str:
    """What is wrong with how the damage was met; empty: nothing."""
    try:
        with subject.opened() as opened:
            if opened.folder.name != earlier:
                return "it was not seen at opening"
            if earlier not in (opened.notice or ""):
                return f"what is open is not told: {opened.notice}"
        if subject.answers() != before:
            return "the answers are not those of the earlier index"
    except InspectionsError as error:
        return f"no index opens: {error}"
    return ""
