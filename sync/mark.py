"""The mark of a slip: tells genuine, doubled, forged and foreign slips apart, and never says the choice by itself.

A mark is 1 byte of version, 8 random bytes and an Ed25519 signature of 64 bytes, in Base32 without padding
(117 characters, all of them in a QR code's alphanumeric set). The signature covers election, booth, choice and
nonce; who scans it must know the choice that is printed on the slip. Marks are never stored or published.
"""

import base64
import binascii
import secrets

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from config.errors import InputError
from config.secret import Choice, Key

_VERSION = b"\x01"
_NONCE_BYTES = 8
LENGTH = 117
"""Characters of a mark."""


def new_mark(seed: Key, ballot_uuid: str, booth_id: str, choice: Choice) -> str:
    """A fresh mark; ``seed`` is the booth's 32-byte mark key."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    message = _message(ballot_uuid, booth_id, choice.reveal(), nonce)
    signature = SigningKey(seed.reveal()).sign(message).signature
    return base64.b32encode(_VERSION + nonce + signature).decode().rstrip("=")


def public_mark_key(seed: Key) -> str:
    """The public half of a mark key, 64 hexadecimal characters."""
    return bytes(SigningKey(seed.reveal()).verify_key).hex()


def check_mark(mark: str, mark_key: str, ballot_uuid: str, booth_id: str, choice: int) -> bytes:
    """The 8-byte nonce of a genuine mark (the same nonce twice is a doubled slip); raises InputError otherwise."""
    try:
        raw = base64.b32decode(mark + "=" * (-len(mark) % 8))
    except binascii.Error:
        raw = b""
    if len(raw) != 1 + _NONCE_BYTES + 64 or raw[:1] != _VERSION or len(mark) != LENGTH:
        raise InputError(
            "This is not a mark of ours. Lay the slip aside and note it in the count's record.",
            id="Ini bukan tanda struk kami. Sisihkan struk dan catat di berita acara penghitungan.",
        )
    nonce = raw[1 : 1 + _NONCE_BYTES]
    try:
        VerifyKey(bytes.fromhex(mark_key)).verify(_message(ballot_uuid, booth_id, choice, nonce), raw[9:])
    except BadSignatureError:
        raise InputError(
            "The mark does not fit this booth and the printed choice: forged, foreign, or read wrongly. Scan it "
            "again; if it stays so, lay the slip aside and note it in the count's record.",
            id="Tanda tidak cocok dengan bilik dan pilihan yang tercetak: palsu, asing, atau salah baca. Pindai lagi; "
            "jika tetap, sisihkan struk dan catat di berita acara penghitungan.",
        ) from None
    return nonce


def _message(ballot_uuid: str, booth_id: str, choice: int, nonce: bytes) -> bytes:
    return b"|".join((b"bilik mark v1", ballot_uuid.encode(), booth_id.encode(), str(choice).encode(), nonce))
