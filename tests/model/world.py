"""One instant of the world: devices, their stores, the stick's copy, where voters stand, where slips lie."""

from typing import NamedTuple

from booth.session import Effect, Session
from booth.store.rows import CurrentState
from booth.store.slots import SlotState

# Where a voter stands, as the desk's list and everybody in the room would say.
OUTSIDE = "has not come"
DESK = "at the desk"
"""Attended, has no vote and the right to a session."""
BOOTH = "in the booth"
TOLD = "in the booth, told that the vote is stored"
VOTED = "has voted"
GONE = "left without voting"
SENT = "sent away, and on the list as left"
"""Left, as the list says, and did not want to."""
ATTENDED = frozenset({DESK, BOOTH, TOLD, VOTED, GONE, SENT})

NOBODY, TESTER, STRANGER = -1, -2, -3
"""Who is in the booth, when it is no voter: an announced test, or somebody whom the list does not know."""

# What there is of a ballot's paper.
NONE = "no paper"
PIECE = "a piece at the printer"
WHOLE = "a slip, out or in the voter's hand"
BOX = "a slip in the box"
ENVELOPE = "paper in the void envelope"
AWAY = "a slip carried away"


class Violated(Exception):
    """A step that must never be possible."""


class Ballot(NamedTuple):
    """What people could know of a sealed ballot: its voter and its paper."""

    voter: int
    paper: str
    lane: int
    pieces: int = 0
    """In the envelope from prints before this one."""
    noted: int = 0
    """Of these, how many people saw the screen go on after they had touched *a piece came out*."""


class Store(NamedTuple):
    """What ``booth.store`` keeps; ``who`` is known to the model only."""

    current: CurrentState = CurrentState.IDLE
    at: int = -1
    """The pending ballot."""
    who: int = NOBODY
    """Whose session it is, or was last."""
    sessions: int = 0
    abandoned: int = 0
    paperless: int = 0
    fragments: int = 0
    slots: tuple[SlotState, ...] = ()
    """By ballot, as far as this store knows of them."""

    def slot(self, ballot: int) -> SlotState:
        return self.slots[ballot] if ballot < len(self.slots) else SlotState.FREE


class Device(NamedTuple):
    """One device. Between two screens it is busy: effects to do, then a state to draw."""

    store: Store
    session: Session
    """What is on the screen."""
    voter: int = NOBODY
    """Whose turn it is, until paper and person have left."""
    refused: bool = False
    printing: bool = False
    card: bool = False
    """The officer's card lies in the reader since the voter was let in."""
    todo: tuple[Effect, ...] = ()
    after: Session | None = None
    uncopied: bool = False
    """A write is durable here and not yet on the stick that is in step."""
    fragment: bool = False
    """Busy, and a fragment was counted that nobody has seen confirmed."""

    @property
    def busy(self) -> bool:
        return self.after is not None


class World(NamedTuple):
    """Everything. The device that serves the booth is the last one."""

    devices: tuple[Device, ...]
    voters: tuple[str, ...]
    copy: Store | None = Store()
    """What the stick knows of the first device; None once another one took over."""
    in_step: bool = True
    ballots: tuple[Ballot, ...] = ()
    tests: int = 0
    """Announced tests that witnesses saw to their end."""
    testers: int = 0
    lagged: bool = False
    """Taken over from a copy that was not in step."""
    doubt: int = 0
    """Power failures after which nobody could know whether a fragment had been counted."""
    act: str = ""
    """What a dishonest or careless person has done."""
    pieces: int = 0
    """In the envelope, of ballots whose end is known."""
    forged: int = 0
    """Papers in the box that no booth printed."""
    batches: int = 1
    typed: int = 0
    """How many more voters were entered as attended than are on the list."""

    @property
    def serving(self) -> Device:
        return self.devices[-1]

    def with_device(self, d: int, device: Device) -> "World":
        devices = self.devices
        return self._replace(devices=(*devices[:d], device, *devices[d + 1 :]))

    def with_voter(self, v: int, where: str) -> "World":
        if v < 0:
            return self
        return self._replace(voters=(*self.voters[:v], where, *self.voters[v + 1 :]))

    def with_ballot(self, b: int, **what: object) -> "World":
        changed = self.ballots[b]._replace(**what)
        return self._replace(ballots=(*self.ballots[:b], changed, *self.ballots[b + 1 :]))


class Bounds(NamedTuple):
    """How large the explored world is."""

    voters: int = 2
    sessions: int = 3
    """Sessions that officers let in, over all devices."""
    credentials: int = 2
    """In each lane."""
    testers: int = 0
    crashes: bool = True
    takeovers: bool = False
    lags: bool = False
    pieces: int = 1
    """Reprints of one ballot after a piece of paper."""


def beginning(bounds: Bounds) -> World:
    return World(devices=(Device(Store(), Session.IDLE),), voters=(OUTSIDE,) * bounds.voters)
