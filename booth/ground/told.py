"""What the image's services found out about data partition and stick, told to the booth in small files: a word each.

The booth reads the words and has the sentences; where there is no image there are no files, and all is well.
"""

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from config.files import write_whole

FOLDER = Path("/run/bilik/told")


class DataWord(StrEnum):
    """How the data partition stands; the file ``data``."""

    GOOD = "good"
    REPAIRED = "repaired"
    """Its file system was damaged, beyond what a power cut does, and is mended."""
    SMALL = "small"
    """The memory card has no room for it."""
    BROKEN = "broken"
    """It cannot be mended, or is none of ours: nothing was changed."""
    FAILING = "failing"
    """The card does not take or give what it is asked."""


class StickWord(StrEnum):
    """What is the matter with sticks; the file ``stick``, which is not there when nothing is."""

    TWO = "two"
    """One is in use, and another one was put in beside it."""
    UNREADABLE = "unreadable"
    """A stick without a file system that a booth reads, or with one that is damaged."""


W = TypeVar("W", DataWord, StickWord)


def tell(folder: Path, word: DataWord | StickWord | None, *, of: type[DataWord] | type[StickWord]) -> None:
    """Puts a word there, or takes it away; raises OSError."""
    file = _file(folder, of)
    if word is None:
        file.unlink(missing_ok=True)
    else:
        write_whole(file, word.value.encode())


def told(folder: Path, of: type[W]) -> W | None:
    """The word that stands there; None where none does, or one that is no word."""
    try:
        return of(_file(folder, of).read_text(encoding="ascii", errors="replace"))
    except (OSError, ValueError):
        return None


def _file(folder: Path, of: type[DataWord] | type[StickWord]) -> Path:
    return folder / ("data" if of is DataWord else "stick")
