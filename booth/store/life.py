"""The life of a ballot as a table: what each effect of a session wants of the store, and what it leaves there.

The store obeys this table and nothing else; the model in ``tests/model`` explores the very same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from booth.session import Effect, Session
from booth.store.rows import CurrentState
from booth.store.slots import SlotState


@dataclass(frozen=True)
class Step:
    """One durable transaction."""

    wants: CurrentState
    leaves: CurrentState
    slot: SlotState | None = None
    """What the voter's slot becomes; None leaves all slots alone."""
    counts: tuple[str, ...] = ()
    """Counters that go up by one."""


_IDLE, _UNLOCKED, _PENDING, _CAST = CurrentState

LIFE: Mapping[Effect, Step] = {
    Effect.UNLOCK: Step(_IDLE, _UNLOCKED, counts=("sessions",)),
    Effect.SEAL: Step(_UNLOCKED, _PENDING, SlotState.PENDING),
    Effect.CAST: Step(_PENDING, _CAST, SlotState.CAST),
    Effect.FINISH: Step(_CAST, _IDLE),
    Effect.REFUSE: Step(_PENDING, _UNLOCKED, SlotState.REFUSED),
    Effect.END_REFUSED: Step(_PENDING, _IDLE, SlotState.REFUSED, ("abandoned",)),
    Effect.ABANDON: Step(_UNLOCKED, _IDLE, counts=("abandoned",)),
    Effect.VOID_WITH_PAPER: Step(_PENDING, _IDLE, SlotState.INTERRUPTED, ("abandoned",)),
    Effect.VOID_WITHOUT_PAPER: Step(_PENDING, _IDLE, SlotState.INTERRUPTED, ("abandoned", "paperless")),
    Effect.TEST: Step(_PENDING, _IDLE, SlotState.TEST),
    Effect.FRAGMENT: Step(_PENDING, _PENDING, counts=("fragments",)),
}
"""Every effect that is stored; the others print or forget."""

FOUND: Mapping[CurrentState, Session] = {
    CurrentState.IDLE: Session.IDLE,
    CurrentState.UNLOCKED: Session.FOUND_UNLOCKED,
    CurrentState.PENDING: Session.RESOLVE_ASK,
    CurrentState.CAST: Session.FOUND_CAST,
}
"""Where a session stands after a restart or a takeover: a choice is in no store, so nothing else can go on."""
