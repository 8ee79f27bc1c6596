"""The robot's socket inside the application: requests wait there until a frame answers them in Kivy's own thread."""

import socketserver
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, Queue

import msgspec

from config.sockets import listen
from tests.robot.wire import Reply, Request

Answer = Callable[[Request], Reply]
LONGEST_FRAME_S = 30


class Ears:
    """Listens at ``path``; ``answer_all`` is called once a frame."""

    def __init__(self, path: Path) -> None:
        self._waiting: Queue[tuple[Request, Future[Reply]]] = Queue()
        self._server = _Server(path, self._ask)
        threading.Thread(target=self._server.serve_forever, name="robot's ears", daemon=True).start()

    def _ask(self, line: bytes) -> Reply:
        future: Future[Reply] = Future()
        self._waiting.put((msgspec.json.decode(line, type=Request), future))  # type: ignore[arg-type]
        return future.result(LONGEST_FRAME_S)

    def answer_all(self, answer: Answer) -> None:
        """Answers what was asked since the last frame."""
        while True:
            try:
                request, future = self._waiting.get_nowait()
            except Empty:
                return
            try:
                future.set_result(answer(request))
            except Exception as fault:
                future.set_result(Reply(error=repr(fault)))


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        for line in self.rfile:
            try:
                self.wfile.write(msgspec.json.encode(self.server.ask(line)) + b"\n")
            except (BrokenPipeError, ConnectionResetError):
                return


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path, ask: Callable[[bytes], Reply]) -> None:
        super().__init__(str(path), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listen(path)
        self.ask = ask
