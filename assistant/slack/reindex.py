"""Building the index for an admin in Slack: one build at a time, with progress to look at.

Building, in a process of its own, is `assistant.building`; who may ask for it is `access`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.building import Aside
from assistant.settings import Settings
from index.audit import Actor, Via

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
        self._aside: Aside | None = None

    @property
    def building(self) -> Building:
        """How it stands now."""
        return self._building

    def forget(self) -> None:
        """No longer say how the last build ended."""
        with self._lock:
            if not self._building.running:
                self._building = Building()

    def start(self, user: str) -> bool:
        """Begin to build for the Slack user of this id.  False: it is being done already."""
        with self._lock:
            if self._building.running:
                return False
            self._building = Building(running=True, stage="starting", began=time.monotonic())
            self._aside = Aside(self._settings, Actor(user, Via.SLACK))
        threading.Thread(target=self._follow, args=(self._aside,), name="reindexing", daemon=True).start()
        return True

    def close(self) -> None:
        """End a build that goes on; the index stays as it was."""
        if self._aside is not None:
            self._aside.stop()

    def _follow(self, aside: Aside) -> None:
        result = Building(said="The build could not be followed. The index is as it was.", failed=True)
        try:
            ended = aside.run(_Shown(self))
            result = Building(said=ended.said, failed=ended.failed)
        except Exception:  # noqa: BLE001  (whatever it is, another build must be possible)
            _log.exception("a build could not be followed")
        finally:
            self._building = result
        _log.info("a build ended", extra={"failed": result.failed})
        self._show()

    def goes_on(self, building: Building) -> None:
        """Show that it stands so now."""
        self._building = building
        self._show()

    def _show(self) -> None:
        """Let it be shown; a Home that cannot be shown must not end the build."""
        try:
            self._changed()
        except Exception:  # noqa: BLE001  (see above)
            _log.exception("a build could not be shown")


class _Shown:
    """Progress that is shown."""

    def __init__(self, reindexing: Reindexing) -> None:
        self._reindexing = reindexing

    def start(self, stage: str, total: int) -> None:
        """A stage begins."""
        self._reindexing.goes_on(Building(running=True, stage=stage, total=total, began=time.monotonic()))

    def advance(self, steps: int) -> None:
        """So many steps are done."""
        now = self._reindexing.building
        self._reindexing.goes_on(replace(now, done=now.done + steps))

    def done(self) -> None:
        """The stage is over: the next one says so."""
