"""The place for one card: while a card lies in it, it is connected to vpcd, the reader's driver inside pcscd.

The line (vsmartcard, virtualsmartcard/src/vpcd/vpcd.c): each message has a length of two bytes, big-endian, before it.
One byte from the driver is its order (0 power off, 1 power on, 2 reset, 4 what is the ATR), more are a command APDU.
"""

import contextlib
import socket
import threading
from pathlib import Path

from config.cards.virtual.applet import Applet, Handler
from config.cards.virtual.command import Command
from config.cards.virtual.faults import (
    CONTACTLESS_ATR,
    TOO_LONG,
    Contactless,
    Fault,
    Garbage,
    Pulled,
    Silent,
    Slow,
    TooLong,
    garbage,
    spoil,
)
from config.cards.virtual.session import Session
from config.errors import OperatorError

FIRST_PORT = 35963
"""vpcd's own (8C7B); the second place has the next one."""
_CONNECT_S = 0.05
_AGAIN_S = 0.01
_LOOK_S = 0.45
"""pcscd looks for a card each 0.4 s."""
_LOOKS = 3
"""After so many it has powered a card that is new to it."""
_POWER_ON, _RESET, _ATR = b"\1", b"\2", b"\4"
_NO_ATR = b"\xff" * 40
"""The driver asks for the ATR also to know that a card is there, so an empty one would be no card. More than the 33
bytes of ISO/IEC 7816-3 after power on make it say what it says of a card that stays silent: it cannot be powered."""


