"""Progress bars on stderr: shown on a terminal only, and never with --quiet."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from index.progress import Progress as IndexProgress
from index.progress import Silent


def progress_for(quiet: bool) -> IndexProgress:
    """Bars where stderr is a terminal and the person wants them.  NO_COLOR is respected, by rich itself."""
    console = Console(stderr=True)
    return Bars(console) if console.is_terminal and not quiet else Silent()


class Bars:
    """One bar a stage, with its rate and the time left."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars: Progress | None = None

    def start(self, stage: str, total: int) -> None:
        """Begin a bar."""
        label = TextColumn("{task.description:<10}")
        self._bars = Progress(
            label, BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(), console=self._console
        )
        self._bars.add_task(stage, total=total)
        self._bars.start()

    def advance(self, steps: int) -> None:
        """Move the bar."""
        if self._bars is not None:
            self._bars.advance(self._bars.task_ids[0], steps)

    def done(self) -> None:
        """Leave the bar as it stands, so that the next begins below it."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None


class _Rate(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")
