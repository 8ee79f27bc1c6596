"""What a booth's batch tells beyond its counts: hours, sessions by the quarter of an hour, tests that were opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sync.batch import Batch, BatchRecord, VoidKind
from sync.log import Entry, Kind, check
from sync.running import NO_IMAGE

_RUNS = {"software", "image"}
"""Facts of entries that say what a device runs."""
_COUNTED = (Kind.COUNTERS, Kind.TAKEN_OVER)
"""Entries that say how many sessions there were."""


Ran: TypeAlias = tuple[str, str]
"""SHA-256 of the software, and the root hash of the image or ``none``."""


@dataclass(frozen=True)
class Stretch:
    """A part of the booth's day, between two moments at which the log knows how many sessions there were."""

    begins: str
    """UTC, to the minute."""
    ends: str
    open_minutes: int
    """Minutes in which voters could be let in; pauses are none."""
    sessions: int


@dataclass(frozen=True)
class Evidence:
    """The parts of one batch that reconciliation looks at."""

    opened_at: str
    closed_at: str
    stretches: tuple[Stretch, ...]
    clock_doubtful: bool
    """The booth itself said that its clock contradicts package or log."""
    voids: int
    tests_opened: int
    ran: tuple[Ran, ...]
    """What the booth's devices say that they ran, in the order of the day; more than one after a change."""

    @property
    def open_minutes(self) -> int:
        """Of the whole day."""
        return sum(stretch.open_minutes for stretch in self.stretches)


def evidence_of(batch: Batch) -> Evidence:
    """Reads a verified batch; raises InputError where its log is none."""
    record, log = batch.record, check(list(batch.log))
    return Evidence(
        opened_at=record.opened_at,
        closed_at=record.closed_at,
        stretches=_stretches(log, record.opened_at, record.closed_at, record.counts.sessions),
        clock_doubtful=any(entry.kind is Kind.CLOCK_DOUBTFUL for entry in log),
        voids=len(batch.voids),
        tests_opened=sum(void.kind is VoidKind.TEST and void.opening is not None for void in batch.voids),
        ran=_ran(log, record),
    )


def _ran(log: tuple[Entry, ...], record: BatchRecord) -> tuple[Ran, ...]:
    """Each once."""
    told = [(str(entry.facts["software"]), str(entry.facts["image"])) for entry in log if entry.facts.keys() >= _RUNS]
    last = (record.running.software, record.running.image or NO_IMAGE)
    return tuple(dict.fromkeys((*told, last)))


def _stretches(log: tuple[Entry, ...], opened_at: str, closed_at: str, sessions: int) -> tuple[Stretch, ...]:
    """From opening to closing, cut at every mark of counters.

    A takeover goes on from what the stick knew, which may be less than the last mark said: that stretch has none then,
    and the next one begins with the smaller number.
    """
    found = []
    begins, known, open_minutes = opened_at, 0, 0
    at, running = opened_at, True
    closing = next((entry.at for entry in reversed(log) if entry.kind is Kind.CLOSING), closed_at)
    for entry in (*log, None):
        moment = entry.at if entry else closing
        if moment > at:
            open_minutes += _minutes(at, moment) if running else 0
            at = moment
        if entry is None or entry.kind in _COUNTED:
            count = int(entry.facts.get("sessions", known)) if entry else sessions
            if moment > begins or count > known:
                found.append(Stretch(begins, moment, open_minutes, max(0, count - known)))
            begins, known, open_minutes = moment, count, 0
        elif entry.kind in (Kind.PAUSED, Kind.CLOSING):
            running = False
        elif entry.kind in (Kind.OPENED, Kind.RESUMED):
            running = True
    return tuple(found)


def _minutes(begins: str, ends: str) -> int:
    return int((_moment(ends) - _moment(begins)).total_seconds() // 60)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
