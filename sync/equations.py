"""The counts of a booth and the equations that they must satisfy; printed on the tape and checked at import."""

from enum import StrEnum
from typing import Annotated

import msgspec

from config.record import Record

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Counts(Record, frozen=True):
    """What a booth counted, at closing."""

    voters: Count
    """Voters on the booth's part of the roll."""
    sessions: Count
    cast: Count
    abandoned: Count
    """Sessions that ended without a cast ballot and were not tests."""
    tests: Count
    refused: Count
    interrupted: Count
    spent: Count
    """Credentials that sealed a ballot."""
    paperless: Count
    """Interrupted ballots for which no paper came out, as the officers said."""
    fragments: Count
    """Pieces of slips that came out before a reprint."""
    attended: Count
    """Voters of the TPS on the desk's list, entered before the counts were shown."""
    left: Count
    """Voters of the TPS who left without voting, from the desk's list."""

    @property
    def void(self) -> int:
        """Ballots that were sealed and not cast."""
        return self.refused + self.interrupted + self.tests

    @property
    def envelope(self) -> int:
        """Papers that must lie in the void envelope."""
        return self.void - self.paperless + self.fragments


class Name(StrEnum):
    """Which equation; its words are in the catalogues as ``equation.<name>``."""

    SESSIONS = "sessions"
    CREDENTIALS = "credentials"
    ROLL = "roll"
    ATTENDANCE = "attendance"


class Equation(Record, frozen=True):
    """Two numbers that must be equal (ROLL: the left one at most the right one)."""

    name: Name
    left: int
    right: int
    holds: bool

    @property
    def relation(self) -> str:
        """What is true of the two numbers, to be written between them."""
        if self.name is Name.ROLL:
            return "≤" if self.holds else ">"
        return "=" if self.holds else "≠"


def equations(counts: Counts, *, booths_in_tps: int) -> tuple[Equation, ...]:
    """What one booth can check by itself; attendance belongs to the whole TPS and needs its only booth here."""
    found = [
        _equal(Name.SESSIONS, counts.sessions, counts.cast + counts.abandoned + counts.tests),
        _equal(Name.CREDENTIALS, counts.spent, counts.cast + counts.void),
        Equation(name=Name.ROLL, left=counts.cast, right=counts.voters, holds=counts.cast <= counts.voters),
    ]
    if booths_in_tps == 1:
        found.append(_equal(Name.ATTENDANCE, counts.attended, counts.cast + counts.left))
    return tuple(found)


def attendance_of_tps(booths: tuple[Counts, ...]) -> Equation:
    """The attendance equation over all booths of one TPS, each of which was told the same list."""
    return _equal(Name.ATTENDANCE, booths[0].attended, sum(booth.cast for booth in booths) + booths[0].left)


def _equal(name: Name, left: int, right: int) -> Equation:
    return Equation(name=name, left=left, right=right, holds=left == right)
