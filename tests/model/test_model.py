"""The honest world, explored to its end: nothing that must hold is ever broken, every entry of the table taken."""

import pytest

from booth.session import Event
from booth.store.slots import SlotState
from tests.model import page
from tests.model.counts import counts_of, in_box
from tests.model.explore import explore
from tests.model.rules import PROGRAM
from tests.model.scopes import SCOPES, explored
from tests.model.world import BOX, VOTED, Bounds


@pytest.mark.parametrize("scope", SCOPES)
def test_nothing_is_ever_violated(scope):
    found = explored(scope)
    assert found.violation is None, found.story
    assert found.quiet > 100
    assert found.closings


def test_every_entry_of_the_sessions_table_was_taken():
    taken = set().union(*(explored(scope).pairs for scope in SCOPES))
    known = {f"{event.name} in {state.name}" for state, event in PROGRAM.session if event is not Event.SEALED}
    assert known - taken == set()


def lost(world) -> int:
    """Voters who were told that their vote is stored, on a device that is dead now."""
    return world.voters.count(VOTED) - world.serving.store.slots.count(SlotState.CAST)


def test_the_difference_on_a_takeovers_tape_names_the_votes_that_the_stick_did_not_know():
    days = explored("the device is replaced, its stick any number of steps behind").closings
    behind = [world for world in days if lost(world)]
    assert {lost(world) for world in behind} == {1, 2}
    for world in days:
        counts = counts_of(world, world.serving.store)
        assert counts.attended - counts.left - counts.cast == lost(world) == in_box(world) - counts.cast
    for scope in ("the device is replaced, its stick in step, with crashes", "the same with reprints"):
        assert not any(lost(world) for world in explored(scope).closings)


def test_days_end_with_every_kind_of_ballot_and_with_all_votes_in_the_box():
    days = explored("one device, with crashes, reprints, refusals, tests").closings
    kinds = {state for world in days for state in world.serving.store.slots}
    assert kinds == {SlotState.CAST, SlotState.REFUSED, SlotState.INTERRUPTED, SlotState.TEST}
    assert any([ballot.paper for ballot in world.ballots].count(BOX) == 2 for world in days)


def test_the_one_paper_too_many_is_known_and_needs_a_power_failure_after_a_counted_fragment():
    """Goes when the booth says how many pieces of a pending ballot it has counted; then the page changes as well."""
    days = explored("one device, with crashes, reprints, refusals, tests").closings
    doubtful = [world for world in days if world.doubt]
    assert doubtful
    assert all(world.serving.store.fragments for world in doubtful)
    calm = explore(PROGRAM, Bounds(sessions=2, crashes=False), keep_closings=True).closings
    assert not any(world.doubt for world in calm)


def test_the_page_says_how_much_was_explored():
    assert page.written("sizes") == page.sizes(), "python -m tests.model renews the page"
