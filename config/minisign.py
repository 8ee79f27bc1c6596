"""Signatures in minisign's format (prehashed Ed25519), so that ``minisign -V`` checks them without us.

Source: minisign's own documentation, https://jedisct1.github.io/minisign/ (section "Signature format").
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from config.errors import InputError
from config.record import fingerprint
from config.secret import Key

_KEY_ID_BYTES = 8
_PLAIN, _PREHASHED = b"Ed", b"ED"


@dataclass(frozen=True)
class PublicKey:
    """A minisign public key: 8 bytes of id and 32 bytes of Ed25519."""

    key_id: bytes
    ed25519: bytes

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        """Reads the Base64 line of a public key; raises InputError."""
        raw = _base64(text, "public key", 2 + _KEY_ID_BYTES + 32)
        if raw[:2] != _PLAIN:
            raise _unreadable("public key")
        return cls(raw[2:10], raw[10:])

    @property
    def text(self) -> str:
        """The Base64 line that ``minisign -P`` takes."""
        return base64.b64encode(_PLAIN + self.key_id + self.ed25519).decode()

    @property
    def file(self) -> bytes:
        """The contents of a ``.pub`` file that ``minisign -p`` takes."""
        return f"untrusted comment: bilik public key {self.key_id[::-1].hex().upper()}\n{self.text}\n".encode()

    @property
    def fingerprint(self) -> str:
        """What is printed on paper for people to compare."""
        return fingerprint(_PLAIN + self.key_id + self.ed25519)


@dataclass(frozen=True)
class SecretKey:
    """A signing key: 8 bytes of id and the 32-byte Ed25519 seed."""

    key_id: bytes
    seed: Key

    @classmethod
    def new(cls) -> "SecretKey":
        """A fresh key from the operating system's randomness."""
        return cls(secrets.token_bytes(_KEY_ID_BYTES), Key(secrets.token_bytes(32)))

    @classmethod
    def unpack(cls, raw: Key) -> "SecretKey":
        """The key from its 40 stored bytes (id, then seed)."""
        value = raw.reveal()
        if len(value) != _KEY_ID_BYTES + 32:
            raise _unreadable("secret key")
        return cls(value[:_KEY_ID_BYTES], Key(value[_KEY_ID_BYTES:]))

    def pack(self) -> Key:
        """The 40 bytes to be stored under another key."""
        return Key(self.key_id + self.seed.reveal())

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.key_id, bytes(SigningKey(self.seed.reveal()).verify_key))

    def sign(self, data: bytes, trusted_comment: str) -> bytes:
        """The contents of a ``.minisig`` file over ``data``; the comment is signed too and has one line."""
        if "\n" in trusted_comment or "\r" in trusted_comment:
            raise ValueError("a trusted comment has one line")
        key = SigningKey(self.seed.reveal())
        signature = key.sign(_prehash(data)).signature
        whole = key.sign(signature + trusted_comment.encode()).signature
        first = base64.b64encode(_PREHASHED + self.key_id + signature).decode()
        second = base64.b64encode(whole).decode()
        return (
            f"untrusted comment: signature from bilik\n{first}\ntrusted comment: {trusted_comment}\n{second}\n"
        ).encode()


def verify(data: bytes, signature: bytes, key: PublicKey) -> str:
    """Checks a ``.minisig`` file over ``data`` and returns its trusted comment; raises InputError."""
    lines = signature.decode("utf-8", errors="replace").split("\n")
    if (
        len(lines) != 5
        or lines[4]
        or not lines[0].startswith("untrusted comment: ")
        or not lines[2].startswith("trusted comment: ")
    ):
        raise _unreadable("signature")
    comment = lines[2].removeprefix("trusted comment: ")
    first = _base64(lines[1], "signature", 2 + _KEY_ID_BYTES + 64)
    second = _base64(lines[3], "signature", 64)
    if first[:2] != _PREHASHED:
        raise _unreadable("signature")
    if first[2:10] != key.key_id:
        raise InputError(
            "The signature was made with another key than the one that is trusted here. Ask who made the file.",
            id="Tanda tangan dibuat dengan kunci lain dari yang dipercaya di sini. Tanyakan pembuat berkasnya.",
        )
    try:
        VerifyKey(key.ed25519).verify(_prehash(data), first[10:])
        VerifyKey(key.ed25519).verify(first[10:] + comment.encode(), second)
    except BadSignatureError:
        raise InputError(
            "The signature does not fit: the file was changed after it was signed. Get it again.",
            id="Tanda tangan tidak cocok: berkas berubah setelah ditandatangani. Ambil ulang berkasnya.",
        ) from None
    return comment


def _prehash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=64).digest()


def _base64(text: str, what: str, size: int) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _unreadable(what) from None
    if len(raw) != size or base64.b64encode(raw).decode() != text:
        raise _unreadable(what)
    return raw


def _unreadable(what: str) -> InputError:
    return InputError(
        f"The {what} is not in minisign's format. Get the file again from where it was made.",
        id="Kunci atau tanda tangan bukan format minisign. Ambil ulang berkas dari tempat asalnya.",
    )
