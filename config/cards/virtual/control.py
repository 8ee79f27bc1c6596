"""The reader's control socket: one verb a line in, one answer a line out, for desk, tests and trainers alike."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from config.cards.virtual.verbs import MAX_LINE_BYTES, SOCKET, ReaderState, Reply, Request
from config.errors import BilikError, DeviceError, OperatorError
from config.lineserver import LineServer
from config.record import encode
from config.sockets import connect

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


class Control(LineServer):
    """Serves a reader at ``path``, as long as the process lives."""

    def __init__(self, path: Path, do: Do) -> None:
        super().__init__(path, partial(answer, do=do), MAX_LINE_BYTES, "reader control")
