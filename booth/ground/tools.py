"""The system's own programs for file systems and partitions, each called with an end to the waiting."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

GAVE_UP = 124
"""Exit code of what was ended because it took too long."""
NOT_THERE = 127
"""Exit code of a program that this machine does not have."""


@dataclass(frozen=True)
class Ran:
    """How a program ended."""

    code: int
    said: str
    """Standard output."""


def run(arguments: Sequence[str], timeout_s: float) -> Ran:
    """Runs a program of the system without a shell; what it says on standard error goes to the journal."""
    try:
        done = subprocess.run(  # noqa: S603 -- no shell, and no argument that begins with another's text
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        return Ran(GAVE_UP, "")
    except OSError:
        return Ran(NOT_THERE, "")
    return Ran(done.returncode, done.stdout.decode(errors="replace"))
