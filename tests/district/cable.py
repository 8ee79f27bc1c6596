"""A network cable between a desk and the database's server: two ends of the kernel's own, and a way to pull it.

A program that merely stops forwarding would not do: its own kernel would go on answering for it.
"""

import os
import select
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SERVER, DESK = "198.18.0.1", "198.18.0.2"
"""Addresses for trying networks (RFC 2544): nobody else's."""


class Cable:
    """The desk is a network namespace; the server listens at this end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.port = 0

    def desk(self, command: list[str]) -> list[str]:
        """That command, at the desk."""
        return ["ip", "netns", "exec", self._name, *command]

    def url(self, local: str) -> str:
        """A database's URL as the desk names it; ``local`` has ``/NAME?host=FOLDER`` for the server's socket."""
        user, _, rest = local.removeprefix("postgresql://").partition("@/")
        return f"postgresql://{user}@{SERVER}:{self.port}/{rest.partition('?')[0]}"

    def pull(self) -> None:
        """Nothing passes, and nobody is told."""
        _ip("link", "set", self._name, "down")

    def put_back(self) -> None:
        _ip("link", "set", self._name, "up")


def why_not() -> str | None:
    """Why no cable can be laid here; None where one can."""
    if os.getuid() != 0:
        return "only root may lay a network cable"
    name = f"try{os.getpid()}"
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", f"{name}-b")
        _ip("link", "delete", name)
        _ip("netns", "add", name)
        _ip("netns", "delete", name)
    except OSError:
        return "apt-get install iproute2"
    except subprocess.CalledProcessError as refused:
        return f"this machine lets nobody lay a network cable ({refused.stderr.decode().strip()})"
    return None


@contextmanager
def laid(server: Path) -> Iterator[Cable]:
    """A cable whose one end is the PostgreSQL whose socket lies in the folder ``server``."""
    name = f"bilik{os.getpid()}"
    cable = Cable(name)
    _ip("netns", "add", name)
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", "desk", "netns", name)
        try:
            _ip("address", "add", f"{SERVER}/30", "dev", name)
            _ip("link", "set", name, "up")
            _ip("-netns", name, "address", "add", f"{DESK}/30", "dev", "desk")
            _ip("-netns", name, "link", "set", "desk", "up")
            with _Far((SERVER, 0), server) as far:
                cable.port = far.server_address[1]
                threading.Thread(target=far.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
                yield cable
                far.shutdown()
        finally:
            _ip("link", "delete", name)
    finally:
        _ip("netns", "delete", name)


class _Far(socketserver.ThreadingTCPServer):
    """Passes each connection on to the server's socket."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: Path) -> None:
        super().__init__(address, _Passing)
        self.folder = folder


class _Passing(socketserver.BaseRequestHandler):
    server: _Far

    def handle(self) -> None:
        near = self.request
        with socket.socket(socket.AF_UNIX) as far, suppress(OSError):
            far.connect(str(next(self.server.folder.glob(".s.PGSQL.*[0-9]"))))
            while True:
                for one in select.select((near, far), (), ())[0]:
                    data = one.recv(65536)
                    if not data:
                        return
                    (far if one is near else near).sendall(data)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=60)
