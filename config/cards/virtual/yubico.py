"""The maker's own commands, as a YubiKey with firmware 5.4 has them. Source: Yubico, PIV extensions."""

import msgspec
from cryptography.hazmat.primitives import constant_time

from config.cards.virtual import keys, management
from config.cards.virtual.card import (
    DEFAULT_MANAGEMENT_KEY,
    DEFAULT_PIN,
    DEFAULT_PUK,
    Held,
    PinPolicy,
    factory_fresh,
    held,
    matches,
)
from config.cards.virtual.command import Command, Refused, Status
from config.cards.virtual.pins import Reference
from config.cards.virtual.session import Session
from config.cards.virtual.tlv import tlv

VERSION = bytes((5, 4, 3))
_NO_TOUCH = b"\x01"
_POLICY = {PinPolicy.NEVER: b"\x01", PinPolicy.ONCE: b"\x02", PinPolicy.ALWAYS: b"\x03"}


def version(session: Session, command: Command) -> bytes:
    """Three bytes."""
    _want_parameters(command, 0, 0)
    return VERSION


def serial(session: Session, command: Command) -> bytes:
    """Four bytes, big-endian."""
    _want_parameters(command, 0, 0)
    return session.memory.record.serial.to_bytes(4, "big")


def metadata(session: Session, command: Command) -> bytes:
    """What is behind a key reference: algorithm, policies, public point, defaults, tries."""
    if command.p1 != 0 or command.data:
        raise Refused(Status.WRONG_P1_P2)
    record = session.memory.record
    match command.p2:
        case Reference.PIN:
            return _of_held(record.pin, DEFAULT_PIN)
        case Reference.PUK:
            return _of_held(record.puk, DEFAULT_PUK)
        case management.REFERENCE:
            default = constant_time.bytes_eq(bytes.fromhex(record.management_key), DEFAULT_MANAGEMENT_KEY)
            return (
                tlv(0x01, bytes([record.management_algorithm]))
                + tlv(0x02, b"\0", _NO_TOUCH)
                + tlv(0x05, bytes([default]))
            )
    key = record.keys.get(f"{command.p2:02X}")
    if key is None:
        raise Refused(Status.NO_REFERENCE)
    public = tlv(0x86, keys.point(keys.private_key(key)))
    return (
        tlv(0x01, bytes([keys.P256]))
        + tlv(0x02, _POLICY[key.policy], _NO_TOUCH)
        + tlv(0x03, b"\x01")
        + tlv(0x04, public)
    )


def set_management_key(session: Session, command: Command) -> bytes:
    """Algorithm, 9B, length, key; P2 FE would want a touch, and nobody can touch a twin."""
    if not session.managed:
        raise Refused(Status.NOT_ALLOWED)
    _want_parameters(command, 0xFF, 0xFF)
    head, key = command.data[:3], command.data[3:]
    if len(head) != 3 or head[0] not in management.ALGORITHMS or head[1] != management.REFERENCE:
        raise Refused(Status.WRONG_DATA)
    if not head[2] == len(key) == management.ALGORITHMS[head[0]].key_bytes:
        raise Refused(Status.WRONG_DATA)
    record = session.memory.record
    session.memory.keep(msgspec.structs.replace(record, management_algorithm=head[0], management_key=key.hex()))
    return b""


def set_tries(session: Session, command: Command) -> bytes:
    """P1 tries for the PIN and P2 for the PUK; both are their defaults again, and the PIN is not shown any more."""
    if not (session.managed and session.pin_shown):
        raise Refused(Status.NOT_ALLOWED)
    if not (command.p1 and command.p2):
        raise Refused(Status.WRONG_P1_P2)
    record = session.memory.record
    pin, puk = held(DEFAULT_PIN, command.p1), held(DEFAULT_PUK, command.p2)
    session.memory.keep(msgspec.structs.replace(record, pin=pin, puk=puk))
    session.pin_shown = False
    return b""


def reset(session: Session, command: Command) -> bytes:
    """Factory-fresh again, once PIN and PUK are both blocked; the serial number stays."""
    _want_parameters(command, 0, 0)
    record = session.memory.record
    if record.pin.left or record.puk.left:
        raise Refused(Status.CONDITIONS)
    session.memory.keep(factory_fresh(record.profile, record.serial))
    session.forget()
    return b""


def _of_held(kept: Held, default: bytes) -> bytes:
    return tlv(0x05, bytes([matches(kept, default)])) + tlv(0x06, bytes((kept.tries, kept.left)))


def _want_parameters(command: Command, p1: int, p2: int) -> None:
    if (command.p1, command.p2) != (p1, p2):
        raise Refused(Status.WRONG_P1_P2)
