"""SELECT, GET DATA and PUT DATA. Source: NIST SP 800-73-5 part 1, 3 and 4.3 (objects); part 2, 3.1 and 3.3.1."""

from config.cards.virtual.command import Command, Refused, Status, fields_in
from config.cards.virtual.session import Session
from config.cards.virtual.tlv import tlv

RID = bytes.fromhex("A000000308")
PIX = bytes.fromhex("000010000100")
AID = RID + PIX
MAX_OBJECT_BYTES = 3052
"""Largest object that can be written, as on a YubiKey."""

_DISCOVERY = 0x7E
_BEHIND_PIN = frozenset({"5FC103", "5FC108", "5FC109", "5FC121"})
"""Fingerprints, face, printed information, iris."""
_YUBICO = frozenset({"5FFF00", "5FFF01", "5FFF10", *(f"5FFF{n:02X}" for n in range(0x11, 0x16))})
"""Administrator's data, attestation certificate, Windows' roots."""
_STANDARD = frozenset(f"5FC1{n:02X}" for n in range(0x01, 0x24)) - {"5FC104"}
"""Everything from the certificate of 9E to the signer of secure messaging; 5FC104 was never given out."""


def select(session: Session, command: Command) -> bytes:
    """Names the application by its whole AID, or without its version; nothing else lives on this card."""
    if (command.p1, command.p2) != (0x04, 0x00):
        raise Refused(Status.WRONG_P1_P2 if command.p1 == 0x04 else Status.NO_FUNCTION)
    names = {AID, AID[:-2]} | ({RID} if session.yubico else set())
    if command.data not in names:
        # Part 2, 3.1.1: an unknown name leaves the selected application and its security status as they are.
        raise Refused(Status.NOT_FOUND)
    if session.yubico or not session.selected:
        session.forget()
    session.selected = True
    return tlv(0x61, tlv(0x4F, PIX), tlv(0x79, tlv(0x4F, RID)))


def get_data(session: Session, command: Command) -> bytes:
    """The object whose tag stands in 5C, wrapped in 53; the discovery object stands as it is."""
    _want_whole_card(command)
    fields = fields_in(command.data)
    if set(fields) != {0x5C}:
        raise Refused(Status.WRONG_DATA)
    if fields[0x5C] == bytes([_DISCOVERY]):
        return tlv(_DISCOVERY, tlv(0x4F, AID), tlv(0x5F2F, b"\x40\x00"))
    tag = _tag(session, fields[0x5C])
    if tag in _BEHIND_PIN and not session.pin_shown:
        raise Refused(Status.NOT_ALLOWED)
    value = session.memory.object(tag)
    if value is None:
        raise Refused(Status.NOT_FOUND)
    return tlv(0x53, value)


def put_data(session: Session, command: Command) -> bytes:
    """Writes an object for the holder of the management key; one without contents removes it."""
    _want_whole_card(command)
    if not session.managed:
        raise Refused(Status.NOT_ALLOWED)
    fields = fields_in(command.data)
    if list(fields) != [0x5C, 0x53]:
        raise Refused(Status.WRONG_DATA)
    tag, value = _tag(session, fields[0x5C]), fields[0x53]
    if len(value) > MAX_OBJECT_BYTES:
        raise Refused(Status.NO_SPACE)
    session.memory.keep_object(tag, value)
    return b""


def _want_whole_card(command: Command) -> None:
    if (command.p1, command.p2) != (0x3F, 0xFF):
        raise Refused(Status.WRONG_P1_P2)


def _tag(session: Session, raw: bytes) -> str:
    tag = raw.hex().upper()
    if tag not in _STANDARD and not (session.yubico and tag in _YUBICO):
        raise Refused(Status.NOT_FOUND)
    return tag
