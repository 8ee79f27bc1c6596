"""Seeded days at a real booth (runner, store, stick's thread, cards in files), faster than any voter."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

import booth.casting
import booth.runner
import tests.booth.rig as rigs
from booth.events import Button
from booth.views import CardWanted, IntoBox, IntoEnvelope, Notice, TakeCard, WaitingForCard
from booth.views import TestAsk as AskTest
from config.package import Package
from config.secret import Choice, Key
from printer.escpos import Job
from printer.status import Status
from sync.ballot.election import Setup
from sync.ballot.seal import Sealed, seal
from tests.booth.rig import Rig
from tests.district.election import Made

TICK_S = 0.005
"""In place of a tenth of a second: how often the booth looks at its card."""
END = re.compile(rb"\d{60,}")
WAYS = ("cast", "refused", "test", "abandoned")
WEIGHTS = (84, 7, 5, 4)


class QuickPrinter:
    """Takes a job and says at once that the paper is out."""

    def __init__(self, *_: object) -> None:
        self.jobs: list[int] = []

    def status(self) -> Status:
        """All is well."""
        return Status(None, confirms=True)

    def proved(self) -> Status:
        """And it confirms."""
        return self.status()

    def print(self, job: Job, timeout_s: float) -> None:
        """Keeps the size only."""
        self.jobs.append(len(job.reveal()))

    def close(self) -> None:
        """There is no line."""


@dataclass(frozen=True)
class Known:
    """A ballot as it was sealed: what tells it from all others, wherever it stands."""

    tracker: str
    credential: str
    end: bytes
    """The last number of its proofs."""
    size: int

    @classmethod
    def of(cls, sealed: Sealed) -> "Known":
        return cls(sealed.tracker, sealed.credential, END.findall(sealed.ballot)[-1], len(sealed.ballot))

    def names(self) -> dict[str, bytes]:
        """What is searched."""
        return {"tracker": self.tracker.encode(), "credential": self.credential.encode(), "proof": self.end}


@dataclass
class Hall:
    """One booth on one day, and the ballots in the order in which they were sealed."""

    rig: Rig
    random: Random
    sealed: list[Known] = field(default_factory=list)
    attended: int = 0
    left: int = 0

    @property
    def package(self) -> Package:
        """The booth's."""
        return self.rig.runner._day.package

    @property
    def store_key(self) -> Key:
        """As long as the store is open."""
        return self.rig.runner._day.booth.keys.store_key

    def voter(self) -> None:
        """One who comes and goes, whatever it comes to."""
        rig, wish = self.rig, self.random.randrange(4)
        way = self.random.choices(WAYS, WEIGHTS)[0]
        self.attended += way != "test"
        self.unlock()
        if way == "abandoned":
            self._leave()
            return
        rig.choose(wish)
        if way == "test":
            rig.with_pin(rig.officer)
            rig.see(AskTest)
            rig.tap(Button.CONFIRM)
            rig.see(Notice, what="tested")
            rig.tap(Button.CONFIRM)
            return
        if way == "refused":
            rig.tap(Button.WRONG)
            rig.see(IntoEnvelope)
            rig.put_in(rig.officer)
            rig.see(TakeCard)
            rig.take_card()
            rig.choose(wish)
        rig.tap(Button.RIGHT)
        rig.see(IntoBox)

    def unlock(self) -> None:
        """The next session."""
        rig = self.rig
        # A card that lies there before it is asked for is asked to leave first.
        rig.until(lambda: isinstance(rig.frame.view, WaitingForCard | IntoBox))
        rig.put_in(rig.officer)
        rig.see(TakeCard)
        rig.take_card()

    def _leave(self) -> None:
        """Before *Ya*: the power goes, and the officer hears that nothing is stored."""
        rig = self.rig
        self.left += 1
        rig.restart()
        rig.see(CardWanted, what="locked")
        rig.with_pin(rig.officer)
        rig.see(Notice, what="found-unlocked")
        rig.tap(Button.CONFIRM)

    def close(self) -> None:
        """To the batch on both media."""
        rig = self.rig
        rig.see(WaitingForCard)
        rig.close_polls(self.attended, self.left)
        rig.until(lambda: rig.frame.view.exported)


@contextmanager
def quick() -> Iterator[None]:
    """Rigs within it wait for no paper and hardly for cards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rigs, "SerialPrinter", QuickPrinter)
        patch.setattr(booth.runner, "TICK_S", TICK_S)
        yield


@contextmanager
def hall(election: Made, folder: Path, seed: int) -> Iterator[Hall]:
    """A booth that has opened; every ballot that it seals is noted."""
    with quick(), pytest.MonkeyPatch.context() as patch:
        rig = Rig(election, folder / "desk")
        try:
            found = Hall(rig, Random(seed))

            def sealing(setup: Setup, credential: Key, choice: Choice) -> Sealed:
                sealed = seal(setup, credential, choice)
                found.sealed.append(Known.of(sealed))
                return sealed

            patch.setattr(booth.casting, "seal", sealing)
            rig.open()
            yield found
        finally:
            rig.close()
