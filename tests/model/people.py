"""What honest people do, given what the screen says and the paper that they see."""

from collections.abc import Callable, Iterator

from booth.asks import Ask, Leave
from booth.session import Effect, Event, Session
from booth.store.rows import CurrentState
from booth.store.slots import SlotState
from tests.model.alike import alike
from tests.model.device import Move, begin, spent_up
from tests.model.rules import Rules
from tests.model.world import (
    BOOTH,
    BOX,
    DESK,
    ENVELOPE,
    GONE,
    NOBODY,
    NONE,
    OUTSIDE,
    PIECE,
    STRANGER,
    TESTER,
    TOLD,
    VOTED,
    WHOLE,
    Bounds,
    Device,
    World,
)

OUT = (PIECE, WHOLE)
"""Paper that is neither in the box nor in the envelope yet."""
FREE_TO_GO = frozenset(Session) - {Session.DONE, Session.IDLE}


def present(world: World, voter: int) -> bool:
    return voter in (TESTER, STRANGER) or (voter >= 0 and world.voters[voter] in (BOOTH, TOLD))


def loose(world: World, voter: int) -> list[int]:
    """The voter's ballots whose paper still lies about."""
    return [n for n, ballot in enumerate(world.ballots) if ballot.voter == voter and ballot.paper in OUT]


def honest_moves(world: World, rules: Rules, d: int, bounds: Bounds) -> Iterator[Move]:
    """Everything that honest people may do at the screen of device ``d``, and with paper."""
    device = world.devices[d]
    for event in rules.events[device.session]:
        for before, moved in _EVENTS[event](world, rules, d, bounds):
            name = f"{before}{event.name} in {device.session.name}"
            yield name, begin(moved, rules, d, event)
    yield from _with_paper(world, d)
    yield from _coming_and_going(world, d)


# Paper and people


def _with_paper(world: World, d: int) -> Iterator[Move]:
    device = world.devices[d]
    for n in loose(world, device.voter):
        if device.session is Session.DONE and world.ballots[n].paper is WHOLE and device.store.who == device.voter:
            yield "the slip goes into the box", world.with_ballot(n, paper=BOX)
        if device.session in (Session.REFUSED, Session.REFUSED_LAST):
            yield "the slip goes into the envelope", world.with_ballot(n, paper=ENVELOPE)


def settle(world: World, voter: int) -> World:
    """What still lies about when the booth is free again goes where the screens have said."""
    for n in loose(world, voter):
        told = world.voters[voter] in (TOLD, VOTED) if voter >= 0 else _counts(world, n)
        world = world.with_ballot(n, paper=BOX if told and world.ballots[n].paper is WHOLE else ENVELOPE)
    return world


def _counts(world: World, n: int) -> bool:
    return any(device.store.slot(n) is SlotState.CAST for device in world.devices)


def step_out(world: World, d: int) -> World:
    """The booth is empty again; who was not told that the vote is stored has the right to another session."""
    voter = world.devices[d].voter
    world = settle(world, voter)
    if voter >= 0:
        world = world.with_voter(voter, {TOLD: VOTED, BOOTH: DESK}.get(world.voters[voter], world.voters[voter]))
    return alike(world.with_device(d, world.devices[d]._replace(voter=NOBODY)))


def _coming_and_going(world: World, d: int) -> Iterator[Move]:
    device = world.devices[d]
    voter = device.voter
    if device.session is Session.IDLE:
        if voter != NOBODY:
            yield "the booth is emptied", step_out(world, d)
        for v, where in enumerate(world.voters):
            if where is DESK:
                yield f"voter {v} goes home from the desk", world.with_voter(v, GONE)
    elif voter >= 0 and device.session in FREE_TO_GO:
        if world.voters[voter] is BOOTH:
            yield f"voter {voter} walks away", world.with_voter(voter, GONE)
        elif world.voters[voter] is GONE and device.session in (Session.LEFT_BEFORE, Session.LEFT_BEFORE_ASK):
            yield f"voter {voter} comes back", world.with_voter(voter, BOOTH)


# Events


Prepared = Iterator[tuple[str, World]]
"""A sentence for the trace, and the world as it is when the screen is touched."""


