"""Signatures and agreements: what a card may answer with its private keys, and what is refused."""

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from config.cards.piv import tlv
from config.cards.port import (
    CardDamaged,
    Slot,
)
from config.errors import InputError
from tests.cards.piv.line import KEY, OK, POINT, answer, canned, shown

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_a_signature_is_over_the_sha256_of_the_message() -> None:
    signed = KEY.sign(b"pesan", ec.ECDSA(hashes.SHA256()))
    card, line = canned(answer((0x82, signed)))
    assert card.sign(Slot.UNLOCK, b"pesan") == signed
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"pesan")
    assert line.sent == [f"0087119E267C2482008120{digest.finalize().hex().upper()}00"]


def der_of(r: str, s: str) -> bytes:
    return tlv.encode(0x30, bytes.fromhex(r) + bytes.fromhex(s))


ONE = "020101"
GOOD = encode_dss_signature(1, N - 1)
BAD_SIGNATURES = {
    "empty": b"" + OK,
    "garbage": b"\xde\xad\xbe\xef" + OK,
    "no signature in it": answer(),
    "empty signature": answer((0x82, b"")),
    "another tag": answer((0x81, GOOD)),
    "another template": answer((0x82, GOOD), outer=0x7D),
    "two answers": answer((0x82, GOOD), (0x82, GOOD)),
    "answer and challenge": answer((0x82, GOOD), (0x81, b"")),
    "bytes after it": answer((0x82, GOOD), tail=b"\0"),
    "bytes after the signature": answer((0x82, GOOD + b"\0")),
    "r is zero": answer((0x82, der_of("020100", ONE))),
    "s is zero": answer((0x82, der_of(ONE, "020100"))),
    "r is the order": answer((0x82, encode_dss_signature(N, 1))),
    "s is the order": answer((0x82, encode_dss_signature(1, N))),
    "s is beyond all": answer((0x82, encode_dss_signature(1, 1 << 600))),
    "r is negative": answer((0x82, der_of("0201FF", ONE))),
    "r with a zero too many": answer((0x82, der_of("02020001", ONE))),
    "r of no bytes": answer((0x82, der_of("0200", ONE))),
    "long length": answer((0x82, b"\x30\x81\x06" + bytes.fromhex(ONE + ONE))),
    "endless length": answer((0x82, b"\x30\x80" + bytes.fromhex(ONE + ONE) + b"\0\0")),
    "three numbers": answer((0x82, der_of(ONE, ONE + ONE))),
    "one number": answer((0x82, der_of(ONE, ""))),
    "raw r and s": answer((0x82, bytes(31) + b"\1" + bytes(31) + b"\1")),
    "text instead of numbers": answer((0x82, der_of("040101", ONE))),
    "a point": answer((0x82, POINT)),
}


@pytest.mark.parametrize("name", BAD_SIGNATURES)
def test_what_is_no_canonical_signature_is_refused(name: str) -> None:
    card, _ = canned(BAD_SIGNATURES[name])
    with pytest.raises(CardDamaged):
        card.sign(Slot.UNLOCK, b"pesan")


@pytest.mark.parametrize(("r", "s"), [(1, N - 1), (N - 1, 1)])
def test_the_edges_of_the_numbers_are_accepted(r: int, s: int) -> None:
    edge = encode_dss_signature(r, s)
    card, _ = canned(answer((0x82, edge)))
    assert card.sign(Slot.UNLOCK, b"pesan") == edge


def test_an_agreement_gives_the_secret_of_both() -> None:
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    card, line = shown(answer((0x82, KEY.exchange(ec.ECDH(), ours.public_key()))))
    assert card.agree(Slot.UNWRAP, point).reveal() == ours.exchange(ec.ECDH(), KEY.public_key())
    assert line.sent == [f"0087119D477C4582008541{point.hex().upper()}00"]


BAD_POINTS = {
    "empty": b"",
    "off the curve": POINT[:-1] + bytes([POINT[-1] ^ 1]),
    "the origin": b"\x04" + bytes(64),
    "infinity": b"\x00",
    "compressed": b"\x02" + POINT[1:33],
    "hybrid": bytes([6 + POINT[-1] % 2]) + POINT[1:],
    "cut": POINT[:-1],
    "longer": POINT + b"\0",
    "coordinates beyond the field": b"\x04" + b"\xff" * 64,
    "another curve": b"\x04" + bytes(96),
}


@pytest.mark.parametrize("name", BAD_POINTS)
def test_a_bad_point_never_reaches_the_card(name: str) -> None:
    card, line = shown()
    with pytest.raises(InputError):
        card.agree(Slot.UNWRAP, BAD_POINTS[name])
    assert line.sent == []


BAD_SECRETS = {
    "empty": OK,
    "garbage": b"\x82\x20" + bytes(32) + OK,
    "31 bytes": answer((0x82, bytes(31))),
    "33 bytes": answer((0x82, bytes(33))),
    "a whole point": answer((0x82, POINT)),
    "another tag": answer((0x85, bytes(32))),
    "bytes after it": answer((0x82, bytes(32)), tail=b"\0"),
    "two of them": answer((0x82, bytes(32)), (0x82, bytes(32))),
    "length that lies": bytes.fromhex("7C22 8221") + bytes(32) + OK,
}


@pytest.mark.parametrize("name", BAD_SECRETS)
def test_a_bad_shared_secret_is_refused(name: str) -> None:
    card, _ = shown(BAD_SECRETS[name])
    with pytest.raises(CardDamaged):
        card.agree(Slot.UNWRAP, POINT)
