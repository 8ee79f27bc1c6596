"""The image of a booth that waits for the next voter holds nothing of the one before, and a closed one no key."""

import time
from pathlib import Path

import pytest

from tests.robot.people import Voter
from tests.secrecy.inside import Inside, inside
from tests.torture.ground import Ground
from tests.torture.scene import HEADLESS, KIVY

OF_A_TEST_BALLOT = ("randomness 0", "randomness 1", "randomness 2", "randomness 3")
"""What would open the ballot: kept until the voter has decided, for an officer may declare it a test."""
KEPT_WHILE_OPEN = {"store key", "store key in digits", "session key", "mark key", "credential"}
"""SQLCipher keeps its key both ways."""
SETTLED_S = 1.5
"""The looks at card, printer and stick that follow a session."""


def votes(booth: Inside, choice: int) -> dict[str, bytes]:
    """One voter; what must be forgotten afterwards, all of which was there while the slip was out."""
    booth.staff.officer.unlocks(booth.site)
    booth.drawn()
    voter = Voter(choice)
    assert voter.chooses(booth.site).view == "ReadSlip"
    printed = booth.mark() | booth.lines(choice)
    needles = booth.drawn() | printed
    assert set(OF_A_TEST_BALLOT) < set(needles)
    held = booth.found(needles)
    assert set(held) == {*OF_A_TEST_BALLOT, *printed}, "the search finds what is there"
    voter.agrees(booth.site)
    booth.site.robot.wait_for("WaitingForCard")
    time.sleep(SETTLED_S)
    return needles


@pytest.mark.timeout(600)
@pytest.mark.parametrize("launcher", [HEADLESS, KIVY])
def test_nothing_of_a_voter_is_left(ground: Ground, tmp_path: Path, launcher: str) -> None:
    with inside(ground, tmp_path, launcher) as booth:
        booth.staff.officer.opens(booth.site, booth.staff.committee)
        forgotten = booth.pins() | votes(booth, 3)
        keys = booth.keys(ground)
        while_open = booth.found(forgotten | keys)
        assert set(while_open) == KEPT_WHILE_OPEN
        forgotten |= {f"{name} of the next": needle for name, needle in votes(booth, 0).items()}
        booth.staff.officer.closes(booth.site, 2, 0, booth.staff.committee)
        time.sleep(SETTLED_S)
        assert booth.found(forgotten | keys) == {}
        assert booth.scene.stop() == 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("planted", "left"), [("keeps", "mark"), ("keys", "store key")])
def test_what_a_booth_would_keep_is_found(ground: Ground, tmp_path: Path, planted: str, left: str) -> None:
    with inside(ground, tmp_path, HEADLESS, planted) as booth:
        booth.staff.officer.opens(booth.site, booth.staff.committee)
        needles = votes(booth, 2) | booth.keys(ground)
        booth.staff.officer.closes(booth.site, 1, 0, booth.staff.committee)
        time.sleep(SETTLED_S)
        assert left in booth.found(needles)
