"""Calls that may hang for ever, each with an end to the waiting, in a thread of their own."""

import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, Protocol, TypeVar


class Thing(Protocol):
    """What is called, by one thread only."""

    def release(self) -> None:
        """Gives back what it holds; the last call of all."""


C = TypeVar("C", bound=Thing)
T = TypeVar("T")


class Pending(Exception):
    """A call has not returned yet, and may take longer."""


class Late(Exception):
    """A call did not return in its time; its thread is left behind and cleans up if it ever does."""


class Call(Generic[C, T]):
    """One call, and what came of it."""

    def __init__(self, work: Callable[[C], T], timeout_s: float) -> None:
        self._work = work
        self._outcome: Future[T] = Future()
        self._end_s = time.monotonic() + timeout_s

    def do(self, thing: C) -> None:
        """In the thread of the calls; whatever it raises is raised where it is waited for."""
        try:
            self._outcome.set_result(self._work(thing))
        except Exception as fault:
            # Its frames may hold secrets, and an exception outlives them.
            self._outcome.set_exception(fault.with_traceback(None))

    def wait(self, wait_s: float = math.inf) -> T:
        """What it returned or raised; raises Pending after ``wait_s``, and Late after its own time."""
        left_s = max(0.0, self._end_s - time.monotonic())
        with contextlib.suppress(TimeoutError):
            return self._outcome.result(min(wait_s, left_s))
        raise Pending if wait_s < left_s else Late


class Calls(Generic[C]):
    """Calls to one thing, one after another."""

    def __init__(self, thing: C) -> None:
        self.thing = thing
        self._jobs: queue.Queue[Callable[[C], None] | None] = queue.Queue()
        self._ended = False
        self._thread = in_background(self._work)

    @property
    def over(self) -> bool:
        """Ended, and the last call has returned."""
        return not self._thread.is_alive()

    def start(self, work: Callable[[C], T], timeout_s: float) -> Call[C, T]:
        """A call that is to return within ``timeout_s``; raises Late when there was an end before."""
        if self._ended:
            raise Late
        call = Call(work, timeout_s)
        self._jobs.put(call.do)
        return call

    def call(self, work: Callable[[C], T], timeout_s: float) -> T:
        """The same, and what it returned or raised; raises Late after its time."""
        return self.start(work, timeout_s).wait()

    def end(self) -> None:
        """Releases the thing as soon as the call at hand returns."""
        if not self._ended:
            self._ended = True
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job(self.thing)
            # A command of before is not kept until the next one comes.
            del job
        self.thing.release()


def in_background(work: Callable[[], None]) -> threading.Thread:
    """Starts a thread that does not keep the program from ending."""
    thread = threading.Thread(target=work, name="aside", daemon=True)
    thread.start()
    return thread
