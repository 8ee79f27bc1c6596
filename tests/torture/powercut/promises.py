"""What was confirmed to people, and when: at any instant, what must be on the disks and what may be.

A step begins before its first touch: from then on it may be found on a disk. It is confirmed by the frame that tells
people so: from then on it must be.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from booth.stickstate import StickState
from tests.torture.powercut.noting import Shown, read

SESSIONS = "sessions"


@dataclass(frozen=True)
class Fact:
    """Something that happened once, by the journal's size."""

    at: int
    what: str
    more: Mapping[str, int]
    """Counted up by it."""
    in_box: str | None = None
    """Tracker of the ballot that counts now."""
    void: str | None = None
    """Tracker of the ballot that is void now."""
    in_step: bool = False
    """The frame said that the stick has it too."""


@dataclass(frozen=True)
class Bounds:
    """What a disk must have, and what it may have at most."""

    least: Mapping[str, int]
    most: Mapping[str, int]
    in_box: frozenset[str] = frozenset()
    void: frozenset[str] = frozenset()

    def of(self, name: str) -> tuple[int, int]:
        """The least and the most of one count."""
        return self.least.get(name, 0), self.most.get(name, 0)


@dataclass
class Promises:
    """Fills while a day is held."""

    frames: Path
    begun: list[Fact] = field(default_factory=list)
    confirmed: list[Fact] = field(default_factory=list)

    @contextmanager
    def step(
        self, now: Callable[[], int], *shown: str, in_box: str | None = None, void: str | None = None, **more: int
    ) -> Iterator[None]:
        """Around an act of people; the first of the frames ``shown`` confirms it. Steps may lie in each other."""
        self.begun.append(Fact(now(), shown[0], more))
        before = len(read(self.frames))
        yield
        frame = next((one for one in read(self.frames)[before:] if one.name in shown), None)
        if frame is None:
            raise AssertionError(f"the booth never showed {' or '.join(shown)}")
        in_step = frame.stick == StickState.IN_STEP
        self.confirmed.append(Fact(frame.at, frame.name, more, in_box, void, in_step))

    def note_frames(self, since: int) -> None:
        """After the day: every frame of it, from that size on, also told officers the number of sessions."""
        told = 0
        for frame in read(self.frames):
            if frame.at >= since and frame.sessions is not None and frame.sessions > told:
                told = frame.sessions
                self._require_session(frame, told)

    def _require_session(self, frame: Shown, told: int) -> None:
        known = sum(fact.more.get(SESSIONS, 0) for fact in self.confirmed if fact.at <= frame.at)
        if known != told:
            raise AssertionError(f"the booth shows {told} sessions where people have seen {known} begin")

    def at(self, size: int, *, on_stick: bool = False) -> Bounds:
        """What holds when the power goes at this instant; on the stick only what was said to be there."""
        least: Counter[str] = Counter()
        most: Counter[str] = Counter()
        for fact in self.begun:
            if fact.at <= size:
                most.update(fact.more)
        confirmed = sorted((fact for fact in self.confirmed if fact.at <= size), key=lambda fact: fact.at)
        if on_stick:
            # A stick that is in step has all that was before, too.
            steps = [number for number, fact in enumerate(confirmed) if fact.in_step]
            confirmed = confirmed[: steps[-1] + 1] if steps else []
        for fact in confirmed:
            least.update(fact.more)
        in_box = frozenset(fact.in_box for fact in confirmed if fact.in_box is not None)
        void = frozenset(fact.void for fact in confirmed if fact.void is not None)
        return Bounds(least, most, in_box, void)
