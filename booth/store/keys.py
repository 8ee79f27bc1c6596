"""The two keys that a device makes at its first opening, and the files in which they wait beside the store.

``store.keys.json`` goes wherever the store goes: it opens with an officer's card only. ``session.key`` stays on the
device's own disk: another device that goes on with the stick makes its own.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from booth.store.database import KEY_BYTES
from booth.store.faults import StoreAway, StoreFault, StoreThere, damaged
from booth.store.files import write_file
from config.cards.port import Card
from config.cards.registry import RegisteredCard
from config.errors import InputError
from config.minisign import SecretKey
from config.record import Record, decode, encode
from config.secret import Key
from config.wrap import Wrapped, unwrap, wrap_for_all

STORE_FILE = "store.db"
STORE_KEYS_FILE = "store.keys.json"
SESSION_KEY_FILE = "session.key"
_MAX_BYTES = 64 * 1024


class StoreKeys(Record, tag_field="format", tag="bilik-store-keys/1", frozen=True):
    """``store.keys.json``: the store's key, wrapped for each officers' card."""

    ballot_uuid: str
    epoch: int
    keys: tuple[Wrapped, ...]


@dataclass(frozen=True)
class DeviceKeys:
    """What a device holds in memory while it is open."""

    store_key: Key
    """32 bytes, SQLCipher's raw key."""
    session: SecretKey
    """Signs log and batch."""


def create_keys(folder: Path, cards: tuple[RegisteredCard, ...], ballot_uuid: str, epoch: int) -> DeviceKeys:
    """Makes both keys and their files; keys that no store was made with yet (a broken first opening) are replaced.

    Raises StoreThere when the folder has a store, StoreFault.
    """
    if (folder / STORE_FILE).exists():
        raise StoreThere(STORE_FILE)
    keys = DeviceKeys(Key(random(KEY_BYTES)), SecretKey.new())
    wrapped = wrap_for_all(keys.store_key, cards, _context(ballot_uuid, epoch))
    write_file(folder / STORE_KEYS_FILE, encode(StoreKeys(ballot_uuid=ballot_uuid, epoch=epoch, keys=wrapped)))
    box = _session_box(keys.store_key, ballot_uuid, epoch)
    write_file(folder / SESSION_KEY_FILE, bytes(box.encrypt(keys.session.pack().reveal())))
    return keys


def open_keys(folder: Path, card: Card, ballot_uuid: str) -> tuple[int, DeviceKeys]:
    """The device's epoch and both keys, with an officer's card whose PIN was verified.

    Raises StoreAway when a file is not there, OperatorError for a card that they were not made for, DamageError when
    a file was changed or is another booth's, StoreFault.
    """
    epoch, store_key = open_store_key(folder, card, ballot_uuid)
    try:
        packed = _session_box(store_key, ballot_uuid, epoch).decrypt(_read(folder / SESSION_KEY_FILE))
        return epoch, DeviceKeys(store_key, SecretKey.unpack(Key(packed)))
    except (CryptoError, ValueError, InputError):
        raise _changed(SESSION_KEY_FILE) from None


def open_store_key(folder: Path, card: Card, ballot_uuid: str) -> tuple[int, Key]:
    """The epoch of a store or of a copy of one, and its key; raises as ``open_keys``."""
    try:
        record = decode(_read(folder / STORE_KEYS_FILE), StoreKeys, STORE_KEYS_FILE, max_bytes=_MAX_BYTES)
        if record.ballot_uuid != ballot_uuid:
            raise _changed(STORE_KEYS_FILE)
        return record.epoch, unwrap(record.keys, card, _context(ballot_uuid, record.epoch))
    except InputError:
        raise _changed(STORE_KEYS_FILE) from None


def _context(ballot_uuid: str, epoch: int) -> str:
    return f"store|{ballot_uuid}|{epoch}"


def _session_box(store_key: Key, ballot_uuid: str, epoch: int) -> SecretBox:
    """A key of its own, so that the store's raw key does one thing only."""
    info = f"bilik session key v1|{ballot_uuid}|{epoch}".encode()
    return SecretBox(HKDF(hashes.SHA256(), SecretBox.KEY_SIZE, salt=None, info=info).derive(store_key.reveal()))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as source:
            return source.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise StoreAway(path.name) from None
    except OSError as fault:
        raise StoreFault(fault.strerror or type(fault).__name__) from None


def _changed(name: str) -> Exception:
    return damaged(
        f"{name} was changed or belongs to another booth",
        id=f"{name} berubah atau milik bilik lain",
    )
