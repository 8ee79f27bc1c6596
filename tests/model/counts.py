"""What is counted: the booth's own counts and equations, box and envelope; and what must hold in truth."""

from booth.session import Session
from booth.store.rows import CurrentState
from booth.store.slots import SlotState
from sync.equations import Counts, equations
from tests.model.people import OUT
from tests.model.world import (
    ATTENDED,
    BOOTH,
    BOX,
    DESK,
    ENVELOPE,
    GONE,
    NOBODY,
    SENT,
    TOLD,
    VOTED,
    Store,
    World,
)


def quiet(world: World) -> bool:
    """Between two voters: nobody and no paper in the booth, nothing under way."""
    return all(
        device.session is Session.IDLE and not device.busy and not device.uncopied and device.voter == NOBODY
        for device in world.devices
    ) and not any(ballot.paper in OUT for ballot in world.ballots)


def closes(world: World) -> bool:
    """The polls can be closed: everybody who came has voted or left."""
    return quiet(world) and not any(where in (DESK, BOOTH, TOLD) for where in world.voters)


def counts_of(world: World, store: Store) -> Counts:
    """As ``booth.closing.counts_of``, with the desk's list as it is."""
    kinds = {state: store.slots.count(state) for state in SlotState}
    return Counts(
        voters=len(world.voters),
        sessions=store.sessions,
        cast=kinds[SlotState.CAST],
        abandoned=store.abandoned,
        tests=kinds[SlotState.TEST],
        refused=kinds[SlotState.REFUSED],
        interrupted=kinds[SlotState.INTERRUPTED],
        spent=len(store.slots) - kinds[SlotState.FREE],
        paperless=store.paperless,
        fragments=store.fragments,
        attended=sum(where in ATTENDED for where in world.voters) + world.typed,
        left=world.voters.count(GONE) + world.voters.count(SENT),
    )


def in_box(world: World) -> int:
    return sum(ballot.paper is BOX for ballot in world.ballots) + world.forged


def in_envelope(world: World) -> int:
    return sum((ballot.paper is ENVELOPE) + ballot.pieces for ballot in world.ballots) + world.pieces


def cast_of(world: World, store: Store, voter: int) -> list[int]:
    """The voter's ballots that count in this store."""
    cast = (n for n, state in enumerate(store.slots) if state is SlotState.CAST)
    return [n for n in cast if world.ballots[n].voter == voter]


def violations(world: World) -> list[str]:
    """What does not hold in a quiet world; names of invariants."""
    store = world.serving.store
    counts = counts_of(world, store)
    found = []
    if store.current is not CurrentState.IDLE:
        found.append("the screen waits for a voter while the store does not")
    # The product's own equations; attendance is looked at with those who still wait.
    found += [
        f"equation {it.name.value}: {it.left} {it.relation} {it.right}"
        for it in equations(counts, booths_in_tps=2)
        if not it.holds
    ]
    has = [len(cast_of(world, store, v)) for v in range(len(world.voters))]
    lost = [v for v, where in enumerate(world.voters) if where in (TOLD, VOTED) and not has[v]]
    if lost and not world.lagged:
        found.append("a voter who was told that the vote is stored has none")
    if any(cast > 1 for cast in has):
        found.append("a voter has two votes")
    if any(cast and where not in (TOLD, VOTED) for cast, where in zip(has, world.voters, strict=True)):
        found.append("a voter has a vote and may vote again, or is on the list as left")
    slips = [sum(b.paper is BOX and b.voter == v for b in world.ballots) for v in range(len(world.voters))]
    if any(slip > 1 for slip in slips):
        found.append("a voter has two slips in the box")
    if in_box(world) != counts.cast + len(lost):
        found.append(f"slips in the box: {in_box(world)}, cast: {counts.cast}")
    if any(
        ballot.paper is BOX and store.slot(n) is not SlotState.CAST and ballot.voter not in lost
        for n, ballot in enumerate(world.ballots)
    ):
        found.append("a slip in the box has no cast ballot")
    due = counts.envelope - world.doubt
    if in_envelope(world) != due and not (world.lagged and in_envelope(world) > due):
        found.append(f"papers in the envelope: {in_envelope(world)}, due: {due}")
    waiting = sum(where in (DESK, BOOTH, TOLD) for where in world.voters)
    if counts.attended - counts.left - counts.cast != waiting + len(lost):
        found.append("attendance is not cast + left")
    return found
