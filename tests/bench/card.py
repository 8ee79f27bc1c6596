"""From card in to the voter's first screen, through the real appliance and a real pcscd, part by part.

The hand that pulls the card is as quick as the screen that asks for it. Floor: what pcscd itself needs, in the same
run and with no booth, to see the same card come, to read which card it is, and to see it go. pcscd looks at this
driver's cards every 0.4 s; a USB reader tells of them at once. The card is a simulated one that signs in no time: a
real one adds what its two signatures take.
"""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

from smartcard import scard

from booth.desk.client import DeskClient
from booth.desk.verbs import SOCKET, Place
from config.cards.virtual.reader import VirtualReader, why_not
from tests.cards.election import piv_election
from tests.district.election import BOOTHS, Made
from tests.robot.driver import Robot

ROUNDS = 15
BOOTH = BOOTHS[2]
OFFICER, COMMITTEE = f"officers-{BOOTH[:17]}-1.piv", f"committee-{BOOTH[:13]}-1.piv"
POLL_S = 0.4
"""How often pcscd looks at the virtual reader."""
_PATIENCE_MS = 5000


@dataclass(frozen=True)
class Unlock:
    """One session's beginning, in seconds."""

    seen: float
    """The card comes, until pcscd has seen it."""
    proved: float
    """Until the screen says that the session is unlocked: *take your card*."""
    missed: float
    """The card goes, until pcscd has missed it."""
    shown: float
    """Until the voter's first screen."""

    @property
    def whole(self) -> float:
        return self.seen + self.proved + self.missed + self.shown


PARTS = {
    "seen": "in, until pcscd has seen it",
    "proved": "until 'take your card'",
    "missed": "out, until pcscd has missed it",
    "shown": "until 'choose'",
}


