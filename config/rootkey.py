"""The root key at rest: a minisign key under a passphrase (argon2id, XSalsa20-Poly1305), one JSON record."""

import base64
import binascii
import secrets
from typing import Annotated

import msgspec
from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from config.errors import InputError, OperatorError
from config.minisign import PublicKey, SecretKey
from config.mode import Mode
from config.record import Record, decode, encode
from config.secret import Key, Secret

MIN_PASSPHRASE_CHARS = 12
_MAX_BYTES = 4096
_OPS = pwhash.argon2id.OPSLIMIT_MODERATE
_MEMORY_BYTES = pwhash.argon2id.MEMLIMIT_MODERATE


class Passphrase(Secret[str]):
    """What opens the root key."""

    __slots__ = ()


class RootKeyFile(Record, tag_field="format", tag="bilik-root-key/1", frozen=True):
    """``root.key``; the cost of argon2id is fixed by the format (libsodium's MODERATE: 3 passes, 256 MiB)."""

    mode: Mode
    """A rehearsal has its own root; the mode stands here so that the two files cannot be mixed up."""
    public: str
    """The public half, a minisign public key line."""
    salt: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    box: str
    """Base64 of nonce (24 bytes) and the boxed 40 bytes of the secret key."""


def lock_root(key: SecretKey, mode: Mode, passphrase: Passphrase) -> bytes:
    """The bytes of ``root.key``; raises OperatorError for a passphrase of under 12 characters."""
    if len(passphrase.reveal()) < MIN_PASSPHRASE_CHARS:
        raise OperatorError(
            f"The passphrase is too short: take at least {MIN_PASSPHRASE_CHARS} characters, for example four words.",
            id=f"Frasa sandi terlalu pendek: pakai sedikitnya {MIN_PASSPHRASE_CHARS} huruf, misalnya empat kata.",
        )
    salt = secrets.token_bytes(pwhash.argon2id.SALTBYTES)
    box = SecretBox(_derive(passphrase, salt)).encrypt(key.pack().reveal())
    return encode(RootKeyFile(mode=mode, public=key.public.text, salt=salt.hex(), box=base64.b64encode(box).decode()))


def unlock_root(data: bytes, mode: Mode, passphrase: Passphrase) -> SecretKey:
    """The key in ``root.key``.

    Raises InputError for a damaged file or one of the other mode, OperatorError for a wrong passphrase.
    """
    record = decode(data, RootKeyFile, "root.key", max_bytes=_MAX_BYTES)
    if record.mode is not mode:
        raise InputError(
            f"root.key belongs to a {record.mode.value} election and this is a {mode.value} one. Do not copy keys "
            "between elections: make a new workspace.",
            id=f"root.key milik pemilihan '{record.mode.value}', sedangkan ini '{mode.value}'. Jangan menyalin kunci "
            "antar-pemilihan: buat ruang kerja baru.",
        )
    public = PublicKey.parse(record.public)
    try:
        packed = SecretBox(_derive(passphrase, bytes.fromhex(record.salt))).decrypt(
            base64.b64decode(record.box, validate=True)
        )
    except (CryptoError, binascii.Error, ValueError):
        raise OperatorError(
            "The passphrase does not open the root key. Type it again; without it no package can be signed.",
            id="Frasa sandi tidak membuka kunci induk. Ketik ulang; tanpanya paket tidak dapat ditandatangani.",
        ) from None
    key = SecretKey.unpack(Key(packed))
    if key.public != public:
        raise InputError(
            "root.key was changed: its two halves do not belong together. Restore it from its backup.",
            id="root.key berubah: kedua bagiannya tidak sepasang. Pulihkan dari cadangan.",
        )
    return key


def _derive(passphrase: Passphrase, salt: bytes) -> bytes:
    return pwhash.argon2id.kdf(
        SecretBox.KEY_SIZE, passphrase.reveal().encode(), salt, opslimit=_OPS, memlimit=_MEMORY_BYTES
    )
