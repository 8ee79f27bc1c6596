"""``make try``: a small rehearsal is prepared with the staff's own commands; booth and desk open beside each other."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from booth.desk.control import Control
from booth.desk.rehearsal import freeing, prepare, real_cards_out
from booth.desk.showing import require_display, show
from booth.desk.simulation import Simulation
from booth.desk.verbs import SOCKET, ReaderKind
from config.cards.pcsc import PcscReader
from config.cards.port import CardDamaged, ReaderGone
from config.cards.virtual.reader import why_not
from config.errors import DeviceError, OperatorError

TRY_FOLDER = "try"
OURS = ".bilik-try"
"""Marks a folder that we made and may make anew."""
BOOTH_SIZE, BOOTH_DOTS_PER_MM = (800, 500), 3.69
"""The 10-inch panel's 217 x 136 mm, with fewer dots, so that two windows fit on a laptop."""
GAP_DOTS = 2
PRINTER_SPEED_MM_S = 120.0


def hold(folder: Path, kind: ReaderKind) -> int:
    """Prepares a rehearsal in ``folder``, opens booth and desk, and ends both when one of them is closed."""
    require_display()
    _require_reader(kind)
    _make_room(folder)
    rehearsal = prepare(folder, kind)
    speed_mm_s = PRINTER_SPEED_MM_S
    with (
        Simulation(folder / "desk", rehearsal.cards, rehearsal.stick, kind=kind, speed_mm_s=speed_mm_s) as simulation,
        Control(folder / "desk" / SOCKET, simulation.do),
        _booth(folder, simulation) as booth,
    ):
        show(simulation, until=lambda: booth.poll() is not None, left_top=(BOOTH_SIZE[0] + 2 * GAP_DOTS, GAP_DOTS))
    return 0


def _require_reader(kind: ReaderKind) -> None:
    """Raises DeviceError where cards of that kind cannot be read, before anything is made."""
    match kind:
        case ReaderKind.VIRTUAL:
            why = why_not()
            if why is not None:
                raise DeviceError(why[1], id=why[0])
        case ReaderKind.PCSC:
            reader = PcscReader()
            try:
                reader.card()
            except ReaderGone:
                raise DeviceError(
                    "No card reader is found. Plug one in (and see that pcscd runs), then start again; without one: "
                    "bilik-sim --try --card virtual",
                    id="Pembaca kartu tidak ditemukan. Pasang pembaca (dan pastikan pcscd berjalan), lalu mulai lagi; "
                    "tanpa pembaca: bilik-sim --try --card virtual",
                ) from None
            except CardDamaged:
                pass  # the reader is there, and what lies in it is told when a card is asked for
            finally:
                reader.close()
        case ReaderKind.SOFT:
            pass


def _make_room(folder: Path) -> None:
    if folder.exists():
        if not (folder / OURS).exists() and any(folder.iterdir()):
            raise OperatorError(
                f"{folder} holds other things. Name a new folder: bilik-sim --try FOLDER",
                id=f"{folder} berisi hal lain. Sebutkan folder baru: bilik-sim --try FOLDER",
            )
        if real_cards_out(folder):
            command = freeing(folder)
            raise OperatorError(
                f"Real cards of the try before still have its keys. Set them free: {command}; or use another folder: "
                "bilik-sim --try FOLDER",
                id=f"Kartu asli dari percobaan sebelumnya masih berkunci lama. Bebaskan: {command}; atau pakai folder "
                "lain: bilik-sim --try FOLDER",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / OURS).touch()


@contextmanager
def _booth(folder: Path, desk: Simulation) -> Iterator["subprocess.Popen[bytes]"]:
    """The booth in a window of its own; it is stopped when the desk is closed."""
    size = "x".join(str(dots) for dots in BOOTH_SIZE)
    command = [sys.executable, "-m", "booth", "--data", str(folder / "data"), *desk.booth_arguments]
    window = ["--size", size, "--dots-per-mm", str(BOOTH_DOTS_PER_MM), "--at", f"{GAP_DOTS}x{GAP_DOTS}"]
    # Our own command with our own arguments, no shell between.
    process = subprocess.Popen([*command, *window], env=os.environ | desk.booth_environment)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
