"""What dishonest and careless people may do, one act each; which counts show it is computed, never asserted."""

from collections.abc import Iterator
from dataclasses import dataclass

from booth.session import Event, Session
from tests.model.counts import quiet
from tests.model.device import Move, begin, go_on, paper_moves, taken_over
from tests.model.explore import Moves
from tests.model.people import OUT, honest_moves, let_in, loose, present
from tests.model.rules import Rules
from tests.model.world import (
    AWAY,
    BOX,
    ENVELOPE,
    GONE,
    NOBODY,
    SENT,
    STRANGER,
    TOLD,
    VOTED,
    WHOLE,
    Bounds,
    World,
)

SMALL = Bounds(voters=2, sessions=3, credentials=2, crashes=False, pieces=0)
"""Power failures are another matter: what one person does is seen best on a day without them."""


@dataclass(frozen=True)
class Act:
    """One deed; ``moves`` marks the world with ``name``."""

    name: str
    moves: Moves
    bounds: Bounds = SMALL


def _at(world: World, *states: Session) -> bool:
    device = world.serving
    return device.session in states and not device.busy and not device.uncopied and not world.act


def _touch(world: World, rules: Rules, name: str, event: Event, label: str) -> Move:
    """The act is the touch itself, or what was done just before it."""
    return f"{label}: {event.name}", begin(world._replace(act=name), rules, len(world.devices) - 1, event)


def _letting_in(name: str, whom: int | None) -> Act:
    """The officer's card, for ``whom`` or for a voter who has voted."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if _at(world, Session.IDLE, Session.DONE):

            def who(now: World, _: Bounds) -> list[int]:
                return [whom] if whom is not None else [v for v, at in enumerate(now.voters) if at is VOTED]

            for label, inside in let_in(world, len(world.devices) - 1, bounds, who):
                yield _touch(inside, rules, name, Event.CARD, label)

    return Act(name, moves)


def _resolving(name: str, event: Event, lies: tuple[str, ...], goes: str) -> Act:
    """An answer to *where did the slip go* that is not true: paper in ``lies`` goes where ``goes`` says."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if _at(world, Session.RESOLVE_ASK):
            at = world.serving.store.at
            if world.ballots[at].paper in lies:
                yield _touch(world.with_ballot(at, paper=goes), rules, name, event, "two persons lie")

    return Act(name, moves)


def _moving(name: str, lies: str, goes: str, forged: int = 0) -> Act:
    """Somebody reaches into the box or the envelope between two voters."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if not world.act and quiet(world):
            for n, ballot in enumerate(world.ballots):
                if ballot.paper is lies:
                    changed = world.with_ballot(n, paper=goes)
                    yield "a hand in the box", changed._replace(act=name, forged=forged)

    return Act(name, moves)


def _exchange(name: str) -> Act:
    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if not world.act and quiet(world):
            for out, slip in enumerate(world.ballots):
                for into, void in enumerate(world.ballots):
                    if slip.paper is BOX and void.paper is ENVELOPE:
                        swapped = world.with_ballot(out, paper=ENVELOPE).with_ballot(into, paper=BOX)
                        yield "two slips change places", swapped._replace(act=name)

    return Act(name, moves)


def _adding(name: str, **what: int) -> Act:
    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if not world.act and quiet(world):
            yield name, world._replace(act=name, **what)

    return Act(name, moves)


def _false_test(name: str, denied: bool) -> Act:
    """An officer declares a voter's ballot a test; the voter gets another session, or is told to go."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        device = world.serving
        if _at(world, Session.CHECKING) and present(world, device.voter) and device.voter >= 0:
            yield _touch(world, rules, name, Event.TEST_SHOWN, "an officer's card and PIN")
        if world.act == name and device.session is Session.TEST_ASK and not device.busy and not device.uncopied:
            gone = world.with_voter(device.voter, VOTED) if denied else world
            for n in loose(world, device.voter):
                gone = gone.with_ballot(n, paper=ENVELOPE)
            yield _touch(gone, rules, name, Event.CONFIRM, "the officer")

    return Act(name, moves)


def _ending(name: str, where: str) -> Act:
    """The officer says that a voter has left who has not."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        voter = world.serving.voter
        if _at(world, Session.LEFT_BEFORE_ASK) and voter >= 0 and present(world, voter):
            yield _touch(world.with_voter(voter, where), rules, name, Event.END, "the voter is sent away")

    return Act(name, moves)


def _sitting_in(name: str) -> Act:
    """The voter has left, and somebody else goes on in the session."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        device = world.serving
        if _at(world, Session.LEFT_BEFORE_ASK) and device.voter >= 0 and world.voters[device.voter] is GONE:
            sits = world.with_device(
                len(world.devices) - 1, device._replace(voter=STRANGER, store=device.store._replace(who=STRANGER))
            )
            yield _touch(sits, rules, name, Event.CONTINUE, "somebody else sits down")

    return Act(name, moves)


