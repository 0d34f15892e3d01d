"""Questions at full rate while the index is rebuilt: no error, no answer of two generations, no long wait."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import numpy as np

from assistant.live import LiveAssistant
from index.generation import current_id
from torture.outcome import Outcome
from torture.subject import QUESTIONS, TODAY, Subject

THREADS = 4
SAYS = re.compile(r"says version (\d+) of this text")


@dataclass
class _Heard:
    """What one thread heard: how long each answer took, which versions an answer and its generation are of."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0


def swapped_under_questions(subject: Subject, times: int, *, idle: float) -> Outcome:
    """Rebuild `times` times while THREADS ask; `idle` seconds before that they ask an index that is left alone.

    Not met, too, where the 95th percentile of the waits is more than twice as long as it is when left alone.
    """
    subject.build()
    versions = {current_id(subject.index): 0}
    with LiveAssistant(subject.index, subject.embedder, rules=subject.rules) as live:
        _asked(live, versions, 0.5)  # what is loaded once, is
        alone = _asked(live, versions, idle)
        stop = Event()
        with ThreadPoolExecutor(THREADS) as threads:
            asking = [threads.submit(_ask, live, versions, stop, turn) for turn in range(THREADS)]
            late = _rebuilt(subject, live, versions, times)
            stop.set()
            heard = [one.result() for one in asking]
    errors = [error for one in (*heard, *alone) for error in one.errors]
    mixed, lone, busy = sum(one.mixed for one in heard), _p95(alone), _p95(heard)
    wrong = [f"{len(errors)} errors: {errors[0]}"] if errors else []
    wrong += [f"{mixed} answers mix two generations"] if mixed else []
    wrong += [f"p95 is {busy / lone:.1f} times that when left alone"] if busy > 2 * lone else []
    wrong += [f"a new generation took {late:.1f} s to serve"] if late > 5 else []
    total = sum(len(one.seconds) for one in heard)
    found = (
        f"{total:,} answers, {len(errors)} errors, {mixed} mixed; p95 {1000 * busy:.0f} ms, left alone "
        f"{1000 * lone:.0f} ms; each new generation served within {late:.1f} s"
    )
    return Outcome(
        "questions during rebuilds and swaps", f"{times} rebuilds, {THREADS} threads asking", found, tuple(wrong)
    )


def _rebuilt(subject: Subject, live: LiveAssistant, versions: dict[str, int], times: int) -> float:
    """Rebuild, and the longest that a new generation took to serve."""
    late = 0.0
    for version in range(1, times + 1):
        subject.write(version)
        versions[f"{int(current_id(subject.index)) + 1:06d}"] = version
        subject.build()
        began, never = time.monotonic(), Event()
        while _serving(live) != current_id(subject.index) and time.monotonic() - began < 30:
            never.wait(0.02)
        late = max(late, time.monotonic() - began)
    return late


def _serving(live: LiveAssistant) -> str:
    with live.current() as assistant:
        return assistant.index.manifest.generation


def _asked(live: LiveAssistant, versions: dict[str, int], seconds: float) -> list[_Heard]:
    """What THREADS hear in so many seconds."""
    stop = Event()
    with ThreadPoolExecutor(THREADS) as threads:
        asking = [threads.submit(_ask, live, versions, stop, turn) for turn in range(THREADS)]
        stop.wait(seconds)
        stop.set()
        return [one.result() for one in asking]


def _ask(live: LiveAssistant, versions: dict[str, int], stop: Event, turn: int) -> _Heard:
    heard = _Heard()
    while not stop.is_set():
        began = time.perf_counter()
        try:
            with live.current() as assistant:
                answer = assistant.ask(QUESTIONS[turn % len(QUESTIONS)], today=TODAY)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is counted)
            heard.errors.append(f"{type(error).__name__}: {error}")
            continue
        heard.seconds.append(time.perf_counter() - began)
        said = {int(number) for text in _texts(answer) for number in SAYS.findall(text)}
        heard.mixed += not said <= {versions[answer.generation]}
        turn += 1
    return heard


def _texts(answer) -> list[str]:  # type: ignore[no-untyped-def]  # assistant.records.Answer
    return [answer.text, *(one.quote for one in answer.citations), *(one.text for one in answer.passages)]


def _p95(heard: list[_Heard]) -> float:
    return float(np.percentile([seconds for one in heard for seconds in one.seconds], 95))
