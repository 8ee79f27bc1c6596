"""The clips of a booth that speaks: they stay in the package's folder and are read when they are said.

In memory the sound of two languages takes a quarter of what the booth has. What is read of a voter's choice must leave
no trace: neither the time of the reading in the file system, nor pages in the kernel's cache, of which there would be
some for the candidates that were heard and none for others.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.clips import MAX_BYTES
from config.files import read_plain
from config.record import sha256


@dataclass(frozen=True)
class ClipFiles(Mapping[str, bytes]):
    """A language's clips (WAV) by name. One that cannot be read or was changed since the package was verified is not
    there: its hash is asked each time, for the disk is not ours alone.
    """

    folder: Path
    """``files`` of the package."""
    names: Mapping[str, str]
    """Names of their files, which are their hashes."""

    def __post_init__(self) -> None:
        for name in set(self.names.values()):
            _forget(self.folder / name)

    def __getitem__(self, clip: str) -> bytes:
        name = self.names[clip]
        path = self.folder / name
        try:
            data = read_plain(path, MAX_BYTES, untold=True)
        except OSError:
            raise KeyError(clip) from None
        finally:
            _forget(path)
        if sha256(data) != name:
            raise KeyError(clip)
        return data

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def _forget(path: Path) -> None:
    """Lets go of what the kernel's cache has of a file; where that fails it stays, as with any file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError:
        pass
    finally:
        os.close(descriptor)