def _denying(name: str) -> Act:
    """The ballot was void, and its voter is told that it counts."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        voter = world.serving.voter
        if _at(world, Session.VOIDED) and voter >= 0 and present(world, voter):
            yield _touch(world.with_voter(voter, VOTED), rules, name, Event.CONFIRM, "the voter is sent away")

    return Act(name, moves)


def _two_devices(name: str) -> Act:
    """A second device takes over while the first goes on without the stick."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if not world.act and quiet(world) and world.copy is not None:
            for label, taken in taken_over(world, rules, world.serving):
                both = taken._replace(devices=(world.serving, taken.devices[1]), act=name, batches=2)
                yield label, both
        if world.act == name:
            device = world.devices[0]
            yield from go_on(world, rules, 0, bounds)
            yield from paper_moves(world, 0)
            if not device.busy and world.devices[1].voter == NOBODY:
                yield from honest_moves(world, rules, 0, bounds)

    return Act(name, moves, SMALL._replace(sessions=1, credentials=1))


def _old_image(name: str) -> Act:
    """A copy of the stick is kept, voters go on, and a second device takes over from that copy."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if not world.act and quiet(world) and world.copy is not None:
            yield "an image of the stick is kept", world._replace(in_step=False, act=name)
        if world.act == name and quiet(world) and world.copy is not None:
            yield from taken_over(world, rules, world.serving)

    return Act(name, moves, SMALL._replace(sessions=2))


def _early(name: str) -> Act:
    """The voter puts the slip into the box before any screen says so, and may walk away then."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        device = world.serving
        if _at(world, Session.CHECKING) and device.voter >= 0 and present(world, device.voter):
            yield "the slip goes into the box", world.with_ballot(device.store.at, paper=BOX)._replace(act=name)

    return Act(name, moves)


def _carrying(name: str, *states: Session) -> Act:
    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        if _at(world, *states):
            for n, ballot in enumerate(world.ballots):
                if ballot.voter == world.serving.voter and ballot.paper is WHOLE:
                    yield "the slip is carried away", world.with_ballot(n, paper=AWAY)._replace(act=name)

    return Act(name, moves)


def _mistaken(name: str) -> Act:
    """After a takeover from a stick that was behind, the screen speaks of the last voter whom the stick knew."""

    def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
        device = world.serving
        if _at(world, Session.CHECKING, Session.DONE) and world.copy is not None:
            # The stick knows of one voter, and the device dies at the next.
            if world.in_step:
                yield "the stick falls behind", world._replace(in_step=False)
            elif device.store.who != world.copy.who:
                yield from taken_over(world, rules, device)
        if not world.lagged or device.voter < 0:
            return
        if _at(world, Session.FOUND_CAST) and device.voter != device.store.who and present(world, device.voter):
            told = world.with_voter(device.voter, TOLD)
            yield _touch(told, rules, name, Event.CONFIRM, "taken for the voter who stands there")
        mine = loose(world, device.voter)
        if _at(world, Session.RESOLVE_ASK) and mine and device.store.at not in mine:
            laid = world.with_ballot(mine[0], paper=ENVELOPE)
            yield _touch(laid, rules, name, Event.SAW_ENVELOPE, "taken for the slip that lies there")

    return Act(name, moves, SMALL._replace(sessions=2))


DISHONEST = (
    _letting_in("unlocks a session for nobody on the list and votes", STRANGER),
    _letting_in("unlocks a second session for a voter who has voted", None),
    _sitting_in("goes on in the session of a voter who has left"),
    _ending("ends the session of a voter who is there; the list says *left*", SENT),
    _ending("ends the session of a voter who is there; the list says nothing", VOTED),
    _denying("tells the voter of a void ballot that it counts"),
    _false_test("declares a voter's ballot a test; the voter votes again", denied=False),
    _false_test("declares a voter's ballot a test; the voter is sent away", denied=True),
    _resolving("says *into the box* of paper in the envelope", Event.SAW_BOX, OUT, ENVELOPE),
    _resolving("says *into the box* where no paper came out", Event.SAW_BOX, ("no paper",), "no paper"),
    _resolving("says *into the envelope* of a slip in the box", Event.SAW_ENVELOPE, (WHOLE,), BOX),
    _resolving("says *into the envelope* of a slip that was pocketed", Event.SAW_ENVELOPE, (WHOLE,), AWAY),
    _resolving("says *no paper came out* of paper in the envelope", Event.SAW_NO_PAPER, OUT, ENVELOPE),
    _resolving("says *no paper came out* of a slip that was pocketed", Event.SAW_NO_PAPER, (WHOLE,), AWAY),
    _moving("takes a slip out of the box", BOX, AWAY),
    _moving("moves a slip from the box to the envelope", BOX, ENVELOPE),
    _adding("puts a forged slip into the box", forged=1),
    _moving("exchanges a slip in the box for a forged one", BOX, AWAY, forged=1),
    _exchange("exchanges a slip in the box for one from the envelope"),
    _two_devices("takes over while the old device goes on without the stick; both close"),
    _old_image("takes over from an old image of the stick"),
    _adding("enters one more as attended than the list has", typed=1),
)

CARELESS = (
    _early("a voter puts the slip into the box before the screen says so"),
    _carrying("a voter carries the slip home after *into the box*", Session.DONE),
    _carrying("a voter carries a refused slip home", Session.REFUSED, Session.REFUSED_LAST),
    _mistaken("after a takeover from a stick that was behind, the screen is taken to speak of who stands there"),
)
