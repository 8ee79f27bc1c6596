"""A real booth is switched on after the cut, and honest people answer what it asks until it goes on or has closed."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from booth.desk.verbs import Place
from config.errors import BilikError
from tests.robot.driver import NotSeen
from tests.robot.people import CardHolder, Site
from tests.robot.reading import SlipReader
from tests.robot.wire import Seen
from tests.torture.powercut.cuts import Cut, bounds_at, lay_out, pictures
from tests.torture.powercut.judge import Judge
from tests.torture.powercut.promises import Bounds
from tests.torture.powercut.recording import DEVICE, FIRST, STICK, Booth, Recorded, Staff, desk
from tests.torture.powercut.second_day import exports_evidence

GOALS = ("WaitingForCard", "Paused", "Closed")
STEPS = 30
"""More screens than this are no way back."""
NUMBERS = ("3", "0")
"""What stands on the desk's list; a number that fits nothing is printed and stops nobody."""


class NoWayBack(AssertionError):
    """The booth shows something that an honest officer cannot answer."""


@dataclass(frozen=True)
class Back:
    """One cut's end."""

    reached: str
    wrong: tuple[str, ...]


def come_back_all(recorded: Recorded, cuts: Sequence[Cut], work: Path) -> Iterator[tuple[Cut, Back]]:
    """Starts a booth after each cut, in a folder that is not there yet."""
    disks = work / "disks"
    work.mkdir(parents=True)
    shutil.copytree(recorded.ground.made.cards, work / "judge")
    judge = Judge(recorded, work / "judge")
    (disks / STICK).mkdir(parents=True)
    (work / "journal").touch()
    with desk(recorded.ground, work, disks / STICK) as client:
        staff = Staff.of(recorded.ground, work / "cards")
        booth = Booth(client, SlipReader(recorded.ground.package), work, work / "journal")
        for cut, picture in pictures(recorded.journal, cuts):
            lay_out(picture, disks)
            device, stick = bounds_at(recorded, cut)
            if recorded.turned is not None and recorded.journal.sizes[cut.done - 1] > recorded.turned:
                yield cut, _give_evidence(booth, judge, disks, device, stick)
            else:
                yield cut, _come_back(booth, staff, judge, disks, device)


def _give_evidence(booth: Booth, judge: Judge, disks: Path, device: Bounds, stick: Bounds) -> Back:
    """The power went while a device that goes on no more gave its evidence: it does so once more, and whole."""
    reached, wrong = "nowhere", []
    try:
        try:
            reached = f"{exports_evidence(booth.start(disks / FIRST), 'Replaced', 'Quarantined')}, exported"
        finally:
            booth.stop()
        wrong += judge.judge(disks, replace(device, least={**device.least, "evidence": 1}), stick).wrong
    except (AssertionError, BilikError, OSError) as fault:
        wrong.append(f"the first device does not come back: {fault}")
    return Back(reached, tuple(wrong))


def _come_back(booth: Booth, staff: Staff, judge: Judge, disks: Path, before: Bounds) -> Back:
    reached, wrong = "nowhere", []
    try:
        try:
            reached = _People(booth.start(disks / DEVICE), staff).lead_back()
        finally:
            booth.stop()
        wrong += judge.judge_again(disks, _with_one_more(before), closed=reached == "Closed")
    except (AssertionError, BilikError, OSError) as fault:
        wrong.append(f"the booth does not come back: {fault}")
    return Back(reached, tuple(wrong))


def _with_one_more(before: Bounds) -> Bounds:
    """What coming back may add: the voter who was in the booth is abandoned, her pending ballot void; days go on."""
    more = {"abandoned": 1, "interrupted": 1, "acts": 99, "takeovers": 1, "batch": 1, "exported": 1}
    return replace(before, most={name: before.most.get(name, 0) + more.get(name, 0) for name in {*before.most, *more}})


TOUCHES, AGAIN_S = 3, 10


class _People:
    """Officer, colleague and committee at a booth that was switched on again."""

    def __init__(self, site: Site, staff: Staff) -> None:
        self._site = site
        self._robot = site.robot
        self._answers: Mapping[str, Callable[[Seen], None]] = {
            "CardWanted:ready": self._card(staff.officer),
            "CardWanted:locked": self._card(staff.officer),
            "CardWanted:committee-present": self._card(staff.committee),
            "CardWanted:resolve-envelope": self._card(staff.colleague),
            "CardWanted:close-officers": self._card(staff.officer),
            "CardWanted:close-committee": self._card(staff.committee),
            "NotProvisioned": self._wait,
            "CardWanted:takeover-committee": self._card(staff.committee),
            "CardWanted:takeover-officer": self._card(staff.officer),
            "OpenChecks": self._tap("confirm"),
            "TakeoverReady": self._tap("confirm"),
            "SignTakeover": self._tap("confirm"),
            "SignZeroReport": self._tap("confirm"),
            "ResolveAsk": self._tap("saw-envelope"),
            "Notice:found-unlocked": self._tap("confirm"),
            "Notice:found-cast": self._tap("confirm"),
            "Notice:voided": self._tap("confirm"),
            "IntoBox": self._wait,
            "Attendance": self._numbers,
            "ShowCounts": self._tap("confirm"),
        }

    def lead_back(self) -> str:
        """The goal that was reached; raises NoWayBack or NotSeen."""
        trail: list[str] = []
        for _ in range(STEPS):
            seen = self._robot.wait_until(lambda now: now.view not in ("", "Working", "Printing"), "a screen", 40)
            if seen.view in GOALS:
                self._site.clear(Place.DESK)
                return seen.view
            trail.append(seen.name)
            if seen.name not in self._answers:
                raise NoWayBack(f"{' > '.join(trail)} {seen.refused}")
            self._answers[seen.name](seen)
        raise NoWayBack(f"round and round: {' > '.join(trail)}")

    def _tap(self, target: str) -> Callable[[Seen], None]:
        def tap(seen: Seen) -> None:
            # What the screen lacks yet may come: the stick's copy must be in step before a day can be opened. And a
            # touch on what a newer picture has just replaced counts for nothing: then people touch again.
            for _ in range(TOUCHES):
                with suppress(NotSeen):
                    self._robot.tap(target, in_view=seen.name)
                    self._robot.wait_until(lambda now: now.name != seen.name, "what the touch does", AGAIN_S)
                    return
            self._left(seen)

        return tap

    def _card(self, holder: CardHolder) -> Callable[[Seen], None]:
        def show(seen: Seen) -> None:
            with holder.card_in(self._site):
                now = self._robot.wait_until(lambda now: now.name != seen.name, f"that {seen.name} takes the card")
                if now.view == "PinWanted":
                    self._robot.type(holder.card.pin)
                    self._robot.tap("key-ok")
                    self._robot.wait_until(lambda now: now.name not in ("PinWanted", "Working:card"), "the PIN's end")

        return show

    def _numbers(self, seen: Seen) -> None:
        for number in NUMBERS:
            self._robot.type(number)
            self._robot.tap("key-ok", in_view="Attendance")
        self._left(seen)

    def _wait(self, seen: Seen) -> None:
        self._left(seen)

    def _left(self, seen: Seen) -> None:
        self._robot.wait_until(lambda now: now.name != seen.name, f"another screen than {seen.name}")
