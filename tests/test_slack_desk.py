"""The desk works on a fixed number of jobs at once, in order, tells places, and loses and repeats nothing."""

from __future__ import annotations

import contextlib
import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from assistant.slack.desk import Desk
from assistant.slack.job import Job
from assistant.slack.records import Asked, Way

SOON = 10.0  # seconds that a test waits for what comes at once


def job(key: str) -> Job:
    asked = Asked(key, Way.DIRECT, "T0TEAM", "D1", "U1", "Caseloads?", 0.0, "1.0", "1.0")
    return Job(asked, cast("Any", None))  # no status line: the desk never touches it


class Work:
    """Work that begins when it is taken up and ends when the test says so; what it saw is counted."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.begun: list[str] = []
        self.done: list[str] = []
        self.most = 0
        self.free = False
        self._let: set[str] = set()

    def __call__(self, job: Job) -> None:
        key = job.asked.key
        with self.changed:
            self.begun.append(key)
            self.most = max(self.most, len(self.begun) - len(self.done))
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: self.free or key in self._let, SOON)
            self.done.append(key)
            self.changed.notify_all()
        if key.startswith("raising"):
            raise RuntimeError("the work itself is at fault")

    def let(self, *keys: str) -> None:
        """End the work on these jobs; on all there are and come, where none is named."""
        with self.changed:
            self._let.update(keys)
            self.free = self.free or not keys
            self.changed.notify_all()

    def until(self, true: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(true, SOON)


@contextlib.contextmanager
def desk(work: Work, workers: int, waiting: int = 100) -> Iterator[Desk]:
    """A desk whose threads have all ended after the block."""
    before = set(threading.enumerate())
    made = Desk(work, workers, waiting)
    own = set(threading.enumerate()) - before
    assert len(own) == workers
    try:
        yield made
    finally:
        work.let()
        made.close(SOON)
        for thread in own:
            thread.join(SOON)
            assert not thread.is_alive()


def until(desk: Desk, true: Callable[[], object]) -> None:
    """Wait for what the desk does after the work on a job has ended."""
    with desk._changed:
        assert desk._changed.wait_for(true, SOON)


def test_places_count_what_must_end_first() -> None:
    work = Work()
    with desk(work, workers=2) as at:
        first, second, third, fourth = (job(name) for name in ("a", "b", "c", "d"))
        assert at.take(first) == 0
        assert at.take(second) == 0
        work.until(lambda: len(work.begun) == 2)
        assert at.take(third) == 1
        assert at.take(fourth) == 2
        assert at.places() == [(third, 1), (fourth, 2)]
        assert set(at.jobs()[:2]) == {first, second}
        assert at.jobs()[2:] == [third, fourth]
        assert work.most == 2
        work.let("a")
        work.until(lambda: "c" in work.begun)
        assert at.places() == [(fourth, 1)]


def test_a_job_is_next_where_a_worker_is_free_though_none_has_taken_it_yet() -> None:
    """Two at once at a free desk are both told 0, whether or not the first was already taken up."""
    work = Work()
    with desk(work, workers=3) as at:
        assert [at.take(job(str(n))) for n in range(5)] == [0, 0, 0, 1, 2]


def test_a_full_queue_refuses_and_takes_again_when_there_is_room() -> None:
    work = Work()
    with desk(work, workers=1, waiting=2) as at:
        assert [at.take(job(name)) for name in "abcd"] == [0, 1, 2, None]
        work.let("a")
        until(at, lambda: len(at._queue) == 1)
        assert at.take(job("e")) == 2
        assert at.take(job("f")) is None


def test_where_nothing_may_wait_a_free_worker_still_works() -> None:
    work = Work()
    with desk(work, workers=2, waiting=0) as at:
        assert [at.take(job(name)) for name in "abc"] == [0, 0, None]


def test_a_waiting_job_can_be_dropped_and_a_running_or_done_one_cannot() -> None:
    work = Work()
    with desk(work, workers=1) as at:
        running, dropped, last = job("a"), job("b"), job("c")
        for one in (running, dropped, last):
            at.take(one)
        work.until(lambda: work.begun)
        assert at.drop(dropped)
        assert not at.drop(dropped)
        assert not at.drop(running)
        assert at.places() == [(last, 1)]
        work.let()
        until(at, lambda: not at._running and not at._queue)
        assert not at.drop(last)
        assert work.done == ["a", "c"]


def test_jobs_are_found_by_their_questions() -> None:
    work = Work()
    with desk(work, workers=1) as at:
        running, waiting = job("a"), job("b")
        at.take(running)
        at.take(waiting)
        work.until(lambda: work.begun)
        assert at.find(["b", "a", "x"]) == [running, waiting]
        assert at.find([]) == []
        work.let("a")
        until(at, lambda: running not in at._running)
        assert at.find(["a"]) == []


def test_work_that_raises_ends_its_job_and_not_its_worker(caplog: pytest.LogCaptureFixture) -> None:
    work = Work()
    work.let()
    with caplog.at_level(logging.ERROR), desk(work, workers=1) as at:
        for name in ("raising 1", "raising 2", "after"):
            assert at.take(job(name)) is not None
        work.until(lambda: "after" in work.done)
    assert [getattr(one, "question", None) for one in caplog.records] == ["raising 1", "raising 2"]


def test_closing_waits_for_what_there_is_and_takes_nothing_new() -> None:
    work = Work()
    with desk(work, workers=1) as at:
        at.take(job("a"))
        at.take(job("b"))
        left: list[list[Job]] = []
        closing = threading.Thread(target=lambda: left.append(at.close(SOON)))
        closing.start()
        until(at, lambda: at._closed)
        assert at.take(job("c")) is None
        work.let()
        closing.join(SOON)
        assert left == [[]]
        assert work.done == ["a", "b"]


def test_closing_in_time_gives_back_what_is_left_and_begins_none_of_it() -> None:
    work = Work()
    with desk(work, workers=1) as at:
        running, waiting = job("a"), job("b")
        at.take(running)
        at.take(waiting)
        work.until(lambda: work.begun)
        assert at.close(0) == [running, waiting]
        assert at.places() == []
        work.let()
        until(at, lambda: not at._running)
        assert work.begun == ["a"]
        assert at.close(0) == []


def test_many_threads_at_once_lose_nothing_and_repeat_nothing() -> None:
    """Askers, droppers and those who look at places, all at once: each job is done, dropped or refused, once."""
    done: Counter[str] = Counter()
    lock, now, most = threading.Lock(), 0, 0

    def work(job: Job) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        with lock:
            done[job.asked.key] += 1
            now -= 1
        if job.asked.key.endswith("7"):
            raise ValueError("at fault")

    logging.disable(logging.ERROR)
    try:
        at = Desk(work, 4, 20)
        outcomes: list[dict[str, str]] = [{} for _ in range(8)]

        def asker(number: int) -> None:
            choose = random.Random(number)  # noqa: S311  (no secret)
            for n in range(150):
                one = job(f"{number}-{n}")
                place = at.take(one)
                if place is None:
                    outcomes[number][one.asked.key] = "refused"
                elif choose.random() < 0.3 and at.drop(one):
                    outcomes[number][one.asked.key] = "dropped"
                else:
                    outcomes[number][one.asked.key] = "taken"
                assert place is None or 0 <= place <= 20
                places = [place for _, place in at.places()]
                assert places == list(range(1, len(places) + 1))

        askers = [threading.Thread(target=asker, args=(number,)) for number in range(8)]
        for thread in askers:
            thread.start()
        for thread in askers:
            thread.join(SOON)
        assert at.close(SOON) == []
    finally:
        logging.disable(logging.NOTSET)
    told = {key: outcome for each in outcomes for key, outcome in each.items()}
    assert len(told) == 8 * 150
    assert most <= 4
    assert set(done.values()) == {1}
    assert set(done) == {key for key, outcome in told.items() if outcome == "taken"}
