"""The device's disk is full to the last byte: a vote stops with a sentence, and the closing does not."""

import contextlib
import os
import subprocess

import pytest

from booth import reserve
from booth.events import Button, Chosen
from booth.views import (
    Attendance,
    CardWanted,
    CloseAsk,
    Closed,
    Confirming,
    Notice,
    OpenChecks,
    Paused,
    WaitingForCard,
)
from config.secret import Choice
from tests.booth.rig import Rig

MIB = 1024 * 1024


@pytest.fixture
def small(election, tmp_path):
    """A device with a disk of 24 MiB of its own."""
    place = tmp_path / "desk" / "data"
    place.mkdir(parents=True)
    mounting = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place]
    if subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("nothing can be mounted here: NOBODY FILLED A DISK")
    rig = Rig(election, tmp_path / "desk")
    yield rig
    rig.close()
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(rig: Rig) -> None:
    """To the last byte."""
    with (rig.device.data / "junk").open("ab", buffering=0) as junk:
        for size in (MIB, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    junk.write(bytes(size))


def free(rig: Rig) -> int:
    found = os.statvfs(rig.device.data)
    return found.f_bavail * found.f_frsize


def test_a_full_disk_stops_a_vote_and_not_the_closing(small):
    rig = small
    rig.open()
    rig.vote(1)
    fill(rig)
    assert free(rig) == 0
    rig.see(WaitingForCard)
    rig.put_in(rig.officer)
    rig.see(CardWanted, what="locked")
    assert "disk" in rig.frame.view.refused[1].lower()
    assert not (rig.device.data / reserve.NAME).exists()
    rig.take_card()
    rig.with_pin(rig.officer)
    rig.until(lambda: isinstance(rig.frame.view, Notice | WaitingForCard))
    if isinstance(rig.frame.view, Notice):
        rig.tap(Button.CONFIRM)
    rig.vote(2)
    counts, closed = rig.close_polls(attended=2)
    assert [votes for _, votes in closed.result] == [0, 1, 1, 0]
    assert closed.exported
    assert (rig.device.data / "junk").stat().st_size > 10 * MIB
    assert all(equation.holds for equation in counts.equations)


def test_full_at_the_very_closing(small):
    rig = small
    rig.open()
    rig.vote(1)
    rig.pause()
    fill(rig)
    rig.tap(Button.CLOSE)
    rig.see(CloseAsk)
    rig.tap(Button.CONFIRM)
    rig.see(CardWanted, what="locked")
    rig.with_pin(rig.officer)
    rig.until(lambda: isinstance(rig.frame.view, Paused | Attendance))
    if isinstance(rig.frame.view, Paused):
        rig.tap(Button.CLOSE)
        rig.see(CloseAsk)
        rig.tap(Button.CONFIRM)
    rig.count_up_to_the_committee(attended=1)
    rig.with_pin(rig.committee)
    closed = rig.see(Closed)
    assert closed.exported
    assert [votes for _, votes in closed.result] == [0, 1, 0, 0]


def test_nobody_opens_a_booth_without_that_room(small):
    rig = small
    rig.see(CardWanted, what="ready")
    rig.with_pin(rig.officer)
    rig.ready_checks()
    reserve.give_up(rig.device)
    fill(rig)
    rig.until(lambda: any(check.name == "room" for check in rig.see(OpenChecks).checks))
    assert not rig.frame.view.ready
    (rig.device.data / "junk").unlink()
    rig.ready_checks()
    assert (rig.device.data / reserve.NAME).exists()
    rig.finish_opening()
    rig.unlock()
    rig.touch(Chosen(Choice(1)))
    rig.see(Confirming)
