"""The management key: who knows it may write. Challenge and answer, one-sided or mutual.

Source: NIST SP 800-73-5 part 2, 3.2.4 and appendix A.1; SP 800-78-5, table 6 (algorithms).
"""

import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from config.cards.virtual.command import Command, Refused, Status, fields_in
from config.cards.virtual.session import Session
from config.cards.virtual.tlv import tlv

REFERENCE = 0x9B
_WITNESS, _CHALLENGE, _RESPONSE = 0x80, 0x81, 0x82


@dataclass(frozen=True)
class Algorithm:
    """A block cipher by its identifier."""

    key_bytes: int
    block_bytes: int


ALGORITHMS = {0x03: Algorithm(24, 8), 0x08: Algorithm(16, 16), 0x0A: Algorithm(24, 16), 0x0C: Algorithm(32, 16)}


def authenticate(session: Session, command: Command) -> bytes:
    """One step: 81 empty asks for a challenge, 82 answers it; 80 empty asks for a witness, 80 and 81 answer it."""
    record = session.memory.record
    # 00 names 3DES as well.
    if (command.p1 or 0x03) != record.management_algorithm:
        raise Refused(Status.WRONG_P1_P2)
    block_bytes = ALGORITHMS[record.management_algorithm].block_bytes
    fields = fields_in(command.data, 0x7C)
    awaited, session.awaited = session.awaited, None
    match list(fields.items()):
        case [(tag, b"")] if tag in (_CHALLENGE, _WITNESS):
            asked = secrets.token_bytes(block_bytes)
            hidden = _encrypt(session, asked)
            # The challenge goes out plain and comes back encrypted, the witness the other way round.
            shown, session.awaited = (asked, hidden) if tag == _CHALLENGE else (hidden, asked)
            return tlv(0x7C, tlv(tag, shown))
        case [(tag, answer)] if tag == _RESPONSE:
            _want(session, awaited, answer)
            return b""
        case [(tag, answer), (second, challenge), *rest] if (
            (tag, second) == (_WITNESS, _CHALLENGE)
            and rest in ([], [(_RESPONSE, b"")])
            and len(challenge) == block_bytes
        ):
            _want(session, awaited, answer)
            return tlv(0x7C, tlv(_RESPONSE, _encrypt(session, challenge)))
        case _:
            # Also 81 with data: a card that encrypted what anybody asks for would answer its own challenges.
            raise Refused(Status.WRONG_DATA)


def _want(session: Session, awaited: bytes | None, answer: bytes) -> None:
    session.managed = awaited is not None and hmac.compare_digest(awaited, answer)
    if not session.managed:
        raise Refused(Status.NOT_ALLOWED)


def _encrypt(session: Session, block: bytes) -> bytes:
    record = session.memory.record
    key = bytes.fromhex(record.management_key)
    cipher = TripleDES(key) if record.management_algorithm == 0x03 else AES(key)
    # One block of fresh randomness, as the standard has it: ECB has nothing to leak.
    context: CipherContext = Cipher(cipher, modes.ECB()).encryptor()  # noqa: S305
    return context.update(block) + context.finalize()