class Floor:
    """PC/SC and nothing else."""

    def __init__(self, reader: VirtualReader) -> None:
        self._reader = reader
        _, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _, names = scard.SCardListReaders(self._context, [])
        self._name = names[0]
        self._known = scard.SCARD_STATE_UNAWARE

    def sees(self, card: bool) -> None:
        """Waits until pcscd tells that a card lies there, or none."""
        while True:
            code, [(_, self._known, atr)] = scard.SCardGetStatusChange(
                self._context, _PATIENCE_MS, [(self._name, self._known)]
            )
            if code != scard.SCARD_S_SUCCESS:
                raise TimeoutError("pcscd does not see what the virtual reader did")
            if bool(self._known & scard.SCARD_STATE_PRESENT and atr) == card:
                return

    def once(self, file: Path) -> float:
        """Card in, SELECT, card out."""
        _at_any_moment()
        begin = time.monotonic()
        self._reader.insert(file)
        self.sees(True)
        _, card, protocol = scard.SCardConnect(
            self._context, self._name, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        scard.SCardTransmit(card, protocol, list(bytes.fromhex("00A4040009A0000003080000100000")))
        self._reader.remove()
        self.sees(False)
        taken = time.monotonic() - begin
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
        return taken


class Sessions:
    """A booth that is open, and its officer."""

    def __init__(self, made: Made, reader: VirtualReader, robot: Robot, desk: DeskClient) -> None:
        self._made, self._reader, self._robot, self._desk = made, reader, robot, desk
        self._floor = Floor(reader)

    def open(self) -> None:
        """From the blank device to the first voter."""
        self._robot.wait_for("NotProvisioned", timeout_s=40)
        self._desk.insert_stick()
        self._robot.wait_for("CardWanted:ready")
        with self._card(OFFICER):
            self._robot.wait_for("PinWanted")
            self._robot.type(self._made.pin(OFFICER))
            self._robot.tap("key-ok")
            self._robot.wait_for("OpenChecks")
        self._robot.tap_away("confirm", in_view="OpenChecks")
        self._robot.wait_for("CardWanted:committee-present")
        with self._card(COMMITTEE):
            self._robot.wait_for("SignZeroReport")
        self._robot.tap_away("confirm", in_view="SignZeroReport")
        self._robot.wait_for("WaitingForCard")

    @contextlib.contextmanager
    def _card(self, name: str) -> Iterator[None]:
        self._reader.insert(self._made.cards / name)
        self._floor.sees(True)
        yield
        self._reader.remove()
        self._floor.sees(False)
        self._robot.wait_until(lambda seen: not seen.card, "the card being missed")

    def unlock(self) -> Unlock:
        """One session's beginning; then its voter votes."""
        _at_any_moment()
        begin = time.monotonic()
        self._reader.insert(self._made.cards / OFFICER)
        self._floor.sees(True)
        seen = time.monotonic()
        self._robot.wait_for("TakeCard")
        proved = time.monotonic()
        self._reader.remove()
        self._floor.sees(False)
        missed = time.monotonic()
        self._robot.wait_for("Choosing")
        shown = time.monotonic()
        self._vote()
        return Unlock(seen - begin, proved - seen, missed - proved, shown - missed)

    def _vote(self) -> None:
        self._robot.tap_away("choice-1", in_view="Choosing")
        self._robot.tap_away("yes", in_view="Confirming")
        self._robot.tap("right", in_view="ReadSlip")
        for piece in self._desk.state().hanging:
            self._desk.take_paper(Place.BOX, piece.id)
        self._robot.wait_for("IntoBox", "WaitingForCard")


def run() -> Iterator[str]:
    """A line a part: median and worst in ms."""
    why = why_not()
    if why is not None:
        yield f"card   not measured: {why[1]}"
        return
    with tempfile.TemporaryDirectory() as folder, VirtualReader(Path(folder) / "reader") as reader:
        os.environ["PCSCLITE_CSOCK_NAME"] = str(reader.socket)
        made = piv_election(Path(folder) / "election")
        floor = Floor(reader)
        alone = [floor.once(made.cards / OFFICER) for _ in range(ROUNDS)]
        yield _line("floor: pcscd sees it come and go", alone)
        with _open_booth(made, reader, Path(folder)) as sessions:
            taken = [sessions.unlock() for _ in range(ROUNDS)]
    for part in fields(Unlock):
        yield _line(f"  {PARTS[part.name]}", [getattr(unlock, part.name) for unlock in taken])
    whole = [unlock.whole for unlock in taken]
    factor = median(whole) / median(alone)
    yield f"{_line('card in to the first screen', whole)}   {factor:5.1f} x floor"


def _line(name: str, seconds: list[float]) -> str:
    return f"card   {name:<34} {median(seconds) * 1000:8.0f} ms   worst {max(seconds) * 1000:6.0f} ms"


def _at_any_moment() -> None:
    """People do not wait for pcscd's beat."""
    time.sleep(secrets.randbelow(1000) / 1000 * POLL_S)


@contextlib.contextmanager
def _open_booth(made: Made, reader: VirtualReader, folder: Path) -> Iterator[Sessions]:
    desk, robot = folder / "desk", folder / "robot.sock"
    beside = ["-m", "booth.desk", "--headless", desk, "--stick", made.sticks / BOOTH, "--speed-mm-s", "0"]
    device = ["--data", folder / "data", "--desk", desk, "--card", "pcsc", "--video", "offscreen"]
    with contextlib.ExitStack() as things:
        things.enter_context(_process(beside))
        end_s = time.monotonic() + _PATIENCE_MS / 1000
        while not (desk / SOCKET).exists() and time.monotonic() < end_s:
            time.sleep(0.02)
        client = things.enter_context(DeskClient(desk))
        appliance = things.enter_context(_process(["-m", "tests.robot.launch", robot, "--", *device]))
        eyes = things.enter_context(Robot(robot, alive=lambda: appliance.poll() is None))
        sessions = Sessions(made, reader, eyes, client)
        sessions.open()
        yield sessions


@contextlib.contextmanager
def _process(arguments: list[object]) -> Iterator["subprocess.Popen[bytes]"]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, *map(str, arguments)], stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            yield process
        finally:
            process.terminate()


def main() -> None:
    for line in run():
        print(line, flush=True)


if __name__ == "__main__":
    main()
