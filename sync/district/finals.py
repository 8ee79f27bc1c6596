"""Final results: two people sign a village, and what they signed is remembered, so that no later change passes unseen.

A signature is undone by whoever looks first after something that it rested on has changed; nothing has to call here
when a batch comes in, so no way of taking batches in can forget it.
"""

from typing import Any

import msgspec
from sqlalchemy import Column, Integer, Row, String, Table, select, update

from config.election import Village
from config.record import Record, encode, sha256
from sync.district.database import Database, metadata
from sync.district.ledger import Admitted, Decision
from sync.district.slipcounts import SlipsKept

_finals = Table(
    "finals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("village", String, nullable=False),
    Column("signed", String, nullable=False),  # JSON
    Column("basis", String, nullable=False),  # JSON
    Column("undone_at", String),  # null while it stands
    Column("undone_id", String),
    Column("undone_en", String),
)


class Signed(Record, frozen=True):
    """Who made a village final, when and why."""

    by: str
    with_: str
    reason: str
    at: str
    """UTC, to the minute."""


class BoothBasis(Record, frozen=True):
    """All that the result of one booth rests on."""

    batch: str | None
    """SHA-256 of the batch that counts."""
    further: tuple[str, ...]
    """Its other batches."""
    result: tuple[int, ...] | None
    decided_batch: str | None
    decided_votes: tuple[int, ...] | None
    decided_reason: str | None
    decided_by: str | None
    decided_at: str | None
    slips: tuple[int, ...] | None
    """The latest count of its slips."""


class Basis(Record, frozen=True):
    """All that the result of a village rests on."""

    plan: str
    """SHA-256 over candidates, booths and rolls."""
    booths: dict[str, BoothBasis]


class Undone(Record, frozen=True):
    """A signature that stands no more, and what has changed."""

    signed: Signed
    at: str
    id: str
    en: str


class Finals(Record, frozen=True):
    """What is signed, by the village's code."""

    standing: dict[str, Signed]
    undone: dict[str, Undone]
    """The latest one of each village that was undone and not signed again."""
    fresh: tuple[str, ...] = ()
    """Villages whose signature this very look undid."""


def basis_of(
    village: Village,
    admitted: dict[str, Admitted],
    conflicts: dict[str, tuple[str, ...]],
    decisions: dict[str, Decision],
    slips: dict[str, SlipsKept],
) -> Basis:
    """What a village's result rests on as the ledger stands; pure."""
    plan = (
        [(candidate.number, candidate.name) for candidate in village.candidates],
        [(tps.number, booth.number, booth.voters) for tps in village.tps for booth in tps.booths],
    )
    booths = {}
    for tps in village.tps:
        for planned in tps.booths:
            booth = f"{village.code}-{tps.number:03}-{planned.number}"
            here, decision, count = admitted.get(booth), decisions.get(booth), slips.get(booth)
            booths[booth] = BoothBasis(
                batch=here.batch_sha256 if here else None,
                further=conflicts.get(booth, ()),
                result=here.result if here else None,
                decided_batch=decision.batch_sha256 if decision else None,
                decided_votes=decision.votes if decision else None,
                decided_reason=decision.reason if decision else None,
                decided_by=decision.by if decision else None,
                decided_at=decision.at if decision else None,
                slips=count.votes if count else None,
            )
    return Basis(plan=sha256(encode(plan)), booths=booths)


def change(before: Basis, now: Basis) -> tuple[str, str] | None:
    """What has changed, Indonesian and English; None when it is all as it was signed. Pure."""
    if before.plan != now.plan or before.booths.keys() != now.booths.keys():
        return (
            "rencana desa ini (calon, bilik, atau DPT) berubah",
            "the village's plan changed",
        )
    for booth, one in before.booths.items():
        other = now.booths[booth]
        if other.further != one.further:
            return (f"ada berkas hasil lain untuk bilik {booth}", f"a further batch of booth {booth} came")
        if one.batch is None and other.batch is not None:
            return (f"berkas hasil bilik {booth} datang", f"the batch of booth {booth} came")
        if (other.batch, other.result) != (one.batch, one.result):
            return (f"hasil bilik {booth} berubah", f"the result of booth {booth} changed")
        if _decided(other) != _decided(one):
            return (f"ada keputusan baru untuk bilik {booth}", f"there is a new decision about booth {booth}")
        votes = one.decided_votes if one.decided_votes is not None else one.result
        # A first count that says what was signed is no change; every other one is.
        if other.slips not in (one.slips, votes):
            return (f"struk bilik {booth} dihitung lagi dan berbeda", f"slips of booth {booth} were counted and differ")
    return None


def _decided(one: BoothBasis) -> tuple[object, ...]:
    return (one.decided_batch, one.decided_votes, one.decided_reason, one.decided_by, one.decided_at)


def sign(database: Database, village: str, signed: Signed, basis: Basis) -> None:
    """Notes a signature; one that stood before is replaced by it."""
    with database.transaction(f"final {village}") as connection:
        superseded = {
            "undone_at": signed.at,
            "undone_id": "ditandatangani lagi",
            "undone_en": "it was signed again",
        }
        stands = (_finals.c.village == village) & _finals.c.undone_at.is_(None)
        connection.execute(update(_finals).where(stands).values(superseded))
        row = {"village": village, "signed": _text(signed), "basis": _text(basis)}
        connection.execute(_finals.insert(), row)


def look(database: Database, now: dict[str, Basis], at: str) -> Finals:
    """What stands, after whatever rests on something that changed was undone (noted with the time ``at``)."""
    standing: dict[str, Signed] = {}
    undone: dict[str, Undone] = {}
    fresh: list[str] = []
    for row, signed, before in read_all(database):
        standing.pop(row.village, None)
        undone.pop(row.village, None)
        if row.undone_at is not None:
            undone[row.village] = Undone(signed=signed, at=row.undone_at, id=row.undone_id, en=row.undone_en)
            continue
        basis = now.get(row.village)
        why = (
            change(before, basis) if basis else ("desa ini tidak ada lagi dalam rencana", "the plan lacks the village")
        )
        if why is None:
            standing[row.village] = signed
            continue
        _undo(database, row.village, row.number, Undone(signed=signed, at=at, id=why[0], en=why[1]))
        undone[row.village] = Undone(signed=signed, at=at, id=why[0], en=why[1])
        fresh.append(row.village)
    return Finals(standing=standing, undone=undone, fresh=tuple(fresh))


def read_all(database: Database) -> list[tuple[Row[Any], Signed, Basis]]:
    """Every signature that was ever made, in order, and what it rests on."""
    with database.snapshot() as connection:
        rows = connection.execute(select(_finals).order_by(_finals.c.number)).all()
    signed, basis = msgspec.json.Decoder(Signed), msgspec.json.Decoder(Basis)
    return [(row, signed.decode(row.signed), basis.decode(row.basis)) for row in rows]


def any_standing(database: Database) -> bool:
    """Whether there is a signature that something could undo."""
    with database.snapshot() as connection:
        return connection.execute(select(_finals.c.number).where(_finals.c.undone_at.is_(None))).first() is not None


def _undo(database: Database, village: str, number: int, why: Undone) -> None:
    with database.transaction(f"final {village}") as connection:
        stands = (_finals.c.number == number) & _finals.c.undone_at.is_(None)
        values = {"undone_at": why.at, "undone_id": why.id, "undone_en": why.en}
        connection.execute(update(_finals).where(stands).values(values))


def _text(record: Record) -> str:
    return msgspec.json.encode(record).decode()
