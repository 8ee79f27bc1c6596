"""Closing: two partial decryptions, the batch that is made once, the result tape, and what is destroyed after."""

import contextlib
from dataclasses import dataclass

import msgspec

from booth.asking import Shown
from booth.clock import from_minute
from booth.device import Device
from booth.notes import notes
from booth.opening import OpenBooth
from booth.provision import label_of, machine_of, masthead_of, words_of
from booth.store.faults import StoreFault
from booth.store.files import write_file
from config.errors import DamageError, DeviceError, InputError
from config.files import sync_folder
from config.minisign import PublicKey
from config.package import Package
from config.secret import Key
from config.trustees import OWNERS, seal_context
from config.wrap import unwrap
from printer import documents
from printer.documents import Result, ResultTape, result_tape
from printer.layout import Document
from sync import batch as batches
from sync.ballot import archive
from sync.ballot.tally import encrypted_tally, partial_decryption, result
from sync.ballot.verify import verify_archive
from sync.batch import Batch, BatchRecord
from sync.equations import Counts, equations
from sync.log import check, head
from sync.running import Running
from sync.sessions import Handover, SessionCertificate

Partial = tuple[int, bytes]
"""Owner and the JSON of its partial decryption; public."""


def counts_of(package: Package, booth: OpenBooth) -> Counts:
    """What was counted, with the desk's numbers, which must have been entered."""
    tally, polls = booth.store.tally, booth.store.polls
    if polls.attended is None or polls.left is None:
        raise ValueError("the desk's numbers come before the counts")
    return Counts(
        voters=package.manifest.place.voters,
        sessions=tally.sessions,
        cast=tally.cast,
        abandoned=tally.abandoned,
        tests=tally.tests,
        refused=tally.refused,
        interrupted=tally.interrupted,
        spent=tally.spent,
        paperless=tally.paperless,
        fragments=tally.fragments,
        attended=polls.attended,
        left=polls.left,
    )


def decrypt(package: Package, booth: OpenBooth, shown: Shown) -> Partial:
    """The partial decryption of the booth's sum by the role of the card in the reader, whose PIN was verified."""
    role = shown.known.role
    manifest = package.manifest
    trustee = next(seal for seal in manifest.trustees if seal.role is role)
    context = seal_context(manifest.election.id, manifest.place.booth_id, role)
    secret: Key = unwrap(trustee.keys, shown.card, context)
    tally = encrypted_tally(booth.setup, booth.store.cast_ballots())
    owner = OWNERS.index(role) + 1
    return owner, partial_decryption(booth.setup, tally, owner, secret)


@dataclass(frozen=True)
class Closing:
    """Everything that goes into the batch, read from the store in one go."""

    package: Package
    booth: OpenBooth
    partials: tuple[Partial, ...]
    counts: Counts
    certificate: bytes
    handovers: tuple[bytes, ...]
    ballots: tuple[bytes, ...]
    voids: tuple[batches.VoidBallot, ...]
    log: tuple[bytes, ...]
    opened_at: str
    closed_at: str
    running: Running


def gather(package: Package, booth: OpenBooth, partials: tuple[Partial, ...], running: Running) -> Closing:
    """Reads the store; the closing's time stands there already."""
    store = booth.store
    polls = store.polls
    if polls.opened_at is None or polls.closed_at is None:
        raise ValueError("a booth that was never opened is not closed")
    return Closing(
        package=package,
        booth=booth,
        partials=partials,
        counts=counts_of(package, booth),
        certificate=store.identity.certificate,
        handovers=tuple(record for _, record in store.shape.handovers),
        ballots=tuple(store.cast_ballots()),
        voids=tuple(store.voids()),
        log=tuple(store.log_entries()),
        opened_at=polls.opened_at,
        closed_at=polls.closed_at,
        running=running,
    )


