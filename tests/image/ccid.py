"""The house's PIV card twin in the guest's USB card reader: what QEMU's ``ccid-card-passthru`` speaks over a socket.

Source: the VSCard protocol, version 0.0.2, as libcacard's ``vscard_common.h`` defines it: a head of three big-endian
words (type, reader, length of what follows), then the message.
"""

import contextlib
import socket
import struct
import threading
import time
from enum import IntEnum
from pathlib import Path

from booth.desk.verbs import ReaderAct, ReaderKind, ReaderState
from config.cards.virtual.applet import Applet
from config.cards.virtual.faults import Fault
from config.errors import OperatorError
from config.sockets import connect

ATR = bytes.fromhex("3B6A0000") + b"Bilik twin"
"""Of a card that speaks T=0: QEMU's reader hands on whole APDUs either way, and guests did not take a T=1 card."""
VERSION = 2
READER, NO_READER = 0, 0xFFFFFFFF
HEAD = struct.Struct(">III")
CONNECT_S = 30.0


class Message(IntEnum):
    """What is said, either way."""

    INIT = 1
    ERROR = 2
    READER_ADD = 3
    READER_REMOVE = 4
    ATR = 5
    CARD_REMOVE = 6
    APDU = 7
    FLUSH = 8
    FLUSH_COMPLETE = 9


class CcidPlace:
    """The place for one card in the guest's reader; see ``booth.desk.reader.DeskReader``.

    A card may lie in it before the guest has power: the reader tells of it as soon as it is connected.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._applet: Applet | None = None
        self.commands = 0
        """APDUs that the guest has sent, all told."""

    def connect(self, path: Path) -> None:
        """Plugs the reader into an emulator that has just been started."""
        end_s = time.monotonic() + CONNECT_S
        while True:
            try:
                line = connect(path, CONNECT_S)
                break
            except OSError:
                if time.monotonic() > end_s:
                    raise
                time.sleep(0.05)
        line.settimeout(None)
        with self._lock:
            self._line = line
            self._say(Message.INIT, b"VSCD" + struct.pack(">II", VERSION, 0), NO_READER)
            self._say(Message.READER_ADD, b"", NO_READER)
            if self._applet is not None:
                self._say(Message.ATR, ATR)
        self._thread = threading.Thread(target=self._serve, args=(line,), name="card reader", daemon=True)
        self._thread.start()

    def disconnect(self) -> None:
        """The guest's power is gone, and with it whatever the card remembered."""
        with self._lock:
            line, self._line = self._line, None
            if self._applet is not None:
                self._applet.power_off()
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _serve(self, line: socket.socket) -> None:
        # The emulator may end at any moment.
        with contextlib.suppress(OSError):
            while (head := _exactly(line, HEAD.size)) is not None:
                kind, _, length = HEAD.unpack(head)
                said = _exactly(line, length)
                if said is None:
                    return
                if kind == Message.APDU:
                    self._answer(said)

    def _answer(self, command: bytes) -> None:
        with self._lock:
            self.commands += 1
            # An answer that a card gave which is being pulled is lost.
            if self._applet is not None:
                self._say(Message.APDU, self._applet.process(command))

    def _say(self, kind: Message, said: bytes, reader: int = READER) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.sendall(HEAD.pack(kind, reader, len(said)) + said)

    # The desk's reader

    @property
    def state(self) -> ReaderState:
        return ReaderState(kind=ReaderKind.VIRTUAL, plugged=self._line is not None)

    @property
    def environment(self) -> dict[str, str]:
        return {}

    @property
    def holds_card(self) -> bool:
        return self._applet is not None

    def insert(self, file: Path) -> None:
        with self._lock:
            self._applet = Applet(file)
            self._say(Message.ATR, ATR)

    def remove(self) -> None:
        with self._lock:
            self._applet = None
            self._say(Message.CARD_REMOVE, b"")

    def cable(self, act: ReaderAct) -> None:
        raise OperatorError("This reader is soldered in.", id="Pembaca ini terpasang tetap.")

    def spoil(self, fault: Fault | None) -> None:
        raise OperatorError("This reader's cards are good ones.", id="Kartu pembaca ini selalu baik.")

    def close(self) -> None:
        self.disconnect()


def _exactly(line: socket.socket, count: int) -> bytes | None:
    got = b""
    while len(got) < count:
        more = line.recv(count - len(got))
        if not more:
            return None
        got += more
    return got
