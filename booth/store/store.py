"""The store: what a booth may not forget, each step of a ballot's life one durable transaction."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from booth.session import Effect
from booth.store import rows as table
from booth.store.database import close_quietly, create_database, disk_errors, open_database
from booth.store.faults import NoFreeSlot, StoreFault, damaged
from booth.store.life import LIFE
from booth.store.rows import Counters, Current, CurrentState, Identity, PollsRow, Rows, Shape
from booth.store.slots import MAX_SLOT_BYTES, MIN_SLOT_BYTES, Slot, SlotState, decode
from config.errors import InputError
from config.record import decode as decode_record
from config.record import sha256
from config.secret import Key
from sync.ballot.records import hash_b64
from sync.batch import VoidBallot, VoidKind
from sync.log import ENTRY_MAX_BYTES, START, Entry, Kind, check, follow

__all__ = ["Counters", "Current", "CurrentState", "Identity", "PollsRow", "Rows", "Shape", "Store", "Tallied"]

NEW_DAY = PollsRow(state="ready")
_VOIDS = {
    SlotState.REFUSED: VoidKind.REFUSED,
    SlotState.INTERRUPTED: VoidKind.INTERRUPTED,
    SlotState.TEST: VoidKind.TEST,
}


@dataclass(frozen=True)
class Tallied:
    """What was counted so far; ``spent`` and what it is made of come from the slots themselves."""

    sessions: int
    abandoned: int
    paperless: int
    fragments: int
    cast: int
    refused: int
    interrupted: int
    tests: int
    spent: int
    pending: int

    @classmethod
    def of(cls, counters: Counters, states: list[SlotState]) -> "Tallied":
        """From the counters' row and the state of every slot."""
        found = Counter(states)
        return cls(
            sessions=counters.sessions,
            abandoned=counters.abandoned,
            paperless=counters.paperless,
            fragments=counters.fragments,
            cast=found[SlotState.CAST],
            refused=found[SlotState.REFUSED],
            interrupted=found[SlotState.INTERRUPTED],
            tests=found[SlotState.TEST],
            spent=len(states) - found[SlotState.FREE],
            pending=found[SlotState.PENDING],
        )


Sign = Callable[[int, str], str]
"""Signs a log of so many entries that ends with this hash; gives minisign's text."""
Logged = tuple[str, Kind, dict[str, str | int]]
"""When (UTC to the minute), what, and its small facts."""


