"""The app's own chores, each on a thread: places told, statuses and leases kept alive, leftovers taken up, purging.

What each chore is stands here as one line; doing it belongs to the parts.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from assistant.slack.blocks.notes import queue_words
from assistant.slack.desk import Desk
from assistant.slack.front import LEASE, Front
from assistant.slack.state.store import Store
from assistant.slack.status import REFRESH
from index.errors import InspectionsError

TICK = 1.0  # seconds
PLACES = 3.0  # seconds after which a new place in the queue is told
_log = logging.getLogger(__name__)


class Keeper:
    """Does the chores until it is closed."""

    def __init__(self, front: Front, desk: Desk, store: Store, keep_days: int, lease: float = LEASE) -> None:
        """`keep_days` that questions, answers and feedback are kept; `lease`: seconds, as the front has it."""
        self._front = front
        self._desk = desk
        self._store = store
        self._places: dict[str, tuple[int, float]] = {}
        self._refreshed: dict[str, float] = {}
        self._closed = threading.Event()
        self._lease = lease
        chores: dict[str, tuple[float, Callable[[], None]]] = {
            "renew": (lease / 3, self._renew),
            "resume": (lease / 4, self._resume),
            "tell": (TICK, self._tell),
            "purge": (3600.0, lambda: _count("purged", store.purge(keep_days))),
        }
        # A thread for each: one that waits for Slack or the database must not let the leases run out.
        self._threads = [
            threading.Thread(target=self._run, args=chore, name=f"keeper-{name}", daemon=True)
            for name, chore in chores.items()
        ]
        for thread in self._threads:
            thread.start()

    def close(self, seconds: float) -> None:
        """Begin no more chores, and wait at most so long for those begun."""
        self._closed.set()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0.0))

    def _run(self, every: float, work: Callable[[], None]) -> None:
        while not self._closed.is_set():
            self._do(work)
            self._closed.wait(every)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except InspectionsError as error:
            _log.warning("a chore failed", extra={"why": error.what})
        except Exception:  # noqa: BLE001  (one failed chore must not end the others)
            _log.exception("a chore failed")

    def _renew(self) -> None:
        at_desk = (job.asked.key for job in self._desk.jobs())
        self._store.renew([*self._front.at_hand(), *at_desk], self._lease)

    def _resume(self) -> None:
        for question in self._store.overdue(self._lease):
            self._do(partial(self._front.resume, question))
        for question in self._store.standing(self._lease):
            self._do(partial(self._front.withdraw, question))

    def _tell(self) -> None:
        """Tell the waiting their new places, and all whose status Slack would soon clear the same again."""
        now = time.monotonic()
        jobs = {job.asked.key: job for job in self._desk.jobs()}
        self._places = {key: one for key, one in self._places.items() if key in jobs}
        self._refreshed = {key: at for key, at in self._refreshed.items() if key in jobs}
        for job, place in self._desk.places():
            key = job.asked.key
            told, at = self._places.get(key, (place, now))
            self._places.setdefault(key, (told, at))
            if place != told and now - at >= PLACES:
                self._places[key] = (place, now)
                job.line.say(queue_words(place - 1))
        for key, job in jobs.items():
            if now - self._refreshed.setdefault(key, now) >= REFRESH:
                self._refreshed[key] = now
                job.line.refresh()


def _count(what: str, rows: int) -> None:
    if rows:
        _log.info(what, extra={"rows": rows})
