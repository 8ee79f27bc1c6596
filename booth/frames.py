"""What goes out to the screen: numbered frames, and only when there is something new to see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from booth.comfort import Comfort
from booth.drawing import Facts, view_of
from booth.polls import Polls
from booth.session import Session
from booth.views import Frame, Look, Status


class Frames:
    """Draws a situation when it is news. A number stays as long as every touch means what it meant."""

    def __init__(self, show: Callable[[Frame], None], facts: Facts) -> None:
        self._show = show
        self._facts = facts
        self._told: object = None
        self._drawn: tuple[int, Status, Comfort] | None = None
        self.number = 0

    def renew(self) -> None:
        """A new state: no touch that was meant for the old one counts any more."""
        self._told = None

    def draw(self, polls: Polls, session: Session, look: Look, status: Status, comfort: Comfort, now: datetime) -> None:
        """Shows the situation, unless it is drawn already. ``now`` is local time."""
        facts = self._facts
        # Elsewhere the status line tells of printer and power: a voter's touch must not be lost over them.
        between = (polls, session) == (Polls.OPEN, Session.IDLE)
        devices = (facts.paper, facts.vitals.concern, facts.vitals.percent) if between else None
        told = (facts.asked, facts.used_card_lies, facts.problem, facts.checks, facts.copy, facts.foreign, devices)
        if told != self._told:
            self._told = told
            self.number += 1
        if not comfort.language:
            comfort = replace(comfort, language=next(iter(look.words)))
        what = (self.number, status, comfort)
        if what != self._drawn:
            self._drawn = what
            facts.clock, facts.date = now.strftime("%H:%M"), now.strftime("%d-%m-%Y")
            self._show(Frame(self.number, look, view_of(polls, session, facts), status, comfort))