class Place:
    """One slot of the reader. Its methods are called by one thread at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._fault: Fault | None = None
        self._playing: _Playing | None = None

    @property
    def card(self) -> Path | None:
        """The file of the card that lies here."""
        playing = self._playing
        return playing.file if playing is not None and not playing.out.is_set() else None

    @property
    def fault(self) -> Fault | None:
        """What was asked for; a card that was pulled so far has had its fault."""
        return None if self._playing is not None and self._playing.knocked_out else self._fault

    @property
    def noticed(self) -> bool:
        """The driver knows what lies here: it has powered the card, or has hung up on the one that was pulled."""
        return self._playing is None or self._playing.noticed

    def insert(self, file: Path) -> None:
        """Raises OperatorError when a card lies here already, InputError for a file that is no card."""
        if self.card is not None:
            raise OperatorError(
                f"The card {self.card.stem} lies in the reader. Take it out first.",
                id=f"Kartu {self.card.stem} masih di pembaca. Cabut dulu.",
            )
        self._fault = self.fault
        self._playing = _Playing(file, self._port, self._fault, before=self._playing)

    def remove(self) -> None:
        """Raises OperatorError when nothing lies here."""
        if self._playing is None or self.card is None:
            raise OperatorError(
                "The reader is empty. Put a card in first.", id="Pembaca kartu kosong. Masukkan kartu dulu."
            )
        self._playing.pull()

    def set_fault(self, fault: Fault | None) -> None:
        """For the card that lies here and for those that come."""
        self._fault = fault
        if self._playing is not None:
            self._playing.set_fault(fault)


class _Playing:
    """One insertion: a thread that plays the card to the driver until it is pulled out."""

    def __init__(self, file: Path, port: int, fault: Fault | None, before: "_Playing | None") -> None:
        self.file = file
        self.out = threading.Event()
        self.knocked_out = False
        """The fault pulled the card, nobody's hand."""
        self._applet = Applet(file, self._spoil)
        self._port = port
        self._line: socket.socket | None = None
        self._fault = fault
        self._before = before
        self._powering = False
        self._powered = False
        self._believed = False
        """pcscd takes it that the card is in, whether it still is or not."""
        self._gone = threading.Event()
        self._answered = 0
        self._contactless = isinstance(fault, Contactless)
        self._silent = isinstance(fault, Silent)
        self._thread = threading.Thread(target=self._play, name=f"card in {port}", daemon=True)
        self._thread.start()

    @property
    def noticed(self) -> bool:
        return self._gone.is_set() if self.out.is_set() else self._powered

    def pull(self) -> None:
        """Out of the reader when it returns; an answer that was under way is lost."""
        self.out.set()
        if self._line is not None:
            with contextlib.suppress(OSError):  # it was never up, or is down already
                # Our half only: that the driver hangs up in turn says that it has noticed.
                self._line.shutdown(socket.SHUT_WR)

    def set_fault(self, fault: Fault | None) -> None:
        self._answered = 0
        self.knocked_out = False
        self._fault = fault

    def _spoil(self, session: Session, command: Command, handler: Handler) -> bytes:
        return spoil(self._fault, session, command, handler)

    def _play(self) -> None:
        try:
            self._lie_in()
        finally:
            self._gone.set()

    def _lie_in(self) -> None:
        if self._before is not None:
            # One after the other, or a quick hand would let the driver see no change at all.
            self._before._gone.wait()
            self._before = None
        # A card that is pulled in mid-command, or while it is reset, is gone for the driver before pcscd has asked. It
        # must ask once before the next card comes, or it sees no change: so an empty line stands there until it does.
        while not self.out.is_set() or self._believed:
            try:
                self._line = line = socket.create_connection(("127.0.0.1", self._port), _CONNECT_S)
            except ConnectionRefusedError:
                # pcscd is away. The next one will know no card.
                self._believed = False
                self.out.wait(_AGAIN_S)
                continue
            except OSError:
                continue  # its queue is full of cards that it has not looked at
            with line:
                line.settimeout(None)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with contextlib.suppress(OSError):  # the reader is gone; it may come back
                    self._serve(line)
            self._applet.power_off()
            if not (self._powered or self.out.is_set()):
                # pcscd heard that the old card was gone only while it let a client go, and forgot it: it takes this
                # card for the old one. It must look at an empty place once.
                self.out.wait(_LOOK_S)
            self._powered = False

    def _serve(self, line: socket.socket) -> None:
        if self.out.is_set():
            line.shutdown(socket.SHUT_WR)
        looks = 0
        while (message := _receive(line)) is not None:
            # So the driver asks when pcscd asks it whether a card is there; after power on it wants to know which one.
            looked = message == _ATR and not self._powering
            if len(message) > 1:
                answer = self._answer(message)
            elif message == _ATR:
                answer = self._atr()
            else:
                self._applet.power_off()
                self._powering = message in (_POWER_ON, _RESET)
                self._believed = True
                continue
            self._believed = not (self.out.is_set() and looked)
            if self.out.is_set():
                continue  # nobody hears it
            looks += looked
            if looks > _LOOKS and not self._powered:
                return
            if answer is not None:
                line.sendall(len(answer).to_bytes(2, "big") + answer)

    def _atr(self) -> bytes:
        powering, self._powering = self._powering, False
        self._powered |= powering
        if self._silent and powering:
            return _NO_ATR
        return CONTACTLESS_ATR if self._contactless else self._applet.atr

    def _answer(self, command: bytes) -> bytes | None:
        if self.out.is_set():
            return None
        fault = self._fault
        match fault:
            case Pulled() if self._answered >= fault.after:
                self.knocked_out = True
                self.pull()
                return None
            case Slow():
                self.out.wait(fault.seconds)
        self._answered += 1
        answer = self._applet.process(command)
        match fault:
            case Garbage():
                return garbage()
            case TooLong():
                return TOO_LONG
        return answer


def _receive(line: socket.socket) -> bytes | None:
    """One message; None when the driver hung up."""
    head = _exactly(line, 2)
    return None if head is None else _exactly(line, int.from_bytes(head, "big"))


def _exactly(line: socket.socket, count: int) -> bytes | None:
    got = b""
    while len(got) < count:
        # The driver sends length and message apart: acknowledged late, each message costs 40 ms.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        more = line.recv(count - len(got))
        if not more:
            return None
        got += more
    return got
