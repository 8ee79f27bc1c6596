"""An eye inside the guest, for one boot of the test and never in the image: a second initrd laid over the image's own.

The kernel unpacks all archives of an initrd, one over the other. Ours adds one file, ``/agent``, which ``rdinit=``
names as the first program: it leaves a shell on a serial line that no Pi has, in a file system of its own, and then
becomes the image's own ``/init``. Root hash, root file system and everything after are the image's, byte for byte; what
is looked at is reached through ``/proc/1/root``.
"""

import stat
import time
from pathlib import Path
from typing import Self

from config.sockets import connect

PROGRAM = "agent"
HOME = "/agent.d"
SCRIPT = f"""#!/bin/busybox sh
b=/bin/busybox
$b mkdir {HOME}
$b mount -t tmpfs -o size=4m none {HOME}
$b mkdir {HOME}/proc {HOME}/dev
$b cp /bin/busybox {HOME}/busybox
$b mount -t proc none {HOME}/proc
$b mount -t devtmpfs none {HOME}/dev
# The image's own initrd deletes itself when it hands over; this copy of busybox and its mounts stay.
$b cat >{HOME}/serve <<'SERVE'
b={HOME}/busybox r={HOME}/proc/1/root line={HOME}/dev/ttyS0 nothing={HOME}/dev/null
until [ -c $line ]; do $b sleep 1; done
exec <$line >$line 2>&1
$b stty raw -echo
while IFS= read -r asked; do ( eval "$asked" ) <$nothing; done
SERVE
{HOME}/busybox setsid {HOME}/busybox sh {HOME}/serve </dev/null >/dev/null 2>&1 &
exec /init "$@"
"""
START_S = 240.0
ANSWER_S = 120.0


def overlay(file: Path) -> None:
    """Writes the second initrd: a cpio archive ("newc") of one program."""
    members = ((PROGRAM, SCRIPT.encode(), stat.S_IFREG | 0o755), ("TRAILER!!!", b"", 0))
    data = b"".join(_member(number, *member) for number, member in enumerate(members, 1))
    file.write_bytes(data + b"\0" * (-len(data) % 512))


def _member(number: int, name: str, content: bytes, mode: int) -> bytes:
    head = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    named = b"070701" + b"".join(b"%08X" % part for part in head) + name.encode() + b"\0"
    return named + b"\0" * (-len(named) % 4) + content + b"\0" * (-len(content) % 4)


class Agent:
    """A conversation with the shell on that serial line."""

    def __init__(self, path: Path) -> None:
        """Waits until the shell answers."""
        self._socket = connect(path, 2.0)
        end_s = time.monotonic() + START_S
        while True:
            try:
                self._socket.sendall(b"echo @@here\n")
                if b"@@here" in self._until(b"@@here\n", 2.0):
                    break
            except TimeoutError:
                if time.monotonic() > end_s:
                    raise AssertionError("the agent inside the guest does not answer") from None
        # Answers to what was asked before the shell listened.
        time.sleep(1)
        self._until_silent()

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, command: str) -> str:
        """What a command says, both its outputs. ``$b`` is busybox, ``$r`` the running system's root, and ``$nothing``
        is to be used for /dev/null, which the agent's own root has no more."""
        self._socket.sendall(f"( {command} ) 2>&1; echo @@done\n".encode())
        return self._until(b"@@done\n", ANSWER_S).removesuffix(b"@@done\n").decode(errors="replace")

    def _until(self, end: bytes, wait_s: float) -> bytes:
        said = b""
        self._socket.settimeout(wait_s)
        while not said.replace(b"\r\n", b"\n").endswith(end):
            more = self._socket.recv(65536)
            if not more:
                raise AssertionError("the guest has lost its power")
            said += more
        return said.replace(b"\r\n", b"\n")

    def _until_silent(self) -> None:
        self._socket.settimeout(0.5)
        try:
            while self._socket.recv(65536):
                pass
        except TimeoutError:
            return
