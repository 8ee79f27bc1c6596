"""What a device does: events to effects, each durable here, then on the stick, before the next; power; takeover."""

from collections.abc import Iterator

from booth import polls
from booth.asks import Ask
from booth.polls import Polls
from booth.session import Effect, Event, Session
from booth.store.rows import CurrentState
from booth.store.slots import SlotState
from tests.model.rules import STORED, Rules
from tests.model.world import (
    BOOTH,
    DESK,
    GONE,
    NOBODY,
    NONE,
    PIECE,
    TESTER,
    TOLD,
    VOTED,
    WHOLE,
    Ballot,
    Bounds,
    Device,
    Store,
    Violated,
    World,
)

Move = tuple[str, World]
AGAIN = "the power fails, the device starts again"
REPLACED = "the device dies, another one takes over"
BY_POWER = frozenset({AGAIN, REPLACED})
"""What happens, and what nobody may have to rely on."""


def begin(world: World, rules: Rules, d: int, event: Event) -> World:
    """The runner steps its table; nothing is drawn before the effects are done."""
    device = world.devices[d]
    after, effects = rules.session[device.session, event]
    _nobody_decides_alone(rules, device.session, event, effects)
    if event is Event.CARD_OUT:
        device = device._replace(card=False)
    if event is Event.CARD:
        device = device._replace(card=True)
    if event in (Event.PRINTED, Event.PRINT_FAILED):
        device = device._replace(printing=False)
    # What is forgotten was in memory only, which the model does not hold.
    todo = tuple(effect for effect in effects if effect is not Effect.WIPE)
    world = world.with_device(d, device._replace(todo=todo, after=after))
    return world if todo else _draw(world, rules, d)


def _nobody_decides_alone(rules: Rules, state: Session, event: Event, effects: tuple[Effect, ...]) -> None:
    """A pending ballot ends by its voter's touch, or by two persons with their PINs; never by time or one person."""
    ends = [effect for effect in effects if effect in rules.life and rules.life[effect].wants is CurrentState.PENDING]
    ends = [effect for effect in ends if rules.life[effect].leaves is not CurrentState.PENDING]
    if not ends or event in (Event.RIGHT, Event.WRONG, Event.WRONG_AGAIN):
        return
    ask = rules.asks.get(state)
    two = event is Event.CARD and isinstance(ask, Ask) and ask.pin and ask.second
    test = event is Event.CONFIRM and ends == [Effect.TEST]
    if not two and not test:
        raise Violated(f"{event.name} in {state.name} ends a ballot, and neither its voter nor two persons said so")


def go_on(world: World, rules: Rules, d: int, bounds: Bounds) -> Iterator[Move]:
    """The next thing that a busy device does by itself."""
    device = world.devices[d]
    if device.uncopied and (rules.copy_first or not device.busy):
        copied = world._replace(copy=device.store).with_device(d, device._replace(uncopied=False))
        yield "the stick has it too", copied
        return
    if not device.busy:
        return
    if not device.todo:
        yield f"screen: {device.after.name}", _draw(world, rules, d)
        return
    effect, rest = device.todo[0], device.todo[1:]
    device = device._replace(todo=rest)
    if effect is Effect.PRINT:
        yield "the printer gets the slip", _print(world, d, device)
        return
    yield f"durable on the device: {effect.name}", _write(world, rules, d, device, effect)


def _print(world: World, d: int, device: Device) -> World:
    at = device.store.at
    if device.store.current is not CurrentState.PENDING:
        raise Violated("a slip is printed whose ballot is not pending")
    if world.ballots[at].paper is not NONE:
        raise Violated("a second slip is printed while the first is out")
    return world.with_device(d, device._replace(printing=True))


def _write(world: World, rules: Rules, d: int, device: Device, effect: Effect) -> World:
    """One transaction of the store, as ``booth.store.life`` has it."""
    step, store = rules.life[effect], device.store
    if store.current is not step.wants:
        raise Violated(f"{effect.name} while the store is {store.current.name}: the booth stops itself")
    if step.leaves is CurrentState.PENDING and store.current is not CurrentState.PENDING:
        at = _free(world, rules, d, store)
        slots = store.slots + (SlotState.FREE,) * (at + 1 - len(store.slots))
        store = store._replace(at=at, slots=slots)
        world = world._replace(ballots=(*world.ballots, Ballot(device.voter, NONE, d)))
    counts = {name: getattr(store, name) + 1 for name in step.counts}
    store = store._replace(current=step.leaves, **counts)
    if step.slot is not None:
        store = store._replace(slots=(*store.slots[: store.at], step.slot, *store.slots[store.at + 1 :]))
    if step.leaves is not CurrentState.PENDING:
        store = store._replace(at=-1)
    match effect:
        case Effect.UNLOCK:
            store = store._replace(who=device.voter)
            device = device._replace(refused=False)
        case Effect.REFUSE:
            device = device._replace(refused=True)
        case Effect.FRAGMENT:
            device = device._replace(fragment=True)
        case Effect.TEST if device.voter == TESTER:
            world = world._replace(tests=world.tests + 1)
    mirrored = world.copy is not None and world.in_step and d == 0
    return world.with_device(d, device._replace(store=store, uncopied=mirrored))


