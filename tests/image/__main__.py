"""``make image-test``: boots the very image, holds an election inside it, looks inside, and tries what must not start.

python -m tests.image [--image FILE] [--out FOLDER] [--only refusals|start|day|raspberry]
"""

import argparse
import sys
import time
from pathlib import Path

from rich.table import Table
from rich.text import Text

from config.cards.virtual.reader import why_not
from tests.demo.proof import Claim
from tests.demo.teller import Teller
from tests.image import agent, day, raspberry, refusals, start
from tests.image.beginning import EXIT_USAGE, IMAGE, begin

EXIT_FALSE = 1
PARTS = ("refusals", "start", "day", "raspberry")


def main() -> int:
    """Exit 0 when every claim holds, 1 when one does not, 2 for wrong use."""
    options = _parser().parse_args()
    teller = Teller()
    if (why := why_not()) is not None:
        print(f"The district's card reader cannot be played here. {why[1]}", file=sys.stderr)
        return EXIT_USAGE
    home = begin(options.image, options.out)
    began_s = time.monotonic()
    try:
        claims = _hold(options.only or list(PARTS), options.image.resolve(), home, teller)
    except AssertionError as fault:
        teller.say(f"THE DAY FAILED: {fault}", "bold red")
        teller.say(f"logs and the last screens: {home / 'logs'}")
        return EXIT_FALSE
    wrong = [claim for claim in claims if not claim.holds]
    _show(claims, teller)
    teller.say(f"{len(claims) - len(wrong)} of {len(claims)} claims hold; {time.monotonic() - began_s:.0f} s")
    teller.say(f"pictures of the guest's screen: {home / 'screens'}; its papers: {home / 'election' / 'paper'}")
    return EXIT_FALSE if wrong or not claims else 0


def _hold(parts: list[str], image: Path, home: Path, teller: Teller) -> list[Claim]:
    overlay = home / "agent.cpio"
    agent.overlay(overlay)
    scene = day.scene(home, image, overlay, teller.say)
    claims: list[Claim] = []
    if "refusals" in parts:
        teller.heading("What must not start")
        claims += refusals.claims(image, scene.boot, scene.watched, home, teller.say)
    if "start" in parts:
        teller.heading("The image starts")
        claims += start.claims(image, scene.watched, home, teller.say)
    if "day" in parts:
        teller.heading("An election inside the image")
        guest = day.GuestDay(scene)
        claims += guest.hold()
        far = sorted(guest.booth.farthest.items(), key=lambda item: -item[1])[:6]
        teller.say("screens that looked least like what is drawn here (dots): " + ", ".join(f"{n} {d}" for n, d in far))
    if "raspberry" in parts:
        teller.heading("The SD image in a Raspberry Pi 3 (emulated)")
        claims += raspberry.claims(image, scene.boot, home, teller.say)
    return claims


def _show(claims: list[Claim], teller: Teller) -> None:
    table = Table(title="Claims", title_justify="left", title_style="bold")
    for column in ("", "where", "what"):
        table.add_column(column)
    for claim in claims:
        sign = Text("✓", style="green") if claim.holds else Text("✗", style="bold red")
        table.add_row(sign, claim.where, claim.says if claim.holds else f"{claim.says}: {claim.left} ≠ {claim.right}")
    teller.console.print(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.image", description=__doc__)
    parser.add_argument("--image", type=Path, default=IMAGE, help=f"the SD image ({IMAGE})")
    parser.add_argument("--out", type=Path, default=Path("build/image-test"), help="folder for everything that is made")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="a part; may be named several times (default: all)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
