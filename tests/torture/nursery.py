"""Booth processes that are forked from one which has imported everything: a start costs milliseconds, not a second.

Each is a process of its own that lives and dies by itself; only the interpreter's start and the imports are shared. The
shim is in the parent already and is woken in the child. Booths with Kivy, and those that strace follows, are executed.
"""

import ctypes
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import process
from pathlib import Path

PRELOAD = "LD_PRELOAD"
_context = multiprocessing.get_context("forkserver")


class Forked:
    """One booth, with what is needed of ``subprocess.Popen``'s ways."""

    def __init__(self, library: Path, arguments: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        """``library`` is the shim; all booths of a process have the same one."""
        before = os.environ.get(PRELOAD)
        os.environ[PRELOAD] = str(library)
        try:
            _context.set_forkserver_preload(["tests.torture.headless"])
            self._process: process.BaseProcess = _context.Process(
                target=_live, args=(tuple(arguments), str(log), dict(environment))
            )
            self._process.start()
        finally:
            if before is None:
                del os.environ[PRELOAD]
            else:
                os.environ[PRELOAD] = before

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    def poll(self) -> int | None:
        """Its status, None while it lives; minus the signal that killed it."""
        return self._process.exitcode

    def wait(self, timeout_s: float | None = None) -> int | None:
        """As ``poll``, once it has ended or the time is over."""
        self._process.join(timeout_s)
        return self._process.exitcode

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()


def _live(arguments: tuple[str, ...], log: str, environment: dict[str, str]) -> None:
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(out)
    os.environ.update(environment)
    ctypes.CDLL(None).bilik_shim_begin()
    from tests.torture import headless

    sys.argv = ["headless", *arguments]
    sys.exit(headless.main())
