"""The control socket of a desk: one verb a line in, one answer a line out, for window, tests and trainers alike."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from booth.desk.verbs import MAX_LINE_BYTES, DeskState, Reply, Request
from config.errors import BilikError, OperatorError
from config.lineserver import LineServer
from config.record import encode

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


class Control(LineServer):
    """Serves a desk at ``path`` until ``close``."""

    def __init__(self, path: Path, do: Do) -> None:
        super().__init__(path, partial(answer, do=do), MAX_LINE_BYTES, "desk control")
