"""VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER. Source: NIST SP 800-73-5 part 2, 3.2.1 to 3.2.3."""

from enum import IntEnum
from typing import NoReturn

import msgspec

from config.cards.virtual.card import Held, held, matches
from config.cards.virtual.command import Command, Refused, Status
from config.cards.virtual.session import Session

WIDTH = 8
_RESET = 0xFF


class Reference(IntEnum):
    """Key references of what people know."""

    PIN = 0x80
    PUK = 0x81


def verify(session: Session, command: Command) -> bytes:
    """Compares the PIN; without data tells the tries, with P1 FF forgets that the PIN was shown."""
    if command.p2 != Reference.PIN:
        raise Refused(Status.NO_REFERENCE)
    if command.p1 == _RESET:
        if command.data:
            raise Refused(Status.WRONG_DATA)
        session.pin_shown = False
        return b""
    if command.p1 != 0:
        raise Refused(Status.WRONG_P1_P2)
    if not command.data:
        return _tell_tries(session)
    _want_form(session, command.data, Reference.PIN)
    session.pin_shown = False
    present(session, Reference.PIN, command.data)
    session.pin_shown = session.pin_fresh = True
    return b""


def change(session: Session, command: Command) -> bytes:
    """Old value and new value, 16 bytes; the PIN is not shown by it, a VERIFY must follow."""
    which = _reference(command)
    old, new = _two(session, command, which, which)
    if which is Reference.PIN:
        session.pin_shown = False
    present(session, which, old)
    _keep(session, which, held(new, _kept(session, which).tries))
    return b""


def unblock(session: Session, command: Command) -> bytes:
    """PUK and new PIN, 16 bytes; the PIN has all its tries again and is not shown by it."""
    if _reference(command) is not Reference.PIN:
        raise Refused(Status.NO_REFERENCE)
    puk, new = _two(session, command, Reference.PUK, Reference.PIN)
    present(session, Reference.PUK, puk)
    session.pin_shown = False
    _keep(session, Reference.PIN, held(new, session.memory.record.pin.tries))
    return b""


def present(session: Session, which: Reference, value: bytes) -> None:
    """Raises Refused with the tries that are left; a right value has all its tries again."""
    kept = _kept(session, which)
    if kept.left == 0:
        raise Refused(Status.BLOCKED)
    # Counted on the disk before it is compared: pulling the card in time never gives a try for nothing.
    counted = msgspec.structs.replace(kept, left=kept.left - 1)
    _keep(session, which, counted)
    if not matches(counted, value):
        refuse_tries(counted.left)
    _keep(session, which, msgspec.structs.replace(kept, left=kept.tries))


def refuse_tries(left: int) -> NoReturn:
    """Always raises. The status word has room for 15."""
    raise Refused(Status.TRIES | min(left, 15))


def _tell_tries(session: Session) -> bytes:
    if session.pin_shown:
        return b""
    left = session.memory.record.pin.left
    if left == 0 and session.yubico:
        raise Refused(Status.BLOCKED)
    refuse_tries(left)


def _reference(command: Command) -> Reference:
    if command.p1 != 0:
        raise Refused(Status.WRONG_P1_P2)
    try:
        return Reference(command.p2)
    except ValueError:
        raise Refused(Status.NO_REFERENCE) from None


def _two(session: Session, command: Command, first: Reference, second: Reference) -> tuple[bytes, bytes]:
    if len(command.data) != 2 * WIDTH:
        raise Refused(Status.WRONG_DATA)
    old, new = command.data[:WIDTH], command.data[WIDTH:]
    _want_form(session, old, first)
    _want_form(session, new, second)
    return old, new


def _want_form(session: Session, value: bytes, which: Reference) -> None:
    """Six to eight digits filled up with FF; a PUK is any eight bytes. What has no such form costs no try."""
    if len(value) != WIDTH:
        raise Refused(Status.WRONG_DATA)
    digits = value.rstrip(b"\xff")
    if which is Reference.PIN and (len(digits) < 6 or not (session.yubico or digits.isdigit())):
        raise Refused(Status.WRONG_DATA)


def _kept(session: Session, which: Reference) -> Held:
    record = session.memory.record
    return record.pin if which is Reference.PIN else record.puk


def _keep(session: Session, which: Reference, value: Held) -> None:
    name = "pin" if which is Reference.PIN else "puk"
    session.memory.keep(msgspec.structs.replace(session.memory.record, **{name: value}))
