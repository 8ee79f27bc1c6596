"""A booth without screens: it opens a real package with real soft cards and leaves the batch that a booth leaves."""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from nacl.secret import SecretBox

from config.cards.port import Slot
from config.cards.soft import SoftCard
from config.minisign import SecretKey
from config.package import Package, SecretContents
from config.record import decode
from config.secret import Choice, Key, Pin
from config.trustees import seal_context, secrets_context
from config.wrap import unwrap
from sync import batch
from sync.ballot.archive import build
from sync.ballot.election import Setup
from sync.ballot.seal import Sealed, seal
from sync.ballot.tally import encrypted_tally, partial_decryption, result
from sync.batch import BatchRecord, VoidBallot, VoidKind
from sync.equations import Counts, equations
from sync.log import Kind, follow, head
from sync.running import Running
from sync.sessions import SessionCertificate, SessionClaim, claim_bytes

RUNNING = Running(version="bilik 0.1.0", software="5" * 64, image="1" * 64)


def card(path: Path, pin: str) -> SoftCard:
    """A soft card whose PIN was typed."""
    lying = SoftCard(path)
    lying.verify_pin(Pin(pin))
    return lying


@dataclass
class Day:
    """What a booth did on one day; ``batch`` writes it down. Tests change the parts before they ask for it."""

    package: Package
    officer: SoftCard
    committee: SoftCard | None
    choices: tuple[int, ...]
    voids: tuple[tuple[VoidKind, int], ...] = ()
    key: SecretKey = field(default_factory=SecretKey.new)
    epoch: int = 0

    def __post_init__(self) -> None:
        manifest = self.package.manifest
        files = self.package.files
        ballot = manifest.ballot
        self.setup = Setup.load(files[ballot.election], files[ballot.trustees], files[ballot.credentials])
        box_key = unwrap(manifest.secrets.keys, self.officer, secrets_context(ballot.uuid))
        opened = SecretBox(box_key.reveal()).decrypt(files[manifest.secrets.file])
        lane = decode(opened, SecretContents, "secrets").lanes[self.epoch]
        self.credentials = [Key(lane[place : place + 32]) for place in range(0, len(lane), 32)]
        self.cast = [self._seal(choice) for choice in self.choices]
        self.void = [self._void(kind, self._seal(choice)) for kind, choice in self.voids]
        kinds = [kind for kind, _ in self.voids]
        tests = kinds.count(VoidKind.TEST)
        self.counts = Counts(
            voters=manifest.place.voters,
            sessions=len(self.cast) + tests + 1,
            cast=len(self.cast),
            abandoned=1,
            tests=tests,
            refused=kinds.count(VoidKind.REFUSED),
            interrupted=kinds.count(VoidKind.INTERRUPTED),
            spent=len(self.cast) + len(self.void),
            paperless=0,
            fragments=0,
            attended=len(self.cast) + 1,
            left=1,
        )
        claim = SessionClaim(
            mode=manifest.mode,
            ballot_uuid=ballot.uuid,
            booth=manifest.place.booth_id,
            setup=self.package.setup_hash,
            epoch=self.epoch,
            key=self.key.public.text,
        )
        self.log: list[bytes] = []
        for at, kind in (("2026-11-21T00:30Z", Kind.OPENED), ("2026-11-21T06:00Z", Kind.CLOSED)):
            self.log.append(follow(len(self.log), head(self.log), at, kind, {"card": self.officer.id}))
        self.record = BatchRecord(
            mode=manifest.mode,
            election_id=manifest.election.id,
            booth=manifest.place.booth_id,
            ballot_uuid=ballot.uuid,
            setup=self.package.setup_hash,
            certificate=self.certify(claim, self.officer),
            earlier=(),
            opened_at="2026-11-21T00:30Z",
            closed_at="2026-11-21T06:00Z",
            running=RUNNING,
            counts=self.counts,
            equations=equations(self.counts, booths_in_tps=manifest.place.booths_in_tps),
            result=None,
            log_head="0" * 64,
            files={},
        )
        self.tally()

    def _seal(self, choice: int) -> Sealed:
        return seal(self.setup, self.credentials.pop(), Choice(choice))

    @staticmethod
    def _void(kind: VoidKind, sealed: Sealed) -> VoidBallot:
        opening = sealed.opening.reveal_json().decode() if kind is VoidKind.TEST else None
        return VoidBallot(kind=kind, ballot=sealed.ballot.decode(), opening=opening)

    @staticmethod
    def certify(claim: SessionClaim, officer: SoftCard) -> SessionCertificate:
        """The claim signed by a card."""
        return SessionCertificate(
            claim=claim, card=officer.id, signature=officer.sign(Slot.SIGN, claim_bytes(claim)).hex()
        )

    def tally(self) -> None:
        """Sums, decrypts and archives what is cast now."""
        ballots = [sealed.ballot for sealed in self.cast]
        tally = encrypted_tally(self.setup, ballots)
        partials = []
        for owner, holder in ((1, self.officer), (2, self.committee)):
            if holder is not None:
                trustee = self.package.manifest.trustees[owner - 1]
                manifest = self.package.manifest
                context = seal_context(manifest.election.id, manifest.place.booth_id, trustee.role)
                secret = unwrap(trustee.keys, holder, context)
                partials.append((owner, partial_decryption(self.setup, tally, owner, secret)))
        votes = result(self.setup, tally, partials) if self.committee is not None else None
        self.archive = build(self.setup, ballots, self.package.manifest.timestamp, partials, votes)
        self.record = msgspec.structs.replace(self.record, result=votes)

    def change(self, **fields: object) -> None:
        """Changes fields of the record before it is signed."""
        self.record = msgspec.structs.replace(self.record, **fields)

    def batch(self) -> bytes:
        """The bytes that leave the booth."""
        return batch.write(self.record, self.archive, self.void, self.log, self.key)
