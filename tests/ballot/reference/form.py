"""The form of an archive: its tar, its chain and the one spelling of each value (Belenios specification 4.1 to 4.4,
and the tar as the vectors have it, byte by byte). Numbers in brackets are sections of the specification."""

import base64
import hashlib
import json
import re
from functools import lru_cache
from typing import Any

from tests.ballot.reference.curve import IDENTITY, Element, Q, same, uncompress

LARGEST_RECORD_BYTES = 2**24
DEEPEST_NESTING = 8
LONGEST_TEXT = 1000
MOST_DIGITS = 15
BLOCK_BYTES = 512

Pair = tuple[Element, Element]
"""A ciphertext: alpha and beta."""


class Fault(Exception):
    """The archive is refused, and this is why."""


def demand(holds: bool, fault: str) -> None:
    if not holds:
        raise Fault(fault)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def b64(data: bytes) -> str:
    """The Base64 of the SHA-256 of `data`, without padding."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def challenge_of(text: str) -> int:
    return int(sha256(text.encode()), 16) % Q


# --- the tar (4.4, and the vectors byte by byte) ---


def tar_header(name: str, size: int, mtime: int) -> bytes:
    fields = [(name.encode(), 100), (b"0000644", 8), (b"0000000", 8), (b"0000000", 8)]
    fields += [(b"%011o" % size, 12), (b"%011o" % mtime, 12), (b" " * 8, 8), (b"0", 1), (b"", 355)]
    header = b"".join(value.ljust(width, b"\0") for value, width in fields)
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]


class Tape:
    """The records of an archive, taken off one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.mtime = 0
        self.parent: str | None = None
        self.height = 0

    def at_end(self) -> bool:
        return self.position == len(self.data)

    def member(self, what: str) -> tuple[str, bytes]:
        header = self.data[self.position : self.position + BLOCK_BYTES]
        demand(len(header) == BLOCK_BYTES, f"{what}: the archive ends before it")
        demand(re.fullmatch(rb"[0-7]{11}\0", header[124:136]) is not None, f"{what}: size in the tar header")
        size = int(header[124:135], 8)
        demand(size <= LARGEST_RECORD_BYTES, f"{what}: too large")
        start = self.position + BLOCK_BYTES
        end = start + -(-size // BLOCK_BYTES) * BLOCK_BYTES
        demand(end <= len(self.data), f"{what}: cut short")
        demand(not any(self.data[start + size : end]), f"{what}: padding")
        name = header[:100].rstrip(b"\0")
        demand(re.fullmatch(rb"[A-Za-z0-9.]+", name) is not None, f"{what}: name")
        body = self.data[start : start + size]
        if self.position == 0:
            self.mtime = timestamp_of(body)
        demand(header == tar_header(name.decode(), size, self.mtime), f"{what}: tar header")
        self.position = end
        return name.decode(), body

    def payload(self, what: str) -> tuple[str, bytes]:
        """The next record, which must be data: its hash and its bytes."""
        name, body = self.member(what)
        digest = sha256(body)
        demand(name == f"{digest}.data.json", f"{what}: not data, or not named after its contents")
        return digest, body

    def event(self, kind: str, payload: str | None) -> None:
        name, body = self.member(kind)
        digest = sha256(body)
        demand(name == f"{digest}.event.json", f"{kind}: not an event, or not named after its contents")
        expected: dict[str, Any] = {} if self.parent is None else {"parent": self.parent}
        expected |= {"height": self.height, "type": kind}
        if payload is not None:
            expected["payload"] = payload
        demand(body == compact(expected), f"{kind}: not the event that belongs here")
        self.parent = digest
        self.height += 1

    def next_is_event(self) -> bool:
        return self.data[self.position : self.position + 100].rstrip(b"\0").endswith(b".event.json")


def timestamp_of(header: bytes) -> int:
    value = keys(parse("BELENIOS", header), "BELENIOS", "version", "timestamp")
    demand(whole(value["version"]) and value["version"] == 1, "BELENIOS: version")
    text = value["timestamp"]
    demand(isinstance(text, str) and re.fullmatch(r"0|[1-9][0-9]{0,10}", text, re.ASCII) is not None, "BELENIOS: time")
    demand(int(text) < 8**11, "BELENIOS: time")
    return int(text)


# --- JSON (4.1, 4.2): one spelling for everything ---


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def no_float(text: str) -> float:
    raise Fault(f"{text[:20]} is no whole number")


def bounded_int(text: str) -> int:
    demand(len(text) <= MOST_DIGITS, "a number with too many digits")
    return int(text)


def parse(what: str, body: bytes) -> Any:
    depth = 0
    for byte in re.sub(rb'"(\\.|[^"\\])*"', b"", body, flags=re.DOTALL):
        depth += (byte in b"[{") - (byte in b"]}")
        demand(depth <= DEEPEST_NESTING, f"{what}: nested too deep")
    try:
        value = json.loads(body.decode(), parse_float=no_float, parse_constant=no_float, parse_int=bounded_int)
        demand(compact(value) == body, f"{what}: not spelled in the one way")
    except (ValueError, RecursionError) as error:
        raise Fault(f"{what}: no JSON in UTF-8") from error
    return value


def keys(value: Any, what: str, *names: str) -> dict[str, Any]:
    demand(isinstance(value, dict) and list(value) == list(names), f"{what}: keys are not {', '.join(names)}")
    return value  # type: ignore[no-any-return]


def items(value: Any, what: str, count: int | None = None) -> list[Any]:
    demand(isinstance(value, list) and count in (None, len(value)), f"{what}: not a list of the right length")
    return value  # type: ignore[no-any-return]


def whole(value: Any) -> bool:
    return type(value) is int


def string(value: Any, what: str) -> str:
    demand(isinstance(value, str), f"{what}: not a string")
    return value  # type: ignore[no-any-return]


def text(value: Any, what: str) -> str:
    """A name or description: any string, of a length that no honest one reaches."""
    demand(len(string(value, what)) <= LONGEST_TEXT, f"{what}: too long")
    return string(value, what)


def scalar(value: Any, what: str) -> int:
    digits = string(value, what)
    demand(len(digits) <= 76 and re.fullmatch(r"0|[1-9][0-9]*", digits) is not None, f"{what}: no scalar")
    demand(int(digits) < Q, f"{what}: a scalar that is not reduced")
    return int(digits)


@lru_cache(maxsize=512)
def decompressed(text: str) -> Element:
    demand(re.fullmatch(r"[0-9a-f]{64}", text, re.ASCII) is not None, "not 64 lower-case hexadecimal digits")
    try:
        member = Element(uncompress(int(text, 16)))
    except ValueError as error:
        raise Fault(str(error)) from error
    demand(member.has_order_q(), "a point outside the group")
    return member


def element(value: Any, what: str, *, identity: bool = False) -> Element:
    try:
        member = decompressed(string(value, what))
    except Fault as fault:
        raise Fault(f"{what}: {fault}") from fault
    demand(identity or not same(member.point, IDENTITY), f"{what}: the identity")
    return member


def proof(value: Any, what: str) -> tuple[int, int]:
    pair = keys(value, what, "challenge", "response")
    return scalar(pair["challenge"], what), scalar(pair["response"], what)


def ciphertext(value: Any, what: str, *, identity: bool = False) -> Pair:
    pair = keys(value, what, "alpha", "beta")
    return element(pair["alpha"], what, identity=identity), element(pair["beta"], what, identity=identity)
