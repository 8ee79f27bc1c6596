"""The wire of a smart card: short command APDUs, chaining, GET RESPONSE, and answers that are read with limits.

Source: ISO/IEC 7816-4, sections 5.1 (APDUs), 5.3.3 (chaining) and 5.3.4 (GET RESPONSE); NIST SP 800-73-5 part 2.
Extended-length APDUs are never built: short ones pass through every reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Protocol

from config.cards.port import CardDamaged
from config.secret import Secret

MAX_PIECE = 255
"""Data bytes in one command APDU; longer data is chained."""
MAX_ANSWER = 4096
"""Data bytes in one whole answer; the largest PIV object that we read has some 1,900."""
MAX_ROUNDS = 32
"""APDUs that one whole answer may take, so that a card cannot keep us for ever with crumbs."""
_SHORT_LE = 256
_STATUS_BYTES = 2
_CHAINED = 0x10
_GET_RESPONSE = 0xC0
_MORE = 0x61
_WRONG_LE = 0x6C


class Status(IntEnum):
    """Status words that mean something to us; every other one is only a number."""

    OK = 0x9000
    VERIFY_FAILED = 0x6300
    WRONG_LENGTH = 0x6700
    SECURITY_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    WRONG_DATA = 0x6A80
    NOT_SUPPORTED = 0x6A81
    NOT_FOUND = 0x6A82
    NO_ROOM = 0x6A84
    WRONG_P1_P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    NO_SUCH_COMMAND = 0x6D00
    NO_SUCH_CLASS = 0x6E00


ABSENT = frozenset(
    {
        Status.NO_SUCH_COMMAND,
        Status.NO_SUCH_CLASS,
        Status.NOT_SUPPORTED,
        Status.WRONG_P1_P2,
        Status.WRONG_LENGTH,
    }
)
"""What cards answer to a maker's command that is not theirs."""


def tries(status: int) -> int | None:
    """The tries left that a status word 63CX tells; None for every other one."""
    return status & 0x0F if status & 0xFFF0 == 0x63C0 else None


class Apdu(Secret[bytes]):
    """One short command APDU, at most 261 bytes: it may hold a PIN, so it has no text form and reaches no log.

    A line for T=0 leaves out the last byte (Le) where the APDU has both data and Le.
    """

    __slots__ = ()


class Line(Protocol):
    """What carries APDUs to one insertion of a card."""

    def transmit(self, apdu: Apdu) -> bytes:
        """The raw answer: data, then two bytes of status; raises CardGone, ReaderGone or SlowCard."""


class Answer(Secret[bytes]):
    """The data of an answer, which may be a shared secret, and its status word."""

    __slots__ = ("status",)

    def __init__(self, data: bytes, status: int) -> None:
        super().__init__(data)
        self.status = status

    @property
    def size(self) -> int:
        """Bytes of data."""
        return len(self.reveal())


@dataclass(frozen=True, eq=False)
class Command:
    """A command with data of any length up to ``MAX_ANSWER``; pieces of it are APDUs."""

    ins: int
    p1: int
    p2: int
    data: Secret[bytes] = field(default_factory=lambda: Secret(b""))
    le: int | None = None
    """Bytes wanted in an answer: 1 to 255, 0 for 256, None for no data at all."""

    def pieces(self) -> tuple[Apdu, ...]:
        """The APDUs that carry this command; all but the last are marked as chained (CLA 10)."""
        return tuple(
            Apdu(self._header(last) + _counted(piece) + (bytes([self.le]) if last and self.le is not None else b""))
            for piece, last in _cut(self.data)
        )

    def _header(self, last: bool) -> bytes:
        return bytes([0 if last else _CHAINED, self.ins, self.p1, self.p2])


def exchange(line: Line, command: Command) -> Answer:
    """Sends a command, chained where it is long, and collects the whole answer.

    Raises CardDamaged for answers that are no answers, or longer than asked or than ``MAX_ANSWER``.
    """
    *chained, last = command.pieces()
    for apdu in chained:
        answer = _transmit(line, apdu, None)
        if answer.status != Status.OK:
            return answer
    answer = _transmit(line, last, command.le)
    parts: list[Answer] = []
    for _ in range(MAX_ROUNDS):
        if answer.status >> 8 == _WRONG_LE and command.le is not None:
            command = replace(command, le=answer.status & 0xFF)
            answer = _transmit(line, command.pieces()[-1], command.le)
        parts.append(answer)
        if sum(part.size for part in parts) > MAX_ANSWER:
            raise CardDamaged
        if answer.status >> 8 != _MORE:
            return _joined(parts)
        command = Command(_GET_RESPONSE, 0, 0, le=answer.status & 0xFF)
        answer = _transmit(line, command.pieces()[-1], command.le)
    raise CardDamaged


def _transmit(line: Line, apdu: Apdu, le: int | None) -> Answer:
    answer = _received(line.transmit(apdu))
    # Raised here and not where the bytes are taken apart: a traceback with its locals shows no answer in clear.
    if answer is None or answer.size > (0 if le is None else le or _SHORT_LE):
        raise CardDamaged
    return answer


def _received(raw: bytes) -> Answer | None:
    return (
        Answer(raw[:-_STATUS_BYTES], int.from_bytes(raw[-_STATUS_BYTES:], "big")) if len(raw) >= _STATUS_BYTES else None
    )


def _joined(parts: Sequence[Answer]) -> Answer:
    return Answer(b"".join(part.reveal() for part in parts), parts[-1].status)


def _cut(data: Secret[bytes]) -> list[tuple[bytes, bool]]:
    whole = data.reveal()
    starts = range(0, max(len(whole), 1), MAX_PIECE)
    return [(whole[start : start + MAX_PIECE], start == starts[-1]) for start in starts]


def _counted(piece: bytes) -> bytes:
    return bytes([len(piece)]) + piece if piece else b""
