"""How far a job is: what was sent, what the printer confirmed, and when to stop believing in it. Pure."""

from collections import deque
from collections.abc import Iterable

from printer.faults import Fault, PrintFault
from printer.profiles import Confirm, Profile
from printer.status import Drained, Event, Noise, ProcessId, RealTime, Status, StatusBack, from_status_back

REQUEST_EVERY_BYTES = 64
"""So often the printer is asked to confirm: that is a job's progress and its flow control."""
POLL_S = 0.25
"""How often a printing printer is asked how it is."""
NOISE_LIMIT = 3
"""One odd byte may come from a plug; more is another device or another speed."""
OFFLINE_BIT = 0x08
ID_FIRST, ID_COUNT = 0x21, 94
"""Characters of a process id: printable, without space."""
TICKETS = ID_COUNT * ID_COUNT


class Progress:
    """One run of bytes to the printer.

    ``ticket`` (below TICKETS) is in all its process ids, so that an answer to an older job confirms nothing here.
    """

    def __init__(self, profile: Profile, ticket: int, timeout_s: float, now_s: float) -> None:
        self._profile = profile
        self._ticket = ticket
        self._timeout_s = timeout_s
        self._moved_s = self._polled_s = self._taken_s = now_s
        self._poll_open = False
        self._heard_s = now_s
        self.longest_wait_s = 0.0
        """Between two confirmations, or before the first."""
        self._sent_bytes = self._confirmed_bytes = self._asked_at_bytes = 0
        self._requests = 0
        self._open: deque[tuple[bytes, int]] = deque()
        self._noise = 0
        self.near_end: bool | None = None
        self.offline = False
        """The printer said so; why must be asked."""
        self._fault: Fault | None = None

    # Sending

    def has_room(self, size_bytes: int) -> bool:
        """Whether the printer's buffer surely takes so many bytes more."""
        unconfirmed = self._sent_bytes - self._confirmed_bytes
        return not self._open or unconfirmed + size_bytes <= self._profile.buffer_bytes

    def sent(self, size_bytes: int, now_s: float) -> None:
        """The line took so many bytes."""
        self._sent_bytes += size_bytes
        if size_bytes:
            self._moved_s = self._taken_s = now_s

    def wants_request(self, *, is_last: bool = False) -> bool:
        """Whether enough went out since the last request.

        ``is_last``: the last segment comes next, a feed and a cut. Where answers have no names it goes by itself, so
        that what is waited for at the end takes no longer than what went before.
        """
        if is_last and self._profile.confirm is Confirm.DRAINED:
            return True
        return self._sent_bytes - self._asked_at_bytes >= REQUEST_EVERY_BYTES

    def request(self) -> bytes:
        """The next request to confirm; it must be sent. A printer that confirms nothing is asked nothing."""
        name = _digits(self._ticket) + _digits(self._requests % TICKETS)
        self._requests += 1
        self._asked_at_bytes = self._sent_bytes
        if self._profile.confirm is Confirm.NOTHING:
            return b""
        self._open.append((name, self._sent_bytes))
        if self._profile.confirm is Confirm.PROCESS_ID:
            return b"\x1d(H\x06\x0000" + name
        return b"\x1dr\x01"

    @property
    def done(self) -> bool:
        """Every request is confirmed: all that was sent before the last one is out. Where nothing can be confirmed it
        only says that all was sent."""
        return bool(self._requests) and not self._open

    # Asking

    def poll_is_due(self, now_s: float) -> bool:
        """Whether to ask DLE EOT 1 now; only between two commands."""
        # Behind a buffer that nobody keeps from filling up a question waits as long as the paper.
        asks = self._profile.official
        return asks and not self._poll_open and now_s - self._polled_s >= POLL_S

    @property
    def answered(self) -> bool:
        """Whether no question is open: a late answer would be taken for that of the next question."""
        return not self._poll_open

    def polled(self, now_s: float) -> None:
        """It was asked."""
        self._poll_open, self._polled_s = True, now_s

    # Hearing

    def hear(self, events: Iterable[Event], now_s: float) -> None:
        """What the printer said."""
        for event in events:
            match event:
                case ProcessId(name):
                    self._confirm(name, now_s)
                case Drained() if self._profile.confirm is Confirm.DRAINED and self._open:
                    self._confirm(self._open[0][0], now_s)
                case Drained() if self._profile.confirm is Confirm.DRAINED:
                    # More answers than questions: one that was believed before was not the printer's own.
                    self._fault = self._fault or Fault.NONSENSE
                case Drained():
                    self._noise += 1
                case RealTime(byte):
                    self._poll_open = False
                    self.offline = bool(byte & OFFLINE_BIT)
                case StatusBack(data):
                    self._status(from_status_back(data))
                case Noise():
                    self._noise += 1

    def check(self, now_s: float, *, writing: bool) -> None:
        """Raises PrintFault when the printer reports a fault, or has been still for too long."""
        self.check_heard()
        silence_s = self._profile.silence_s if self._profile.official else self._timeout_s
        unanswered = self._poll_open and now_s - self._polled_s > silence_s
        if unanswered or (writing and now_s - self._taken_s > silence_s):
            raise PrintFault(Fault.NO_ANSWER)
        if now_s - self._moved_s > self._timeout_s:
            raise PrintFault(Fault.TIMEOUT)

    def check_heard(self) -> None:
        """Raises PrintFault for what the printer said."""
        if self._fault:
            raise PrintFault(self._fault)
        if self._noise > NOISE_LIMIT:
            raise PrintFault(Fault.NONSENSE)

    def _confirm(self, name: bytes, now_s: float) -> None:
        """Requests are confirmed in their order. An id of an older job confirms nothing; one that comes too early
        means that a request was lost on the line, and with it perhaps a piece of the slip."""
        if name not in (one for one, _ in self._open):
            return
        expected, self._confirmed_bytes = self._open.popleft()
        if name != expected:
            self._fault = self._fault or Fault.CABLE
        self.longest_wait_s = max(self.longest_wait_s, now_s - self._heard_s)
        self._moved_s = self._heard_s = now_s

    def _status(self, status: Status) -> None:
        # What was wrong once stays wrong for this job, however well the printer is later.
        self._fault, self.near_end = self._fault or status.fault, status.near_end


def _digits(number: int) -> bytes:
    return bytes((ID_FIRST + number // ID_COUNT, ID_FIRST + number % ID_COUNT))
