"""What the log hears of between voters: counters each quarter of an hour, and the coming and going of things."""

from collections.abc import Callable, Iterable
from datetime import datetime

from booth.clock import Clock, minute
from booth.stickstate import StickState
from printer.status import Status as PaperStatus
from sync.log import MARK_MINUTES, Entry, Kind
from sync.running import Running

Log = Callable[[Kind, dict[str, str | int], datetime], None]


class Logbook:
    """Tells each change once. ``write`` writes while a store is open, and swallows what happens before."""

    def __init__(self, clock: Clock, write: Log) -> None:
        self._clock = clock
        self._write = write
        self._stick_there: bool | None = None
        self._behind: str | None = None
        self._behind_told = False
        self._reader_went = False
        self._marked: datetime | None = None
        self._doubted = False
        self._held: list[tuple[Kind, dict[str, str | int], datetime]] = []

    def hold_opened(self, card: str, running: Running) -> None:
        """An officer's card opened a store that was shut.

        The entry, and what is heard after it, waits until the stick has answered, or until something happens that is
        written at once: a log that has gone on contradicts the stick that knows more of it, where one that has not may
        still be completed from there.
        """
        self._held = [(Kind.RESTARTED, {"card": card, **running.facts}, self._clock.now())]

    def tell(self) -> None:
        """Writes what was held back."""
        held, self._held = self._held, []
        for kind, facts, at in held:
            self._write(kind, facts, at)

    def drop(self) -> None:
        """The store is shut: what was held back is left out, and what it said was never told."""
        if self._held:
            self._held, self._behind, self._behind_told = [], None, False

    def remember(self, entries: Iterable[Entry]) -> None:
        """What the log of a store that is opened again told: a lag that ended meanwhile must be told as ended."""
        for entry in entries:
            if entry.kind is Kind.STICK_BEHIND:
                self._behind, self._behind_told = str(entry.facts["since"]), True
            elif entry.kind is Kind.STICK_CAUGHT_UP:
                self._behind, self._behind_told = None, False

    def counters(self, sessions: int) -> None:
        """Every quarter of an hour, how many sessions there were: all that the log knows of voters."""
        now = self._clock.now()
        mark = now.replace(minute=now.minute - now.minute % MARK_MINUTES, second=0, microsecond=0)
        if mark != self._marked:
            if self._marked is not None:
                # The mark's own time, not this minute: that would be nearer to a voter's.
                self._log(Kind.COUNTERS, {"sessions": sessions}, mark)
            self._marked = mark

    def stick(self, standing: StickState, behind_since: str | None) -> None:
        """The stick went or came back; its copy lags, or was caught up. A lag counts from one look to the next."""
        there = standing not in (StickState.AWAY, StickState.UNREADABLE)
        if self._stick_there is not None and there != self._stick_there:
            self._log(Kind.STICK_BACK if there else Kind.STICK_AWAY, {})
        self._stick_there = there
        if behind_since is not None and self._behind is not None and not self._behind_told:
            self._behind_told = True
            self._log(Kind.STICK_BEHIND, {"since": self._behind, "stick": standing.value})
        if behind_since is None and self._behind_told:
            self._behind_told = False
            self._log(Kind.STICK_CAUGHT_UP, {"since": self._behind or minute(self._clock.now())})
        self._behind = None if behind_since is None else self._behind or behind_since

    def reader(self, *, away: bool) -> None:
        """The reader went or came back between voters; what began within a session is left out whole."""
        if away or self._reader_went:
            self._log(Kind.READER_AWAY if away else Kind.READER_BACK, {})
        self._reader_went = away

    def paper(self, before: PaperStatus, now: PaperStatus) -> None:
        """The printer's fault changed between voters."""
        if before.fault is not now.fault:
            if now.fault is None:
                self._log(Kind.PRINTER_BACK, {})
            else:
                self._log(Kind.PRINTER_FAULT, {"fault": now.fault.name})

    def clock(self, *, doubtful: bool) -> None:
        """The clock contradicts what the booth knows; told once until it is right again."""
        if doubtful and not self._doubted:
            self._log(Kind.CLOCK_DOUBTFUL, {})
        self._doubted = doubtful

    def _log(self, kind: Kind, facts: dict[str, str | int], at: datetime | None = None) -> None:
        at = self._clock.now() if at is None else at
        if self._held:
            self._held.append((kind, facts, at))
        else:
            self._write(kind, facts, at)
