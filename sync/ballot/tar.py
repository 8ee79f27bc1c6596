"""A strict old-style tar over bytes: the reader refuses every byte that the writer would not have written.

One header form (V7, no "ustar" magic): mode 0000644, uid and gid 0, one mtime for all members, type flag "0",
contents padded with zeros to 512 bytes, no end-of-archive blocks (Belenios writes none; its files grow by
appending). So two archives with the same members are the same bytes, and nothing can hide between records.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from sync.ballot.refusal import RefusalKind, Refused

BLOCK = 512
MAX_MTIME = 0o77777777777

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,98}")
_OCTAL = re.compile(rb"[0-7]{11}\x00")


@dataclass(frozen=True)
class Limits:
    """What a reader takes on before it has spent memory or time."""

    total_bytes: int
    members: int
    member_bytes: int


@dataclass(frozen=True)
class Member:
    """One file of a tar."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Scan:
    """What could be read: members, their mtime (seconds), and every fault; empty ``faults`` means all is strict."""

    members: tuple[Member, ...]
    mtime: int
    faults: tuple[Refused, ...]


def write(members: Iterable[tuple[str, bytes]], mtime: int) -> bytes:
    """The tar of ``members`` in their order; ``mtime`` in seconds since 1970.

    Raises ValueError for what the format cannot hold (a doubled or unspeakable name, a time out of range).
    """
    blocks: list[bytes] = []
    names: set[str] = set()
    for name, data in members:
        if not _NAME.fullmatch(name) or name in names:
            raise ValueError("a member's name is doubled or not of the plain form")
        names.add(name)
        blocks += (_header(name, len(data), mtime), data, bytes(-len(data) % BLOCK))
    return b"".join(blocks)


def read(data: bytes, limits: Limits) -> list[Member]:
    """The members of ``data``; raises Refused (an InputError) unless ``write`` would give these very bytes."""
    found = scan(data, limits)
    if found.faults:
        raise found.faults[0]
    return list(found.members)


def scan(data: bytes, limits: Limits) -> Scan:
    """As ``read``, but what can be read is not thrown away for a fault beside it."""
    members: dict[str, Member] = {}
    mtimes: list[int] = []
    faults: list[Refused] = []
    try:
        for member, mtime, header_strict, padding_strict in _members(data, limits):
            record = f"record {len(mtimes)} ({member.name})"
            if not header_strict:
                faults.append(Refused(RefusalKind.STRAY_BYTES, "in its header", record=record))
            if not padding_strict:
                faults.append(Refused(RefusalKind.STRAY_BYTES, "in its padding", record=record))
            if mtimes and mtime != mtimes[0]:
                faults.append(Refused(RefusalKind.TIMESTAMP, record=record))
            if member.name in members:
                faults.append(Refused(RefusalKind.REPEATED, record=record))
            mtimes.append(mtime)
            members.setdefault(member.name, member)
    except Refused as error:  # past this point nothing can be told apart
        faults.append(error)
    return Scan(tuple(members.values()), mtimes[0] if mtimes else 0, tuple(faults))


def _members(data: bytes, limits: Limits) -> Iterator[tuple[Member, int, bool, bool]]:
    """Each member, its mtime, and whether header and padding are as the writer's; raises Refused where framing ends."""
    if len(data) > limits.total_bytes:
        raise Refused(RefusalKind.TOO_LARGE, f"more than {limits.total_bytes} bytes", record="the file")
    if not data:
        raise Refused(RefusalKind.TRUNCATED, "it is empty", record="the file")
    offset = 0
    for number in count():
        if offset == len(data):
            return
        if number == limits.members:
            raise Refused(RefusalKind.TOO_LARGE, f"more than {limits.members} records", record="the file")
        header, start = data[offset : offset + BLOCK], offset + BLOCK
        name, size, mtime = _read_header(header, f"record {number} at byte {offset}")
        record = f"record {number} ({name})"
        if size > limits.member_bytes:
            raise Refused(RefusalKind.TOO_LARGE, f"more than {limits.member_bytes} bytes", record=record)
        end = start + size
        offset = end + -size % BLOCK
        if offset > len(data):
            raise Refused(RefusalKind.TRUNCATED, record=record)
        strict = header == _header(name, size, mtime), not any(data[end:offset])
        yield Member(name, data[start:end]), mtime, *strict


def _read_header(header: bytes, record: str) -> tuple[str, int, int]:
    """Name, size and mtime; all else is found by writing the header again and comparing."""
    if len(header) < BLOCK:
        raise Refused(RefusalKind.TRUNCATED, "in a header", record=record)
    name = header[:100].rstrip(b"\0").decode("ascii", "replace")
    size, mtime = header[124:136], header[136:148]
    if not (_NAME.fullmatch(name) and _OCTAL.fullmatch(size) and _OCTAL.fullmatch(mtime)):
        raise Refused(RefusalKind.STRAY_BYTES, "there is no header of this format", record=record)
    return name, int(size[:11], 8), int(mtime[:11], 8)


def _header(name: str, size: int, mtime: int) -> bytes:
    """512 bytes; the checksum is the sum of all bytes, with its own field read as blanks."""
    if not 0 <= mtime <= MAX_MTIME:
        raise ValueError("a time before 1970 or past what tar can hold")
    before = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0%011o\0" % (size, mtime)
    after = b"0".ljust(BLOCK - 156, b"\0")
    checksum = sum(before) + sum(b" " * 8) + sum(after)
    return before + b"%06o\0 " % checksum + after