def _always(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    yield "", world


def _never(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    yield from ()


def _by_voter(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    if present(world, world.devices[d].voter):
        yield "", world


def _card(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if not isinstance(rules.asks.get(device.session), Ask):
        return
    if Effect.UNLOCK not in rules.session[device.session, Event.CARD][1]:
        waits_for_paper = device.session in (Session.REFUSED, Session.REFUSED_LAST) and loose(world, device.voter)
        if not waits_for_paper:
            yield "", world
        return
    yield from let_in(world, d, bounds, entitled)


def entitled(world: World, bounds: Bounds) -> list[int]:
    """Whom honest officers let in: who has come, has no vote, and whom no screen told that there is one."""
    who = [v for v, where in enumerate(world.voters) if where in (OUTSIDE, DESK, GONE)]
    # Voters are alike until they come.
    who = [v for v in who if world.voters[v] is not OUTSIDE or v == world.voters.index(OUTSIDE)]
    return [*who, TESTER] if world.testers < bounds.testers else who


def let_in(world: World, d: int, bounds: Bounds, whom: Callable[[World, Bounds], list[int]]) -> Prepared:
    """The officer's card for one of ``whom``, once paper and person before are out of the booth."""
    device = world.devices[d]
    if device.store.sessions >= bounds.sessions or spent_up(world, d, bounds):
        return
    if device.session is Session.DONE and device.voter != NOBODY:
        if loose(world, device.voter):
            return
        world = step_out(world, d)
    if world.devices[d].voter != NOBODY:
        return
    for v in whom(world, bounds):
        inside = world.with_device(d, world.devices[d]._replace(voter=v))
        if v == TESTER:
            inside = inside._replace(testers=inside.testers + 1)
        elif v >= 0 and world.voters[v] is not VOTED:
            inside = inside.with_voter(v, DESK)
        yield f"{ {TESTER: 'a test', STRANGER: 'nobody on the list'}.get(v, f'voter {v}') } is let in: ", inside


def _card_out(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    if isinstance(rules.asks.get(world.devices[d].session), Leave):
        yield "", world


def _paper(world: World, device: Device) -> str:
    return world.ballots[device.store.at].paper if device.store.current is CurrentState.PENDING else NONE


def _printed(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if device.printing and _paper(world, device) is WHOLE:
        yield "", world


def _print_failed(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    if world.devices[d].printing:
        yield "", world


def _after_piece(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if present(world, device.voter) and _paper(world, device) in OUT:
        at = device.store.at
        pieces = world.ballots[at].pieces + 1
        if pieces <= bounds.pieces:
            yield "its piece is in the envelope: ", world.with_ballot(at, paper=NONE, pieces=pieces)


def _after_nothing(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if present(world, device.voter) and _paper(world, device) is NONE:
        yield "", world


def _right(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if device.voter != TESTER and present(world, device.voter) and _paper(world, device) in (WHOLE, BOX):
        yield "", world


def _wrong(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if device.voter != TESTER and present(world, device.voter) and not _last(world, d, bounds):
        yield "", world


def _wrong_again(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if device.voter != TESTER and present(world, device.voter) and _last(world, d, bounds):
        yield "", world


def _last(world: World, d: int, bounds: Bounds) -> bool:
    """As the runner has it: a second refusal, or no credential for another ballot."""
    return world.devices[d].refused or spent_up(world, d, bounds)


def _tester(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    if world.devices[d].voter == TESTER:
        yield "", world


def _confirm(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    if device.session is not Session.TEST_ASK or device.voter == TESTER:
        yield "", world


def _end(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    if not present(world, world.devices[d].voter):
        yield "", world


def _saw_box(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    device = world.devices[d]
    ballot = world.ballots[device.store.at]
    if ballot.paper is WHOLE and ballot.voter >= 0 and world.voters[ballot.voter] in (TOLD, VOTED):
        # An earlier device told its voter so, and this one does not know of it.
        yield "the slip goes into the box: ", world.with_ballot(device.store.at, paper=BOX)
    elif ballot.paper is BOX:
        yield "", world


def unnoted(world: World, at: int) -> int:
    """Papers of a ballot in the envelope or about to go there that nobody saw counted as a fragment."""
    ballot = world.ballots[at]
    return ballot.pieces - ballot.noted + (ballot.paper in (*OUT, ENVELOPE))


def _saw_envelope(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    at = world.devices[d].store.at
    ballot = world.ballots[at]
    told = ballot.voter >= 0 and world.voters[ballot.voter] in (TOLD, VOTED)
    if ballot.paper is BOX or (told and ballot.paper is WHOLE):
        return
    if unnoted(world, at):
        paper = ENVELOPE if ballot.paper in OUT else ballot.paper
        yield "", world.with_ballot(at, paper=paper)


def _saw_no_paper(world: World, rules: Rules, d: int, bounds: Bounds) -> Prepared:
    at = world.devices[d].store.at
    if world.ballots[at].paper is NONE and not unnoted(world, at):
        yield "", world


_EVENTS = {
    Event.CARD: _card,
    Event.CARD_OUT: _card_out,
    Event.CHOSE: _by_voter,
    Event.YES: _by_voter,
    Event.CHANGE: _by_voter,
    Event.HERE: _by_voter,
    Event.SILENT: _always,
    Event.SEALED: _never,
    Event.PRINTED: _printed,
    Event.PRINT_FAILED: _print_failed,
    Event.AGAIN_AFTER_PIECE: _after_piece,
    Event.AGAIN_AFTER_NOTHING: _after_nothing,
    Event.GIVE_UP: _always,
    Event.RIGHT: _right,
    Event.WRONG: _wrong,
    Event.WRONG_AGAIN: _wrong_again,
    Event.TEST_SHOWN: _tester,
    Event.CONFIRM: _confirm,
    Event.CANCEL: _always,
    Event.CONTINUE: _by_voter,
    Event.END: _end,
    Event.SAW_BOX: _saw_box,
    Event.SAW_ENVELOPE: _saw_envelope,
    Event.SAW_NO_PAPER: _saw_no_paper,
}
"""Who brings about an event, and when honestly. SEALED follows by itself."""
