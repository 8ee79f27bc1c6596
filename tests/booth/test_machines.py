"""The two tables: every state is reached and left, effects add up to the equations, screens reach no other pair."""

from collections import deque
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth import asks, drawing, polls, session
from booth.polls import Durable, Polls
from booth.session import Effect, Session, Unexpected


def reachable(table, starts):
    seen, queue = set(starts), deque(starts)
    while queue:
        state = queue.popleft()
        for (before, _), (after, _) in table.items():
            if before is state and after not in seen:
                seen.add(after)
                queue.append(after)
    return seen


FOUND = (Session.IDLE, Session.FOUND_UNLOCKED, Session.RESOLVE_ASK, Session.FOUND_CAST)
"""Where a session can stand after a restart."""


def test_every_session_state_is_reached_and_every_one_leads_back_to_idle():
    assert reachable(session.TABLE, FOUND) == set(Session)
    for state in Session:
        assert Session.IDLE in reachable(session.TABLE, [state]), state


def test_every_polls_state_is_reached_and_only_three_are_final():
    assert reachable(polls.TABLE, [Polls.UNPROVISIONED, Polls.LOCKED]) == set(Polls)
    good = {pair: step for pair, step in polls.TABLE.items() if pair[1] is not polls.Event.DAMAGED}
    for state in set(Polls) - {Polls.QUARANTINED, Polls.REPLACED}:
        assert Polls.CLOSED in reachable(good, [state]), state
    assert reachable(good, [Polls.CLOSED]) == {Polls.CLOSED, Polls.CLOSE_PRINTING, Polls.CLOSE_PRINT_TROUBLE}


def test_a_pair_that_is_not_in_the_table_is_an_error():
    with pytest.raises(Unexpected, match="YES in IDLE"):
        session.step(Session.IDLE, session.Event.YES)
    with pytest.raises(Unexpected, match="CLOSE in OPEN"):
        polls.step(Polls.OPEN, polls.Event.CLOSE)


def test_closed_is_final_and_voting_never_comes_back_after_the_list_was_entered():
    for (before, event), (after, _) in polls.TABLE.items():
        order = [None, *Durable]
        if event is not polls.Event.DAMAGED and before in polls.DURABLE and after in polls.DURABLE:
            was, will = polls.DURABLE[before], polls.DURABLE[after]
            reopened = (was, will) == (Durable.PAUSED, Durable.OPEN)
            assert reopened or order.index(will) >= order.index(was), (before, event)


def test_what_is_durable_changes_only_with_a_save():
    for (before, event), (after, effects) in polls.TABLE.items():
        if before in polls.DURABLE and after in polls.DURABLE and polls.DURABLE[before] is not polls.DURABLE[after]:
            assert polls.Effect.SAVE in effects, (before, event)


def test_writes_come_before_print_and_before_forgetting():
    writes = set(Effect) - {Effect.PRINT, Effect.WIPE}
    for pair, (_, effects) in session.TABLE.items():
        kinds = [0 if effect in writes else 1 for effect in effects]
        assert kinds == sorted(kinds), pair


def test_silence_never_casts_voids_or_tests():
    for (state, event), (_, effects) in session.TABLE.items():
        if event is session.Event.SILENT:
            assert not {Effect.CAST, Effect.REFUSE, Effect.TEST, Effect.SEAL} & set(effects), state


def test_what_became_of_a_pending_ballot_after_silence_or_restart_takes_two_cards():
    for state in (Session.RESOLVE_BOX, Session.RESOLVE_ENVELOPE, Session.RESOLVE_PAPERLESS):
        assert asks.SESSION[state].second
        assert asks.SESSION[state].pin


def test_every_state_has_its_view():
    assert set(drawing._SESSION) == set(Session)
    assert set(drawing._POLLS) | {Polls.OPEN} == set(Polls)


@dataclass
class Books:
    """What the effects add up to, by the life of a ballot in the design."""

    current: str = "idle"
    sessions: int = 0
    cast: int = 0
    abandoned: int = 0
    tests: int = 0
    refused: int = 0
    interrupted: int = 0
    spent: int = 0

    def apply(self, effect: Effect) -> None:
        before = {
            Effect.UNLOCK: "idle",
            Effect.SEAL: "unlocked",
            Effect.CAST: "pending",
            Effect.REFUSE: "pending",
            Effect.END_REFUSED: "pending",
            Effect.VOID_WITH_PAPER: "pending",
            Effect.VOID_WITHOUT_PAPER: "pending",
            Effect.TEST: "pending",
            Effect.ABANDON: "unlocked",
            Effect.FINISH: "cast",
            Effect.PRINT: "pending",
        }.get(effect)
        assert before in (None, self.current), effect
        match effect:
            case Effect.UNLOCK:
                self.sessions, self.current = self.sessions + 1, "unlocked"
            case Effect.SEAL:
                self.spent, self.current = self.spent + 1, "pending"
            case Effect.CAST:
                self.cast, self.current = self.cast + 1, "cast"
            case Effect.REFUSE:
                self.refused, self.current = self.refused + 1, "unlocked"
            case Effect.END_REFUSED:
                self.refused, self.abandoned, self.current = self.refused + 1, self.abandoned + 1, "idle"
            case Effect.VOID_WITH_PAPER | Effect.VOID_WITHOUT_PAPER:
                self.interrupted, self.abandoned, self.current = self.interrupted + 1, self.abandoned + 1, "idle"
            case Effect.TEST:
                self.tests, self.current = self.tests + 1, "idle"
            case Effect.ABANDON:
                self.abandoned, self.current = self.abandoned + 1, "idle"
            case Effect.FINISH:
                self.current = "idle"


RESTART = "restart"


@given(st.data())
def test_any_day_with_any_restarts_keeps_the_equations(data):
    books, state = Books(), Session.IDLE
    for _ in range(data.draw(st.integers(1, 80))):
        event = data.draw(st.sampled_from([RESTART, *sorted(session.events_of(state), key=lambda e: e.name)]))
        if event is RESTART:
            state = {
                "idle": Session.IDLE,
                "unlocked": Session.FOUND_UNLOCKED,
                "pending": Session.RESOLVE_ASK,
                "cast": Session.FOUND_CAST,
            }[books.current]
            continue
        state, effects = session.step(state, event)
        for effect in effects:
            books.apply(effect)
        if books.current == "idle":
            assert books.sessions == books.cast + books.abandoned + books.tests
            assert books.spent == books.cast + books.refused + books.interrupted + books.tests
        if state is Session.IDLE:
            assert books.current == "idle"
