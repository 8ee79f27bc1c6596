"""Sticks that fail under a real booth process: no voter waits for one, it is shown, and it is caught up."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from booth.opening import CERTIFICATE_FILE
from booth.store.keys import STORE_FILE, STORE_KEYS_FILE, open_store_key
from booth.store.store import Store
from config.cards.soft import SoftCard
from config.secret import Pin
from tests.robot.people import Voter
from tests.torture import states
from tests.torture.ground import Ground
from tests.torture.scene import Scene
from tests.torture.shim import GROWS, SYNCS, WRITES, Act, Call, Shim, Watched

LONG_MS = 12_000
"""Of one call on a stick that hangs: a whole vote is over before the second one can begin."""


@dataclass(frozen=True)
class Bad:
    """What a stick does from some moment on, and how the officer sees it then."""

    act: Act
    value: int
    calls: frozenset[Call]
    seen: tuple[str, ...]


BAD = {
    "full": Bad(Act.FAIL_ON, errno.ENOSPC, GROWS, ("unfit",)),
    "write-protected": Bad(Act.FAIL_ON, errno.EROFS, frozenset(Call), ("unfit",)),
    "worn: writes fail": Bad(Act.FAIL_ON, errno.EIO, WRITES, ("unfit",)),
    "worn: syncs fail": Bad(Act.FAIL_ON, errno.EIO, SYNCS, ("unfit",)),
    "hanging": Bad(Act.WAIT_ON, LONG_MS, SYNCS, ("behind",)),
}


@pytest.fixture(scope="module")
def opened(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return states.make(ground, tmp_path_factory.mktemp("states") / "made") / states.OPEN


@pytest.fixture
def booth(ground: Ground, opened: Path, library: Path, tmp_path: Path) -> Iterator[tuple[Scene, Shim]]:
    """A booth between two voters, its stick in step, under a shim that lets everything through."""
    with Scene(ground, tmp_path / "scene", opened) as scene:
        shim = Shim(library, tmp_path / "control", scene.watched())
        site = scene.start(shim)
        site.robot.wait_for("CardWanted:locked")
        scene.staff.officer.shows_card_and_pin(site, "WaitingForCard")
        in_step(scene)
        yield scene, shim
        shim.close()


def in_step(scene: Scene) -> None:
    scene.site.robot.wait_until(lambda seen: seen.stick == "in-step", "the stick in step", timeout_s=40)


def vote(scene: Scene, wish: int) -> None:
    scene.staff.officer.unlocks(scene.site)
    voter = Voter(wish)
    voter.chooses(scene.site)
    voter.agrees(scene.site)
    scene.site.robot.wait_for("WaitingForCard")


def copies(scene: Scene) -> list[object]:
    """Device and stick as they stand when the booth is off, each opened with an officer's card."""
    officer = scene.staff.officer.card
    card = SoftCard(officer.file)
    card.verify_pin(Pin(officer.pin))
    found = []
    for folder in (scene.data / "store", scene.stick / "bilik" / "store" / "epoch-0"):
        _, key = open_store_key(folder, card, scene.ground.package.manifest.ballot.uuid)
        store = Store.open(folder / STORE_FILE, key)
        found.append(
            (store.snapshot(), (folder / STORE_KEYS_FILE).read_bytes(), (folder / CERTIFICATE_FILE).read_bytes())
        )
        store.close()
    return found


@pytest.mark.parametrize("what", BAD)
def test_a_bad_stick_holds_nobody_up_is_shown_and_caught_up(what: str, booth: tuple[Scene, Shim]) -> None:
    scene, shim = booth
    bad = BAD[what]
    shim.tell(bad.act, 1, value=bad.value, calls=bad.calls, watched=frozenset({Watched.STICK}))
    shim.arm()
    vote(scene, 1)
    if what == "hanging":
        # The vote is stored, printed, read and told while the first call of all has not come back yet.
        assert shim.hits == 1
    scene.site.robot.wait_until(lambda seen: seen.stick in bad.seen, f"a stick that is {' or '.join(bad.seen)}")
    vote(scene, 2)
    assert shim.hits > 0
    shim.tell()
    shim.rest()
    in_step(scene)
    scene.stop()
    mine, other = copies(scene)
    assert mine == other
    snapshot = mine[0]
    assert snapshot.counters.sessions == len(states.EARLIER) + 2


def test_a_stick_that_is_bad_while_the_booth_starts_stops_nobody(
    ground: Ground, opened: Path, library: Path, tmp_path: Path
) -> None:
    with Scene(ground, tmp_path / "scene", opened) as scene:
        shim = Shim(library, tmp_path / "control", scene.watched())
        shim.tell(Act.FAIL_ON, 1, value=errno.EIO, watched=frozenset({Watched.STICK}))
        shim.arm()
        site = scene.start(shim)
        site.robot.wait_for("CardWanted:locked")
        scene.staff.officer.shows_card_and_pin(site, "WaitingForCard")
        vote(scene, 1)
        site.robot.wait_until(lambda seen: seen.stick == "unfit", "a stick that is unfit")
        shim.tell()
        shim.rest()
        in_step(scene)
        scene.stop()
        mine, other = copies(scene)
        assert mine == other
        shim.close()
