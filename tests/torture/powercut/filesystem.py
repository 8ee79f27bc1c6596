"""A file system that writes down what is done to it: ``python -m …powercut.filesystem BACKING JOURNAL MOUNT``.

Everything goes through to the folder BACKING, in one thread, so that the journal's order is the order in which it
happened; a record is written before the operation is answered. Each folder directly in BACKING is a disk of its own.
"""

import errno
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any, ClassVar

from mfusepy import FUSE, FuseOSError, Operations

from tests.torture.powercut.operations import (
    ROOT,
    Chmod,
    Create,
    MakeFolder,
    Operation,
    Remove,
    Rename,
    Resize,
    SyncFile,
    SyncFolder,
    Write,
    pack,
)
from tests.torture.powercut.orphans import end_with_parent

_STAT = ("st_mode", "st_nlink", "st_size", "st_ino", "st_uid", "st_gid", "st_blocks", "st_blksize")
_TIMES = ("st_atime_ns", "st_mtime_ns", "st_ctime_ns")
_FREE = ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail", "f_namemax")


class Recorder:
    """Numbers files and folders, knows which name leads to which, and writes the journal."""

    def __init__(self, backing: Path, journal: Path) -> None:
        """What lies in the folder already is written down as made and synced."""
        self._out = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._names: dict[int, dict[str, int]] = {ROOT: {}}
        self._last = ROOT
        self._scan(backing, ROOT)

    def _scan(self, folder: Path, node: int) -> None:
        for path in sorted(folder.iterdir()):
            mode = path.stat().st_mode & 0o777
            made = self.make(node, path.name, mode, folder=path.is_dir())
            if path.is_dir():
                self._scan(path, made)
            else:
                self.note(Write(made, 0, path.read_bytes()))
                self.note(SyncFile(made))
        self.note(SyncFolder(node))

    def note(self, operation: Operation) -> None:
        """One whole record in one write: a reader sees all of it or a size that it does not reach."""
        record = pack(operation)
        if os.write(self._out, record) != len(record):
            raise OSError(errno.ENOSPC, "the journal's disk is full")

    def make(self, parent: int, name: str, mode: int, *, folder: bool) -> int:
        """A new file or folder; its number."""
        self._last += 1
        self._names[parent][name] = self._last
        if folder:
            self._names[self._last] = {}
        self.note((MakeFolder if folder else Create)(self._last, parent, name, mode & 0o777))
        return self._last

    def find(self, path: str) -> int:
        """The number of what is at a path from the mount's root."""
        node = ROOT
        for name in path.split("/"):
            if name:
                node = self._names[node][name]
        return node

    def split(self, path: str) -> tuple[int, str]:
        """Its folder's number and its name there."""
        folder, _, name = path.rpartition("/")
        return self.find(folder), name

    def remove(self, path: str) -> None:
        """A name is gone."""
        folder, name = self.split(path)
        del self._names[folder][name]
        self.note(Remove(folder, name))

    def rename(self, old: str, new: str) -> None:
        """A name has moved."""
        (folder, name), (new_folder, new_name) = self.split(old), self.split(new)
        self._names[new_folder][new_name] = self._names[folder].pop(name)
        self.note(Rename(folder, name, new_folder, new_name))


class Forgetful(Operations):  # type: ignore[misc]
    """Passes everything through and has it recorded. Links are refused: a disk that needs them is another harness's."""

    use_ns: ClassVar[bool] = True

    def __init__(self, backing: Path, recorder: Recorder) -> None:
        self._backing = backing
        self._recorder = recorder
        self._open: dict[int, int] = {}
        """The file's number by descriptor: it stays the same when the name moves."""

    def init(self, path: str) -> None:
        # From here on libfuse unmounts when it is told to end; before, this process would end and leave its mount.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def _at(self, path: str) -> Path:
        return self._backing / path[1:]

    # Asking

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        found = os.lstat(self._at(path)) if fh is None else os.fstat(fh)
        held: dict[str, Any] = {name: getattr(found, name) for name in _STAT}
        return held | {name.removesuffix("_ns"): getattr(found, name) for name in _TIMES}

    def access(self, path: str, amode: int) -> int:
        if not os.access(self._at(path), amode):
            raise FuseOSError(errno.EACCES)
        return 0

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *(found.name for found in self._at(path).iterdir())]

    def statfs(self, path: str) -> dict[str, int]:
        found = os.statvfs(self._at(path))
        return {name: getattr(found, name) for name in _FREE}

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    # Files

    def open(self, path: str, flags: int) -> int:
        fh = os.open(self._at(path), flags & ~os.O_APPEND)
        node = self._open[fh] = self._recorder.find(path)
        if flags & os.O_TRUNC:
            self._recorder.note(Resize(node, 0))
        return fh

    def create(self, path: str, mode: int, flags: int = os.O_RDWR) -> int:
        fh = os.open(self._at(path), (flags & os.O_ACCMODE) | os.O_CREAT | os.O_EXCL, mode)
        folder, name = self._recorder.split(path)
        self._open[fh] = self._recorder.make(folder, name, os.fstat(fh).st_mode, folder=False)
        return fh

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        written = os.pwrite(fh, data, offset)
        self._recorder.note(Write(self._open[fh], offset, data[:written]))
        return written

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        os.truncate(self._at(path), length) if fh is None else os.ftruncate(fh, length)
        self._recorder.note(Resize(self._recorder.find(path) if fh is None else self._open[fh], length))
        return 0

    def flush(self, path: str, fh: int) -> int:
        return 0

    def release(self, path: str, fh: int) -> int:
        del self._open[fh]
        os.close(fh)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        # The backing folder is never cut itself: its own sync would only take time.
        self._recorder.note(SyncFile(self._open[fh]))
        return 0

    # Names

    def mkdir(self, path: str, mode: int) -> int:
        self._at(path).mkdir(mode)
        folder, name = self._recorder.split(path)
        self._recorder.make(folder, name, self._at(path).stat().st_mode, folder=True)
        return 0

    def unlink(self, path: str) -> int:
        self._at(path).unlink()
        self._recorder.remove(path)
        return 0

    def rmdir(self, path: str) -> int:
        self._at(path).rmdir()
        self._recorder.remove(path)
        return 0

    def rename(self, old: str, new: str) -> int:
        if old.split("/")[1] != new.split("/")[1] or old.count("/") == 1:
            raise FuseOSError(errno.EXDEV)
        self._at(old).rename(self._at(new))
        self._recorder.rename(old, new)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        self._at(path).chmod(mode)
        self._recorder.note(Chmod(self._recorder.find(path), mode & 0o777))
        return 0

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
        os.utime(self._at(path), ns=times)
        return 0

    def opendir(self, path: str) -> int:
        return 0

    def releasedir(self, path: str, fh: int) -> int:
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        self._recorder.note(SyncFolder(self._recorder.find(path)))
        return 0


def main() -> int:
    """Until the mount point is unmounted."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    end_with_parent()
    backing, journal, mount = map(Path, sys.argv[1:])
    logging.basicConfig(level=logging.WARNING)
    operations = Forgetful(backing.absolute(), Recorder(backing.absolute(), journal))
    # hard_remove: a file that is removed while it is open is gone, as on a disk, and not renamed aside.
    # The attributes' time-outs: nobody but the booth changes anything, and still nothing is remembered in the kernel.
    FUSE(
        operations,
        os.fspath(mount),
        foreground=True,
        nothreads=True,
        hard_remove=True,
        fsname="forgetful",
        attr_timeout=0,
        entry_timeout=0,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
