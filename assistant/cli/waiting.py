"""What a person at a terminal sees while a language model is waited for; all else is over before it could be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from assistant.records import Step


@contextmanager
def waiting(quiet: bool) -> Iterator[Callable[[Step], None]]:
    """A watcher for `Assistant.ask` that shows the step on stderr: on a terminal only, and never with --quiet."""
    from assistant.records import StepKind  # noqa: PLC0415  (it takes long)

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    status = console.status("")

    def watch(step: Step) -> None:
        if step.kind is StepKind.WORDING:
            status.update(f"{step.words} …")
            status.start()
        else:
            status.stop()

    try:
        yield watch
    finally:
        status.stop()
