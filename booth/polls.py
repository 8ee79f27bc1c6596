"""The booth's day as a table: (state, event) -> (state, effects); durable states in between, steps of procedures.

``DURABLE`` says what is saved for each state: a procedure that is cut by a power failure starts again at the durable
state that it left. A pair that is not in the table is an error (``Unexpected``).
"""

from collections.abc import Mapping
from enum import Enum, StrEnum, auto
from typing import TypeAlias

from booth.session import Unexpected


class Durable(StrEnum):
    """What the store remembers."""

    READY = "ready"
    OPEN = "open"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"


class Polls(Enum):
    """Where the day stands."""

    UNPROVISIONED = auto()
    READY = auto()
    """A package is here; an officer's card with PIN begins the opening."""
    LOCKED = auto()
    """After a restart: the store is shut until an officer's card with PIN opens it."""
    TAKEOVER_READY = auto()
    """The stick has the copy of a device that served this booth: this one may replace it."""
    TAKEOVER_ATTENDANCE = auto()
    """The desk's list is entered blind, before anybody sees what the stick knew."""
    TAKEOVER_COMMITTEE = auto()
    TAKEOVER_OFFICER = auto()
    TAKEOVER_PRINTING = auto()
    TAKEOVER_PRINT_TROUBLE = auto()
    TAKEOVER_SIGN = auto()
    """The takeover's tape is out and is signed by those present."""
    OPEN_CHECKS = auto()
    """Self-test shown, the clock to be confirmed."""
    OPEN_COMMITTEE = auto()
    OPEN_PRINTING = auto()
    OPEN_PRINT_TROUBLE = auto()
    OPEN_SIGN = auto()
    """The zero report is out and is signed by those present."""
    OPEN = auto()
    PAUSE_CARD = auto()
    PAUSED = auto()
    RESUME_CARD = auto()
    CLOSE_ASK = auto()
    CLOSE_ATTENDANCE = auto()
    """The desk's list is entered blind, before any count is shown."""
    CLOSE_COUNTS = auto()
    CLOSE_OFFICERS = auto()
    CLOSE_COMMITTEE = auto()
    CLOSE_TALLY = auto()
    CLOSE_PRINTING = auto()
    CLOSE_PRINT_TROUBLE = auto()
    CLOSED = auto()
    REPLACED = auto()
    """Another device serves this booth now: this one never goes on."""
    QUARANTINED = auto()


class Event(Enum):
    """What can happen to the polls."""

    PROVISIONED = auto()
    CARD = auto()
    """The card that the state asks for was shown, with its PIN where the state wants one."""
    CONFIRM = auto()
    CANCEL = auto()
    PRINTED = auto()
    PRINT_FAILED = auto()
    AGAIN = auto()
    LATER = auto()
    OFFICER = auto()
    RESUME = auto()
    CLOSE = auto()
    NUMBERS = auto()
    WITHOUT_COMMITTEE = auto()
    BATCH_MADE = auto()
    EXPORT = auto()
    FOUND_COPY = auto()
    """The stick has the copy of another device."""
    FOUND_BATCH = auto()
    """The stick has the batch of this booth: it has closed."""
    FOUND_OWN = auto()
    """A takeover was cut by the power and is complete now."""
    FOUND_TAKEOVER = auto()
    """Taken over, and the tape is not signed yet."""
    REPLACED = auto()
    """An officers' card certified a later device."""
    FOUND_READY = auto()
    FOUND_OPEN = auto()
    FOUND_PAUSED = auto()
    FOUND_CLOSING = auto()
    FOUND_COUNTED = auto()
    """Closing, and the desk's numbers were entered before the restart: they stay as they are."""
    DAMAGED = auto()


class Effect(Enum):
    """What the runner does, in this order, before the new state is drawn."""

    TAKE_KEYS = auto()
    """With the officer's card in the reader: unwrap the secrets, make or open the store, certify the session key."""
    FORGET_KEYS = auto()
    OPEN_STORE = auto()
    SAVE = auto()
    """Write the durable state and its log entry."""
    SAVE_NUMBERS = auto()
    TAKE_OVER = auto()
    """With the officer's card in the reader: this device becomes the booth's."""
    PRINT_TAKEOVER = auto()
    SIGN_TAKEOVER = auto()
    """Those present have signed; where the day stands comes back as an event."""
    PRINT_ZERO_REPORT = auto()
    DECRYPT_OFFICERS = auto()
    DECRYPT_COMMITTEE = auto()
    MAKE_BATCH = auto()
    PRINT_TAPE = auto()
    EXPORT = auto()
    EXPORT_EVIDENCE = auto()


