"""Who speaks for a booth: the session key of each device that served it, certified by an officers' card.

A device signs what it writes to its log each time, so what a device said before it died still bears its own
signature when another one goes on.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

from config.cards.registry import CardId, RegisteredCard, check_signature
from config.cards.role import Role
from config.errors import InputError
from config.minisign import PublicKey, SecretKey, verify
from config.mode import Mode
from config.package import Sha256
from config.record import Record, encode
from sync.log import head

HEAD_COMMENT = "bilik-log-head/1"


class SessionClaim(Record, tag_field="format", tag="bilik-session-claim/1", frozen=True):
    """What an officer's card signs (9A) when a device opens or takes over: this key speaks for this booth."""

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
    signature: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16,160}\Z")]


class LogHead(Record, tag_field="format", tag="bilik-log-head/1", frozen=True):
    """What a device signs with each entry: so long was the log, and so it ended."""

    ballot_uuid: str
    epoch: Annotated[int, msgspec.Meta(ge=0, le=99)]
    entries: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    head: Sha256


class Handover(Record, frozen=True):
    """The last word of a device that another one replaced."""

    certificate: SessionCertificate
    entries: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    """How many entries of the log are the earlier device's (and those before it)."""
    signature: str
    """minisign signature by that device's session key over the log's head at that length."""


def claim_bytes(claim: SessionClaim) -> bytes:
    """The message that the card signs."""
    return encode(claim)


def check_certificate(certificate: SessionCertificate, cards: Iterable[RegisteredCard]) -> RegisteredCard:
    """The officers' card among ``cards`` that certified a session key; raises InputError."""
    card = next((card for card in cards if card.id == certificate.card), None)
    if card is None or card.role is not Role.OFFICERS:
        raise InputError(
            "No officers' card of this booth certified the session key. "
            "Keep file, stick and device as evidence and tell the committee.",
            id="Kunci sesi tidak disertifikasi kartu petugas bilik ini. "
            "Amankan berkas, stik, dan perangkat sebagai bukti, lalu lapor panitia.",
        )
    try:
        check_signature(bytes.fromhex(card.sign), claim_bytes(certificate.claim), bytes.fromhex(certificate.signature))
    except (InputError, ValueError):
        raise InputError(
            "The card's signature under the session key does not fit. "
            "Keep file, stick and device as evidence and tell the committee.",
            id="Tanda tangan kartu atas kunci sesi tidak cocok. "
            "Amankan berkas, stik, dan perangkat sebagai bukti, lalu lapor panitia.",
        ) from None
    return card


def sign_head(key: SecretKey, ballot_uuid: str, epoch: int, entries: int, last: str) -> str:
    """A device's signature (minisign's text) over its log of so many entries that ends with the hash ``last``."""
    return key.sign(_head_bytes(ballot_uuid, epoch, entries, last), HEAD_COMMENT).decode()


def check_handover(handover: Handover, log: Sequence[bytes]) -> None:
    """That the earlier device signed this beginning of ``log``; raises InputError."""
    claim = handover.certificate.claim
    signed = _head_bytes(claim.ballot_uuid, claim.epoch, handover.entries, head(list(log[: handover.entries])))
    if (
        handover.entries > len(log)
        or verify(signed, handover.signature.encode(), PublicKey.parse(claim.key)) != HEAD_COMMENT
    ):
        raise InputError(
            "The log is not the one that the earlier device signed. Keep file, stick and devices as evidence.",
            id="Catatan tidak sama dengan yang ditandatangani perangkat sebelumnya. "
            "Amankan berkas, stik, dan perangkat sebagai bukti.",
        )


def _head_bytes(ballot_uuid: str, epoch: int, entries: int, last: str) -> bytes:
    return encode(LogHead(ballot_uuid=ballot_uuid, epoch=epoch, entries=entries, head=last))
