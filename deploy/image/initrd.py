"""Writes a folder as an initrd: a cpio archive in the kernel's "newc" format, compressed with gzip.

initrd.py FOLDER FILE      everything belongs to root and has the time 0, whoever made the folder; /dev/console and
                           /dev/null are added, which an ordinary user could not make
Source: Documentation/driver-api/early-userspace/buffer-format.rst of Linux.
"""

import gzip
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

_DEVICES = {"dev/console": (5, 1), "dev/null": (1, 3)}


def entries(folder: Path) -> Iterator[tuple[str, int, tuple[int, int], bytes]]:
    """Name, mode, device and content of everything, folders before what is in them."""
    for path in sorted(folder.rglob("*")):
        name, mode = path.relative_to(folder).as_posix(), path.lstat().st_mode
        if stat.S_ISLNK(mode):
            yield name, stat.S_IFLNK | 0o777, (0, 0), path.readlink().as_posix().encode()
        elif stat.S_ISDIR(mode):
            yield name, stat.S_IFDIR | 0o755, (0, 0), b""
        else:
            yield name, stat.S_IFREG | (0o755 if mode & 0o100 else 0o644), (0, 0), path.read_bytes()
    for name, numbers in _DEVICES.items():
        yield name, stat.S_IFCHR | 0o600, numbers, b""


def record(number: int, name: str, mode: int, device: tuple[int, int], data: bytes) -> bytes:
    """One entry of the archive."""
    encoded = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(encoded), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def main(folder: str, file: str) -> None:
    """See above."""
    archive = b"".join(record(number, *entry) for number, entry in enumerate(entries(Path(folder)), 1))
    archive += record(0, "TRAILER!!!", 0, (0, 0), b"")
    Path(file).write_bytes(gzip.compress(archive, 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
