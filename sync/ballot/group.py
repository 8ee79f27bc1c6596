"""The Ed25519 group in libsodium's hands, and the one spelling of its elements and scalars.

Belenios specification 4.2 and 5.2.1. The group is written multiplicatively, as there: ``power`` is libsodium's
scalar multiplication, ``multiply`` its point addition.
"""

import re
import secrets
from hashlib import sha256
from typing import NewType

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_negate,
    crypto_core_ed25519_scalar_reduce,
    crypto_core_ed25519_scalar_sub,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as SodiumError

from sync.ballot.refusal import RefusalKind, Refused

Element = NewType("Element", bytes)
"""A group element, 32 bytes in libsodium's encoding (RFC 8032: y little-endian, sign of x in the top bit)."""
Scalar = NewType("Scalar", bytes)
"""A number below Q, 32 bytes little-endian."""

Q = 2**252 + 27742317777372353535851937790883648493
"""The order of the group."""
P = 2**255 - 19

ZERO = Scalar(bytes(32))
ONE = Scalar((1).to_bytes(32, "little"))
IDENTITY = Element((1).to_bytes(32, "little"))
G = Element(crypto_scalarmult_ed25519_base_noclamp(ONE))
"""The generator."""

_HEX = re.compile(r"[0-9a-f]{64}")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,75}")
_Y_MASK = (1 << 255) - 1


def random_scalar() -> Scalar:
    """A uniform scalar in 1..Q-1 from the operating system's randomness (512 bits reduced: bias below 2**-259)."""
    while True:
        scalar = Scalar(crypto_core_ed25519_scalar_reduce(secrets.token_bytes(64)))
        if scalar != ZERO:
            return scalar


def hash_scalar(text: str) -> Scalar:
    """H(text): SHA-256 of the UTF-8 text as a big-endian number, mod Q."""
    return Scalar(crypto_core_ed25519_scalar_reduce(sha256(text.encode()).digest()[::-1] + bytes(32)))


def add(a: Scalar, b: Scalar) -> Scalar:
    """a + b mod Q."""
    return Scalar(crypto_core_ed25519_scalar_add(a, b))


def subtract(a: Scalar, b: Scalar) -> Scalar:
    """a - b mod Q."""
    return Scalar(crypto_core_ed25519_scalar_sub(a, b))


def times(a: Scalar, b: Scalar) -> Scalar:
    """a * b mod Q."""
    return Scalar(crypto_core_ed25519_scalar_mul(a, b))


def negate(a: Scalar) -> Scalar:
    """-a mod Q."""
    return Scalar(crypto_core_ed25519_scalar_negate(a))


def g_power(exponent: Scalar) -> Element:
    """g^exponent."""
    if exponent == ZERO:  # libsodium refuses it; it occurs in sums and in forged proofs
        return IDENTITY
    return Element(crypto_scalarmult_ed25519_base_noclamp(exponent))


def power(base: Element, exponent: Scalar) -> Element:
    """base^exponent. Raises Refused (ELEMENT) when ``base`` is neither the identity nor in the prime-order group.

    libsodium's multiplication itself refuses non-canonical, small-order and mixed-order points, so a base that
    has been through here needs no second check.
    """
    if base == IDENTITY:
        return IDENTITY
    if exponent == ZERO:
        check_element(base)
        return IDENTITY
    try:
        return Element(crypto_scalarmult_ed25519_noclamp(exponent, base))
    except SodiumError:
        raise Refused(RefusalKind.ELEMENT) from None


def multiply(a: Element, b: Element) -> Element:
    """a * b; both must be points of the curve (the prime-order group is the caller's to check)."""
    try:
        return Element(crypto_core_ed25519_add(a, b))
    except CryptoError:
        raise Refused(RefusalKind.ELEMENT) from None


def divide(a: Element, b: Element) -> Element:
    """a / b; as ``multiply``."""
    try:
        return Element(crypto_core_ed25519_sub(a, b))
    except CryptoError:
        raise Refused(RefusalKind.ELEMENT) from None


def check_element(element: Element) -> None:
    """Refuse what is not a canonical element of the prime-order group; the identity is refused too."""
    if not crypto_core_ed25519_is_valid_point(element):
        raise Refused(RefusalKind.ELEMENT)


def encode_element(element: Element) -> str:
    """64 hexadecimal characters, big-endian (specification 5.2.1)."""
    return element[::-1].hex()


def encode_scalar(scalar: Scalar) -> str:
    """Decimal. Only for scalars that are published: the way through a Python integer takes a varying time."""
    return str(int.from_bytes(scalar, "little"))


def read_element(text: str) -> Element:
    """The element spelled ``text``, canonical and not the identity, its group membership *not yet* checked.

    For elements that go through ``power`` next, which checks it at no cost; all others use ``decode_element``.
    """
    if not _HEX.fullmatch(text):
        raise Refused(RefusalKind.ELEMENT)
    element = Element(bytes.fromhex(text)[::-1])
    if int.from_bytes(element, "little") & _Y_MASK >= P or element == IDENTITY:
        raise Refused(RefusalKind.ELEMENT)
    return element


def decode_element(text: str, *, identity_allowed: bool = False) -> Element:
    """The element of the prime-order group spelled ``text``; raises Refused (ELEMENT) for all else.

    The identity is an answer only where a sum may be empty (``identity_allowed``).
    """
    if identity_allowed and text == _IDENTITY_TEXT:
        return IDENTITY
    element = read_element(text)
    check_element(element)
    return element


_IDENTITY_TEXT = encode_element(IDENTITY)


def decode_scalar(text: str) -> Scalar:
    """The scalar spelled ``text``: decimal, no sign, no leading zero, below Q; raises Refused (SCALAR) for all else."""
    if not _DECIMAL.fullmatch(text):
        raise Refused(RefusalKind.SCALAR)
    number = int(text)
    if number >= Q:
        raise Refused(RefusalKind.SCALAR)
    return Scalar(number.to_bytes(32, "little"))
