"""After the booth died: officer and voter answer what its screen asks, by what they have seen and nothing else."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import ClassVar

from booth.desk.verbs import Act, Place
from tests.robot.driver import NotSeen, Robot
from tests.robot.people import CardHolder
from tests.robot.wire import Seen
from tests.torture.play import Play

STEPS = 80
"""More screens than this are no way back."""
MOVED_S = 30.0
"""Longest work of a booth between two screens (closing, or a printer that must be cleared)."""
CARDS = {
    **dict.fromkeys(("ready", "locked", "pause", "resume", "left-before", "called-after", "close-officers"), "officer"),
    **dict.fromkeys(("resolve-box", "resolve-envelope", "resolve-paperless"), "colleague"),
    **dict.fromkeys(("committee-present", "close-committee", "takeover-committee"), "committee"),
    "takeover-officer": "officer",
}
"""Whose card is shown where one is wanted."""


class Stuck(AssertionError):
    """The screen leads nowhere, or somewhere it must not."""


class Aftermath:
    """Answers until the booth stands at one of ``goals``. ``trail`` names what it has shown."""

    def __init__(self, play: Play, goals: tuple[str, ...]) -> None:
        self._play = play
        self._goals = goals
        self.trail: list[str] = []

    def run(self) -> str:
        """The goal that was reached; raises Stuck or NotSeen."""
        for _ in range(STEPS):
            seen = self._robot.wait_until(lambda now: now.view not in ("", "Working", "Printing"), "a screen", MOVED_S)
            if self.trail[-1:] != [seen.name]:
                self.trail.append(seen.name)
            if seen.name in self._goals:
                return seen.name
            answer = self._answers.get(seen.name) or self._answers.get(seen.view)
            if answer is None:
                raise Stuck(f"nobody knows what to do at {seen.name} ({seen.refused}) after {' > '.join(self.trail)}")
            answer(self, seen)
            self._robot.wait_until(lambda now, old=seen: (now.number, now.name) != (old.number, old.name), "a change")
        raise Stuck(f"round and round: {' > '.join(self.trail[-12:])}")

    @property
    def _robot(self) -> Robot:
        return self._play.site.robot

    # One answer for each screen

    def _tap(self, target: str, seen: Seen) -> None:
        with suppress(NotSeen):
            # The screen may change under the finger, as when the stick has come into step: then it is looked at anew.
            self._robot.tap(target, in_view=seen.name, timeout_s=1)

    def _card(self, seen: Seen) -> None:
        holder: CardHolder = getattr(self._play.staff, CARDS[seen.what])
        with holder.card_in(self._play.site):
            now = self._robot.wait_until(lambda now: now.name != seen.name, f"that {seen.name} takes the card")
            if now.view == "PinWanted":
                self._robot.type(holder.card.pin)
                self._robot.tap("key-ok")
                self._robot.wait_until(lambda now: now.name not in ("PinWanted", "Working:card"), "the card at work")

    def _stick(self, seen: Seen) -> None:
        if not self._play.site.desk.state().stick:
            self._play.site.desk.insert_stick()
        self._robot.wait_until(lambda now: now.name != seen.name, "the package being taken")

    def _confirm(self, seen: Seen) -> None:
        self._tap("confirm", seen)

    def _signed(self, seen: Seen) -> None:
        # A slip that hangs there from before is no report: it goes where slips go.
        slips, stubs, pieces = self._play.papers()
        kept = {piece.id for piece in (*slips, *stubs, *(piece for piece in pieces if not piece.whole))}
        for piece in self._play.site.desk.state().hanging:
            if piece.id not in kept:
                self._play.site.desk.take_paper(Place.DESK, piece.id)
        self._tap("confirm", seen)

    def _trouble(self, seen: Seen) -> None:
        for act in (Act.PLUG, Act.LOAD_ROLL, Act.CLOSE_COVER):
            self._play.site.desk.printer(act)
        self._tap("again", seen)

    def _found_unlocked(self, seen: Seen) -> None:
        # A slip that hangs here was refused by its voter: the refusal is stored, or the booth would ask.
        self._play.put_away(Place.ENVELOPE)
        self._tap("confirm", seen)

    def _voided(self, seen: Seen) -> None:
        self._play.put_away(Place.ENVELOPE)
        self._tap("confirm", seen)

    def _found_cast(self, seen: Seen) -> None:
        self._cast(seen)
        self._tap("confirm", seen)

    def _cast(self, seen: Seen) -> None:
        self._play.put_away(Place.BOX)
        self._play.voted = True

    def _resolve(self, seen: Seen) -> None:
        slips, _, pieces = self._play.papers()
        if self._play.slip_in_box:
            self._tap("saw-box", seen)
        elif slips or pieces or self._play.piece_in_envelope:
            self._tap("saw-envelope", seen)
        else:
            self._tap("saw-no-paper", seen)

    def _numbers(self, seen: Seen) -> None:
        takeover = any("takeover" in name.lower() for name in self.trail[-2:])
        for number in self._play.list_so_far() if takeover else self._play.desk_list:
            self._robot.type(str(number))
            self._robot.tap("key-ok", in_view="Attendance")

    def _rests(self, seen: Seen) -> None:
        self._tap("close" if "Closed" in self._goals else "resume", seen)

    def _waits(self, seen: Seen) -> None:
        if "Closed" in self._goals or "Paused" in self._goals:
            self._tap("officer", seen)

    _answers: ClassVar[Mapping[str, Callable[["Aftermath", Seen], None]]] = {
        "CardWanted": _card,
        "NotProvisioned": _stick,
        "OpenChecks": _confirm,
        "TakeoverReady": _confirm,
        "SignTakeover": _signed,
        "SignZeroReport": _signed,
        "PaperTrouble": _trouble,
        "Notice:found-unlocked": _found_unlocked,
        "Notice:voided": _voided,
        "Notice:tested": _voided,
        "Notice:found-cast": _found_cast,
        "IntoBox": _cast,
        "ResolveAsk": _resolve,
        "LeftBeforeAsk": (lambda self, seen: self._tap("end", seen)),
        "CloseAsk": _confirm,
        "ShowCounts": _confirm,
        "Attendance": _numbers,
        "Paused": _rests,
        "WaitingForCard": _waits,
    }
