"""Kivy's surroundings, set before its first import: no traces on disk, no switches, no doors out of the booth."""

import atexit
import logging
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum

from booth.sdl import video_driver
from config.errors import DeviceError

FRAMES_PER_SECOND = 20
"""A touch is seen on the screen within two of these, and an idle booth stays cool. Kivy's clock wakes a quarter of
the time early, so they are about 27.
"""


class Video(StrEnum):
    """SDL's video drivers that a booth may draw with."""

    KMSDRM = "kmsdrm"
    """The appliance: no window system at all."""
    X11 = "x11"
    WAYLAND = "wayland"
    OFFSCREEN = "offscreen"
    """No screen: tests and the demo."""


class NoScreen(DeviceError):
    """SDL found nothing of the wanted kind to draw on."""


@dataclass(frozen=True)
class Surroundings:
    """What is decided before Kivy wakes up."""

    width_dots: int = 1280
    height_dots: int = 800
    fullscreen: bool = False
    video: Video = Video.X11
    title: str = "Bilik"
    left_top: tuple[int, int] | None = None
    """Where the window's corner stands on a desktop; None leaves it to the desktop."""


def prepare(wanted: Surroundings) -> None:
    """Sets Kivy's environment and configuration; must come before the first import of Kivy.

    Kivy's home is a private temporary folder that is removed at exit.
    """
    if "kivy" in sys.modules:
        raise RuntimeError("prepare() comes before the first import of kivy")
    home = tempfile.mkdtemp(prefix="bilik-kivy-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(
        KIVY_HOME=home,
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="pil",
        MESA_SHADER_CACHE_DISABLE="true",
        SDL_VIDEODRIVER=wanted.video.value,
    )
    for switch in ("KCFG_KIVY_LOG_LEVEL", "KIVY_MODULES", "KIVY_GL_DEBUG", "KIVY_METRICS_DENSITY", "KIVY_DPI"):
        os.environ.pop(switch, None)
    # Kivy logs through Python's logging then, and what no handler takes would still go to stderr.
    kivy = logging.getLogger("kivy")
    kivy.addHandler(logging.NullHandler())
    kivy.propagate = False
    _configure(wanted)


def _configure(wanted: Surroundings) -> None:
    from kivy.config import Config  # noqa: PLC0415 -- only after the environment is set

    for section, key, value in (
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "log_enable", "0"),
        ("kivy", "desktop", "0"),
        ("graphics", "width", str(wanted.width_dots)),
        ("graphics", "height", str(wanted.height_dots)),
        ("graphics", "fullscreen", "1" if wanted.fullscreen else "0"),
        ("graphics", "resizable", "0"),
        ("graphics", "multisamples", "0"),
        ("graphics", "maxfps", str(FRAMES_PER_SECOND)),
        ("graphics", "show_cursor", "0" if wanted.video is Video.KMSDRM else "1"),
    ):
        Config.set(section, key, value)
    if wanted.left_top is not None:
        Config.set("graphics", "position", "custom")
        Config.set("graphics", "left", str(wanted.left_top[0]))
        Config.set("graphics", "top", str(wanted.left_top[1]))
    Config.remove_section("modules")
    Config.add_section("modules")
    Config.remove_section("input")
    Config.add_section("input")
    # No simulated second finger and no red dots; a panel that speaks through the kernel is read by mtdev.
    Config.set("input", "mouse", "mouse,disable_multitouch")
    if wanted.video is Video.KMSDRM:
        Config.set("input", "%(name)s", "probesysfs,provider=mtdev")


def require_video(expected: Video) -> None:
    """Raises NoScreen when SDL draws with another driver than expected: it changes to one in silence.

    To be called once the window exists.
    """
    found = video_driver()
    if found.lower() != expected.value:
        raise NoScreen(
            f"The screen is drawn by '{found or 'nothing'}' instead of '{expected}'. Check the screen's cable "
            "and the setting of the video driver, then start again.",
            id=f"Layar digambar oleh '{found or 'tidak ada'}', bukan '{expected}'. Periksa kabel layar dan "
            "pengaturan video, lalu mulai lagi.",
        )
