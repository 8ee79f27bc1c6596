"""Copies on a stick that cannot be read: never passed over for an older one, or for none, and no device's fault."""

import shutil

import pytest

from booth.stickstate import StickState
from booth.views import CardWanted, OpenChecks, TakeoverReady, WaitingForCard
from tests.booth.rig import Rig

OTHER_BOOTH = "34.04.01.2001-001-1"


def test_a_copy_that_was_altered_is_not_taken(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.stop()
    file = rig.stick / "bilik" / "store" / "epoch-0" / "store.db"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    other = second()
    other.takes_over_in_vain("does not verify", attended=1)
    assert other.stick.joinpath("bilik", "store", "epoch-1").exists() is False
    shutil.rmtree(other.stick / "bilik" / "store")


@pytest.mark.parametrize("name", ["store.db", "store.keys.json"])
def test_a_copy_that_is_not_whole_says_nothing_against_the_device(name, rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.stop()
    (rig.stick / "bilik" / "store" / "epoch-0" / name).unlink()
    other = second()
    other.takes_over_in_vain("The stick's copy is not whole", attended=1)
    shutil.rmtree(rig.stick / "bilik" / "store")


def spoil(rig, epoch, *names):
    """Both small files are needed to tell a copy of another election from one of this booth."""
    for name in names:
        file = rig.stick / "bilik" / "store" / f"epoch-{epoch}" / name
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)


def lying(rig):
    folder = rig.stick / "bilik" / "store"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_later_copy_that_cannot_be_read_is_not_passed_over_for_an_earlier_one(rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    other = second()
    other.take_over(attended=1)
    other.see(WaitingForCard)
    other.vote(2)
    other.in_step()
    other.stop()
    other.pull_stick()
    spoil(rig, 1, "certificate.json")
    before = lying(rig)
    third = second()
    third.takes_over_in_vain("does not verify", attended=2)
    assert lying(rig) == before
    other.start()


@pytest.mark.parametrize("stick_at", ["the start", "the self-test"])
def test_a_copy_that_cannot_be_read_lets_no_second_day_begin(stick_at, rig, second):
    rig.open()
    rig.vote(1)
    rig.in_step()
    rig.stop()
    spoil(rig, 0, "certificate.json", "store.keys.json")
    before = lying(rig)
    other = second()
    other.see(TakeoverReady)
    if stick_at == "the self-test":
        other.pull_stick()
        other.restart()
        other.see(CardWanted, what="ready")
        other.with_pin(other.officer)
        other.see(OpenChecks)
        other.put_in_stick()
        other.until(lambda: other.frame.status.stick is StickState.OTHER)
        assert not other.frame.view.ready
    else:
        other.takes_over_in_vain("does not verify", attended=1)
    assert lying(rig) == before


def test_a_stick_that_served_another_election_opens_a_new_day(rig, election):
    folder = rig.stick / "bilik" / "store" / "epoch-0"
    foreign = Rig(election, rig.desk / "foreign", OTHER_BOOTH)
    try:
        foreign.open()
        foreign.in_step()
    finally:
        foreign.close()
    shutil.copytree(foreign.stick / "bilik" / "store" / "epoch-0", folder)
    rig.open()
    rig.vote(1)
    rig.in_step()
    assert (folder / "certificate.json").read_bytes() == (rig.device.store_folder / "certificate.json").read_bytes()
