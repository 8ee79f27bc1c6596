"""The harness's side of ``shim.c``: builds it, arms it, and reads what it has numbered.

Why not strace alone: its ``when=N`` counts the calls of each thread by itself, and one booth has a runner, a worker and
a mirror that all write. The shim counts over all threads; ``test_shim.py`` lets strace judge that it misses nothing.
"""

import mmap
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
HEAD = struct.Struct("=8I")
RECORD = struct.Struct("=4BI24s")
RECORDS = 65536
ALL = 0xFFFFFFFF


class Call(IntEnum):
    """As ``enum call`` in shim.c."""

    WRITE = 0
    PWRITE = auto()
    WRITEV = auto()
    PWRITEV = auto()
    FSYNC = auto()
    FDATASYNC = auto()
    FTRUNCATE = auto()
    TRUNCATE = auto()
    RENAME = auto()
    LINK = auto()
    SYMLINK = auto()
    UNLINK = auto()
    RMDIR = auto()
    MKDIR = auto()
    OPEN = auto()
    CHMOD = auto()
    """Or chown."""
    SENDFILE = auto()
    COPY = auto()
    ALLOCATE = auto()
    REOPEN = auto()
    """For writing, what is there already: it changes nothing, and a read-only disk refuses it."""


CHANGES = frozenset(Call) - {Call.REOPEN}
"""What a booth is killed at."""
WRITES = frozenset({Call.WRITE, Call.PWRITE, Call.WRITEV, Call.PWRITEV, Call.SENDFILE, Call.COPY})
SYNCS = frozenset({Call.FSYNC, Call.FDATASYNC})
GROWS = WRITES | {Call.ALLOCATE, Call.MKDIR, Call.OPEN, Call.LINK, Call.SYMLINK}
"""What a full disk refuses."""


class Act(IntEnum):
    """As ``enum act`` in shim.c."""

    NOTHING = 0
    KILL_BEFORE = auto()
    KILL_AFTER = auto()
    TEAR = auto()
    """Half of a write, then death."""
    FAIL_ONCE = auto()
    FAIL_ON = auto()
    """From that call on, until told otherwise."""
    WAIT_ONCE = auto()
    WAIT_ON = auto()


class Watched(IntEnum):
    """Whose calls are numbered."""

    DISK = 0
    STICK = auto()
    PRINTER = auto()


@dataclass(frozen=True)
class Noted:
    """One call, in the order of its number."""

    call: Call
    watched: Watched
    thread: int
    name: str
    """The end of the path."""
    done: bool
    """It was made; not so for the one that was killed before, or failed."""

    @property
    def tears(self) -> bool:
        """Half of it can be written."""
        return self.call in WRITES


class CannotBuild(Exception):
    """No compiler, or it does not take shim.c."""


def build(folder: Path) -> Path:
    """Compiles the shim into a folder; raises CannotBuild with the compiler's own words."""
    library = folder / "shim.so"
    command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, SOURCE]
    try:
        made = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as fault:
        raise CannotBuild(f"gcc does not run ({fault}); apt-get install gcc libc6-dev") from None
    if made.returncode != 0:
        raise CannotBuild(made.stderr)
    return library


class Shim:
    """One process's shim. Give ``environment`` to the process; everything else may be called while it runs."""

    def __init__(self, library: Path, control: Path, paths: Mapping[Watched, Sequence[Path | str]]) -> None:
        """``control`` is a new file outside of the watched ``paths``."""
        control.write_bytes(b"")
        with control.open("r+b") as file:
            file.truncate(HEAD.size + RECORDS * RECORD.size)
            self._shared = mmap.mmap(file.fileno(), 0)
        prefixes = ":".join(f"{watched.value}={path}" for watched, many in paths.items() for path in many)
        self.environment = {"LD_PRELOAD": str(library), "BILIK_SHIM": str(control), "BILIK_SHIM_PATHS": prefixes}
        self.tell()

    def tell(
        self,
        act: Act = Act.NOTHING,
        at: int = 0,
        *,
        value: int = 0,
        calls: frozenset[Call] = CHANGES,
        watched: frozenset[Watched] = frozenset(Watched),
    ) -> None:
        """What is counted, and what is done at number ``at`` (from 1): ``value`` is an errno or milliseconds."""
        self._put(2, at, act.value, value, sum(1 << call for call in calls), sum(1 << kind for kind in watched))

    def arm(self) -> None:
        """Counts from here."""
        self._put(0, 1, 0)

    def rest(self) -> None:
        """Counts no more; every call is let through."""
        self._put(0, 0)

    @property
    def count(self) -> int:
        """Calls since it was armed."""
        return int(self._head()[1])

    @property
    def hits(self) -> int:
        """How often what was told has been done."""
        return int(self._head()[7])

    def noted(self) -> tuple[Noted, ...]:
        """Every call that was numbered."""
        found = []
        for n in range(min(self.count, RECORDS)):
            call, watched, done, _, thread, name = RECORD.unpack_from(self._shared, HEAD.size + n * RECORD.size)
            end = name.rstrip(b"\0").decode(errors="replace")
            found.append(Noted(Call(call), Watched(watched), thread, end, bool(done)))
        return tuple(found)

    def close(self) -> None:
        """Lets go of the shared memory."""
        self._shared.close()

    def _head(self) -> tuple[int, ...]:
        return HEAD.unpack_from(self._shared, 0)

    def _put(self, first: int, *values: int) -> None:
        struct.pack_into(f"={len(values)}I", self._shared, first * 4, *values)
