"""The two tables: every state is reached and left, effects add up to the equations, screens reach no other pair."""

from collections import Counter, deque
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from booth import asks, drawing, polls, session
from booth.polls import Durable, Polls
from booth.session import Effect, Session, Unexpected
from booth.store.life import FOUND, LIFE
from booth.store.rows import CurrentState
from booth.store.slots import SlotState


def reachable(table, starts):
    seen, queue = set(starts), deque(starts)
    while queue:
        state = queue.popleft()
        for (before, _), (after, _) in table.items():
            if before is state and after not in seen:
                seen.add(after)
                queue.append(after)
    return seen


def test_every_session_state_is_reached_and_every_one_leads_back_to_idle():
    assert reachable(session.TABLE, FOUND.values()) == set(Session)
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


STORED = frozenset(LIFE)
"""Effects that the store writes; the others print or forget."""


def test_every_effect_either_writes_prints_or_forgets():
    assert set(Effect) - STORED == {Effect.PRINT, Effect.WIPE}
    assert set(FOUND) == set(CurrentState)


class SessionInAnyOrder(RuleBasedStateMachine):
    """Every event at any time, and the power as well; what the store would hold is kept by its own table."""

    def __init__(self) -> None:
        super().__init__()
        self.state = Session.IDLE
        self.current = CurrentState.IDLE
        self.slots: Counter[SlotState] = Counter()
        self.counts: Counter[str] = Counter()

    @rule(data=st.data())
    def what_the_table_knows(self, data):
        self.happens(data.draw(st.sampled_from(sorted(session.events_of(self.state), key=lambda event: event.name))))

    @rule(event=st.sampled_from(session.Event))
    def anything(self, event):
        self.happens(event)

    @rule()
    def the_power_fails(self):
        self.state = FOUND[self.current]

    @rule(event=st.sampled_from(session.Event), done=st.integers(0, 4))
    def the_power_fails_between_two_effects(self, event, done):
        if event in session.events_of(self.state):
            for effect in session.step(self.state, event)[1][:done]:
                self.write(effect)
            self.state = FOUND[self.current]

    def happens(self, event):
        if event not in session.events_of(self.state):
            before = dict(vars(self))
            with pytest.raises(Unexpected, match=f"{event.name} in {self.state.name}"):
                session.step(self.state, event)
            assert vars(self) == before
            return
        after, effects = session.step(self.state, event)
        for effect in effects:
            self.write(effect)
        self.state = after

    def write(self, effect):
        if effect is Effect.PRINT:
            assert self.current is CurrentState.PENDING
        if effect not in STORED:
            return
        step = LIFE[effect]
        assert self.current is step.wants, (self.state, effect)
        self.counts.update(step.counts)
        if step.slot is not None:
            self.slots[SlotState.PENDING] -= self.current is CurrentState.PENDING
            self.slots[step.slot] += 1
        self.current = step.leaves

    @invariant()
    def the_equations_hold_between_voters(self):
        if self.state is Session.IDLE:
            assert self.current is CurrentState.IDLE
        if self.current is CurrentState.IDLE:
            ended = self.slots[SlotState.CAST] + self.counts["abandoned"] + self.slots[SlotState.TEST]
            assert self.counts["sessions"] == ended
            assert self.counts["paperless"] <= self.slots[SlotState.INTERRUPTED]
        assert self.slots[SlotState.PENDING] == (self.current is CurrentState.PENDING)


class PollsInAnyOrder(RuleBasedStateMachine):
    """Every event at any time, and the power as well; what the store would remember is kept by ``DURABLE``."""

    def __init__(self) -> None:
        super().__init__()
        self.state = Polls.UNPROVISIONED
        self.durable: Durable | None = None
        self.was = [self.durable]

    @rule(data=st.data())
    def what_the_table_knows(self, data):
        known = sorted(polls.events_of(self.state) - {polls.Event.DAMAGED}, key=lambda event: event.name)
        if known:
            self.happens(data.draw(st.sampled_from(known)))

    @rule(event=st.sampled_from(polls.Event))
    def anything(self, event):
        self.happens(event)

    @rule()
    def the_power_fails(self):
        if self.durable is Durable.CLOSED:
            self.state = Polls.CLOSED
        elif self.state is not Polls.REPLACED and self.durable is not None:
            self.state = Polls.LOCKED

    def happens(self, event):
        if event not in polls.events_of(self.state):
            with pytest.raises(Unexpected, match=f"{event.name} in {self.state.name}"):
                polls.step(self.state, event)
            return
        if event in WHERE and WHERE[event] is not self.durable:
            return  # What an opened store says of itself is true.
        after, effects = polls.step(self.state, event)
        if polls.Effect.TAKE_KEYS in effects:
            self.durable = Durable.READY
        if polls.Effect.TAKE_OVER in effects:
            self.durable = self.durable or Durable.OPEN
        if polls.Effect.SAVE in effects:
            self.durable = polls.DURABLE[after]
            self.was.append(self.durable)
        self.state = after

    @invariant()
    def where_the_day_stands_is_where_the_store_says(self):
        if self.state in polls.DURABLE and (self.state, self.durable) != (Polls.CLOSED, None):
            printing = self.state in (Polls.CLOSE_PRINTING, Polls.CLOSE_PRINT_TROUBLE) and self.durable is None
            assert printing or polls.DURABLE[self.state] is self.durable

    @invariant()
    def what_was_closed_never_opens_again(self):
        order = [None, *Durable]
        for was, now in pairwise(self.was):
            assert (was, now) == (Durable.PAUSED, Durable.OPEN) or order.index(now) >= order.index(was)


WHERE = {
    polls.Event.FOUND_READY: Durable.READY,
    polls.Event.FOUND_OPEN: Durable.OPEN,
    polls.Event.FOUND_PAUSED: Durable.PAUSED,
    polls.Event.FOUND_CLOSING: Durable.CLOSING,
    polls.Event.FOUND_COUNTED: Durable.CLOSING,
}

LONG = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestSessionInAnyOrder = SessionInAnyOrder.TestCase
TestSessionInAnyOrder.settings = LONG
TestPollsInAnyOrder = PollsInAnyOrder.TestCase
TestPollsInAnyOrder.settings = LONG
