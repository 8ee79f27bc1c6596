"""The booth's log: officers' acts and faults in a hash chain; of voters it knows counters at 15-minute marks only."""

from enum import StrEnum
from typing import Annotated

import msgspec

from config.errors import InputError
from config.record import Record, decode, encode, sha256

START = "0" * 64
"""The ``previous`` of the first entry."""
ENTRY_MAX_BYTES = 4096
MARK_MINUTES = 15


class Kind(StrEnum):
    """What may be written at all. There is no kind for a void, an abandoned session, a refusal or a test."""

    PROVISIONED = "provisioned"
    TAKEN_OVER = "taken-over"
    TAKEOVER_SIGNED = "takeover-signed"
    OPENED = "opened"
    RESTARTED = "restarted"
    PAUSED = "paused"
    RESUMED = "resumed"
    CLOSING = "closing"
    ATTENDANCE = "attendance"
    CLOSED = "closed"
    EXPORTED = "exported"
    WRONG_PIN = "wrong-pin"
    CARD_REFUSED = "card-refused"
    PRINTER_FAULT = "printer-fault"
    PRINTER_BACK = "printer-back"
    READER_AWAY = "reader-away"
    READER_BACK = "reader-back"
    STICK_AWAY = "stick-away"
    STICK_BACK = "stick-back"
    STICK_BEHIND = "stick-behind"
    STICK_CAUGHT_UP = "stick-caught-up"
    STICK_KNEW_MORE = "stick-knew-more"
    CLOCK_DOUBTFUL = "clock-doubtful"
    COUNTERS = "counters"


class Entry(Record, frozen=True):
    """One line of the log."""

    n: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    at: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z\Z")]
    """UTC, to the minute; ``counters`` entries stand at 15-minute marks."""
    kind: Kind
    facts: dict[str, str | int]
    """Small facts by kind: a card's id, a fault's name, a counter. Sorted by name."""
    previous: str
    """SHA-256 of the entry before."""


def follow(n: int, previous: str, at: str, kind: Kind, facts: dict[str, str | int]) -> bytes:
    """The bytes of entry ``n`` when the one before hashes to ``previous``."""
    return encode(Entry(n=n, at=at, kind=kind, facts=dict(sorted(facts.items())), previous=previous))


def head(entries: list[bytes]) -> str:
    """SHA-256 of the last entry: it stands for the whole log on tape and in the batch."""
    return sha256(entries[-1]) if entries else START


def check(entries: list[bytes]) -> tuple[Entry, ...]:
    """Reads a log and checks its chain; raises InputError that names the entry."""
    previous, read = START, []
    for n, data in enumerate(entries):
        entry = decode(data, Entry, f"log entry {n}", max_bytes=ENTRY_MAX_BYTES)
        if entry.n != n or entry.previous != previous:
            raise InputError(
                f"The log is broken at entry {n}: a line was changed, left out or put in. Keep the file as evidence.",
                id=f"Catatan terputus pada baris {n}: ada yang diubah, hilang, atau disisipkan. Simpan sebagai bukti.",
            )
        previous = sha256(data)
        read.append(entry)
    return tuple(read)