class Store:
    """An open store; it holds its file for itself and belongs to the thread that opened it.

    A write is durable on the device when it returns. What a write needs (a pending ballot, an idle booth) is the
    session machine's to know: asking out of turn is our own mistake and raises ValueError, changing nothing. A write
    that fails on the disk raises StoreFault and shuts the store, because only the file knows then whether the step
    is in it: open it again and ask.
    """

    _shape: Shape
    _signature: str
    # What the file holds, kept beside it so that no read is needed between two voters.
    _current: Current
    _counters: Counters
    _polls: PollsRow
    _states: list[SlotState]
    _log_n: int
    _log_head: str

    def __init__(self, connection: Any, mirror: Callable[[Rows], None] | None, sign: Sign | None) -> None:
        """For ``create`` and ``open`` only: reads everything from a connection whose pages were checked."""
        self._db = connection
        self._mirror = mirror
        self._sign = sign
        self._shut: str | None = None
        with disk_errors():
            self._read()

    @classmethod
    def create(
        cls,
        path: Path,
        key: Key,
        shape: Shape,
        *,
        contents: Rows | None = None,
        mirror: Callable[[Rows], None] | None = None,
        sign: Sign | None = None,
    ) -> "Store":
        """Makes a store at ``path``, with all its slots, and opens it: of a new day, or holding ``contents``.

        Raises StoreThere, StoreFault.
        """
        if shape.slots < 1 or not MIN_SLOT_BYTES <= shape.slot_bytes <= MAX_SLOT_BYTES:
            raise ValueError("a store has slots, and a slot a page of its own")

        def fill(connection: Any) -> None:
            table.lay_out(connection, shape, NEW_DAY)
            if contents is not None:
                table.apply(connection, contents, shape.slot_bytes)

        create_database(path, key, fill)
        return cls.open(path, key, mirror=mirror, sign=sign)

    @classmethod
    def open(
        cls, path: Path, key: Key, *, mirror: Callable[[Rows], None] | None = None, sign: Sign | None = None
    ) -> "Store":
        """Opens and verifies the store: every page, every slot, the log's chain, and that the counts agree.

        ``mirror`` gets every write after it is durable here; it must not raise. ``sign`` signs the log's head with
        every entry; who only reads or copies needs none. Raises StoreAway, StoreBusy, StoreFault, and DamageError
        when something does not verify or the key is wrong.
        """
        connection = open_database(path, key)
        try:
            return cls(connection, mirror, sign)
        except BaseException:
            close_quietly(connection)
            raise

    def close(self) -> None:
        """Lets go of the file; nothing is pending on the way to it."""
        self._shut = self._shut or "closed"
        close_quietly(self._db)

    # What is there

    @property
    def identity(self) -> Identity:
        """Whose store this is."""
        return self._shape.identity

    @property
    def shape(self) -> Shape:
        """What a second copy must be made with."""
        return self._shape

    @property
    def current(self) -> Current:
        """Where the voter stands."""
        return self._current

    @property
    def polls(self) -> PollsRow:
        """The day."""
        return self._polls

    @property
    def sessions(self) -> int:
        """Sessions so far; unlike ``tally`` it counts no slots."""
        return self._counters.sessions

    @property
    def tally(self) -> Tallied:
        """What was counted so far."""
        return Tallied.of(self._counters, self._states)

    def log_entries(self) -> list[bytes]:
        """The log's lines, in their order."""
        return [bytes(entry) for (entry,) in self._select("SELECT entry FROM log ORDER BY n")]

    def cast_ballots(self) -> list[bytes]:
        """JSON of every cast ballot, sorted by tracker: the place of a ballot tells nothing."""
        return sorted((slot.ballot for slot in self._slots() if slot.state is SlotState.CAST), key=hash_b64)

    def voids(self) -> list[VoidBallot]:
        """Every ballot that was sealed and not cast, sorted by tracker whatever its kind."""
        return [
            VoidBallot(
                kind=_VOIDS[slot.state],
                ballot=slot.ballot.decode(),
                opening=slot.opening.decode() if slot.state is SlotState.TEST else None,
            )
            for slot in sorted(self._slots(), key=lambda slot: hash_b64(slot.ballot))
            if slot.state in _VOIDS
        ]

    def snapshot(self) -> Rows:
        """Everything that may ever change, as one write."""
        return Rows(
            slots=tuple(self._slots()),
            current=self._current,
            counters=self._counters,
            polls=self._polls,
            log=tuple(enumerate(self.log_entries())),
            signature=self._signature,
        )

    @property
    def signature(self) -> str:
        """The device's signature over the log's head as it is now."""
        return self._signature

    def free_slot(self) -> int:
        """A slot of this device's lane that was never used, every one as likely as any other; raises NoFreeSlot."""
        free = self._free()
        if not free:
            raise NoFreeSlot
        return secrets.choice(free)

    @property
    def spent_up(self) -> bool:
        """No slot of this device's lane is left to seal a ballot in."""
        return not self._free()

    def _free(self) -> list[int]:
        return [number for number in self._lane if self._states[number] is SlotState.FREE]

    @property
    def _lane(self) -> range:
        """This device's slots: all lanes are of one size, and this one is the last."""
        size = self._shape.slots // (self._shape.identity.lane + 1)
        return range(self._shape.slots - size, self._shape.slots)

    # The life of a ballot: ``booth.store.life`` says what each step wants and leaves

    def unlock(self) -> None:
        """An officer's card let a voter in."""
        self._step(Effect.UNLOCK)

    def seal(self, slot: int, ballot: bytes) -> None:
        """*Ya*: the ballot is in its free slot and its credential is spent."""
        self._expect(CurrentState.UNLOCKED)
        if slot not in self._lane or self._states[slot] is not SlotState.FREE:
            raise ValueError(f"slot {slot} is not free")
        self._step(Effect.SEAL, Slot(slot, SlotState.PENDING, ballot))

    def cast(self) -> None:
        """*Sesuai*: the pending ballot counts."""
        self._step(Effect.CAST)

    def finish(self) -> None:
        """The sign was seen, the booth is free for the next voter."""
        self._step(Effect.FINISH)

    def refuse(self) -> None:
        """*Salah*: the pending ballot is void, the same session goes on."""
        self._step(Effect.REFUSE)

    def end_refused(self) -> None:
        """*Salah* once too often: the pending ballot is void and the session ends as abandoned."""
        self._step(Effect.END_REFUSED)

    def abandon(self) -> None:
        """The session ends without a ballot."""
        self._step(Effect.ABANDON)

    def interrupt(self, paper: bool) -> None:
        """Officers void the pending ballot and the session; ``paper`` tells whether any of its slip came out."""
        self._step(Effect.VOID_WITH_PAPER if paper else Effect.VOID_WITHOUT_PAPER)

    def test(self, opening: bytes) -> None:
        """Officers declare the pending ballot a test; ``opening`` is the JSON of its choice and randomness."""
        self._step(Effect.TEST, opening=opening)

    def fragment(self) -> None:
        """A piece of the pending ballot's slip came out before a reprint."""
        self._step(Effect.FRAGMENT)

    def _step(self, effect: Effect, slot: Slot | None = None, opening: bytes = b"") -> None:
        step = LIFE[effect]
        self._expect(step.wants)
        if slot is None and step.slot is not None:
            slot = self._pending(step.slot, opening)
        changes = step.leaves is not step.wants
        pending = slot.number if slot is not None and step.leaves is CurrentState.PENDING else None
        self._write(
            Rows(
                slots=() if slot is None else (slot,),
                current=Current(step.leaves, pending) if changes else None,
                counters=self._count(**dict.fromkeys(step.counts, 1)) if step.counts else None,
            )
        )

    # The day

    def set_polls(self, polls: PollsRow, logged: Logged | None = None) -> None:
        """The day has come to another state, and the log says so in the same transaction."""
        self._write((self._entry(*logged) if logged is not None else Rows()).then(Rows(polls=polls)))

    def log(self, at: str, kind: Kind, facts: dict[str, str | int]) -> None:
        """Appends to the log; ``at`` is UTC to the minute."""
        self._write(self._entry(at, kind, facts))

    def _entry(self, at: str, kind: Kind, facts: dict[str, str | int]) -> Rows:
        entry = follow(self._log_n, self._log_head, at, kind, facts)
        try:
            decode_record(entry, Entry, "log entry", max_bytes=ENTRY_MAX_BYTES)
        except InputError as unfit:
            # Stored, it would quarantine the booth at its next start.
            raise ValueError(unfit.en) from None
        signature = None if self._sign is None else self._sign(self._log_n + 1, sha256(entry))
        return Rows(log=((self._log_n, entry),), signature=signature)

    def apply(self, rows: Rows) -> None:
        """Takes over a write that another store of the same shape made: what ``mirror`` got, or a snapshot."""
        if any(slot.number >= len(self._states) for slot in rows.slots):
            raise ValueError("these rows belong to a store of another shape")
        self._write(rows)

    # Inside

    def _expect(self, state: CurrentState) -> None:
        if self._current.state is not state:
            raise ValueError(f"the booth is {self._current.state.name}, not {state.name}")

    def _pending(self, becomes: SlotState, opening: bytes = b"") -> Slot:
        """The pending slot as it will be."""
        self._expect(CurrentState.PENDING)
        number = self._current.slot
        assert number is not None  # noqa: S101 -- Current holds a slot whenever it is PENDING
        return replace(self._slot(number), state=becomes, opening=opening)

    def _count(self, **more: int) -> Counters:
        return replace(self._counters, **{name: getattr(self._counters, name) + n for name, n in more.items()})

    def _write(self, rows: Rows) -> None:
        self._check_open()
        try:
            with disk_errors():
                table.apply(self._db, rows, self._shape.slot_bytes)
        except ValueError:
            raise
        except BaseException:
            self._shut = "a write failed before"
            close_quietly(self._db)
            raise
        self._remember(rows)
        if self._mirror is not None:
            self._mirror(rows)

    def _remember(self, rows: Rows) -> None:
        for slot in rows.slots:
            self._states[slot.number] = slot.state
        self._current = rows.current or self._current
        self._counters = rows.counters or self._counters
        self._polls = rows.polls or self._polls
        self._signature = rows.signature or self._signature
        for n, entry in rows.log:
            self._log_n, self._log_head = n + 1, sha256(entry)

    def _select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        self._check_open()
        with disk_errors():
            found: list[tuple[Any, ...]] = self._db.execute(query, values).fetchall()
        return found

    def _check_open(self) -> None:
        if self._shut is not None:
            raise StoreFault(self._shut)

    def _slot(self, number: int) -> Slot:
        ((body,),) = self._select("SELECT body FROM slot WHERE number = ?", number)
        return decode(body, number, self._shape.slot_bytes)

    def _slots(self) -> list[Slot]:
        found = self._select("SELECT number, body FROM slot ORDER BY number")
        return [decode(body, number, self._shape.slot_bytes) for number, body in found]

    def _read(self) -> None:
        try:
            ((_, *identity, slots, slot_bytes),) = self._select("SELECT * FROM identity")
            ((_, state, slot),) = self._select("SELECT * FROM current")
            ((_, *counters),) = self._select("SELECT * FROM counters")
            ((_, *polls),) = self._select("SELECT * FROM polls")
            ((_, self._signature),) = self._select("SELECT * FROM signed")
            handovers = self._select("SELECT epoch, record FROM handover ORDER BY epoch")
            self._shape = Shape(Identity(*identity), slots, slot_bytes, tuple((n, bytes(it)) for n, it in handovers))
            self._current = Current(CurrentState(state), slot)
            self._counters = Counters(*counters)
            self._polls = PollsRow(*polls)
        except (ValueError, TypeError):
            raise damaged("its rows are not what they must be", id="barisnya tidak sesuai") from None
        found = self._slots()
        if [slot.number for slot in found] != list(range(slots)):
            raise damaged("slots are missing", id="ada slot yang hilang")
        self._states = [slot.state for slot in found]
        self._read_log()
        self._check_counts()

    def _read_log(self) -> None:
        entries = self.log_entries()
        try:
            check(entries)
        except InputError as broken:
            raise damaged(f"{broken.en[:-1]}", id=broken.id[:-1]) from None
        self._log_n, self._log_head = len(entries), sha256(entries[-1]) if entries else START

    def _check_counts(self) -> None:
        """The sessions' equation and the pending slot: an old page put back into the file is found here."""
        tally = self.tally
        pending = [number for number, state in enumerate(self._states) if state is SlotState.PENDING]
        running = self._current.state in {CurrentState.UNLOCKED, CurrentState.PENDING}
        if (
            pending != ([] if self._current.slot is None else [self._current.slot])
            or tally.sessions != tally.cast + tally.abandoned + tally.tests + running
            or tally.paperless > tally.interrupted
        ):
            raise damaged("its counts contradict each other", id="hitungannya saling bertentangan")
