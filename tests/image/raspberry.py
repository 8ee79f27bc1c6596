"""The SD image in an emulated Raspberry Pi 3: QEMU's board has no screen that Linux can draw on, but card and start go
through the real ones' drivers. Pi 4 panics in QEMU before the kernel's first word, and Pi 5 is not there at all.
"""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.demo.proof import Claim
from tests.image import sdcard
from tests.image.emulator import PROGRAM
from tests.image.sdcard import Boot

TREE = "bcm2837-rpi-3-b.dtb"
CARD_GIB = 8
"""The board wants a power of two."""
UP_S = 900.0
UP = ("Mounted data.mount", "Starting bilik-booth.service", "Reached target multi-user.target")
"""From the card through the hash tree, the data partition made and mounted, the booth begun, and all else there."""
MORE = ("console=ttyS1,115200", "systemd.show_status=true", "module_blacklist=bcm2835_wdt,vchiq")
"""QEMU's watchdog of this board fires in the moment that it is armed, and its VideoCore answers no message."""
CLOCK = b"maxim,ds3231"
"""What the Pi's trees name for docs/hardware.md's clock."""
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def claims(image: Path, boot: Boot, home: Path, tell: Callable[[str], None]) -> Iterator[Claim]:
    """Until all that systemd wants is there; QEMU's board has no clock module, as a Pi without one."""
    (tree,) = list((home / "firmware").rglob(TREE))
    yield Claim("raspi3b", "its tree names the clock module", CLOCK in tree.read_bytes(), True)
    card = sdcard.card(image, home / "raspi3b.qcow2", CARD_GIB)
    console = home / "logs" / "raspi3b.console"
    command = [
        PROGRAM, "-M", "raspi3b", "-nodefaults", "-display", "none", "-no-reboot",
        # The first is the PL011, which the Pi 3's radio has; the second the one on the header.
        "-serial", "null", "-serial", f"file:{console}",
        "-kernel", str(boot.kernel), "-initrd", str(boot.initrd), "-dtb", str(tree), "-append", boot.also(*MORE).line,
        "-drive", f"file={card},if=sd,format=qcow2",
    ]  # fmt: skip
    began_s = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as machine:
        try:
            missing = _comes_up(machine, console)
        finally:
            machine.kill()
    tell(f"raspi3b: {'did NOT come up' if missing else 'came up'} in {time.monotonic() - began_s:.0f} s")
    yield Claim("raspi3b", "the SD image comes up to multi-user, its data mounted", missing, [])


def _comes_up(machine: "subprocess.Popen[bytes]", console: Path) -> list[str]:
    """What was not said of ``UP``."""
    end_s, missing = time.monotonic() + UP_S, list(UP)
    while missing and time.monotonic() < end_s and machine.poll() is None:
        said = COLOURS.sub("", console.read_text(errors="replace") if console.exists() else "")
        missing = [words for words in UP if words not in said]
        time.sleep(1)
    return missing
