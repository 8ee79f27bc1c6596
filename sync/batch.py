"""The batch: one file that leaves a closed booth, made once, signed by the device's session key.

A strict tar (``sync.ballot.tar``) of five members in this order: ``batch.json``, ``batch.json.minisig``,
``archive.bel``, ``voids.json``, ``log.jsonl``. The chain of trust is root, package, card, session key, batch.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec

from config.cards.registry import CardId
from config.mode import Mode
from config.package import Sha256
from config.record import Record, encode
from sync.equations import Counts, Equation

MEMBERS = ("batch.json", "batch.json.minisig", "archive.bel", "voids.json", "log.jsonl")
MAX_BYTES = 64 * 1024 * 1024

Minute = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$")]


class SessionClaim(Record, tag_field="format", tag="bilik-session-claim/1", frozen=True):
    """What an officer's card signs (9A) when a device opens: this key speaks for this booth."""

    mode: Mode
    ballot_uuid: str
    booth: str
    setup: Sha256
    """SHA-256 of the package's manifest."""
    epoch: Annotated[int, msgspec.Meta(ge=0, le=99)]
    """0 for the first device, one more with each takeover; it is the number of the credential lane, too."""
    key: str
    """The session key's public half, a minisign public key line."""


class SessionCertificate(Record, frozen=True):
    """The claim with the card's signature over its bytes (ECDSA P-256, SHA-256, DER, hexadecimal)."""

    claim: SessionClaim
    card: CardId
    signature: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16,160}$")]


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
    opened_at: Minute
    closed_at: Minute
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


def claim_bytes(claim: SessionClaim) -> bytes:
    """The message that the card signs."""
    return encode(claim)
