"""Building the index for an admin in Slack: in a process of its own, one at a time, with progress to look at.

Building itself is `index.build`; who may ask for it is `access`.
"""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from assistant.settings import Settings
from index.build import build
from index.embedding import load_embedder
from index.errors import InspectionsError
from index.steps import usual_steps

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Building:
    """How it stands with building: `done` of `total` steps of `stage` since `began`, or how the last one ended.

    `began` is a monotonic time.  `running` False and `said` empty: none was begun by this process.
    """

    running: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    began: float = 0.0
    said: str = ""
    failed: bool = False


class Reindexing:
    """Starts builds and follows them.  Safe to use from several threads."""

    def __init__(self, settings: Settings, changed: Callable[[], None]) -> None:
        """`changed` is called, on a thread of its own, whenever there is something new to show."""
        self._settings = settings
        self._changed = changed
        self._lock = threading.Lock()
        self._building = Building()
        self._process: Any = None

    @property
    def building(self) -> Building:
        """How it stands now."""
        return self._building

    def forget(self) -> None:
        """No longer say how the last build ended."""
        with self._lock:
            if not self._building.running:
                self._building = Building()

    def start(self) -> bool:
        """Begin to build.  False: it is being done already."""
        with self._lock:
            if self._building.running:
                return False
            self._building = Building(running=True, stage="starting", began=time.monotonic())
        threading.Thread(target=self._follow, name="reindexing", daemon=True).start()
        return True

    def close(self) -> None:
        """End a build that goes on; the index stays as it was."""
        process = self._process
        if process is not None and process.is_alive():
            process.terminate()
            process.join()

    def _follow(self) -> None:
        result = Building(said="The build ended without a word. The index is as it was.", failed=True)
        try:
            result = self._run(result)
        except Exception:  # noqa: BLE001  (whatever it is, another build must be possible)
            _log.exception("a build could not be followed")
        finally:
            self._building = result
        _log.info("a build ended", extra={"failed": result.failed})
        self._show()

    def _run(self, result: Building) -> Building:
        """Run the process and follow it to its end: how it ended, `result` where it does not say."""
        spawn = multiprocessing.get_context("spawn")  # a fresh process: none of this one's threads and locks
        ours, theirs = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_build, args=(self._settings, theirs), name="build", daemon=False)
        process.start()
        self._process = process
        theirs.close()
        while True:
            try:
                kind, *rest = ours.recv()
            except (EOFError, OSError):
                break
            if kind == "ended":
                result = Building(said=rest[0], failed=rest[1])
                continue
            self._building = self._after(kind, rest)
            self._show()
        process.join()
        return result

    def _show(self) -> None:
        """Let it be shown; a Home that cannot be shown must not end the build."""
        try:
            self._changed()
        except Exception:  # noqa: BLE001  (see above)
            _log.exception("a build could not be shown")

    def _after(self, kind: str, rest: list[Any]) -> Building:
        if kind == "stage":
            return Building(running=True, stage=rest[0], total=rest[1], began=time.monotonic())
        return replace(self._building, done=rest[0])


class _Piped:
    """Progress through a pipe, at most twice a second."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._done = 0
        self._sent = 0.0

    def start(self, stage: str, total: int) -> None:
        """A stage begins."""
        self._done = 0
        self._pipe.send(("stage", stage, total))

    def advance(self, steps: int) -> None:
        """So many steps are done."""
        self._done += steps
        if time.monotonic() - self._sent > 0.5:
            self._sent = time.monotonic()
            self._pipe.send(("done", self._done))

    def done(self) -> None:
        """The stage is over: the next one says so."""


def _build(settings: Settings, pipe: Connection) -> None:
    """What the process does."""
    try:
        result = build(
            settings.index,
            settings.source,
            load_embedder(settings.embedder),
            steps=usual_steps(settings.workers, settings.read_seconds),
            base_url=settings.document_base_url,
            progress=_Piped(pipe),
        )
    except InspectionsError as error:
        pipe.send(("ended", f"{error.what} {error.cure}", True))
        return
    skipped = f" {len(result.skipped):,} files were skipped." if result.skipped else ""
    held = f"{result.documents:,} documents, {result.passages:,} passages"
    what = f"Built: {held}, {result.embedded:,} of them embedded now." if result.changed else f"Up to date: {held}."
    pipe.send(("ended", f"{what}{skipped}", False))
