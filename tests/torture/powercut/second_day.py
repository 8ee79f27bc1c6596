"""What people do on the day whose device is lost: another one takes over from the stick, and the first one comes back.

Recorded is what the second device does to its disk and to the stick, from its first start on; then what the first one
does, which finds itself replaced or damaged and gives its evidence to the stick.
"""

import random
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from booth.desk.verbs import Place
from booth.stickstate import StickState
from tests.robot.people import Site
from tests.torture.ground import Ground
from tests.torture.powercut.day import Day, Deed
from tests.torture.powercut.recording import DEVICE, Held, Recorded, recording

SHORT = (Deed.VOTES,)
FULL = (Deed.VOTES, Deed.REFUSES, Deed.TEST, Deed.PAUSE, Deed.RESTART_AFTER)
"""On the second device, in an order that a seed decides."""
EARLIER = 2
"""So many vote on the first device."""


class Lost(StrEnum):
    """Where the first device's voter stands when it is lost."""

    IDLE = "nobody is there"
    PENDING = "the slip is out"
    UNLOCKED = "before Ya"
    CAST = "the slip goes into the box"


def hold(ground: Ground, work: Path, deeds: tuple[Deed, ...], seed: int) -> Recorded:
    """Records a day in a new folder; with an even seed the first device is damaged, too, and knows that."""
    chance = random.Random(seed)
    lost, damaged = tuple(Lost)[seed % len(Lost)], seed % 2 == 0
    order = chance.sample(deeds, len(deeds))
    work.mkdir(parents=True)
    lists: list[_Lost] = []

    def first(held: Held) -> None:
        day = _Lost(held, chance)
        day.opens()
        day.goes_on([Deed.VOTES] * EARLIER)
        day.is_lost(lost)
        if damaged:
            manifest = held.disks.folder / DEVICE / "package" / "manifest.json"
            manifest.write_bytes(manifest.read_bytes()[:-1])
        lists.append(day)

    with recording(ground, work, first) as (held, recorded):
        second = _Second(held, chance, lists[0])
        second.takes_over()
        second.goes_on(order)
        second.closes(stick_in=True)
        second.gives_evidence("Quarantined" if damaged else "Replaced")
    return recorded[0]


class _Lost(Day):
    """The first device's people."""

    lost = Lost.IDLE
    tracker = ""
    """Of the ballot that is under way then."""

    def is_lost(self, lost: Lost) -> None:
        """In the midst of a session, with the stick in step."""
        self.lost, voter = lost, self._voter()
        if lost is Lost.IDLE:
            # Until then the sign of the voter before is shown, and a restart would show it again.
            self._site.robot.wait_for("WaitingForCard")
        else:
            self._unlocks()
        if lost is Lost.UNLOCKED:
            voter.looks_and_leaves(self._site)
        elif lost is not Lost.IDLE:
            self.tracker = self._seals(voter)
        if lost is Lost.CAST:
            self._casts(voter, self.tracker)
        self._site.robot.wait_until(lambda seen: seen.stick == StickState.IN_STEP, "the stick being in step")
        self._held.booth.stop(in_order=False)


class _Second(Day):
    """The same people at the second device, with their list."""

    def __init__(self, held: Held, chance: random.Random, before: _Lost) -> None:
        super().__init__(held, chance)
        self.cast, self.left = before.cast, before.left
        self._before = before

    def takes_over(self) -> None:
        """Told is, by the screen after the officer's card: this device serves the booth now, with that many votes."""
        held, robot, staff = self._held, self._site.robot, self._held.staff
        robot.wait_for("TakeoverReady", timeout_s=40)
        robot.tap_away("confirm", in_view="TakeoverReady")
        for number in (self.cast + self.left, self.left):
            robot.type(str(number))
            robot.tap("key-ok", in_view="Attendance")
        robot.wait_for("CardWanted:takeover-committee")
        staff.committee.shows_card(self._site, "CardWanted:takeover-officer")
        with held.step("Working:takeover-tape", "SignTakeover", acts=1, takeovers=1):
            staff.officer.shows_card_and_pin(self._site, "SignTakeover")
        self._site.clear(Place.DESK)
        _GOES_ON[self._before.lost](self)
        robot.wait_for("WaitingForCard")

    def _signs(self, *leads_to: str) -> None:
        with self._held.step(*leads_to, acts=1):
            self._site.robot.tap_away("confirm", in_view="SignTakeover")
            self._site.robot.wait_for(*leads_to)

    def _finds_nobody(self) -> None:
        self._signs("WaitingForCard")

    def _finds_unlocked(self) -> None:
        with self._held.step("WaitingForCard", abandoned=1):
            self._signs("Notice:found-unlocked")
            self._site.robot.tap_away("confirm", in_view="Notice:found-unlocked")
            self._site.robot.wait_for("WaitingForCard")
        self.left += 1

    def _finds_pending(self) -> None:
        self._signs("ResolveAsk")
        self._voids(self._before.tracker)

    def _finds_cast(self) -> None:
        self._signs("Notice:found-cast")
        self._site.robot.tap_away("confirm", in_view="Notice:found-cast")

    def gives_evidence(self, view: str) -> None:
        """The first device says what it is, and is believed: first of all, that it does not go on."""
        with self._held.step(f"{view}:exported", evidence=1):
            with self._held.step(view, replaced=int(view == "Replaced")):
                # Within the step: a device that knows at once shows so in its first frame.
                self._held.turn_to_first()
                self._site.robot.wait_for(view, timeout_s=40)
            exports_evidence(self._site, view)


_GOES_ON: Mapping[Lost, Callable[[_Second], None]] = {
    Lost.IDLE: _Second._finds_nobody,
    Lost.UNLOCKED: _Second._finds_unlocked,
    Lost.PENDING: _Second._finds_pending,
    Lost.CAST: _Second._finds_cast,
}


def exports_evidence(site: Site, *views: str) -> str:
    """At a device that goes on no more, until it has told how the export ended; its view."""
    seen = site.robot.wait_for(*views, timeout_s=40)
    before = site.robot.tap("export", in_view=seen.view)
    site.robot.wait_until(lambda now: now.number > before.number and bool(now.targets), "the export", 40)
    return seen.view
