"""Reconciliation: every equation between roll, desk, booth, ballots, slips and envelope, judged; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from config.record import fingerprint_of
from sync.district.evidence import Evidence, Ran, Stretch
from sync.district.results import BoothResult, State, VillageResult
from sync.district.slipcounts import SlipsKept
from sync.equations import Counts
from sync.running import NO_IMAGE

FASTEST_SESSION_S = 10
"""No booth lets voters through faster for a quarter of an hour (docs/adr/0023)."""
FASTEST_DESK_S = 5
"""No desk lets voters through faster for a whole day, however many booths it serves."""
SLACK_SESSIONS = 2
"""Begun just before a stretch and counted in it, or the other way round; times are told to the minute."""


class Check(StrEnum):
    """What is compared, the gravest first; ``explaining`` has the words."""

    ROLL = "roll"
    ATTENDANCE = "attendance"
    SLIPS = "slips"
    CHOICES = "choices"
    RESULT = "result"
    SESSIONS = "sessions"
    CREDENTIALS = "credentials"
    VOID = "void"
    TESTS = "tests"
    ENVELOPE = "envelope"
    PAPERLESS = "paperless"
    PRESENT = "present"
    LIST = "list"
    PACE = "pace"
    DESK = "desk"
    CLOCK = "clock"
    SOFTWARE = "software"


AT_MOST = {Check.ROLL, Check.PAPERLESS, Check.PRESENT, Check.PACE, Check.DESK, Check.CLOCK, Check.SOFTWARE}
"""The left number may be smaller; in all others both are equal."""
UNLIKELY = {Check.PACE, Check.DESK, Check.CLOCK, Check.SOFTWARE}
"""Not impossible: what is found here asks for a look, and is no equation that fails."""


class Verdict(StrEnum):
    """How a comparison ended, in the order in which they are listed."""

    FAILS = "fails"
    UNLIKELY = "unlikely"
    OPEN = "open"
    """One of the numbers is not known yet."""
    HOLDS = "holds"


class Missing(StrEnum):
    """Why a comparison is open."""

    BATCH = "batch"
    DECISION = "decision"
    RESULT = "result"
    SLIPS = "slips"
    ENVELOPE = "envelope"
    FILE = "file"
    CLOCK = "clock"


@dataclass(frozen=True)
class Finding:
    """One comparison at one booth or TPS."""

    village: str
    """Its code."""
    where: str
    """The booth, or ``TPS 3``."""
    check: Check
    left: int | None
    right: int | None
    missing: Missing | None = None
    detail: str = ""
    """When it was, for what has hours."""

    @property
    def verdict(self) -> Verdict:
        """Judged by the two numbers."""
        if self.left is None or self.right is None:
            return Verdict.OPEN
        if self.left == self.right or (self.check in AT_MOST and self.left < self.right):
            return Verdict.HOLDS
        return Verdict.UNLIKELY if self.check in UNLIKELY else Verdict.FAILS

    @property
    def relation(self) -> str:
        """What is true of the numbers, to be written between them."""
        if self.left is None or self.right is None:
            return "?"
        if self.left == self.right:
            return "="
        if self.check in AT_MOST:
            return "≤" if self.left < self.right else ">"
        return ">" if self.left > self.right else "<"


_Make = Callable[[Check, int | None, int | None, Missing, str], Finding]


def reconcile(
    villages: Iterable[VillageResult], evidence: Mapping[str, Evidence], slips: Mapping[str, SlipsKept]
) -> list[Finding]:
    """Every comparison; what does not add up first, the gravest of it first, then what is unlikely, open, right.

    ``evidence`` and ``slips`` are by booth; a booth that is missing there has comparisons that stay open.
    """
    found: list[Finding] = []
    usual = _usual(evidence.values())
    for village in villages:
        for booth in village.booths:
            name = booth.place.booth_id
            found += _booth(booth, evidence.get(name), slips.get(name), usual)
        for station in village.stations:
            booths = [booth for booth in village.booths if f"TPS {booth.place.tps}" == station.name]
            found += _station(village.village.code, station.name, booths, evidence)
    verdicts, checks = list(Verdict), list(Check)
    return sorted(found, key=lambda one: (verdicts.index(one.verdict), checks.index(one.check), one.village, one.where))


def _booth(
    booth: BoothResult, told: Evidence | None, counted: SlipsKept | None, usual: Ran | None
) -> Iterator[Finding]:
    place = booth.place
    counts, lacking = _counts(booth)

    def finding(check: Check, left: int | None, right: int | None, missing: Missing, detail: str = "") -> Finding:
        unknown = missing if left is None or right is None else None
        return Finding(place.village_code, place.booth_id, check, left, right, unknown, detail)

    def of(number: int) -> int | None:
        return None if counts is None else number

    c = counts or _NONE
    yield finding(Check.ROLL, of(c.cast), place.voters, lacking)
    yield finding(Check.SESSIONS, of(c.sessions), of(c.cast + c.abandoned + c.tests), lacking)
    yield finding(Check.CREDENTIALS, of(c.spent), of(c.cast + c.void), lacking)
    yield finding(Check.PAPERLESS, of(c.paperless), of(c.interrupted), lacking)
    votes = None if booth.votes is None else sum(booth.votes)
    yield finding(Check.RESULT, votes, of(c.cast), Missing.RESULT if counts else lacking)
    # Where people decided by paper, ballots that are missing or too many are RESULT's to tell, not the slips'.
    expected = votes if booth.by_paper else of(c.cast)
    slips = None if counted is None else sum(counted.votes)
    yield finding(Check.SLIPS, slips, expected, Missing.SLIPS if counted is None else lacking)
    if counted is None or booth.votes is None:
        yield finding(Check.CHOICES, None, 0, Missing.SLIPS if counted is None else Missing.RESULT)
    elif slips == votes:  # else SLIPS tells it, and by choice there is nothing more to say
        pairs = zip(counted.votes, booth.votes, strict=True)
        yield finding(Check.CHOICES, sum(max(0, paper - vote) for paper, vote in pairs), 0, Missing.SLIPS)
    papers = counted.envelope if counted else None
    yield finding(Check.ENVELOPE, papers, of(c.envelope), Missing.ENVELOPE if papers is None else lacking)
    yield from _told(finding, counts, told, lacking, usual)


def _told(
    finding: Callable[[Check, int | None, int | None, Missing, str], Finding],
    counts: Counts | None,
    told: Evidence | None,
    lacking: Missing,
    usual: Ran | None,
) -> Iterator[Finding]:
    """What needs the batch itself."""
    missing = Missing.FILE if counts else lacking
    if counts is None or told is None:
        for check in (Check.VOID, Check.TESTS, Check.CLOCK, Check.PACE, Check.SOFTWARE):
            yield finding(check, None, None, missing, "")
        return
    yield finding(Check.VOID, told.voids, counts.void, missing, "")
    yield finding(Check.TESTS, told.tests_opened, counts.tests, missing, "")
    other = [ran for ran in told.ran if ran != usual]
    yield finding(Check.SOFTWARE, len(other), 0, missing, "; ".join(map(_said, other)))
    wrong = int(told.clock_doubtful or told.closed_at < told.opened_at)
    hours = f"{told.opened_at} – {told.closed_at}"
    yield finding(Check.CLOCK, wrong, 0, missing, hours)
    if wrong:
        yield finding(Check.PACE, None, None, Missing.CLOCK, hours)
        return
    worst = max(told.stretches, key=lambda one: one.sessions - most_sessions(one), default=None)
    if worst is not None:
        yield finding(Check.PACE, worst.sessions, most_sessions(worst), missing, f"{worst.begins} – {worst.ends}")


def _usual(evidence: Iterable[Evidence]) -> Ran | None:
    """What most booths ran at the end of their day; of equally many the first by its hashes."""
    counts = Counter(told.ran[-1] for told in evidence)
    return min(counts, key=lambda ran: (-counts[ran], ran), default=None)


def _said(ran: Ran) -> str:
    software, image = ran
    return f"{fingerprint_of(software)} / {image if image == NO_IMAGE else fingerprint_of(image)}"


def most_sessions(stretch: Stretch) -> int:
    """How many voters one booth can let through in a stretch."""
    return stretch.open_minutes * 60 // FASTEST_SESSION_S + SLACK_SESSIONS


def _station(
    village: str, name: str, booths: Sequence[BoothResult], evidence: Mapping[str, Evidence]
) -> Iterator[Finding]:
    """What belongs to the desk, which serves all booths of its TPS."""
    known = [_counts(booth) for booth in booths]
    counts = [one for one, _ in known if one is not None]
    lacking = next((missing for one, missing in known if one is None), None)
    if not counts or lacking is not None:
        for check in (Check.ATTENDANCE, Check.PRESENT, Check.LIST, Check.DESK):
            yield Finding(village, name, check, None, None, lacking)
        return
    first = counts[0]
    yield Finding(village, name, Check.ATTENDANCE, first.attended, sum(one.cast for one in counts) + first.left)
    yield Finding(village, name, Check.PRESENT, first.attended, sum(booth.place.voters for booth in booths))
    lists = {(one.attended, one.left) for one in counts}
    yield Finding(village, name, Check.LIST, len(lists), 1)
    told = [evidence.get(booth.place.booth_id) for booth in booths]
    days = [one for one in told if one is not None]
    if len(days) < len(booths):
        yield Finding(village, name, Check.DESK, None, None, Missing.FILE)
    elif any(day.clock_doubtful or day.closed_at < day.opened_at for day in days):
        yield Finding(village, name, Check.DESK, None, None, Missing.CLOCK)
    else:
        # The desk works as long as the booth that was open longest.
        most = max(day.open_minutes for day in days) * 60 // FASTEST_DESK_S + SLACK_SESSIONS
        hours = f"{min(day.opened_at for day in days)} – {max(day.closed_at for day in days)}"
        yield Finding(village, name, Check.DESK, sum(one.sessions for one in counts), most, None, hours)


def _counts(booth: BoothResult) -> tuple[Counts | None, Missing]:
    """A booth's counts and, where there are none that count, why."""
    if booth.state is State.CONFLICT:
        return None, Missing.DECISION
    return booth.counts, Missing.BATCH


_NONE = Counts(
    voters=0,
    sessions=0,
    cast=0,
    abandoned=0,
    tests=0,
    refused=0,
    interrupted=0,
    spent=0,
    paperless=0,
    fragments=0,
    attended=0,
    left=0,
)
