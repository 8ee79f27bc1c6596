"""The store against a model in plain Python: calls in any order, shut and opened in between, a second copy beside."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from booth.store.faults import NoFreeSlot
from booth.store.store import Current, CurrentState, PollsRow, Rows, Store, Tallied
from sync.log import Kind, follow, head
from tests.store.days import OPENING, ballot, new_key, new_store
from tests.store.pages import contents

SLOTS = 5
IDLE, UNLOCKED, PENDING, CAST = CurrentState


class StoreBesideModel(RuleBasedStateMachine):
    """``kinds`` and ``ballots`` are in the slots; ``counts`` was counted; ``state`` is where the voter stands."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.key, self.twin_key = new_key(), new_key()
        (self.folder / "twin").mkdir()
        self.twin = new_store(self.folder / "twin", self.twin_key, SLOTS)
        self.day: list[Rows] = []
        self.store = new_store(self.folder, self.key, SLOTS, mirror=self.copy)
        self.state, self.slot = IDLE, None
        self.kinds, self.ballots = dict.fromkeys(range(SLOTS), "free"), {}
        self.counts: Counter[str] = Counter()
        self.polls, self.log = PollsRow("ready"), []

    def copy(self, rows: Rows) -> None:
        self.day.append(rows)
        self.twin.apply(rows)
        self.twin.apply(rows)

    def refused_unless(self, allowed: bool, call: object) -> bool:
        """Calls; out of turn it must raise and, as the invariant sees, change nothing."""
        if allowed:
            call()
        else:
            with pytest.raises(ValueError, match=r"booth is|not free"):
                call()
        return allowed

    def end(self, kind: str, state: CurrentState, **counted: int) -> None:
        self.kinds[self.slot] = kind
        self.state, self.slot = state, None
        self.counts.update(counted)

    @rule()
    def unlock(self) -> None:
        if self.refused_unless(self.state is IDLE, self.store.unlock):
            self.state = UNLOCKED
            self.counts["sessions"] += 1

    @rule()
    def seal_a_free_slot(self) -> None:
        if "free" not in self.kinds.values():
            with pytest.raises(NoFreeSlot):
                self.store.free_slot()
            return
        slot, mine = self.store.free_slot(), ballot(40)
        assert self.kinds[slot] == "free"
        if self.refused_unless(self.state is UNLOCKED, lambda: self.store.seal(slot, mine)):
            self.state, self.slot = PENDING, slot
            self.kinds[slot], self.ballots[slot] = "pending", mine

    @rule(slot=st.integers(-1, SLOTS))
    def seal_a_wrong_slot(self, slot: int) -> None:
        if self.kinds.get(slot) != "free":
            self.refused_unless(False, lambda: self.store.seal(slot, ballot(40)))

    @rule()
    def cast(self) -> None:
        if self.refused_unless(self.state is PENDING, self.store.cast):
            self.end("cast", CAST)

    @rule()
    def finish(self) -> None:
        if self.refused_unless(self.state is CAST, self.store.finish):
            self.state = IDLE

    @rule()
    def refuse(self) -> None:
        if self.refused_unless(self.state is PENDING, self.store.refuse):
            self.end("refused", UNLOCKED)

    @rule()
    def end_refused(self) -> None:
        if self.refused_unless(self.state is PENDING, self.store.end_refused):
            self.end("refused", IDLE, abandoned=1)

    @rule()
    def abandon(self) -> None:
        if self.refused_unless(self.state is UNLOCKED, self.store.abandon):
            self.state = IDLE
            self.counts["abandoned"] += 1

    @rule(paper=st.booleans())
    def interrupt(self, paper: bool) -> None:
        if self.refused_unless(self.state is PENDING, lambda: self.store.interrupt(paper)):
            self.end("interrupted", IDLE, abandoned=1, paperless=not paper)

    @rule()
    def test(self) -> None:
        if self.refused_unless(self.state is PENDING, lambda: self.store.test(OPENING)):
            self.end("test", IDLE)

    @rule()
    def fragment(self) -> None:
        if self.refused_unless(self.state is PENDING, self.store.fragment):
            self.counts["fragments"] += 1

    @rule(state=st.sampled_from(["open", "paused", "closing"]), left=st.none() | st.integers(0, 9))
    def set_polls(self, state: str, left: int | None) -> None:
        self.polls = PollsRow(state, "2027-03-14T00:00Z", None, left, left)
        self.store.set_polls(self.polls)

    @rule(kind=st.sampled_from(Kind), fact=st.integers(0, 9))
    def write_the_log(self, kind: Kind, fact: int) -> None:
        at = f"2027-03-14T00:{len(self.log) % 60:02}Z"
        self.log.append(follow(len(self.log), head(self.log), at, kind, {"b": fact, "a": "x"}))
        self.store.log(at, kind, {"b": fact, "a": "x"})

    @rule()
    def shut_and_open(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder / "store.db", self.key, mirror=self.copy)

    @invariant()
    def says_what_the_model_says(self) -> None:
        if not hasattr(self, "store"):
            return
        kinds = Counter(self.kinds.values())
        assert self.store.current == Current(self.state, self.slot)
        assert self.store.polls == self.polls
        assert self.store.log_entries() == self.log
        assert self.store.tally == Tallied(
            **{name: self.counts[name] for name in ("sessions", "abandoned", "paperless", "fragments")},
            cast=kinds["cast"],
            refused=kinds["refused"],
            interrupted=kinds["interrupted"],
            tests=kinds["test"],
            spent=SLOTS - kinds["free"],
            pending=kinds["pending"],
        )
        assert set(self.store.cast_ballots()) == {self.ballots[n] for n in self.kinds if self.kinds[n] == "cast"}
        assert {(void.kind.value, void.ballot.encode(), void.opening) for void in self.store.voids()} == {
            (kind, self.ballots[n], OPENING.decode() if kind == "test" else None)
            for n, kind in self.kinds.items()
            if kind in {"refused", "interrupted", "test"}
        }

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        self.store.close()
        # A copy that slept all day and takes everything at once ends where the others did.
        (self.folder / "late").mkdir()
        late = new_store(self.folder / "late", self.key, SLOTS)
        for rows in self.day:
            late.apply(rows)
        self.twin.close()
        late.close()
        mine = contents(self.folder / "store.db", self.key)
        assert contents(self.folder / "twin" / "store.db", self.twin_key) == mine
        assert contents(self.folder / "late" / "store.db", self.key) == mine
        shutil.rmtree(self.folder)


TestStoreBesideModel = StoreBesideModel.TestCase
TestStoreBesideModel.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
