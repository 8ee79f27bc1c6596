"""The rows of a store: its schema, the values they take, and the one function that writes them.

Every write is ``Rows``: absolute values of the rows that it touches, never differences. So it can be repeated, and
put into a second store of the same shape, with the same end.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from booth.store.slots import Slot, SlotState, encode

SCHEMA = """
-- One row: whose store this is. Written once.
CREATE TABLE identity (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    booth        TEXT NOT NULL,
    ballot_uuid  TEXT NOT NULL,
    setup        TEXT NOT NULL,     -- SHA-256 of the package's manifest
    epoch        INTEGER NOT NULL,
    lane         INTEGER NOT NULL,
    session_key  TEXT NOT NULL,     -- minisign public key
    certificate  BLOB NOT NULL,     -- JSON of sync.sessions.SessionCertificate
    slots        INTEGER NOT NULL,
    slot_bytes   INTEGER NOT NULL
) STRICT;

-- One row, overwritten: where the voter stands. Never a choice.
CREATE TABLE current (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    state  INTEGER NOT NULL,        -- CurrentState
    slot   INTEGER                  -- only while a ballot is pending
) STRICT;

-- One row, overwritten: what the slots cannot say.
CREATE TABLE counters (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    sessions   INTEGER NOT NULL,
    abandoned  INTEGER NOT NULL,
    paperless  INTEGER NOT NULL,
    fragments  INTEGER NOT NULL
) STRICT;

-- One row, overwritten: the day.
CREATE TABLE polls (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    state      TEXT NOT NULL,
    opened_at  TEXT,
    closed_at  TEXT,
    attended   INTEGER,
    left       INTEGER,
    takeover   TEXT                 -- JSON of booth.takeover.Takeover until its tape is signed
) STRICT;

-- One row, overwritten with the log: the device's signature over the log's head (sync.sessions.LogHead).
CREATE TABLE signed (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    signature  TEXT NOT NULL        -- minisign's text
) STRICT;

-- One row for each device that served this booth before. Written once.
CREATE TABLE handover (
    epoch   INTEGER PRIMARY KEY,
    record  BLOB NOT NULL           -- JSON of sync.sessions.Handover
) STRICT;

-- One row for each credential of the lanes up to this device's, all there from the beginning and all of one size.
CREATE TABLE slot (
    number  INTEGER PRIMARY KEY,
    body    BLOB NOT NULL           -- booth.store.slots
) STRICT;

-- The only table that grows.
CREATE TABLE log (
    n      INTEGER PRIMARY KEY,
    entry  BLOB NOT NULL            -- JSON of sync.log.Entry
) STRICT;
"""


class CurrentState(IntEnum):
    """Where the voter stands, as far as it outlives a power failure."""

    IDLE = 0
    UNLOCKED = 1
    PENDING = 2
    CAST = 3


@dataclass(frozen=True)
class Identity:
    """Whose store it is."""

    booth: str
    ballot_uuid: str
    setup: str
    """SHA-256 of the package's manifest, hexadecimal."""
    epoch: int
    lane: int
    session_key: str
    """Public half of the device's session key, a minisign public key line."""
    certificate: bytes
    """JSON of ``sync.sessions.SessionCertificate``."""


@dataclass(frozen=True)
class Current:
    """The one overwritten row."""

    state: CurrentState
    slot: int | None = None
    """The pending ballot's slot, and nothing in any other state: a finished ballot's place is forgotten."""

    def __post_init__(self) -> None:
        if (self.slot is not None) != (self.state is CurrentState.PENDING):
            raise ValueError("a slot is named while a ballot is pending, and only then")


@dataclass(frozen=True)
class Counters:
    """What the slots cannot say."""

    sessions: int = 0
    abandoned: int = 0
    paperless: int = 0
    fragments: int = 0


@dataclass(frozen=True)
class PollsRow:
    """The day: ``state`` is a value of ``booth.polls.Durable``, times are UTC minutes as in ``sync.batch``."""

    state: str
    opened_at: str | None = None
    closed_at: str | None = None
    attended: int | None = None
    left: int | None = None
    takeover: str | None = None
    """While the tape of a takeover is not signed yet: what stands on it, as JSON."""


