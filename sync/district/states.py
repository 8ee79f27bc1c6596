"""How much of a result is known, as tables: of one booth, of many booths together, and once two people signed; pure."""

from collections.abc import Iterable
from enum import StrEnum
from functools import reduce


class State(StrEnum):
    """How much of a result is known."""

    NOTHING = "nothing yet"
    SEALED = "without result"
    """A booth's only: the batch is here and the committee's key has not opened it."""
    CONFLICT = "conflict"
    """A booth's only: there are two batches of it, and people decide by the tapes."""
    PRELIMINARY = "preliminary"
    COMPLETE = "complete"
    PAPER = "decided by paper"
    FINAL = "final"
    """Two people signed, and nothing that they signed has changed since."""


class Here(StrEnum):
    """What came from a booth."""

    NOTHING = "nothing"
    SEALED = "sealed"
    """Its batch, without result."""
    OPENED = "opened"
    """Its batch, with result."""


class Decided(StrEnum):
    """What people decided about a booth."""

    NO = "no"
    """Nothing, or something about a batch that counts no more."""
    BATCH = "batch"
    """Which of its batches counts."""
    PAPER = "paper"
    """The votes, by a count of slips."""


BOOTH: dict[tuple[Here, bool, Decided], State] = {
    (Here.NOTHING, False, Decided.NO): State.NOTHING,
    (Here.NOTHING, False, Decided.BATCH): State.NOTHING,
    (Here.NOTHING, False, Decided.PAPER): State.PAPER,
    (Here.NOTHING, True, Decided.NO): State.CONFLICT,
    (Here.NOTHING, True, Decided.BATCH): State.CONFLICT,
    (Here.NOTHING, True, Decided.PAPER): State.PAPER,
    (Here.SEALED, False, Decided.NO): State.SEALED,
    (Here.SEALED, False, Decided.BATCH): State.SEALED,
    (Here.SEALED, False, Decided.PAPER): State.PAPER,
    (Here.SEALED, True, Decided.NO): State.CONFLICT,
    (Here.SEALED, True, Decided.BATCH): State.SEALED,
    (Here.SEALED, True, Decided.PAPER): State.PAPER,
    (Here.OPENED, False, Decided.NO): State.COMPLETE,
    (Here.OPENED, False, Decided.BATCH): State.COMPLETE,
    (Here.OPENED, False, Decided.PAPER): State.PAPER,
    (Here.OPENED, True, Decided.NO): State.CONFLICT,
    (Here.OPENED, True, Decided.BATCH): State.COMPLETE,
    (Here.OPENED, True, Decided.PAPER): State.PAPER,
}
"""What came, whether a further batch came too, what was decided: the state of the booth."""

ALONE: dict[State, State] = {
    State.NOTHING: State.NOTHING,
    State.SEALED: State.PRELIMINARY,
    State.CONFLICT: State.PRELIMINARY,
    State.COMPLETE: State.COMPLETE,
    State.PAPER: State.PAPER,
}
"""What a TPS or village is that has this booth and no other."""

_LEVELS = (State.NOTHING, State.PRELIMINARY, State.COMPLETE, State.PAPER)

TOGETHER: dict[frozenset[State], State] = {
    **{frozenset({state}): state for state in _LEVELS},
    frozenset({State.NOTHING, State.PRELIMINARY}): State.PRELIMINARY,
    frozenset({State.NOTHING, State.COMPLETE}): State.PRELIMINARY,
    frozenset({State.NOTHING, State.PAPER}): State.PRELIMINARY,
    frozenset({State.PRELIMINARY, State.COMPLETE}): State.PRELIMINARY,
    frozenset({State.PRELIMINARY, State.PAPER}): State.PRELIMINARY,
    frozenset({State.COMPLETE, State.PAPER}): State.PAPER,
}
"""What two parts are together; a set, because their order must not matter."""

SIGNED: dict[State, State] = {State.COMPLETE: State.FINAL, State.PAPER: State.FINAL}
"""What a signature makes of a state; what is not here cannot be signed, and stays what it is."""


def of_booth(here: Here, decided: Decided, *, conflict: bool) -> State:
    """The state of a booth."""
    return BOOTH[here, conflict, decided]


def of_many(booths: Iterable[State]) -> State:
    """The state of a TPS or village with these booths; raises ValueError for none, which no plan has."""
    parts = [ALONE[state] for state in booths]
    if not parts:
        raise ValueError("a TPS or village without booths")
    return reduce(lambda one, other: TOGETHER[frozenset({one, other})], parts)


def signed(state: State, *, final: bool) -> State:
    """The state once two people signed the village, if they did."""
    return SIGNED.get(state, state) if final else state
