"""BER-TLV as PIV uses it: tags of one to three bytes, lengths of one to three bytes. Source: ISO/IEC 7816-4, 5.2."""


class NotTlv(ValueError):
    """Bytes that are no sequence of whole data objects."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """One data object; ``parts`` are its contents one after another, 65535 bytes at most."""
    value = b"".join(parts)
    length = len(value)
    if length < 0x80:
        size = bytes([length])
    elif length < 0x100:
        size = bytes([0x81, length])
    else:
        size = b"\x82" + length.to_bytes(2, "big")
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big") + size + value


def objects(data: bytes) -> dict[int, bytes]:
    """The data objects of ``data`` by tag, in their order; raises NotTlv, also for a tag that stands there twice."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        tag, at = _tag(data, at)
        length, at = _length(data, at)
        if at + length > len(data):
            raise NotTlv("cut off")
        if tag in found:
            raise NotTlv("twice")
        found[tag] = data[at : at + length]
        at += length
    return found


def _tag(data: bytes, at: int) -> tuple[int, int]:
    start = at
    at += 1
    if data[start] & 0x1F == 0x1F:
        while at < len(data) and data[at] & 0x80:
            at += 1
        at += 1
    if at > len(data) or at - start > 3:
        raise NotTlv("tag")
    return int.from_bytes(data[start:at], "big"), at


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise NotTlv("no length")
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    width = first - 0x80
    if width not in (1, 2) or at + width > len(data):
        raise NotTlv("length")
    return int.from_bytes(data[at : at + width], "big"), at + width
