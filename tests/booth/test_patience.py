"""The waiting after wrong PINs, against a plain retelling of its rule; time only goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth.patience import FIRST_WAIT_S, LONGEST_WAIT_S, WRONG_BEFORE_WAIT, Patience

CARDS = ("officer", "officer 2", "committee")
EVENTS = st.lists(st.tuples(st.sampled_from(CARDS), st.booleans(), st.floats(0, 2000)), max_size=60)


@given(EVENTS)
def test_every_run_of_pins_waits_as_the_rule_says(events):
    patience, now_s, counts, until_s = Patience(), 0.0, dict.fromkeys(CARDS, 0), 0.0
    for card, right, after_s in events:
        now_s += after_s
        assert patience.wait_s(now_s) == max(0.0, until_s - now_s)
        if patience.wait_s(now_s):
            continue  # no PIN is taken
        if right:
            patience, counts[card] = patience.after_right(card), 0
            assert patience.wait_s(now_s) == 0
        else:
            patience, counts[card] = patience.after_wrong(card, now_s), counts[card] + 1
            beyond = sum(counts.values()) - WRONG_BEFORE_WAIT
            wait_s = 0.0 if beyond < 0 else min(FIRST_WAIT_S * 2**beyond, LONGEST_WAIT_S)
            assert patience.wait_s(now_s) == pytest.approx(wait_s)
            until_s = now_s + patience.wait_s(now_s)


@given(st.lists(st.sampled_from(CARDS), min_size=1, max_size=400), st.floats(0, 1e6))
def test_a_wait_never_ends_early_and_never_closes_a_day(cards, now_s):
    patience = Patience()
    for card in cards:
        later = patience.after_wrong(card, now_s).after_right("somebody else's")
        assert later.wait_s(now_s) >= patience.wait_s(now_s)
        assert later.wait_s(now_s) <= LONGEST_WAIT_S + 1e-6
        patience = later


def test_the_waits_double_from_the_fifth_wrong_pin_on():
    patience, now_s, waits = Patience(), 0.0, []
    for _ in range(13):
        patience = patience.after_wrong("officer", now_s)
        waits.append(patience.wait_s(now_s))
        now_s += waits[-1]
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 960, 960]


def test_a_card_of_ones_own_clears_nobody_elses_wrong_pins():
    patience = Patience()
    for _ in range(4):
        patience = patience.after_wrong("committee", 0.0).after_right("officer")
    assert patience.wait_s(0.0) == 0
    assert patience.after_wrong("officer", 0.0).wait_s(0.0) == FIRST_WAIT_S
    assert patience.after_right("committee").after_wrong("officer", 0.0).wait_s(0.0) == 0
