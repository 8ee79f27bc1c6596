"""Processes that work for this one, each on a line of its own: whoever dies ends his line, and nobody waits for him.

The standard library's pool lets its processes share two queues with locks in them, and (CPython 3.11) gives up what is
pending while more of it may be put in: one that dies at a wrong moment leaves its owner waiting for ever.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import Queue
from typing import Any, Self

from config.errors import BilikError, DeviceError
from config.memory import keep_out_of_cores

AHEAD = 2
"""Pieces that lie with each process: the one that it works on, and the next."""

Work = Callable[..., Any]


class EndedOutside(DeviceError):
    """A process ended before its work: killed, most likely for lack of memory."""

    def __init__(self) -> None:
        super().__init__(
            "A part of this program was ended from outside (too little memory?). Close other programs. Run the same "
            "command again: what was done stands.",
            id="Sebagian program ini dihentikan dari luar (memori kurang?). Tutup program lain. Jalankan lagi perintah "
            "yang sama: yang sudah selesai tetap tersimpan.",
        )


@dataclass
class _Worker:
    process: SpawnProcess
    line: Connection
    pieces: deque[int] = field(default_factory=deque)
    """Tickets of what lies with it, in its order."""


class Crew:
    """``number`` processes that do pieces of work; what they are given and answer is pickled, errors of ours too.

    ``begin`` is called with ``given`` in each of them first; an error of ours there is the answer to every piece.
    """

    def __init__(self, number: int, begin: Work, *given: object) -> None:
        self._number, self._begin, self._given = number, begin, given
        self._workers: list[_Worker] = []
        self._waiting: deque[tuple[int, Work, tuple[object, ...]]] = deque()
        self._last = 0

    def __enter__(self) -> Self:
        try:
            with _deaf_to_interrupts():
                for _ in range(self._number):
                    self._workers.append(self._start())
        except OSError:
            self._end(kill=True)
            raise EndedOutside from None
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._end(kill=kind is not None)

    def submit(self, work: Work, *given: object) -> int:
        """Has ``work`` done by whoever has least to do; the ticket of its answer. Raises EndedOutside."""
        self._last += 1
        self._waiting.append((self._last, work, given))
        self._hand_out()
        return self._last

    def next(self) -> tuple[int, Any]:
        """The next ticket whose work is done, and its answer; something must have been submitted.

        Raises EndedOutside, or the error of ours or of the system that the work raised.
        """
        busy = {worker.line: worker for worker in self._workers if worker.pieces}
        worker = busy[wait(busy)[0]]  # type: ignore[index]  # of lines only lines come back
        try:
            done, answer = worker.line.recv()
        except (EOFError, OSError):
            raise EndedOutside from None
        ticket = worker.pieces.popleft()
        if not done:
            raise answer
        self._hand_out()
        return ticket, answer

    def _start(self) -> _Worker:
        # Not forked: a lock that another thread holds would be held for ever in the child.
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._begin, self._given), daemon=True)
        process.start()
        theirs.close()  # else a process that has died would still have its end of the line open, here
        return _Worker(process, ours)

    def _hand_out(self) -> None:
        while self._waiting:
            worker = min(self._workers, key=lambda one: len(one.pieces))
            if len(worker.pieces) >= AHEAD:
                return
            ticket, *piece = self._waiting.popleft()
            try:
                worker.line.send(piece)
            except OSError:
                raise EndedOutside from None
            worker.pieces.append(ticket)

    def _end(self, *, kill: bool) -> None:
        """Killed in the middle of their work when something failed: all that they do is whole or not there."""
        for worker in self._workers:
            if kill:
                worker.process.kill()
            worker.line.close()  # with it a process ends that is not killed
        for worker in self._workers:
            worker.process.join()


class Alone:
    """The same verbs, in this process, for what is done sooner than processes begin."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, Work, tuple[object, ...]]] = deque()
        self._last = 0

    def submit(self, work: Work, *given: object) -> int:
        self._last += 1
        self._waiting.append((self._last, work, given))
        return self._last

    def next(self) -> tuple[int, Any]:
        ticket, work, given = self._waiting.popleft()
        return ticket, work(*given)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ctrl-C reaches every process of a terminal: the command alone decides, and the others say nothing to it.

    They inherit that, from before Python itself has begun in them; to the command it comes a moment later.
    """
    resource_tracker.ensure_running()  # else it begins with the first process, and undoes the next line
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(line: "Connection[Any, Any]", begin: Work, given: tuple[object, ...]) -> None:
    keep_out_of_cores()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pieces: Queue[tuple[Work, tuple[object, ...]]] = Queue()
    threading.Thread(target=_listen, args=(line, pieces), daemon=True).start()
    failed: Exception | None = None
    try:
        begin(*given)
    except (BilikError, OSError) as error:
        failed = error
    while True:
        work, its = pieces.get()
        try:
            answer = (False, failed) if failed is not None else (True, work(*its))
        except (BilikError, OSError, MemoryError) as error:
            answer = (False, error)
        line.send(answer)


def _listen(line: "Connection[Any, Any]", pieces: "Queue[tuple[Work, tuple[object, ...]]]") -> None:
    """Takes what comes at once, so that whoever gives never waits; ends this process with the line."""
    try:
        while True:
            pieces.put(line.recv())
    finally:
        # Nobody wants anything any more, or the command was killed: it leaves nobody behind who still works.
        os._exit(0)
