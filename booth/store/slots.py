"""The slot: a body of fixed size for one credential, the same length whether it holds a ballot or nothing yet."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from booth.store.faults import damaged

PAGE_BYTES = 8192
"""The store's page: a slot and what SQLite and SQLCipher write beside it have one to themselves."""
MAX_SLOT_BYTES = PAGE_BYTES - 80 - 35 - 9
"""8068: the page less SQLCipher's reserve (IV 16, HMAC 64), SQLite's 35 that a leaf cell leaves free before it
overflows (https://www.sqlite.org/fileformat2.html, 1.6), and the row's own header."""
MIN_SLOT_BYTES = PAGE_BYTES // 2
"""With half a page or more no two slots share one, so a write touches the page of its own slot only."""

_HEAD = struct.Struct(">BIII")
"""State, number, bytes of the ballot, bytes of the opening (0: none)."""


class SlotState(IntEnum):
    """What became of a credential."""

    FREE = 0
    PENDING = 1
    CAST = 2
    REFUSED = 3
    INTERRUPTED = 4
    TEST = 5


@dataclass(frozen=True)
class Slot:
    """A slot's contents; its number is the place of its credential in the lane."""

    number: int
    state: SlotState
    ballot: bytes = b""
    """The sealed ballot's JSON; empty in a free slot, and only there."""
    opening: bytes = b""
    """The JSON of choice and randomness of a test; empty in any other slot."""

    def __post_init__(self) -> None:
        if bool(self.ballot) == (self.state is SlotState.FREE) or bool(self.opening) != (self.state is SlotState.TEST):
            raise ValueError(f"slot {self.number}: a {self.state.name} slot does not hold this")
        # Both leave the booth as text; bytes that are none must be found before they are stored.
        self.ballot.decode("utf-8")
        self.opening.decode("utf-8")


def slot_bytes(choices: int) -> int:
    """Size of a slot for ballots with ``choices`` answers, blank counted; raises ValueError beyond 6.

    An answer takes about 0.75 kB and the proofs around them 1.4 kB, an opening 0.1 kB for each answer. Whatever is
    asked for, the size is the whole page: 2 kB more for a ballot of two cost nothing.
    """
    if not 2 <= choices <= 6:
        raise ValueError("a ballot has two to six answers")
    return MAX_SLOT_BYTES


def encode(slot: Slot, size: int) -> bytes:
    """The body of exactly ``size`` bytes; raises ValueError when ballot and opening do not fit."""
    head = _HEAD.pack(slot.state, slot.number, len(slot.ballot), len(slot.opening))
    body = head + slot.ballot + slot.opening
    if len(body) > size:
        raise ValueError(f"slot {slot.number}: {len(body)} bytes do not fit into {size}")
    return body.ljust(size, b"\0")


def decode(body: bytes, number: int, size: int) -> Slot:
    """Reads the body of slot ``number`` strictly; raises DamageError."""
    try:
        return _parse(body, number, size)
    except (ValueError, struct.error):
        raise damaged(f"slot {number} is unreadable", id=f"slot {number} tidak terbaca") from None


def _parse(body: bytes, number: int, size: int) -> Slot:
    state, inner, ballot_bytes, opening_bytes = _HEAD.unpack_from(body)
    split = _HEAD.size + ballot_bytes
    end = split + opening_bytes
    # Padding is nothing but zeros: what an earlier, longer body left behind would be found here.
    if len(body) != size or inner != number or end > size or body.count(0, end) != size - end:
        raise ValueError("size, number or lengths")
    return Slot(number, SlotState(state), body[_HEAD.size : split], body[split:end])
