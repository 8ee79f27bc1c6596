"""What the demo says while it runs: lines with the time, on a terminal also a bar for each booth."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

EVERY = 10
"""Without a terminal, a line after so many sessions."""

LOG_COLUMNS = 132


class Teller:
    """May be told things by any thread."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        if not self.console.is_terminal:
            self.console.width = LOG_COLUMNS
        self._began_s = time.monotonic()
        self._lock = threading.Lock()
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._done: dict[str, int] = {}
        self._totals: dict[str, int] = {}

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._began_s

    def heading(self, text: str) -> None:
        """A part of the day begins."""
        self._print(Text(f"\n{text}", style="bold"))

    def say(self, text: str, style: str = "") -> None:
        """One line with the time before it."""
        self._print(Text.assemble((f"{self.seconds:6.1f} s  ", "dim"), (text, style)))

    def _print(self, text: Text) -> None:
        with self._lock:
            (self._bars.console if self._bars else self.console).print(text)

    @contextmanager
    def booths(self, totals: dict[str, int]) -> Iterator[None]:
        """While sessions are held: ``session`` moves a booth's bar."""
        self._totals, self._done = totals, dict.fromkeys(totals, 0)
        if not self.console.is_terminal:
            yield
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[last]}"),
        )
        with Progress(*columns, console=self.console) as bars:
            self._bars = bars
            self._tasks = {name: bars.add_task(name, total=total, last="") for name, total in totals.items()}
            try:
                yield
            finally:
                self._bars = None

    def session(self, booth: str, what: str, *, special: bool) -> None:
        """A session of a booth is over."""
        with self._lock:
            self._done[booth] += 1
            done = self._done[booth]
            if self._bars is not None:
                self._bars.update(self._tasks[booth], completed=done, last=what if special else "")
        if special:
            self.say(f"{booth}  session {done}: {what}")
        elif self._bars is None and (done % EVERY == 0 or done == self._totals[booth]):
            self.say(f"{booth}  {done} of {self._totals[booth]} sessions")
