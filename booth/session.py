"""One voter's session as a table: (state, event) -> (state, effects). No state and no event holds a choice.

The runner performs the effects in their order; those that write come first, so a state is durable before anything
that depends on it is let out. A pair that is not in the table is an error (``Unexpected``).
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import TypeAlias


class Session(Enum):
    """Where the voter in the booth stands."""

    IDLE = auto()
    TAKE_CARD = auto()
    """Unlocked; the officer's card must leave before the first screen."""
    CHOOSING = auto()
    CONFIRMING = auto()
    STILL_THERE = auto()
    """Silence before *Ya*: a warning with a countdown."""
    LEFT_BEFORE = auto()
    """The officer is called; an officer's card with PIN says what happened."""
    LEFT_BEFORE_ASK = auto()
    COMMITTING = auto()
    PRINTING = auto()
    PRINT_TROUBLE = auto()
    """The printer did not say that the paper is out; the ballot is pending."""
    CHECKING = auto()
    """The slip is out: *Sesuai* or *Salah*; nothing else, silence least of all, decides."""
    STILL_CHECKING = auto()
    TEST_ASK = auto()
    """An officer showed card and PIN while the slip is out: is this ballot a test?"""
    TESTED = auto()
    REFUSED = auto()
    """*Salah*: slip into the void envelope; an officer's card lets the same session choose again."""
    REFUSED_LAST = auto()
    """*Salah* for the second time: the session is over, its voter gets a new one."""
    CALLED_AFTER = auto()
    """Silence after the slip is out, or a printer given up: two cards decide what became of it."""
    RESOLVE_ASK = auto()
    RESOLVE_BOX = auto()
    RESOLVE_ENVELOPE = auto()
    RESOLVE_PAPERLESS = auto()
    VOIDED = auto()
    """Resolved as void: the voter is unlocked anew."""
    DONE = auto()
    """Cast: "put the slip in the box"."""
    FOUND_UNLOCKED = auto()
    """After a restart: no vote is stored."""
    FOUND_CAST = auto()
    """After a restart: the vote is stored."""


class Event(Enum):
    """What can happen to a session."""

    CARD = auto()
    """The card that the state asks for was shown, with its PIN where the state wants one."""
    CARD_OUT = auto()
    CHOSE = auto()
    YES = auto()
    CHANGE = auto()
    HERE = auto()
    SILENT = auto()
    """The time of the state is over."""
    SEALED = auto()
    PRINTED = auto()
    PRINT_FAILED = auto()
    AGAIN_AFTER_PIECE = auto()
    """Print again; a piece of paper had come out."""
    AGAIN_AFTER_NOTHING = auto()
    GIVE_UP = auto()
    RIGHT = auto()
    WRONG = auto()
    WRONG_AGAIN = auto()
    TEST_SHOWN = auto()
    """An officer's card with PIN while the slip is out."""
    CONFIRM = auto()
    CANCEL = auto()
    CONTINUE = auto()
    END = auto()
    SAW_BOX = auto()
    SAW_ENVELOPE = auto()
    SAW_NO_PAPER = auto()


class Effect(Enum):
    """What the runner does, in this order, before the new state is drawn."""

    UNLOCK = auto()
    SEAL = auto()
    CAST = auto()
    REFUSE = auto()
    END_REFUSED = auto()
    ABANDON = auto()
    VOID_WITH_PAPER = auto()
    VOID_WITHOUT_PAPER = auto()
    TEST = auto()
    FRAGMENT = auto()
    FINISH = auto()
    PRINT = auto()
    WIPE = auto()
    """Forget choice, randomness and mark."""


Step: TypeAlias = tuple[Session, tuple[Effect, ...]]

S, E, F = Session, Event, Effect

