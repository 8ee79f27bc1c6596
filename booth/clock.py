"""The clock as a port: real time of day, and a monotonic one for waiting; the desk's twin can be off."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Time of day may be wrong or step; ``monotonic_s`` never steps back."""

    def now(self) -> datetime:
        """Now, in UTC."""

    def monotonic_s(self) -> float:
        """Seconds from an arbitrary start."""


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()


class DeskClock(SystemClock):
    """The simulated desk's clock: off by the seconds that the file ``clock`` holds, if it is there."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._read: tuple[object, float] = (None, 0.0)

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._offset_s())

    def _offset_s(self) -> float:
        """Read again only when somebody has turned the clock: it is asked many times a second."""
        try:
            found = self._place.stat()
        except OSError:
            return 0.0
        version = (found.st_ino, found.st_size, found.st_mtime_ns)
        if version != self._read[0]:
            try:
                self._read = version, float(self._place.read_text())
            except (OSError, ValueError):
                return 0.0
        return self._read[1]


def minute(at: datetime) -> str:
    """UTC to the minute, as log and batch write it: ``2026-12-06T01:30Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def from_minute(text: str) -> datetime:
    """The local time of such a minute, for paper and screens."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC).astimezone()
