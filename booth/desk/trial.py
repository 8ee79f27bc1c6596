"""``make try``: a small rehearsal is prepared with the staff's own commands; booth and desk open beside each other."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import config
from booth.desk.control import Control
from booth.desk.desk import DeskCard, cards_in
from booth.desk.showing import require_display, show
from booth.desk.simulation import Simulation
from booth.desk.verbs import SOCKET
from config.errors import OperatorError

TRY_FOLDER = "try"
SAMPLE = Path(config.__file__).parent / "sample"
OURS = ".bilik-try"
"""Marks a folder that we made and may make anew."""
TPS = "001"
"""The polling station whose first booth is tried."""
BOOTH_SIZE, BOOTH_DOTS_PER_MM = (800, 500), 3.69
"""The 10-inch panel's 217 x 136 mm, with fewer dots, so that two windows fit on a laptop."""
WAITS = re.compile(r"(idle_warning_s|check_warning_s|countdown_s|box_sign_s) *=")
"""Settings of the sample that are shortened for the demo."""
GAP_DOTS = 2
PRINTER_SPEED_MM_S = 120.0


def hold(folder: Path) -> int:
    """Prepares a rehearsal in ``folder``, opens booth and desk, and ends both when one of them is closed."""
    require_display()
    _make_room(folder)
    cards, stick = prepare(folder)
    with (
        Simulation(folder / "desk", cards, stick, speed_mm_s=PRINTER_SPEED_MM_S) as simulation,
        Control(folder / "desk" / SOCKET, simulation.do),
        _booth(folder) as booth,
    ):
        show(simulation, until=lambda: booth.poll() is not None, left_top=(BOOTH_SIZE[0] + 2 * GAP_DOTS, GAP_DOTS))
    return 0


def _make_room(folder: Path) -> None:
    if folder.exists():
        if not (folder / OURS).exists() and any(folder.iterdir()):
            raise OperatorError(
                f"{folder} holds other things. Name a new folder: bilik-sim --try FOLDER",
                id=f"{folder} berisi hal lain. Sebutkan folder baru: bilik-sim --try FOLDER",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / OURS).touch()


def prepare(folder: Path) -> tuple[tuple[DeskCard, ...], Path]:
    """The cards of one booth's desk and the folder of its stick, made as a district makes them."""
    work, cards, packages = folder / "district", folder / "cards", folder / "packages"
    environment = os.environ | {"BILIK_PASSPHRASE": secrets.token_urlsafe(24)}

    def district(*arguments: str | Path) -> None:
        command = [sys.executable, "-m", "sync.district", *map(str, arguments)]
        # Our own commands with our own arguments, no shell between.
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise OperatorError(
                f"The rehearsal could not be prepared: {done.stderr.strip()}",
                id=f"Gladi tidak dapat disiapkan: {done.stderr.strip()}",
            )

    _say("Menyiapkan gladi kecil dari config/sample …", "Preparing a small rehearsal from config/sample …")
    district("new", _unhurried(folder / "source"), work)
    district("cards", "rehearsal", work, cards)
    for role in ("officers", "committee"):
        district("trustee", "new", work / "request", "--role", role, "--out", folder / f"{role}.trustee")
        district("trustee", "add", work, folder / f"{role}.trustee")
    district("package", work, "--all", packages)
    booth = next(path for path in sorted(packages.iterdir()) if f"-{TPS}-" in path.name)
    at_hand = tuple(card for card in cards_in(cards) if card.role == "committee" or f"-{TPS}-" in card.name)
    for card in at_hand:
        _say(f"{card.holder}: PIN {card.pin}", f"{card.role}")
    return at_hand, booth


def _unhurried(source: Path) -> Path:
    """The sample with an election's own waits: the demo's short ones would call the officer while one looks around."""
    shutil.copytree(SAMPLE, source)
    plan = source / "election.toml"
    lines = plan.read_text(encoding="utf-8").splitlines(keepends=True)
    plan.write_text("".join(line for line in lines if not WAITS.match(line)), encoding="utf-8")
    return source


@contextmanager
def _booth(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The booth in a window of its own; it is stopped when the desk is closed."""
    size = "x".join(str(dots) for dots in BOOTH_SIZE)
    command = [sys.executable, "-m", "booth", "--data", str(folder / "data"), "--desk", str(folder / "desk")]
    window = ["--size", size, "--dots-per-mm", str(BOOTH_DOTS_PER_MM), "--at", f"{GAP_DOTS}x{GAP_DOTS}"]
    process = subprocess.Popen([*command, *window])  # noqa: S603 -- as above
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _say(indonesian: str, english: str) -> None:
    sys.stdout.write(f"{indonesian}\n  {english}\n")
    sys.stdout.flush()
