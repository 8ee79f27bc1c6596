"""Every command that we send, as its bytes.

Source: NIST SP 800-73-5 part 2, section 3; the maker's extras are those of Yubico, which other PIV applets share.
"""

from enum import IntEnum

from config.cards.piv import tlv
from config.cards.piv.apdu import Command
from config.cards.piv.management import ManagementAlgorithm, ManagementKey
from config.cards.piv.tlv import Tag
from config.cards.port import Slot
from config.secret import Pin, Puk, Secret

AID = bytes.fromhex("A00000030800001000")
"""The PIV application without its version, so that every version answers."""
P256 = 0x11
_WANT_ALL = 0
_PIN_BYTES = 8


class Reference(IntEnum):
    """Key references of what is not one of our three slots."""

    PIN = 0x80
    PUK = 0x81
    MANAGEMENT = 0x9B


def key_reference(slot: Slot) -> int:
    """The byte that names a slot."""
    return int(slot.value, 16)


def select() -> Command:
    """SELECT of the PIV application."""
    return Command(0xA4, 0x04, 0x00, Secret(AID), _WANT_ALL)


def verify(pin: Pin) -> Command:
    """VERIFY: presents the PIN."""
    return Command(0x20, 0x00, Reference.PIN, _padded(pin))


def ask_tries() -> Command:
    """VERIFY without data: asks for the tries left and costs none."""
    return Command(0x20, 0x00, Reference.PIN)


def forget_pin() -> Command:
    """VERIFY with P1 = FF: the card forgets that the PIN was shown."""
    return Command(0x20, 0xFF, Reference.PIN)


def change_pin(old: Pin, new: Pin) -> Command:
    """CHANGE REFERENCE DATA of the PIN."""
    return Command(0x24, 0x00, Reference.PIN, _pair(old, new))


def change_puk(old: Puk, new: Puk) -> Command:
    """CHANGE REFERENCE DATA of the PUK."""
    return Command(0x24, 0x00, Reference.PUK, _pair(old, new))


def unblock(puk: Puk, new: Pin) -> Command:
    """RESET RETRY COUNTER: the PUK sets a new PIN."""
    return Command(0x2C, 0x00, Reference.PIN, _pair(puk, new))


def sign(slot: Slot, digest: bytes) -> Command:
    """GENERAL AUTHENTICATE: ECDSA over a 32-byte digest."""
    return _authenticate(P256, key_reference(slot), {Tag.RESPONSE: b"", Tag.CHALLENGE: digest})


def agree(slot: Slot, point: bytes) -> Command:
    """GENERAL AUTHENTICATE: ECDH with a 65-byte point."""
    return _authenticate(P256, key_reference(slot), {Tag.RESPONSE: b"", Tag.EXPONENTIATION: point})


def probe(slot: Slot, algorithm: int) -> Command:
    """GENERAL AUTHENTICATE that asks for nothing: only its refusal tells whether a key of that kind is there."""
    return _authenticate(algorithm, key_reference(slot), {Tag.RESPONSE: b""})


def ask_witness(algorithm: ManagementAlgorithm) -> Command:
    """Mutual authentication, first step: the card's encrypted witness."""
    return _authenticate(algorithm, Reference.MANAGEMENT, {Tag.WITNESS: b""})


def show_witness(algorithm: ManagementAlgorithm, witness: Secret[bytes], challenge: Secret[bytes]) -> Command:
    """Mutual authentication, second step: the witness in clear, and a challenge for the card.

    No empty field asks for the response: applets that look for one first would take it for another exchange.
    """
    return _authenticate(
        algorithm, Reference.MANAGEMENT, {Tag.WITNESS: witness.reveal(), Tag.CHALLENGE: challenge.reveal()}
    )


def ask_challenge(algorithm: ManagementAlgorithm) -> Command:
    """One-sided authentication, first step: the card's challenge."""
    return _authenticate(algorithm, Reference.MANAGEMENT, {Tag.CHALLENGE: b""})


def answer_challenge(algorithm: ManagementAlgorithm, response: Secret[bytes]) -> Command:
    """One-sided authentication, second step: the encrypted challenge."""
    return _authenticate(algorithm, Reference.MANAGEMENT, {Tag.RESPONSE: response.reveal()})


def generate(slot: Slot) -> Command:
    """GENERATE ASYMMETRIC KEY PAIR on P-256."""
    return Command(
        0x47,
        0x00,
        key_reference(slot),
        Secret(tlv.encode(Tag.NEW_KEY, tlv.encode(Tag.ALGORITHM, bytes([P256])))),
        _WANT_ALL,
    )


def get_data(tag: int) -> Command:
    """GET DATA of one object."""
    return Command(0xCB, 0x3F, 0xFF, Secret(_tag_list(tag)), _WANT_ALL)


def put_data(tag: int, content: bytes) -> Command:
    """PUT DATA of one object."""
    return Command(0xDB, 0x3F, 0xFF, Secret(_tag_list(tag) + tlv.encode(Tag.CONTENT, content)))


def get_version() -> Command:
    """GET VERSION (extra)."""
    return Command(0xFD, 0x00, 0x00, le=_WANT_ALL)


def get_serial() -> Command:
    """GET SERIAL (extra)."""
    return Command(0xF8, 0x00, 0x00, le=_WANT_ALL)


def get_metadata(reference: int) -> Command:
    """GET METADATA of a key, the PIN or the PUK (extra)."""
    return Command(0xF7, 0x00, reference, le=_WANT_ALL)


def set_management_key(new: ManagementKey) -> Command:
    """SET MANAGEMENT KEY (extra), without a touch."""
    head = bytes([new.algorithm, Reference.MANAGEMENT, new.algorithm.key_bytes])
    return Command(0xFF, 0xFF, 0xFF, Secret(head + new.reveal()))


def set_tries(pin: int, puk: int) -> Command:
    """SET PIN RETRIES (extra)."""
    return Command(0xFA, pin, puk)


def _authenticate(algorithm: int, reference: int, template: dict[int, bytes]) -> Command:
    content = b"".join(tlv.encode(tag, value) for tag, value in template.items())
    return Command(0x87, algorithm, reference, Secret(tlv.encode(Tag.AUTHENTICATION, content)), _WANT_ALL)


def _tag_list(tag: int) -> bytes:
    return tlv.encode(Tag.OBJECT, tag.to_bytes((tag.bit_length() + 7) // 8, "big"))


def _padded(code: Secret[str]) -> Secret[bytes]:
    return Secret(code.reveal().encode("ascii").ljust(_PIN_BYTES, b"\xff"))


def _pair(first: Secret[str], second: Secret[str]) -> Secret[bytes]:
    return Secret(_padded(first).reveal() + _padded(second).reveal())
