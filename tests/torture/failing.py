"""A device's disk that fails under a running booth: how it fails, and what the booth is doing when it does."""

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.torture import deeds
from tests.torture.play import Play, Visitor
from tests.torture.shim import GROWS, SYNCS, WRITES, Act, Call, Shim, Watched

LOCKED = "CardWanted:locked"
DISK = "The disk did not do its part"
MEDIUM = "disk or a medium failed"


@dataclass(frozen=True)
class Failure:
    """What the kernel answers, and to which calls."""

    error: int
    calls: frozenset[Call]
    once: bool = False

    def befall(self, shim: Shim) -> None:
        """From now on (or once, at the next call)."""
        act = Act.FAIL_ONCE if self.once else Act.FAIL_ON
        shim.tell(act, 1, value=self.error, calls=self.calls, watched=frozenset({Watched.DISK}))
        shim.arm()


FAILURES: Mapping[str, Failure] = {
    "full": Failure(errno.ENOSPC, GROWS),
    "full for a moment": Failure(errno.ENOSPC, GROWS, once=True),
    "writes fail": Failure(errno.EIO, WRITES),
    "syncs fail": Failure(errno.EIO, SYNCS),
    "one sync fails": Failure(errno.EIO, SYNCS, once=True),
    "read-only": Failure(errno.EROFS, frozenset(Call) - SYNCS),
}


@dataclass(frozen=True)
class Moment:
    """What people do when the disk fails, and what the screen shows of it."""

    to_start: Callable[[Play], object]
    act: Callable[[Play], object]
    shows: tuple[str, ...] = (LOCKED,)
    says: tuple[str, ...] = (DISK,)
    goals: tuple[str, ...] = deeds.VOTING
    visitor: Callable[[int], Visitor] = Visitor
    blank: bool = False
    decides: bool = False
    """A ballot, the day's store or its batch is at stake: every failure is tried."""


def _card_in(play: Play) -> None:
    play.site.desk.insert_card(play.staff.officer.card.name)


def _tap(target: str) -> Callable[[Play], object]:
    return lambda play: play.site.robot.tap(target)


def _types_pin(play: Play, card: str) -> None:
    robot, holder = play.site.robot, getattr(play.staff, card)
    ways = ("PinWanted",) if robot.look().name == LOCKED else ("PinWanted", LOCKED)
    play.site.desk.insert_card(holder.card.name)
    # A line of the log may have met the failure first: then the store is shut already.
    if robot.wait_for(*ways).view == "PinWanted":
        robot.type(holder.card.pin)
        robot.tap("key-ok")


def _asked_to_pause(play: Play) -> None:
    deeds._idle(play)
    play.site.robot.tap_away("officer", in_view="WaitingForCard")


def _asked_for_numbers(play: Play) -> None:
    deeds._paused(play)
    play.site.robot.tap_away("close", in_view="Paused")
    play.site.robot.tap_away("confirm", in_view="CloseAsk")


def _types_numbers(play: Play) -> None:
    for number in play.desk_list:
        play.site.robot.type(str(number))
        play.site.robot.tap("key-ok", in_view="Attendance")


def _asked_for_committee(play: Play) -> None:
    _asked_for_numbers(play)
    _types_numbers(play)
    play.site.robot.tap_away("confirm", in_view="ShowCounts")
    play.staff.officer.shows_card_and_pin(play.site, "CardWanted:close-committee")


def _asked_to_sign(play: Play) -> None:
    robot = play.site.robot
    robot.wait_for("NotProvisioned")
    play.site.desk.insert_stick()
    robot.wait_for("CardWanted:ready")
    play.staff.officer.shows_card_and_pin(play.site, "OpenChecks")
    robot.tap_away("confirm", in_view="OpenChecks")
    play.staff.committee.shows_card(play.site, "SignZeroReport")


def _asked_for_first_card(play: Play) -> None:
    play.site.robot.wait_for("NotProvisioned")
    play.site.desk.insert_stick()
    play.site.robot.wait_for("CardWanted:ready")


MOMENTS: Mapping[str, Moment] = {
    "the package is taken": Moment(
        lambda play: play.site.robot.wait_for("NotProvisioned"),
        lambda play: play.site.desk.insert_stick(),
        shows=("NotProvisioned",),
        says=("package cannot be stored",),
        visitor=deeds._nobody,
        blank=True,
    ),
    "the store is made": Moment(
        _asked_for_first_card,
        lambda play: _types_pin(play, "officer"),
        shows=("CardWanted:ready",),
        says=(DISK, MEDIUM),
        visitor=deeds._nobody,
        blank=True,
        decides=True,
    ),
    "the polls open": Moment(_asked_to_sign, _tap("confirm"), visitor=deeds._nobody, blank=True),
    "the store is opened": Moment(
        lambda play: play.site.robot.wait_for(LOCKED),
        lambda play: _types_pin(play, "officer"),
        visitor=deeds._nobody,
        decides=True,
    ),
    "a voter is let in": Moment(deeds._idle, _card_in),
    "a ballot is sealed": Moment(deeds._confirming, _tap("yes"), decides=True),
    "a vote is cast": Moment(deeds.slip_out, _tap("right"), decides=True),
    "a slip is refused": Moment(deeds.slip_out, _tap("wrong")),
    "voting is paused": Moment(
        _asked_to_pause,
        lambda play: _types_pin(play, "officer"),
        goals=("Paused", *deeds.VOTING),
        visitor=deeds._nobody,
    ),
    "the desk's numbers are entered": Moment(
        _asked_for_numbers, _types_numbers, goals=("Closed",), visitor=deeds._nobody
    ),
    "the batch is stored": Moment(
        _asked_for_committee,
        lambda play: _types_pin(play, "committee"),
        goals=("Closed",),
        visitor=deeds._nobody,
        decides=True,
    ),
}
