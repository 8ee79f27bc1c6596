"""Everything that was ever written to a disk, in its order: QEMU's ``blklogwrites``, and what a power cut leaves of it.

Source: the format of Linux' dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst), which QEMU writes:
a head of one sector; then for each write one sector that says where it went, how long it is and how (1 flush, 2 FUA,
4 discard), and the data behind it.
"""

import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MAGIC = 0x6A736677736872
SUPER = struct.Struct("<QQQI")
ENTRY = struct.Struct("<QQQQ")
FLUSH, FUA, DISCARD = 1, 2, 4


@dataclass(frozen=True)
class Write:
    """One entry; sizes in bytes."""

    at: int
    size: int
    flags: int
    data_at: int
    """Where its data lie in the log."""
    ends_at: int
    """The log's size once it is in it."""


def entries(log: Path) -> list[Write]:
    """The head's own count is renewed now and then only, so after a cut it is stale: the entries are walked."""
    found = []
    whole = log.stat().st_size
    with log.open("rb") as source:
        magic, version, _, sector = SUPER.unpack(source.read(SUPER.size))
        if (magic, version) != (MAGIC, 1):
            raise AssertionError(f"{log.name} is no log of writes")
        place = sector
        while place + sector <= whole:
            source.seek(place)
            at, count, flags, _ = ENTRY.unpack(source.read(ENTRY.size))
            data_at = place + sector
            length = 0 if flags & DISCARD else count * sector
            if data_at + length > whole or (not count and not flags):
                break
            place = data_at + length
            found.append(Write(at * sector, count * sector, flags, data_at, place))
    return found


def kept(writes: Sequence[Write], done: int, chance: random.Random) -> Iterator[Write]:
    """What is on the disk when the power goes after ``done`` writes: all before the last flush, and of those after it
    each one with even chances. A write that forces itself (FUA) is on the disk.
    """
    flushed = max((n for n in range(done) if writes[n].flags & FLUSH), default=0)
    for n, write in enumerate(writes[:done]):
        if n < flushed or write.flags & FUA or chance.random() < 0.5:
            yield write


def replay(log: Path, writes: Iterator[Write], disk: Path, start: int, size: int) -> None:
    """Writes them to a copy of one partition, which begins at ``start`` of the whole disk."""
    with log.open("rb") as source, disk.open("r+b") as target:
        for write in writes:
            if write.flags & DISCARD or not write.size or not start <= write.at < start + size:
                continue
            source.seek(write.data_at)
            target.seek(write.at - start)
            target.write(source.read(write.size))
