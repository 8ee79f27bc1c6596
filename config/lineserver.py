"""A server at a Unix socket: one line in, one line out, a thread for each who asks."""

import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from config.sockets import listen

Answer = Callable[[bytes], bytes]
"""Of a line with its newline, the answer without one; never raises."""


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        while line := self.rfile.readline(self.server.most):
            if not line.endswith(b"\n"):
                return  # too long or cut off: what follows would be read as something else
            self.wfile.write(self.server.answer(line) + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path, answer: Answer, most: int) -> None:
        super().__init__(str(path), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listen(path)
        self.answer = answer
        self.most = most


class LineServer:
    """Serves at ``path``, for this user only, until ``close`` or as long as the process lives.

    A line of more than ``most`` bytes ends the connection that it came on.
    """

    def __init__(self, path: Path, answer: Answer, most: int, name: str) -> None:
        self._path = path
        self._server = _Server(path, answer, most)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name=name, daemon=True).start()

    def close(self) -> None:
        """Stops listening and removes the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
