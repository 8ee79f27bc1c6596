"""Worlds that differ in nothing that anybody could ever find out are one world: history is told in one order only."""

from booth.store.rows import CurrentState
from booth.store.slots import SlotState
from tests.model.world import BOX, NOBODY, Ballot, Store, World


def alike(world: World) -> World:
    """The one world that stands for all like it; for the instant in which nobody is in the booth."""
    return _order_of_ballots(_forgotten(_order_of_voters(world)))


def _order_of_voters(world: World) -> World:
    """Voters have no names: the order of their numbers means nothing."""

    def seen(voter: int) -> tuple[object, ...]:
        ballots = sorted(
            (ballot[1:], *(store.slot(n) for store in _stores(world)))
            for n, ballot in enumerate(world.ballots)
            if ballot.voter == voter
        )
        whose = tuple(store.who == voter for store in _stores(world))
        return (world.voters[voter], ballots, whose)

    order = sorted(range(len(world.voters)), key=seen)
    if order == sorted(order):
        return world
    new = {old: number for number, old in enumerate(order)}
    renamed = world._replace(
        voters=tuple(world.voters[old] for old in order),
        ballots=tuple(ballot._replace(voter=new.get(ballot.voter, ballot.voter)) for ballot in world.ballots),
    )
    return _with_stores(renamed, [store._replace(who=new.get(store.who, store.who)) for store in _stores(world)])


def _forgotten(world: World) -> World:
    """Whose a void ballot was, and from which print a piece in the envelope came."""
    stores = _stores(world)
    for n, ballot in enumerate(world.ballots):
        if any(store.at == n for store in stores):
            continue
        world = world._replace(pieces=world.pieces + ballot.pieces)
        voter = ballot.voter if ballot.paper is BOX or SlotState.CAST in [store.slot(n) for store in stores] else NOBODY
        world = world.with_ballot(n, pieces=0, noted=0, voter=voter)
    idle = [store._replace(who=NOBODY) if store.current is CurrentState.IDLE else store for store in stores]
    return _with_stores(world, idle)


def _order_of_ballots(world: World) -> World:
    stores = _stores(world)
    rows = [(ballot, *(store.slot(n) for store in stores)) for n, ballot in enumerate(world.ballots)]
    order = sorted(
        range(len(rows)), key=lambda n: (rows[n][0].lane, tuple(-state for state in rows[n][1:]), rows[n][0])
    )
    if order == sorted(order):
        return world
    ballots: tuple[Ballot, ...] = tuple(world.ballots[old] for old in order)
    moved = []
    for store in stores:
        slots = [store.slot(old) for old in order]
        while slots and slots[-1] is SlotState.FREE:
            slots.pop()
        moved.append(store._replace(slots=tuple(slots), at=order.index(store.at) if store.at >= 0 else -1))
    return _with_stores(world._replace(ballots=ballots), moved)


def _stores(world: World) -> list[Store]:
    return [device.store for device in world.devices] + ([] if world.copy is None else [world.copy])


def _with_stores(world: World, stores: list[Store]) -> World:
    devices = tuple(device._replace(store=store) for device, store in zip(world.devices, stores, strict=False))
    return world._replace(devices=devices, copy=None if world.copy is None else stores[-1])
