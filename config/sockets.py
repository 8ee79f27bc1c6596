"""Unix sockets by path, however long the path is: the kernel takes 107 bytes, a checkout may lie deeper."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path


def listen(path: Path) -> socket.socket:
    """A listening socket at ``path``, for this user only; one that was left there is replaced."""
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(path) as address:
        made.bind(address)
    path.chmod(0o600)
    made.listen()
    return made


def connect(path: Path, timeout_s: float) -> socket.socket:
    """A connection to the socket at ``path``; raises OSError when nobody listens there."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.settimeout(timeout_s)
    try:
        with _short(path) as address:
            made.connect(address)
    except OSError:
        made.close()
        raise
    return made


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """The same place through an open descriptor of its folder."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
