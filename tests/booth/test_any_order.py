"""Every touch, card, fault and failure in any order: the booth never meets a pair that its tables do not know."""

import itertools
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from booth import polls, session
from booth.comfort import Comfort, Scheme, Speed, TextSize, Volume
from booth.events import Button, Chosen, ComfortTouched, Heard, NumbersTyped, PinTyped, Touched
from booth.polls import Polls
from config.secret import Choice, Pin
from printer.faults import Fault
from tests.booth.conftest import QUICK
from tests.booth.desks import BEGINNINGS, LATER, People, make_desks, small_election
from tests.booth.hand import HandBooth
from tests.booth.nextsteps import next_steps
from tests.booth.whatholds import Watch, opens_again

BUTTONS = st.sampled_from(Button)
CHOICES = st.sampled_from([-1, 0, 1, 2, 3, 4, 99]).map(lambda place: Chosen(Choice(place)))
NUMBERS = st.tuples(st.integers(0, 9999), st.integers(0, 9999)).map(lambda both: NumbersTyped(*both))
PINS = st.sampled_from(["000000", "123456"]).map(lambda digits: PinTyped(Pin(digits)))
COMFORTS = st.builds(
    Comfort,
    st.sampled_from(["id", "en", "jv", ""]),
    st.sampled_from(TextSize),
    st.sampled_from(Scheme),
    st.booleans(),
    st.sampled_from(Speed),
    st.sampled_from(Volume),
).map(ComfortTouched)
TOUCHES = BUTTONS.map(Touched) | CHOICES | NUMBERS | PINS | COMFORTS | st.just(Heard())
FAULTS = st.sampled_from([None, None, *Fault])
JUMPS_S = st.sampled_from([0.1, 1.0, 5.0])
"""A tick, one that lets the booth look around, and one in which it was held up."""
WAITS_S = st.sampled_from([1, 2, 3])
"""Silence, in seconds, of an election whose patience is short."""
WALK, DAYS, STEPS, DISTURBED = 7, 500, 120, 0.03
"""Seed, and days at most: the stick's thread keeps its own time, so no two walks are quite alike."""
ENDED = 3
ENDS = (Polls.CLOSED, Polls.REPLACED, Polls.QUARANTINED)
NOT_WALKED = frozenset(
    {
        # Files that were damaged while the power was off: tests/torture and test_hard_cases.py.
        *((state, polls.Event.DAMAGED) for state in Polls),
        (Polls.QUARANTINED, polls.Event.EXPORT),
        # A takeover that the power cut in two: tests/torture.
        (Polls.READY, polls.Event.FOUND_OWN),
        (Polls.TAKEOVER_READY, polls.Event.FOUND_OWN),
        # A stick on which the batch appears while a blank device asks about it: test_takeover.py.
        (Polls.TAKEOVER_READY, polls.Event.FOUND_BATCH),
        # A device that was never opened, and the stick of another booth: test_start.py.
        (Polls.READY, polls.Event.PROVISIONED),
        (Polls.TAKEOVER_READY, polls.Event.PROVISIONED),
        # The runner looks around between two pieces of work; these three states end with theirs.
        (Polls.OPEN_PRINTING, polls.Event.REPLACED),
        (Polls.TAKEOVER_PRINTING, polls.Event.REPLACED),
        (Polls.CLOSE_TALLY, polls.Event.REPLACED),
    }
)
PICK = st.integers(0, 10_000)
"""Which one of several: drawn before anybody knows how many there are, so that a failing day can be played again."""


class AnyOrder(RuleBasedStateMachine):
    """People at one desk. Nothing here knows what is sensible, only ``the_day_goes_on`` prefers it."""

    desks: dict[str, Path]
    folder: Path
    number = itertools.count()

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def begin(self, beginning):
        self.desk = self.folder / f"desk-{next(self.number)}"
        self.booth = HandBooth(self.desk, self.desks[beginning])
        self.people = People(self.booth)
        self.watch = Watch()
        if beginning in ("open", "nearly spent up"):
            self.booth.show(self.people.officers[0])

    @rule(chance=st.randoms(use_true_random=True), steps=st.integers(1, 15))
    def the_day_goes_on(self, chance, steps):
        """So that the other rules meet every state and not only the first few."""
        for _ in range(steps):
            chance.choice(list(next_steps(self.booth, self.people)))()
            self.booth.take_all()

    # Touches

    @rule(touch=TOUCHES, behind=st.sampled_from([0, 0, 0, 1, 2, -1]), at_once=st.booleans())
    def any_touch(self, touch, behind, at_once):
        self.booth.touch(touch, behind)
        if at_once:
            self.booth.take_all()

    @rule()
    def the_right_pin(self):
        if self.booth.card is not None:
            self.booth.touch(PinTyped(Pin(self.booth.pins[self.booth.card])))
            self.booth.take_all()

    # Cards

    @rule(pick=PICK)
    def any_card_in(self, pick):
        cards = sorted(self.booth.pins)
        self.booth.put_in(cards[pick % len(cards)])

    @rule()
    def card_out(self):
        self.booth.pull_card()

    # Time, paper, stick, power

    @rule(seconds=JUMPS_S)
    def a_tick(self, seconds):
        self.booth.tick(seconds)

    @rule(seconds=WAITS_S)
    def silence(self, seconds):
        self.booth.wait(seconds)

    @rule()
    def the_next_message_is_taken(self):
        self.booth.take()

    @rule(fault=FAULTS)
    def a_piece_of_work_ends_and_waits_to_be_heard(self, fault):
        self.booth.work(fault)

    @rule(fault=FAULTS)
    def all_work_ends(self, fault):
        self.booth.finish_work(fault)
        self.booth.take_all()

    @rule()
    def stick_out(self):
        self.booth.pull_stick()
        self.booth.wait_for_stick()

    @rule()
    def stick_in(self):
        self.booth.put_in_stick()
        self.booth.wait_for_stick()

    @rule()
    def the_stick_comes_back_from_another_device(self):
        self.booth.meet_later_device(LATER)

    @rule()
    def the_power_fails(self):
        self.booth.restart()

    @invariant()
    def what_must_hold_holds(self):
        self.watch.look(self.booth)

    def teardown(self):
        """Whatever was done, the next start opens what is there, and finds nothing damaged."""
        if not hasattr(self, "booth"):
            return
        try:
            opens_again(self.booth, self.people)
        finally:
            self.booth.stop()
            shutil.rmtree(self.desk)


