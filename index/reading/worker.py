"""The worker process: reads one file after another and answers over its pipe.  Start it as a module, with limits.

    python -m index.reading.worker SECONDS MEMORY_BYTES

It knows nothing of other workers, of retries or of the source folder: the pool does.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

from index.errors import ReadError
from index.reading.read import read
from index.reading.wire import READY, Request, parse_request, reply_line

OUT_OF_MEMORY = 77  # exit status
_LONGEST_REQUEST = 1 << 16


def main(seconds: float, memory_bytes: int) -> None:
    """Answers until the parent closes the pipe, or dies of a file; the parent tells of what."""
    _limit(memory_bytes)
    requests, replies = _private_pipes()
    logging.disable(logging.CRITICAL)
    replies.write(READY)
    replies.flush()
    while line := requests.readline(_LONGEST_REQUEST):
        replies.write(_answer(parse_request(line), seconds))
        replies.flush()


def _limit(memory_bytes: int) -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # no reader writes a file
    ):
        _, hard = resource.getrlimit(kind)
        # the system may already allow less, and nobody may raise that
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, moved to where a library that prints or asks cannot reach them."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    return requests, replies


def _answer(request: Request, seconds: float) -> bytes:
    # the alarm is not caught: it ends the process even inside a library written in C
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return reply_line(read(Path(request.path), careful=request.careful))
    except ReadError as error:
        return reply_line(error)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # a process that has run out of memory is in no state to go on
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
