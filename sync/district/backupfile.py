"""The backup's form: a plain tar (ustar, readable by any tar) whose last member, SHA256SUMS, is over all the others.

Written and read as a stream: a district's batches do not fit into memory. What is read was brought by somebody: names,
sizes and bytes are judged before anything is written, and nothing but plain files can come out of it.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from config.errors import InputError

BLOCK = 512
SUMS = "SHA256SUMS"
MAX_MEMBER = 256 * 1024 * 1024
MAX_MEMBERS = 200_000
SECRET_MODE = 0o600
"""What is kept from other users of the machine; every other file is 0644."""
_NAME_BYTES, _PREFIX_BYTES = 100, 155


@dataclass(frozen=True)
class Member:
    """One file of a backup."""

    name: str
    data: bytes
    secret: bool


class Writer:
    """Puts members into a stream, and in the end the sums over them."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._sums: list[str] = []

    def put(self, name: str, data: bytes, *, secret: bool = False) -> None:
        """Raises InputError for a name that a backup cannot hold."""
        if not is_plain(name):
            raise _unfit(f"the name {name!a}", f"nama {name!a}")
        if len(data) > MAX_MEMBER or len(self._sums) == MAX_MEMBERS:  # it could not be read back
            raise InputError(
                f"{name} does not fit into a backup. Move what does not belong there out of the workspace.",
                id=f"{name} tidak muat dalam cadangan. Keluarkan yang bukan isi ruang kerja.",
            )
        self._sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        self._write(name, data, secret=secret)

    def end(self) -> str:
        """Adds the sums; their SHA-256 stands for the whole backup."""
        sums = "".join(self._sums).encode()
        self._write(SUMS, sums, secret=False)
        self._out.write(bytes(2 * BLOCK))
        return hashlib.sha256(sums).hexdigest()

    def _write(self, name: str, data: bytes, *, secret: bool) -> None:
        self._out.write(_header(name, len(data), secret=secret))
        self._out.write(data)
        self._out.write(bytes(-len(data) % BLOCK))


class Reader:
    """A backup's members in order; ``sha256`` is there once they were read to the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sha256 = ""

    def __iter__(self) -> Iterator[Member]:
        """Raises InputError where it is no backup, changed or cut; what came before is not to be trusted then."""
        sums: list[str] = []
        names: set[str] = set()
        with self._open() as source:
            left = os.fstat(source.fileno()).st_size
            while True:
                header = source.read(BLOCK)
                name, size, secret = _read_header(header)
                left -= BLOCK + size + -size % BLOCK
                if size > MAX_MEMBER or left < 0 or len(names) == MAX_MEMBERS:
                    raise _unfit(f"{name!a} does not fit into it", f"{name!a} tidak muat")
                data = source.read(size)
                if any(source.read(-size % BLOCK)) or name in names:
                    raise _unfit(f"{name!a} is doubled or padded", f"{name!a} ganda atau diisi")
                if name == SUMS:
                    break
                if not is_plain(name):
                    raise _unfit(f"the name {name!a}", f"nama {name!a}")
                names.add(name)
                sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
                yield Member(name, data, secret)
            if source.read(2 * BLOCK + 1) != bytes(2 * BLOCK):
                raise _unfit("it does not end where it should", "akhirnya tidak semestinya")
        if data != "".join(sums).encode():
            raise _unfit("contents and SHA256SUMS differ", "isi dan SHA256SUMS berbeda")
        self.sha256 = hashlib.sha256(data).hexdigest()

    def _open(self) -> BinaryIO:
        # Without waiting, as a pipe would have it.
        source = os.fdopen(os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            source.close()
            raise _unfit("it is no plain file", "bukan berkas biasa")
        return source


def is_plain(name: str) -> bool:
    """A path below a folder, of printable parts that do not begin with a dot: so none is ``..``, none is hidden.

    As long as a header has room for: 256 bytes.
    """
    parts = name.split("/")
    return (
        name != SUMS
        and name.isprintable()
        and all(part and not part.startswith(".") for part in parts)
        and _split(name) is not None
    )


def _split(name: str) -> tuple[bytes, bytes] | None:
    """Name and prefix as ustar has them, or None when it is too long for both."""
    data = name.encode("utf-8", "surrogateescape")
    if len(data) <= _NAME_BYTES:
        return data, b""
    places = [at for at, byte in enumerate(data) if byte == ord("/")]
    fitting = [at for at in places if at <= _PREFIX_BYTES and len(data) - at - 1 <= _NAME_BYTES]
    return (data[fitting[0] + 1 :], data[: fitting[0]]) if fitting else None


def _header(name: str, size: int, *, secret: bool) -> bytes:
    split = _split(name)
    if split is None:
        raise ValueError("a member's name is too long")
    mode = SECRET_MODE if secret else 0o644
    before = split[0].ljust(_NAME_BYTES, b"\0") + b"%07o\0" % mode + b"0000000\0" * 2 + b"%011o\0%011o\0" % (size, 0)
    after = b"0" + bytes(100) + b"ustar\x0000" + bytes(64) + b"0000000\0" * 2 + split[1].ljust(_PREFIX_BYTES, b"\0")
    after = after.ljust(BLOCK - 156, b"\0")
    checksum = sum(before) + sum(b" " * 8) + sum(after)
    return before + b"%06o\0 " % checksum + after


def _read_header(header: bytes) -> tuple[str, int, bool]:
    """Name, size, whether it is secret; whatever else a header could say is refused by writing it again."""
    try:
        prefix, name = header[345:500].rstrip(b"\0"), header[:100].rstrip(b"\0")
        whole = (prefix + b"/" + name if prefix else name).decode()
        size, secret = int(header[124:135], 8), header[100:107] == b"%07o" % SECRET_MODE
        if size >= 0 and header == _header(whole, size, secret=secret):
            return whole, size, secret
    except ValueError:
        pass
    raise _unfit("it is no backup, or it was cut", "ini bukan cadangan, atau terpotong")


def _unfit(en: str, id: str) -> InputError:  # noqa: A002 -- the language's own code
    return InputError(
        f"The backup cannot be used: {en}. Take another copy of it; nothing was restored.",
        id=f"Cadangan tidak dapat dipakai: {id}. Pakai salinan lain; tidak ada yang dipulihkan.",
    )
