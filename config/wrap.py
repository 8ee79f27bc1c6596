"""Keys wrapped for a card: only the holder of the card and its PIN gets them out (ECDH, HKDF, secretbox).

ECDH on P-256 with the card's 9D key, HKDF-SHA-256 (RFC 5869) bound to context, card and both points, then
XSalsa20-Poly1305 with a random nonce.
"""

import base64
import hmac

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from config.cards.port import Card, CardDamaged, Slot
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
    ephemeral, point = _ephemeral()
    recipient = card.point(Slot.UNWRAP)
    shared = _exchange(ephemeral, recipient)
    box = SecretBox(_derive(shared, card.id, point, recipient, context)).encrypt(secret.reveal())
    return Wrapped(card=card.id, ephemeral=point.hex(), box=base64.b64encode(box).decode())


def wrap_for_all(secret: Key, cards: tuple[RegisteredCard, ...], context: str) -> tuple[Wrapped, ...]:
    """The same secret for every card of a role."""
    return tuple(wrap(secret, card, context) for card in cards)


def unwrap(wrapped: tuple[Wrapped, ...], card: Card, context: str) -> Key:
    """Opens with the card in the reader, whose PIN was verified.

    Raises OperatorError when nothing was wrapped for this card, CardDamaged when it does not open and the card (or a
    wire before it) computes wrongly, InputError when it computes well: then the wrapped bytes were changed.
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
        if not _computes_well(card, point, shared):
            raise CardDamaged(
                "The card computed wrongly. Take it out, wipe its chip, and put it in again; else use another card of "
                "the same role.",
                id="Kartu salah menghitung. Cabut, usap chipnya, lalu masukkan lagi; bila tetap, pakai kartu lain "
                "dengan peran yang sama.",
            ) from None
        raise InputError(
            "A wrapped key does not open with its card: the file was changed or mixed up. Get it again.",
            id="Kunci terbungkus tidak terbuka dengan kartunya: berkas berubah atau tertukar. Ambil ulang.",
        ) from None


def _computes_well(card: Card, point: bytes, shared: Key) -> bool:
    """Whether the card says the same once more, and what is right for a key that was made just now.

    What follows from a changed file is final; one bit that fell over on a wire must not be taken for it.
    """
    ephemeral, fresh = _ephemeral()
    return _same(card.agree(Slot.UNWRAP, point), shared) and _same(
        card.agree(Slot.UNWRAP, fresh), Key(_exchange(ephemeral, card.public_key(Slot.UNWRAP)))
    )


def _same(one: Key, other: Key) -> bool:
    return hmac.compare_digest(one.reveal(), other.reveal())


def _ephemeral() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """A fresh key and its public point."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key, key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _exchange(key: ec.EllipticCurvePrivateKey, point: bytes) -> bytes:
    return key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))


def _derive(shared: bytes, card_id: str, ephemeral: bytes, recipient: bytes, context: str) -> bytes:
    info = b"|".join(
        (b"bilik wrap v1", context.encode(), card_id.encode(), ephemeral.hex().encode(), recipient.hex().encode())
    )
    return HKDF(algorithm=hashes.SHA256(), length=SecretBox.KEY_SIZE, salt=None, info=info).derive(shared)
