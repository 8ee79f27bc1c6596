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

    def now(self) -> datetime:
        try:
            offset_s = float(self._place.read_text())
        except (OSError, ValueError):
            offset_s = 0.0
        return super().now() + timedelta(seconds=offset_s)


def minute(at: datetime) -> str:
    """UTC to the minute, as log and batch write it: ``2026-12-06T01:30Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def from_minute(text: str) -> datetime:
    """The local time of such a minute, for paper and screens."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC).astimezone()
