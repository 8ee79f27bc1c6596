"""One command as it reaches the card, and the status words with which the card refuses it.

Source: ISO/IEC 7816-3, 12.1 (short command APDUs); ISO/IEC 7816-4, 5.3.4, and NIST SP 800-73-5 part 2 (status words).
"""

from dataclasses import dataclass, field
from enum import IntEnum

from config.cards.virtual.tlv import NotTlv, objects

ALL = 256
"""What Le 00 asks for."""


class Status(IntEnum):
    """Status words; ``TRIES`` is or-ed with the number of tries that are left, ``MORE`` with the bytes that wait."""

    DONE = 0x9000
    MORE = 0x6100
    TRIES = 0x63C0
    MEMORY_FAILURE = 0x6581
    WRONG_LENGTH = 0x6700
    NOT_ALLOWED = 0x6982
    BLOCKED = 0x6983
    CONDITIONS = 0x6985
    WRONG_DATA = 0x6A80
    NO_FUNCTION = 0x6A81
    NOT_FOUND = 0x6A82
    NO_SPACE = 0x6A84
    WRONG_P1_P2 = 0x6A86
    NO_REFERENCE = 0x6A88
    NO_INSTRUCTION = 0x6D00
    NO_CLASS = 0x6E00


class Refused(Exception):
    """The card answers with a status word and no data."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass(frozen=True)
class Command:
    """A command APDU in its parts; its data may be a PIN and shows in no repr."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int = ALL
    """Bytes that the reader takes at once, 1 to 256. Without a Le field it is 256, as cards over T=1 have it."""

    @property
    def header(self) -> tuple[int, int, int]:
        """Instruction and parameters: the parts of a chain have them in common."""
        return self.ins, self.p1, self.p2


def parse(raw: bytes) -> Command:
    """Reads a short command; raises Refused for another length than its own Lc names, so also for an extended one."""
    if len(raw) < 4:
        raise Refused(Status.WRONG_LENGTH)
    (cla, ins, p1, p2), body = raw[:4], raw[4:]
    if len(body) <= 1:
        return Command(cla, ins, p1, p2, le=(body[0] or ALL) if body else ALL)
    lc = body[0]
    if lc == 0 or len(body) not in (1 + lc, 2 + lc):
        raise Refused(Status.WRONG_LENGTH)
    data, rest = body[1 : 1 + lc], body[1 + lc :]
    return Command(cla, ins, p1, p2, data, (rest[0] or ALL) if rest else ALL)


def fields_in(data: bytes, template: int | None = None) -> dict[int, bytes]:
    """The data objects of a command, or those inside the one template that it must be; raises Refused."""
    try:
        found = objects(data)
        if template is None:
            return found
        if set(found) != {template}:
            raise Refused(Status.WRONG_DATA)
        return objects(found[template])
    except NotTlv:
        raise Refused(Status.WRONG_DATA) from None
