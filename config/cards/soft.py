"""The soft card of rehearsals: a file with three P-256 keys and a PIN that counts its tries.

It answers challenges as a PIV card does, but whoever copies the file has the card: official packages refuse it.
"""

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from nacl import exceptions, pwhash

from config.cards.port import Card, CardDamaged, CardGone, PinBlocked, PinNeeded, Slot, WrongPin
from config.errors import InputError
from config.record import Record, decode, encode
from config.secret import Key, Pin

PIN_TRIES = 5
_MAX_BYTES = 16_384


class SoftCardFile(Record, tag_field="format", tag="bilik-soft-card/1", frozen=True):
    """The file of a soft card."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    holder: str
    pin: str
    """argon2id hash of the PIN (libsodium's own text form)."""
    tries_left: Annotated[int, msgspec.Meta(ge=0, le=PIN_TRIES)]
    keys: dict[str, str]
    """PKCS #8 PEM by slot; 9E, 9A, 9D."""
    certificates: dict[str, str] = msgspec.field(default_factory=dict)
    """X.509 certificate (DER, Base64) by slot."""


def new_soft_card(path: Path, holder: str, pin: Pin) -> "SoftCard":
    """Makes a card file at ``path`` (mode 0600, never overwriting one) and returns the card."""
    digits = pin.reveal()
    if len(digits) != 6 or not digits.isdecimal() or not digits.isascii():
        raise InputError("A PIN has six digits. Choose another PIN.", id="PIN terdiri dari enam angka. Pilih PIN lain.")
    record = SoftCardFile(
        id=secrets.token_hex(16),
        holder=holder,
        pin=pwhash.argon2id.str(
            digits.encode(), opslimit=pwhash.argon2id.OPSLIMIT_MIN, memlimit=pwhash.argon2id.MEMLIMIT_MIN
        ).decode(),
        tries_left=PIN_TRIES,
        keys={slot.value: _private_pem() for slot in Slot},
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError(
            f"{path.name} is there already. Choose another name or remove the old card first.",
            id=f"{path.name} sudah ada. Pilih nama lain atau hapus dulu kartu lama.",
        ) from None
    with os.fdopen(descriptor, "wb") as out:
        out.write(encode(record))
    return SoftCard(path)


class SoftCard:
    """A card in the reader; see ``config.cards.port.Card``. The PIN counts only for this object, as one insertion."""

    def __init__(self, path: Path, lying_in: Path | None = None) -> None:
        """``path`` is the card's file; ``lying_in`` the reader's place, whose disappearance means "pulled out"."""
        self._file = path.resolve()
        self._place = lying_in or path
        self._pin_shown = False
        self._id = self._read().id

    @property
    def id(self) -> str:
        return self._id

    @property
    def holder(self) -> str:
        """Who holds the card, as it was named when it was made."""
        return self._read().holder

    @property
    def contactless(self) -> bool:
        return False

    def certificate(self, slot: Slot) -> bytes | None:
        held = self._read().certificates.get(slot.value)
        try:
            return None if held is None else base64.b64decode(held, validate=True)
        except binascii.Error:
            raise CardDamaged from None

    def keep_certificate(self, slot: Slot, der: bytes) -> None:
        """Writes a slot's certificate onto the card."""
        record = self._read()
        held = record.certificates | {slot.value: base64.b64encode(der).decode()}
        self._write(msgspec.structs.replace(record, certificates=held))

    def renew(self, slot: Slot) -> bytes:
        """Makes a slot's key anew and forgets the old one; the new public point, 65 bytes."""
        record = self._read()
        self._write(msgspec.structs.replace(record, keys=record.keys | {slot.value: _private_pem()}))
        return self.public_key(slot)

    def public_key(self, slot: Slot) -> bytes:
        return (
            self._private(slot)
            .public_key()
            .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        )

    def tries_left(self) -> int:
        return self._read().tries_left

    def verify_pin(self, pin: Pin) -> None:
        record = self._read()
        self._pin_shown = False
        if record.tries_left == 0:
            raise PinBlocked
        # The try is counted before it is judged, so that pulling the card never gives a try for nothing.
        self._write(msgspec.structs.replace(record, tries_left=record.tries_left - 1))
        try:
            pwhash.verify(record.pin.encode(), pin.reveal().encode())
        except exceptions.InvalidkeyError:
            if record.tries_left == 1:
                raise PinBlocked from None
            raise WrongPin(record.tries_left - 1) from None
        self._write(msgspec.structs.replace(record, tries_left=PIN_TRIES))
        self._pin_shown = True

    def sign(self, slot: Slot, message: bytes) -> bytes:
        self._want_pin(slot)
        return self._private(slot).sign(message, ec.ECDSA(hashes.SHA256()))

    def agree(self, slot: Slot, point: bytes) -> Key:
        self._want_pin(slot)
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            raise InputError(
                "A wrapped key is damaged. Make the package again.",
                id="Kunci terbungkus rusak. Buat ulang paketnya.",
            ) from None
        return Key(self._private(slot).exchange(ec.ECDH(), public))

    def _want_pin(self, slot: Slot) -> None:
        if slot is not Slot.UNLOCK and not self._pin_shown:
            self._read()
            raise PinNeeded

    def _private(self, slot: Slot) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self._read().keys[slot.value].encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise CardDamaged
        return key

    def _read(self) -> SoftCardFile:
        try:
            same = self._place.resolve(strict=True) == self._file
            data = self._file.read_bytes()
        except OSError:
            raise CardGone from None
        if not same:
            raise CardGone
        try:
            return decode(data, SoftCardFile, self._file.name, max_bytes=_MAX_BYTES)
        except InputError:
            raise CardDamaged from None

    def _write(self, record: SoftCardFile) -> None:
        fresh = self._file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(encode(record))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._file)


class SoftReader:
    """A place in the file system (usually a link that the desk sets and removes) in which a card may lie."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._lying: SoftCard | None = None

    @property
    def soft(self) -> bool:
        return True

    def card(self) -> Card | None:
        """The same object as long as the same card lies there; None when the place is empty."""
        try:
            target = self._place.resolve(strict=True)
        except OSError:
            self._lying = None
            return None
        if self._lying is None or self._lying._file != target:
            try:
                self._lying = SoftCard(target, self._place)
            except CardGone:
                self._lying = None
        return self._lying

    def lies(self) -> bool:
        there = self._place.exists()
        if not there:
            self._lying = None
        return there


def _private_pem() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )
