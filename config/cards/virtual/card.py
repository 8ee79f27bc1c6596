"""The card's memory: one file that holds its keys, objects and counters, written whole and synced before an answer."""

import base64
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from nacl import exceptions, pwhash

from config.errors import InputError
from config.files import write_whole
from config.record import Record, decode, encode

SUFFIX = ".piv"
DEFAULT_PIN = b"123456\xff\xff"
DEFAULT_PUK = b"12345678"
DEFAULT_MANAGEMENT_KEY = bytes(range(1, 9)) * 3
PIN_TRIES = 3
_MAX_BYTES = 1 << 20

Tries = Annotated[int, msgspec.Meta(ge=0, le=255)]


class Profile(StrEnum):
    """What kind of PIV card it is."""

    YUBICO = "yubico"
    """As a YubiKey with firmware 5.4: the maker's own commands, any key for any use, SELECT forgets the PIN."""
    PLAIN = "plain"
    """The standard and nothing else: no version or serial, tries and management key as they left the factory."""


class PinPolicy(StrEnum):
    """When a key wants the PIN."""

    NEVER = "never"
    ONCE = "once"
    """Once an insertion."""
    ALWAYS = "always"
    """Directly before each use."""


class HeldKey(Record, frozen=True):
    """A private key of the card."""

    pem: str
    """PKCS #8, P-256."""
    policy: PinPolicy

    def __repr__(self) -> str:
        return "<HeldKey>"


class Held(Record, frozen=True):
    """A PIN or PUK and its counter."""

    hash: str
    """argon2id of the eight bytes that are presented (libsodium's own text form)."""
    tries: Tries
    left: Tries


class VirtualCardFile(Record, tag_field="format", tag="bilik-virtual-card/1", frozen=True):
    """The file of a virtual card."""

    profile: Profile
    serial: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]
    pin: Held
    puk: Held
    management_algorithm: Annotated[int, msgspec.Meta(ge=0, le=255)]
    """Algorithm identifier of SP 800-78: 03 for 3DES, 08, 0A and 0C for AES."""
    management_key: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2}){16,32}\Z")]
    keys: dict[str, HeldKey] = msgspec.field(default_factory=dict)
    """By key reference: 9A, 9C, 9D, 9E, 82 to 95."""
    objects: dict[str, str] = msgspec.field(default_factory=dict)
    """What PUT DATA wrote, Base64 by tag: 5FC105."""

    def __repr__(self) -> str:
        return f"<VirtualCardFile {self.profile} {self.serial}>"


def factory_fresh(profile: Profile, serial: int) -> VirtualCardFile:
    """A card as its maker ships it: default PIN, PUK and management key, no key and no object."""
    return VirtualCardFile(
        profile=profile,
        serial=serial,
        pin=held(DEFAULT_PIN, PIN_TRIES),
        puk=held(DEFAULT_PUK, PIN_TRIES),
        management_algorithm=0x03,
        management_key=DEFAULT_MANAGEMENT_KEY.hex(),
    )


def new_virtual_card(path: Path, profile: Profile = Profile.YUBICO) -> None:
    """Writes a factory-fresh card (mode 0600); raises InputError rather than overwrite a card."""
    if path.exists():
        raise InputError(
            f"{path.name} is there already. Choose another name or remove the old card first.",
            id=f"{path.name} sudah ada. Pilih nama lain atau hapus dulu kartu lama.",
        )
    write_whole(path, encode(factory_fresh(profile, secrets.randbelow(1 << 31))), mode=0o600)


def held(value: bytes, tries: int) -> Held:
    """A PIN or PUK of eight bytes with all its tries."""
    hashed = pwhash.argon2id.str(value, opslimit=pwhash.argon2id.OPSLIMIT_MIN, memlimit=pwhash.argon2id.MEMLIMIT_MIN)
    return Held(hash=hashed.decode(), tries=tries, left=tries)


def matches(kept: Held, value: bytes) -> bool:
    """Whether ``value`` is what is kept; counts nothing."""
    try:
        return pwhash.verify(kept.hash.encode(), value)
    except exceptions.InvalidkeyError:
        return False


class CardMemory:
    """A card's file while the card lies in a reader. ``record`` is what stands on the disk."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that is no virtual card."""
        self.path = path
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise InputError(
                f"{path.name} cannot be read ({fault.strerror}). Make a virtual card first, or name another file.",
                id=f"{path.name} tidak dapat dibaca. Buat dulu kartu virtualnya, atau pilih berkas lain.",
            ) from None
        self.record = decode(data, VirtualCardFile, path.name, max_bytes=_MAX_BYTES)

    def keep(self, record: VirtualCardFile) -> None:
        """Durable when it returns; raises OSError and then nothing has changed."""
        write_whole(self.path, encode(record), mode=0o600)
        self.record = record

    def object(self, tag: str) -> bytes | None:
        """What stands under a tag (5FC105), or None."""
        found = self.record.objects.get(tag)
        return None if found is None else base64.b64decode(found)

    def keep_object(self, tag: str, value: bytes) -> None:
        """Writes an object, or removes it when ``value`` is empty."""
        others = {name: old for name, old in self.record.objects.items() if name != tag}
        added = {tag: base64.b64encode(value).decode()} if value else {}
        self.keep(msgspec.structs.replace(self.record, objects=others | added))
