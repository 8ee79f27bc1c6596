"""The plan of the day: its steps from power-on to packing up, and which of them a view belongs to. Pure."""

from enum import StrEnum

from booth.events import Button
from booth.views import (
    Attendance,
    CardWanted,
    CloseAsk,
    Closed,
    NotProvisioned,
    OpenChecks,
    PaperTrouble,
    Paused,
    ShowCounts,
    SignZeroReport,
    View,
    WaitingForCard,
    Working,
)


class Step(StrEnum):
    """In the day's order; words ``plan.<step>.name`` and ``plan.<step>.text``."""

    PREPARE = "prepare"
    OPEN = "open"
    VOTE = "vote"
    CLOSE = "close"
    PACK = "pack"


CARDS = {
    "ready": Step.PREPARE,
    "committee-present": Step.OPEN,
    "pause": Step.VOTE,
    "resume": Step.VOTE,
    "close-officers": Step.CLOSE,
    "close-committee": Step.CLOSE,
}
"""By what is asked for. A booth that is locked does not know where its day stands before a card has opened it."""
WORK = {"zero-report": Step.OPEN, "tally": Step.CLOSE, "tape": Step.CLOSE}
TROUBLES = {Button.CANCEL: Step.OPEN, Button.LATER: Step.CLOSE}
"""By the way out beside printing again."""


def step_of(view: View) -> Step | None:
    """Where in the day an officer stands who sees this; None in a voter's session, at a takeover, after the end, and
    while a PIN is typed."""
    match view:
        case NotProvisioned():
            return Step.PREPARE
        case CardWanted(what=what):
            return CARDS.get(what)
        case OpenChecks() | SignZeroReport():
            return Step.OPEN
        case WaitingForCard() | Paused():
            return Step.VOTE
        case CloseAsk() | ShowCounts() | Attendance(takeover=False):
            return Step.CLOSE
        case Working(what=what):
            return WORK.get(what)
        case PaperTrouble(other=other):
            return TROUBLES.get(other) if other is not None else None
        case Closed(exported=exported):
            return Step.PACK if exported else Step.CLOSE
        case _:
            return None
