"""Opens the desk's window; apart from the window itself, because Kivy reads its surroundings when it is imported."""

import os
import signal
from collections.abc import Callable

from booth.desk.simulation import Simulation
from booth.screens.environment import Surroundings, Video, prepare
from config.errors import DeviceError

SIZE = (560, 720)
"""Of the window in dots: stands beside a booth of 800 dots on a laptop's screen of 1366 x 768."""


def require_display() -> None:
    """Raises DeviceError where no window can be opened."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise DeviceError(
            "There is no display for a window. Run this on a machine with a desktop; without one, 'make demo' holds "
            "an election day by itself, and 'bilik-sim --headless' a desk without a window.",
            id="Tidak ada layar untuk menampilkan jendela. Jalankan di komputer dengan layar; tanpa layar, "
            "'make demo' menjalankan satu hari pemilihan sendiri, dan 'bilik-sim --headless' meja tanpa jendela.",
        )


def show(
    simulation: Simulation, *, until: Callable[[], bool] = lambda: False, left_top: tuple[int, int] | None = None
) -> None:
    """The window, until it is closed, the process is told to stop, or ``until`` says so."""
    video = Video.X11 if os.environ.get("DISPLAY") else Video.WAYLAND
    width, height = SIZE
    prepare(Surroundings(width, height, video=video, title="Bilik: meja / desk"))
    from booth.desk.window import DeskApp  # noqa: PLC0415 -- after prepare

    app = DeskApp(simulation, until, left_top)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.stop())
    app.run()
