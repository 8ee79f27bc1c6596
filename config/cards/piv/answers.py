"""What a card's answers to GENERAL AUTHENTICATE, GENERATE and GET METADATA say, believed only where it can be checked.

Source: NIST SP 800-73-5 part 2, sections 3.2.4 and 3.3.2; metadata as Yubico's cards of 5.3 and later tell it.
"""

from dataclasses import dataclass
from enum import Enum

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from config.cards.piv import tlv
from config.cards.piv.apdu import Answer
from config.cards.piv.tlv import Tag
from config.cards.port import CardDamaged
from config.secret import Key, Secret

POINT_BYTES = 65
_SHARED_BYTES = 32
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of P-256 (FIPS 186-5; SP 800-186, section 3.2.1.3)."""
_UNCOMPRESSED = 4


def is_point(data: bytes) -> bool:
    """Whether ``data`` is a point on P-256 in uncompressed SEC 1 form, 65 bytes."""
    if len(data) != POINT_BYTES or data[0] != _UNCOMPRESSED:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        return False
    return True


def signature(answer: Answer) -> bytes:
    """The ECDSA signature, DER; raises CardDamaged unless r and s are written in the only right way, 1 <= r, s < n."""
    found = tlv.only(tlv.only(answer.reveal(), Tag.AUTHENTICATION), Tag.RESPONSE)
    try:
        r, s = decode_dss_signature(found)
    except ValueError:
        raise CardDamaged from None
    # No byte but r and s gets into a record. Anybody can make (r, n - s) of (r, s), and both are taken: nothing of
    # ours is told apart by the bytes of its signature.
    if not (1 <= r < _N and 1 <= s < _N) or encode_dss_signature(r, s) != found:
        raise CardDamaged
    return found


def shared_secret(answer: Answer) -> Key:
    """The x-coordinate of an ECDH, 32 bytes; raises CardDamaged."""
    found = _shared_secret(answer)
    # Raised here: a traceback with its locals shows nothing of the secret.
    if found is None:
        raise CardDamaged
    return found


def block(answer: Answer, tag: Tag, size: int) -> Secret[bytes]:
    """Witness, challenge or response of the management key's exchange; raises CardDamaged."""
    found = tlv.only(tlv.only(answer.reveal(), Tag.AUTHENTICATION), tag)
    if len(found) != size:
        raise CardDamaged
    return Secret(found)


def generated_point(answer: Answer) -> bytes:
    """The public point of a key that was just made, 65 bytes, on the curve; raises CardDamaged."""
    found = tlv.only(tlv.only(answer.reveal(), Tag.PUBLIC_KEY), Tag.POINT)
    if not is_point(found):
        raise CardDamaged
    return found


@dataclass(frozen=True)
class Metadata:
    """What a card tells of a key, the PIN or the PUK; None where it does not say."""

    algorithm: int | None
    is_default: bool | None
    """It is still the factory's."""
    tries_left: int | None


class Untold(Enum):
    """Why there is no metadata."""

    EMPTY = "empty"
    """The card tells, and there is nothing at that place."""
    SILENT = "silent"
    """The card has no such command."""


def metadata(answer: Answer) -> Metadata:
    """Reads GET METADATA; raises CardDamaged."""
    found = tlv.fields(answer.reveal())
    algorithm, default, counters = found.get(0x01), found.get(0x05), found.get(0x06)
    sizes = (algorithm, 1), (default, 1), (counters, 2)
    if any(value is not None and len(value) != size for value, size in sizes) or default not in (None, b"\0", b"\1"):
        raise CardDamaged
    return Metadata(
        algorithm=None if algorithm is None else algorithm[0],
        is_default=None if default is None else default == b"\1",
        tries_left=None if counters is None else counters[1],
    )


def version(answer: Answer) -> str:
    """Reads GET VERSION: three numbers; raises CardDamaged."""
    if answer.size != 3:
        raise CardDamaged
    return ".".join(map(str, answer.reveal()))


def serial(answer: Answer) -> int:
    """Reads GET SERIAL: four bytes; raises CardDamaged."""
    if answer.size != 4:
        raise CardDamaged
    return int.from_bytes(answer.reveal(), "big")


def _shared_secret(answer: Answer) -> Key | None:
    try:
        found = tlv.only(tlv.only(answer.reveal(), Tag.AUTHENTICATION), Tag.RESPONSE)
    except CardDamaged:
        return None
    return Key(found) if len(found) == _SHARED_BYTES else None
