"""The ledger: which batch counts for which booth; one transaction an entry, so that killing and repeating is safe."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec
from sqlalchemy import Column, Connection, String, Table, select, update

from sync.batch import BatchRecord
from sync.district.database import Database, metadata, sqlite_url
from sync.district.workspace import Workspace

_batches = Table(
    "batches",
    metadata,
    Column("booth", String, primary_key=True),
    Column("batch_sha256", String, nullable=False, unique=True),
    Column("record", String, nullable=False),  # batch.json as it was signed
    Column("archive_sha256", String, nullable=False),  # the batch's own, or the completed one
    Column("result", String),  # JSON; null until the archive has its result
)
_conflicts = Table(
    "conflicts",
    metadata,
    Column("batch_sha256", String, primary_key=True),
    Column("booth", String, nullable=False),
)
_decisions = Table(
    "decisions",
    metadata,
    Column("booth", String, primary_key=True),
    Column("batch_sha256", String),  # the batch that counts; null when paper decided
    Column("votes", String),  # JSON, when paper decided
    Column("reason", String, nullable=False),
)


class Entry(StrEnum):
    """What became of a batch that was offered."""

    ACCEPTED = "accepted"
    ALREADY = "already here"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Admitted:
    """A booth's batch as the ledger has it."""

    record: BatchRecord
    batch_sha256: str
    archive_sha256: str
    result: tuple[int, ...] | None


@dataclass(frozen=True)
class Decision:
    """What people settled by paper; software never does."""

    batch_sha256: str | None
    votes: tuple[int, ...] | None
    reason: str


class Ledger:
    """Every method is one transaction, and several commands and desks may work at once."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def admit(self, record: BatchRecord, batch_sha256: str, archive_sha256: str) -> Entry:
        """Enters a verified batch, or notes it as in conflict with the booth's other one."""
        with self.database.transaction(record.booth) as connection:
            there = connection.execute(
                select(_batches.c.batch_sha256).where(_batches.c.booth == record.booth)
            ).scalar_one_or_none()
            if there == batch_sha256:
                return Entry.ALREADY
            if there is None:
                _enter(connection, record, batch_sha256, archive_sha256)
                return Entry.ACCEPTED
            known = connection.execute(
                select(_conflicts.c.batch_sha256).where(_conflicts.c.batch_sha256 == batch_sha256)
            ).scalar_one_or_none()
            decided = select(_decisions.c.booth).where(_decisions.c.booth == record.booth)
            if known is not None and connection.execute(decided).scalar_one_or_none() is not None:
                return Entry.ALREADY
            if known is None:
                connection.execute(_conflicts.insert(), {"batch_sha256": batch_sha256, "booth": record.booth})
                # What was decided did not know of this batch.
                connection.execute(_decisions.delete().where(_decisions.c.booth == record.booth))
            return Entry.CONFLICT

    def entered(self, booth: str) -> str | None:
        """SHA-256 of the batch that counts for a booth, if one does."""
        with self.database.snapshot() as connection:
            found = connection.execute(select(_batches.c.batch_sha256).where(_batches.c.booth == booth))
            sha256: str | None = found.scalar_one_or_none()
            return sha256

    def complete(self, booth: str, before: str, archive_sha256: str, result: tuple[int, ...] | None) -> bool:
        """Puts a further archive in the place of ``before``; False when another command was faster."""
        with self.database.transaction(booth) as connection:
            done = connection.execute(
                update(_batches)
                .where(_batches.c.booth == booth, _batches.c.archive_sha256 == before)
                .values(archive_sha256=archive_sha256, result=_text(result))
            )
            return done.rowcount == 1

    def decide_by_paper(self, booth: str, votes: tuple[int, ...], reason: str) -> None:
        """Notes the votes that people counted; they stand before whatever batches say."""
        with self.database.transaction(booth) as connection:
            _note(connection, booth, None, votes, reason)

    def decide_for(self, record: BatchRecord, batch_sha256: str, archive_sha256: str, reason: str) -> None:
        """Makes one of a booth's batches the one that counts; the others stay noted as in conflict."""
        booth = record.booth
        with self.database.transaction(booth) as connection:
            before = connection.execute(
                select(_batches.c.batch_sha256).where(_batches.c.booth == booth)
            ).scalar_one_or_none()
            if before != batch_sha256:
                connection.execute(_conflicts.delete().where(_conflicts.c.batch_sha256 == batch_sha256))
                connection.execute(_batches.delete().where(_batches.c.booth == booth))
                _enter(connection, record, batch_sha256, archive_sha256)
                connection.execute(_conflicts.insert(), {"batch_sha256": before, "booth": booth})
            _note(connection, booth, batch_sha256, None, reason)

    def admitted(self) -> dict[str, Admitted]:
        """The batch of each booth, sorted by booth."""
        with self.database.snapshot() as connection:
            rows = connection.execute(select(_batches).order_by(_batches.c.booth)).all()
        return {
            row.booth: Admitted(
                msgspec.json.decode(row.record, type=BatchRecord),
                row.batch_sha256,
                row.archive_sha256,
                _numbers(row.result),
            )
            for row in rows
        }

    def conflicts(self) -> dict[str, tuple[str, ...]]:
        """The further batches of booths that have more than one, by booth."""
        with self.database.snapshot() as connection:
            rows = connection.execute(select(_conflicts).order_by(_conflicts.c.booth, _conflicts.c.batch_sha256)).all()
        found: dict[str, tuple[str, ...]] = {}
        for row in rows:
            found[row.booth] = (*found.get(row.booth, ()), row.batch_sha256)
        return found

    def decisions(self) -> dict[str, Decision]:
        """What people settled, by booth."""
        with self.database.snapshot() as connection:
            rows = connection.execute(select(_decisions)).all()
        return {row.booth: Decision(row.batch_sha256, _numbers(row.votes), row.reason) for row in rows}


def ledger_of(workspace: Workspace) -> Ledger:
    """The workspace's ledger, made when it is first asked for."""
    return Ledger(Database(sqlite_url(workspace.path / "ledger.sqlite"), workspace.record.election_id))


def _enter(connection: Connection, record: BatchRecord, batch_sha256: str, archive_sha256: str) -> None:
    connection.execute(
        _batches.insert(),
        {
            "booth": record.booth,
            "batch_sha256": batch_sha256,
            "record": msgspec.json.encode(record).decode(),
            "archive_sha256": archive_sha256,
            "result": _text(record.result),
        },
    )


def _note(
    connection: Connection, booth: str, batch_sha256: str | None, votes: tuple[int, ...] | None, reason: str
) -> None:
    connection.execute(_decisions.delete().where(_decisions.c.booth == booth))
    connection.execute(
        _decisions.insert(),
        {"booth": booth, "batch_sha256": batch_sha256, "votes": _text(votes), "reason": reason},
    )


def _text(numbers: tuple[int, ...] | None) -> str | None:
    return None if numbers is None else msgspec.json.encode(numbers).decode()


def _numbers(text: str | None) -> tuple[int, ...] | None:
    return None if text is None else msgspec.json.decode(text, type=tuple[int, ...])
