"""What a batch shows by itself, and what it must share with its booth's package; pure, every fault on its own line."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from config.errors import InputError
from config.package import Manifest, Package
from sync.ballot.ballot import BallotFacts
from sync.ballot.election import Setup
from sync.ballot.seal import check_opening
from sync.ballot.verify import Report, verify_archive, verify_void
from sync.batch import Batch, VoidBallot, VoidKind
from sync.equations import Counts, equations
from sync.sessions import SessionCertificate, check_certificate


@dataclass(frozen=True)
class Reason:
    """Why something is refused: which record, and a sentence with a next step in both languages."""

    record: str
    en: str
    id: str


@dataclass(frozen=True)
class Examined:
    """A batch, its archive's report, and every reason against it (none when it may be admitted)."""

    batch: Batch
    report: Report
    reasons: tuple[Reason, ...]


def foreign(batch: Batch, package: Package) -> tuple[Reason, ...]:
    """Why a batch is not this booth's, in milliseconds: nobody without its officers' card makes us verify more."""
    return tuple(_against_package(batch, package))


_AGAIN_EN = "Do not use it; ask the booth's officers for the stick and export again."
_AGAIN_ID = "Jangan dipakai; minta stik dari petugas bilik dan ekspor ulang."
_EVIDENCE_EN = "Keep file, stick and device as evidence and tell the committee."
_EVIDENCE_ID = "Amankan berkas, stik, dan perangkat sebagai bukti, lalu lapor panitia."


def examine(batch: Batch, package: Package | None) -> Examined:
    """Everything that can be checked; without ``package`` only what the batch shows by itself."""
    report = verify_archive(batch.archive)
    reasons = [] if package is None else list(_against_package(batch, package))
    if not reasons or package is None:  # a foreign batch is not also reported ballot by ballot
        reasons += archive_reasons(report)
        reasons += _archive_against_record(batch, report)
        if package is not None:
            reasons += _archive_against_package(report, package)
        reasons += _voids(batch, report, package.manifest if package else None)
        reasons += _counts(batch, report, package.manifest if package else None)
    return Examined(batch, report, tuple(reasons))


def archive_reasons(report: Report) -> list[Reason]:
    """The strict verifier's own refusals."""
    return [
        Reason(
            refusal.record,
            f"{refusal.kind.en}{f' ({refusal.detail})' if refusal.detail else ''}. {_AGAIN_EN}",
            f"{refusal.kind.id}{f' ({refusal.detail})' if refusal.detail else ''}. {_AGAIN_ID}",
        )
        for refusal in report.refusals
    ]


def _against_package(batch: Batch, package: Package) -> Iterator[Reason]:
    record, manifest = batch.record, package.manifest
    claim = record.certificate.claim
    if not record.mode is claim.mode is manifest.mode:
        yield Reason(
            "batch.json",
            f"It is from a {record.mode.value} and this is a {manifest.mode.value} election: the two never mix. Lay "
            "it aside.",
            f"Ini hasil '{record.mode.value}', sedangkan pemilihan ini '{manifest.mode.value}': keduanya tidak boleh "
            "tercampur. Sisihkan.",
        )
        return
    here = (manifest.election.id, manifest.place.booth_id, manifest.ballot.uuid)
    if (record.election_id, record.booth, record.ballot_uuid) != here:
        yield Reason(
            "batch.json",
            "It belongs to another election or booth. Lay it aside and ask where it comes from.",
            "Ini milik pemilihan atau bilik lain. Sisihkan dan tanyakan asalnya.",
        )
        return
    if record.setup != package.setup_hash:
        yield Reason(
            "batch.json",
            "The booth was opened with another package than the one of this workspace. Find out which stick it had.",
            "Bilik dibuka dengan paket lain dari yang ada di ruang kerja ini. Cari tahu stik mana yang dipakai.",
        )
    if claim.epoch >= manifest.settings.lanes:
        yield Reason(
            "certificate",
            f"It names device number {claim.epoch + 1} of {manifest.settings.lanes}. {_EVIDENCE_EN}",
            f"Disebut perangkat ke-{claim.epoch + 1} dari {manifest.settings.lanes}. {_EVIDENCE_ID}",
        )
    yield from _certificates(batch, manifest)


def _certificates(batch: Batch, manifest: Manifest) -> Iterator[Reason]:
    """This device's, and those of the devices that it took over from: each of this booth, in their order."""
    record = batch.record
    devices = (*(handover.certificate for handover in record.earlier), record.certificate)
    for epoch, certificate in enumerate(devices):
        try:
            check_certificate(certificate, manifest.cards)
        except InputError as fault:
            yield Reason("certificate", fault.en, fault.id)
            return
        if not _claims_here(certificate, batch, epoch):
            yield Reason(
                "certificate",
                f"The session key was certified for something else. {_EVIDENCE_EN}",
                f"Kunci sesi disertifikasi untuk hal lain. {_EVIDENCE_ID}",
            )
            return


def _claims_here(certificate: SessionCertificate, batch: Batch, epoch: int) -> bool:
    claim, record = certificate.claim, batch.record
    found = (claim.mode, claim.booth, claim.ballot_uuid, claim.setup, claim.epoch)
    return found == (record.mode, record.booth, record.ballot_uuid, record.setup, epoch)


