"""Writing a file so that it is there wholly or not at all, whenever the power goes."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_SYNCS_AT_ONCE = 16


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes beside ``path``, syncs, renames, syncs the folder; raises OSError.

    Then nothing lies beside ``path``, and ``path`` is as it was. Only where the folder's sync failed the new file is
    there, and may be gone after a power failure.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    except OSError as fault:
        fault.filename = str(path)  # what was to be written; nobody knows the other name
        raise
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            os.fchmod(out.fileno(), mode)
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        put_in_place(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def read_plain(path: Path, most: int, *, untold: bool = False) -> bytes:
    """A plain file's bytes, of a longer one ``most`` and one more; raises OSError.

    ``untold``: the file system does not note that it was read, which only the file's owner may ask.

    Pipes and devices are refused without being waited for: whoever opens a pipe stands still until somebody writes.
    And no room is taken for more than the file has: a booth overwrites memory whenever it takes or frees it
    (``config.memory``), and for a hundred small files that were a second.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (os.O_NOATIME if untold else 0))
    with open(descriptor, "rb") as source:  # noqa: PTH123 -- a descriptor, not a path
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        return source.read(min(found.st_size, most) + 1)


def put_in_place(fresh: Path, path: Path) -> None:
    """Renames a file or folder whose contents are durable; the new name is durable when it returns."""
    fresh.replace(path)
    sync_folder(path.parent)


def make_folders(below: Path, names: str) -> Path:
    """The folder ``names`` (as ``a/b``) below one that is there, made where it is missing; durable when it returns.

    Only below: a stick that was pulled must not become a folder on the device's own disk. Raises OSError.
    """
    folder = below
    for name in names.split("/"):
        (folder / name).mkdir(exist_ok=True)
        # A file that is synced in a folder whose own name is not may still be nowhere.
        sync_folder(folder)
        folder /= name
    return folder


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable: an fsync of a file alone may leave it without one."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(paths: Iterable[Path]) -> None:
    """Makes the contents of many files, and the names in many folders, durable; raises OSError.

    Syncs that overlap share what the disk does for one: a tenth of the time of one after another.
    """
    with ThreadPoolExecutor(_SYNCS_AT_ONCE) as threads:
        for _ in threads.map(_sync, paths):
            pass


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
