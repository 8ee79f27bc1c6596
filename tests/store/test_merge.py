"""Two copies of one store: every pair of slots by name, and whole stores that fell behind or apart."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth.store.merge import Disputed, Relation, compare, merge
from booth.store.rows import Counters, Current, CurrentState, Rows
from booth.store.slots import Slot, SlotState
from booth.store.store import Shape, Store
from sync.log import Kind
from tests.store.days import IDENTITY, OPENING, ballot, new_key, new_store

FREE, PENDING, CAST, REFUSED, INTERRUPTED, TEST = SlotState
MINE, ANOTHER = b'{"ballot":1}', b'{"ballot":2}'


def slot(state: SlotState, body: bytes = MINE) -> Slot:
    if state is FREE:
        return Slot(0, FREE)
    return Slot(0, state, body, OPENING if state is TEST else b"")


ENDS = (CAST, REFUSED, INTERRUPTED, TEST)
DISPUTED = "disputed"
TABLE: dict[tuple[SlotState, SlotState], SlotState | str] = {
    (FREE, FREE): FREE,
    (FREE, PENDING): PENDING,
    (FREE, CAST): CAST,
    (FREE, REFUSED): REFUSED,
    (FREE, INTERRUPTED): INTERRUPTED,
    (FREE, TEST): TEST,
    (PENDING, PENDING): PENDING,
    (PENDING, CAST): CAST,
    (PENDING, REFUSED): REFUSED,
    (PENDING, INTERRUPTED): INTERRUPTED,
    (PENDING, TEST): TEST,
    (CAST, CAST): CAST,
    (CAST, REFUSED): DISPUTED,
    (CAST, INTERRUPTED): DISPUTED,
    (CAST, TEST): DISPUTED,
    (REFUSED, REFUSED): REFUSED,
    (REFUSED, INTERRUPTED): DISPUTED,
    (REFUSED, TEST): DISPUTED,
    (INTERRUPTED, INTERRUPTED): INTERRUPTED,
    (INTERRUPTED, TEST): DISPUTED,
    (TEST, TEST): TEST,
}
"""Every pair; the other order has the same end."""


def end(mine: Slot, other: Slot) -> SlotState | str:
    try:
        return merge(mine, other).state
    except Disputed:
        return DISPUTED


def test_the_table_is_whole() -> None:
    assert {frozenset(pair) for pair in TABLE} == {frozenset({a, b}) for a in SlotState for b in SlotState}


@pytest.mark.parametrize("pair", TABLE, ids=lambda pair: f"{pair[0].name}-{pair[1].name}")
def test_one_ballot_in_two_copies(pair: tuple[SlotState, SlotState]) -> None:
    mine, other = (slot(state) for state in pair)
    assert end(mine, other) == end(other, mine) == TABLE[pair]


@pytest.mark.parametrize("mine", [PENDING, *ENDS])
@pytest.mark.parametrize("other", [PENDING, *ENDS])
def test_two_ballots_under_one_credential_are_disputed(mine: SlotState, other: SlotState) -> None:
    assert end(slot(mine), slot(other, ANOTHER)) == DISPUTED


slots = st.builds(slot, st.sampled_from(SlotState), st.sampled_from([MINE, ANOTHER]))


@given(slots, slots, slots)
def test_the_order_of_merging_is_nobodys_choice(a: Slot, b: Slot, c: Slot) -> None:
    def all_of(*some: Slot) -> Slot | str:
        found = some[0]
        try:
            for one in some[1:]:
                found = merge(found, one)
        except Disputed:
            return DISPUTED
        return found

    assert all_of(a, b) == all_of(b, a)
    assert all_of(a, a) == a
    if DISPUTED not in (all_of(a, b, c), all_of(c, b, a), all_of(b, a, c)):
        assert all_of(a, b, c) == all_of(c, b, a) == all_of(b, a, c)


# Whole stores


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path, new_key(), 6)
    made.log("2027-03-14T00:00Z", Kind.OPENED, {})
    yield made
    made.close()


def test_each_step_of_a_session_leaves_the_earlier_copy_behind(store: Store) -> None:
    steps = [
        store.unlock,
        lambda: store.seal(store.free_slot(), ballot(40)),
        store.fragment,
        store.refuse,
        lambda: store.seal(store.free_slot(), ballot(40)),
        store.cast,
        store.finish,
        lambda: store.log("2027-03-14T00:15Z", Kind.COUNTERS, {"sessions": 1}),
        lambda: store.set_polls(replace(store.polls, state="paused")),
    ]
    for step in steps:
        before = store.snapshot()
        assert compare(before, before).relation is Relation.SAME
        step()
        after = store.snapshot()
        compared = compare(after, before)
        assert compared.relation is Relation.BEHIND
        # Whatever is missing makes the copy whole, and nothing else is written.
        assert before.then(compared.missing) == after
        assert compared.missing.slots == tuple(a for a, b in zip(after.slots, before.slots, strict=True) if a != b)


def test_a_copy_that_knows_more_is_ahead(store: Store) -> None:
    before = store.snapshot()
    store.unlock()
    store.seal(store.free_slot(), ballot(40))
    store.cast()
    assert compare(before, store.snapshot()).relation is Relation.AHEAD


APART = {
    "cast here, void there": lambda rows: replace(rows, slots=(replace(rows.slots[0], state=REFUSED), *rows.slots[1:])),
    "another ballot": lambda rows: replace(rows, slots=(replace(rows.slots[0], ballot=ANOTHER), *rows.slots[1:])),
    "another log": lambda rows: replace(rows, log=((0, b'{"another":"entry"}'),)),
    "more slots and fewer sessions": lambda rows: replace(
        rows,
        slots=(*rows.slots[:-1], Slot(5, CAST, ANOTHER)),
        counters=Counters(sessions=0),
    ),
    "more of one counter, less of another": lambda rows: replace(rows, counters=Counters(sessions=0, abandoned=1)),
}


@pytest.mark.parametrize("what", APART)
def test_what_contradicts_is_left_to_people(what: str, store: Store) -> None:
    store.unlock()
    store.seal(0, ballot(40))
    store.cast()
    store.finish()
    mine = store.snapshot()
    compared = compare(mine, APART[what](mine))
    assert compared.relation is Relation.APART
    assert compared.missing == Rows()
    assert compared.disputed == ((0,) if what in ("cast here, void there", "another ballot") else ())


# Lanes


def test_a_later_device_draws_from_its_own_lane_only(tmp_path: Path) -> None:
    key = new_key()
    old = new_store(tmp_path, key, 4)
    old.unlock()
    old.seal(1, ballot(40))
    shape = replace(old.shape, identity=replace(IDENTITY, epoch=1, lane=1), slots=8, handovers=((0, b"{}"),))
    old.close()
    (tmp_path / "next").mkdir()
    store = Store.create(tmp_path / "next" / "store.db", key, shape, contents=old_rows(tmp_path, key))
    assert store.current == Current(CurrentState.PENDING, 1)
    assert store.shape.handovers == ((0, b"{}"),)
    store.cast()
    store.finish()
    drawn = set()
    while not store.spent_up:
        store.unlock()
        free = store.free_slot()
        drawn.add(free)
        store.seal(free, ballot(40))
        store.cast()
        store.finish()
    assert drawn == {4, 5, 6, 7}
    store.unlock()
    with pytest.raises(ValueError, match="not free"):
        store.seal(0, ballot(40))
    assert (store.tally.cast, store.tally.spent) == (5, 5)
    store.close()


def old_rows(folder: Path, key: object) -> Rows:
    old = Store.open(folder / "store.db", key)
    rows = old.snapshot()
    old.close()
    return rows


def test_the_signature_follows_the_log(tmp_path: Path) -> None:
    signed = []

    def sign(entries: int, last: str) -> str:
        signed.append((entries, last))
        return f"signature {entries}"

    store = Store.create(tmp_path / "store.db", new_key(), Shape(IDENTITY, 4, 8068), sign=sign)
    assert store.signature == ""
    store.log("2027-03-14T00:00Z", Kind.OPENED, {})
    store.unlock()
    store.set_polls(replace(store.polls, state="paused"), ("2027-03-14T00:01Z", Kind.PAUSED, {}))
    assert store.signature == store.snapshot().signature == "signature 2"
    assert [entries for entries, _ in signed] == [1, 2]
    store.close()
