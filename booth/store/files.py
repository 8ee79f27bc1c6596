"""Files that are there wholly or not at all, also when the power fails in between."""

import os
from pathlib import Path

from booth.store.faults import StoreFault


def write_file(path: Path, data: bytes) -> None:
    """Puts ``data`` at ``path`` (mode 0600) in one step, replacing what was there; durable when it returns.

    Raises StoreFault.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(descriptor)
        put_in_place(fresh, path)
    except OSError as fault:
        raise StoreFault(fault.strerror or type(fault).__name__) from None


def put_in_place(fresh: Path, path: Path) -> None:
    """Renames a file whose contents are durable; the new name is durable when it returns. Raises OSError."""
    fresh.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the folder's names durable: an fsync of a file alone may leave it without one. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
