"""The reader's control socket: one verb a line in, one answer a line out, for desk, tests and trainers alike."""

import socketserver
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from config.cards.virtual.verbs import MAX_LINE_BYTES, SOCKET, ReaderState, Reply, Request
from config.errors import BilikError, DeviceError, OperatorError
from config.record import encode
from config.sockets import connect, listen

Do = Callable[[Request], ReaderState]

_TIMEOUT_S = 20.0


def answer(line: bytes, do: Do) -> bytes:
    """The answer to one line, without its newline; never raises for anything that came in."""
    try:
        return encode(Reply(ok=do(_request(line))))
    except BilikError as refused:
        return encode(Reply(error=refused.en, id=refused.id))


def ask(folder: Path, request: Request) -> ReaderState:
    """Asks the reader in ``folder``; raises OperatorError with its own sentence, DeviceError when there is none."""
    try:
        with connect(folder / SOCKET, _TIMEOUT_S) as line:
            line.sendall(encode(request) + b"\n")
            with line.makefile("rb") as lines:
                reply = msgspec.json.decode(lines.readline(MAX_LINE_BYTES), type=Reply)
    except (OSError, msgspec.DecodeError) as fault:
        raise DeviceError(
            f"No virtual card reader answers in {folder}. Start it first.",
            id=f"Tidak ada pembaca kartu virtual yang menjawab di {folder}. Mulai dulu.",
        ) from fault
    if reply.ok is None:
        raise OperatorError(reply.error or "", id=reply.id or "")
    return reply.ok


def _request(line: bytes) -> Request:
    try:
        request: Request = msgspec.json.decode(line, type=Request)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise OperatorError(
            f"The virtual reader does not know this request ({fault}). See config/cards/virtual/verbs.py.",
            id="Pembaca virtual tidak mengenal permintaan ini. Lihat config/cards/virtual/verbs.py.",
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
    """Serves a reader at ``path`` in threads of its own, as long as the process lives."""

    def __init__(self, path: Path, do: Do) -> None:
        self._server = _Server(path, do)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="reader control", daemon=True).start()
