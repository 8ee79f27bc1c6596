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
from config.secret import Choice, Key, Secret

_VERSION = b"\x01"
_NONCE_BYTES = 8
_BEFORE_SIGNATURE = len(_VERSION) + _NONCE_BYTES
_BYTES = _BEFORE_SIGNATURE + 64
LENGTH = 117
"""Characters of a mark."""


class Mark(Secret[bytes]):
    """A mark as it was read from a slip, 73 bytes; whether it is genuine is still to be seen."""

    __slots__ = ()

    @property
    def nonce(self) -> bytes:
        """Its 8 random bytes: the same ones twice at one booth are a doubled slip."""
        return self.reveal()[len(_VERSION) : _BEFORE_SIGNATURE]


def new_mark(seed: Key, ballot_uuid: str, booth_id: str, choice: Choice) -> str:
    """A fresh mark; ``seed`` is the booth's 32-byte mark key."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    message = _message(ballot_uuid, booth_id, choice.reveal(), nonce)
    signature = SigningKey(seed.reveal()).sign(message).signature
    return base64.b32encode(_VERSION + nonce + signature).decode().rstrip("=")


def public_mark_key(seed: Key) -> str:
    """The public half of a mark key, 64 hexadecimal characters."""
    return bytes(SigningKey(seed.reveal()).verify_key).hex()


def read_mark(text: str) -> Mark:
    """The mark that ``text`` spells; raises InputError for what has not the form of a mark. It never quotes it."""
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _BYTES or raw[:1] != _VERSION or len(text) != LENGTH:
        raise InputError(
            "This is not a mark of ours. Lay the slip aside and note it in the count's record.",
            id="Ini bukan tanda struk kami. Sisihkan struk dan catat di berita acara penghitungan.",
        )
    return Mark(raw)


def fits(mark: Mark, mark_key: str, ballot_uuid: str, booth_id: str, choice: int) -> bool:
    """Whether the booth with that mark key put ``mark`` on a slip of that choice; the key is 64 hexadecimal digits."""
    message = _message(ballot_uuid, booth_id, choice, mark.nonce)
    try:
        VerifyKey(bytes.fromhex(mark_key)).verify(message, mark.reveal()[_BEFORE_SIGNATURE:])
    except BadSignatureError:
        return False
    return True


def check_mark(text: str, mark_key: str, ballot_uuid: str, booth_id: str, choice: int) -> bytes:
    """The 8-byte nonce of a genuine mark (the same nonce twice is a doubled slip); raises InputError otherwise."""
    mark = read_mark(text)
    if not fits(mark, mark_key, ballot_uuid, booth_id, choice):
        raise InputError(
            "The mark does not fit this booth and the printed choice: forged, foreign, or read wrongly. Scan it "
            "again; if it stays so, lay the slip aside and note it in the count's record.",
            id="Tanda tidak cocok dengan bilik dan pilihan yang tercetak: palsu, asing, atau salah baca. Pindai lagi; "
            "jika tetap, sisihkan struk dan catat di berita acara penghitungan.",
        )
    return mark.nonce


def _message(ballot_uuid: str, booth_id: str, choice: int, nonce: bytes) -> bytes:
    return b"|".join((b"bilik mark v1", ballot_uuid.encode(), booth_id.encode(), str(choice).encode(), nonce))
