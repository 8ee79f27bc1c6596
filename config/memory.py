"""What this process holds in memory stays there, and is gone once it is freed: keys, PINs, choices, slips.

Source: setrlimit(2), prctl(2), core(5) of Linux; mallopt(3), "Tunables" in the GNU C library's manual.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Callable
from functools import cache

_PR_SET_DUMPABLE = 4
_WIPING = {
    # Python keeps small objects in pools of its own, where nothing overwrites them; the C library has one for all.
    "PYTHONMALLOC": "malloc",
    # What is freed is filled with the byte 0xa5; the cache of each thread, which would be left out, is switched off.
    # One heap for all threads, and blocks of 128 KiB (pictures) go back to the system at once.
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
    ":glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=131072",
}


def keep_out_of_cores() -> None:
    """No core file of this process and those it starts; and nobody but root may look into its memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A core that goes to a program (systemd-coredump, apport) is written whatever the limit says.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def wipe_what_is_freed() -> None:
    """From the start of this process on, memory is overwritten when it is freed; starts the program anew where not.

    The C library reads such settings once, before Python does anything: so they must be in the environment, and who
    starts the program with them already saves the second start. Up to 8 bytes at a block's end are left as they are.
    """
    if any(os.environ.get(name) != value for name, value in _WIPING.items()):
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | _WIPING)  # noqa: S606 -- ourselves


def give_back_what_is_freed() -> None:
    """Pages that hold nothing but freed memory go back to the system: now and then, or a day's memory grows.

    A long-lived process has holes everywhere in its heap, and the C library gives back the heap's end only. Takes a
    millisecond or two; does nothing with another C library.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Found once: every ``CDLL`` makes a class of its own, which would be garbage once a second."""
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found
