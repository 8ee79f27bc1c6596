"""Mutants with other bytes of the tar."""

from collections.abc import Callable

from tests.ballot.reference.form import compact, sha256, tar_header
from tests.ballot.reference.kinds import Kinds, noted, table
from tests.ballot.reference.maker import Json, Made, Maker, tar_of

KINDS: Kinds = {}


def members(data: bytes) -> list[tuple[int, int]]:
    """Start and size of each member's contents."""
    found, at = [], 0
    while at < len(data):
        size = int(data[at + 124 : at + 135], 8)
        found.append((at + 512, size))
        at += 512 + -(-size // 512) * 512
    return found


def rewrite_header(data: bytes, start: int, at: int, new: bytes) -> bytes:
    """Puts `new` into the header before `start` and computes its checksum anew."""
    header = bytearray(data[start - 512 : start])
    header[at : at + len(new)] = new
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return data[: start - 512] + bytes(header) + data[start:]


HEADERS: dict[str, tuple[int, bytes]] = {
    "a path": (0, b"./BELENIOS"),
    "name upper case": (0, b"ABCDEF"),
    "name not the hash": (0, b"0" * 64),
    "name after its end": (99, b"x"),
    "mode": (100, b"0000755"),
    "mode with a blank": (100, b"000644 "),
    "user": (108, b"0001750"),
    "group": (116, b"0001750"),
    "size in another form": (135, b" "),
    "size in base 256": (124, b"\x80"),
    "size huge": (124, b"77777777777"),
    "size zero": (124, b"00000000000"),
    "time": (136, b"00000000001"),
    "time in another form": (147, b" "),
    "type NUL": (156, b"\0"),
    "type link": (156, b"2"),
    "type long name": (156, b"L"),
    "type pax": (156, b"x"),
    "type folder": (156, b"5"),
    "link name": (157, b"x"),
    "ustar": (257, b"ustar\x0000"),
    "gnu": (257, b"ustar  \0"),
    "owner's name": (265, b"root"),
    "prefix": (345, b"home"),
    "last byte": (511, b"x"),
}


def change_header(made: Made, maker: Maker, place: tuple[int, bytes]) -> bytes:
    data = made.archive()
    start, _ = maker.random.choice(members(data))
    return rewrite_header(data, start, *place)


KINDS |= table("header", HEADERS, change_header)


@noted(KINDS, "header: checksum in another form")
def _(made: Made, maker: Maker) -> bytes:
    data = made.archive()
    start, _ = maker.random.choice(members(data))
    checksum = data[start - 364 : start - 358]
    return (
        data[: start - 364]
        + maker.random.choice([b" " + checksum[1:] + b"\0 ", checksum + b" \0"])
        + data[start - 356 :]
    )


@noted(KINDS, "bytes: one bit")
def _(made: Made, maker: Maker) -> bytes:
    data = bytearray(made.archive())
    data[maker.random.randrange(len(data))] ^= 1 << maker.random.randrange(8)
    return bytes(data)


@noted(KINDS, "bytes: some overwritten")
def _(made: Made, maker: Maker) -> bytes:
    data = made.archive()
    at, count = maker.random.randrange(len(data) - 600), maker.random.randrange(1, 600)
    return data[:at] + maker.random.randbytes(count) + data[at + count :]


@noted(KINDS, "bytes: some inserted")
def _(made: Made, maker: Maker) -> bytes:
    data = made.archive()
    at = maker.random.randrange(len(data) + 1)
    return data[:at] + maker.random.choice([b"\0", b"\0" * 512, b"x", b"x" * 512]) + data[at:]


@noted(KINDS, "bytes: some taken out")
def _(made: Made, maker: Maker) -> bytes:
    data = made.archive()
    at, count = maker.random.randrange(len(data) - 512), maker.random.choice([1, 2, 511, 512])
    return data[:at] + data[at + count :]


@noted(KINDS, "bytes: padding not zero")
def _(made: Made, maker: Maker) -> bytes:
    data = bytearray(made.archive())
    start, size = maker.random.choice([each for each in members(bytes(data)) if each[1] % 512])
    data[start + size + maker.random.randrange(-size % 512)] = maker.random.randrange(1, 256)
    return bytes(data)


@noted(KINDS, "bytes: end of a modern tar")
def _(made: Made, maker: Maker) -> bytes:
    data = made.archive() + b"\0" * maker.random.choice([1, 512, 1024])
    return data + b"\0" * (-len(data) % 10240 if maker.random.random() < 0.5 else 0)


@noted(KINDS, "bytes: something behind")
def _(made: Made, maker: Maker) -> bytes:
    return made.archive() + maker.random.choice([b"x", b"\n", maker.random.randbytes(512), made.archive()])


@noted(KINDS, "bytes: something before")
def _(made: Made, maker: Maker) -> bytes:
    return maker.random.choice([b"\0" * 512, b"x", b"\xef\xbb\xbf", made.archive()[:1024]]) + made.archive()


@noted(KINDS, "bytes: cut short")
def _(made: Made, maker: Maker) -> bytes:
    data = made.archive()
    # Where the records after EncryptedTally end, and nowhere else, less is still an archive.
    chain, starts = made.records(), members(data)
    ends = {start + -(-size // 512) * 512 for start, size in starts}
    whole = {end for end, record in zip(sorted(ends), chain, strict=True) if record.event}
    allowed = sorted(whole)[-2 - len(made.partials) :]
    cuts = [*(ends - set(allowed)), *(end - 512 for end in ends), 0, *maker.random.sample(range(len(data)), 20)]
    return data[: maker.random.choice([cut for cut in cuts if cut not in allowed])]


@noted(KINDS, "bytes: the last padding cut")
def _(made: Made, maker: Maker) -> bytes:
    data = made.archive()
    start, size = members(data)[-1]
    return data[: maker.random.choice([start + size, maker.random.randrange(start + size, len(data)), len(data) - 1])]


@noted(KINDS, "bytes: an extra member")
def _(made: Made, maker: Maker) -> bytes:
    data, body = made.archive(), maker.random.choice([b"", b"{}", b"halo", b"x" * 512])
    name = maker.random.choice(["README", "BELENIOS", f"{sha256(body)}.data.json", f"{sha256(body)}.event.json"])
    extra = tar_header(name, len(body), made.timestamp) + body + b"\0" * (-len(body) % 512)
    at = maker.random.choice([0, len(data), *(start - 512 for start, _ in members(data))])
    return data[:at] + extra + data[at:]


HEADER_RECORDS: dict[str, Callable[[str], Json]] = {
    "version 2": lambda time: {"version": 2, "timestamp": time},
    "version a string": lambda time: {"version": "1", "timestamp": time},
    "version true": lambda time: {"version": True, "timestamp": time},
    "version a float": lambda time: {"version": 1.0, "timestamp": time},
    "time a number": lambda time: {"version": 1, "timestamp": int(time)},
    "time not the tar's": lambda time: {"version": 1, "timestamp": str(int(time) + 1)},
    "time with a zero before": lambda time: {"version": 1, "timestamp": "0" + time},
    "time negative": lambda time: {"version": 1, "timestamp": "-" + time},
    "time empty": lambda time: {"version": 1, "timestamp": ""},
    "time huge": lambda time: {"version": 1, "timestamp": "9" * 5000},
}


def change_header_record(made: Made, maker: Maker, new: Callable[[str], Json]) -> bytes:
    chain = made.records()
    chain[0].value = new(str(made.timestamp))
    return tar_of(chain, made)


KINDS |= table("BELENIOS", HEADER_RECORDS, change_header_record)


@noted(KINDS, "nothing at all")
def _(made: Made, maker: Maker) -> bytes:
    return maker.random.choice([b"", b"\0" * 512, b"\0" * 10240, compact(made.election), maker.random.randbytes(3000)])
