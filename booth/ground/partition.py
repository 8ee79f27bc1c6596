"""Where the data partition lies: the fourth entry of the memory card's partition table (MBR), decided from its bytes.

The entry's kind is the state that survives a power cut: ``MAKING`` until its file system is whole, ``MADE`` ever after.
What is made is never formatted again, whatever it looks like: votes may be on it.

Source: the classic generic MBR (four entries of 16 bytes at 446, 0x55 0xAA at 510).
"""

import struct
from dataclasses import dataclass

SECTOR_BYTES = 512
ENTRIES_AT, ENTRY = 446, struct.Struct("<B3sB3sII")
SIGNATURE = b"\x55\xaa"
NUMBER = 4
MAKING, MADE = 0xDA, 0x83
"""Non-file-system data; Linux."""
ALIGN_SECTORS = 4 * 1024 * 1024 // SECTOR_BYTES
LEAST_BYTES = 96 * 1024 * 1024
"""A package with clips (some 30 MiB), store and batch of a large booth, and as much again (``booth.reserve``)."""
MOST_SECTORS = 2**32 - 1
_NO_GEOMETRY = b"\xfe\xff\xff"


class NotOurs(Exception):
    """The table is none, or the fourth entry is somebody else's."""


class TooSmall(Exception):
    """What remains of the card is less than ``LEAST_BYTES``."""


@dataclass(frozen=True)
class Entry:
    """One partition; all zero where there is none."""

    kind: int
    start: int
    sectors: int

    @property
    def end(self) -> int:
        """The first sector behind it."""
        return self.start + self.sectors


def entries(table: bytes) -> tuple[Entry, ...]:
    """The four entries of sector 0; raises NotOurs."""
    if len(table) != SECTOR_BYTES or table[510:] != SIGNATURE:
        raise NotOurs
    found = []
    for number in range(4):
        _, _, kind, _, start, sectors = ENTRY.unpack_from(table, ENTRIES_AT + number * ENTRY.size)
        found.append(Entry(kind, start, sectors))
    return tuple(found)


def data_entry(table: bytes, card_sectors: int, room_until: int) -> Entry:
    """The data partition as it is, if it is made; else as it is to be made: kind ``MAKING``, up to the card's end.

    ``room_until``: the sector up to which the card belongs to the system (a second one included). Raises NotOurs or
    TooSmall.
    """
    *system, data = entries(table)
    if data.kind == MADE:
        if data.end > card_sectors:
            # A copy of a larger card: its file system ends beyond this one's end.
            raise TooSmall
        return data
    if data.kind not in (0, MAKING):
        raise NotOurs
    start = max(room_until, *(entry.end for entry in system))
    start = -(-start // ALIGN_SECTORS) * ALIGN_SECTORS
    sectors = min(card_sectors, MOST_SECTORS) - start
    sectors -= sectors % ALIGN_SECTORS
    if sectors * SECTOR_BYTES < LEAST_BYTES:
        raise TooSmall
    return Entry(MAKING, start, sectors)


def with_data(table: bytes, data: Entry) -> bytes:
    """Sector 0 with that fourth entry; every other byte stays."""
    entry = ENTRY.pack(0, _NO_GEOMETRY, data.kind, _NO_GEOMETRY, data.start, data.sectors)
    at = ENTRIES_AT + (NUMBER - 1) * ENTRY.size
    return table[:at] + entry + table[at + ENTRY.size :]
