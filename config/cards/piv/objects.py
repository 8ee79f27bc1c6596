"""The data objects of a PIV card that we read and write: who it is (CHUID), what it can (CCC), its certificates.

Source: NIST SP 800-73-5 part 1, section 3.1 and appendix A (tables 9, 10, 15 to 17 and 20).
"""

import zlib
from enum import IntEnum

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.piv import tlv
from config.cards.piv.apdu import MAX_ANSWER
from config.cards.piv.tlv import Tag
from config.cards.port import CardDamaged, Slot


class Object(IntEnum):
    """Tags of the objects in GET DATA and PUT DATA."""

    CCC = 0x5FC107
    CHUID = 0x5FC102
    CERTIFICATE_9A = 0x5FC105
    CERTIFICATE_9D = 0x5FC10B
    CERTIFICATE_9E = 0x5FC101


CERTIFICATES = {
    Slot.SIGN: Object.CERTIFICATE_9A,
    Slot.UNWRAP: Object.CERTIFICATE_9D,
    Slot.UNLOCK: Object.CERTIFICATE_9E,
}
_ID_BYTES = 16
_FASC_N = bytes.fromhex("D4E739DA739CED39CE739D836858210842108421C84210C3EB")
"""Agency 9999: the card belongs to no agency of the United States, its GUID is what counts."""
_NEVER = b"99991231"
_CARD_MAKER = bytes.fromhex("A000000116FF02")
"""CCC: registered application provider, unknown manufacturer, a Java card."""
_GZIP = 16 + zlib.MAX_WBITS


def content(answer: bytes) -> bytes | None:
    """What GET DATA brought; None for an object that was emptied; raises CardDamaged."""
    return tlv.only(answer, Tag.CONTENT) or None


def read_chuid(data: bytes) -> bytes | None:
    """The card's GUID, 16 bytes, or None where it has none; raises CardDamaged."""
    guid = tlv.fields(data).get(Tag.GUID)
    if guid is not None and len(guid) != _ID_BYTES:
        raise CardDamaged
    return guid


def make_chuid(guid: bytes) -> bytes:
    """The CHUID of a card of ours: no agency, no expiry, no issuer's signature; 16-byte GUID."""
    return (
        tlv.encode(Tag.FASC_N, _FASC_N)
        + tlv.encode(Tag.GUID, guid)
        + tlv.encode(Tag.EXPIRY, _NEVER)
        + tlv.encode(Tag.ISSUER_SIGNATURE, b"")
        + tlv.encode(Tag.CHECKSUM, b"")
    )


def make_ccc(guid: bytes) -> bytes:
    """The card capability container; its card identifier is 14 bytes of the 16-byte GUID."""
    capabilities = {0xF0: _CARD_MAKER + guid[-14:], 0xF1: b"\x21", 0xF2: b"\x21", 0xF3: b"", 0xF4: b"\0", 0xF5: b"\x10"}
    empty = (0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, Tag.CHECKSUM)
    return b"".join(tlv.encode(tag, value) for tag, value in (capabilities | dict.fromkeys(empty, b"")).items())


def read_certificate_object(data: bytes) -> bytes:
    """The certificate (DER) in its container, unpacked where it was packed; raises CardDamaged."""
    found = tlv.fields(data)
    der, packed = found.get(Tag.CERTIFICATE), found.get(Tag.PACKING, b"\0")
    if not der or packed not in (b"\0", b"\1") or found.get(Tag.CHECKSUM, b""):
        raise CardDamaged
    return der if packed == b"\0" else _unpacked(der)


def make_certificate_object(der: bytes) -> bytes:
    """The container of a certificate, never packed."""
    return tlv.encode(Tag.CERTIFICATE, der) + tlv.encode(Tag.PACKING, b"\0") + tlv.encode(Tag.CHECKSUM, b"")


def certified_point(der: bytes) -> bytes:
    """The P-256 point that a certificate is about, 65 bytes; raises CardDamaged for every other kind."""
    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except Exception:
        # The parser of certificates promises no closed list of errors, and a stranger's card may carry anything.
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CardDamaged(
            "The card carries a certificate that is not of our kind. Issue the card anew, or use another one.",
            id="Sertifikat di kartu ini bukan jenis kami. Terbitkan ulang kartunya, atau pakai kartu lain.",
        )
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _unpacked(data: bytes) -> bytes:
    """RFC 1952, at most ``MAX_ANSWER`` bytes out: a small bomb would fill the memory otherwise."""
    work = zlib.decompressobj(_GZIP)
    try:
        plain = work.decompress(data, MAX_ANSWER)
    except zlib.error:
        raise CardDamaged from None
    if not work.eof or work.unused_data or not plain:
        raise CardDamaged
    return plain
