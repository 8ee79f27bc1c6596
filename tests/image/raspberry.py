"""The SD image in an emulated Raspberry Pi 3: QEMU's board has no screen that Linux can draw on, but the card and the
start are the real ones' drivers. Pi 4 panics in QEMU before the kernel's first word, and Pi 5 is not there at all.
"""

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
UP_S = 300.0
UP = ("Reached target", "multi-user.target")


def claims(image: Path, boot: Boot, home: Path, tell: Callable[[str], None]) -> Iterator[Claim]:
    """Until systemd has reached multi-user."""
    (tree,) = list((home / "firmware").rglob(TREE))
    card = sdcard.card(image, home / "raspi3b.qcow2", CARD_GIB)
    console = home / "logs" / "raspi3b.console"
    line = boot.also("console=ttyAMA0,115200", "systemd.show_status=true").line
    command = [
        PROGRAM, "-M", "raspi3b", "-nodefaults", "-display", "none", "-no-reboot", "-serial", f"file:{console}",
        "-kernel", str(boot.kernel), "-initrd", str(boot.initrd), "-dtb", str(tree), "-append", line,
        "-drive", f"file={card},if=sd,format=qcow2",
    ]  # fmt: skip
    began_s = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as machine:
        try:
            up = _comes_up(machine, console)
        finally:
            machine.kill()
    tell(f"raspi3b: {'multi-user' if up else 'NOT multi-user'} after {time.monotonic() - began_s:.0f} s")
    yield Claim("raspi3b", "the SD image comes up to multi-user", up, True)


def _comes_up(machine: "subprocess.Popen[bytes]", console: Path) -> bool:
    end_s = time.monotonic() + UP_S
    while time.monotonic() < end_s and machine.poll() is None:
        said = console.read_text(errors="replace") if console.exists() else ""
        if any(all(word in line for word in UP) for line in said.splitlines()):
            return True
        time.sleep(1)
    return False
