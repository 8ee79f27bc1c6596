"""Who may do what: the cards that a package lists, and how a card in the reader is told to be one of them."""

import secrets
from enum import StrEnum
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.port import Card, Slot
from config.errors import InputError, OperatorError
from config.record import Record

Point = Annotated[str, msgspec.Meta(pattern=r"^04[0-9a-f]{128}\Z")]
"""A P-256 point, uncompressed SEC 1, in lower-case hexadecimal."""
CardId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]


class Role(StrEnum):
    """A card has one role; no person holds cards of two."""

    OFFICERS = "officers"
    """KPPS: open, unlock, pause, resolve, test and close the booths of one TPS."""
    COMMITTEE = "committee"
    """Panitia: present at opening, second key at closing, for all booths of one village."""


class RegisteredCard(Record, frozen=True):
    """A card as the district knows it; its public keys are what counts."""

    id: CardId
    role: Role
    holder: str
    village_code: str
    tps: int | None
    """The TPS whose officers hold it; None for the committee's cards."""
    unlock: Point
    sign: Point
    unwrap: Point

    def point(self, slot: Slot) -> bytes:
        """The 65-byte public point of a slot."""
        by_slot = {Slot.UNLOCK: self.unlock, Slot.SIGN: self.sign, Slot.UNWRAP: self.unwrap}
        return bytes.fromhex(by_slot[slot])


def register(card: Card, *, role: Role, holder: str, village_code: str, tps: int | None) -> RegisteredCard:
    """Reads the public keys of a card that lies in the reader."""
    return RegisteredCard(
        id=card.id,
        role=role,
        holder=holder,
        village_code=village_code,
        tps=tps,
        unlock=card.public_key(Slot.UNLOCK).hex(),
        sign=card.public_key(Slot.SIGN).hex(),
        unwrap=card.public_key(Slot.UNWRAP).hex(),
    )


def recognise(card: Card, registered: tuple[RegisteredCard, ...]) -> RegisteredCard:
    """The registered card that lies in the reader, proved by a fresh challenge to its 9E key.

    Raises UnknownCard for a card that the package does not list, or that only claims a listed id.
    """
    known = next((entry for entry in registered if entry.id == card.id), None)
    if known is None:
        raise UnknownCard
    challenge = b"bilik card challenge v1|" + secrets.token_bytes(32)
    try:
        check_signature(known.point(Slot.UNLOCK), challenge, card.sign(Slot.UNLOCK, challenge))
    except InputError:
        raise UnknownCard from None
    return known


def check_signature(point: bytes, message: bytes, signature: bytes) -> None:
    """ECDSA P-256 with SHA-256, DER; raises InputError when it does not fit."""
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise InputError(
            "A card's signature does not fit what it signed. Get the file again, or ask who made it.",
            id="Tanda tangan kartu tidak cocok. Ambil ulang berkas, atau tanyakan pembuatnya.",
        ) from None


class UnknownCard(OperatorError):
    """The card is not listed for this booth."""

    def __init__(self) -> None:
        super().__init__(
            "This card does not belong to this booth. Use a card of this TPS or of this village's committee.",
            id="Kartu ini bukan untuk bilik ini. Pakai kartu TPS ini atau kartu panitia desa ini.",
        )