TABLE: Mapping[tuple[Session, Event], Step] = {
    (S.IDLE, E.CARD): (S.TAKE_CARD, (F.UNLOCK,)),
    (S.TAKE_CARD, E.CARD_OUT): (S.CHOOSING, ()),
    (S.CHOOSING, E.CHOSE): (S.CONFIRMING, ()),
    (S.CHOOSING, E.SILENT): (S.STILL_THERE, (F.WIPE,)),
    (S.CONFIRMING, E.YES): (S.COMMITTING, (F.SEAL,)),
    (S.CONFIRMING, E.CHANGE): (S.CHOOSING, (F.WIPE,)),
    (S.CONFIRMING, E.SILENT): (S.STILL_THERE, (F.WIPE,)),
    (S.STILL_THERE, E.HERE): (S.CHOOSING, ()),
    (S.STILL_THERE, E.SILENT): (S.LEFT_BEFORE, ()),
    (S.LEFT_BEFORE, E.CARD): (S.LEFT_BEFORE_ASK, ()),
    (S.LEFT_BEFORE_ASK, E.CONTINUE): (S.TAKE_CARD, ()),
    (S.LEFT_BEFORE_ASK, E.END): (S.IDLE, (F.ABANDON,)),
    (S.COMMITTING, E.SEALED): (S.PRINTING, (F.PRINT,)),
    (S.PRINTING, E.PRINTED): (S.CHECKING, ()),
    (S.PRINTING, E.PRINT_FAILED): (S.PRINT_TROUBLE, ()),
    (S.PRINT_TROUBLE, E.AGAIN_AFTER_PIECE): (S.PRINTING, (F.FRAGMENT, F.PRINT)),
    (S.PRINT_TROUBLE, E.AGAIN_AFTER_NOTHING): (S.PRINTING, (F.PRINT,)),
    (S.PRINT_TROUBLE, E.GIVE_UP): (S.CALLED_AFTER, (F.WIPE,)),
    (S.PRINT_TROUBLE, E.SILENT): (S.CALLED_AFTER, (F.WIPE,)),
    (S.CHECKING, E.RIGHT): (S.DONE, (F.CAST, F.WIPE)),
    (S.CHECKING, E.WRONG): (S.REFUSED, (F.REFUSE, F.WIPE)),
    (S.CHECKING, E.WRONG_AGAIN): (S.REFUSED_LAST, (F.END_REFUSED, F.WIPE)),
    (S.CHECKING, E.TEST_SHOWN): (S.TEST_ASK, ()),
    (S.CHECKING, E.SILENT): (S.STILL_CHECKING, ()),
    (S.STILL_CHECKING, E.HERE): (S.CHECKING, ()),
    (S.STILL_CHECKING, E.SILENT): (S.CALLED_AFTER, (F.WIPE,)),
    (S.TEST_ASK, E.CONFIRM): (S.TESTED, (F.TEST, F.WIPE)),
    (S.TEST_ASK, E.CANCEL): (S.CHECKING, ()),
    (S.TESTED, E.CONFIRM): (S.IDLE, ()),
    (S.REFUSED, E.CARD): (S.TAKE_CARD, ()),
    (S.REFUSED_LAST, E.CARD): (S.IDLE, ()),
    (S.CALLED_AFTER, E.CARD): (S.RESOLVE_ASK, (F.WIPE,)),
    (S.RESOLVE_ASK, E.SAW_BOX): (S.RESOLVE_BOX, ()),
    (S.RESOLVE_ASK, E.SAW_ENVELOPE): (S.RESOLVE_ENVELOPE, ()),
    (S.RESOLVE_ASK, E.SAW_NO_PAPER): (S.RESOLVE_PAPERLESS, ()),
    (S.RESOLVE_BOX, E.CARD): (S.DONE, (F.CAST,)),
    (S.RESOLVE_BOX, E.CANCEL): (S.RESOLVE_ASK, ()),
    (S.RESOLVE_ENVELOPE, E.CARD): (S.VOIDED, (F.VOID_WITH_PAPER,)),
    (S.RESOLVE_ENVELOPE, E.CANCEL): (S.RESOLVE_ASK, ()),
    (S.RESOLVE_PAPERLESS, E.CARD): (S.VOIDED, (F.VOID_WITHOUT_PAPER,)),
    (S.RESOLVE_PAPERLESS, E.CANCEL): (S.RESOLVE_ASK, ()),
    (S.VOIDED, E.CONFIRM): (S.IDLE, ()),
    (S.DONE, E.SILENT): (S.IDLE, (F.FINISH,)),
    (S.DONE, E.CARD): (S.TAKE_CARD, (F.FINISH, F.UNLOCK)),
    (S.FOUND_UNLOCKED, E.CONFIRM): (S.IDLE, (F.ABANDON,)),
    (S.FOUND_CAST, E.CONFIRM): (S.IDLE, (F.FINISH,)),
}


class Unexpected(Exception):
    """An event that the table does not know in this state: our own mistake, never a person's."""


def step(state: Session, event: Event) -> Step:
    """The next state and the effects that lead there; raises Unexpected."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise Unexpected(f"session: {event.name} in {state.name}") from None


def events_of(state: Session) -> frozenset[Event]:
    """What the table knows in a state."""
    return frozenset(event for known, event in TABLE if known is state)
