"""What a stranger plugs in: a keyboard, of which no key leads out, and a network adapter, which is not let in."""

import time
from collections.abc import Iterator

from tests.demo.proof import Claim
from tests.image.agent import Agent
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
PLUGGED_S = 8.0
"""Until the guest has looked at what was plugged in."""


def claims(guest: Emulator, site: Site, agent: Agent, where: str) -> Iterator[Claim]:
    """Each thing is plugged in, tried, and pulled."""
    yield from _network(guest, agent, where)
    yield from _keyboard(guest, site, where)


def _network(guest: Emulator, agent: Agent, where: str) -> Iterator[Claim]:
    guest.qmp.do("device_add", driver="usb-net", id="network", bus=guest.BUS)
    time.sleep(PLUGGED_S)
    told = agent.ask(
        "for d in $r/sys/bus/usb/devices/*; do"
        ' if [ -f $d/product ]; then echo "$($b cat $d/authorized) $($b cat $d/product)"; fi; done'
    )
    seen = [line.split(" ", 1)[0] for line in told.splitlines() if "Network" in line]
    yield Claim(where, "a network adapter is seen and not let in", seen, ["0"])
    yield Claim(where, "and there is no network", agent.ask("$b ls $r/sys/class/net").split(), ["lo"])
    guest.qmp.do("device_del", id="network")


def _keyboard(guest: Emulator, site: Site, where: str) -> Iterator[Claim]:
    before = site.robot.wait_for("WaitingForCard").name
    guest.qmp.do("device_add", driver="usb-kbd", id="stranger", bus=guest.BUS)
    time.sleep(PLUGGED_S)
    for keys in PRESSES:
        guest.qmp.do("send-key", keys=[{"type": "qcode", "data": key} for key in keys], hold_time=200)
        time.sleep(AFTER_S)
    yield Claim(where, "keyboard: the booth still runs", guest.alive(), True)
    yield Claim(where, "keyboard: and shows what it showed", site.robot.wait_for(before).name, before)
    guest.qmp.do("device_del", id="stranger")