@pytest.fixture(scope="module", autouse=True)
def disk_that_never_waits():
    """The order of people's deeds is tried here; what is durable when is tried by tests/torture, with real disks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="module")
def desks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desks")
    return make_desks(small_election(folder / "election", **QUICK), folder)


def test_no_pair_outside_the_tables_is_reachable(desks, tmp_path):
    AnyOrder.desks, AnyOrder.folder = desks, tmp_path
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=40,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A day that fails is told as it was: making it shorter would take longer than a test may.
            phases=(Phase.reuse, Phase.generate),
        ),
    )


class Walk:
    """Days by chance that try at each state first what was tried least there."""

    def __init__(self, desks: dict[str, Path], folder: Path, chance: random.Random) -> None:
        self.desks, self.folder, self.chance = desks, folder, chance
        self.tried: Counter[object] = Counter()
        self.days = 0

    def day(self, beginning: str, steps: int) -> None:
        self.days += 1
        desk = self.folder / f"walk-{self.days}"
        booth, watch = HandBooth(desk, self.desks[beginning]), Watch()
        people = People(booth)
        try:
            left = steps
            while left > 0:
                # Not much more can happen where a day has ended.
                left -= 12 if booth.runner._polls in ENDS else 1
                if self.chance.random() < DISTURBED:
                    self.chance.choice(self.disturbances(booth))()
                else:
                    self.least_tried(booth, people)()
                booth.take_all()
                watch.look(booth)
            opens_again(booth, people)
        finally:
            booth.stop()
            shutil.rmtree(desk)

    def least_tried(self, booth: HandBooth, people: People) -> Callable[[], object]:
        runner = booth.runner
        state = runner._session if runner._polls is Polls.OPEN else runner._polls
        where = (state, type(runner._facts.asked))
        steps: list[tuple[object, Callable[[], object]]] = list(enumerate(next_steps(booth, people)))
        # The end of a day's way, so a few times in each state only: the day may be over before what it leads to.
        ends = (("power", booth.restart), ("replaced", partial(booth.meet_later_device, LATER)))
        steps += [end for end in ends if self.tried[where, end[0]] < ENDED]
        self.chance.shuffle(steps)
        number, step = min(steps, key=lambda numbered: self.tried[where, numbered[0]])
        self.tried[where, number] += 1
        return step

    def disturbances(self, booth: HandBooth) -> list[Callable[[], object]]:
        return [
            booth.restart,
            booth.pull_stick,
            booth.put_in_stick,
            booth.pull_card,
            partial(booth.put_in, self.chance.choice(sorted(booth.pins))),
            partial(booth.touch, Touched(self.chance.choice(list(Button))), self.chance.choice([0, 1])),
            partial(booth.tick, 5.0),
        ]


@pytest.mark.timeout(900)  # a minute of one core, and it shares two with others
def test_a_long_walk_takes_every_entry_of_the_tables(desks, tmp_path, monkeypatch):
    """What the test above could meet at all: a part of the tables that nothing reaches would be tested by nobody."""
    taken = set()
    for machine in (session, polls):

        def step(state, event, real=machine.step):
            found = real(state, event)
            taken.add((state, event))
            return found

        monkeypatch.setattr(machine, "step", step)
    walk = Walk(desks, tmp_path, random.Random(WALK))
    missing = wanted = (set(session.TABLE) | set(polls.TABLE)) - NOT_WALKED
    for beginning in itertools.islice(itertools.cycle(BEGINNINGS), DAYS):
        walk.day(beginning, STEPS)
        missing = wanted - taken
        if not missing:
            break
    assert sorted(f"{event.name} in {state.name}" for state, event in missing) == []
