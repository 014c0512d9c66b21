"""What the supervisor says while it works: a progress bar on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from time import monotonic
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Report(Protocol):
    """Hears of what happens to the parts."""

    def begin(self, names: Sequence[str]) -> None:
        """These parts are going to be started."""

    def ready(self, name: str, waiting: Sequence[str]) -> None:
        """One is ready, the others are on their way."""

    def end(self) -> None:
        """The start is over, well or not."""

    def say(self, text: str) -> None:
        """Something that a person should read."""


class Silence:
    """Says nothing (tests)."""

    def begin(self, names: Sequence[str]) -> None:
        """Nothing."""

    def ready(self, name: str, waiting: Sequence[str]) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""

    def say(self, text: str) -> None:
        """Nothing."""


class Terminal:
    """Shows a bar while there is a terminal, and one line a part elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self._begun = monotonic()
        self._progress: Progress | None = None
        self._task = TaskID(0)

    def begin(self, names: Sequence[str]) -> None:
        """Show the bar."""
        self._begun = monotonic()
        if not self.console.is_terminal:
            return
        columns = (
            SpinnerColumn(),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(
            *columns, TextColumn("{task.description}"), console=self.console, transient=True
        )
        self._task = self._progress.add_task(_waiting_for(names), total=len(names))
        self._progress.start()

    def ready(self, name: str, waiting: Sequence[str]) -> None:
        """Move the bar, or print a line with the seconds since the beginning."""
        if self._progress is None:
            self.console.print(f"{monotonic() - self._begun:6.1f} s  {name}")
        else:
            self._progress.update(self._task, advance=1, description=_waiting_for(waiting))

    def end(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def say(self, text: str) -> None:
        """Print it above the bar."""
        self.console.print(text, soft_wrap=True)


def _waiting_for(names: Sequence[str], shown: int = 4) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{', '.join(names[:shown])}{more}"
