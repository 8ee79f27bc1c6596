"""``bilik-booth``: the appliance. It shows the booth's screen and runs until it is told to stop."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from booth.clock import DeskClock, SystemClock
from booth.crash import account, tell_no_values
from booth.device import Device
from booth.ground.told import FOLDER
from booth.notify import Part, Pulse, notifier
from booth.onpaper import tell_no_screen
from booth.panel import connected, long_side_mm
from booth.runner import Runner
from booth.running import running
from booth.screens.environment import NoScreen, Surroundings, Video, prepare
from booth.views import Frame
from booth.vitals import Sensors
from booth.watch import CARD_PURSE_S
from booth.wishes import ZONE, Wishes, read, set_zone
from config.cards.pcsc import PcscReader
from config.cards.port import Reader
from config.cards.soft import SoftReader
from config.errors import BilikError
from config.memory import keep_out_of_cores
from printer.port import SerialPrinter
from printer.profiles import PROFILES
from sync.media import Stick

EXIT_USAGE, EXIT_CRASH = 2, 70
SHUTDOWN_S = 3.0
"""People pull the plug of what does not go out in five seconds; whatever was confirmed is on the disk already."""
CHECK = "check"
CARD_PLACE = Path("/run/bilik/card")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when the window was closed, 2 for wrong use, 70 when the booth stopped itself after a mistake.

    With ``check`` as the first word it is booth.check's command, with exit codes of its own.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == [CHECK]:
        # The words of both languages are read for it, and a booth need not wait for them.
        from booth.check import main as check  # noqa: PLC0415

        return check(arguments[1:])
    keep_out_of_cores()
    tell_no_values()
    options = _parser().parse_args(arguments)
    wished = _take_wishes(options)
    try:
        # A window on a desktop is not the panel: there only what is said counts.
        long_mm = long_side_mm(connected()) if options.fullscreen else None
        measured = bool(options.dots_per_mm or long_mm) or not options.fullscreen
        device = _device(options, measured=measured, understood=not wished.refused)
        width, height = options.size
        prepare(Surroundings(width, height, fullscreen=options.fullscreen, video=options.video, left_top=options.at))
    except BilikError as fault:
        return _refuse(fault)
    # Kivy reads its environment when it is first imported, so the app comes after ``prepare``.
    from booth.app import BoothApp  # noqa: PLC0415

    app: BoothApp

    def show(frame: Frame) -> None:
        app.show(frame)

    pulse = Pulse(notifier(os.environ))
    runner = Runner(device, show, partial(pulse.beat, Part.RUNNER))
    app = BoothApp(runner.post, options.dots_per_mm, long_mm, partial(pulse.beat, Part.SCREEN))
    # A stick or reader that hangs must not keep the process from ending.
    thread = threading.Thread(target=_run, args=(runner,), name="runner", daemon=True)

    def end(*_: object) -> None:
        app.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    app.bind(on_start=lambda _: thread.start())
    try:
        app.run()
    except NoScreen as fault:
        # The service manager gives such a folder; elsewhere somebody reads what is said here.
        place = os.environ.get("RUNTIME_DIRECTORY")
        tell_no_screen(device, Path(place) if place else None)
        device.printer.close()
        return _refuse(fault)
    pulse.stopping()
    runner.stop()
    if thread.is_alive():
        thread.join(SHUTDOWN_S)
    device.printer.close()
    if isinstance(device.reader, PcscReader):
        device.reader.close()
    return 0


def _refuse(fault: BilikError) -> int:
    sys.stderr.write(f"{fault.id}\n{fault.en}\n")
    return EXIT_USAGE


def _run(runner: Runner) -> None:
    """A mistake of ours must not leave a screen that looks alive: the process ends, and starts again safely."""
    try:
        runner.run()
    except Exception:
        _crash()


def _crash() -> NoReturn:
    kind, fault, trace = sys.exc_info()
    sys.stderr.write(account(kind or Exception, fault, trace))
    sys.stderr.flush()
    os._exit(EXIT_CRASH)


def _take_wishes(options: argparse.Namespace) -> Wishes:
    """What was set on the appliance takes the place of what its unit says."""
    if options.wishes is None:
        return Wishes()
    wished = read(options.wishes)
    options.profile = wished.profile or options.profile
    options.baud = wished.baud or options.baud
    options.dots_per_mm = wished.dots_per_mm or options.dots_per_mm
    set_zone(wished.zone or ZONE)
    return wished


def _device(options: argparse.Namespace, *, measured: bool = True, understood: bool = True) -> Device:
    with suppress(OSError):
        # Without a place to keep anything the booth starts and says so.
        options.data.mkdir(parents=True, exist_ok=True)
    desk: Path | None = options.desk
    profile = PROFILES[options.profile]
    return Device(
        data=options.data,
        reader=options.card or SoftReader(desk / "card" if desk else CARD_PLACE),
        stick=Stick(desk / "stick" if desk else options.stick),
        printer=SerialPrinter(desk / "printer" if desk else options.printer, profile, options.baud),
        profile=profile,
        clock=DeskClock(desk / "clock") if desk else SystemClock(),
        sensors=Sensors(desk / "sys") if desk else Sensors(),
        measured=measured,
        understood=understood,
        running=running(desk / "image") if desk else running(),
        told=desk / "told" if desk else FOLDER,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bilik-booth",
        description="The booth: voter's touchscreen, card, printer and sealed store. "
        f"'bilik-booth {CHECK} --printer' finds out what a connected printer can do.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder for package, store and batch")
    parser.add_argument("--desk", type=Path, help="a simulated desk's folder (bilik-sim)")
    parser.add_argument(
        "--card",
        type=_reader,
        metavar="pcsc[:READER]|PLACE",
        help="pcsc: smart cards in any reader; pcsc:READER: in readers whose name has READER in it; else the place "
        f"where a soft card is put in (rehearsals; {CARD_PLACE})",
    )
    parser.add_argument("--stick", type=Path, default=Path("/run/bilik/stick"), help="where the stick is mounted")
    parser.add_argument("--printer", type=Path, default=Path("/dev/serial0"), help="the printer's serial line")
    parser.add_argument("--baud", type=int, default=115_200, help="speed of the serial line")
    parser.add_argument("--profile", choices=sorted(PROFILES), default=next(iter(PROFILES)), help="printer profile")
    parser.add_argument("--wishes", type=Path, help="file with what was set for an appliance")
    parser.add_argument("--size", type=_size, default=(1280, 800), help="screen in dots, as 1280x800")
    parser.add_argument(
        "--dots-per-mm", type=float, help="dots per millimetre; without it as the panel says, else as on 10 inches"
    )
    parser.add_argument("--video", type=Video, choices=list(Video), default=_video(), help="what SDL draws with")
    parser.add_argument("--at", type=_size, metavar="XxY", help="where the window stands on a desktop, as 16x16")
    parser.add_argument("--fullscreen", action="store_true", help="cover the whole screen")
    return parser


def _video() -> Video:
    """A window where there is a window system, else the bare screen of the appliance."""
    if os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY"):
        return Video.WAYLAND
    return Video.X11 if os.environ.get("DISPLAY") else Video.KMSDRM


def _reader(text: str) -> Reader:
    kind, _, name = text.partition(":")
    return PcscReader(name, purse_s=CARD_PURSE_S) if kind == "pcsc" else SoftReader(Path(text))


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)
