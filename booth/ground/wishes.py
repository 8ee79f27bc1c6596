"""What a technician wrote for the booth into ``cmdline.txt`` on the card's first partition: the only place that anybody
can write to with any computer. Words ``bilik.<name>=<value>`` of the kernel's command line, passed on as they are.
"""

import re
from pathlib import Path

from config.files import write_whole

COMMAND_LINE = Path("/proc/cmdline")
PLACE = Path("/run/bilik/wishes")
SYSTEMS = {"root"}
"""Names that are not the booth's."""
_WORD = re.compile(r"bilik\.([a-z-]{1,20})=([A-Za-z0-9._/+-]{1,40})")


def pass_on(line: str) -> str:
    """A line for each word that is the booth's."""
    found = (_WORD.fullmatch(word) for word in line.split())
    return "".join(f"{word[1]}={word[2]}\n" for word in found if word and word[1] not in SYSTEMS)


def serve() -> None:
    """For the booth, which cannot read the command line itself; raises OSError."""
    write_whole(PLACE, pass_on(COMMAND_LINE.read_text(encoding="ascii", errors="replace")).encode())