Step: TypeAlias = tuple[Polls, tuple[Effect, ...]]

P, E, F = Polls, Event, Effect

SERVING = frozenset(P) - {
    P.UNPROVISIONED,
    P.READY,
    P.TAKEOVER_READY,
    P.TAKEOVER_ATTENDANCE,
    P.TAKEOVER_COMMITTEE,
    P.TAKEOVER_OFFICER,
    P.CLOSE_PRINTING,
    P.CLOSE_PRINT_TROUBLE,
    P.CLOSED,
    P.REPLACED,
    P.QUARANTINED,
}
"""Where a device that was replaced would go on. What has closed has its batch, and two batches are for people."""

TABLE: Mapping[tuple[Polls, Event], Step] = {
    # What was never opened takes the package of whichever stick is in.
    **{(state, E.PROVISIONED): (P.READY, ()) for state in (P.UNPROVISIONED, P.READY, P.TAKEOVER_READY)},
    (P.READY, E.CARD): (P.OPEN_CHECKS, (F.TAKE_KEYS,)),
    **{(state, E.FOUND_BATCH): (P.CLOSED, ()) for state in (P.READY, P.TAKEOVER_READY)},
    **{(state, E.FOUND_OWN): (P.LOCKED, ()) for state in (P.READY, P.TAKEOVER_READY)},
    (P.READY, E.FOUND_COPY): (P.TAKEOVER_READY, ()),
    (P.TAKEOVER_READY, E.CONFIRM): (P.TAKEOVER_ATTENDANCE, ()),
    (P.TAKEOVER_ATTENDANCE, E.NUMBERS): (P.TAKEOVER_COMMITTEE, ()),
    (P.TAKEOVER_COMMITTEE, E.CARD): (P.TAKEOVER_OFFICER, ()),
    (P.TAKEOVER_COMMITTEE, E.CANCEL): (P.TAKEOVER_READY, ()),
    (P.TAKEOVER_OFFICER, E.CARD): (P.TAKEOVER_PRINTING, (F.TAKE_OVER, F.PRINT_TAKEOVER)),
    (P.TAKEOVER_OFFICER, E.CANCEL): (P.TAKEOVER_READY, ()),
    (P.TAKEOVER_PRINTING, E.PRINTED): (P.TAKEOVER_SIGN, ()),
    (P.TAKEOVER_PRINTING, E.PRINT_FAILED): (P.TAKEOVER_PRINT_TROUBLE, ()),
    (P.TAKEOVER_PRINT_TROUBLE, E.AGAIN): (P.TAKEOVER_PRINTING, (F.PRINT_TAKEOVER,)),
    (P.TAKEOVER_SIGN, E.AGAIN): (P.TAKEOVER_PRINTING, (F.PRINT_TAKEOVER,)),
    (P.TAKEOVER_SIGN, E.CONFIRM): (P.LOCKED, (F.SIGN_TAKEOVER,)),
    (P.LOCKED, E.FOUND_TAKEOVER): (P.TAKEOVER_PRINTING, (F.PRINT_TAKEOVER,)),
    (P.LOCKED, E.CARD): (P.LOCKED, (F.OPEN_STORE,)),
    (P.LOCKED, E.FOUND_READY): (P.OPEN_CHECKS, ()),
    (P.LOCKED, E.FOUND_OPEN): (P.OPEN, ()),
    (P.LOCKED, E.FOUND_PAUSED): (P.PAUSED, ()),
    (P.LOCKED, E.FOUND_CLOSING): (P.CLOSE_ATTENDANCE, ()),
    (P.LOCKED, E.FOUND_COUNTED): (P.CLOSE_COUNTS, ()),
    (P.OPEN_CHECKS, E.CONFIRM): (P.OPEN_COMMITTEE, ()),
    (P.OPEN_CHECKS, E.CANCEL): (P.LOCKED, (F.FORGET_KEYS,)),
    (P.OPEN_COMMITTEE, E.CARD): (P.OPEN_PRINTING, (F.PRINT_ZERO_REPORT,)),
    (P.OPEN_COMMITTEE, E.CANCEL): (P.LOCKED, (F.FORGET_KEYS,)),
    (P.OPEN_PRINTING, E.PRINTED): (P.OPEN_SIGN, ()),
    (P.OPEN_PRINTING, E.PRINT_FAILED): (P.OPEN_PRINT_TROUBLE, ()),
    (P.OPEN_PRINT_TROUBLE, E.AGAIN): (P.OPEN_PRINTING, (F.PRINT_ZERO_REPORT,)),
    (P.OPEN_PRINT_TROUBLE, E.CANCEL): (P.LOCKED, (F.FORGET_KEYS,)),
    (P.OPEN_SIGN, E.CONFIRM): (P.OPEN, (F.SAVE,)),
    (P.OPEN_SIGN, E.AGAIN): (P.OPEN_PRINTING, (F.PRINT_ZERO_REPORT,)),
    (P.OPEN, E.OFFICER): (P.PAUSE_CARD, ()),
    (P.PAUSE_CARD, E.CARD): (P.PAUSED, (F.SAVE,)),
    (P.PAUSE_CARD, E.CANCEL): (P.OPEN, ()),
    (P.PAUSED, E.RESUME): (P.RESUME_CARD, ()),
    (P.PAUSED, E.CLOSE): (P.CLOSE_ASK, ()),
    (P.RESUME_CARD, E.CARD): (P.OPEN, (F.SAVE,)),
    (P.RESUME_CARD, E.CANCEL): (P.PAUSED, ()),
    (P.CLOSE_ASK, E.CONFIRM): (P.CLOSE_ATTENDANCE, (F.SAVE,)),
    (P.CLOSE_ASK, E.CANCEL): (P.PAUSED, ()),
    (P.CLOSE_ATTENDANCE, E.NUMBERS): (P.CLOSE_COUNTS, (F.SAVE_NUMBERS,)),
    (P.CLOSE_COUNTS, E.CONFIRM): (P.CLOSE_OFFICERS, ()),
    (P.CLOSE_OFFICERS, E.CARD): (P.CLOSE_COMMITTEE, (F.DECRYPT_OFFICERS,)),
    (P.CLOSE_COMMITTEE, E.CARD): (P.CLOSE_TALLY, (F.DECRYPT_COMMITTEE, F.MAKE_BATCH)),
    (P.CLOSE_COMMITTEE, E.WITHOUT_COMMITTEE): (P.CLOSE_TALLY, (F.MAKE_BATCH,)),
    (P.CLOSE_TALLY, E.BATCH_MADE): (P.CLOSE_PRINTING, (F.SAVE, F.EXPORT, F.PRINT_TAPE)),
    (P.CLOSE_PRINTING, E.PRINTED): (P.CLOSED, ()),
    (P.CLOSE_PRINTING, E.PRINT_FAILED): (P.CLOSE_PRINT_TROUBLE, ()),
    (P.CLOSE_PRINT_TROUBLE, E.AGAIN): (P.CLOSE_PRINTING, (F.PRINT_TAPE,)),
    (P.CLOSE_PRINT_TROUBLE, E.LATER): (P.CLOSED, ()),
    (P.CLOSED, E.AGAIN): (P.CLOSE_PRINTING, (F.PRINT_TAPE,)),
    (P.CLOSED, E.EXPORT): (P.CLOSED, (F.EXPORT,)),
    (P.QUARANTINED, E.EXPORT): (P.QUARANTINED, (F.EXPORT_EVIDENCE,)),
    (P.REPLACED, E.EXPORT): (P.REPLACED, (F.EXPORT_EVIDENCE,)),
    **{(state, E.REPLACED): (P.REPLACED, ()) for state in SERVING},
    **{(state, E.DAMAGED): (P.QUARANTINED, ()) for state in P},
}

