"""Building the index by its settings: in this process, or in one of its own that is followed through a pipe.

Building itself is `index.build`; what is asked of a new index before it is published is `smoke`.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any

from assistant.settings import Settings
from index.audit import Actor
from index.build import BuildResult, build
from index.embedding import load_embedder
from index.errors import InspectionsError
from index.generation import OpenIndex
from index.progress import Progress
from index.steps import usual_steps

OFTEN = 0.5  # seconds between two words of how far a build is
PATIENCE = 15.0  # seconds that a build has to end by itself when it is told to


@dataclass(frozen=True, slots=True)
class Ended:
    """How a build ended, for a person.  `changed`: there is a new index."""

    said: str
    failed: bool
    changed: bool = False


def build_index(
    settings: Settings,
    by: Actor,
    progress: Progress,
    *,
    force: bool = False,
    checks: Sequence[Callable[[OpenIndex], None]] = (),
) -> BuildResult:
    """Bring the index up to date and publish it, if it answers as it should and passes `checks`.

    Errors as for `index.build`, and whatever a check raises.
    """
    embedder = load_embedder(settings.embedder)

    def asked(index: OpenIndex) -> None:
        # Imported when there is a new index: a build that finds nothing to do should not wait half a second for it.
        from assistant.smoke import smoke  # noqa: PLC0415

        smoke(embedder, settings.home_authority, settings.document_base_url, settings.today)(index)

    return build(
        settings.index,
        settings.source,
        embedder,
        steps=usual_steps(settings.workers, settings.read_seconds),
        base_url=settings.document_base_url,
        progress=progress,
        force=force,
        server=settings.server(),
        checks=(asked, *checks),
        keep=settings.keep,
        who=by.who,
        via=by.via,
    )


class Aside:
    """One build in a fresh process, with none of this one's threads and locks.  Used once."""

    def __init__(self, settings: Settings, by: Actor) -> None:
        """Nothing is begun yet."""
        self._settings, self._by = settings, by
        self._lock = Lock()  # between starting the process and stopping it
        self._stopped = False
        self._process: Any = None

    def run(self, progress: Progress) -> Ended:
        """Build, telling `progress` how it goes on, and say how it ended."""
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe(duplex=False)
        with self._lock:
            if self._stopped:
                return _CUT
            self._process = spawn.Process(target=_build, args=(self._settings, self._by, theirs), name="build")
            self._process.start()
        theirs.close()
        try:
            return _followed(ours, progress)
        finally:
            self._process.join()
            ours.close()

    def stop(self) -> None:
        """End it, if it goes on; the index stays as it was."""
        with self._lock:
            self._stopped = True
            if self._process is None:
                return
        self._process.terminate()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


_CUT = Ended("The build ended without a word. The index is as it was.", failed=True)


def _followed(pipe: Connection, progress: Progress) -> Ended:
    ended = _CUT
    while True:
        try:
            kind, *rest = pipe.recv()
        except (EOFError, OSError):
            return ended
        if kind == "ended":
            ended = rest[0]
        elif kind == "start":
            progress.start(*rest)
        elif kind == "advance":
            progress.advance(*rest)
        else:
            progress.done()


class _Piped:
    """Progress through a pipe, at most every OFTEN seconds."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._unsent = 0
        self._sent = 0.0

    def start(self, stage: str, total: int) -> None:
        """A stage begins."""
        self._pipe.send(("start", stage, total))

    def advance(self, steps: int) -> None:
        """So many steps are done."""
        self._unsent += steps
        if time.monotonic() - self._sent > OFTEN:
            self._flush()

    def done(self) -> None:
        """The stage is over."""
        self._flush()
        self._pipe.send(("done",))

    def _flush(self) -> None:
        if self._unsent:
            self._pipe.send(("advance", self._unsent))
        self._sent, self._unsent = time.monotonic(), 0


def _build(settings: Settings, by: Actor, pipe: Connection) -> None:
    """What the process does.  Told to end, it removes what it was making."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that follows this one
    try:
        result = build_index(settings, by, _Piped(pipe))
    except InspectionsError as error:
        pipe.send(("ended", Ended(f"{error.what} {error.cure}", failed=True)))
    else:
        pipe.send(("ended", Ended(told(result), failed=False, changed=result.changed)))


def _end(*_: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def told(result: BuildResult) -> str:
    """What a build did, in one or two sentences."""
    skipped = f" {len(result.skipped):,} files were skipped." if result.skipped else ""
    held = f"{result.documents:,} documents, {result.passages:,} passages"
    what = f"Built: {held}, {result.embedded:,} of them embedded now." if result.changed else f"Up to date: {held}."
    return f"{what}{skipped}"