@dataclass(frozen=True)
class Rows:
    """One write: the rows that it touches, with the values that they have after it."""

    slots: tuple[Slot, ...] = ()
    current: Current | None = None
    counters: Counters | None = None
    polls: PollsRow | None = None
    log: tuple[tuple[int, bytes], ...] = ()
    """Number and bytes of log entries."""
    signature: str | None = None
    """The device's signature over the log's head after these entries."""

    def then(self, later: "Rows") -> "Rows":
        """Both writes as one."""
        slots = {slot.number: slot for slot in (*self.slots, *later.slots)}
        return Rows(
            # By number: the order of their writing would be the order of voting.
            slots=tuple(slots[number] for number in sorted(slots)),
            current=later.current or self.current,
            counters=later.counters or self.counters,
            polls=later.polls or self.polls,
            log=tuple(sorted(dict((*self.log, *later.log)).items())),
            signature=later.signature or self.signature,
        )


@dataclass(frozen=True)
class Shape:
    """What a store is made with and never changes."""

    identity: Identity
    slots: int
    slot_bytes: int
    handovers: tuple[tuple[int, bytes], ...] = ()
    """Epoch and JSON of ``sync.sessions.Handover`` of each earlier device."""


def lay_out(connection: Any, shape: Shape, polls: PollsRow) -> None:
    """Makes the tables and all rows that there will ever be, except the log's, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA.split(";\n"):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO identity VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*_values(shape.identity), shape.slots, shape.slot_bytes),
    )
    connection.execute("INSERT INTO current VALUES (1, 0, NULL)")
    connection.execute("INSERT INTO counters VALUES (1, 0, 0, 0, 0)")
    connection.execute("INSERT INTO polls VALUES (1, ?, ?, ?, ?, ?, ?)", _values(polls))
    connection.execute("INSERT INTO signed VALUES (1, '')")
    connection.executemany("INSERT INTO handover VALUES (?, ?)", shape.handovers)
    connection.executemany(
        "INSERT INTO slot VALUES (?, ?)",
        ((number, encode(Slot(number, SlotState.FREE), shape.slot_bytes)) for number in range(shape.slots)),
    )
    connection.execute("COMMIT")


def apply(connection: Any, rows: Rows, slot_bytes: int) -> None:
    """Writes ``rows`` in one transaction; doing it again changes nothing.

    Slots are overwritten in place: SQLite does so when a row keeps its size, and then touches no other page.
    Raises ValueError, and writes nothing, when a slot's contents do not fit; after any other error the caller closes
    the connection, which rolls back.
    """
    bodies = [(encode(slot, slot_bytes), slot.number) for slot in rows.slots]
    connection.execute("BEGIN IMMEDIATE")
    for body in bodies:
        _update(connection, "UPDATE slot SET body = ? WHERE number = ?", body)
    if rows.current is not None:
        _update(connection, "UPDATE current SET state = ?, slot = ?", (int(rows.current.state), rows.current.slot))
    if rows.counters is not None:
        _update(
            connection,
            "UPDATE counters SET sessions = ?, abandoned = ?, paperless = ?, fragments = ?",
            _values(rows.counters),
        )
    if rows.polls is not None:
        _update(
            connection,
            "UPDATE polls SET state = ?, opened_at = ?, closed_at = ?, attended = ?, left = ?, takeover = ?",
            _values(rows.polls),
        )
    connection.executemany(
        "INSERT INTO log VALUES (?, ?) ON CONFLICT (n) DO UPDATE SET entry = excluded.entry", rows.log
    )
    if rows.signature is not None:
        _update(connection, "UPDATE signed SET signature = ?", (rows.signature,))
    connection.execute("COMMIT")


def _update(connection: Any, statement: str, values: tuple[object, ...]) -> None:
    if connection.execute(statement, values).rowcount != 1:
        raise LookupError("a row is written that this store does not have")


def _values(row: Identity | Counters | PollsRow) -> tuple[object, ...]:
    """The fields in the order of their columns."""
    return tuple(getattr(row, name) for name in row.__dataclass_fields__)
