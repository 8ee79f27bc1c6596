"""The ledger: which batch counts for which booth; one transaction an entry, so that killing and repeating is safe."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Integer, Row, String, Table, select, update

from config.errors import OperatorError
from sync.batch import BatchRecord
from sync.district.database import Database, metadata
from sync.district.databaseurl import in_workspace, recorded, without_password
from sync.district.databaseurl import record as record_url
from sync.district.keeping import Keeping
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
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("booth", String, nullable=False, index=True),
    Column("batch_sha256", String),  # the batch that counts; null when paper decided
    Column("votes", String),  # JSON, when paper decided
    Column("reason", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("tape", String),  # the hash on the signed tape; null when there is none, and paper decided
    Column("decided_at", String, nullable=False),  # UTC, to the minute
    Column("overtaken", String),  # null while it stands; else the batch that came later, or "decided again"
)
_standing = _decisions.c.overtaken.is_(None)
DECIDED_AGAIN = "decided again"


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
    by: str = ""
    """Who decided, by name."""
    tape: str | None = None
    """The hash on the signed tape, as it was typed: at least its first 20 digits."""
    at: str = ""
    """UTC, to the minute."""


class Ledger:
    """Every method is one transaction, and several commands and desks may work at once."""

    def __init__(self, workspace: Workspace, database: Database) -> None:
        self.database = database
        self.keeping = Keeping(workspace, database)
        """The batches and archives that the entries name."""

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
            decided = select(_decisions.c.number).where(_decisions.c.booth == record.booth, _standing)
            if known is not None and connection.execute(decided).first() is not None:
                return Entry.ALREADY
            if known is None:
                connection.execute(_conflicts.insert(), {"batch_sha256": batch_sha256, "booth": record.booth})
                # What was decided did not know of this batch.
                _overtake(connection, record.booth, batch_sha256)
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

    def decide_by_paper(self, booth: str, decision: Decision) -> None:
        """Notes the votes that people counted; they stand before whatever batches say."""
        with self.database.transaction(booth) as connection:
            _note(connection, booth, decision)

    def decide_for(self, record: BatchRecord, archive_sha256: str, decision: Decision) -> None:
        """Makes one of a booth's batches the one that counts; the others stay noted as in conflict."""
        booth, batch_sha256 = record.booth, decision.batch_sha256
        if batch_sha256 is None:
            raise ValueError("a decision for no batch")
        with self.database.transaction(booth) as connection:
            before = connection.execute(
                select(_batches.c.batch_sha256).where(_batches.c.booth == booth)
            ).scalar_one_or_none()
            if before != batch_sha256:
                connection.execute(_conflicts.delete().where(_conflicts.c.batch_sha256 == batch_sha256))
                connection.execute(_batches.delete().where(_batches.c.booth == booth))
                _enter(connection, record, batch_sha256, archive_sha256)
                if before is not None:
                    connection.execute(_conflicts.insert(), {"batch_sha256": before, "booth": booth})
            _note(connection, booth, decision)

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
        """What people settled and no later batch has overtaken, by booth."""
        with self.database.snapshot() as connection:
            rows = connection.execute(select(_decisions).where(_standing)).all()
        return {row.booth: _decision(row) for row in rows}

    def all_decisions(self, booth: str) -> list[tuple[Decision, str | None]]:
        """Everything that was ever settled for a booth, in order, each with what overtook it (None: it stands)."""
        with self.database.snapshot() as connection:
            rows = connection.execute(
                select(_decisions).where(_decisions.c.booth == booth).order_by(_decisions.c.number)
            ).all()
        return [(_decision(row), row.overtaken) for row in rows]


def ledger_of(workspace: Workspace) -> Ledger:
    """The workspace's ledger, made when it is first asked for: in itself, or in the database that ``--db`` named.

    Raises OperatorError for a database that is not this workspace's: with two ledgers each would have half of the
    batches, and either would pass for the whole.
    """
    election = workspace.record.election_id
    given, known = workspace.database, recorded(workspace)
    if given is None:
        return Ledger(workspace, Database(known or in_workspace(workspace), election))
    if known is None and _has_entries(workspace, election):
        raise OperatorError(
            "This workspace keeps its ledger in itself and has entries. To move to the district's database: "
            "'bilik-district backup', then 'bilik-district restore' with --db.",
            id="Buku hasil ruang kerja ini ada di dalamnya dan sudah berisi. Untuk pindah ke basis data kabupaten: "
            "'bilik-district backup', lalu 'bilik-district restore' dengan --db.",
        )
    moved = known is not None and without_password(known) != without_password(given)
    database = Database(given, election, must_exist=moved)
    if known is None or moved:
        record_url(workspace, given)
    return Ledger(workspace, database)


def _has_entries(workspace: Workspace, election: str) -> bool:
    file = workspace.path / "ledger.sqlite"
    return file.exists() and not Database(in_workspace(workspace), election).is_empty()


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


def _note(connection: Connection, booth: str, decision: Decision) -> None:
    _overtake(connection, booth, DECIDED_AGAIN)
    connection.execute(
        _decisions.insert(),
        {
            "booth": booth,
            "batch_sha256": decision.batch_sha256,
            "votes": _text(decision.votes),
            "reason": decision.reason,
            "decided_by": decision.by,
            "tape": decision.tape,
            "decided_at": decision.at,
        },
    )


def _overtake(connection: Connection, booth: str, by: str) -> None:
    connection.execute(update(_decisions).where(_decisions.c.booth == booth, _standing).values(overtaken=by))


def _decision(row: Row[Any]) -> Decision:
    return Decision(row.batch_sha256, _numbers(row.votes), row.reason, row.decided_by, row.tape, row.decided_at)


def _text(numbers: tuple[int, ...] | None) -> str | None:
    return None if numbers is None else msgspec.json.encode(numbers).decode()


def _numbers(text: str | None) -> tuple[int, ...] | None:
    return None if text is None else msgspec.json.decode(text, type=tuple[int, ...])
