"""The P-256 keys: GENERATE ASYMMETRIC KEY PAIR and the asymmetric half of GENERAL AUTHENTICATE.

Source: NIST SP 800-73-5 part 2, 3.2.4 and 3.3.2, appendix A; SP 800-78-5, 3.1 (which key serves what).
"""

import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from config.cards.virtual.card import HeldKey, PinPolicy
from config.cards.virtual.command import Command, Refused, Status, fields_in
from config.cards.virtual.session import Session
from config.cards.virtual.tlv import tlv

P256 = 0x11
RETIRED = range(0x82, 0x96)
SIGNING = frozenset({0x9A, 0x9C, 0x9E})
AGREEING = frozenset({0x9D, *RETIRED})
_POLICIES = {0x01: PinPolicy.NEVER, 0x02: PinPolicy.ONCE, 0x03: PinPolicy.ALWAYS}
_HASH_BYTES = 32


def default_policy(reference: int) -> PinPolicy:
    """What the standard says of a slot."""
    return {0x9C: PinPolicy.ALWAYS, 0x9E: PinPolicy.NEVER}.get(reference, PinPolicy.ONCE)


def generate(session: Session, command: Command) -> bytes:
    """Makes a slot's key anew for the holder of the management key; answers its public point."""
    if not session.managed:
        raise Refused(Status.NOT_ALLOWED)
    if command.p1 != 0 or command.p2 not in SIGNING | AGREEING:
        raise Refused(Status.WRONG_P1_P2)
    wanted = fields_in(command.data, 0xAC)
    if wanted.get(0x80) != bytes([P256]):
        raise Refused(Status.WRONG_DATA)
    policy = _wanted_policy(session, command.p2, wanted)
    private = ec.generate_private_key(ec.SECP256R1())
    record = session.memory.record
    held = record.keys | {f"{command.p2:02X}": HeldKey(pem=_pem(private), policy=policy)}
    session.memory.keep(msgspec.structs.replace(record, keys=held))
    return tlv(0x7F49, tlv(0x86, point(private)))


def authenticate(session: Session, command: Command) -> bytes:
    """Signs a hash (tag 81) or agrees with a point (tag 85); answers in tag 82."""
    if command.p1 != P256:
        raise Refused(Status.WRONG_P1_P2)
    held = _held(session, command.p2)
    fields = fields_in(command.data, 0x7C)
    wanted = set(fields) - {0x82}
    if fields.get(0x82) != b"" or wanted not in ({0x81}, {0x85}):
        raise Refused(Status.WRONG_DATA)
    _want_use(session, command.p2, SIGNING if wanted == {0x81} else AGREEING)
    _want_pin(session, held.policy)
    private = private_key(held)
    answer = sign(private, fields[0x81]) if wanted == {0x81} else _agree(private, fields[0x85])
    return tlv(0x7C, tlv(0x82, answer))


def sign(private: ec.EllipticCurvePrivateKey, digest: bytes) -> bytes:
    """ECDSA over a hash of 32 bytes, DER."""
    if len(digest) != _HASH_BYTES:
        raise Refused(Status.WRONG_DATA)
    return private.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def _agree(private: ec.EllipticCurvePrivateKey, other: bytes) -> bytes:
    if len(other) != 65 or other[0] != 4:
        raise Refused(Status.WRONG_DATA)
    try:
        # The library refuses a point off the curve: through such points a card would tell its key bit by bit.
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), other)
    except ValueError:
        raise Refused(Status.WRONG_DATA) from None
    return private.exchange(ec.ECDH(), public)


def private_key(held: HeldKey) -> ec.EllipticCurvePrivateKey:
    """The key itself; a file that holds another kind answers as broken memory does."""
    try:
        private = serialization.load_pem_private_key(held.pem.encode(), None)
    except ValueError:
        raise Refused(Status.MEMORY_FAILURE) from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise Refused(Status.MEMORY_FAILURE)
    return private


def point(private: ec.EllipticCurvePrivateKey) -> bytes:
    """The public point, 65 bytes."""
    return private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _held(session: Session, reference: int) -> HeldKey:
    held = session.memory.record.keys.get(f"{reference:02X}")
    if held is None:
        raise Refused(Status.WRONG_P1_P2)
    return held


def _want_use(session: Session, reference: int, serving: frozenset[int]) -> None:
    if not session.yubico and reference not in serving:
        raise Refused(Status.WRONG_DATA)


def _want_pin(session: Session, policy: PinPolicy) -> None:
    shown = {PinPolicy.NEVER: True, PinPolicy.ONCE: session.pin_shown, PinPolicy.ALWAYS: session.pin_fresh}[policy]
    session.pin_fresh = False
    if not shown:
        raise Refused(Status.NOT_ALLOWED)


def _wanted_policy(session: Session, reference: int, wanted: dict[int, bytes]) -> PinPolicy:
    """Tags AA (PIN) and AB (touch) are Yubico's; a twin has nobody who could touch it."""
    if not session.yubico and set(wanted) != {0x80}:
        raise Refused(Status.WRONG_DATA)
    if set(wanted) - {0x80, 0xAA, 0xAB} or wanted.get(0xAB, b"\x01") not in (b"\x00", b"\x01"):
        raise Refused(Status.WRONG_DATA)
    asked = wanted.get(0xAA, b"\x00")
    if asked == b"\x00":
        return default_policy(reference)
    if len(asked) != 1 or asked[0] not in _POLICIES:
        raise Refused(Status.WRONG_DATA)
    return _POLICIES[asked[0]]


def _pem(private: ec.EllipticCurvePrivateKey) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
