"""The one thread for what takes long (printing, status queries, making the batch), so that the runner never waits."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Queue
from typing import TypeAlias


@dataclass(frozen=True)
class Finished:
    """A piece of work came to its end; ``then`` is called by the runner's thread, so state has one owner."""

    then: Callable[[], None]


Work: TypeAlias = Callable[[], Callable[[], None]]
"""Runs in the worker's thread and returns what the runner shall do with the outcome."""


class Worker:
    """Does one thing after another; what it returns is handed to ``deliver`` as Finished."""

    def __init__(self, deliver: Callable[[Finished], None]) -> None:
        self._deliver = deliver
        self._work: Queue[Work | None] = Queue()
        self._waiting = 0
        self._generation = 0
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Nothing is waiting or being done, as the runner's thread sees it."""
        return self._waiting == 0

    def submit(self, work: Work) -> None:
        """Called by the runner's thread only; what the work brings is dropped after ``forget``."""
        self._waiting += 1
        began = self._generation

        def do() -> Callable[[], None]:
            then = work()
            return lambda: then() if began == self._generation else None

        self._work.put(do)

    def forget(self) -> None:
        """The state is another: what was submitted before leads to nothing any more."""
        self._generation += 1

    def stop(self) -> None:
        """Ends the thread after what it is doing now; does not wait for it."""
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                then = work()
            except BaseException as fault:  # raised again in the runner's thread
                then = _raiser(fault)
            self._deliver(Finished(self._done(then)))
            # A job holds a slip's bytes: this thread must not keep the last one while it waits for the next.
            del work, then

    def _done(self, then: Callable[[], None]) -> Callable[[], None]:
        def after() -> None:
            self._waiting -= 1
            then()

        return after


def _raiser(fault: BaseException) -> Callable[[], None]:
    def again() -> None:
        raise fault

    return again
