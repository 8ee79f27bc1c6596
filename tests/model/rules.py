"""What the model is built from: the very tables that the program runs, or one that a test has spoiled."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from booth import asks, polls, session, views
from booth.asks import Ask, Leave
from booth.drawing import Facts, view_of
from booth.polls import Polls
from booth.session import Effect, Event, Session
from booth.store.life import FOUND, LIFE, Step
from booth.store.rows import CurrentState
from config.secret import Choice

STORED = frozenset(
    state
    for state in Session
    if view_of(Polls.OPEN, state, Facts(choice=Choice(1))) in (views.IntoBox(), views.Notice("found-cast"))
)
"""Where the screen says that the vote is stored and the slip goes into the box."""


@dataclass(frozen=True)
class Rules:
    """Tables, and the two orders that are no table."""

    session: Mapping[tuple[Session, Event], session.Step]
    asks: Mapping[Session, Ask | Leave]
    life: Mapping[Effect, Step]
    found: Mapping[CurrentState, Session]
    polls: Mapping[tuple[Polls, polls.Event], polls.Step]
    copy_first: bool = True
    """A write is on a stick in step before anything that follows it (``Mirror.write``; tests/booth/test_stick.py)."""
    new_lane: bool = True
    """Each device seals in a lane of its own (``opening.begin``; tests/booth/test_takeover.py)."""
    events: Mapping[Session, tuple[Event, ...]] = field(init=False)

    def __post_init__(self) -> None:
        known: dict[Session, list[Event]] = {state: [] for state in Session}
        for state, event in self.session:
            known[state].append(event)
        object.__setattr__(self, "events", {state: tuple(events) for state, events in known.items()})

    def spoiled(self, **tables: object) -> "Rules":
        """The same with other entries: a mapping is laid over its table (None removes an entry)."""
        laid = {}
        for name, value in tables.items():
            if isinstance(value, Mapping):
                merged = {**getattr(self, name), **value}
                laid[name] = {key: entry for key, entry in merged.items() if entry is not None}
            else:
                laid[name] = value
        return replace(self, **laid)


PROGRAM = Rules(session.TABLE, asks.SESSION, LIFE, FOUND, polls.TABLE)
