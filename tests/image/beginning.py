"""How both verbs begin: an image that is there, and a folder of their own for what they make."""

import signal
import sys
from pathlib import Path

from tests.demo.folder import NotOurs, make_anew

IMAGE = Path("build/image/out/bilik.img")
EXIT_USAGE, EXIT_ENDED = 2, 143


def begin(image: Path, out: Path) -> Path:
    """The folder, anew, with places for logs and pictures; exits with 2 and a sentence where nothing can begin."""
    # A terminated test unwinds as an interrupted one: no emulator is left running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_ENDED))
    if not image.is_file():
        _refuse(f"There is no image at {image}. Build it first: make image")
    try:
        make_anew(out)
    except NotOurs as refusal:
        _refuse(str(refusal))
    home = out.resolve()
    for name in ("logs", "screens"):
        (home / name).mkdir()
    return home


def _refuse(why: str) -> None:
    print(why, file=sys.stderr)
    sys.exit(EXIT_USAGE)
