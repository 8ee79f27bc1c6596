"""The tables of states: whole, and blind to the order in which batches come; ties as the votes lie."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.states import ALONE, BOOTH, SIGNED, TOGETHER, Decided, Here, State, of_booth, of_many, signed
from sync.district.ties import Part, find_tie

BOOTHS = st.sampled_from(sorted(ALONE))
LEVELS = (State.NOTHING, State.PRELIMINARY, State.COMPLETE, State.PAPER)


def test_every_situation_has_its_state() -> None:
    assert BOOTH.keys() == set(product(Here, (False, True), Decided))
    assert set(ALONE) == set(BOOTH.values())
    assert TOGETHER.keys() == {frozenset(pair) for pair in product(LEVELS, LEVELS)}


def test_paper_stands_before_everything_and_a_conflict_before_a_result() -> None:
    for (here, conflict, decided), state in BOOTH.items():
        assert (state is State.PAPER) == (decided is Decided.PAPER)
        assert (state is State.CONFLICT) <= conflict
        if conflict and decided is Decided.NO:
            assert state is State.CONFLICT
        if state is State.COMPLETE:
            assert here is Here.OPENED
    assert of_booth(Here.OPENED, Decided.BATCH, conflict=True) is State.COMPLETE


@given(st.lists(BOOTHS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_order_and_grouping_of_booths_change_nothing(booths: list[State], chance: object) -> None:
    shuffled = list(booths)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = of_many(booths)
    assert of_many(shuffled) is whole
    cut = len(booths) // 2
    if cut:
        stations = (of_many(booths[:cut]), of_many(booths[cut:]))
        assert TOGETHER[frozenset(stations)] is whole


@given(st.lists(BOOTHS, min_size=1, max_size=12))
def test_what_a_state_promises(booths: list[State]) -> None:
    known = [state in (State.COMPLETE, State.PAPER) for state in booths]
    whole = of_many(booths)
    assert (whole is State.NOTHING) == all(state is State.NOTHING for state in booths)
    assert (whole in SIGNED) == all(known)
    assert (whole is State.PAPER) == (all(known) and State.PAPER in booths)


@given(st.lists(BOOTHS, min_size=1, max_size=12), st.booleans())
def test_only_what_is_whole_can_be_final(booths: list[State], final: bool) -> None:
    whole = of_many(booths)
    assert (signed(whole, final=final) is State.FINAL) == (final and whole in (State.COMPLETE, State.PAPER))
    assert signed(whole, final=False) is whole


def test_no_booth_is_no_state() -> None:
    with pytest.raises(ValueError, match="without booths"):
        of_many([])


PARTS = (Part("TPS 1", 300, (5, 10, 20, 3)), Part("TPS 2", 500, (0, 30, 20, 7)), Part("TPS 3", 200, (9, 5, 5, 2)))


def test_a_tie_is_shown_with_its_spread_and_its_largest_tps() -> None:
    tie = find_tie((14, 45, 45, 12), PARTS, blank=True)
    assert tie is not None
    assert (tie.votes, tie.choices) == (45, (1, 2))
    assert [(spread.led, spread.shared) for spread in tie.spreads] == [(1, 1), (1, 1)]
    assert [part.name for part in tie.largest_first] == ["TPS 2", "TPS 1", "TPS 3"]


@pytest.mark.parametrize(
    ("votes", "blank", "equal"),
    [
        ((45, 45, 12, 3), True, None),  # blank has as many as the first, and elects nobody
        ((45, 45, 12, 3), False, (0, 1)),
        ((0, 0, 0, 0), True, None),
        ((9, 7, 6, 6), True, None),  # equal, but not at the top
        ((1, 7, 7, 7), True, (1, 2, 3)),
    ],
)
def test_what_is_a_tie(votes: tuple[int, ...], blank: bool, equal: tuple[int, ...] | None) -> None:
    found = find_tie(votes, (Part("TPS 1", 90, votes),), blank=blank)
    assert (found.choices if found else None) == equal
