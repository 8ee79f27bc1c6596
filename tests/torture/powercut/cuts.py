"""Which cuts are made of a recorded day, and what is found at each of them."""

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.torture.powercut.cutter import Disks, Picture, Policy
from tests.torture.powercut.judge import Judge, Verdict
from tests.torture.powercut.operations import Journal, Operation, Rename
from tests.torture.powercut.promises import Bounds
from tests.torture.powercut.recording import DEVICE, FIRST, STICK, Recorded

AROUND = 2
"""So many operations before and after a confirmation the cuts stand close together."""


@dataclass(frozen=True)
class Cut:
    """When the power goes, and how each disk's cache fares."""

    done: int
    """Operations that were done."""
    device: Policy
    """Of the one that is switched on: two devices never are, while there is one stick."""
    stick: Policy
    seed: int

    def __str__(self) -> str:
        return f"after {self.done}, device: {self.device}, stick: {self.stick}, seed {self.seed}"


def plan(recorded: Recorded, count: int, seed: int) -> list[Cut]:
    """``count`` cuts in the order of the day.

    One at each confirmation, in that very instant and with all lost that can be lost; of the others half close to what
    was confirmed or got its name as a whole, half anywhere, with every policy.
    """
    chance = random.Random(seed)
    start, end = recorded.start, len(recorded.journal)
    confirmed = sorted({recorded.journal.done_at(fact.at) for fact in recorded.promises.confirmed if fact.at})
    cuts = [Cut(done, Policy.LOSE, Policy.LOSE, 0) for done in confirmed]
    turns = confirmed + [done for done in range(start, end) if _names_whole(recorded.journal.operations[done])]
    near = [done + by for done in turns for by in range(-AROUND, AROUND + 1) if start <= done + by <= end]
    chance.shuffle(near)
    policies = list(Policy)
    for n in range(count - len(cuts)):
        done = near[n // 2 % len(near)] if n % 2 == 0 else chance.randint(start, end)
        # Every policy of the device comes equally often; the stick's has nothing to do with it.
        device = policies[n // 2 % len(policies)]
        cuts.append(Cut(done, device, chance.choice(policies), chance.randrange(2**32)))
    return sorted(cuts, key=lambda cut: cut.done)


def _names_whole(operation: Operation) -> bool:
    """A store, a copy or a package that was whole under another name gets its own; not each small file does."""
    return isinstance(operation, Rename) and not operation.name.startswith(".")


def pictures(journal: Journal, cuts: Sequence[Cut]) -> Iterator[tuple[Cut, Picture]]:
    """What each cut leaves; the cuts come in the order of the day."""
    disks, done = Disks(), 0
    for cut in cuts:
        for operation in journal.operations[done : cut.done]:
            disks.do(operation)
        done = cut.done
        yield cut, disks.cut({DEVICE: cut.device, FIRST: cut.device, STICK: cut.stick}, random.Random(cut.seed))


def lay_out(picture: Picture, folder: Path) -> None:
    """The disks as folders; the folder's old contents go, itself stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        shutil.rmtree(old)
    for path in picture.folders:
        (folder / path).mkdir()
    for path, (data, mode) in picture.files.items():
        (folder / path).write_bytes(data)
        (folder / path).chmod(mode)


def judge_all(recorded: Recorded, cuts: Sequence[Cut]) -> Iterator[tuple[Cut, Verdict]]:
    """Every cut's verdict, in a folder that is gone afterwards."""
    # In memory where there is such a place: what is judged is a state, not this machine's disk.
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        shutil.copytree(recorded.ground.made.cards, Path(place) / "cards")
        judge = Judge(recorded, Path(place) / "cards")
        for cut, picture in pictures(recorded.journal, cuts):
            lay_out(picture, Path(place) / "disks")
            yield cut, judge.judge(Path(place) / "disks", *bounds_at(recorded, cut))


def found_wrong(recorded: Recorded, cuts: Sequence[Cut]) -> list[str]:
    """What is wrong after any of them."""
    return [f"{cut}: {sentence}" for cut, verdict in judge_all(recorded, cuts) for sentence in verdict.wrong]


def bounds_at(recorded: Recorded, cut: Cut) -> tuple[Bounds, Bounds]:
    """What must hold of the device and of the stick."""
    size = recorded.journal.sizes[cut.done - 1]
    return recorded.promises.at(size), recorded.promises.at(size, on_stick=True)
