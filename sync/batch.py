"""The batch: one file that leaves a closed booth, made once, signed by the device's session key.

A strict tar (``sync.ballot.tar``) of five members in this order: ``batch.json``, ``batch.json.minisig``,
``archive.bel``, ``voids.json``, ``log.jsonl``. The chain of trust is root, package, card, session key, batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec

from config.errors import InputError
from config.minisign import PublicKey, SecretKey, verify
from config.mode import Mode
from config.package import Sha256
from config.record import Record, decode, encode, sha256
from sync.ballot import tar
from sync.ballot.records import hash_b64
from sync.ballot.refusal import record_id
from sync.equations import Counts, Equation
from sync.log import check, head
from sync.running import Running
from sync.sessions import Handover, SessionCertificate, check_handover

MEMBERS = ("batch.json", "batch.json.minisig", "archive.bel", "voids.json", "log.jsonl")
MAX_BYTES = 64 * 1024 * 1024
RECORD_MAX_BYTES = 64 * 1024
LOG_MAX_BYTES = 4 * 1024 * 1024
"""Some ten thousand entries; a day has some dozens."""
SUFFIX = ".batch"
STICK_FOLDER = "bilik/batch"
"""Where a booth puts its batch on the stick."""

Minute = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z\Z")]


class VoidKind(StrEnum):
    """Why a sealed ballot is not in the archive."""

    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    TEST = "test"


class VoidBallot(Record, frozen=True):
    """A ballot that was sealed and not cast; sorted by tracker in the batch."""

    kind: VoidKind
    ballot: str
    """The ballot's JSON."""
    opening: str | None
    """For a test, and only for a test: the JSON of choice and randomness."""


class BatchRecord(Record, tag_field="format", tag="bilik-batch/1", frozen=True):
    """``batch.json``: what is signed; everything else in the file is named here by its hash."""

    mode: Mode
    election_id: str
    booth: str
    ballot_uuid: str
    setup: Sha256
    certificate: SessionCertificate
    earlier: tuple[Handover, ...]
    """Devices that served this booth before, in their order, with what each of them had signed of the log."""
    opened_at: Minute
    closed_at: Minute
    running: Running
    """What the device ran that made the batch; of devices before it and of restarts, the log tells."""
    counts: Counts
    equations: tuple[Equation, ...]
    result: tuple[int, ...] | None
    """Votes in the order of the ballot (blank first when there is one); None when the committee was not there."""
    log_head: Sha256
    files: dict[str, Sha256]
    """SHA-256 of ``archive.bel``, ``voids.json`` and ``log.jsonl``."""


@dataclass(frozen=True)
class Batch:
    """A batch whose own structure, hashes and signature fit; whether it belongs here is the district's to say."""

    record: BatchRecord
    archive: bytes
    voids: tuple[VoidBallot, ...]
    log: tuple[bytes, ...]
    sha256: str


def write(
    record: BatchRecord,
    archive: bytes,
    voids: Iterable[VoidBallot],
    log: Sequence[bytes],
    key: SecretKey,
) -> bytes:
    """The bytes of the batch, signed by the session key ``key``.

    ``files`` and ``log_head`` of the record are filled in here; voids are sorted by tracker. Raises ValueError when
    ``key`` is not the one that the record's certificate names.
    """
    if key.public.text != record.certificate.claim.key:
        raise ValueError("the certificate is for another session key")
    contents = {
        "archive.bel": archive,
        "voids.json": encode(tuple(sorted(voids, key=_tracker_order))),
        "log.jsonl": b"".join(entry + b"\n" for entry in log),
    }
    record = msgspec.structs.replace(
        record, files={name: sha256(data) for name, data in contents.items()}, log_head=head(list(log))
    )
    signed = encode(record)
    signature = key.sign(signed, _comment(record))
    return tar.write([("batch.json", signed), ("batch.json.minisig", signature), *contents.items()], mtime=0)


