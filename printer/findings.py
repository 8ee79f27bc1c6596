"""What a connected printer showed of itself, which profile that fits, and why it may be refused. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from printer.layout import Size
from printer.profiles import PROFILES, Confirm, Profile
from printer.status import Status

RULER = {"A": 32, "B": 42, "C": 48}
"""Columns of font A by the last capital letter in the ruler's first line."""
RULER_LINE = b"".join(
    b"".join(b"%d" % (column % 10) for column in range(first, last)) + letter.encode("ascii")
    for letter, first, last in (("A", 1, 32), ("B", 33, 42), ("C", 43, 48))
)
"""48 characters, so that it wraps where the paper ends: the last letter of its first line is the width."""
TURN_S = 0.2
"""So much later than at rest a confirmation comes with some 120 mm of paper before it: a printer of 500 mm/s, the
fastest known, takes 0.24 s for them."""


class Reason(Enum):
    """Why official elections refuse a printer; words ``printer-check.refused.<value>``, which say what to do."""

    HALF = "half"
    """It does not answer all of DLE EOT 1 to 4: no profile at all, since paper and cover could not be seen."""
    MUTE = "mute"
    """It confirms nothing."""
    HASTY = "hasty"
    """It confirms before the paper moves."""
    KEEPS = "keeps"
    """It does not confirm that it drops an interrupted print."""
    COLUMNS = "columns"
    """It has 42 columns and is no Epson."""
    UNFIT = "unfit"
    """It confirms, and no profile fits all that it answers."""


class Answered(Enum):
    """When a request to confirm was answered."""

    NEVER = "never"
    AT_ONCE = "at-once"
    IN_TURN = "in-turn"

    @classmethod
    def after(cls, at_rest_s: float | None, behind_paper_s: float | None) -> "Answered":
        """From the seconds until the answer without and with paper before it; None is no answer.

        Only time shows that paper was waited for. That a DLE EOT overtakes the request does not: many printers answer
        that as it comes in, and the request some milliseconds later, which is still before the motor moves.
        """
        if at_rest_s is None or behind_paper_s is None:
            return cls.NEVER
        return cls.IN_TURN if behind_paper_s - at_rest_s >= TURN_S else cls.AT_ONCE


@dataclass(frozen=True)
class Findings:
    """All that can be asked, and the one thing that a person must look at."""

    baud: int
    real_time: frozenset[int]
    """The DLE EOT that were answered, of 1 to 4."""
    status: Status | None
    """How it is; None when it does not answer all four."""
    clears: bool = False
    """DLE DC4 function 8 was answered."""
    status_back: bool = False
    """GS a was answered."""
    maker: str = ""
    model: str = ""
    drained: Answered = Answered.NEVER
    """GS r 1."""
    process_id: Answered = Answered.NEVER
    """GS ( H function 48."""
    columns: int | None = None
    """Characters of font A on one line."""


@dataclass(frozen=True)
class Verdict:
    """The first profile that fits, if any, and why official elections refuse the printer (empty: they do not)."""

    profile: Profile | None
    reasons: tuple[Reason, ...]

    @property
    def official(self) -> bool:
        """Whether an official election may print with it."""
        return self.profile is not None and self.profile.official


def judge(found: Findings) -> Verdict:
    """Proposes a profile; ``found.columns`` must be known unless the printer does not answer all of DLE EOT."""
    if found.status is None:
        return Verdict(None, (Reason.HALF,))
    profile = next((one for one in PROFILES.values() if _fits(one, found)), None)
    if profile is not None and profile.official:
        return Verdict(profile, ())
    return Verdict(profile, tuple(_reasons(found)))


def _fits(profile: Profile, found: Findings) -> bool:
    confirms = {
        Confirm.PROCESS_ID: found.process_id is Answered.IN_TURN and found.clears,
        Confirm.DRAINED: found.drained is Answered.IN_TURN and found.clears,
        Confirm.NOTHING: True,
    }
    return (
        confirms[profile.confirm]
        and profile.columns(Size.FINE) == found.columns
        and profile.maker in (None, found.maker.upper())
        and (found.status_back or not profile.status_back)
    )


def _reasons(found: Findings) -> Iterator[Reason]:
    answers = (found.drained, found.process_id)
    if all(answer is Answered.NEVER for answer in answers):
        yield Reason.MUTE
    elif all(answer is not Answered.IN_TURN for answer in answers):
        yield Reason.HASTY
    if not found.clears:
        yield Reason.KEEPS
    if found.columns == RULER["B"] and found.maker.upper() != "EPSON":
        yield Reason.COLUMNS
    elif Answered.IN_TURN in answers and found.clears:
        yield Reason.UNFIT
