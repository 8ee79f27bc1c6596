"""A stranger with a keyboard: nothing that is pressed leads out of the booth."""

import time
from collections.abc import Iterator

from tests.demo.proof import Claim
from tests.image.emulator import Emulator
from tests.robot.people import Site

PRESSES = (
    ("ctrl", "alt", "f2"),
    ("ctrl", "alt", "delete"),
    ("alt", "f4"),
    ("alt", "sysrq", "b"),
    ("alt", "sysrq", "o"),
    ("ctrl", "c"),
    ("ctrl", "alt", "backspace"),
    ("f1",),
    ("esc",),
    ("ctrl", "backslash"),
)
AFTER_S = 2.0


def claims(guest: Emulator, site: Site, where: str) -> Iterator[Claim]:
    """Plugs a USB keyboard in and tries each of them, then pulls it."""
    before = site.robot.wait_for("WaitingForCard").name
    guest.qmp.do("device_add", driver="usb-kbd", id="stranger", bus=guest.BUS)
    time.sleep(5)
    for keys in PRESSES:
        guest.qmp.do("send-key", keys=[{"type": "qcode", "data": key} for key in keys], hold_time=200)
        time.sleep(AFTER_S)
    yield Claim(where, "keyboard: the booth still runs", guest.alive(), True)
    yield Claim(where, "keyboard: and shows what it showed", site.robot.wait_for(before).name, before)
    guest.qmp.do("device_del", id="stranger")
