"""Certificates on a card: the container, what is packed in it, and the key that it names."""

import datetime as dt
import gzip
import zlib
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from config.cards.certificate import Claims, make_certificate
from config.cards.piv import tlv
from config.cards.piv.refusals import NoKey
from config.cards.port import (
    CardDamaged,
    Slot,
)
from config.cards.role import Role
from config.minisign import SecretKey
from config.mode import Mode
from tests.cards.piv.line import GUID, OK, POINT, canned

CLAIMS = Claims(
    card=GUID,
    mode=Mode.OFFICIAL,
    election_id="0" * 32,
    election="Pilkades",
    role=Role.OFFICERS,
    holder="Sari",
    village_code="35.07.01.2001",
    tps=1,
)


@pytest.fixture(scope="module")
def der() -> bytes:
    return make_certificate(SecretKey.new(), POINT, Slot.SIGN, CLAIMS)


def stored(content: bytes) -> list[bytes]:
    """The answers to GET DATA of an object."""
    whole = tlv.encode(0x53, content)
    parts = [whole[at : at + 256] for at in range(0, len(whole), 256)]
    left = [len(whole) - 256 * (place + 1) for place in range(len(parts))]
    return [
        part + (bytes([0x61, min(rest, 256) & 0xFF]) if rest > 0 else OK)
        for part, rest in zip(parts, left, strict=True)
    ]


def container(certificate: bytes, packed: bytes = b"\0", *more: tuple[int, bytes]) -> bytes:
    return b"".join(tlv.encode(tag, value) for tag, value in [(0x70, certificate), (0x71, packed), *more, (0xFE, b"")])


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize("slot", [(Slot.SIGN, "5FC105"), (Slot.UNWRAP, "5FC10B"), (Slot.UNLOCK, "5FC101")])
def test_a_certificate_is_read_once_and_names_the_key(slot: tuple[Slot, str], der: bytes) -> None:
    card, line = canned(*stored(container(der)))
    assert card.certificate(slot[0]) == der
    assert card.public_key(slot[0]) == card.public_key(slot[0]) == POINT
    assert line.sent[0] == f"00CB3FFF055C03{slot[1]}00"
    assert [apdu[:4] for apdu in line.sent[1:]] == ["00C0"] * (len(line.sent) - 1)


def test_a_packed_certificate_is_unpacked(der: bytes) -> None:
    card, _ = canned(*stored(container(packed(der), b"\1")))
    assert card.certificate(Slot.SIGN) == der


@pytest.mark.parametrize("told", ["6A82", "6A88", "5300 9000"])
def test_a_card_without_certificate_has_none_and_no_key(told: str) -> None:
    card, line = canned(told)
    assert card.certificate(Slot.SIGN) is None
    with pytest.raises(NoKey):
        card.public_key(Slot.SIGN)
    assert len(line.sent) == 1


Spoil = Callable[[bytes], bytes]
BAD_CONTAINERS: dict[str, Spoil] = {
    "no certificate": lambda der: tlv.encode(0x71, b"\0"),
    "empty certificate": lambda der: container(b""),
    "unknown packing": lambda der: container(der, b"\2"),
    "two bytes of packing": lambda der: container(der, b"\0\0"),
    "checksum that is not empty": lambda der: tlv.encode(0x70, der) + b"\xfe\x01\x00",
    "two certificates": lambda der: container(der, b"\0", (0x70, der)),
    "bytes after it": lambda der: container(der) + b"\0",
    "bare certificate": lambda der: der,
    "said to be packed": lambda der: container(der, b"\1"),
    "packed as zlib": lambda der: container(zlib.compress(der), b"\1"),
    "packed and cut": lambda der: container(packed(der)[:-1], b"\1"),
    "packed with a wrong checksum": lambda der: container(packed(der)[:-8] + bytes(8), b"\1"),
    "bytes after the packed one": lambda der: container(packed(der) + b"\0", b"\1"),
    "packed nothing": lambda der: container(packed(b""), b"\1"),
    "a bomb": lambda der: container(packed(bytes(1 << 20)), b"\1"),
    "one byte more than is read": lambda der: container(packed(bytes(4097)), b"\1"),
}


@pytest.mark.parametrize("name", BAD_CONTAINERS)
def test_a_bad_container_is_a_damaged_card(name: str, der: bytes) -> None:
    card, _ = canned(*stored(BAD_CONTAINERS[name](der)))
    with pytest.raises(CardDamaged):
        card.certificate(Slot.SIGN)


STRANGERS: dict[str, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey] = {
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "RSA": rsa.generate_private_key(65537, 2048),
}


def stranger(other: str) -> bytes:
    """The certificate of a key that is not ours, signed by itself."""
    key = STRANGERS[other]
    day, name = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(day).not_valid_after(day)
    signed = builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("other", STRANGERS)
def test_a_stranger_s_certificate_can_be_read_and_names_no_key_of_ours(other: str) -> None:
    foreign = stranger(other)
    card, _ = canned(*stored(container(foreign)))
    assert card.certificate(Slot.SIGN) == foreign
    with pytest.raises(CardDamaged, match="not of our kind"):
        card.public_key(Slot.SIGN)


BAD_CERTIFICATES: dict[str, Spoil] = {
    "garbage": lambda der: b"\x99" * 300,
    "cut": lambda der: der[:-1],
    "longer": lambda der: der + b"\0",
    "point off the curve": lambda der: der.replace(POINT, POINT[:-1] + bytes([POINT[-1] ^ 1])),
    "point at infinity": lambda der: der.replace(POINT, b"\0" * 65),
}


@pytest.mark.parametrize("name", BAD_CERTIFICATES)
def test_a_bad_certificate_names_no_key(name: str, der: bytes) -> None:
    card, _ = canned(*stored(container(BAD_CERTIFICATES[name](der))))
    with pytest.raises(CardDamaged):
        card.public_key(Slot.SIGN)
