"""The process inside the namespaces: ``python -m config.cards.virtual FOLDER RUN DRIVER``, started by ``reader.py``.

Says ``ready`` on its standard output and ends when its standard input does, so also when its parent is killed.
"""

import fcntl
import os
import socket
import struct
import sys
import threading
from pathlib import Path

from config.cards.virtual.control import Control
from config.cards.virtual.daemon import LOG, Pcscd
from config.cards.virtual.machine import Machine
from config.cards.virtual.verbs import SOCKET

_SIOCSIFFLAGS = 0x8914
_IFF_UP_RUNNING = 0x1 | 0x40


def main(folder: Path, run: Path, driver: Path) -> None:
    """Plays the reader; never returns."""
    os.umask(0o077)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _raise_loopback()
    machine = Machine(Pcscd(run, driver, folder / LOG))
    machine.start()
    Control(folder / SOCKET, machine.do)
    os.write(1, b"ready\n")
    threading.Event().wait()


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    # We are the first process of a PID namespace: the kernel ends pcscd and all else in it with us, at any point.
    os._exit(0)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        fcntl.ioctl(line, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP_RUNNING))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
