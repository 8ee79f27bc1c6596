"""What this process holds in memory stays there: keys, PINs and choices, which a crash would write to the disk.

Source: setrlimit(2), prctl(2), core(5) of Linux.
"""

import ctypes
import resource

_PR_SET_DUMPABLE = 4


def keep_out_of_cores() -> None:
    """No core file of this process and those it starts; and nobody but root may look into its memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A core that goes to a program (systemd-coredump, apport) is written whatever the limit says.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
