"""A device is lost and another one takes over: the power goes meanwhile, and nothing that anybody was told is lost."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.torture.ground import Ground
from tests.torture.powercut import comeback, second_day
from tests.torture.powercut.cuts import Cut, found_wrong, judge_all, lay_out, pictures, plan
from tests.torture.powercut.cutter import Policy
from tests.torture.powercut.judge import Judge
from tests.torture.powercut.operations import (
    ROOT,
    Create,
    MakeFolder,
    Operation,
    Rename,
    SyncFile,
    SyncFolder,
)
from tests.torture.powercut.recording import DEVICE, STICK, Recorded

CUTS = 40
FATES = [
    (Policy.LOSE, Policy.LOSE),
    (Policy.LOSE, Policy.KEEP),
    (Policy.KEEP, Policy.LOSE),
    (Policy.KEEP, Policy.KEEP),
]
pytestmark = pytest.mark.usefixtures("can_mount")


@pytest.fixture(scope="module")
def recorded(made: Ground, tmp_path_factory: pytest.TempPathFactory, can_mount: None) -> Recorded:
    return second_day.hold(made, tmp_path_factory.mktemp("powercut") / "day", second_day.SHORT, seed=1)


def confirmed(recorded: Recorded, name: str) -> int:
    """How many operations had been done when that was told."""
    return next(recorded.journal.done_at(fact.at) for fact in recorded.promises.confirmed if name in fact.more)


def named(recorded: Recorded, name: str) -> int:
    """How many operations had been done when a folder got this name."""
    return next(
        done
        for done, operation in enumerate(recorded.journal.operations, 1)
        if isinstance(operation, Rename) and operation.new_name == name
    )


def test_no_cut_loses_what_was_told(recorded: Recorded) -> None:
    cuts = plan(recorded, CUTS, seed=random.SystemRandom().randrange(2**32))
    assert found_wrong(recorded, cuts) == []


def test_from_the_sticks_word_to_the_stores_name_there_is_one_device_to_go_on(recorded: Recorded) -> None:
    first, last = named(recorded, "epoch-1"), named(recorded, "store")
    cuts = [Cut(done, *fate, 0) for done in range(first - 1, last + 2) for fate in FATES]
    verdicts = [verdict for _, verdict in judge_all(recorded, cuts)]
    assert [verdict.wrong for verdict in verdicts if verdict.wrong] == []
    stood = "open, pending"
    without_a_name = f"taken over, the store without its name: {stood}"
    assert {verdict.stood for verdict in verdicts} == {"without a store", without_a_name, stood}


def test_a_device_that_is_switched_on_again_takes_over_goes_on_or_gives_its_evidence(
    recorded: Recorded, tmp_path: Path
) -> None:
    assert recorded.turned is not None
    named_at, turned, end = (
        named(recorded, "epoch-1"),
        recorded.journal.done_at(recorded.turned),
        len(recorded.journal),
    )
    chance = random.SystemRandom()
    instants = (chance.randint(recorded.start, named_at - 1), named_at + 1, chance.randint(turned + 1, end))
    cuts = [Cut(done, chance.choice(list(Policy)), chance.choice(list(Policy)), done) for done in instants]
    backs = list(comeback.come_back_all(recorded, cuts, tmp_path / "back"))
    assert [f"{cut}: {back.wrong}" for cut, back in backs if back.wrong] == []
    assert [back.reached for _, back in backs] == ["WaitingForCard", "WaitingForCard", "Replaced, exported"]


# The harness finds what it is there to find


def nodes_on(recorded: Recorded, disk: str) -> set[int]:
    """A disk's folders and files."""
    nodes: set[int] = set()
    for operation in recorded.journal.operations:
        if isinstance(operation, MakeFolder | Create) and (
            operation.folder in nodes or (operation.folder, operation.name) == (ROOT, disk)
        ):
            nodes.add(operation.node)
    return nodes


def syncs_of_folders_on(disk: str) -> Callable[[Recorded], Callable[[Operation], bool]]:
    def lies(recorded: Recorded) -> Callable[[Operation], bool]:
        nodes = nodes_on(recorded, disk)
        return lambda operation: isinstance(operation, SyncFolder) and operation.node in nodes

    return lies


def syncs_of_files_on_the_stick(recorded: Recorded) -> Callable[[Operation], bool]:
    nodes = nodes_on(recorded, STICK)
    return lambda operation: isinstance(operation, SyncFile) and operation.node in nodes


LIES: dict[str, tuple[Callable[[Recorded], Callable[[Operation], bool]], Callable[[Recorded], int], str]] = {
    "the stick has forgotten who serves the booth": (
        syncs_of_folders_on(STICK),
        lambda recorded: confirmed(recorded, "takeovers"),
        "the stick does not say so: the earlier one could go on, too",
    ),
    "the device has forgotten that it took over": (
        syncs_of_folders_on(DEVICE),
        lambda recorded: named(recorded, "store") - 1,
        "a copy of a store that the device does not have",
    ),
    "the evidence is nothing but names": (
        syncs_of_files_on_the_stick,
        lambda recorded: len(recorded.journal),
        "is not what lies on the device",
    ),
}


@pytest.mark.parametrize("what", LIES)
def test_disks_that_lie_about_their_syncs_are_found_out(what: str, recorded: Recorded) -> None:
    lies, when, says = LIES[what]
    lying = recorded.lying(lies(recorded))
    assert len(lying.journal) < len(recorded.journal)
    done = when(lying)
    found = found_wrong(lying, [Cut(done, *fate, 0) for fate in (*FATES, (Policy.KEEP, Policy.NAMES))])
    assert any(says in sentence for sentence in found), found


def spoil(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"?")


ALTERED: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "the first device's store": ("first/store/store.db", spoil, "store/store.db is not as it was"),
    "its store in the evidence": ("stick/bilik/evidence/1/store/store.db", spoil, "is not what lies on the device"),
    "no store in the evidence": ("stick/bilik/evidence/1/store/store.db", Path.unlink, "is exported without"),
    "a session key in the evidence": (
        "stick/bilik/evidence/1/store/store.db",
        lambda file: shutil.copy(file, file.with_name("session.key")),
        "store/session.key is not what lies on the device",
    ),
    "no word that it was replaced": ("first/replaced.json", Path.unlink, "does not know any more that it was replaced"),
    "what the first device had put on the stick": (
        "stick/bilik/store/epoch-0/store.db",
        Path.unlink,
        "the earlier device's copy",
    ),
    "who serves the booth": (
        "stick/bilik/store/epoch-1/certificate.json",
        spoil,
        "nobody can tell which device's",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_found(what: str, recorded: Recorded, tmp_path: Path) -> None:
    end = Cut(len(recorded.journal), Policy.KEEP, Policy.KEEP, 0)
    ((_, picture),) = pictures(recorded.journal, [end])
    lay_out(picture, tmp_path)
    path, alter, says = ALTERED[what]
    alter(tmp_path / path)
    good = recorded.promises.at(recorded.journal.sizes[-1])
    found = Judge(recorded, recorded.ground.made.cards).judge(tmp_path, good, good).wrong
    assert any(says in sentence for sentence in found), found
