"""Importing on all cores: each worker takes files wholly by itself, as one desk beside others does.

What is in the air is bounded, so memory does not grow with the number of batches; answers come in the files' order.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from threading import Thread

from sqlalchemy import make_url

from config.errors import BilikError, DeviceError
from config.memory import keep_out_of_cores
from sync.district.intake import Outcome, take
from sync.district.ledger import Ledger, ledger_of
from sync.district.workspace import Workspace

WORTH_IT = 8
"""Files from which on several processes are faster than their start."""
AHEAD = 2
"""Files that are given out for each worker."""

_desk: list[tuple[Workspace, Ledger]] = []
"""A worker's own; empty in the process that the command runs in."""
_Answer = Outcome | tuple[str, str]


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))


def take_in(
    workspace: Workspace,
    ledger: Ledger,
    files: Iterable[Path | Outcome],
    *,
    workers: int,
    stopped: Callable[[], bool],
) -> Iterator[Outcome]:
    """Takes in file after file; what is no file is an answer already. Once ``stopped``, only what was begun is ended.

    Raises DeviceError when the database fails or a worker dies; everything answered before stands.
    """
    if workers < 2:
        for file in files:
            if stopped():
                return
            yield file if isinstance(file, Outcome) else take(workspace, ledger, file)
        return
    url = workspace.database.render_as_string(hide_password=False) if workspace.database else None
    # Not forked: the bar has a thread, and a lock that it holds would be held for ever in the child.
    context = multiprocessing.get_context("spawn")
    before = multiprocessing.active_children()
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(workspace.path, url))
    given: deque[Outcome | Future[_Answer]] = deque()
    try:
        for file in files:
            if stopped():
                break
            given.append(file if isinstance(file, Outcome) else _given(pool, file))
            if len(given) >= AHEAD * workers:
                yield _answer(given.popleft())
        while given:
            yield _answer(given.popleft())
    except BaseException:
        # A worker that dies while another is being started leaves the pool waiting for that one for ever. To be killed
        # in the middle of a batch harms nothing.
        for child in multiprocessing.active_children():
            if child not in before:
                child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _given(pool: ProcessPoolExecutor, file: Path) -> "Future[_Answer]":
    try:
        return pool.submit(_take, file)
    except (BrokenProcessPool, OSError):  # the latter from a worker that dies while it is started
        raise _ended_outside() from None


def _ended_outside() -> DeviceError:
    return DeviceError(
        "A part of the import was ended from outside (too little memory?). Close other programs, then run the "
        "command again: what was taken in stands.",
        id="Sebagian impor dihentikan dari luar (memori kurang?). Tutup program lain, lalu jalankan lagi: yang "
        "sudah diterima tetap tersimpan.",
    )


def _answer(given: "Outcome | Future[_Answer]") -> Outcome:
    try:
        answer = given if isinstance(given, Outcome) else given.result()
    except BrokenProcessPool:
        raise _ended_outside() from None
    if isinstance(answer, tuple):
        raise DeviceError(answer[0], id=answer[1])
    return answer


def _begin(path: Path, url: str | None) -> None:
    keep_out_of_cores()
    # Ctrl-C reaches every process of the terminal: the command decides, and a worker ends what it has begun.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    workspace = Workspace(path, make_url(url) if url else None)
    _desk.append((workspace, ledger_of(workspace)))


def _end_with_parent() -> None:
    """A command that is killed leaves nobody behind who still takes in."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _take(file: Path) -> _Answer:
    workspace, ledger = _desk[0]
    try:
        return take(workspace, ledger, file)
    except BilikError as fault:  # an exception with two sentences does not travel between processes
        return fault.en, fault.id
