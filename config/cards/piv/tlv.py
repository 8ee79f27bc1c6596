"""Tag, length, value (BER-TLV): written in the shortest form, read with every length exact and no byte left over.

Source: ISO/IEC 7816-4, section 5.2.2; NIST SP 800-73-5 part 1, appendix A.
"""

from enum import IntEnum

from config.cards.port import CardDamaged

_MAX_TAG_BYTES = 3
_MAX_LENGTH_BYTES = 2
_MAX_FIELDS = 64


class Tag(IntEnum):
    """The tags of PIV that we speak, as they are written. ``ALGORITHM`` is ``WITNESS`` inside another template."""

    FASC_N = 0x30
    GUID = 0x34
    EXPIRY = 0x35
    ISSUER_SIGNATURE = 0x3E
    APPLICATION = 0x4F
    CONTENT = 0x53
    OBJECT = 0x5C
    PROPERTIES = 0x61
    CERTIFICATE = 0x70
    PACKING = 0x71
    AUTHENTICATION = 0x7C
    WITNESS = 0x80
    CHALLENGE = 0x81
    RESPONSE = 0x82
    EXPONENTIATION = 0x85
    POINT = 0x86
    NEW_KEY = 0xAC
    CHECKSUM = 0xFE
    PUBLIC_KEY = 0x7F49
    ALGORITHM = WITNESS


def encode(tag: int, value: bytes) -> bytes:
    """One field; ``tag`` as it is written (0x53, 0x7F49, 0x5FC102), ``value`` at most 65,535 bytes."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    elif size < 0x100:
        length = bytes([0x81, size])
    else:
        length = b"\x82" + size.to_bytes(2, "big")
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + length + value


def pairs(data: bytes) -> list[tuple[int, bytes]]:
    """The fields of ``data`` in their order; raises CardDamaged where a length does not fit."""
    found: list[tuple[int, bytes]] = []
    rest = data
    while rest:
        tag, rest = _tag(rest)
        size, rest = _length(rest)
        if size > len(rest) or len(found) == _MAX_FIELDS:
            raise CardDamaged
        found.append((tag, rest[:size]))
        rest = rest[size:]
    return found


def fields(data: bytes) -> dict[int, bytes]:
    """The fields of ``data`` by tag; raises CardDamaged also for a doubled tag.

    With one, two readers of the same bytes would see different values.
    """
    listed = pairs(data)
    found = dict(listed)
    if len(found) != len(listed):
        raise CardDamaged
    return found


def only(data: bytes, tag: int) -> bytes:
    """The value of the one field that ``data`` is; raises CardDamaged for anything before, after or instead."""
    found = fields(data)
    if list(found) != [tag]:
        raise CardDamaged
    return found[tag]


def _tag(data: bytes) -> tuple[int, bytes]:
    size = 1
    if data[0] & 0x1F == 0x1F:
        size = 2
        while size <= len(data) and data[size - 1] & 0x80:
            size += 1
    if size > min(len(data), _MAX_TAG_BYTES):
        raise CardDamaged
    return int.from_bytes(data[:size], "big"), data[size:]


def _length(data: bytes) -> tuple[int, bytes]:
    if not data:
        raise CardDamaged
    if data[0] < 0x80:
        return data[0], data[1:]
    size = data[0] & 0x7F
    if not 1 <= size <= _MAX_LENGTH_BYTES or len(data) <= size:
        raise CardDamaged
    return int.from_bytes(data[1 : 1 + size], "big"), data[1 + size :]
