"""A booth that notes when it shows what: ``python -m …powercut.noting JOURNAL FRAMES SOCKET -- ARGUMENTS``.

Whatever a frame tells people must be on the disks before it is shown. So each frame is noted with the journal's size at
that moment, in the booth's own process: from outside the disks may be further already when one looks.
"""

import os
import sys
from pathlib import Path

import msgspec

from booth.views import Frame
from tests.torture import headless
from tests.torture.panel import Panel
from tests.torture.powercut.orphans import end_with_parent


class Shown(msgspec.Struct, frozen=True):
    """A frame, as far as it promises something."""

    at: int
    """The journal's size before anybody could see it."""
    name: str
    """``IntoBox``, ``CardWanted:ready``, ``Closed:exported``."""
    sessions: int | None
    """What the line for officers says."""
    stick: str
    """``in-step``: the stick has everything as well."""


def read(path: Path) -> list[Shown]:
    """All frames so far."""
    return [msgspec.json.decode(line, type=Shown) for line in path.read_bytes().splitlines()] if path.exists() else []


def main() -> int:
    """The booth's own exit status."""
    end_with_parent()
    journal, frames = Path(sys.argv[1]), Path(sys.argv[2])
    out = os.open(frames, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    class Noting(Panel):
        def show(self, frame: Frame) -> None:
            what = getattr(frame.view, "what", "") or ("exported" if getattr(frame.view, "exported", False) else "")
            name = type(frame.view).__name__ + (f":{what}" if what else "")
            shown = Shown(journal.stat().st_size, name, frame.status.sessions, frame.status.stick.value)
            os.write(out, msgspec.json.encode(shown) + b"\n")
            super().show(frame)

    headless.Panel = Noting  # type: ignore[misc]
    return headless.main()


if __name__ == "__main__":
    sys.exit(main())
