"""Finished counts of slips and of the void envelope, kept with the ledger: numbers and names, no mark and no order."""

from typing import Annotated

import msgspec
from sqlalchemy import Column, Integer, String, Table, select

from config.errors import InputError, OperatorError
from config.record import Record, decode
from sync.district.database import Database, metadata
from sync.district.slipshow import SlipRecord
from sync.district.workspace import Workspace

RECORD_MAX_BYTES = 64 * 1024

_slip_counts = Table(
    "slip_counts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("booth", String, nullable=False),
    Column("kept", String, nullable=False),  # JSON
)


class SlipsKept(Record, tag_field="format", tag="bilik-slips-kept/1", frozen=True):
    """What people counted at one booth's boxes."""

    booth: str
    votes: tuple[Annotated[int, msgspec.Meta(ge=0, le=1_000_000)], ...]
    """Genuine slips in the audit box, in the order of the ballot."""
    envelope: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None
    """Papers in the void envelope, fragments among them; None when nobody counted them."""
    aside: dict[str, int]
    """Slips that do not count, by verdict."""
    by: str
    at: str
    """UTC, to the minute."""


def keep(database: Database, count: SlipsKept) -> None:
    """Notes a count; the booth's latest one stands, and earlier ones stay where they are."""
    with database.transaction(count.booth) as connection:
        text = msgspec.json.encode(count).decode()
        connection.execute(_slip_counts.insert(), {"booth": count.booth, "kept": text})


def kept(database: Database) -> dict[str, SlipsKept]:
    """The latest count of each booth that has one."""
    with database.snapshot() as connection:
        rows = connection.execute(select(_slip_counts).order_by(_slip_counts.c.number)).all()
    return {row.booth: msgspec.json.decode(row.kept, type=SlipsKept) for row in rows}


def from_scan(workspace: Workspace, data: bytes, name: str, *, envelope: int | None, by: str, at: str) -> SlipsKept:
    """A count that ``slips scan --out`` wrote; raises InputError for another election's, or another plan's."""
    record = decode(data, SlipRecord, name, max_bytes=RECORD_MAX_BYTES)
    if (record.election_id, record.mode) != (workspace.record.election_id, workspace.record.mode):
        raise InputError(
            f"{name} is a count of another election. Name the file that 'slips scan --out' wrote for this one.",
            id=f"{name} adalah hitungan pemilihan lain. Sebutkan berkas dari 'slips scan --out' untuk pemilihan ini.",
        )
    return by_hand(workspace, record.booth, record.genuine, envelope=envelope, by=by, at=at, aside=record.aside)


def by_hand(
    workspace: Workspace,
    booth: str,
    votes: tuple[int, ...],
    *,
    envelope: int | None,
    by: str,
    at: str,
    aside: dict[str, int] | None = None,
) -> SlipsKept:
    """A count that people made; raises OperatorError when its numbers cannot be those of this booth."""
    place = workspace.place(booth)
    village = workspace.election.village(place.village_code)
    wanted = workspace.election.blank + (len(village.candidates) if village else 0)
    if len(votes) != wanted:
        raise OperatorError(
            f"Booth {booth} has {wanted} choices and the count has {len(votes)}. Write a number for each, in the order "
            "of the ballot (blank first where there is blank).",
            id=f"Bilik {booth} punya {wanted} pilihan, hitungannya {len(votes)}. Tulis satu angka untuk tiap pilihan, "
            "menurut urutan surat suara (suara kosong lebih dulu bila ada).",
        )
    return SlipsKept(booth=booth, votes=votes, envelope=envelope, aside=aside or {}, by=by, at=at)
