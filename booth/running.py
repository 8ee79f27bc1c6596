"""What runs here: this program's files as one hash, and the image that the device started from, as its first stage
left it.
"""

import re
from functools import cache
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path

from config.record import sha256
from sync.running import Running

IMAGE_FILE = Path("/run/bilik/image")
"""The root hash that the first stage opened, written before anything else ran; not there on any other machine."""
ROOMS = ("booth", "config", "printer", "sync")
ELSEWHERE = ("booth/desk/", "config/cards/virtual/", "config/sample/", "printer/virtual/", "sync/district/")
"""What no appliance runs: an image may leave it out and is the same software."""
_ROOT_HASH = re.compile(r"[0-9a-f]{64}")


def running(image: Path = IMAGE_FILE) -> Running:
    """Version, hash of the software, and the image's; a file ``image`` that holds no root hash counts for none."""
    try:
        told = image.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        told = ""
    return Running(
        version=f"bilik {version('bilik')}",
        software=software_hash(),
        image=told if _ROOT_HASH.fullmatch(told) else None,
    )


@cache
def software_hash(home: Path = Path(__file__).parents[1]) -> str:
    """SHA-256 over a line for each file of the booth's rooms, sorted by path: its own SHA-256, two blanks, its path.

    It is what ``sha256sum`` prints of those files, so anybody can make it (docs/formats/batch.md says how).
    """
    files = sorted(
        path.relative_to(home).as_posix()
        for room in ROOMS
        for path in (home / room).rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    )
    lines = []
    for name in files:
        if not name.startswith(ELSEWHERE):
            with (home / name).open("rb") as source:
                lines.append(f"{file_digest(source, 'sha256').hexdigest()}  {name}\n")
    return sha256("".join(lines).encode())