def read(data: bytes) -> Batch:
    """The batch in ``data``, its structure, hashes, log chain and signature checked; raises InputError.

    The signature is by the session key that the batch itself names: whether a card of the booth certified that key
    is for whoever knows the booth's package.
    """
    members = _members(data)
    signed = members["batch.json"]
    record = decode(signed, BatchRecord, "batch.json", max_bytes=RECORD_MAX_BYTES)
    comment = verify(signed, members["batch.json.minisig"], PublicKey.parse(record.certificate.claim.key))
    if comment != _comment(record):
        raise InputError(
            "The batch's signature was made for something else. Export the batch again from the booth.",
            id="Tanda tangan berkas hasil dibuat untuk hal lain. Ekspor ulang dari bilik.",
        )
    if record.files != {name: sha256(members[name]) for name in MEMBERS[2:]}:
        raise InputError(
            "The batch's contents are not those that were signed: the file was changed. Export it again.",
            id="Isi berkas hasil tidak sama dengan yang ditandatangani: berkas berubah. Ekspor ulang dari bilik.",
        )
    voids = decode(members["voids.json"], tuple[VoidBallot, ...], "voids.json")
    if list(voids) != sorted(voids, key=_tracker_order):
        raise InputError(
            "The void ballots are not sorted by tracker. Export the batch again from the booth.",
            id="Surat suara batal tidak urut menurut pelacak. Ekspor ulang dari bilik.",
        )
    if len(members["log.jsonl"]) > LOG_MAX_BYTES:  # a signature is no promise: anybody signs with a key of his own
        raise InputError(
            "The batch's log is longer than any day's. Lay the file aside and ask where it comes from.",
            id="Catatan dalam berkas hasil lebih panjang dari hari mana pun. Sisihkan dan tanyakan asalnya.",
        )
    lines = members["log.jsonl"].split(b"\n")
    if lines.pop() != b"":
        raise InputError(
            "The batch's log is cut short. Export the batch again from the booth.",
            id="Catatan dalam berkas hasil terpotong. Ekspor ulang dari bilik.",
        )
    check(lines)
    if head(lines) != record.log_head:
        raise InputError(
            "The batch's log does not end where the signed record says. Export the batch again from the booth.",
            id="Akhir catatan tidak sama dengan yang ditandatangani. Ekspor ulang dari bilik.",
        )
    for handover in record.earlier:
        check_handover(handover, lines)
    return Batch(record, members["archive.bel"], voids, tuple(lines), sha256(data))


def file_name(booth: str) -> str:
    """``34.04.01.2001-001-1.batch``: a booth's batch in a stick's ``bilik/batch`` folder."""
    return f"{booth}{SUFFIX}"


def _members(data: bytes) -> dict[str, bytes]:
    # Every reading of other people's bytes ends in an InputError that says what to do with the file.
    scan = tar.scan(data, tar.Limits(total_bytes=MAX_BYTES, members=len(MEMBERS), member_bytes=MAX_BYTES))
    if data.startswith(b"BELENIOS\0"):
        raise InputError(
            "This is an archive (.bel) and no batch. Take the booth's batch (.batch), which holds the archive and what "
            "belongs to it.",
            id="Ini arsip (.bel), bukan berkas hasil. Pakai berkas hasil bilik (.batch), yang memuat arsip itu beserta "
            "kelengkapannya.",
        )
    if scan.faults:
        fault = scan.faults[0]
        raise InputError(
            f"The batch cannot be read: {fault.record} {fault.kind.en}. Copy the file again, or export it "
            "again from the booth.",
            id=f"Berkas hasil tidak terbaca: {record_id(fault.record)} {fault.kind.id}. Salin ulang berkasnya, atau "
            "ekspor ulang dari bilik.",
        )
    if tuple(member.name for member in scan.members) != MEMBERS or scan.mtime != 0:
        raise InputError(
            f"This is no batch: it must hold {', '.join(MEMBERS)}, in this order. Copy the file again, or export it "
            "again from the booth.",
            id=f"Ini bukan berkas hasil: isinya harus {', '.join(MEMBERS)}, berurutan. Salin ulang berkasnya, atau "
            "ekspor ulang dari bilik.",
        )
    return {member.name: member.data for member in scan.members}


def _comment(record: BatchRecord) -> str:
    return f"bilik-batch/1 {record.booth} {record.mode.value}"


def _tracker_order(void: VoidBallot) -> str:
    return hash_b64(void.ballot.encode())
