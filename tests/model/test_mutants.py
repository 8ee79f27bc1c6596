"""Spoiled tables: the model must find what each of them would do to a voter, and tell the shortest story of it."""

from dataclasses import dataclass

import pytest

from booth import polls
from booth.asks import OFFICERS, Ask
from booth.polls import Polls
from booth.session import Effect, Event, Session
from booth.store.life import LIFE, Step
from booth.store.rows import CurrentState
from booth.store.slots import SlotState
from tests.model.explore import explore
from tests.model.rules import PROGRAM, Rules
from tests.model.scopes import SCOPES
from tests.model.world import Bounds

S, E, F = Session, Event, Effect

ONE = SCOPES["one device, with crashes, reprints, refusals, tests"]
REPLACED = SCOPES["the device is replaced, its stick in step, with crashes"]
BEHIND = SCOPES["the device is replaced, its stick any number of steps behind"]
"""What the program's own tables come through (test_model.py)."""


@dataclass(frozen=True)
class Mutant:
    name: str
    rules: Rules
    finds: str
    """What is told of it."""
    bounds: Bounds = ONE


def of_session(**entries: object) -> Rules:
    """``STATE__EVENT=(state, effects)``; None takes the entry out."""
    table = {(S[name.split("__")[0]], E[name.split("__")[1]]): step for name, step in entries.items()}
    return PROGRAM.spoiled(session=table)


MUTANTS = (
    Mutant(
        "a ballot is cast before its slip is printed",
        of_session(COMMITTING__SEALED=(S.PRINTING, (F.CAST, F.PRINT)), CHECKING__RIGHT=(S.DONE, (F.WIPE,))),
        "neither its voter nor two persons",
    ),
    Mutant(
        "silence casts",
        of_session(STILL_CHECKING__SILENT=(S.DONE, (F.CAST, F.WIPE))),
        "SILENT in STILL_CHECKING ends a ballot",
    ),
    Mutant(
        "silence voids",
        of_session(STILL_CHECKING__SILENT=(S.VOIDED, (F.VOID_WITH_PAPER, F.WIPE))),
        "SILENT in STILL_CHECKING ends a ballot",
    ),
    Mutant(
        "the next voter is let in before the last one is finished",
        of_session(DONE__CARD=(S.TAKE_CARD, (F.UNLOCK,))),
        "UNLOCK while the store is CAST",
    ),
    Mutant(
        "a pending ballot is forgotten at a restart",
        PROGRAM.spoiled(found={CurrentState.PENDING: S.IDLE}),
        "the screen waits for a voter while the store does not",
    ),
    Mutant(
        "a stored vote is taken for none at a restart",
        PROGRAM.spoiled(found={CurrentState.CAST: S.FOUND_UNLOCKED}),
        "ABANDON while the store is CAST",
    ),
    Mutant(
        "a session is not counted",
        PROGRAM.spoiled(life={F.UNLOCK: Step(CurrentState.IDLE, CurrentState.UNLOCKED)}),
        "equation sessions",
    ),
    Mutant(
        "a session that ends after two refusals is not counted as abandoned",
        PROGRAM.spoiled(life={F.END_REFUSED: Step(CurrentState.PENDING, CurrentState.IDLE, SlotState.REFUSED)}),
        "equation sessions",
    ),
    Mutant(
        "a fragment is not counted",
        PROGRAM.spoiled(life={F.FRAGMENT: Step(CurrentState.PENDING, CurrentState.PENDING)}),
        "papers in the envelope",
    ),
    Mutant(
        "a ballot without paper is counted as one with paper",
        PROGRAM.spoiled(life={F.VOID_WITHOUT_PAPER: LIFE[F.VOID_WITH_PAPER]}),
        "papers in the envelope",
    ),
    Mutant(
        "a test counts as a vote",
        PROGRAM.spoiled(life={F.TEST: Step(CurrentState.PENDING, CurrentState.IDLE, SlotState.CAST)}),
        "attendance is not",
    ),
    Mutant(
        "a refusal ends the session in the store and not on the screen",
        PROGRAM.spoiled(life={F.REFUSE: Step(CurrentState.PENDING, CurrentState.IDLE, SlotState.REFUSED)}),
        "equation sessions",
    ),
    Mutant(
        "the booth is free again before anybody has seen that the vote is stored",
        of_session(CHECKING__RIGHT=(S.DONE, (F.CAST, F.FINISH, F.WIPE)), DONE__SILENT=(S.IDLE, ())),
        "a voter has a vote and may vote again",
    ),
    Mutant(
        "the officers' answers are crossed",
        of_session(RESOLVE_ENVELOPE__CARD=(S.DONE, (F.CAST,))),
        "cast:",
    ),
    Mutant(
        "nobody says that a refused slip goes into the envelope",
        of_session(CHECKING__WRONG=(S.CHOOSING, (F.REFUSE, F.WIPE))),
        "two slips in the box",
    ),
    Mutant(
        "an ended session is not counted as abandoned",
        of_session(LEFT_BEFORE_ASK__END=(S.IDLE, ())),
        "the screen waits for a voter while the store does not",
    ),
    Mutant(
        "one person alone says where the slip went",
        PROGRAM.spoiled(asks={S.RESOLVE_ENVELOPE: Ask(OFFICERS, pin=True)}),
        "CARD in RESOLVE_ENVELOPE ends a ballot",
    ),
    Mutant(
        "the officer's card stays with the voter",
        of_session(IDLE__CARD=(S.CHOOSING, (F.UNLOCK,))),
        "card is with the voter",
    ),
    Mutant(
        "nobody looks whether the card has left",
        PROGRAM.spoiled(asks={S.TAKE_CARD: None}),
        "can never be closed",
    ),
    Mutant(
        "what follows a write does not wait for the stick",
        PROGRAM.spoiled(copy_first=False),
        "papers in the envelope",
        REPLACED,
    ),
    Mutant(
        "the new device seals in the old one's lane",
        PROGRAM.spoiled(new_lane=False),
        "under one credential",
        BEHIND,
    ),
    Mutant(
        "the old device does not hear that it was replaced",
        PROGRAM.spoiled(polls={(Polls.OPEN, polls.Event.REPLACED): None}),
        "the old device goes on",
        REPLACED,
    ),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_spoiled_table_is_found_with_the_shortest_story(mutant):
    found = explore(mutant.rules, mutant.bounds)
    assert found.violation is not None
    assert mutant.finds in found.violation, found.story
    assert found.trace[0] == "the polls are open"
    # Breadth first: no story is longer than it must be, and people can read it.
    assert len(found.trace) < 45, found.story
    print(f"{mutant.name}:\n{found.story}")
