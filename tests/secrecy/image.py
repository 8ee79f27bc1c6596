"""The memory of another process as it is at one instant, and what of a list stands in it."""

import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

MAPPING = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \d+ *(.*)$")
NOT_MEMORY = ("[vvar", "[vsyscall]", "/dev/")
"""The kernel's own pages, and devices: no core file holds them either."""
BLOCK_BYTES = 1 << 24
LONGEST_NEEDLE_BYTES = 4096
DIGITS = re.compile(rb"\d{1,8}")


class Unreadable(Exception):
    """This process may not look into that one."""


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """While nothing in the process moves."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def blocks(process: int) -> Iterator[bytes]:
    """Everything but programs and libraries as they lie on the disk, in pieces that overlap by the longest needle.

    What a core file holds, and more. Raises Unreadable.
    """
    maps = Path(f"/proc/{process}/maps").read_text()
    with _memory(process) as memory:
        for line in maps.splitlines():
            found = MAPPING.match(line)
            assert found, line
            start, end, rights, name = int(found[1], 16), int(found[2], 16), found[3], found[4]
            as_on_disk = name.startswith("/") and "w" not in rights
            if "r" not in rights or as_on_disk or name.startswith(NOT_MEMORY):
                continue
            for at in range(start, end, BLOCK_BYTES):
                memory.seek(at)
                yield memory.read(min(BLOCK_BYTES + LONGEST_NEEDLE_BYTES, end - at))


def _memory(process: int) -> FileIO:
    try:
        return FileIO(f"/proc/{process}/mem")
    except OSError as fault:
        raise Unreadable(str(fault)) from None


def found_in(process: int, needles: Mapping[str, bytes]) -> dict[str, int]:
    """How often each needle stands in the memory of a process; those that do not are left out."""
    counts: dict[str, int] = {}
    with stopped(process):
        for data in blocks(process):
            for name, needle in needles.items():
                # What begins in the overlap is counted with the next block.
                if times := _count(data, needle):
                    counts[name] = counts.get(name, 0) + times
    return counts


def _count(data: bytes, needle: bytes) -> int:
    assert len(needle) <= LONGEST_NEEDLE_BYTES
    if not DIGITS.fullmatch(needle):
        return data.count(needle, 0, BLOCK_BYTES + len(needle) - 1)
    # A PIN's digits come by chance within longer numbers, of which ballots are full.
    alone = re.compile(rb"(?<![0-9a-fA-F])" + needle + rb"(?![0-9a-fA-F])")
    return sum(found.start() < BLOCK_BYTES for found in alone.finditer(data))
