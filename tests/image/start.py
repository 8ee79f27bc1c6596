"""The shortest look at an image: it starts, shows the booth's first screen, and is closed inside."""

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


def _drawn(guest: Emulator, home: Path) -> bool:
    """Whether something that the booth draws comes to the panel; it is kept."""
    dump, end_s = home / "panel.ppm", guest.began_s + UP_S
    while guest.alive() and time.monotonic() < end_s:
        guest.qmp.picture(dump)
        with Image.open(dump) as picture:
            if len(picture.getcolors(picture.width * picture.height) or ()) >= COLOURS:
                picture.save(home / "screens" / "start.png")
                return True
        time.sleep(1)
    return False
