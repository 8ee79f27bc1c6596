"""Who still runs for a folder: by what stands on its command line, or by what of the folder it sees as its own."""

import os
from pathlib import Path


def mentioning(folder: Path) -> list[str]:
    """Command lines of running processes that name the folder, or have something of it mounted (as pcscd has)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            mounted = (process / "mountinfo").read_text(errors="replace")
        except OSError:
            continue
        if (f"{folder}/" in command or f"{folder}/" in mounted) and int(process.name) != os.getpid():
            found.append(command)
    return found
