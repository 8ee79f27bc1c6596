"""What the clock may be believed of: it is compared with what the package and the day's log know."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from booth.clock import Clock, from_minute, minute
from config.package import Manifest
from sync.log import Entry

BACK_STEP = timedelta(minutes=2)
"""So much a clock may be set back without a word."""
LONGEST = timedelta(days=366)
"""After the day of the election no clock is right that is further on than this."""


class Daytime:
    """The booth's time of day. A doubted clock is told to the officer and stops nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bounds: tuple[datetime, datetime] | None = None
        self._last: datetime | None = None

    def take(self, manifest: Manifest) -> None:
        """From now on the package's dates are known."""
        made = datetime.fromtimestamp(manifest.timestamp, UTC)
        held = datetime.fromisoformat(manifest.election.date).replace(tzinfo=UTC)
        self._bounds = made, held

    def remember(self, entries: Iterable[Entry]) -> None:
        """The log of a day that is taken up again."""
        believed = [at for at in (from_minute(entry.at) for entry in entries) if not self._doubts(at, None)]
        self._last = max(believed, default=None)

    def now(self) -> str:
        """The minute for an entry. What a doubted clock dates must not make it believed."""
        now = self._clock.now()
        if not self._doubts(now, self._last):
            self._last = max(now, self._last or now)
        return minute(now)

    @property
    def doubtful(self) -> bool:
        """The clock contradicts package or log."""
        return self._doubts(self._clock.now(), self._last)

    def _doubts(self, at: datetime, last: datetime | None) -> bool:
        return self._bounds is not None and is_off(at, *self._bounds, last)


def is_off(now: datetime, made: datetime, held: datetime, last: datetime | None) -> bool:
    """A clock that shows ``now``: before the package was ``made``, before the ``last`` entry of the log, or more than
    a year after the day on which the election is ``held``.
    """
    earliest = made if last is None else max(made, last)
    return now < earliest - BACK_STEP or now > held + LONGEST
