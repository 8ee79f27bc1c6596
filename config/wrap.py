"""Keys wrapped for a card: only the holder of the card and its PIN gets them out (ECDH, HKDF, secretbox).

ECDH on P-256 with the card's 9D key, HKDF-SHA-256 (RFC 5869) bound to context, card and both points, then
XSalsa20-Poly1305 with a random nonce.
"""

import base64

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from config.cards.port import Card, Slot
from config.cards.registry import CardId, Point, RegisteredCard
from config.errors import InputError, OperatorError
from config.record import Record
from config.secret import Key


class Wrapped(Record, frozen=True):
    """One secret wrapped for one card."""

    card: CardId
    ephemeral: Point
    box: str
    """Base64 of nonce (24 bytes) and ciphertext (the secret's length and 16 bytes)."""


def wrap(secret: Key, card: RegisteredCard, context: str) -> Wrapped:
    """Wraps for a card that need not be here; ``context`` says what the secret is and must be given to open."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    point = ephemeral.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    recipient = card.point(Slot.UNWRAP)
    shared = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), recipient))
    box = SecretBox(_derive(shared, card.id, point, recipient, context)).encrypt(secret.reveal())
    return Wrapped(card=card.id, ephemeral=point.hex(), box=base64.b64encode(box).decode())


def wrap_for_all(secret: Key, cards: tuple[RegisteredCard, ...], context: str) -> tuple[Wrapped, ...]:
    """The same secret for every card of a role."""
    return tuple(wrap(secret, card, context) for card in cards)


def unwrap(wrapped: tuple[Wrapped, ...], card: Card, context: str) -> Key:
    """Opens with the card in the reader, whose PIN was verified.

    Raises OperatorError when nothing was wrapped for this card, InputError when the wrapped bytes were changed.
    """
    mine = next((entry for entry in wrapped if entry.card == card.id), None)
    if mine is None:
        raise OperatorError(
            "This key was not made for this card. Use a card of the role that the screen names.",
            id="Kunci ini tidak dibuat untuk kartu ini. Pakai kartu dengan peran yang disebut di layar.",
        )
    point = bytes.fromhex(mine.ephemeral)
    shared = card.agree(Slot.UNWRAP, point)
    key = _derive(shared.reveal(), card.id, point, card.public_key(Slot.UNWRAP), context)
    try:
        return Key(SecretBox(key).decrypt(base64.b64decode(mine.box, validate=True)))
    except (CryptoError, ValueError):
        raise InputError(
            "A wrapped key does not open with its card: the file was changed or mixed up. Get it again.",
            id="Kunci terbungkus tidak terbuka dengan kartunya: berkas berubah atau tertukar. Ambil ulang.",
        ) from None


def _derive(shared: bytes, card_id: str, ephemeral: bytes, recipient: bytes, context: str) -> bytes:
    info = b"|".join(
        (b"bilik wrap v1", context.encode(), card_id.encode(), ephemeral.hex().encode(), recipient.hex().encode())
    )
    return HKDF(algorithm=hashes.SHA256(), length=SecretBox.KEY_SIZE, salt=None, info=info).derive(shared)