def _archive_against_record(batch: Batch, report: Report) -> Iterator[Reason]:
    if not report.valid:
        return
    if report.setup is not None and report.setup.uuid != batch.record.ballot_uuid:
        yield Reason(
            "archive.bel",
            f"It is the archive of another booth. {_EVIDENCE_EN}",
            f"Ini arsip bilik lain. {_EVIDENCE_ID}",
        )
    if list(report.trackers) != sorted(report.trackers):
        # Another order could be the order of voting.
        yield Reason(
            "archive.bel",
            f"Its ballots are not sorted by tracker. {_EVIDENCE_EN}",
            f"Surat suaranya tidak urut menurut pelacak. {_EVIDENCE_ID}",
        )
    if batch.record.result != report.result:
        yield Reason(
            "result",
            f"The result in the signed record is not that of the archive. {_EVIDENCE_EN}",
            f"Hasil dalam berkas yang ditandatangani tidak sama dengan arsipnya. {_EVIDENCE_ID}",
        )


def _archive_against_package(report: Report, package: Package) -> Iterator[Reason]:
    setup, ballot = report.setup, package.manifest.ballot
    files = tuple(package.files[name] for name in (ballot.election, ballot.trustees, ballot.credentials))
    if setup is not None and (setup.election, setup.trustees, setup.credentials) != files:
        yield Reason(
            "archive.bel",
            f"Its election, trustees or credentials are not those of the booth's package. {_EVIDENCE_EN}",
            f"Pemilihan, pemegang kunci, atau kredensialnya tidak sama dengan paket bilik. {_EVIDENCE_ID}",
        )
    if report.valid and report.timestamp != package.manifest.timestamp:
        yield Reason(
            "archive.bel",
            f"Its time is not that of the booth's package. {_EVIDENCE_EN}",
            f"Waktunya tidak sama dengan paket bilik. {_EVIDENCE_ID}",
        )


def _voids(batch: Batch, report: Report, manifest: Manifest | None) -> Iterator[Reason]:
    if report.setup is None:
        return
    trackers, credentials, ciphertexts = set(report.trackers), set(report.credentials), set(report.ciphertexts)
    for n, void in enumerate(batch.voids, 1):
        name = f"void ballot {n}"
        try:
            facts = verify_void(report.setup, void.ballot.encode())
            yield from _opening(name, void, report.setup, manifest)
        except InputError as fault:
            yield Reason(name, fault.en, fault.id)
            continue
        if _overlaps(facts, trackers, credentials, ciphertexts):
            yield Reason(
                name,
                f"It shares its credential, tracker or a ciphertext with another ballot. {_EVIDENCE_EN}",
                f"Kredensial, pelacak, atau sandinya sama dengan surat suara lain. {_EVIDENCE_ID}",
            )
        trackers.add(facts.tracker)
        credentials.add(facts.credential)
        ciphertexts |= facts.ciphertexts


def _overlaps(facts: BallotFacts, trackers: set[str], credentials: set[str], ciphertexts: set[bytes]) -> bool:
    return (
        facts.tracker in trackers
        or facts.credential in credentials
        or not ciphertexts.isdisjoint(facts.ciphertexts)
        or len(facts.ciphertexts) < len(facts.choices)
    )


def _opening(name: str, void: VoidBallot, setup: Setup, manifest: Manifest | None) -> Iterator[Reason]:
    is_test = void.kind is VoidKind.TEST
    if is_test != (void.opening is not None):
        # Opening a refused ballot would show its voter's probable choice.
        yield Reason(
            name,
            f"A test must be opened, and nothing else may be. {_EVIDENCE_EN}",
            f"Surat suara uji harus dibuka, yang lain tidak boleh. {_EVIDENCE_ID}",
        )
    elif is_test and manifest is not None and not manifest.settings.stub:
        yield Reason(
            name,
            f"This election has no stubs and so no tests. {_EVIDENCE_EN}",
            f"Pemilihan ini tanpa potongan bukti, jadi tanpa uji. {_EVIDENCE_ID}",
        )
    if is_test and void.opening is not None:
        check_opening(setup, void.ballot.encode(), void.opening.encode())


def _counts(batch: Batch, report: Report, manifest: Manifest | None) -> Iterator[Reason]:
    counts = batch.record.counts
    kinds = Counter(void.kind for void in batch.voids)
    seen = {
        "cast": (counts.cast, report.num_ballots),
        "refused": (counts.refused, kinds[VoidKind.REFUSED]),
        "interrupted": (counts.interrupted, kinds[VoidKind.INTERRUPTED]),
        "tests": (counts.tests, kinds[VoidKind.TEST]),
    }
    if manifest is not None:
        seen["voters"] = (counts.voters, manifest.place.voters)
    for name, (said, found) in seen.items():
        if said != found and (report.valid or name != "cast"):
            yield Reason(
                "counts",
                f"It says {name} = {said}, and {found} are there. {_EVIDENCE_EN}",
                f"Tertulis {name} = {said}, padahal ada {found}. {_EVIDENCE_ID}",
            )
    if counts.paperless > counts.interrupted:
        yield Reason(
            "counts",
            f"More ballots without paper than were interrupted. {_EVIDENCE_EN}",
            f"Surat suara tanpa kertas lebih banyak dari yang terputus. {_EVIDENCE_ID}",
        )
    if batch.record.equations not in _possible_equations(counts, manifest):
        yield Reason(
            "equations",
            f"The equations do not follow from the counts. {_EVIDENCE_EN}",
            f"Persamaan tidak sesuai dengan hitungannya. {_EVIDENCE_ID}",
        )


def _possible_equations(counts: Counts, manifest: Manifest | None) -> tuple[object, ...]:
    """Whether attendance is the booth's own to check depends on its TPS, which only the package tells."""
    sizes = (1, 2) if manifest is None else (manifest.place.booths_in_tps,)
    return tuple(equations(counts, booths_in_tps=size) for size in sizes)
