"""The control socket of a desk: one verb a line in, one answer a line out, for window, tests and trainers alike."""

import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec

from booth.desk.verbs import MAX_LINE_BYTES, DeskState, Reply, Request
from config.errors import BilikError, OperatorError
from config.record import encode
from config.sockets import listen

Do = Callable[[Request], DeskState]


def answer(line: bytes, do: Do) -> bytes:
    """The answer to one line, without its newline; never raises for anything that came in."""
    try:
        return encode(Reply(ok=do(_request(line))))
    except BilikError as refused:
        return encode(Reply(error=refused.en, id=refused.id))


def _request(line: bytes) -> Request:
    try:
        request: Request = msgspec.json.decode(line, type=Request)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise OperatorError(
            f"The desk does not know this request ({fault}). See booth/desk/verbs.py for what it knows.",
            id="Meja tidak mengenal permintaan ini. Lihat booth/desk/verbs.py untuk daftarnya.",
        ) from None
    return request


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        while line := self.rfile.readline(MAX_LINE_BYTES):
            if not line.endswith(b"\n"):
                return  # too long or cut off: what follows would be read as something else
            self.wfile.write(answer(line, self.server.do) + b"\n")


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path, do: Do) -> None:
        super().__init__(str(path), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listen(path)
        self.do = do


class Control:
    """Serves a desk at ``path`` in threads of its own until ``close``."""

    def __init__(self, path: Path, do: Do) -> None:
        self._path = path
        self._server = _Server(path, do)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="desk control", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops listening and removes the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
