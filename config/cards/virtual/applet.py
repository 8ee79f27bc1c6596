"""The card as it is spoken to: chains of commands, waiting answers, and the table of what it can do.

Source: ISO/IEC 7816-4, 5.3.3 and 5.3.4 (chaining, GET RESPONSE); NIST SP 800-73-5 part 2, 2 and table 2.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from config.cards.virtual import data, keys, management, pins, yubico
from config.cards.virtual.card import CardMemory, Profile
from config.cards.virtual.command import ALL, Command, Refused, Status, parse
from config.cards.virtual.session import Session

ATRS = {
    Profile.YUBICO: bytes.fromhex("3BFD1300008131FE158073C021C057597562694B657940"),
    Profile.PLAIN: bytes.fromhex("3BF81300008131FE454A434F5076323431B7"),
}
"""Answers to reset: a YubiKey 5 and a JCOP JavaCard, both T=1."""

Handler = Callable[[Session, Command], bytes]
Spoil = Callable[[Session, Command, Handler], bytes]
"""Answers in the handler's place; faults are made so (see ``faults.py``)."""

MAX_CHAIN_BYTES = 4096
_CHAINED = 0x10
GENERAL_AUTHENTICATE = 0x87
_SELECT, _GET_RESPONSE = 0xA4, 0xC0


def _general_authenticate(session: Session, command: Command) -> bytes:
    if command.p2 == management.REFERENCE:
        return management.authenticate(session, command)
    return keys.authenticate(session, command)


STANDARD: dict[int, Handler] = {
    0x20: pins.verify,
    0x24: pins.change,
    0x2C: pins.unblock,
    0x47: keys.generate,
    GENERAL_AUTHENTICATE: _general_authenticate,
    _SELECT: data.select,
    0xCB: data.get_data,
    0xDB: data.put_data,
}
YUBICO: dict[int, Handler] = {
    0xF7: yubico.metadata,
    0xF8: yubico.serial,
    0xFA: yubico.set_tries,
    0xFB: yubico.reset,
    0xFD: yubico.version,
    0xFF: yubico.set_management_key,
}
_MAY_CHAIN = frozenset({0x47, GENERAL_AUTHENTICATE, 0xDB})


def honest(session: Session, command: Command, handler: Handler) -> bytes:
    """Spoils nothing."""
    return handler(session, command)


class Applet:
    """A card under power. Short command APDUs in, answers with their status word out; never raises for bytes."""

    def __init__(self, path: Path, spoil: Spoil = honest) -> None:
        """Raises InputError for a file that is no virtual card."""
        self._session = Session(CardMemory(path))
        self._spoil = spoil
        self._chain: Command | None = None
        self._waiting = b""
        profile = self._session.memory.record.profile
        self.atr = ATRS[profile]
        self._handlers = STANDARD | (YUBICO if profile is Profile.YUBICO else {})

    def power_off(self) -> None:
        """Power off, reset, pulled out: everything but the memory is lost."""
        self._session.power_off()
        self._chain, self._waiting = None, b""

    def process(self, command: bytes) -> bytes:
        """The answer to one command APDU: at most 256 bytes and the status word."""
        try:
            received = parse(command)
            if received.ins == _GET_RESPONSE and received.cla == 0:
                return self._next_part(received)
            self._waiting = b""
            whole = self._unchain(received)
            if whole is None:
                return _status(Status.DONE)
            self._waiting = self._do(whole)
            return self._part(whole.le)
        except Refused as refused:
            self._waiting = b""
            return _status(refused.status)
        except OSError:
            # The disk is the card's memory: what could not be written was not done.
            return _status(Status.MEMORY_FAILURE)

    def _do(self, command: Command) -> bytes:
        session = self._session
        handler = self._handlers.get(command.ins)
        if handler is None or not (session.selected or command.ins == _SELECT):
            raise Refused(Status.NO_INSTRUCTION)
        if command.ins != GENERAL_AUTHENTICATE:
            session.pin_fresh, session.awaited = False, None
        return self._spoil(session, command, handler)

    def _unchain(self, part: Command) -> Command | None:
        """The whole command once its last part is there."""
        begun, self._chain = self._chain, None
        if part.cla not in (0, _CHAINED) or (part.cla == _CHAINED and part.ins not in _MAY_CHAIN):
            raise Refused(Status.NO_CLASS)
        if begun is not None and begun.header == part.header:
            part = replace(part, data=begun.data + part.data)
        if len(part.data) > MAX_CHAIN_BYTES:
            raise Refused(Status.WRONG_LENGTH)
        if part.cla == _CHAINED:
            self._chain = part
            return None
        return part

    def _next_part(self, command: Command) -> bytes:
        if not self._waiting:
            raise Refused(Status.CONDITIONS)
        if (command.p1, command.p2) != (0, 0) or command.data:
            raise Refused(Status.WRONG_P1_P2)
        return self._part(command.le)

    def _part(self, le: int) -> bytes:
        part, self._waiting = self._waiting[:le], self._waiting[le:]
        left = len(self._waiting)
        return part + _status(Status.MORE | (left if left < ALL else 0) if left else Status.DONE)


def _status(word: int) -> bytes:
    return word.to_bytes(2, "big")