DURABLE: Mapping[Polls, Durable] = {
    P.OPEN_CHECKS: Durable.READY,
    P.OPEN_COMMITTEE: Durable.READY,
    P.OPEN_PRINTING: Durable.READY,
    P.OPEN_PRINT_TROUBLE: Durable.READY,
    P.OPEN_SIGN: Durable.READY,
    P.OPEN: Durable.OPEN,
    P.PAUSE_CARD: Durable.OPEN,
    P.PAUSED: Durable.PAUSED,
    P.RESUME_CARD: Durable.PAUSED,
    P.CLOSE_ASK: Durable.PAUSED,
    P.CLOSE_ATTENDANCE: Durable.CLOSING,
    P.CLOSE_COUNTS: Durable.CLOSING,
    P.CLOSE_OFFICERS: Durable.CLOSING,
    P.CLOSE_COMMITTEE: Durable.CLOSING,
    P.CLOSE_TALLY: Durable.CLOSING,
    P.CLOSE_PRINTING: Durable.CLOSED,
    P.CLOSE_PRINT_TROUBLE: Durable.CLOSED,
    P.CLOSED: Durable.CLOSED,
}


def step(state: Polls, event: Event) -> Step:
    """The next state and the effects that lead there; raises Unexpected."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise Unexpected(f"polls: {event.name} in {state.name}") from None


def events_of(state: Polls) -> frozenset[Event]:
    """What the table knows in a state."""
    return frozenset(event for known, event in TABLE if known is state)
