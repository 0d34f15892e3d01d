"""What this machine can do at most, and what processes take of it: the limits that stand beside the measured rates."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import numpy as np

SIDE = 2048  # of the square matrices that are multiplied
WIDE = 64 << 20  # numbers, of 4 bytes, that are read through
EVERY = 0.1  # seconds between two looks at the memory of processes


@dataclass(frozen=True, slots=True)
class Limits:
    """Peaks of this machine: billions of operations a second in matrix products, and bytes a second read by one pass.

    `bf16` is 0 where the processor has no such instructions.
    """

    processor: str
    cores: int
    fp32: float
    bf16: float
    memory: float


def limits() -> Limits:
    """Measure them, the best of several tries each."""
    import torch  # noqa: PLC0415  (takes seconds, which the other parts need not wait for)

    native = any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))

    def product(dtype: torch.dtype) -> float:
        left, right = (torch.randn(SIDE, SIDE).to(dtype) for _ in range(2))
        return 2 * SIDE**3 / _best(lambda: left @ right) / 1e9

    numbers = np.ones(WIDE, dtype=np.float32)
    memory = numbers.nbytes / _best(numbers.max)
    bf16 = product(torch.bfloat16) if native else 0.0
    return Limits(_processor(), os.cpu_count() or 1, product(torch.float32), bf16, memory)


def resident(pid: int) -> int:
    """Bytes of memory that a process and its children have; what they share is counted for each."""
    total = 0
    for one in _family(pid):
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):  # it has just ended
            continue
    return total


@contextmanager
def peak(process: subprocess.Popen[str]) -> Iterator[list[int]]:
    """The most memory, in bytes, that a process and its children had at once, as the last of the list."""
    found, stop = [0], Event()

    def look() -> None:
        while not stop.wait(EVERY):
            found.append(max(found[-1], resident(process.pid)))

    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def _family(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(one) for task in tasks for one in (task / "children").read_text().split()]
    except OSError:
        children = []
    return [pid, *(one for child in children for one in _family(child))]


def _best(work: Callable[[], object], tries: int = 7) -> float:
    """Seconds of the quickest of several tries."""
    seconds = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
