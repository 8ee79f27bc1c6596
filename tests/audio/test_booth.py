"""A vote by ear: the real booth's process, a number pad, a black screen, and somebody who hears what was played."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from booth.audio.keys import Key
from booth.audio.player import gain
from booth.audio.voice import spoken
from booth.comfort import Speed, Volume
from booth.desk.desk import cards_in
from booth.desk.verbs import Place as Where
from tests.audio.scripts import sentences
from tests.audio.sounds import PROBE, heard, mixed, noises
from tests.booth.rig import BOOTH
from tests.demo.station import Folders, Manner, Staff, Station
from tests.district.election import Made
from tests.robot.people import CardHolder, Officer, Voter
from tests.robot.wire import Seen
from tests.secrecy.image import found_in

PAD = {
    Key.NEXT: 262,
    Key.BEFORE: 260,
    Key.OK: 261,
    Key.BACK: 256,
    Key.AGAIN: 266,
    Key.SLOWER: 267,
    Key.FASTER: 268,
    Key.SOFTER: 269,
    Key.LOUDER: 270,
    Key.DARK: 263,
    Key.LANGUAGE: 265,
}
"""A number pad with NumLock on."""
WISH = 2
CANDIDATES = [f"candidate.{number}" for number in (1, 2, 3)]
PATIENCE_S = 60.0
pytestmark = pytest.mark.timeout(600)


class Listener:
    """A voter who does not see: presses keys, and goes on when the sentence was heard."""

    def __init__(self, station: Station, file: Path, language: str = "id") -> None:
        self.robot = station.site.robot
        self._file = file
        self._clips = noises([*sentences(language).keys() - {"candidate"}, *CANDIDATES], language)
        self.began = 0

    def press(self, key: Key) -> Seen:
        return self.robot.press(PAD[key])

    def heard(self, volume: Volume = Volume.NORMAL) -> list[str]:
        """Every clip that was played whole since ``begin``, in order."""
        return list(heard(self._file.read_bytes()[self.began :], self._clips, gain(volume)))

    def begin(self) -> None:
        """What was played up to now is not listened to again."""
        self.began = self._file.stat().st_size // 2 * 2

    def hears(self, *names: str, volume: Volume = Volume.NORMAL) -> None:
        """Waits until the clips were played, one after the other."""
        self.until(lambda: follows(self.heard(volume), names), f"{names} was not heard: {self.heard(volume)}")

    def until(self, true: Callable[[], bool], what: str) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end_s, what
            time.sleep(0.1)


def follows(heard: list[str], names: tuple[str, ...]) -> bool:
    """Whether the names come in a row."""
    return any(tuple(heard[at : at + len(names)]) == names for at in range(len(heard)))


@pytest.fixture
def station(spoken: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(tmp_path / "heard.raw"))
    for name in ("logs", "scratch", "desk", "data"):
        (tmp_path / name).mkdir()
    folders = Folders(
        stick=spoken.copy(tmp_path / "made").sticks / BOOTH,
        data=tmp_path / "data",
        desk=tmp_path / "desk",
        cards=tmp_path / "made" / "cards",
        screens=tmp_path,
        logs=tmp_path / "logs",
        sockets=tmp_path,
        scratch=tmp_path / "scratch",
    )
    cards = cards_in(folders.cards)
    officer, colleague = (card for card in cards if card.name.startswith(f"officers-{BOOTH[:17]}"))
    committee = next(card for card in cards if card.name.startswith("committee-"))
    staff = Staff(Officer(officer), CardHolder(colleague), CardHolder(committee))
    with Station(spoken.package(BOOTH), folders, staff, manner=Manner(speed_mm_s=0, album=False)) as station:
        yield station


def colours(station: Station, file: Path) -> set[tuple[int, ...]]:
    station.site.robot.screenshot(file)
    with Image.open(file) as picture:
        return {colour for _, colour in picture.convert("RGBA").getcolors(2**20) or ()}  # type: ignore[misc]


def test_a_vote_by_ear_with_the_screen_dark(station: Station, tmp_path: Path) -> None:
    station.opens(cable_out=False)
    site, robot = station.site, station.site.robot
    station.staff.officer.unlocks(site)
    ear = Listener(station, tmp_path / "heard.raw")
    ear.hears("rehearsal.told", "choosing.title", "choosing.count.4", "keys.move")

    # Dark: black in every pixel, and a finger does nothing.
    place = next(spot for spot in robot.look().targets if spot.name == "choice-1").middle
    assert len(colours(station, tmp_path / "light.png")) > 20
    ear.press(Key.DARK)
    ear.hears("dark.on")
    robot.wait_until(lambda seen: not seen.targets, "nothing to touch")
    assert colours(station, tmp_path / "dark.png") == {(0, 0, 0, 255)}
    robot.touch_at(*place)
    ear.press(Key.OK)
    ear.hears("keys.first")
    assert robot.look().view == "Choosing"

    # Choosing, and what was said of others is cut off.
    for name in CANDIDATES[:WISH]:
        ear.press(Key.NEXT)
        ear.hears(name, "choosing.pick")
    assert CANDIDATES[2] not in ear.heard()
    ear.begin()
    ear.press(Key.OK)
    ear.hears("confirming.title", CANDIDATES[WISH - 1], "confirming.how")
    assert robot.look().view == "Confirming"
    ear.until(lambda: repeated(ear, station), "the choice in the queue, which shows that it can be found there")
    assert colours(station, tmp_path / "dark.png") == {(0, 0, 0, 255)}
    ear.press(Key.NEXT)
    ear.hears("confirming.yes")
    ear.press(Key.OK)
    robot.wait_for("ReadSlip")
    assert colours(station, tmp_path / "dark.png") == {(0, 0, 0, 255)}
    ear.hears("read-slip.title", "read-slip.eyes", "read-slip.unread", "read-slip.how")
    # A companion reads it: it is the wish, though nobody saw the screen.
    slip, stub = Voter(WISH).reads(site)
    ear.press(Key.NEXT)
    ear.hears("read-slip.right")
    ear.press(Key.OK)
    robot.wait_for("IntoBox")
    # The sign for the desk is never dark.
    assert len(colours(station, tmp_path / "box.png")) > 2
    ear.hears("into-box.text")
    assert set(ear.heard()) & set(CANDIDATES) == {CANDIDATES[WISH - 1]}
    Voter._takes(site, slip, Where.BOX, stub)
    robot.wait_for("WaitingForCard")

    # What was played of the choice is in no memory any more, at the volume at which it was played.
    assert found_in(station.appliance.pid, played(WISH)) == {}
    assert found_in(station.appliance.pid, unplayed(WISH)) == {}

    # The next voter finds the day's own screen and voice.
    ear.until(lambda: follows(ear.heard(), ("into-box.text",)), "the last sentence")
    station.staff.officer.unlocks(site)
    ear.began = 0  # the device was let go between voters, and its file begins anew
    robot.wait_until(lambda seen: "choice-1" in {spot.name for spot in seen.targets}, "a screen to touch")
    ear.hears("choosing.title")
    assert traces(tmp_path, noises(CANDIDATES, "id")) == []


def test_the_voice_is_what_the_keys_make_it(station: Station, tmp_path: Path) -> None:
    """Every key that changes the voice, or goes back, as it sounds in the headphones."""
    station.opens(cable_out=False)
    station.staff.officer.unlocks(station.site)
    file = tmp_path / "heard.raw"
    ear = Listener(station, file)
    ear.hears("choosing.title")
    ear.press(Key.BEFORE)
    ear.hears("choosing.blank", "choosing.pick")
    # The same sentence at each new voice, as loud and as fast as is asked for.
    for key, volume in ((Key.SOFTER, Volume(Volume.NORMAL - 6)), (Key.LOUDER, Volume.NORMAL)):
        ear.begin()
        ear.press(key)
        ear.hears("choosing.blank", "choosing.pick", volume=volume)
    clips = noises(["choosing.blank"], "id")
    for key, speed in ((Key.FASTER, faster(Speed.NORMAL)), (Key.SLOWER, Speed.NORMAL)):
        ear.begin()
        ear.press(key)
        sound = b"".join(spoken(clips, clips, speed))
        wanted = mixed(bytes(44) + sound, gain(Volume.NORMAL))
        ear.until(lambda wanted=wanted: wanted in file.read_bytes()[ear.began :], f"{speed} was not heard")
    ear.begin()
    ear.press(Key.BACK)
    ear.hears("choosing.title", "choosing.count.4")
    ear.press(Key.LANGUAGE)
    Listener(station, file, "en").hears("language.spoken", "rehearsal.told", "choosing.title")


def faster(speed: Speed) -> Speed:
    """The next step."""
    steps = list(Speed)
    return steps[steps.index(speed) + 1]


def played(wish: int) -> dict[str, bytes]:
    """Pieces of a candidate's clip as they were sent to the sound chip; the package's clip itself is louder."""
    return pieces(mixed(noises(CANDIDATES, "id")[CANDIDATES[wish - 1]], gain(Volume.NORMAL)))


def unplayed(wish: int) -> dict[str, bytes]:
    """Pieces of the clip itself, as they were read to be played."""
    return pieces(noises(CANDIDATES, "id")[CANDIDATES[wish - 1]])


def pieces(sound: bytes) -> dict[str, bytes]:
    return {f"at {at}": sound[at : at + 2 * PROBE] for at in range(0, len(sound) - 2 * PROBE, 4 * PROBE)}


def repeated(ear: Listener, station: Station) -> bool:
    """Says the choice once more, and looks for it at once."""
    ear.press(Key.AGAIN)
    return found_in(station.appliance.pid, played(WISH)) != {}


def traces(folder: Path, clips: dict[str, bytes]) -> list[str]:
    """Files, beside the package and what the sound chip got, that hold a candidate's clip or its name."""
    found = []
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if not path.is_file() or inside[0] in {"heard.raw", "made"} or "package" in inside:
            continue
        data = path.read_bytes()
        for name, clip in clips.items():
            sound = clip[44:]
            if name.encode() in data or any(
                sound[at : at + 2 * PROBE] in data for at in range(0, len(sound) - 2 * PROBE, 2 * PROBE)
            ):
                found.append(f"{path}: {name}")
    return found
