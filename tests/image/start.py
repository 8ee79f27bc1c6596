"""The shortest look at an image: it starts, draws the booth, is closed inside, comes back when the booth is hurt."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from tests.demo.proof import Claim
from tests.image import inside, sdcard
from tests.image.agent import Agent
from tests.image.emulator import Emulator, Wiring
from tests.image.sdcard import Boot

WHERE = "start"
CARD_GIB = 8
UP_S = 600.0
"""From power to a drawn screen, on a busy machine."""
WATCHDOG_S, SLACK = 120.0, 1.5
"""WatchdogSec of bilik-booth.service; a guest's clock may lag behind ours."""
CONSOLE_S = 3.0
"""After which the picture of a process that is gone is off the panel."""
COLOURS = 16
"""A console's text has fewer; a screen of ours has smooth letters and pictures."""


def claims(image: Path, watched: Boot, home: Path, tell: Callable[[str], None]) -> Iterator[Claim]:
    """One power-on; ``watched`` has the agent in it."""
    card = sdcard.card(image, home / "start.qcow2", CARD_GIB)
    line = home / "logs" / "start.socket"
    with Emulator(home / "logs", card, watched, "start", Wiring(agent=line)) as guest, Agent(line) as agent:
        drawn = _drawn(guest, home)
        tell(f"start: {'the first screen' if drawn else 'NO SCREEN'} after {time.monotonic() - guest.began_s:.0f} s")
        yield Claim(WHERE, "the booth draws its first screen (screens/start.png)", drawn, True)
        yield from inside.claims(agent, WHERE)
        yield from _hurt(guest, agent, home, tell)


def _hurt(guest: Emulator, agent: Agent, home: Path, tell: Callable[[str], None]) -> Iterator[Claim]:
    """A booth that dies, and one that stands still, come back to their screen without anybody."""
    for signal, what in (("SEGV", "dies"), ("STOP", "stands still")):
        old, began_s = booth_pid(agent), time.monotonic()
        agent.ask(f"$b kill -{signal} {old}")
        new = old
        while new in ("", old) and guest.alive() and time.monotonic() < began_s + WATCHDOG_S + UP_S:
            time.sleep(2)
            new = booth_pid(agent)
        anew_s = time.monotonic() - began_s
        yield Claim(WHERE, f"a booth that {what} is started anew", new not in ("", old), True)
        time.sleep(CONSOLE_S)
        # Else what is seen afterwards could be the old one's.
        yield Claim(WHERE, "and its picture is off the panel", _shows_booth(guest, home), False)
        drawn = _drawn(guest, home, f"start-{signal}")
        tell(f"start: the booth {what}: a new one after {anew_s:.0f} s, drawn by {time.monotonic() - began_s:.0f} s")
        yield Claim(WHERE, f"and draws its screen again (screens/start-{signal}.png)", drawn, True)
        if signal == "STOP":
            yield Claim(WHERE, "the watchdog waits no longer than it says", anew_s <= WATCHDOG_S * SLACK, True)


def booth_pid(agent: Agent) -> str:
    """Of the booth's process; empty while there is none."""
    found = agent.ask("for p in $r/proc/[0-9]*; do $b grep -qs '^Name:.*bilik-booth' $p/status && echo ${p##*/}; done")
    return (found.split() or [""])[0]


def _drawn(guest: Emulator, home: Path, name: str = "start") -> bool:
    """Whether something that the booth draws comes to the panel; it is kept."""
    end_s = time.monotonic() + UP_S
    while guest.alive() and time.monotonic() < end_s:
        if _shows_booth(guest, home):
            shutil.copy(home / "panel.png", home / "screens" / f"{name}.png")
            return True
        time.sleep(1)
    return False


def _shows_booth(guest: Emulator, home: Path) -> bool:
    """Whether the panel, of which ``panel.png`` is a picture then, shows something that the booth draws."""
    dump = home / "panel.ppm"
    guest.qmp.picture(dump)
    with Image.open(dump) as picture:
        picture.save(home / "panel.png")
        return len(picture.getcolors(picture.width * picture.height) or ()) >= COLOURS
