"""Files that were flipped, cut, taken away or exchanged: quarantine with its evidence, or no count at all."""

import random
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from booth.reserve import NAME as RESERVE
from booth.store.keys import SESSION_KEY_FILE
from sync.media import EVIDENCE_FOLDER
from tests.robot.wire import Seen
from tests.torture import ground as grounds
from tests.torture import states
from tests.torture.altering import ALTERATIONS, LOCKED, QUARANTINED, Other
from tests.torture.deeds import VOTING, slip_out
from tests.torture.ground import Ground
from tests.torture.inspection import inspect
from tests.torture.play import Play, Visitor
from tests.torture.rest import bring_to_rest
from tests.torture.scene import Scene
from tests.torture.shim import Act, Call, Shim, Watched


@pytest.fixture(scope="session")
def other(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Other:
    folder = tmp_path_factory.mktemp("others")
    stranger = grounds.make(folder / "stranger")
    states.open_only(stranger, folder / "booth")
    states.open_only(ground, folder / "day")
    return Other(folder / "booth" / "data", folder / "day" / "data")


@pytest.fixture
def scene(library: Path, ground: Ground, kept: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Scene:
    """A booth that is off."""
    state = getattr(request, "param", states.OPEN)
    with Scene(ground, tmp_path / "scene", kept / state, library=library) as scene:
        yield scene


def unlocked(scene: Scene) -> Seen:
    """Switched on; an officer's card and PIN where the booth wants them, until it says something of its store."""
    site = scene.start()
    seen = site.robot.wait_for(LOCKED, QUARANTINED, timeout_s=40)
    if seen.name == QUARANTINED:
        return seen
    with scene.staff.officer.card_in(site):
        site.robot.wait_for("PinWanted")
        site.robot.type(scene.staff.officer.card.pin)
        site.robot.tap("key-ok")
        return site.robot.wait_until(
            lambda now: now.view not in ("PinWanted", "Working") and (now.name != LOCKED or bool(now.refused)), "a word"
        )


@pytest.mark.parametrize(
    ("name", "scene"), [(name, it.state) for name, it in ALTERATIONS.items()], ids=list(ALTERATIONS), indirect=["scene"]
)
def test_nothing_altered_is_counted(name: str, scene: Scene, other: Other) -> None:
    altered = ALTERATIONS[name]
    altered.alter(scene.data, other)
    before = contents(scene.data)
    seen = unlocked(scene)
    assert seen.name == altered.shows
    assert altered.says in seen.refused
    if altered.shows == QUARANTINED:
        exports_evidence(scene, before)
    assert scene.stop() == 0


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def exports_evidence(scene: Scene, before: dict[str, bytes]) -> None:
    """Without a stick it says so; with one everything is on it but the session key and the room that is kept free, and
    nothing has changed.
    """
    site = scene.site
    site.desk.remove_stick()
    tapped = site.robot.tap("export", in_view=QUARANTINED)
    site.robot.wait_until(lambda seen: seen.number != tapped.number and "stick is not there" in seen.refused, "why not")
    site.desk.insert_stick()
    tapped = site.robot.tap("export", in_view=QUARANTINED)
    site.robot.wait_until(lambda seen: seen.number != tapped.number and bool(seen.targets), "the export")
    taken = contents(scene.stick / EVIDENCE_FOLDER / "1")
    expected = {name: data for name, data in before.items() if not name.endswith((SESSION_KEY_FILE, RESERVE))}
    assert taken == expected
    assert {name: data for name, data in contents(scene.data).items() if name in before} == before


@pytest.mark.parametrize("seed", range(3))
def test_no_bit_of_the_store_is_without_its_seal(scene: Scene, seed: int) -> None:
    file = scene.data / "store" / "store.db"
    stored = bytearray(file.read_bytes())
    place = random.SystemRandom().randrange(8 * len(stored))
    stored[place // 8] ^= 1 << place % 8
    file.write_bytes(stored)
    assert unlocked(scene).name == QUARANTINED, f"bit {place} of {8 * len(stored)}"


def test_a_device_that_lost_its_store_takes_over_from_the_stick_and_opens_no_second_day(scene: Scene) -> None:
    shutil.rmtree(scene.data / "store")
    site = scene.start()
    site.robot.wait_for("TakeoverReady", timeout_s=40)
    assert scene.stop() == 0
    scene.site.desk.remove_stick()
    site = scene.start()
    site.robot.wait_for("CardWanted:ready")
    scene.staff.officer.shows_card_and_pin(site, "OpenChecks")
    site.desk.insert_stick()
    # The stick says what this device has forgotten: the day cannot be opened once more.
    site.robot.wait_until(
        lambda seen: seen.view == "OpenChecks" and seen.stick == "other", "that the stick is another's"
    )
    assert "confirm" not in {spot.name for spot in site.robot.look().targets}


SECOND_PAGE = 10
"""Of a cast's writes to store and journal: seven of a page or its number, the journal's head, the first page."""


@dataclass(frozen=True)
class Cut:
    """A cast that the power cut, and what befell the journal that should undo or end it."""

    at: str
    """``end``: everything is written but the journal's end; ``middle``: one page of several is."""
    befalls: Callable[[Path], object]
    shows: str


def _keep(share: float) -> Callable[[Path], object]:
    return lambda journal: journal.write_bytes(journal.read_bytes()[: int(share * journal.stat().st_size)])


def _zero_head(journal: Path) -> None:
    stored = journal.read_bytes()
    journal.write_bytes(bytes(512) + stored[512:])


CUTS = {
    "whole journal, all written": Cut("end", lambda _: None, "ResolveAsk"),
    "no journal, all written": Cut("end", Path.unlink, "Notice:found-cast"),
    "empty journal, all written": Cut("end", _keep(0), "Notice:found-cast"),
    "headless journal, all written": Cut("end", _zero_head, "Notice:found-cast"),
    "one page of the journal, all written": Cut("end", _keep(0.7), QUARANTINED),
    "one page of the journal, half written": Cut("middle", _keep(0.7), QUARANTINED),
    "whole journal, half written": Cut("middle", lambda _: None, "ResolveAsk"),
    "no journal, half written": Cut("middle", Path.unlink, QUARANTINED),
    "empty journal, half written": Cut("middle", _keep(0), QUARANTINED),
    "headless journal, half written": Cut("middle", _zero_head, QUARANTINED),
}


@pytest.mark.parametrize("name", CUTS)
def test_a_journal_that_is_lost_leaves_a_whole_store_or_none(
    name: str, scene: Scene, library: Path, tmp_path: Path
) -> None:
    cut = CUTS[name]
    play = Play(scene, Visitor(1), states.EARLIER)
    shim = Shim(library, tmp_path / "control", scene.watched())
    play.start(shim)
    slip_out(play)
    calls = frozenset({Call.FTRUNCATE}) if cut.at == "end" else frozenset({Call.PWRITE})
    shim.tell(Act.KILL_BEFORE, 1 if cut.at == "end" else SECOND_PAGE, calls=calls, watched=frozenset({Watched.DISK}))
    shim.arm()
    play.site.robot.tap("right")
    assert scene.ended() == -signal.SIGKILL
    cut.befalls(scene.data / "store" / "store.db-journal")
    # The stick knows nothing of this step yet, and must not decide it.
    seen = unlocked(scene)
    assert seen.name == cut.shows
    if cut.shows != QUARANTINED:
        bring_to_rest(play, VOTING)
        assert scene.stop() == 0
        assert inspect(play, whole=False) == []
