"""What can go wrong with a card, as it can be asked of the twin: small strict records, and what each of them does."""

import secrets
from dataclasses import replace
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.virtual import keys, management
from config.cards.virtual.applet import GENERAL_AUTHENTICATE, Handler
from config.cards.virtual.command import Command, Refused, Status, fields_in
from config.cards.virtual.session import Session
from config.cards.virtual.tlv import tlv
from config.record import Record


class Pulled(Record, tag_field="fault", tag="pulled", frozen=True):
    """The card is pulled out once it has answered so many more commands: the next one hears nothing
    (pcscd hands on an empty answer, which is how this driver tells it). Happens once."""

    after: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class Garbage(Record, tag_field="fault", tag="garbage", frozen=True):
    """Every answer is random bytes, 2 to 258 of them."""


class TooLong(Record, tag_field="fault", tag="too-long", frozen=True):
    """Every answer has 65535 bytes, the most that the line to the reader carries; it ends with 90 00."""


class Slow(Record, tag_field="fault", tag="slow", frozen=True):
    """Every answer takes so many seconds longer."""

    seconds: Annotated[float, msgspec.Meta(gt=0, le=600)]


class WrongPoint(Record, tag_field="fault", tag="wrong-point", frozen=True):
    """Points in certificates and of new keys lie off the curve; an agreed secret differs in one bit."""


class Silent(Record, tag_field="fault", tag="silent", frozen=True):
    """Something lies in the reader that gives no answer to reset. For cards that are put in afterwards."""


class OldSignature(Record, tag_field="fault", tag="old-signature", frozen=True):
    """Signatures are those over another challenge."""


class OtherCard(Record, tag_field="fault", tag="other-card", frozen=True):
    """A smart card, but no PIV card: SELECT finds nothing."""


class Contactless(Record, tag_field="fault", tag="contactless", frozen=True):
    """The answer to reset is that of a card spoken to by radio. For cards that are put in afterwards."""


class Unproven(Record, tag_field="fault", tag="unproven", frozen=True):
    """Signatures are made with another key than the certificate's."""


Fault = Pulled | Garbage | TooLong | Slow | WrongPoint | Silent | OldSignature | OtherCard | Contactless | Unproven

CONTACTLESS_ATR = bytes.fromhex("3B8D80018073C021C057597562694B6579F9")
"""PC/SC part 3, 3.1.3.2.3: what a reader makes of an ISO 14443 card (here a YubiKey over NFC)."""
TOO_LONG = b"\x5a" * 65533 + b"\x90\x00"

_POINTS = (bytes.fromhex("034200") + b"\x04", bytes.fromhex("8641") + b"\x04")
"""What stands before a P-256 point: a certificate's bit string, the answer to GENERATE."""


def garbage() -> bytes:
    """An answer that means nothing."""
    return secrets.token_bytes(2 + secrets.randbelow(257))


def spoil(fault: Fault | None, session: Session, command: Command, handler: Handler) -> bytes:
    """The whole answer to a whole command under a fault; the faults of the line alone change nothing here."""
    match fault:
        case OtherCard():
            raise Refused(Status.NOT_FOUND)
        case WrongPoint():
            return _flip(handler(session, command), agreed=_answers(command, 0x85))
        case OldSignature() if _answers(command, 0x81):
            digest = secrets.token_bytes(32)
            return handler(session, replace(command, data=tlv(0x7C, tlv(0x82), tlv(0x81, digest))))
        case Unproven() if _answers(command, 0x81):
            handler(session, command)  # refuses what the card refuses
            stranger = ec.generate_private_key(ec.SECP256R1())
            return tlv(0x7C, tlv(0x82, keys.sign(stranger, fields_in(command.data, 0x7C)[0x81])))
        case _:
            return handler(session, command)


def _answers(command: Command, tag: int) -> bool:
    """Whether it asks an asymmetric key to sign (81) or to agree (85)."""
    return (
        command.ins == GENERAL_AUTHENTICATE
        and command.p2 != management.REFERENCE
        and tag in fields_in(command.data, 0x7C)
    )


def _flip(answer: bytes, *, agreed: bool) -> bytes:
    """The last bit of every point (so of its y), or of the agreed secret."""
    spoiled = bytearray(answer)
    for before in _POINTS:
        at = answer.find(before)
        if at >= 0 and at + len(before) + 64 <= len(answer):
            spoiled[at + len(before) + 63] ^= 1
    if agreed:
        spoiled[-1] ^= 1
    return bytes(spoiled)
