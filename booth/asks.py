"""Which card each state asks for, with or without its PIN, or that it leaves: one table for day and session."""

from collections.abc import Mapping
from dataclasses import dataclass

from booth.polls import Polls
from booth.session import Session
from config.cards.role import Role

OFFICERS = frozenset({Role.OFFICERS})
COMMITTEE = frozenset({Role.COMMITTEE})
ANYBODY = OFFICERS | COMMITTEE


@dataclass(frozen=True)
class Ask:
    """A card of one of ``roles``; ``second`` means another card than the one shown just before."""

    roles: frozenset[Role]
    pin: bool
    second: bool = False
    aloud: bool = True
    """False while the screen is the voter's: what lies in the reader and cannot be taken is not talked about."""


@dataclass(frozen=True)
class Leave:
    """No card: the one that lies in the reader must be seen to leave.

    A reader that goes away with the card in it has shown nothing. The card may still be with the voter, who could
    plug the reader in again and unlock a second session; so the booth waits until a reader is there and empty. Any
    reader will do: this is no dead end.
    """


_UNLOCK = Ask(OFFICERS, pin=False)
_OFFICER = Ask(OFFICERS, pin=True)
_SECOND = Ask(ANYBODY, pin=True, second=True)

POLLS: Mapping[Polls, Ask] = {
    Polls.READY: _OFFICER,
    Polls.LOCKED: _OFFICER,
    Polls.TAKEOVER_COMMITTEE: Ask(COMMITTEE, pin=False),
    Polls.TAKEOVER_OFFICER: _OFFICER,
    Polls.OPEN_COMMITTEE: Ask(COMMITTEE, pin=False),
    Polls.PAUSE_CARD: _OFFICER,
    Polls.RESUME_CARD: _OFFICER,
    Polls.CLOSE_OFFICERS: _OFFICER,
    Polls.CLOSE_COMMITTEE: Ask(COMMITTEE, pin=True),
}

SESSION: Mapping[Session, Ask | Leave] = {
    Session.IDLE: _UNLOCK,
    Session.TAKE_CARD: Leave(),
    Session.DONE: _UNLOCK,
    Session.REFUSED: _UNLOCK,
    Session.REFUSED_LAST: _UNLOCK,
    Session.LEFT_BEFORE: _OFFICER,
    Session.CALLED_AFTER: _OFFICER,
    Session.CHECKING: Ask(OFFICERS, pin=True, aloud=False),
    Session.RESOLVE_BOX: _SECOND,
    Session.RESOLVE_ENVELOPE: _SECOND,
    Session.RESOLVE_PAPERLESS: _SECOND,
}
