"""What was done to the disks, in its order: each operation by the file that it was done to, not by a name.

Journal format: for each operation its length (4 bytes, big-endian) and msgpack. The journal's size at an instant is the
instant: a mark is a size, and what lies wholly before it had been done.
"""

import struct
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec

ROOT = 0
"""The node of the folder in which the disks are."""
_LENGTH = struct.Struct(">I")


class Create(msgspec.Struct, tag="create", frozen=True):
    """A new empty file ``node``."""

    node: int
    folder: int
    name: str
    mode: int


class MakeFolder(msgspec.Struct, tag="mkdir", frozen=True):
    """A new empty folder ``node``."""

    node: int
    folder: int
    name: str
    mode: int


class Write(msgspec.Struct, tag="write", frozen=True):
    """Bytes into a file."""

    node: int
    offset: int
    data: bytes


class Resize(msgspec.Struct, tag="resize", frozen=True):
    """A file is cut, or grown with zeros."""

    node: int
    size: int


class Chmod(msgspec.Struct, tag="chmod", frozen=True):
    """Who may read it."""

    node: int
    mode: int


class Rename(msgspec.Struct, tag="rename", frozen=True):
    """A name moves; what had the new name loses it."""

    folder: int
    name: str
    new_folder: int
    new_name: str


class Remove(msgspec.Struct, tag="remove", frozen=True):
    """A file or an empty folder loses its name."""

    folder: int
    name: str


class SyncFile(msgspec.Struct, tag="sync-file", frozen=True):
    """fsync or fdatasync of a file: its bytes, size and mode are on the medium."""

    node: int


class SyncFolder(msgspec.Struct, tag="sync-folder", frozen=True):
    """fsync of a folder: its names are on the medium."""

    node: int


Named: TypeAlias = Create | MakeFolder | Rename | Remove
"""Changes names."""
Inside: TypeAlias = Write | Resize | Chmod
"""Changes one file."""
Operation: TypeAlias = Named | Inside | SyncFile | SyncFolder

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Operation)


def pack(operation: Operation) -> bytes:
    """One record of the journal."""
    body = _ENCODER.encode(operation)
    return _LENGTH.pack(len(body)) + body


@dataclass(frozen=True)
class Journal:
    """All operations, and the journal's size after each of them."""

    operations: tuple[Operation, ...]
    sizes: tuple[int, ...]

    @classmethod
    def read(cls, path: Path) -> "Journal":
        """A record that is not wholly there was not answered to anybody: it did not happen."""
        data, at = path.read_bytes(), 0
        operations: list[Operation] = []
        sizes: list[int] = []
        while at + _LENGTH.size <= len(data):
            (length,) = _LENGTH.unpack_from(data, at)
            at += _LENGTH.size + length
            if at > len(data):
                break
            operations.append(_DECODER.decode(data[at - length : at]))
            sizes.append(at)
        return cls(tuple(operations), tuple(sizes))

    def done_at(self, size: int) -> int:
        """How many operations had been done when the journal had this size."""
        return bisect_right(self.sizes, size)

    def __len__(self) -> int:
        return len(self.operations)