def make_batch(closing: Closing) -> bytes:
    """The batch's bytes; its archive has passed our own strict verifier. Takes about 6 ms a ballot."""
    manifest = closing.package.manifest
    try:
        data, votes = _archive(closing)
    except InputError as fault:
        raise DamageError(
            f"No result can be made of what is stored ({fault.en}). Export the evidence and call the district.",
            id="Hasil tidak dapat dibuat dari yang tersimpan. Ekspor bukti dan hubungi kabupaten.",
        ) from None
    report = verify_archive(data)
    if not report.valid or report.num_ballots != closing.counts.cast:
        raise DamageError(
            "The stored ballots do not verify, so no result is made. Export the evidence and call the district.",
            id="Surat suara tersimpan tidak lolos verifikasi, hasil tidak dibuat. Ekspor bukti, hubungi kabupaten.",
        )
    record = BatchRecord(
        mode=manifest.mode,
        election_id=manifest.election.id,
        booth=manifest.place.booth_id,
        ballot_uuid=manifest.ballot.uuid,
        setup=closing.package.setup_hash,
        certificate=msgspec.json.decode(closing.certificate, type=SessionCertificate),
        earlier=tuple(msgspec.json.decode(record, type=Handover) for record in closing.handovers),
        opened_at=closing.opened_at,
        closed_at=closing.closed_at,
        running=closing.running,
        counts=closing.counts,
        equations=equations(closing.counts, booths_in_tps=manifest.place.booths_in_tps),
        result=votes,
        log_head=head(list(closing.log)),
        files={},
    )
    return batches.write(record, data, closing.voids, closing.log, closing.booth.session)


def _archive(closing: Closing) -> tuple[bytes, tuple[int, ...] | None]:
    setup, partials = closing.booth.setup, closing.partials
    votes = None
    if len(partials) == len(OWNERS):
        votes = result(setup, encrypted_tally(setup, closing.ballots), partials)
    timestamp = closing.package.manifest.timestamp
    return archive.build(setup, closing.ballots, timestamp, partials, votes), votes


def keep_batch(device: Device, package: Package, data: bytes) -> bytes:
    """Stores the batch on the device, where it stays as it is; returns the one that is stored now.

    A batch is made once: one that lies there already is never replaced, only made durable. Raises DamageError when
    that one does not verify, or StoreFault.
    """
    path = device.batch_file(package.manifest.place.booth_id)
    try:
        path.parent.mkdir(exist_ok=True)
        sync_folder(device.data)
        if path.exists():
            data = path.read_bytes()
    except OSError as fault:
        raise StoreFault(fault.strerror or type(fault).__name__) from None
    # What cannot be read back must not be there for good.
    try:
        batches.read(data)
    except InputError as fault:
        raise DamageError(
            f"The batch does not verify ({fault.en}). Export the evidence and call the district.",
            id="Berkas hasil tidak lolos verifikasi. Ekspor bukti dan hubungi kabupaten.",
        ) from None
    write_file(path, data)
    return data


def destroy_unspent(device: Device, package: Package) -> None:
    """Removes the wrapped credentials and mark key from the device: nobody can seal for this booth here again.

    What flash memory keeps of a removed file is beyond this program; the cards' 9D keys guard it until they retire.
    """
    with contextlib.suppress(OSError):
        (device.package_folder / "files" / package.manifest.secrets.file).unlink(missing_ok=True)


def destroy_on_stick(device: Device, package: Package) -> None:
    """The same on the stick, which may be away or worn: closing never waits for it."""
    with contextlib.suppress(DeviceError):
        device.stick.destroy(package.manifest.secrets.file)


def tape_of(package: Package, batch: Batch, copy: int, copies: int) -> Document:
    """One copy of the result tape; everything on it is in the batch."""
    words = words_of(package)[package.manifest.settings.paper_language]
    record = batch.record
    counts = record.counts
    return result_tape(
        ResultTape(
            masthead=masthead_of(package),
            opened=from_minute(record.opened_at),
            closed=from_minute(record.closed_at),
            results=None
            if record.result is None
            else tuple(
                Result(label_of(package, words, place), votes)
                for place, votes in zip(places(package), record.result, strict=True)
            ),
            counts=documents.Counts(
                sessions=counts.sessions,
                cast=counts.cast,
                abandoned=counts.abandoned,
                refused=counts.refused,
                interrupted=counts.interrupted,
                tests=counts.tests,
                paperless=counts.paperless,
                fragments=counts.fragments,
                attendance=counts.attended,
                left_without_voting=counts.left,
            ),
            equations=tuple(
                documents.Equation(words(f"equation.{it.name.value}"), it.left, it.right, it.holds, it.relation)
                for it in record.equations
            ),
            setup_hash=record.setup,
            batch_sha256=batch.sha256,
            log_head=record.log_head,
            root_fingerprint=package.root.fingerprint,
            session_fingerprint=PublicKey.parse(record.certificate.claim.key).fingerprint,
            machine=machine_of(record.running),
            copy=copy,
            copies=copies,
            notes=notes(check(list(batch.log)), package.manifest.place.booths_in_tps, words),
        ),
        words,
    )


def places(package: Package) -> range:
    """The choices in the order of the result: blank (0) first where there is one."""
    return range(0 if package.manifest.blank else 1, len(package.manifest.candidates) + 1)