def _free(world: World, rules: Rules, d: int, store: Store) -> int:
    """The number of the credential that is spent next."""
    if rules.new_lane:
        return len(world.ballots)
    number = next((n for n, state in enumerate(store.slots) if state is SlotState.FREE), len(store.slots))
    if number < len(world.ballots):
        raise Violated("two ballots are sealed under one credential")
    return number


def _draw(world: World, rules: Rules, d: int) -> World:
    device = world.devices[d]
    state = device.after
    if device.fragment:
        world = world.with_ballot(device.store.at, noted=world.ballots[device.store.at].noted + 1)
    device = device._replace(session=state, after=None, fragment=False)
    if state is Session.IDLE:
        device = device._replace(card=False)
    world = world.with_device(d, device)
    if state is Session.TAKE_CARD and device.voter >= 0 and world.voters[device.voter] is not GONE:
        world = world.with_voter(device.voter, BOOTH)
    if state in (Session.CHOOSING, Session.CONFIRMING) and device.card:
        raise Violated("an officer's card is with the voter, who can unlock further sessions")
    if state in STORED:
        world = _tell(world, device.store.who)
    if (state, Event.SEALED) in rules.session:
        world = begin(world, rules, d, Event.SEALED)
    return world


def _tell(world: World, who: int) -> World:
    """The screen says that the vote is stored; of somebody who has gone the desk's list learns it."""
    if who < 0:
        return world
    return world.with_voter(who, {BOOTH: TOLD, GONE: VOTED, DESK: VOTED}.get(world.voters[who], world.voters[who]))


def paper_moves(world: World, d: int) -> Iterator[Move]:
    """What the printer does while a slip is on its way."""
    device = world.devices[d]
    if device.printing:
        paper = world.ballots[device.store.at].paper
        if paper is NONE:
            yield "a piece of paper is out", world.with_ballot(device.store.at, paper=PIECE)
        if paper is PIECE:
            yield "the whole slip is out", world.with_ballot(device.store.at, paper=WHOLE)


def power_moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
    """Power fails at any instant: this device starts again, or another one takes over from the stick."""
    d = len(world.devices) - 1
    device = world.devices[d]
    if bounds.crashes:
        yield AGAIN, _restarted(world, rules, d)
    if bounds.takeovers and world.copy is not None:
        yield from taken_over(world, rules, device)
    if bounds.lags and world.copy is not None:
        if world.in_step and not device.uncopied:
            yield "the stick falls behind", world._replace(in_step=False)
        elif not world.in_step and not device.busy:
            yield "the stick catches up", world._replace(in_step=True, copy=device.store)


def _restarted(world: World, rules: Rules, d: int) -> World:
    device = world.devices[d]
    store = device.store
    world = _doubt(world, device, store)
    again = Device(store, rules.found[store.current], _still_there(world, device))
    world = world.with_device(d, again)
    if world.copy is not None and world.in_step:
        world = world._replace(copy=store)
    return _found(world, again)


def _doubt(world: World, device: Device, goes_on: Store) -> World:
    """*A piece came out* was touched, and nobody saw whether that was counted before the power failed."""
    unseen = device.fragment and goes_on.fragments == device.store.fragments
    return world._replace(doubt=world.doubt + 1) if unseen and world.ballots[goes_on.at].paper is NONE else world


def _found(world: World, device: Device) -> World:
    return _tell(world, device.store.who) if device.session in STORED else world


def _still_there(world: World, device: Device) -> int:
    """Who had been let in but never saw a screen waits at the desk."""
    voter = device.voter
    if voter >= 0 and world.voters[voter] is DESK:
        return NOBODY
    return voter


def taken_over(world: World, rules: Rules, old: Device) -> Iterator[Move]:
    store = world.copy
    world = _doubt(world, old, store)
    new = Device(store, rules.found[store.current], _still_there(world, old))
    # Whatever the dead one knew beyond its copy lives on in people and paper only.
    dead = Device(Store(), Session.IDLE)
    taken = world._replace(devices=(dead, new), copy=None, lagged=not world.in_step, in_step=True)
    yield REPLACED, _found(taken, new)


def old_device_moves(world: World, rules: Rules) -> Iterator[Move]:
    """The old device is switched on once more, with the stick of the new one in it."""
    if len(world.devices) == 2:
        for state in (Polls.LOCKED, Polls.OPEN):
            step = rules.polls.get((state, polls.Event.REPLACED))
            if step is None or step[0] is not Polls.REPLACED:
                raise Violated(f"the old device goes on from {state.name} beside the new one")
    yield from ()


def spent_up(world: World, d: int, bounds: Bounds) -> bool:
    store = world.devices[d].store
    spent = sum(
        1
        for ballot, state in zip(world.ballots, store.slots, strict=False)
        if ballot.lane == d and state is not SlotState.FREE
    )
    return spent >= bounds.credentials
