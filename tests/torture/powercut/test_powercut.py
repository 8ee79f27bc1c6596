"""A short day is recorded once; the power goes at many of its instants, and nothing that was confirmed is lost."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.torture import ground
from tests.torture.ground import NAMES, Ground
from tests.torture.powercut import comeback, day
from tests.torture.powercut.cuts import Cut, found_wrong, judge_all, lay_out, pictures, plan
from tests.torture.powercut.cutter import Policy
from tests.torture.powercut.judge import Judge
from tests.torture.powercut.operations import Create, Operation, SyncFile, SyncFolder
from tests.torture.powercut.promises import Bounds
from tests.torture.powercut.recording import DEVICE, Recorded

CUTS, COMEBACKS, LIES = 90, 9, 60
pytestmark = pytest.mark.usefixtures("can_mount")


@pytest.fixture(scope="module")
def recorded(made: Ground, tmp_path_factory: pytest.TempPathFactory, can_mount: None) -> Recorded:
    return day.hold(made, tmp_path_factory.mktemp("powercut") / "day", day.SHORT, seed=1)


@pytest.fixture(scope="module")
def cuts(recorded: Recorded) -> list[Cut]:
    return plan(recorded, CUTS, seed=random.SystemRandom().randrange(2**32))


def test_no_cut_loses_what_was_confirmed(recorded: Recorded, cuts: list[Cut]) -> None:
    assert found_wrong(recorded, cuts) == []


def test_an_export_that_was_confirmed_is_on_the_stick(recorded: Recorded) -> None:
    exported = next(fact for fact in recorded.promises.confirmed if "exported" in fact.more)
    done = recorded.journal.done_at(exported.at)
    assert found_wrong(recorded, [Cut(done, Policy.LOSE, Policy.LOSE, 0)]) == []


def test_the_cuts_meet_every_stand_of_the_day(recorded: Recorded) -> None:
    step = (len(recorded.journal) - recorded.start) // CUTS
    spread = [Cut(n, Policy.KEEP, Policy.KEEP, 0) for n in range(recorded.start, len(recorded.journal) + 1, step)]
    stood = {verdict.stood for _, verdict in judge_all(recorded, spread)}
    assert stood >= {
        "without a store",
        "ready, idle",
        *(f"open, {where}" for where in ("idle", "unlocked", "pending", "cast")),
        "paused, idle",
        "closing, idle",
        "closed, idle",
    }


def test_a_booth_that_is_switched_on_again_goes_on(recorded: Recorded, cuts: list[Cut], tmp_path: Path) -> None:
    some = cuts[:: CUTS // COMEBACKS]
    backs = list(comeback.come_back_all(recorded, some, tmp_path / "back"))
    assert [f"{cut}: {back.wrong}" for cut, back in backs if back.wrong] == []
    assert {back.reached for _, back in backs} >= {"WaitingForCard", "Closed"}


# The harness finds what it is there to find


def syncs_of(recorded: Recorded, *names: str) -> Callable[[Operation], bool]:
    """Whether an operation is the sync of a file that was made under such a name."""
    nodes = {
        operation.node
        for operation in recorded.journal.operations
        if isinstance(operation, Create) and operation.name.startswith(names)
    }
    return lambda operation: isinstance(operation, SyncFile) and operation.node in nodes


LIARS: dict[str, Callable[[Recorded], Callable[[Operation], bool]]] = {
    "everything": lambda _: lambda operation: isinstance(operation, SyncFile | SyncFolder),
    "folders": lambda _: lambda operation: isinstance(operation, SyncFolder),
    "the rollback journal": lambda recorded: syncs_of(recorded, "store.db-journal"),
    "the store": lambda recorded: syncs_of(recorded, "store.db.new"),
    "the keys": lambda recorded: syncs_of(recorded, ".store.keys", ".session.key"),
    "the batch": lambda recorded: syncs_of(recorded, f".{ground.BOOTH}"),
}
SAYS = {
    "everything": "no store any more",
    "folders": "no store any more",
    "the rollback journal": "does not verify",
    "the store": "does not verify",
    "the keys": "store.keys.json was changed",
    "the batch": "is not the batch that was made",
}


@pytest.mark.parametrize("what", LIARS)
def test_disks_that_lie_about_their_syncs_are_found_out(what: str, recorded: Recorded) -> None:
    lying = recorded.lying(LIARS[what](recorded))
    assert len(lying.journal) < len(recorded.journal)
    for seed in range(10):
        # A torn journal matters only where it is needed, so this one takes some cuts more.
        if any(SAYS[what] in sentence for sentence in found_wrong(lying, plan(lying, LIES, seed))):
            return
    pytest.fail(f"nobody noticed that syncs of {what} do nothing")


def test_a_batch_of_other_bytes_a_lost_vote_and_one_too_many_are_found(recorded: Recorded, tmp_path: Path) -> None:
    end = Cut(len(recorded.journal), Policy.KEEP, Policy.KEEP, 0)
    ((_, picture),) = pictures(recorded.journal, [end])
    judge = Judge(recorded, recorded.ground.made.cards)
    good = recorded.promises.at(recorded.journal.sizes[-1])
    lay_out(picture, tmp_path)
    assert judge.judge(tmp_path, good, good).wrong == ()
    more = Bounds({**good.least, "cast": good.least["cast"] + 1}, {**good.most, "cast": 99}, good.in_box, good.void)
    assert "cast is" in str(judge.judge(tmp_path, more, good).wrong)
    fewer = Bounds({}, {**good.most, "sessions": 1}, good.in_box, good.void)
    assert "sessions is" in str(judge.judge(tmp_path, fewer, good).wrong)
    strange = Bounds(good.least, good.most, good.in_box | good.void, good.void)
    assert str(judge.judge(tmp_path, strange, good).wrong).count("does not count") == len(good.void) > 0
    batch = next((tmp_path / DEVICE / "batch").iterdir())
    batch.write_bytes(batch.read_bytes()[:-1])
    assert "is not the batch that was made" in str(judge.judge(tmp_path, good, good).wrong)


@pytest.mark.parametrize("where", ["device/store/store.db-journal", "stick/bilik/store/epoch-0/store.db", "device/log"])
def test_a_name_in_clear_is_found(where: str, recorded: Recorded, tmp_path: Path) -> None:
    (_, picture), *_ = pictures(recorded.journal, [Cut(len(recorded.journal), Policy.KEEP, Policy.KEEP, 0)])
    judge = Judge(recorded, recorded.ground.made.cards)
    lay_out(picture, tmp_path)
    assert list(judge.in_clear(tmp_path)) == []
    with (tmp_path / where).open("ab") as out:
        out.write(b"..." + NAMES[1].encode() + b"...")
    assert list(judge.in_clear(tmp_path)) == [f"in clear in {where}: {NAMES[1].encode()!r}"]


def test_a_pin_in_clear_is_found_and_a_longer_number_is_none(recorded: Recorded, tmp_path: Path) -> None:
    judge = Judge(recorded, recorded.ground.made.cards)
    (tmp_path / "log").write_text(f"1{recorded.ground.pins[0]} {recorded.ground.pins[0]}1")
    assert list(judge.in_clear(tmp_path)) == []
    (tmp_path / "log").write_text(f"typed: {recorded.ground.pins[0]}")
    assert len(list(judge.in_clear(tmp_path))) == 1
