"""A staff desk with a real pcscd: virtual cards, a workspace that issues them, and hands that put them in and out."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from config.cards.pcsc import PcscReader
from config.cards.piv.apdu import Apdu
from config.cards.piv.card import PivCard
from config.cards.port import CardGone
from config.cards.virtual.applet import Applet
from config.cards.virtual.card import Profile, new_virtual_card
from config.cards.virtual.reader import VirtualReader
from config.minisign import SecretKey
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, PASSPHRASE, Ran, district

VILLAGE = BOOTHS[0][:13]
PIN = "427516"
OTHER_PIN = "908172"
LOOK_S = 0.02
GET_METADATA = 0xF7


def officer(name: str = "Sri Wahyuni", tps: int = 1) -> tuple[object, ...]:
    """Options of ``cards issue``."""
    return ("--role", "officers", "--village", VILLAGE, "--tps", tps, "--holder", name)


def member(name: str) -> tuple[object, ...]:
    return ("--role", "committee", "--village", VILLAGE, "--holder", name)


class Power:
    """A card under power without a reader: for what must be tried at every single command."""

    def __init__(self, path: Path, pulled_after: int | None = None, *, tells: bool = True) -> None:
        """``tells``: it answers GET METADATA, as newer cards do."""
        self._applet = Applet(path)
        self._left = pulled_after
        self._tells = tells
        self.sent = 0

    def transmit(self, apdu: Apdu) -> bytes:
        if self._left is not None and self.sent >= self._left:
            raise CardGone
        self.sent += 1
        command = apdu.reveal()
        return b"\x6d\x00" if command[1] == GET_METADATA and not self._tells else self._applet.process(command)

    def again(self) -> PivCard:
        """Off and on."""
        self._applet.power_off()
        return PivCard(self)


@dataclass
class PivDesk:
    """The staff's table: one workspace, its reader, cards as files."""

    folder: Path
    reader: VirtualReader
    root: SecretKey
    said: list[str] = field(default_factory=list)
    """All that commands have written to the terminal."""

    @property
    def path(self) -> Path:
        return self.folder / "workspace"

    @property
    def workspace(self) -> Workspace:
        """As it stands on the disk now."""
        return Workspace(self.path)

    def card(self, name: str, profile: Profile = Profile.YUBICO) -> Path:
        """A card from the factory."""
        path = self.folder / f"{name}.piv"
        new_virtual_card(path, profile)
        return path

    def put_in(self, card: Path) -> Path:
        """Into the empty reader; returns when PC/SC sees it."""
        self.reader.insert(card)
        wait_for(self._sees)
        return card

    def take_out(self) -> None:
        self.reader.remove()
        wait_for(lambda: not self._sees())

    def staff(self, command: str, *arguments: object) -> Ran:
        """``cards`` without a terminal; a card is not waited for for long, and the root key lies open beside."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Workspace, "unlock", lambda workspace, passphrase: self.root)  # argon2id takes half a second
            ran = district("cards", command, self.path, *arguments, "--wait", "3")
        self.said.append(ran.stdout + ran.stderr)
        assert "Traceback" not in ran.stderr
        return ran

    def done(self, command: str, *arguments: object) -> str:
        ran = self.staff(command, *arguments)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def refused(self, command: str, *arguments: object) -> str:
        """Why."""
        ran = self.staff(command, *arguments)
        assert ran.returncode == 1, ran.stdout + ran.stderr
        return ran.stderr

    def pin_file(self, pin: str = PIN) -> Path:
        path = self.folder / f"pin-{pin}"
        path.write_text(f"{pin}\n")
        return path

    def issue(self, name: str, *holder: object, pin: str = PIN) -> Path:
        """A new card, issued; it lies in the reader."""
        card = self.put_in(self.card(name))
        self.done("issue", *(holder or officer()), "--pin-file", self.pin_file(pin))
        return card

    def _sees(self) -> bool:
        """Whether pcscd says that a card lies there; the card itself is not spoken to, somebody else may be."""
        reader = PcscReader()
        try:
            return bool(reader._look())
        finally:
            reader.close()


@dataclass
class Terminal:
    """A command at a terminal of its own, and somebody who reads it and types."""

    arguments: tuple[object, ...]
    seen: str = ""
    read: int = 0

    def __enter__(self) -> Self:
        words = [sys.executable, "-m", "sync.district", "cards", *map(str, self.arguments)]
        self.child, self.line = pty.fork()
        if self.child == 0:
            # As a terminal's shell does: tests that were started in the background ignore interrupts, and pass that on.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(sys.executable, words, os.environ | {"BILIK_PASSPHRASE": PASSPHRASE, "COLUMNS": "200"})  # noqa: S606
        return self

    def until(self, words: str, within_s: float = 20) -> str:
        """What was said up to and with these words."""
        end_s = time.monotonic() + within_s
        while words not in self.seen[self.read :]:
            assert self._hear(end_s - time.monotonic()), f"{words!r} was never said:\n{self.seen}"
        start, self.read = self.read, self.seen.index(words, self.read) + len(words)
        return self.seen[start : self.read]

    def types(self, text: str) -> None:
        os.write(self.line, f"{text}\n".encode())

    def ends(self, within_s: float = 20) -> int:
        """The exit status."""
        end_s = time.monotonic() + within_s
        while self._hear(end_s - time.monotonic()):
            pass
        assert time.monotonic() < end_s, f"it did not end:\n{self.seen}"
        _, status = os.waitpid(self.child, 0)
        self.child = 0
        return os.waitstatus_to_exitcode(status)

    def __exit__(self, *_: object) -> None:
        os.close(self.line)
        if self.child:
            os.kill(self.child, 9)
            os.waitpid(self.child, 0)

    def _hear(self, wait_s: float) -> bool:
        """False when nothing comes any more."""
        if not select.select([self.line], [], [], max(wait_s, 0))[0]:
            return False
        try:
            data = os.read(self.line, 65536)
        except OSError:
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)


def judge(*command: object, text: str = "") -> subprocess.CompletedProcess[str]:
    """A program of somebody else, on the card in the same reader."""
    return subprocess.run(
        [str(word) for word in command], input=text, capture_output=True, text=True, timeout=30, check=False
    )


def holds(data: bytes, digits: str) -> bool:
    """Whether a PIN stands there; a run of digits within a hash is none."""
    return re.search(rb"(?<![0-9A-Za-z+/])" + digits.encode() + rb"(?![0-9A-Za-z+/])", data) is not None


def wait_for(condition: Callable[[], bool], within_s: float = 10) -> None:
    end_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(LOOK_S)
